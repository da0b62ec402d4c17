package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The night shift of a process: a worker that takes on whatever any worker may run, and, if wanted, a scheduler that makes the
/// runs of cycles whose moment has come. Any number of processes may be on shift at once; two schedulers make no run twice.
public final class Shift implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shift.class);
    private static final Duration SCHEDULES = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /// @param width how many steps work at once in this process
    /// @param zone in which schedules are meant
    /// @param pools how many steps each named pool lets work at once, in all processes; pools not named let one
    /// @param schedules whether this process makes the runs of schedules, looks after baselines and drops what is old
    /// @param baselines the folder that declares them; empty = there are none
    /// @param keep how long ended runs are kept
    public record Settings(
            int width,
            ZoneId zone,
            Map<String, Integer> pools,
            boolean schedules,
            Optional<Path> baselines,
            Duration keep) {
        /// How long runs are kept if nothing else is said.
        public static final Duration KEEP = Duration.ofDays(400);

        public Settings {
            requireNonNull(zone, "zone is null");
            pools = Map.copyOf(pools);
            requireNonNull(baselines, "baselines is null");
            if (keep.compareTo(Duration.ofDays(1)) < 0) {
                throw new IllegalArgumentException("keep must be at least 1d, got " + keep);
            }
        }

        /// Without baselines.
        public Settings(int width, ZoneId zone, Map<String, Integer> pools, boolean schedules) {
            this(width, zone, pools, schedules, Optional.empty(), KEEP);
        }
    }

    private final Runs runs;
    private final Scheduler scheduler;
    private final Retention retention;
    private final Optional<BaselineWatch> watch;
    private final Settings settings;
    private final Engine engine;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean ending;
    private long lastSchedule = System.nanoTime() - SCHEDULES.toNanos();

    private Shift(
            Runs runs,
            Path home,
            Pipelines pipelines,
            Settings settings,
            InstantSource clock,
            RunListener listener) {
        this.runs = runs;
        this.settings = settings;
        this.clock = clock;
        this.scheduler = new Scheduler(runs, pipelines, settings.zone());
        this.retention = new Retention(runs, home, settings.keep());
        this.watch =
                settings.schedules()
                        ? settings.baselines()
                                .map(folder -> new BaselineWatch(runs, folder, settings.zone()))
                        : Optional.empty();
        this.engine =
                new Engine(
                        runs.database(),
                        home,
                        (name, overrides) ->
                                pipelines.with(overrides).named(name).pipelines().getFirst(),
                        clock,
                        listener,
                        new Engine.Duty(settings.width(), "", settings.pools()));
        this.thread = Thread.ofPlatform().daemon().name("shift").unstarted(this::work);
    }

    /// Begins to work on a thread of its own.
    /// @param home the project's `.waxwing`: logs go to `logs/<run>/<step>.log` below it, work folders to `work/<run>/`
    public static Shift start(
            Runs runs,
            Path home,
            Pipelines pipelines,
            Settings settings,
            InstantSource clock,
            RunListener listener) {
        var shift = new Shift(runs, home, pipelines, settings, clock, listener);
        shift.engine.register();
        shift.thread.start();
        return shift;
    }

    private void work() {
        try (Database.Session session = runs.database().session()) {
            while (!ending) {
                try {
                    if (isTimeForSchedules()) {
                        Instant now = clock.instant();
                        schedule(now);
                        lookAfter(now);
                    }
                    engine.work(() -> ending || isTimeForSchedules(), session);
                } catch (InterruptedException e) {
                    ending = true;
                } catch (RuntimeException e) { // the database, most likely; it may come back
                    LOG.warn(
                            "this worker tries again in {} s: {}",
                            AFTER_FAILURE.toSeconds(),
                            FailureText.of(e));
                    LockSupport.parkNanos(AFTER_FAILURE.toNanos());
                }
            }
            watch.ifPresent(BaselineWatch::close);
            engine.leave(session, FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Files that cannot be listed keep no planned run from being worked at.
    private void schedule(Instant now) {
        try {
            scheduler.tick(now);
        } catch (RuntimeException e) {
            LOG.warn("schedules were not looked at: {}", FailureText.of(e));
        } finally {
            lastSchedule = System.nanoTime();
        }
    }

    /// What goes wrong here keeps no step from running.
    private void lookAfter(Instant now) {
        try {
            watch.ifPresent(each -> each.tick(scheduler.files(), now));
            retention.tick(now);
        } catch (RuntimeException e) {
            LOG.warn(
                    "baselines and what is old are looked at again in {} s: {}",
                    SCHEDULES.toSeconds(),
                    FailureText.of(e));
        }
    }

    private boolean isTimeForSchedules() {
        return settings.schedules() && System.nanoTime() - lastSchedule >= SCHEDULES.toNanos();
    }

    /// Ends the shift: steps at work are interrupted and given back, so that others may take them.
    @Override
    public void close() {
        ending = true;
        engine.nudge();
        try {
            thread.join(FAREWELL.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
