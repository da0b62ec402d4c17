package dev.waxwing.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Where the body of a keyed file goes: little-endian values one after the other, with a running checksum.
///
/// It writes with plain writes and not through a mapping, so that a full disk is an [IOException] and not a crash.
final class Sink {
    private static final int CHUNK = 1 << 20;

    private final FileChannel channel; // null = memory
    private final List<MemorySegment> chunks = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = newBuffer();
    private long flushed;

    private Sink(FileChannel channel) {
        this.channel = channel;
    }

    static Sink toFile(FileChannel channel) {
        return new Sink(channel);
    }

    static Sink toMemory() {
        return new Sink(null);
    }

    private static ByteBuffer newBuffer() {
        return ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    long position() {
        return flushed + buffer.position();
    }

    void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void putDouble(double value) {
        room(Double.BYTES).putDouble(value);
    }

    void putBytes(byte[] bytes) {
        for (int from = 0; from < bytes.length; ) {
            int n = Math.min(bytes.length - from, room(1).remaining());
            buffer.put(bytes, from, n);
            from += n;
        }
    }

    /// Zeros up to the next multiple of 8.
    void align() {
        while ((position() & 7) != 0) {
            room(1).put((byte) 0);
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        buffer.flip();
        flushed += buffer.limit();
        crc.update(buffer.duplicate());
        if (channel == null) {
            chunks.add(MemorySegment.ofBuffer(buffer));
            buffer = newBuffer();
            return;
        }
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }

    /// Writes what is still buffered and tells the checksum of everything.
    int finish() {
        flush();
        return (int) crc.getValue();
    }

    /// Header and body as one piece of memory that lives as long as somebody holds it.
    MemorySegment memory(byte[] header) {
        MemorySegment all = Arena.ofAuto().allocate(header.length + flushed, 8);
        MemorySegment.copy(MemorySegment.ofArray(header), 0, all, 0, header.length);
        long at = header.length;
        for (MemorySegment chunk : chunks) {
            MemorySegment.copy(chunk, 0, all, at, chunk.byteSize());
            at += chunk.byteSize();
        }
        return all.asReadOnly();
    }

    /// The text's UTF-8; half a surrogate pair has none and is refused, because it could not be read back.
    static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new FeatureException(
                            "\""
                                    + text
                                    + "\" holds half a character (an unpaired surrogate at "
                                    + i
                                    + ") and cannot be written as UTF-8");
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
