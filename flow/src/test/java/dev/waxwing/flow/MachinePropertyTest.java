package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.StepRules.Starts;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/// What holds for every graph and every course of events: random graphs, random outcomes, workers that vanish and come back
/// as zombies, clocks that jump both ways, people who cancel, pause and run again. A failure names its seed.
class MachinePropertyTest {
    private static final int SEEDS = 3000;
    private static final int SLOTS = 3;
    private static final Map<String, Integer> POOLS = Map.of("training", 1, "disk", 2);

    @Test
    void nothingRunsTooEarlyOrTwiceNothingStaysQueuedAndEveryRunEnds() {
        int ended = 0;
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed);
            for (int i = 0; i < 160; i++) {
                world.something();
            }
            world.calm();
            ended++;
            refused += world.refusals;
        }
        assertThat(ended).isEqualTo(SEEDS);
        assertThat(refused).as("zombies were there to be refused").isGreaterThan(SEEDS);
    }

    /// An attempt that some thread somewhere works at. A zombie works on, though the run has given it up.
    private static final class Attempt {
        final String run;
        final String step;
        final int number;
        boolean zombie;

        Attempt(String run, String step, int number) {
            this.run = run;
            this.step = step;
            this.number = number;
        }
    }

    private static final class World {
        private final long seed;
        private final Random random;
        private final Map<String, RunSheet> runs = new LinkedHashMap<>();
        private final List<Attempt> attempts = new ArrayList<>();
        private Instant now = Instant.parse("2013-08-02T01:30:00Z");
        private int refusals;
        private boolean calm;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                runs.put("r" + i, graph());
            }
        }

        private RunSheet graph() {
            SequencedMap<String, StepSheet> steps = new LinkedHashMap<>();
            int size = 1 + random.nextInt(8);
            for (int i = 0; i < size; i++) {
                var after = new ArrayList<String>();
                for (String earlier : steps.keySet()) {
                    if (random.nextInt(3) == 0) {
                        after.add(earlier);
                    }
                }
                Condition condition =
                        !after.isEmpty() && random.nextInt(5) == 0
                                ? Condition.parse(after.getFirst() + ".n > 1")
                                : Condition.ALWAYS;
                Starts starts =
                        random.nextInt(3) > 0
                                ? Starts.DONE
                                : pick(List.of(Starts.JOIN, Starts.ALWAYS, Starts.ON_FAILURE));
                String pool = List.of("", "", "training", "disk").get(random.nextInt(4));
                var rules =
                        new StepRules(
                                after,
                                starts,
                                condition,
                                1 + random.nextInt(3),
                                Duration.ofSeconds(random.nextInt(60)),
                                1 + random.nextInt(3),
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(30),
                                pool,
                                random.nextInt(6) > 0
                                        ? LoopRules.NONE
                                        : new LoopRules(
                                                LoopRules.Kind.UNTIL,
                                                Condition.parse("x.n > 1"),
                                                9,
                                                1,
                                                Duration.ZERO,
                                                ""));
                steps.put("s" + i, StepSheet.fresh("s" + i, rules, random.nextInt(8) == 0));
            }
            return new RunSheet(
                    RunState.PLANNED, false, false, random.nextBoolean(), "", steps, Map.of());
        }

        void something() {
            String run = pick(List.copyOf(runs.keySet()));
            StepSheet step = pick(List.copyOf(runs.get(run).steps().values()));
            switch (random.nextInt(22)) {
                case 0, 1 -> after(run, new RunChange.Start());
                case 2, 3, 4, 5 -> claims();
                case 6, 7, 8, 9 -> anAttemptEnds();
                case 10, 11 -> after(run, new RunChange.Due(step.name()));
                case 12 -> aWorkerVanishes();
                case 13 -> now = now.plusSeconds(random.nextInt(7200) - 3600L);
                case 14 -> after(run, new RunChange.TimedOut(step.name(), step.attempt()));
                case 15 -> doesNotStop();
                case 16 -> after(run, new RunChange.Pause("ann", "test"));
                case 17 -> after(run, new RunChange.Resume("ann", "test"));
                case 19 ->
                        after(
                                run,
                                new RunChange.Iterates(
                                        step.name(), step.attempt(), now, "iteration 2"));
                case 20 -> aLoopEnds(run, step);
                case 18 ->
                        after(
                                run,
                                random.nextInt(4) == 0
                                        ? new RunChange.Cancel("ann", "test")
                                        : new RunChange.MarkDone(step.name(), "ann", "test"));
                default ->
                        after(
                                run,
                                new RunChange.Rerun(
                                        random.nextBoolean() ? Set.of() : Set.of(step.name()),
                                        "ann",
                                        "test"));
            }
        }

        /// From now on nobody interferes, and what is done is done well: every run must end.
        void calm() {
            calm = true;
            for (int round = 0; round < 400; round++) {
                for (String run : runs.keySet()) {
                    after(run, new RunChange.Start());
                    after(run, new RunChange.Resume("ann", "calm"));
                    runs.get(run)
                            .steps()
                            .keySet()
                            .forEach(step -> after(run, new RunChange.Due(step)));
                }
                runs.forEach(
                        (run, sheet) ->
                                sheet.steps().values().forEach(step -> aLoopEnds(run, step)));
                claims();
                while (!attempts.isEmpty()) {
                    anAttemptEnds();
                }
                if (runs.values().stream().allMatch(run -> run.state().ended())) {
                    return;
                }
            }
            throw new AssertionError("seed " + seed + ": not ended: " + runs);
        }

        private void claims() {
            var queued = new ArrayList<Admission.Queued>();
            var held = new HashMap<String, Integer>();
            int working = 0;
            for (var run : runs.entrySet()) {
                for (StepSheet step : run.getValue().steps().values()) {
                    if (step.state() == StepState.RUNNING) {
                        working++;
                        held.merge(step.rules().pool(), 1, Integer::sum);
                    } else if (step.state() == StepState.QUEUED
                            && run.getValue().state() == RunState.RUNNING
                            && !run.getValue().paused()) {
                        queued.add(
                                new Admission.Queued(
                                        run.getKey(), step.name(), step.rules().pool()));
                    }
                }
            }
            List<Admission.Queued> taken =
                    Admission.steps(queued, Math.max(0, SLOTS - working), POOLS, held);
            for (Admission.Queued each : taken) {
                StepSheet before = runs.get(each.run()).step(each.step());
                mayRun(runs.get(each.run()), before);
                assertThat(after(each.run(), new RunChange.Claimed(each.step())))
                        .as("seed %d", seed)
                        .isTrue();
                held.merge(each.pool(), 1, Integer::sum);
                attempts.add(new Attempt(each.run(), each.step(), before.attempt() + 1));
            }
            queued.removeAll(taken);
            if (working + taken.size() < SLOTS) {
                assertThat(queued)
                        .as(
                                "seed %d: a slot is free, so all that is queued waits for its pool",
                                seed)
                        .allSatisfy(
                                each ->
                                        assertThat(held.get(each.pool()))
                                                .isEqualTo(POOLS.get(each.pool())));
            }
            held.remove("");
            held.forEach(
                    (pool, used) ->
                            assertThat(used)
                                    .as("seed %d %s", seed, pool)
                                    .isLessThanOrEqualTo(POOLS.get(pool)));
        }

        /// What a step starts after has ended as it must.
        private void mayRun(RunSheet run, StepSheet step) {
            for (String name : step.rules().after()) {
                StepSheet before = run.step(name);
                assertThat(run.ended(before))
                        .as("seed %d: %s before %s", seed, before, step)
                        .isTrue();
                switch (step.rules().starts()) {
                    case DONE ->
                            assertThat(before.state())
                                    .as("seed %d", seed)
                                    .isIn(StepState.DONE, StepState.DRY);
                    case JOIN -> assertThat(before.state().good()).as("seed %d", seed).isTrue();
                    case ALWAYS, ON_FAILURE -> {}
                }
            }
        }

        private void anAttemptEnds() {
            if (attempts.isEmpty()) {
                return;
            }
            Attempt attempt = attempts.remove(random.nextInt(attempts.size()));
            var outputs = new LinkedHashMap<String, String>();
            outputs.put("n", Integer.toString(random.nextInt(4)));
            StepOutcome outcome =
                    switch (calm ? 0 : random.nextInt(4)) {
                        case 0, 1 -> new StepOutcome.Done(1);
                        case 2 ->
                                new StepOutcome.Failed(
                                        new IOException("planned"), random.nextBoolean());
                        default -> new StepOutcome.Waiting("x", Duration.ofMinutes(1));
                    };
            boolean accepted =
                    after(
                            attempt.run,
                            new RunChange.Ended(attempt.step, attempt.number, outcome, outputs));
            assertThat(accepted)
                    .as("seed %d: attempt %d of %s", seed, attempt.number, attempt.step)
                    .isEqualTo(!attempt.zombie);
            refusals += accepted ? 0 : 1;
        }

        /// What its body did is what the engine says of it.
        private void aLoopEnds(String run, StepSheet step) {
            StepOutcome outcome =
                    calm || random.nextBoolean()
                            ? new StepOutcome.Done(1)
                            : new StepOutcome.Failed(new IOException("planned"), false);
            if (step.rules().loop().loops()) {
                boolean loops = runs.get(run).step(step.name()).state() == StepState.LOOPING;
                assertThat(
                                after(
                                        run,
                                        new RunChange.Ended(
                                                step.name(),
                                                runs.get(run).step(step.name()).attempt(),
                                                outcome,
                                                new LinkedHashMap<>())))
                        .as("seed %d: %s", seed, step)
                        .isEqualTo(loops);
            }
        }

        private void aWorkerVanishes() {
            for (Attempt attempt : attempts) {
                if (!attempt.zombie && random.nextBoolean()) {
                    attempt.zombie = true;
                    after(
                            attempt.run,
                            new RunChange.Vanished(attempt.step, attempt.number, "gone"));
                }
            }
        }

        private void doesNotStop() {
            for (Attempt attempt : attempts) {
                if (!attempt.zombie
                        && runs.get(attempt.run).step(attempt.step).stop() != StepSheet.Stop.NONE) {
                    attempt.zombie = true;
                    after(attempt.run, new RunChange.DidNotStop(attempt.step, attempt.number));
                }
            }
        }

        /// @return whether something came of it
        private boolean after(String name, RunChange change) {
            RunSheet before = runs.get(name);
            Machine.Next next = Machine.after(before, change, now);
            RunSheet run = next.run();
            runs.put(name, run);
            assertThat(run.state().ended())
                    .as(
                            "seed %d: a run has ended when all its steps have, after %s: %s",
                            seed, change, run)
                    .isEqualTo(run.state() != RunState.PLANNED && run.allEnded());
            for (StepSheet step : run.steps().values()) {
                assertThat(step.attempt())
                        .as("seed %d: attempt numbers never go back", seed)
                        .isGreaterThanOrEqualTo(before.step(step.name()).attempt());
                long working =
                        attempts.stream()
                                .filter(
                                        each ->
                                                each.run.equals(name)
                                                        && each.step.equals(step.name())
                                                        && !each.zombie)
                                .count();
                assertThat(working)
                        .as("seed %d: two at once of %s", seed, step)
                        .isLessThanOrEqualTo(1);
                boolean begins =
                        step.state() == StepState.LOOPING
                                && before.step(step.name()).state() != StepState.LOOPING;
                assertThat(step.state() == StepState.QUEUED && step.rules().loop().loops())
                        .as("seed %d: a loop asks for a slot: %s", seed, step)
                        .isFalse();
                if (step.state() == StepState.QUEUED || begins) {
                    mayRun(run, step);
                }
            }
            return !next.refused();
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
