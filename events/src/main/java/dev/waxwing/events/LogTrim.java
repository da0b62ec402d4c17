package dev.waxwing.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/// Removes the oldest segments of an event log. The process that writes the log may go on meanwhile: its own segment, the last one, always stays.
public final class LogTrim {
    private LogTrim() {}

    /// Removes segments whose events are all committed elsewhere and arrived before a day, the oldest first. A crash on the way leaves a shorter log that
    /// is as good, and the next call goes on.
    ///
    /// @param committed what lies before it is safe elsewhere; a segment that reaches beyond it stays
    /// @param keepFrom segments of this day (UTC, of arrival) and later stay
    /// @return how many were removed
    /// @throws EventLogException if a file cannot be removed; those before it are gone
    public static int trim(Path folder, LogPosition committed, LocalDate keepFrom) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<LogSegment> segments = LogSegment.list(folder);
        int removed = 0;
        for (LogSegment segment : segments.subList(0, Math.max(0, segments.size() - 1))) {
            if (segment.number() >= committed.segment() || !segment.day().isBefore(keepFrom)) {
                break;
            }
            try {
                Files.deleteIfExists(segment.file());
                SegmentFile.syncFolder(folder);
            } catch (IOException e) {
                throw new EventLogException(
                        "cannot remove the event log's " + segment.file() + ": " + e.getMessage(),
                        e);
            }
            removed++;
        }
        return removed;
    }
}
