package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Executes pipelines in this process. One runner may execute several runs at once, each called from its own thread.
///
/// A run is cancelled by interrupting the thread that called, or by ending the process in an orderly way (Ctrl-C): its
/// running steps are interrupted, and it is recorded as CANCELLED once they have stopped.
public final class Runner {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    /// How long a process that was told to end waits for its steps. Who has not stopped by then dies with the
    /// process; the next run finds that run LOST.
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Runs runs;
    private final Path home;
    private final int width;
    private final InstantSource clock;

    /// @param home the project's `.waxwing`: logs go to `logs/<run>/<step>.log` below it, work folders to `work/<run>/`
    /// @param width how many steps of a run work at once, at least 1
    public Runner(Runs runs, Path home, int width, InstantSource clock) {
        this.runs = requireNonNull(runs, "runs is null");
        this.home = requireNonNull(home, "home is null");
        this.clock = requireNonNull(clock, "clock is null");
        if (width < 1) {
            throw new IllegalArgumentException("width must be at least 1, got " + width);
        }
        this.width = width;
    }

    /// Runs one pipeline for one business date, and returns when all is done, failed or cancelled. A step that fails
    /// takes those after it along; the others finish.
    /// @throws AlreadyRunning if it runs for that date already
    public RunReport run(Pipeline pipeline, LocalDate bizdate, RunListener listener) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Runs.Begun begun = runs.begin(pipeline, bizdate, now);
        if (!begun.tookOver().isEmpty()) {
            LOG.warn("{} replaces {}, whose process is gone", begun.run(), begun.tookOver());
            new RunFolder(home, begun.tookOver()).deleteWork();
        }
        var execution =
                new Execution(pipeline, bizdate, runs, begun, home, width, clock, listener, now);
        var farewell = new Thread(() -> stop(execution), "stop " + begun.run());
        boolean watched = watch(execution, farewell);
        try {
            return execution.run();
        } finally {
            if (watched) {
                unwatch(farewell);
            }
        }
    }

    /// Runs a file's pipelines for each date from `from` to `to`: dates in order, all pipelines of a date before the
    /// next date, and nothing after the first run that is not done.
    /// @return one report for every run that was made; all are done but the last, perhaps
    /// @throws AlreadyRunning if one of them runs for that date already; the runs before it stay done
    public List<RunReport> run(
            PipelineFile file, LocalDate from, LocalDate to, RunListener listener) {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException(
                    "the last date, " + to + ", is before the first, " + from);
        }
        var reports = new ArrayList<RunReport>();
        for (LocalDate bizdate = from; !bizdate.isAfter(to); bizdate = bizdate.plusDays(1)) {
            for (Pipeline pipeline : file.pipelines()) {
                RunReport report = run(pipeline, bizdate, listener);
                reports.add(report);
                if (!report.done()) {
                    return List.copyOf(reports);
                }
            }
        }
        return List.copyOf(reports);
    }

    private static void stop(Execution execution) {
        execution.cancel();
        try {
            if (!execution.awaitEnd(FAREWELL)) {
                LOG.warn("some steps did not stop within {} s", FAREWELL.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false if the process is ending already; then the run is cancelled at once
    private static boolean watch(Execution execution, Thread farewell) {
        try {
            Runtime.getRuntime().addShutdownHook(farewell);
            return true;
        } catch (IllegalStateException e) {
            execution.cancel();
            return false;
        }
    }

    private static void unwatch(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            LOG.debug(
                    "the process is ending; {} has run or will find nothing to do",
                    farewell.getName());
        }
    }
}
