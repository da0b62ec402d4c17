package dev.waxwing.flow;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Drops what is too old: runs with all that is recorded of them and their logs, what happened long ago, and how baselines
/// stood. A little at a time, so that nobody waits for it; when nothing is old it looks once a minute.
final class Retention {
    static final int AT_ONCE = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Runs runs;
    private final Path home;
    private final Duration keep;
    private Instant next = Instant.MIN;

    /// @param keep how long a run is kept after it ended
    Retention(Runs runs, Path home, Duration keep) {
        this.runs = runs;
        this.home = home;
        this.keep = keep;
    }

    /// @return the runs that were dropped
    List<String> tick(Instant now) {
        if (now.isBefore(next) && !now.isBefore(next.minus(LOOK))) { // it may have been set back
            return List.of();
        }
        Instant before = now.minus(keep);
        // Logs go first: a crash in between leaves a run without logs, which the next look drops,
        // and no log without a run.
        for (String run : runs.endedBefore(before, AT_ONCE)) {
            new RunFolder(home, run).deleteAll();
        }
        List<String> dropped = runs.forget(before, AT_ONCE);
        if (dropped.size() < AT_ONCE) {
            next = now.plus(LOOK);
            runs.database()
                    .turn(
                            handle -> {
                                Journal.cut(handle, Journal.KEPT);
                                BaselineRecord.forget(handle, before);
                                return dropped;
                            });
        }
        if (!dropped.isEmpty()) {
            LOG.info(
                    "{} runs that ended more than {} days ago were dropped, with their logs",
                    dropped.size(),
                    keep.toDays());
        }
        return dropped;
    }
}
