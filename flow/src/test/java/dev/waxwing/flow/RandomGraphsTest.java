package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What holds for every graph of steps, tried on random ones. A failure names its seed.
class RandomGraphsTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    @TempDir Path home;

    @Test
    void everyStepRunsOnceAfterItsInputsAndNoMoreAtOnceThanTheWidth() {
        Runs runs = Runs.open(home.resolve("waxwing.db"));
        for (long seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            int size = 1 + random.nextInt(12);
            int width = 1 + random.nextInt(4);
            SequencedMap<String, Set<String>> inputs = acyclic(random, size);
            Set<String> failing = new HashSet<>();
            inputs.keySet().stream().filter(_ -> random.nextInt(8) == 0).forEach(failing::add);

            var fake = new FakeSteps();
            Set<String> done = ConcurrentHashMap.newKeySet();
            var atOnce = new AtomicInteger();
            var most = new AtomicInteger();
            List<String> tooEarly = Collections.synchronizedList(new ArrayList<>());
            for (String step : inputs.keySet()) {
                fake.does(
                        step,
                        _ -> {
                            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                            if (!done.containsAll(inputs.get(step))) {
                                tooEarly.add(step);
                            }
                            atOnce.decrementAndGet();
                            if (failing.contains(step)) {
                                throw new IllegalStateException("planned");
                            }
                            done.add(step);
                            return new StepOutcome.Done(1);
                        });
            }
            RunReport report =
                    new Runner(runs, home, width, new FakeClock())
                            .run(
                                    fake.pipeline(yaml("p" + seed, inputs, random)),
                                    DAY,
                                    RunListener.none());

            Set<String> expectedDone = new HashSet<>();
            Set<String> expectedToRun = new HashSet<>();
            for (String step : inputs.keySet()) { // inputs come first
                if (expectedDone.containsAll(inputs.get(step))) {
                    expectedToRun.add(step);
                    if (!failing.contains(step)) {
                        expectedDone.add(step);
                    }
                }
            }
            assertThat(tooEarly).as("seed %d", seed).isEmpty();
            assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(width);
            assertThat(fake.ran)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(expectedToRun);
            assertThat(done).as("seed %d", seed).isEqualTo(expectedDone);
            assertThat(report.done()).as("seed %d", seed).isEqualTo(expectedDone.size() == size);
            assertThat(runs.find(report.run())).as("seed %d", seed).hasValue(report);
        }
    }

    /// With a step less at once, a run whose steps meet would never end.
    @Test
    void asManyStepsWorkAtOnceAsTheWidthAllows() throws InterruptedException {
        Runs runs = Runs.open(home.resolve("waxwing.db"));
        var meeting = new CountDownLatch(4);
        var fake = new FakeSteps();
        var text = new StringBuilder("pipeline: wide\nsteps:\n");
        for (int i = 0; i < 4; i++) {
            text.append("  s").append(i).append(": { fake: [] }\n");
            fake.does(
                    "s" + i,
                    _ -> {
                        meeting.countDown();
                        return meeting.await(60, TimeUnit.SECONDS)
                                ? new StepOutcome.Done(0)
                                : new StepOutcome.Failed(new Exception("nobody came"), false);
                    });
        }
        RunReport report =
                new Runner(runs, home, 4, new FakeClock())
                        .run(fake.pipeline(text.toString()), DAY, RunListener.none());
        assertThat(report.message()).isEmpty();
    }

    @Test
    void anOrderHoldsEachStepAfterItsInputsAndACircleIsARealOne() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            var edges = new LinkedHashMap<String, SequencedMap<String, String>>();
            int size = 1 + random.nextInt(8);
            for (int i = 0; i < size; i++) {
                var after = new LinkedHashMap<String, String>();
                for (int j = 0; j < size; j++) {
                    if (i != j && random.nextInt(size) == 0) {
                        after.put("s" + j, "reads t" + j);
                    }
                }
                edges.put("s" + i, after);
            }
            var graph = new StepGraph(edges);
            var seen = new HashSet<String>();
            for (String step : graph.order()) {
                assertThat(seen).as("seed %d", seed).containsAll(edges.get(step).keySet());
                seen.add(step);
            }
            for (List<String> circle : graph.circles()) {
                for (int i = 0; i < circle.size(); i++) {
                    assertThat(edges.get(circle.get(i)))
                            .as("seed %d", seed)
                            .containsKey(circle.get((i + 1) % circle.size()));
                }
            }
            assertThat(graph.circles().isEmpty())
                    .as("seed %d", seed)
                    .isEqualTo(seen.size() == size);
        }
    }

    private static SequencedMap<String, Set<String>> acyclic(Random random, int size) {
        var inputs = new LinkedHashMap<String, Set<String>>();
        for (int i = 0; i < size; i++) {
            Set<String> of = new HashSet<>();
            for (String earlier : inputs.keySet()) {
                if (random.nextInt(3) == 0) {
                    of.add(earlier);
                }
            }
            inputs.put("s" + i, of);
        }
        return inputs;
    }

    /// The steps in any order, each input said in one of the three ways.
    private static String yaml(String name, Map<String, Set<String>> inputs, Random random) {
        var lines = new ArrayList<String>();
        inputs.forEach(
                (step, before) -> {
                    var after = new ArrayList<String>();
                    var uses = new ArrayList<String>();
                    var from = new ArrayList<String>();
                    for (String other : before) {
                        switch (random.nextInt(3)) {
                            case 0 -> after.add(other);
                            case 1 -> uses.add("t_" + other);
                            default -> from.add(other);
                        }
                    }
                    lines.add(
                            "  %s: { fake: t_%s, after: %s, uses: %s, from: %s }"
                                    .formatted(step, step, after, uses, from));
                });
        Collections.shuffle(lines, random);
        return "pipeline: " + name + "\nsteps:\n" + String.join("\n", lines) + "\n";
    }
}
