package dev.waxwing.warehouse;

import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/// Iceberg's metadata in a local folder, each file on disk before its name is written down anywhere.
///
/// A file keeps the name that metadata gives it, and is looked for where the folder lies now: see [Staging#named].
final class SyncedFileIO implements FileIO {
    private static final long serialVersionUID = 1;
    private final transient Staging folders;
    private final transient CommitPoints points;

    SyncedFileIO(Staging folders, CommitPoints points) {
        this.folders = folders;
        this.points = points;
    }

    @Override
    public InputFile newInputFile(String name) {
        return new NamedInput(
                name, org.apache.iceberg.Files.localInput(folders.named(name).toFile()));
    }

    @Override
    public OutputFile newOutputFile(String name) {
        return new SyncedOutput(name, folders, points);
    }

    @Override
    public void deleteFile(String name) {
        Path file = folders.named(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    @Override
    public Map<String, String> properties() {
        return Map.of();
    }

    @Override
    public void initialize(Map<String, String> properties) {}

    /// Makes the entries of a folder durable.
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// @param location the name in metadata, from which names of other files are made
    private record NamedInput(String location, InputFile file) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private record SyncedOutput(String location, Staging folders, CommitPoints points)
            implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return open(StandardOpenOption.CREATE_NEW);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return open(StandardOpenOption.CREATE);
        }

        private PositionOutputStream open(StandardOpenOption create) {
            Path path = folders.named(location);
            try {
                points.reached(CommitPoints.Point.METADATA_WRITE);
                folders.makeInside(path.getParent());
                return new SyncedStream(
                        FileChannel.open(
                                path,
                                create,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING),
                        path.getParent());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + path, e);
            }
        }

        @Override
        public InputFile toInputFile() {
            return new NamedInput(
                    location,
                    org.apache.iceberg.Files.localInput(folders.named(location).toFile()));
        }
    }

    private static final class SyncedStream extends PositionOutputStream {
        private final FileChannel channel;
        private final Path folder;
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        private long written;

        SyncedStream(FileChannel channel, Path folder) {
            this.channel = channel;
            this.folder = folder;
        }

        @Override
        public long getPos() { // is asked for after close too
            return written;
        }

        @Override
        public void write(int b) throws IOException {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.put((byte) b);
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            written += length;
            if (length <= buffer.remaining()) {
                buffer.put(bytes, offset, length);
                return;
            }
            flush();
            ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }

        @Override
        public void flush() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        }

        @Override
        public void close() throws IOException {
            if (!channel.isOpen()) {
                return;
            }
            try (channel) {
                flush();
                channel.force(true);
            }
            syncFolder(folder);
        }
    }
}
