package dev.waxwing.flow;

import dev.waxwing.config.MapNode;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// What a record of 1,000 daily pipelines of three steps costs when it holds 10 days and when it holds 365: looking at schedules, making a night's
/// runs, doing them, an idle worker, pages, and forgetting. Arguments: an empty folder, and the URL of an empty PostgreSQL database or nothing for
/// SQLite.
public final class HistoryBench {
    private static final int PIPELINES = 1000;
    private static final int STEPS = 3;
    private static final LocalDate LAST = LocalDate.of(2013, 12, 31);
    private static final int ROUNDS = 21;
    private static final Duration IDLE = Duration.ofSeconds(12);

    private final Path home;
    private final Runs runs;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();

    private HistoryBench(Path home, Runs runs) {
        this.home = home;
        this.runs = runs;
    }

    /// Prints one line a figure.
    public static void main(String[] args) throws IOException {
        Path home = Files.createDirectories(Path.of(args[0]));
        Files.createDirectories(home.resolve("pipelines"));
        for (int i = 0; i < PIPELINES; i++) {
            Files.writeString(
                    home.resolve("pipelines/" + pipeline(i) + ".yaml"),
                    """
                    pipeline: %s
                    schedule: "0 1 * * *"
                    waits: { self: { on: previous-day, if-failed: go-on } }
                    steps:
                      s0: { noop: x }
                      s1: { noop: x, after: s0 }
                      s2: { noop: x, after: s1 }
                    """
                            .formatted(pipeline(i)));
        }
        try (Runs runs =
                args.length > 1 ? Runs.open(args[1]) : Runs.open(home.resolve("flow.db"))) {
            var bench = new HistoryBench(home, runs);
            runs.database().watch(bench.counter());
            bench.fill(LAST.minusDays(9), LAST);
            bench.measure(10, LAST.plusDays(1));
            bench.fill(LAST.minusDays(364), LAST.minusDays(10));
            bench.measure(365, LAST.plusDays(2));
            bench.retention();
        }
    }

    private static String pipeline(int i) {
        return "p%04d".formatted(i);
    }

    // ---- history

    private void fill(LocalDate from, LocalDate to) {
        long start = System.nanoTime();
        try (Database.Session session = runs.database().session()) {
            session.turn(
                    handle -> {
                        handle.execute("CREATE TEMPORARY TABLE filled_pipeline (name VARCHAR(60))");
                        handle.execute(
                                "CREATE TEMPORARY TABLE filled_step (step VARCHAR(60), n INTEGER)");
                        for (int i = 0; i < PIPELINES; i++) {
                            handle.execute("INSERT INTO filled_pipeline VALUES (?)", pipeline(i));
                        }
                        for (int i = 0; i < STEPS; i++) {
                            handle.execute("INSERT INTO filled_step VALUES (?, ?)", "s" + i, i);
                        }
                        return from;
                    });
            for (LocalDate day = from; !day.isAfter(to); day = day.plusDays(1)) {
                LocalDate bizdate = day;
                session.turn(
                        handle -> {
                            fill(handle, bizdate);
                            return bizdate;
                        });
            }
            session.turn(
                    handle -> {
                        handle.execute("DROP TABLE filled_pipeline");
                        return handle.execute("DROP TABLE filled_step");
                    });
        }
        System.out.printf(
                Locale.ROOT,
                "%d days written down in %.1f s%n",
                ChronoUnit.DAYS.between(from, to) + 1,
                (System.nanoTime() - start) / 1e9);
    }

    /// One night: every hundredth run failed.
    private static void fill(Handle handle, LocalDate bizdate) {
        String ds = TimeVariables.ds(bizdate);
        LocalDateTime cycle = bizdate.plusDays(1).atTime(1, 0);
        long at = cycle.toInstant(ZoneOffset.UTC).toEpochMilli();
        String id = "'r-" + ds + "-' || p.name || '-0001'";
        String state = "CASE WHEN p.name LIKE '%00' THEN 'FAILED' ELSE 'DONE' END";
        handle.execute(
                "INSERT INTO run (id, pipeline, bizdate, cycle, number, state, started_at, ended_at, patient, message)"
                        + " SELECT "
                        + id
                        + ", p.name, ?, ?, 1, "
                        + state
                        + ", ?, ?, 1, '' FROM filled_pipeline p",
                ds,
                cycle.toString(),
                at,
                at + 60_000);
        handle.execute(
                "INSERT INTO run_step (run_id, step, position, state, attempts, took_ms, since, comes_after)"
                        + " SELECT "
                        + id
                        + ", s.step, s.n, "
                        + state
                        + ", 1, 20000, ?, CASE WHEN s.n = 0 THEN '' ELSE 's' || (s.n - 1) END"
                        + " FROM filled_pipeline p CROSS JOIN filled_step s",
                at);
        handle.execute(
                "INSERT INTO run_attempt (run_id, step, attempt, state, started_at, ended_at)"
                        + " SELECT "
                        + id
                        + ", s.step, 1, "
                        + state
                        + ", ?, ? FROM filled_pipeline p CROSS JOIN filled_step s",
                at,
                at + 20_000);
        handle.execute(
                "INSERT INTO run_need (run_id, pipeline, bizdate, cycle, if_failed, only_if_made)"
                        + " SELECT "
                        + id
                        + ", p.name, ?, ?, 'GO_ON', 1 FROM filled_pipeline p",
                TimeVariables.ds(bizdate.minusDays(1)),
                cycle.minusDays(1).toString());
    }

    // ---- figures

    private void measure(int days, LocalDate night) {
        System.out.printf(Locale.ROOT, "--- %d days, %d runs%n", days, days * PIPELINES);
        Pipelines pipelines = Pipelines.in(home.resolve("pipelines"), StepCatalogue.of(new Noop()));
        var scheduler = new Scheduler(runs, pipelines, ZoneOffset.UTC);
        Instant due = night.plusDays(1).atTime(1, 0).toInstant(ZoneOffset.UTC);
        now.set(due.minusSeconds(60));
        scheduler.tick(now.get()); // reads the files, and remembers that nothing was missed
        told("a look at schedules, none due", () -> scheduler.tick(now.get()));
        now.set(due);
        reset();
        long start = System.nanoTime();
        List<String> made;
        long longest;
        try (var other = new Waiting()) {
            made = scheduler.tick(due);
            longest = other.longest();
        }
        tell("a look at schedules, all due", System.nanoTime() - start, made.size());
        System.out.printf(
                Locale.ROOT,
                "meanwhile another process waits for its turn at most %.2f s%n",
                longest / 1e9);
        check(made.size() == PIPELINES, PIPELINES + " runs made, got " + made.size());
        runAll(pipelines);
        idle(pipelines);
        pages(night.minusDays(days / 2));
    }

    /// Wants a turn again and again, as workers of other processes do.
    private final class Waiting implements AutoCloseable {
        private final AtomicLong most = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().start(this::ask);
        private volatile boolean ending;

        private void ask() {
            try (Database.Session session = runs.database().session()) {
                while (!ending) {
                    long start = System.nanoTime();
                    session.turn(handle -> ending);
                    most.accumulateAndGet(System.nanoTime() - start, Math::max);
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }

        /// Once who waits now has had its turn.
        long longest() {
            close();
            return most.get();
        }

        @Override
        public void close() {
            ending = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A worker of 8 slots does the night.
    private void runAll(Pipelines pipelines) {
        reset();
        long start = System.nanoTime();
        try (Shift _ = shift(pipelines)) {
            while (live() > 0) {
                LockSupport.parkNanos(20_000_000);
            }
        }
        tell("a night", System.nanoTime() - start, PIPELINES * STEPS);
    }

    private void idle(Pipelines pipelines) {
        try (Shift _ = shift(pipelines)) {
            LockSupport.parkNanos(IDLE.toNanos() / 6);
            reset();
            LockSupport.parkNanos(IDLE.toNanos());
            System.out.printf(
                    Locale.ROOT,
                    "an idle worker: %d turns in %d s, all its statements %.2f ms a turn%n",
                    turns.get(),
                    IDLE.toSeconds(),
                    nanos.get() / 1e6 / Math.max(1, turns.get()));
        }
    }

    private void pages(LocalDate middle) {
        String place =
                middle.plusDays(1).atTime(1, 0).toInstant(ZoneOffset.UTC).toEpochMilli() + ".r";
        told(
                "the newest 20, as `waxwing runs` lists them",
                () -> page(query("", null, null, "", 20)));
        told("a page of 50", () -> page(query("", null, null, "", 50)));
        told("a page of 50 in the middle", () -> page(query("", null, null, place, 50)));
        told("of one pipeline", () -> page(query(pipeline(7), null, null, "", 50)));
        told("of one business date", () -> page(query("", null, middle, "", 50)));
        told("of what failed", () -> page(query("", RunState.FAILED, null, "", 50)));
        told(
                "of what was cancelled, which is nothing",
                () -> runs.page(query("", RunState.CANCELLED, null, "", 50)));
    }

    private static RunQuery query(
            String pipeline, RunState state, LocalDate bizdate, String before, int limit) {
        return new RunQuery(
                pipeline, Optional.ofNullable(state), Optional.ofNullable(bizdate), before, limit);
    }

    private RunPage page(RunQuery query) {
        RunPage page = runs.page(query);
        check(!page.runs().isEmpty(), query + " found nothing");
        return page;
    }

    private void retention() {
        Instant old = LAST.minusDays(300).atStartOfDay().toInstant(ZoneOffset.UTC);
        var dropped = new ArrayList<String>();
        told("forgetting 50 runs", () -> dropped.addAll(runs.forget(old, Retention.AT_ONCE)));
        check(
                dropped.size() == ROUNDS * Retention.AT_ONCE,
                "50 runs are forgotten each time, got " + dropped.size());
    }

    private Shift shift(Pipelines pipelines) {
        return Shift.start(
                runs,
                home,
                pipelines,
                new Shift.Settings(8, ZoneOffset.UTC, Map.of(), false),
                now::get,
                RunListener.none());
    }

    private int live() {
        return runs.database()
                .read(
                        handle ->
                                handle.createQuery(
                                                "SELECT COUNT(*) FROM run WHERE state IN ('PLANNED', 'RUNNING')")
                                        .mapTo(Integer.class)
                                        .one());
    }

    /// Does it again and again, and prints the median, the most, and how many statements each takes.
    private <T> void told(String what, Supplier<T> work) {
        var millis = new ArrayList<Double>();
        reset();
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            T result = work.get();
            millis.add((System.nanoTime() - start) / 1e6);
            check(result != null, what + " gave nothing");
        }
        millis.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f ms, most %.1f ms, %.1f statements%n",
                what,
                millis.get(ROUNDS / 2),
                millis.getLast(),
                statements.get() / (double) ROUNDS);
    }

    private void tell(String what, long took, int count) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.2f s, %d of them, %.1f statements and %.2f ms in the database each%n",
                what,
                took / 1e9,
                count,
                statements.get() / (double) count,
                nanos.get() / 1e6 / count);
    }

    private void reset() {
        statements.set(0);
        nanos.set(0);
        turns.set(0);
    }

    private SqlLogger counter() {
        return new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                statements.incrementAndGet();
                nanos.addAndGet(context.getElapsedTime(ChronoUnit.NANOS));
                if (context.getRawSql().startsWith("SELECT run_id, step FROM run_step")) {
                    turns.incrementAndGet(); // each looks once for what is due
                }
            }
        };
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private static final class Noop implements StepKind {
        @Override
        public String key() {
            return "noop";
        }

        @Override
        public Step parse(String name, MapNode config) {
            config.text("noop");
            return _ -> new StepOutcome.Done(0);
        }
    }
}
