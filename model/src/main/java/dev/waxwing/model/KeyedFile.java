package dev.waxwing.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A read-only file of rows found by key, memory-mapped; `docs/bundle.md` has its layout byte by byte.
///
/// A lookup hashes the key, probes a table of row numbers and compares the key: three reads, however large the file. Texts are kept once each
/// in a dictionary and decoded when first asked for. The mapping lives as long as somebody holds a row of it. Serves all threads.
final class KeyedFile {
    private static final byte[] MAGIC = "WXKEYED1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 128;
    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final String head;
    private final int rows;
    private final int mask;
    private final long tokenEnds;
    private final long tokenBytes;
    private final long keyEnds;
    private final long keyBytes;
    private final long slots;
    private final long rowStarts;

    /// Decoded texts; filled without locks, because two threads at worst decode one text twice.
    private final String[] decoded;

    private KeyedFile(String where, MemorySegment bytes) {
        check(where, bytes);
        this.bytes = bytes;
        this.rows = bytes.get(INT, 24);
        int tokens = bytes.get(INT, 28);
        this.mask = bytes.get(INT, 32) - 1;
        this.tokenEnds = bytes.get(LONG, 56);
        this.tokenBytes = bytes.get(LONG, 64);
        this.keyEnds = bytes.get(LONG, 72);
        this.keyBytes = bytes.get(LONG, 80);
        this.slots = bytes.get(LONG, 88);
        this.rowStarts = bytes.get(LONG, 96);
        this.head = text(bytes.get(LONG, 48), bytes.get(INT, 36));
        this.decoded = new String[tokens];
    }

    static KeyedFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new KeyedFile(
                    file.toString(),
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot map " + file + ": " + e, e);
        }
    }

    private static void check(String where, MemorySegment bytes) {
        long size = bytes.byteSize();
        if (size < HEADER
                || !Arrays.equals(bytes.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE), MAGIC)) {
            throw new CorruptFileException(
                    where
                            + " does not begin with "
                            + new String(MAGIC, StandardCharsets.US_ASCII)
                            + " and a header of "
                            + HEADER
                            + " bytes; it is "
                            + size
                            + " bytes of something else");
        }
        if (crc(bytes, 12, HEADER) != bytes.get(INT, 8)) {
            throw new CorruptFileException(
                    where + " has an altered header (checksum differs); publish the bundle again");
        }
        long length = bytes.get(LONG, 16);
        if (length != size) {
            throw new CorruptFileException(
                    where
                            + " should be "
                            + length
                            + " bytes, found "
                            + size
                            + "; it was cut off or appended to");
        }
        if (crc(bytes, HEADER, size) != bytes.get(INT, 12)) {
            throw new CorruptFileException(
                    where
                            + " was altered (checksum of its "
                            + size
                            + " bytes differs); publish the bundle again");
        }
    }

    private static int crc(MemorySegment bytes, long from, long to) {
        var crc = new CRC32C();
        for (long at = from; at < to; at += 1 << 28) {
            crc.update(bytes.asSlice(at, Math.min(1 << 28, to - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    /// What the file is and what its rows hold, as JSON.
    String head() {
        return head;
    }

    int rows() {
        return rows;
    }

    MemorySegment bytes() {
        return bytes;
    }

    /// The row of a key, or -1.
    int find(String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        for (int slot = (int) TokenHash.of(wanted) & mask; ; slot = (slot + 1) & mask) {
            int row = bytes.get(INT, slots + 4L * slot) - 1;
            if (row < 0) {
                return -1;
            }
            long from = end(keyEnds, row - 1);
            long to = end(keyEnds, row);
            if (to - from == wanted.length && isKey(wanted, keyBytes + from)) {
                return row;
            }
        }
    }

    private boolean isKey(byte[] wanted, long at) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    String key(int row) {
        long from = end(keyEnds, row - 1);
        return text(keyBytes + from, (int) (end(keyEnds, row) - from));
    }

    /// Where the bytes of a row begin.
    long start(int row) {
        return bytes.get(LONG, rowStarts + 8L * row);
    }

    String token(int id) {
        String known = decoded[id];
        if (known == null) {
            long from = end(tokenEnds, id - 1);
            known = text(tokenBytes + from, (int) (end(tokenEnds, id) - from));
            decoded[id] = known;
        }
        return known;
    }

    private long end(long ends, int index) {
        return index < 0 ? 0 : bytes.get(LONG, ends + 8L * index);
    }

    private String text(long at, int length) {
        var copy = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, copy, 0, length);
        return new String(copy, StandardCharsets.UTF_8);
    }

    /// Writes the bytes of one row.
    interface RowWriter {
        void write(int row, Sink sink);
    }

    /// Writes a new file; an existing one is replaced.
    static void write(
            Path file, String head, List<String> sortedKeys, Tokens.Sorted tokens, RowWriter rows) {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.position(HEADER);
            byte[] header = body(Sink.toFile(channel), head, sortedKeys, tokens, rows);
            ByteBuffer buffer = ByteBuffer.wrap(header);
            while (buffer.hasRemaining()) {
                channel.write(buffer, buffer.position());
            }
        } catch (IOException | UncheckedIOException e) {
            deleteHalf(file, e);
            throw new UncheckedIOException(
                    "cannot write " + file + ": " + e.getMessage(),
                    e instanceof UncheckedIOException u ? u.getCause() : (IOException) e);
        }
    }

    private static void deleteHalf(Path file, Exception because) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /// The same in memory.
    static KeyedFile inMemory(
            String head, List<String> sortedKeys, Tokens.Sorted tokens, RowWriter rows) {
        Sink sink = Sink.toMemory();
        byte[] header = body(sink, head, sortedKeys, tokens, rows);
        return new KeyedFile("in memory", sink.memory(header));
    }

    private static byte[] body(
            Sink sink, String head, List<String> keys, Tokens.Sorted tokens, RowWriter rows) {
        byte[] headBytes = head.getBytes(StandardCharsets.UTF_8);
        int capacity = Math.max(4, Integer.highestOneBit(Math.max(1, keys.size()) * 2 - 1) << 1);
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).position(24);
        header.putInt(keys.size())
                .putInt(tokens.texts.length)
                .putInt(capacity)
                .putInt(headBytes.length)
                .position(48);
        header.putLong(HEADER + sink.position());
        sink.putBytes(headBytes);
        texts(sink, header, Arrays.asList(tokens.texts));
        texts(sink, header, keys);
        sink.align();
        header.putLong(HEADER + sink.position());
        for (int slot : slots(keys, capacity)) {
            sink.putInt(slot);
        }
        var starts = new long[keys.size()];
        for (int row = 0; row < starts.length; row++) {
            sink.align();
            starts[row] = HEADER + sink.position();
            rows.write(row, sink);
        }
        sink.align();
        header.putLong(HEADER + sink.position());
        for (long start : starts) {
            sink.putLong(start);
        }
        int bodyCrc = sink.finish();
        header.putInt(12, bodyCrc).putLong(16, HEADER + sink.position());
        var crc = new CRC32C();
        crc.update(header.array(), 12, HEADER - 12);
        return header.putInt(8, (int) crc.getValue()).array();
    }

    /// Where each text ends, then the texts.
    private static void texts(Sink sink, ByteBuffer header, List<String> texts) {
        sink.align();
        header.putLong(HEADER + sink.position());
        long end = 0;
        for (String text : texts) {
            end += Sink.utf8(text).length;
            sink.putLong(end);
        }
        header.putLong(HEADER + sink.position());
        for (String text : texts) {
            sink.putBytes(Sink.utf8(text));
        }
    }

    private static int[] slots(List<String> keys, int capacity) {
        var slots = new int[capacity];
        for (int row = 0; row < keys.size(); row++) {
            int slot = (int) TokenHash.of(keys.get(row)) & (capacity - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (capacity - 1);
            }
            slots[slot] = row + 1;
        }
        return slots;
    }
}
