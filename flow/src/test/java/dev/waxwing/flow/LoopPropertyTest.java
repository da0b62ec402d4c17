package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// What holds for loops in loops whatever happens: turns that are lost before their commit, workers that vanish and come back as
/// zombies, clocks that jump, people who cancel, pause and run again. The record is a real database. A failure names its seed.
class LoopPropertyTest {
    private static final int SEEDS = 60;
    private static final int EVENTS = 120;
    private static final Instant START = Instant.parse("2013-08-02T01:30:00Z");

    private static final String PIPELINE =
            """
            pipeline: p
            concurrency: 1
            steps:
              films: { fake: [] }
              first: { fake: [] }
              outer:
                after: first
                loop:
                  steps:
                    a: { fake: [] }
                    inner:
                      after: a
                      loop: { steps: { x: { fake: [] }, y: { fake: [], after: x } }, until: y.n > 1, max-iterations: 6 }
                  while: a.n > 1
                  pause: 60s
                  max-iterations: 4
              each:
                for-each: { over: films, parallelism: 2, steps: { z: { fake: [] }, odd: { fake: [], if: z.n > 1 } } }
              last: { fake: [], after: [outer, each] }
            """;

    @TempDir Path folder;
    private final Pipeline pipeline = new FakeSteps().pipeline(PIPELINE);

    @Test
    void noIterationIsLostDoubledOrLeftBehindAndEveryRunEnds() {
        int iterations = 0;
        try (Runs runs = Runs.open(folder.resolve("waxwing.db"))) {
            for (int seed = 0; seed < SEEDS; seed++) {
                var world = new World(runs.database(), seed);
                for (int i = 0; i < EVENTS; i++) {
                    world.something();
                }
                world.calm();
                iterations +=
                        world.count("SELECT COUNT(*) FROM run WHERE root = '" + world.run + "'");
            }
        }
        assertThat(iterations).as("loops were there to be driven").isGreaterThan(SEEDS * 4);
    }

    /// A turn that is lost before it is committed.
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// An attempt that some thread somewhere works at.
    private record Attempt(String run, String step, int number) {}

    private final class World {
        private final Database database;
        private final int seed;
        private final Random random;
        private final String run;
        private final List<Attempt> attempts = new ArrayList<>();

        /// What two workers remember of runs.
        private final List<Map<String, RunRow>> memories =
                List.of(new HashMap<>(), new HashMap<>());

        private Instant now = START;
        private boolean calm;

        World(Database database, int seed) {
            this.database = database;
            this.seed = seed;
            this.random = new Random(seed);
            LocalDateTime cycle = LocalDate.of(2013, 8, 2).plusDays(seed).atStartOfDay();
            this.run =
                    turn(
                            (handle, turn) -> {
                                var runs = new NewRuns(handle, turn, now);
                                String made =
                                        runs.make(
                                                RunPlace.Wanted.planned(
                                                        pipeline, cycle, List.of()));
                                runs.write();
                                turn.apply(made, new RunChange.Start());
                                return made;
                            });
        }

        void something() {
            try {
                switch (random.nextInt(16)) {
                    case 0, 1, 2 -> begin();
                    case 3, 4, 5, 6 -> claim();
                    case 7, 8, 9, 10 -> anAttemptEnds();
                    case 11 -> due();
                    case 12 -> aWorkerVanishes();
                    case 13 -> now = now.plusSeconds(random.nextInt(300) - 60L);
                    case 14 -> {
                        ask(
                                random.nextBoolean()
                                        ? new RunChange.Pause("ann", "test")
                                        : new RunChange.Resume("ann", "test"));
                    }
                    default ->
                            ask(
                                    random.nextInt(5) == 0
                                            ? new RunChange.Cancel("ann", "test")
                                            : new RunChange.Rerun(Set.of(), "ann", "test"));
                }
            } catch (Crash e) {
                return; // as if it had never been
            }
            holds();
        }

        void calm() {
            calm = true;
            ask(new RunChange.Resume("ann", "calm"));
            for (int round = 0; round < 500; round++) {
                now = now.plusSeconds(61);
                due();
                begin();
                claim();
                while (!attempts.isEmpty()) {
                    anAttemptEnds();
                }
                holds();
                if (count("SELECT COUNT(*) FROM run WHERE state IN ('PLANNED', 'RUNNING')") == 0) {
                    return;
                }
            }
            throw new AssertionError("seed " + seed + ": " + run + " has not ended");
        }

        private void begin() {
            turn(
                    (handle, turn) -> {
                        for (List<String> loop :
                                pairs(
                                        handle,
                                        "SELECT s.run_id, s.step FROM run_step s JOIN run r ON r.id = s.run_id"
                                                + " WHERE s.state = 'LOOPING' AND r.paused = 0 AND s.due <= "
                                                + now.toEpochMilli())) {
                            turn.loops().begin(loop.get(0), loop.get(1), this::body);
                        }
                        return "";
                    });
        }

        private Pipeline body(RunRow row, String step) {
            Pipeline found = pipeline;
            List<String> names =
                    new ArrayList<>(List.of(Loops.bodyOf(row.pipeline, step).split("\\.")));
            names.removeFirst();
            for (String name : names) {
                found = ((LoopStep) found.step(name).orElseThrow().step()).body();
            }
            return found;
        }

        private void claim() {
            var claimed = new ArrayList<Attempt>();
            turn(
                    (handle, turn) -> {
                        for (List<String> queued :
                                pairs(
                                        handle,
                                        "SELECT s.run_id, s.step FROM run_step s JOIN run r ON r.id = s.run_id"
                                                + " WHERE s.state = 'QUEUED' AND r.paused = 0 ORDER BY 1, 2")) {
                            if (attempts.size() + claimed.size() < 3) {
                                int number = turn.claim(queued.get(0), queued.get(1), "w");
                                claimed.add(new Attempt(queued.get(0), queued.get(1), number));
                            }
                        }
                        return "";
                    });
            attempts.addAll(claimed);
        }

        private void anAttemptEnds() {
            if (attempts.isEmpty()) {
                return;
            }
            Attempt attempt = attempts.get(random.nextInt(attempts.size()));
            var outputs = new LinkedHashMap<String, String>();
            outputs.put("n", Integer.toString(random.nextInt(4)));
            outputs.put(
                    LoopVariables.ROWS, "a\nb\nc\nd\ne".substring(0, 1 + 2 * random.nextInt(5)));
            StepOutcome outcome =
                    switch (calm ? 0 : random.nextInt(8)) {
                        case 0, 1, 2, 3, 4 -> new StepOutcome.Done(1);
                        case 5 -> new StepOutcome.Waiting("x", Duration.ofMinutes(1));
                        default ->
                                new StepOutcome.Failed(
                                        new IOException("planned"), random.nextBoolean());
                    };
            turn(
                    (_, turn) ->
                            turn.ended(
                                    attempt.run,
                                    new RunChange.Ended(
                                            attempt.step, attempt.number, outcome, outputs),
                                    Duration.ZERO));
            attempts.remove(attempt); // not if the turn was lost: it is told again
        }

        private void aWorkerVanishes() {
            turn(
                    (_, turn) -> {
                        for (Attempt each : attempts) { // they work on as zombies
                            turn.lost(
                                    each.run,
                                    each.step,
                                    each.number,
                                    new RunChange.Vanished(each.step, each.number, "gone"));
                        }
                        return "";
                    });
        }

        private void due() {
            turn(
                    (handle, turn) -> {
                        pairs(
                                        handle,
                                        "SELECT run_id, step FROM run_step WHERE live = 1 AND state IN"
                                                + " ('RETRYING', 'WAITING')")
                                .forEach(
                                        each ->
                                                turn.apply(
                                                        each.get(0),
                                                        new RunChange.Due(each.get(1))));
                        return "";
                    });
        }

        private void ask(RunChange change) {
            turn((_, turn) -> turn.apply(run, change));
        }

        private void holds() {
            none(
                    "an iteration works for nobody",
                    """
                    SELECT c.id FROM run c
                    WHERE  c.parent <> '' AND c.state IN ('PLANNED', 'RUNNING')
                    AND    NOT EXISTS (SELECT 1 FROM run_step s
                                       WHERE s.run_id = c.parent AND s.step = c.parent_step
                                       AND   s.state = 'LOOPING' AND s.attempts = c.round)
                    """);
            none(
                    "a loop has more iterations at once, or in all, than it may",
                    """
                    SELECT c.parent FROM run c
                    JOIN   run_step s ON s.run_id = c.parent AND s.step = c.parent_step
                    GROUP  BY c.parent, c.parent_step, c.round, s.loop_at_once, s.loop_most
                    HAVING SUM(CASE WHEN c.state IN ('PLANNED', 'RUNNING') THEN 1 ELSE 0 END) > s.loop_at_once
                    OR     MAX(c.iteration) > s.loop_most OR MAX(c.iteration) <> COUNT(*)
                    """);
            none(
                    "a loop waits for nothing",
                    """
                    SELECT s.run_id FROM run_step s
                    WHERE  s.state = 'LOOPING' AND s.due = %d
                    AND    NOT EXISTS (SELECT 1 FROM run c
                                       WHERE c.parent = s.run_id AND c.parent_step = s.step
                                       AND   c.round = s.attempts AND c.state IN ('PLANNED', 'RUNNING'))
                    """
                            .formatted(Long.MAX_VALUE));
            none(
                    "a run has ended over a loop that goes on",
                    """
                    SELECT r.id FROM run r JOIN run_step s ON s.run_id = r.id
                    WHERE  r.state NOT IN ('PLANNED', 'RUNNING') AND s.state IN ('LOOPING', 'RUNNING', 'QUEUED')
                    """);
            none(
                    "a step was done twice in an iteration",
                    """
                    SELECT a.run_id FROM run_attempt a JOIN run r ON r.id = a.run_id
                    WHERE  r.parent <> '' AND a.state = 'DONE'
                    GROUP  BY a.run_id, a.step HAVING COUNT(*) > 1
                    """);
        }

        private void none(String what, String sql) {
            List<String> found =
                    database.read(handle -> handle.createQuery(sql).mapTo(String.class).list());
            assertThat(found).as("seed %d: %s", seed, what).isEmpty();
        }

        private int count(String sql) {
            return database.read(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
        }

        /// Of somebody who remembers runs, or of somebody who does not.
        private <T> T turn(BiFunction<Handle, Turn, T> work) {
            Map<String, RunRow> memory =
                    random.nextInt(4) == 0 ? new HashMap<>() : memories.get(random.nextInt(2));
            var rows = new ArrayList<RunRow>();
            Function<Handle, T> whole =
                    handle -> {
                        if (random.nextInt(8) == 0) {
                            remembersRightly(handle, memory);
                        }
                        var turn = new Turn(handle, now, memory);
                        T result = work.apply(handle, turn);
                        turn.save();
                        if (random.nextBoolean()) {
                            turn.pulse();
                        }
                        if (!calm && random.nextInt(6) == 0 && run != null) {
                            throw new Crash();
                        }
                        rows.addAll(turn.rows());
                        return result;
                    };
            T result = database.turn(whole);
            rows.forEach(row -> memory.put(row.id, row));
            return result;
        }

        private void remembersRightly(Handle handle, Map<String, RunRow> memory) {
            Set<String> all = memory.keySet();
            var read = new HashMap<String, RunRow>();
            RunRow.load(handle, all, Map.of()).forEach(row -> read.put(row.id, row));
            for (RunRow row : RunRow.load(handle, all, memory)) {
                RunRow fresh = read.get(row.id);
                assertThat(row.sheet()).as("seed %d", seed).isEqualTo(fresh.sheet());
                for (String step : row.sheet().steps().keySet()) {
                    assertThat(row.took(step)).isEqualTo(fresh.took(step));
                    assertThat(row.rows(step)).isEqualTo(fresh.rows(step));
                }
            }
        }

        private static List<List<String>> pairs(Handle handle, String sql) {
            return handle.createQuery(sql)
                    .map((row, _) -> List.of(row.getString(1), row.getString(2)))
                    .list();
        }
    }
}
