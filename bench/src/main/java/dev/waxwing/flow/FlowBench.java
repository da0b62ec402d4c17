package dev.waxwing.flow;

import dev.waxwing.config.MapNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// What the engine itself costs: steps that do nothing, sensors that are woken, and a long backfill that is planned. Arguments: an empty
/// folder, and the URL of an empty PostgreSQL database or nothing for SQLite. Each figure checks its own result.
public final class FlowBench {
    private static final int GRAPHS = 100;
    private static final int STEPS = 100;
    private static final int WAKES = 50;
    private static final LocalDateTime CYCLE = LocalDateTime.of(2013, 8, 2, 0, 0);

    private final Path home;
    private final Runs runs;
    private final Map<String, Long> wokenAt = new ConcurrentHashMap<>();
    private final Set<String> there = ConcurrentHashMap.newKeySet();

    private FlowBench(Path home, Runs runs) {
        this.home = home;
        this.runs = runs;
    }

    /// Prints one line a figure.
    public static void main(String[] args) throws IOException {
        Path home = Files.createDirectories(Path.of(args[0]));
        Files.createDirectories(home.resolve("pipelines"));
        try (Runs runs =
                args.length > 1 ? Runs.open(args[1]) : Runs.open(home.resolve("flow.db"))) {
            var bench = new FlowBench(home, runs);
            bench.planning();
            bench.steps("fresh workers");
            bench.steps("workers whose code is compiled");
            bench.wakes();
        }
    }

    private void planning() throws IOException {
        write("long", graph("long", 30, new Random(1)));
        LocalDate from = LocalDate.of(2003, 1, 1);
        long start = System.nanoTime();
        var backfill =
                new Backfill(
                        "long", from, from.plusYears(10).minusDays(1), Set.of(), false, 4, false);
        List<Backfill.Wanted> wanted = backfill.plan(pipelines().all());
        long planned = System.nanoTime();
        List<String> made = runs.make(wanted, Instant.now());
        long end = System.nanoTime();
        check(made.size() == 3653, "3653 days, got " + made.size());
        System.out.printf(
                Locale.ROOT,
                "plan of a 10-year backfill, %d runs of 30 steps: %.2f s; written down: %.2f s%n",
                made.size(),
                seconds(planned - start),
                seconds(end - planned));
        runs.database()
                .turn(
                        handle -> { // they are in nobody's way later
                            for (String table :
                                    List.of("run_step", "run_need", "run_event", "run")) {
                                handle.execute("DELETE FROM " + table);
                            }
                            return made;
                        });
    }

    /// @param workers what is to be told of them
    private void steps(String workers) throws IOException {
        write("p", graph("p", STEPS, new Random(2)));
        PipelineFile file = pipelines().named("p");
        var wanted = new ArrayList<Backfill.Wanted>();
        for (int i = 0; i < GRAPHS; i++) {
            wanted.add(
                    new Backfill.Wanted(
                            file.pipelines().getFirst(), CYCLE.plusDays(i), Set.of(), List.of()));
        }
        List<String> made = runs.make(wanted, Instant.now());
        long start = System.nanoTime();
        try (Database.Session watch = runs.database().session(); // asking costs no connection
                Shift _ = shift();
                Shift _ = shift()) {
            while (live(watch) > 0) {
                LockSupport.parkNanos(20_000_000); // asking is work for the database, too
            }
        }
        double took = seconds(System.nanoTime() - start);
        for (String run : made) {
            check(runs.find(run).orElseThrow().done(), run + " is not done");
        }
        System.out.printf(
                Locale.ROOT,
                "%d no-op steps in %d graphs, two %s: %.2f s, %.0f steps/s%n",
                GRAPHS * STEPS,
                GRAPHS,
                workers,
                took,
                GRAPHS * STEPS / took);
    }

    private void wakes() throws IOException {
        write("sensor", "pipeline: sensor\nsteps: { wait: { noop: x } }\n");
        PipelineFile file = pipelines().named("sensor");
        var millis = new ArrayList<Double>();
        try (Database.Session watch = runs.database().session();
                Shift _ = shift()) {
            for (int i = 0; i < WAKES; i++) {
                String run =
                        runs.make(
                                        List.of(
                                                new Backfill.Wanted(
                                                        file.pipelines().getFirst(),
                                                        CYCLE.plusDays(i),
                                                        Set.of(),
                                                        List.of())),
                                        Instant.now())
                                .getFirst();
                while (!waits(watch, run)) {
                    LockSupport.parkNanos(1_000_000);
                }
                there.add(run);
                long start = System.nanoTime();
                runs.announce(run, Instant.now());
                while (!wokenAt.containsKey(run)) {
                    LockSupport.parkNanos(200_000);
                }
                millis.add((wokenAt.get(run) - start) / 1e6);
            }
        }
        millis.sort(null);
        System.out.printf(
                Locale.ROOT,
                "from an announcement in the database to its sensor at work, %d times: median %.0f ms, most %.0f ms%n",
                WAKES,
                millis.get(WAKES / 2),
                millis.getLast());
    }

    private Shift shift() {
        return Shift.start(
                runs,
                home,
                pipelines(),
                new Shift.Settings(8, ZoneOffset.UTC, Map.of(), false),
                InstantSource.system(),
                RunListener.none());
    }

    private static int live(Database.Session watch) {
        return watch.read(
                handle ->
                        handle.createQuery(
                                        "SELECT COUNT(*) FROM run WHERE state IN ('PLANNED', 'RUNNING')")
                                .mapTo(Integer.class)
                                .one());
    }

    private static boolean waits(Database.Session watch, String run) {
        return watch.read(
                handle ->
                        handle.createQuery(
                                                "SELECT COUNT(*) FROM run_step WHERE run_id = :run AND state = 'WAITING'")
                                        .bind("run", run)
                                        .mapTo(Integer.class)
                                        .one()
                                > 0);
    }

    private Pipelines pipelines() {
        return Pipelines.in(home.resolve("pipelines"), StepCatalogue.of(new Noop()));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve("pipelines").resolve(name + ".yaml"), text);
    }

    private static String graph(String name, int steps, Random random) {
        var text = new StringBuilder("pipeline: " + name + "\nsteps:\n");
        for (int i = 0; i < steps; i++) {
            text.append("  s").append(i).append(": { noop: x");
            if (i >= 10) {
                text.append(", after: [s")
                        .append(random.nextInt(i))
                        .append(", s")
                        .append(i - 10)
                        .append(']');
            }
            text.append(" }\n");
        }
        return text.toString();
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    /// A step that does nothing; one named `wait` does it once its run was announced.
    private final class Noop implements StepKind {
        @Override
        public String key() {
            return "noop";
        }

        @Override
        public Step parse(String name, MapNode config) {
            config.text("noop");
            if (!name.equals("wait")) {
                return _ -> new StepOutcome.Done(0);
            }
            return context -> {
                if (!there.contains(context.runId())) {
                    return new StepOutcome.Waiting(context.runId(), Duration.ofDays(1));
                }
                wokenAt.put(context.runId(), System.nanoTime());
                return new StepOutcome.Done(0);
            };
        }
    }
}
