package dev.waxwing.events;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// One record of a segment, big-endian:
///
///     int length of the payload · int CRC32C of all the rest · int batch · int how many of the batch follow · long arrival (ms) · payload
///
/// A *batch* is what one sync made durable, numbered from 1 in each segment; the next one is written only after that sync. So a whole record of
/// a later batch proves that everything before it had been acknowledged, and a tail without one was not.
final class LogRecord {
    static final int HEAD = 24;
    static final int MAX_PAYLOAD = 1 << 20;

    private final long offset;
    private final int batch;
    private final int following;
    private final long arrivalMillis;
    private final byte[] payload;

    private LogRecord(long offset, int batch, int following, long arrivalMillis, byte[] payload) {
        this.offset = offset;
        this.batch = batch;
        this.following = following;
        this.arrivalMillis = arrivalMillis;
        this.payload = payload;
    }

    /// Where it begins in its segment.
    long offset() {
        return offset;
    }

    int batch() {
        return batch;
    }

    /// How many of its batch come after it.
    int following() {
        return following;
    }

    long arrivalMillis() {
        return arrivalMillis;
    }

    /// Not copied.
    byte[] payload() {
        return payload;
    }

    long end() {
        return offset + HEAD + payload.length;
    }

    static void put(ByteBuffer into, int batch, int following, long arrivalMillis, byte[] payload) {
        int start = into.position();
        into.putInt(payload.length)
                .putInt(0)
                .putInt(batch)
                .putInt(following)
                .putLong(arrivalMillis)
                .put(payload);
        into.putInt(start + 4, crc(into.array(), into.arrayOffset() + start, payload.length));
    }

    /// Whether a whole record with the right checksum lies at an index of some bytes of a segment.
    static boolean isAt(byte[] bytes, int index) {
        if (bytes.length - index < HEAD) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int length = buffer.getInt(index);
        return length > 0
                && length <= MAX_PAYLOAD
                && length <= bytes.length - index - HEAD
                && buffer.getInt(index + 4) == crc(bytes, index, length);
    }

    /// @param base the offset in the segment of the first of the bytes
    static LogRecord at(byte[] bytes, int index, long base) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        var payload = new byte[buffer.getInt(index)];
        buffer.get(index + HEAD, payload);
        return new LogRecord(
                base + index,
                buffer.getInt(index + 8),
                buffer.getInt(index + 12),
                buffer.getLong(index + 16),
                payload);
    }

    private static int crc(byte[] bytes, int start, int length) {
        var crc = new CRC32C();
        crc.update(bytes, start, 4);
        crc.update(bytes, start + 8, HEAD - 8 + length);
        return (int) crc.getValue();
    }
}
