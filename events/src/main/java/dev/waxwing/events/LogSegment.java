package dev.waxwing.events;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One file of the log, named `<number>-<arrival day>.log`. It begins with a head of 8 bytes; records follow.
///
/// @param day the UTC day in which all of its records arrived
record LogSegment(long number, LocalDate day, Path file) {
    static final long HEAD = 8;
    private static final long MAGIC = 0x5741584c4f473031L; // "WAXLOG01"
    private static final Pattern NAME = Pattern.compile("(\\d{10})-(\\d{8})\\.log");

    static LogSegment in(Path folder, long number, LocalDate day) {
        String name =
                "%010d-%s.log".formatted(number, day.format(DateTimeFormatter.BASIC_ISO_DATE));
        return new LogSegment(number, day, folder.resolve(name));
    }

    /// The segments of a folder in their order.
    static List<LogSegment> list(Path folder) {
        var segments = new ArrayList<LogSegment>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    LocalDate day =
                            LocalDate.parse(name.group(2), DateTimeFormatter.BASIC_ISO_DATE);
                    segments.add(new LogSegment(Long.parseLong(name.group(1)), day, file));
                }
            }
        } catch (IOException e) {
            throw new EventLogException(
                    "cannot list the event log " + folder + ": " + e.getMessage(), e);
        }
        segments.sort(Comparator.comparingLong(LogSegment::number));
        return segments;
    }

    static byte[] head() {
        return ByteBuffer.allocate((int) HEAD).putLong(MAGIC).array();
    }

    /// The bytes from an offset to another, or to the end of the file if that comes first.
    byte[] bytes(long from, long to) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            if (length >= HEAD && in.readLong() != MAGIC) {
                throw new EventLogException(
                        file
                                + " is not a segment of an event log: it does not begin with"
                                + " WAXLOG01; move it away");
            }
            var bytes = new byte[(int) Math.max(0, Math.min(to, length) - from)];
            if (bytes.length > 0) {
                in.seek(from);
                in.readFully(bytes);
            }
            return bytes;
        } catch (IOException e) {
            throw new EventLogException(
                    "cannot read the event log's " + file + ": " + e.getMessage(), e);
        }
    }

    /// What lies in a stretch of the segment, told in order.
    interface Visitor {
        void record(LogRecord record);

        /// Bytes that are no whole record.
        ///
        /// @param resumed whether a whole record follows them
        void rubbish(long from, long to, boolean resumed);
    }

    void walk(long from, long to, Visitor visitor) {
        byte[] bytes = bytes(Math.max(from, HEAD), to);
        long base = Math.max(from, HEAD);
        int index = 0;
        while (index < bytes.length) {
            if (LogRecord.isAt(bytes, index)) {
                LogRecord record = LogRecord.at(bytes, index, base);
                visitor.record(record);
                index = (int) (record.end() - base);
            } else {
                int next = index + 1;
                while (next < bytes.length && !LogRecord.isAt(bytes, next)) {
                    next++;
                }
                visitor.rubbish(base + index, base + next, next < bytes.length);
                index = next;
            }
        }
    }

    /// What is known of a segment's end.
    ///
    /// @param end behind the last whole batch
    /// @param lastBatch that batch's number, 0 = there is none
    /// @param damaged where something before `end` cannot be read although it was acknowledged; -1 = nowhere
    /// @param length of the file
    record Condition(long end, int lastBatch, long damaged, long length) {}

    Condition condition() {
        var found =
                new Visitor() {
                    private long end = HEAD;
                    private long length = HEAD;
                    private int lastBatch;
                    private LogRecord last;
                    private long unreadable = -1; // first rubbish since the last whole batch
                    private int unreadableBatch;
                    private long damaged = -1;

                    @Override
                    public void record(LogRecord record) {
                        if (unreadable >= 0 && damaged < 0 && record.batch() > unreadableBatch) {
                            damaged = unreadable;
                        }
                        if (record.following() == 0 && (unreadable < 0 || damaged >= 0)) {
                            end = record.end();
                            lastBatch = record.batch();
                        }
                        last = record;
                        length = record.end();
                    }

                    @Override
                    public void rubbish(long from, long to, boolean resumed) {
                        if (unreadable < 0) {
                            unreadable = from;
                            int lastRead = last == null ? 0 : last.batch();
                            unreadableBatch =
                                    last != null && last.following() > 0 ? lastRead : lastRead + 1;
                        }
                        length = to;
                    }
                };
        walk(HEAD, Long.MAX_VALUE, found);
        return new Condition(found.end, found.lastBatch, found.damaged, found.length);
    }
}
