package dev.waxwing.events;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// The durable log of events: what [#append] returned from survives `kill -9` and loss of power.
///
/// One process writes, any number read ([LogReader]). Threads that append at once share one sync. Segments roll by size and when the UTC day of
/// arrival changes, so that a day is a whole number of segments. If the clock is set back over a midnight, the log's day stays: a day that has
/// passed is never added to, which is what lets the night close its partition.
///
/// When a write fails (a full disk), nothing of it is kept, the callers get the error, and the log is as good as before.
public final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    /// Segments are read whole, so they are kept small enough for that.
    static final long USUAL_SEGMENT_BYTES = 32L << 20;

    private static final int MOST_BYTES_A_SYNC = 8 << 20;

    interface Opener {
        SegmentFile open(Path path) throws IOException;
    }

    private final Path folder;
    private final long segmentBytes;
    private final Opener opener;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final ConcurrentLinkedQueue<Pending> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    // Below: guarded by `writing`; `end` is also read outside.
    private LogSegment segment;
    private SegmentFile file;
    private long offset;
    private int batch;
    private boolean sealed; // nothing may follow in this segment
    private boolean closed;
    private volatile LogPosition end = LogPosition.START;

    /// Several threads wait for one of these each.
    private static final class Pending {
        private final List<byte[]> payloads;
        private final Instant arrival;
        private final long bytes;
        private boolean done;
        private EventLogException failure;

        Pending(List<byte[]> payloads, Instant arrival) {
            this.payloads = payloads;
            this.arrival = arrival;
            this.bytes = payloads.stream().mapToLong(p -> p.length + (long) LogRecord.HEAD).sum();
        }
    }

    private EventLog(
            Path folder, long segmentBytes, Opener opener, FileChannel lockChannel, FileLock lock) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.opener = opener;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /// Opens the log for writing; makes the folder if there is none, and cuts off what a crash left half-written.
    ///
    /// @throws EventLogException if another process writes it
    public static EventLog open(Path folder) {
        return open(folder, USUAL_SEGMENT_BYTES, SegmentFile::new);
    }

    static EventLog open(Path folder, long segmentBytes, Opener opener) {
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            Path lockFile = folder.resolve("writer.lock");
            channel =
                    FileChannel.open(
                            lockFile,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            FileLock lock = locked(channel, folder);
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(
                            ("process " + ProcessHandle.current().pid() + "\n")
                                    .getBytes(StandardCharsets.UTF_8)),
                    0);
            var log = new EventLog(folder, segmentBytes, opener, channel, lock);
            log.recover();
            return log;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new EventLogException(
                    "cannot open the event log " + folder + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static FileLock locked(FileChannel channel, Path folder) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw taken(channel, folder, e);
        }
        if (lock == null) {
            throw taken(channel, folder, null);
        }
        return lock;
    }

    private static EventLogException taken(FileChannel channel, Path folder, Exception cause)
            throws IOException {
        var text = ByteBuffer.allocate(100);
        channel.read(text, 0);
        String who = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return new EventLogException(
                "the event log "
                        + folder
                        + " is being written by "
                        + (who.isEmpty() ? "another process" : who)
                        + "; only one server writes a log. Stop that one, or give this one its own"
                        + " folder",
                cause);
    }

    private void recover() throws IOException {
        List<LogSegment> segments = LogSegment.list(folder);
        if (segments.isEmpty()) {
            return;
        }
        segment = segments.getLast();
        if (Files.size(segment.file()) < LogSegment.HEAD) { // it died while making the segment
            Files.write(segment.file(), LogSegment.head());
        }
        LogSegment.Condition condition = segment.condition();
        offset = condition.end();
        batch = condition.lastBatch();
        if (condition.damaged() >= 0) {
            LOG.error(
                    "{} cannot be read from offset {} on for a stretch that had been acknowledged:"
                            + " the disk changed it. The file is left as it is; readers skip the"
                            + " stretch and say so. New events go to a new segment.",
                    segment.file(),
                    condition.damaged());
            sealed = true;
        } else if (condition.length() > offset) {
            cutTail(condition);
        }
        file = opener.open(segment.file());
        file.sync();
        SegmentFile.syncFolder(folder);
        end = new LogPosition(segment.number(), offset);
    }

    private void cutTail(LogSegment.Condition condition) throws IOException {
        Path kept = folder.resolve(segment.file().getFileName() + ".torn-" + condition.end());
        Files.write(kept, segment.bytes(condition.end(), condition.length()));
        try (var tail = new RandomAccessFile(segment.file().toFile(), "rw")) {
            tail.setLength(condition.end());
            tail.getFD().sync();
        }
        LOG.warn(
                "{} ended in {} bytes that were never acknowledged, left by a writer that died"
                        + " while writing them; they were cut off at offset {} and kept in {}",
                segment.file(),
                condition.length() - condition.end(),
                condition.end(),
                kept.getFileName());
    }

    /// Appends events and returns when they are on the disk, all of them.
    ///
    /// @param arrival when they were taken in
    /// @return behind the last of them
    /// @throws EventLogException if they could not be written; then none of them was
    public LogPosition append(List<Event> events, Instant arrival) {
        requireNonNull(arrival, "arrival is null");
        if (events.isEmpty()) {
            return end;
        }
        var payloads = new ArrayList<byte[]>(events.size());
        for (Event event : events) {
            byte[] payload = EventJson.write(event);
            if (payload.length > LogRecord.MAX_PAYLOAD) {
                throw new EventLogException(
                        "event "
                                + event.id()
                                + " takes "
                                + payload.length
                                + " bytes; the log takes at most "
                                + LogRecord.MAX_PAYLOAD
                                + ". None of the "
                                + events.size()
                                + " events was stored");
            }
            payloads.add(payload);
        }
        var pending = new Pending(payloads, arrival);
        if (pending.bytes > MOST_BYTES_A_SYNC) {
            throw new EventLogException(
                    events.size()
                            + " events take "
                            + pending.bytes
                            + " bytes; append at most "
                            + MOST_BYTES_A_SYNC
                            + " bytes at once. None of them was stored");
        }
        waiting.add(pending);
        writing.lock();
        try {
            while (!pending.done) { // whoever comes first writes for all who wait
                writeWaiting();
            }
        } finally {
            writing.unlock();
        }
        if (pending.failure != null) {
            throw new EventLogException(pending.failure.getMessage(), pending.failure);
        }
        return end;
    }

    /// Writes a stretch of the queue whose events arrived on one day, as one batch.
    private void writeWaiting() {
        var together = new ArrayList<Pending>();
        int bytes = 0;
        int records = 0;
        LocalDate day = null;
        for (Pending next = waiting.peek(); next != null; next = waiting.peek()) {
            LocalDate itsDay = dayOf(next.arrival);
            if (day != null && (!day.equals(itsDay) || bytes + next.bytes > MOST_BYTES_A_SYNC)) {
                break;
            }
            day = itsDay;
            bytes += (int) next.bytes;
            records += next.payloads.size();
            together.add(waiting.poll());
        }
        EventLogException failure = null;
        try {
            write(together, day, bytes, records);
        } catch (IOException e) {
            failure =
                    new EventLogException(
                            "the event log "
                                    + folder
                                    + " could not take "
                                    + records
                                    + " events ("
                                    + bytes
                                    + " bytes): "
                                    + e.getMessage()
                                    + "; "
                                    + space()
                                    + ". None of them was stored; send them again",
                            e);
            LOG.error("{}", failure.getMessage());
        } catch (RuntimeException e) {
            failure =
                    new EventLogException(
                            "the event log "
                                    + folder
                                    + " could not take "
                                    + records
                                    + " events: "
                                    + e,
                            e);
        }
        for (Pending pending : together) {
            pending.failure = failure;
            pending.done = true;
        }
    }

    private LocalDate dayOf(Instant arrival) {
        LocalDate day = arrival.atOffset(ZoneOffset.UTC).toLocalDate();
        return segment != null && day.isBefore(segment.day()) ? segment.day() : day;
    }

    private void write(List<Pending> together, LocalDate day, int bytes, int records)
            throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        boolean roll =
                segment == null
                        || sealed
                        || !day.equals(segment.day())
                        || (offset > LogSegment.HEAD && offset + bytes > segmentBytes);
        if (roll) {
            roll(day);
        }
        long midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        int following = records;
        for (Pending pending : together) {
            for (byte[] payload : pending.payloads) {
                following--;
                long arrival = Math.max(midnight, pending.arrival.toEpochMilli());
                LogRecord.put(buffer, batch + 1, following, arrival, payload);
            }
        }
        try {
            file.write(offset, buffer.array(), bytes);
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        try {
            file.sync();
        } catch (IOException e) {
            sealed = true; // what the disk holds of this segment's end is unknown from here on
            throw e;
        }
        offset += bytes;
        batch++;
        end = new LogPosition(segment.number(), offset);
    }

    private void takeBack(IOException cause) {
        try {
            file.truncate(offset);
        } catch (IOException e) {
            sealed = true;
            cause.addSuppressed(e);
        }
    }

    private void roll(LocalDate day) throws IOException {
        LogSegment next = LogSegment.in(folder, segment == null ? 1 : segment.number() + 1, day);
        SegmentFile opened = opener.open(next.file());
        try {
            opened.truncate(0);
            opened.write(0, LogSegment.head(), (int) LogSegment.HEAD);
            opened.sync();
            SegmentFile.syncFolder(folder);
        } catch (IOException e) {
            opened.close();
            Files.deleteIfExists(next.file());
            throw e;
        }
        closeQuietly(file);
        segment = next;
        file = opened;
        offset = LogSegment.HEAD;
        batch = 0;
        sealed = false;
        end = new LogPosition(next.number(), offset);
    }

    private String space() {
        try {
            return (Files.getFileStore(folder).getUsableSpace() >> 20) + " MB are free there";
        } catch (IOException e) {
            return "how much is free there cannot be told (" + e.getMessage() + ")";
        }
    }

    /// Behind the last event that is safe.
    public LogPosition end() {
        return end;
    }

    public LogReader reader() {
        return LogReader.of(folder);
    }

    /// Deletes the segments that end before a position, to give back their space; never the one being written.
    ///
    /// @return how many were deleted
    public int deleteBefore(LogPosition position) {
        writing.lock();
        try {
            int deleted = 0;
            for (LogSegment old : LogSegment.list(folder)) {
                if (old.number() < position.segment()
                        && segment != null
                        && old.number() < segment.number()) {
                    Files.delete(old.file());
                    deleted++;
                }
            }
            return deleted;
        } catch (IOException e) {
            throw new EventLogException(
                    "cannot delete old segments of the event log " + folder + ": " + e.getMessage(),
                    e);
        } finally {
            writing.unlock();
        }
    }

    /// Lets another process write the log. What comes after is refused.
    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                closeQuietly(file);
                lock.release();
                lockChannel.close();
            }
        } catch (IOException e) {
            throw new EventLogException(
                    "cannot close the event log " + folder + ": " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            LOG.warn("cannot close a file of the event log: {}", e.getMessage());
        }
    }
}
