package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Executes pipelines in this process, by a worker that takes nothing else on. One runner may execute several runs at once, each
/// called from its own thread.
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
        LocalDateTime cycle =
                pipeline.schedule().cyclesOf(bizdate).stream()
                        .findFirst()
                        .orElse(bizdate.plusDays(1).atStartOfDay());
        runs.refuseIfTaken(pipeline.name(), cycle);
        var engine =
                new Engine(
                        runs.database(),
                        home,
                        (_, _) -> pipeline,
                        clock,
                        listener,
                        new Engine.Duty(width, "", Map.of()));
        engine.register();
        try (Database.Session session = runs.database().session()) {
            Runs.Begun begun;
            try {
                begun = runs.begin(pipeline, cycle, engine.id(), now());
            } catch (RuntimeException e) {
                engine.leave(session);
                throw e;
            }
            if (!begun.tookOver().isEmpty()) {
                LOG.warn("{} replaces {}, whose process is gone", begun.run(), begun.tookOver());
                new RunFolder(home, begun.tookOver()).deleteWork();
            }
            engine.only(begun.run());
            tell(
                    listener,
                    new RunEvent.RunStarted(
                            begun.run(),
                            pipeline.name(),
                            bizdate,
                            pipeline.steps().size(),
                            begun.tookOver()));
            var ended = new CountDownLatch(1);
            var farewell =
                    new Thread(() -> stop(begun.run(), engine, ended), "stop " + begun.run());
            boolean watched = watch(begun.run(), engine, farewell);
            try {
                return drive(engine, begun.run(), session);
            } finally {
                ended.countDown();
                if (watched) {
                    unwatch(farewell);
                }
            }
        }
    }

    private RunReport drive(Engine engine, String run, Database.Session session) {
        boolean interrupted = false;
        try {
            while (!engine.hasEnded(run)) {
                try {
                    engine.work(() -> engine.hasEnded(run), session);
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel(run, engine, "interrupted");
                }
            }
            engine.leave(session);
            return runs.find(run).orElseThrow();
        } catch (RuntimeException | Error e) { // the record cannot be written, most likely
            abandon(engine, run, session, e);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Stops without a record of each step, because the record itself failed.
    private void abandon(Engine engine, String run, Database.Session session, Throwable cause) {
        try {
            engine.stopAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            runs.abandon(run, FailureText.of(cause), now());
        } catch (RuntimeException again) {
            cause.addSuppressed(again);
        }
        engine.leave(session);
        new RunFolder(home, run).deleteWork();
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

    private void cancel(String run, Engine engine, String why) {
        try {
            runs.cancel(run, "process " + ProcessHandle.current().pid(), why, now());
        } catch (IllegalStateException e) {
            LOG.debug("{} ended before it could be cancelled", run);
        }
        engine.nudge();
    }

    private void stop(String run, Engine engine, CountDownLatch ended) {
        cancel(run, engine, "the process was told to end");
        try {
            if (!ended.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("some steps did not stop within {} s", FAREWELL.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false if the process is ending already; then the run is cancelled at once
    private boolean watch(String run, Engine engine, Thread farewell) {
        try {
            Runtime.getRuntime().addShutdownHook(farewell);
            return true;
        } catch (IllegalStateException e) {
            cancel(run, engine, "the process is ending");
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

    private static void tell(RunListener listener, RunEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed at {}; the run goes on", event, e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
