package dev.waxwing.events;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads an event log that this or another process may be writing. Takes no lock; sees only whole batches, and only such as are on the disk.
public final class LogReader {
    private final Path folder;

    private LogReader(Path folder) {
        this.folder = folder;
    }

    /// @param folder of the log; need not exist yet, a server that never took an event has none
    public static LogReader of(Path folder) {
        return new LogReader(folder);
    }

    /// Before the oldest event that is still kept.
    public LogPosition start() {
        List<LogSegment> segments = segments();
        return segments.isEmpty()
                ? LogPosition.START
                : new LogPosition(segments.getFirst().number(), LogSegment.HEAD);
    }

    /// Behind the last event that is safe. What lies before it stays as it is for ever.
    public LogPosition end() {
        List<LogSegment> segments = segments();
        if (segments.isEmpty()) {
            return LogPosition.START;
        }
        LogSegment last = segments.getLast();
        try (var file = new RandomAccessFile(last.file().toFile(), "r")) {
            file.getFD().sync(); // the writer may be between its write and its own sync
        } catch (IOException e) {
            throw new EventLogException(
                    "cannot sync the event log's " + last.file() + ": " + e.getMessage(), e);
        }
        return new LogPosition(last.number(), last.condition().end());
    }

    /// Whether the log never took an event.
    public boolean isEmpty() {
        return segments().isEmpty();
    }

    /// Whether an event of a later day (UTC, of arrival) is there; then nothing is added to the day any more.
    public boolean hasPassed(LocalDate day) {
        List<LogSegment> segments = segments();
        return !segments.isEmpty() && segments.getLast().day().isAfter(day);
    }

    /// Before the first event that arrived (UTC) on the day or later; the log's end if there is none yet.
    public LogPosition startOf(LocalDate day) {
        return segments().stream()
                .filter(s -> !s.day().isBefore(day))
                .findFirst()
                .map(s -> new LogPosition(s.number(), LogSegment.HEAD))
                .orElseGet(this::end);
    }

    /// Reads a stretch, in the order in which it was written.
    ///
    /// @param from [LogPosition#START], or a position that this log gave out
    /// @throws EventLogException if the stretch is damaged, or its beginning was deleted
    public void read(LogPosition from, LogPosition to, Consumer<Logged> events) {
        read(
                from,
                to,
                events,
                damage -> {
                    throw new EventLogException(damage.what());
                });
    }

    /// Reads a stretch and goes on behind what cannot be read, having told it.
    public void read(
            LogPosition from,
            LogPosition to,
            Consumer<Logged> events,
            Consumer<Logged.Damage> damages) {
        List<LogSegment> segments = segments();
        if (from.segment() > 0
                && !segments.isEmpty()
                && from.segment() < segments.getFirst().number()) {
            throw new EventLogException(
                    "the event log "
                            + folder
                            + " no longer holds what follows "
                            + from
                            + "; it begins at "
                            + start()
                            + ". What lies between is lost to this reader; begin at the latter if"
                            + " that is acceptable");
        }
        for (LogSegment segment : segments) {
            if (segment.number() < from.segment() || segment.number() > to.segment()) {
                continue;
            }
            long begin = segment.number() == from.segment() ? from.offset() : LogSegment.HEAD;
            long end = segment.number() == to.segment() ? to.offset() : Long.MAX_VALUE;
            segment.walk(begin, end, new Telling(segment, events, damages));
        }
    }

    private List<LogSegment> segments() {
        return Files.isDirectory(folder) ? LogSegment.list(folder) : List.of();
    }

    private record Telling(
            LogSegment segment, Consumer<Logged> events, Consumer<Logged.Damage> damages)
            implements LogSegment.Visitor {
        @Override
        public void record(LogRecord record) {
            decoded(record)
                    .ifPresentOrElse(
                            event ->
                                    events.accept(
                                            new Logged(
                                                    event,
                                                    Instant.ofEpochMilli(record.arrivalMillis()),
                                                    at(record.offset()),
                                                    at(record.end()))),
                            () ->
                                    damage(
                                            record.offset(),
                                            record.end(),
                                            "holds a record that is not an event"));
        }

        @Override
        public void rubbish(long from, long to, boolean resumed) {
            damage(from, to, "was changed on the disk, or written in part");
        }

        private void damage(long from, long to, String what) {
            damages.accept(
                    new Logged.Damage(
                            at(from),
                            at(to),
                            segment.file()
                                    + " "
                                    + what
                                    + ": "
                                    + (to - from)
                                    + " bytes from offset "
                                    + from
                                    + " on cannot be read; restore the file from a backup, or have"
                                    + " the stretch skipped"));
        }

        private LogPosition at(long offset) {
            return new LogPosition(segment.number(), offset);
        }

        private static Optional<Event> decoded(LogRecord record) {
            try {
                return Optional.of(EventJson.read(record.payload()));
            } catch (IOException | RuntimeException e) {
                return Optional.empty(); // told as damage by the caller
            }
        }
    }
}
