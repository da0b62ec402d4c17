package dev.waxwing.events;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file that the log appends to. Not a [FileChannel]: that one closes for good when a thread that waits for it is interrupted.
class SegmentFile implements AutoCloseable {
    private final RandomAccessFile file;

    SegmentFile(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    void write(long offset, byte[] bytes, int length) throws IOException {
        file.seek(offset);
        file.write(bytes, 0, length);
    }

    void sync() throws IOException {
        file.getFD().sync();
    }

    void truncate(long length) throws IOException {
        file.setLength(length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /// Makes the names in a folder durable, also for a thread that is interrupted meanwhile.
    static void syncFolder(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted = Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
