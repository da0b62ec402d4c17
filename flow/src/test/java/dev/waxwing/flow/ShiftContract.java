package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.flow.StepOutcome.Done;
import dev.waxwing.flow.StepOutcome.Failed;
import dev.waxwing.flow.StepOutcome.Waiting;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// What workers and schedulers promise, whatever database holds their runs. One subclass a database.
abstract class ShiftContract {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);
    private static final LocalDateTime CYCLE = DAY.plusDays(1).atStartOfDay();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path home;

    final FakeSteps fake = new FakeSteps();
    private final List<AutoCloseable> open = new ArrayList<>();
    Runs runs;

    /// Opens the record once more, as another process would.
    abstract Runs openRuns(Path home) throws Exception;

    /// The database as [ChildShift] takes it.
    abstract String where(Path home);

    @BeforeEach
    void openFirst() throws Exception {
        Files.createDirectories(home.resolve("pipelines"));
        runs = another();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void workersShareTheStepsOfARunAndDoEachOnce() throws Exception {
        Set<String> done = ConcurrentHashMap.newKeySet();
        var text = new StringBuilder("pipeline: p\nsteps:\n");
        for (int i = 0; i < 40; i++) {
            String name = "s" + i;
            text.append("  ").append(name).append(": { fake: t").append(i);
            text.append(i < 4 ? " }\n" : ", uses: t" + (i - 4) + " }\n");
            fake.does(
                    name,
                    context -> {
                        assertThat(done.add(context.step())).as(context.step()).isTrue();
                        context.output("by", Thread.currentThread().getName());
                        return new Done(1);
                    });
        }
        write("p", text.toString());
        String run = plan("p", CYCLE);
        shift(another(), 2);
        shift(another(), 2);
        RunReport report = ended(run);
        assertThat(report.message()).isEmpty();
        assertThat(report.rows()).isEqualTo(40);
        assertThat(done).hasSize(40);
    }

    @Test
    void aPlannedRunWaitsForWhatItNeedsWhoeverDoesIt() throws Exception {
        write("events", "pipeline: events\nsteps: { e: { fake: t } }\n");
        write("rank", "pipeline: rank\nwaits: { events: same-day }\nsteps: { r: { fake: u } }\n");
        shift(runs, 1);
        String rank = plan("rank", CYCLE, new Need("events", CYCLE, Wait.IfFailed.WAIT, false));
        fake.does("e", _ -> new Failed(new IOException("planned"), false));
        String events = plan("events", CYCLE);
        assertThat(ended(events).state()).isEqualTo(RunState.FAILED);
        assertThat(runs.find(rank).orElseThrow().state()).isEqualTo(RunState.PLANNED);
        fake.does("e", _ -> new Done(1));
        runs.rerun(events, Set.of(), "ann", "mended", Instant.now());
        assertThat(ended(rank).state()).isEqualTo(RunState.DONE);
        assertThat(runs.notes(events))
                .extracting(RunNote::who, RunNote::what, RunNote::why)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "ann", "rerun what was not done", "mended"));
    }

    @Test
    void aRunFailsWithWhatItNeedsIfItSaysSo() throws Exception {
        write("events", "pipeline: events\nsteps: { e: { fake: t } }\n");
        write("rank", "pipeline: rank\nsteps: { r: { fake: u } }\n");
        fake.does("e", _ -> new Failed(new IOException("planned"), false));
        String rank = plan("rank", CYCLE, new Need("events", CYCLE, Wait.IfFailed.FAIL, false));
        String events = plan("events", CYCLE);
        shift(runs, 1);
        assertThat(ended(rank).message())
                .isEqualTo("events of 2013-08-02T00:00 was not done: " + events);
    }

    @Test
    void aCommitWakesWhatWaitsForItInAnotherWorker() throws Exception {
        write("sensor", "pipeline: sensor\nsteps: { wait: { fake: s } }\n");
        write("maker", "pipeline: maker\nsteps: { make: { fake: ods_event } }\n");
        var there = new CountDownLatch(1);
        fake.does(
                "wait",
                _ ->
                        there.getCount() == 0
                                ? new Done(0)
                                : new Waiting("ods_event/ds=20130801", Duration.ofDays(1)));
        fake.does(
                "make",
                _ -> {
                    there.countDown();
                    return new Done(1);
                });
        String sensor = plan("sensor", CYCLE);
        shift(another(), 1);
        until(() -> state(sensor, "wait") == StepState.WAITING);
        String maker = plan("maker", CYCLE);
        shift(another(), 1);
        assertThat(ended(maker).done()).isTrue();
        assertThat(ended(sensor).done()).as("it would have asked again tomorrow").isTrue();
    }

    @Test
    void aWaitingStepHoldsNoSlotAndWhatIsAnnouncedWakesIt() throws Exception {
        var there = new CountDownLatch(1);
        fake.does(
                "wait",
                _ ->
                        there.getCount() == 0
                                ? new Done(0)
                                : new Waiting("bundle item_cf/live", Duration.ofDays(1)));
        write("p", "pipeline: p\nsteps: { wait: { fake: s }, other: { fake: t } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 1);
        until(
                () ->
                        state(run, "wait") == StepState.WAITING
                                && state(run, "other") == StepState.DONE);
        there.countDown();
        runs.announce("item_cf/live", Instant.now());
        assertThat(ended(run).done()).isTrue();
    }

    @Test
    void aPoolLetsSoManyWorkAtOnceInAllWorkersTogether() throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var text = new StringBuilder("pipeline: p\nsteps:\n");
        for (int i = 0; i < 8; i++) {
            text.append("  s").append(i).append(": { fake: [], pool: training }\n");
            fake.does(
                    "s" + i,
                    _ -> {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(200_000);
                        atOnce.decrementAndGet();
                        return new Done(0);
                    });
        }
        write("p", text.toString());
        String run = plan("p", CYCLE);
        shift(another(), 3);
        shift(another(), 3);
        assertThat(ended(run).done()).isTrue();
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void aPipelineRunsAsOftenAtOnceAsItsConcurrencyAllows() throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        fake.does(
                "a",
                _ -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(200_000);
                    atOnce.decrementAndGet();
                    return new Done(0);
                });
        write("p", "pipeline: p\nconcurrency: 1\nsteps: { a: { fake: t } }\n");
        var planned = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            planned.add(plan("p", CYCLE.plusDays(i)));
        }
        shift(another(), 4);
        shift(another(), 4);
        for (String run : planned) {
            assertThat(ended(run).done()).isTrue();
        }
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void aLoopRunsItsBodyUntilItsTestHoldsAndHoldsNoPlaceOfItsOwn() throws Exception {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        fake.does(
                "look",
                context -> {
                    seen.add(context.variables().fill("t", "${dag.loopTimes}/${dag.offset}"));
                    context.output("rows", context.variables().fill("t", "${dag.offset}"));
                    return new Done(2);
                });
        write(
                "p",
                """
                pipeline: p
                concurrency: 1
                steps:
                  a: { fake: t }
                  wait:
                    loop:
                      steps: { nap: { fake: [], uses: t }, look: { fake: [], after: nap } }
                      until: look.rows >= 3
                  b: { fake: u, after: wait, if: wait.iterations > 3 }
                """);
        String run = plan("p", CYCLE);
        shift(runs, 1);
        RunReport report = ended(run);
        assertThat(report.done()).as(report.message()).isTrue();
        assertThat(seen).containsExactly("1/0", "2/1", "3/2", "4/3");
        StepReport loop = report.step("wait").orElseThrow();
        assertThat(loop.outputs()).containsExactly(Map.entry("iterations", "4"));
        assertThat(loop.rows()).isEqualTo(8);
        assertThat(report.step("b").orElseThrow().state()).isEqualTo(StepState.DONE);
        assertThat(fake.ran)
                .as("what is outside depends on the loop as a whole")
                .startsWith("a", "nap", "look")
                .endsWith("look", "b");
        assertThat(iterations(run, "wait"))
                .extracting(RunHead::run)
                .containsExactly(
                        "r-20130801-p.wait-0001",
                        "r-20130801-p.wait-0002",
                        "r-20130801-p.wait-0003",
                        "r-20130801-p.wait-0004");
        assertThat(runs.recent(9)).extracting(RunReport::run).containsExactly(run);
        assertThat(attempts(run)).contains("wait 1 DONE");
    }

    @Test
    void aLoopWhoseTestNeverHoldsFailsByNameAtItsLimit() throws Exception {
        leaves("look", "rows", "0");
        write(
                "p",
                """
                pipeline: p
                steps:
                  wait: { loop: { steps: { look: { fake: [] } }, while: look.rows = 0, max-iterations: 3 } }
                  b: { fake: u, after: wait }
                """);
        String run = plan("p", CYCLE);
        shift(runs, 2);
        RunReport report = ended(run);
        assertThat(report.state()).isEqualTo(RunState.FAILED);
        assertThat(report.message())
                .isEqualTo(
                        "wait failed: after 3 iterations, its max-iterations, look.rows = 0 still"
                                + " holds");
        assertThat(iterations(run, "wait")).hasSize(3);
        assertThat(report.step("b").orElseThrow().state()).isEqualTo(StepState.SKIPPED);
    }

    @Test
    void aLoopWhoseTestLooksAtWhatWasNotLeftFailsAtOnce() throws Exception {
        leaves("look", "row", "0");
        write(
                "p",
                "pipeline: p\nsteps: { w: { loop: { steps: { look: { fake: [] } }, until: look.rows > 0 } } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 1);
        assertThat(ended(run).message())
                .isEqualTo(
                        "w failed: the loop looks at look.rows > 0, but look left no rows in"
                                + " r-20130801-p.w-0001");
    }

    @Test
    void aBodyThatFailsFailsItsLoopAndARerunBeginsItAnew() throws Exception {
        var broken = new AtomicInteger(1);
        fake.does(
                "look",
                context -> {
                    String times = context.variables().fill("t", "${dag.loopTimes}");
                    if (times.equals("2") && broken.getAndDecrement() > 0) {
                        return new Failed(new IOException("planned"), false);
                    }
                    context.output("n", times);
                    return new Done(1);
                });
        write(
                "p",
                "pipeline: p\nsteps: { w: { loop: { steps: { look: { fake: [] } }, until: look.n = 3 } } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 2);
        assertThat(ended(run).message())
                .isEqualTo(
                        "w failed: iteration 2, r-20130801-p.w-0002: look failed: IOException:"
                                + " planned");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(
                        () ->
                                runs.rerun(
                                        "r-20130801-p.w-0002", Set.of(), "ann", "x", Instant.now()))
                .withMessage(
                        "r-20130801-p.w-0002: it is iteration 2 of w in r-20130801-p-0001; run that"
                                + " again from w");
        runs.rerun(run, Set.of(), "ann", "mended", Instant.now());
        RunReport report = ended(run);
        assertThat(report.done()).as(report.message()).isTrue();
        assertThat(iterations(run, "w")).hasSize(3);
        assertThat(attempts(run)).containsExactly("w 1 FAILED", "w 2 DONE");
    }

    @Test
    void aLoopThatPausesHoldsNoSlotAndIsCancelledWithItsRun() throws Exception {
        leaves("look", "rows", "0");
        write(
                "p",
                """
                pipeline: p
                steps:
                  wait: { loop: { steps: { look: { fake: [] } }, until: look.rows > 0, pause: 1d } }
                """);
        write("q", "pipeline: q\nsteps: { other: { fake: t } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 1);
        until(() -> message(run, "wait").startsWith("iteration 1 is done"));
        assertThat(message(run, "wait"))
                .isEqualTo(
                        "iteration 1 is done (at most 128 iterations with pauses of 1d: it waits"
                                + " 127d in all, then fails)");
        assertThat(ended(plan("q", CYCLE)).done()).isTrue();
        runs.cancel(run, "ann", "typo", Instant.now());
        assertThat(ended(run).state()).isEqualTo(RunState.CANCELLED);
        assertThat(state(run, "wait")).isEqualTo(StepState.CANCELLED);
    }

    @Test
    void cancellingARunStopsTheIterationAtWorkAndPausingHoldsIt() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        fake.does(
                "first",
                _ -> {
                    entered.countDown();
                    go.await();
                    return new Done(0);
                });
        fake.does(
                "stuck",
                _ -> {
                    stopped.countDown();
                    new CountDownLatch(1).await();
                    return new Done(0);
                });
        leaves("look", "rows", "0");
        write(
                "p",
                """
                pipeline: p
                steps:
                  outer:
                    loop:
                      steps:
                        inner:
                          loop:
                            steps: { first: { fake: [] }, stuck: { fake: [], after: first } }
                            until: stuck.n > 0
                        look: { fake: [], after: inner }
                      until: look.rows > 0
                """);
        write("q", "pipeline: q\nsteps: { other: { fake: t } }\n");
        String run = plan("p", CYCLE);
        shift(another(), 2);
        entered.await();
        runs.pause(run, "ann", "disk", Instant.now());
        go.countDown();
        until(() -> state("r-20130801-p.outer.inner-0001", "first") == StepState.DONE);
        ended(plan("q", CYCLE));
        assertThat(state("r-20130801-p.outer.inner-0001", "stuck")).isEqualTo(StepState.QUEUED);
        runs.resume(run, "ann", "bought one", Instant.now());
        stopped.await();
        runs.cancel(run, "ann", "typo", Instant.now());
        assertThat(ended(run).state()).isEqualTo(RunState.CANCELLED);
        assertThat(runs.find("r-20130801-p.outer-0001").orElseThrow().state())
                .isEqualTo(RunState.CANCELLED);
        assertThat(runs.find("r-20130801-p.outer.inner-0001").orElseThrow().state())
                .isEqualTo(RunState.CANCELLED);
    }

    @Test
    void forEachGoesThroughAllRowsAndSoManyAtOnceAsItMay() throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var seen = ConcurrentHashMap.<String>newKeySet();
        var both = new CountDownLatch(2);
        leaves("films", LoopVariables.ROWS, "1,Alien\n2,Brazil\n3,Casablanca\n4,Dune\n5,Eva");
        fake.does(
                "learn",
                context -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    both.countDown();
                    both.await();
                    seen.add(
                            context.variables()
                                    .fill(
                                            "t",
                                            "${dag.films[${dag.offset}][1]} of ${dag.films.length}"));
                    atOnce.decrementAndGet();
                    return new Done(1);
                });
        write(
                "p",
                """
                pipeline: p
                steps:
                  films: { fake: [] }
                  each: { for-each: { over: films, parallelism: 2, steps: { learn: { fake: [] } } } }
                """);
        String run = plan("p", CYCLE);
        shift(another(), 4);
        RunReport report = ended(run);
        assertThat(report.done()).as(report.message()).isTrue();
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "Alien of 5", "Brazil of 5", "Casablanca of 5", "Dune of 5", "Eva of 5");
        assertThat(most.get()).isEqualTo(2);
        assertThat(report.step("each").orElseThrow().outputs())
                .containsExactly(Map.entry("iterations", "5"));
    }

    @Test
    void forEachOverTooManyRowsFailsOverNoneIsDoneAndAfterAFailureBeginsNothing() throws Exception {
        leaves("many", LoopVariables.ROWS, "1\n2\n3");
        leaves("none", LoopVariables.ROWS, "");
        fake.does(
                "bad",
                context ->
                        context.variables().fill("t", "${dag.loopTimes}").equals("2")
                                ? new Failed(new IOException("planned"), false)
                                : new Done(0));
        write(
                "p",
                """
                pipeline: p
                steps:
                  many: { fake: [] }
                  none: { fake: [] }
                  a: { for-each: { over: many, max-iterations: 2, steps: { learn: { fake: [] } } } }
                  b: { for-each: { over: none, steps: { learn: { fake: [] } } } }
                  c: { for-each: { over: many, parallelism: 1, steps: { bad: { fake: [] } } } }
                """);
        String run = plan("p", CYCLE);
        shift(runs, 4);
        RunReport report = ended(run);
        assertThat(report.message().lines())
                .containsExactlyInAnyOrder(
                        "a failed: many has 3 rows, and max-iterations is 2",
                        "c failed: iteration 2, r-20130801-p.c-0002: bad failed: IOException:"
                                + " planned");
        assertThat(report.step("b").orElseThrow().outputs())
                .containsExactly(Map.entry("iterations", "0"));
        assertThat(iterations(run, "c")).hasSize(2);
    }

    @Test
    void anIterationWhoseWorkerIsKilledGoesOnWhereItWas() throws Exception {
        write(
                "p",
                """
                pipeline: p
                steps:
                  w: { loop: { steps: { a: { fake: [] }, stuck: { fake: [], after: a } }, until: stuck.n > 1 } }
                  b: { fake: u, after: w }
                """);
        String run = plan("p", CYCLE);
        Child first = child();
        first.line("stuck");
        first.kill();
        child().line(ChildShift.READY);
        RunReport report = ended(run);
        assertThat(report.done()).as(report.message()).isTrue();
        List<RunHead> iterations = iterations(run, "w");
        assertThat(iterations).hasSize(1);
        assertThat(runs.find(iterations.getFirst().run()).orElseThrow().steps())
                .extracting(StepReport::attempts)
                .containsExactly(1, 2);
    }

    @Test
    void iterationsAreForgottenWithTheRunThatHoldsThem() throws Exception {
        leaves("look", "n", "1");
        write(
                "p",
                "pipeline: p\nsteps: { w: { loop: { steps: { look: { fake: [] } }, until: look.n = 1 } } }\n");
        shift(runs, 1);
        String old = plan("p", CYCLE);
        ended(old);
        Instant between = Instant.now().plusMillis(1);
        until(() -> Instant.now().isAfter(between));
        assertThat(runs.forget(between, 10)).containsExactlyInAnyOrder(old, "r-20130801-p.w-0001");
        assertThat(runs.find("r-20130801-p.w-0001")).isEmpty();
    }

    /// Iterations of a loop's last attempt.
    private List<RunHead> iterations(String run, String step) {
        return runs.detail(run).orElseThrow().steps().stream()
                .filter(each -> each.report().step().equals(step))
                .findFirst()
                .orElseThrow()
                .iterations();
    }

    private void leaves(String step, String output, String value) {
        fake.does(
                step,
                context -> {
                    context.output(output, value);
                    return new Done(0);
                });
    }

    private String message(String run, String step) {
        return runs.find(run).orElseThrow().step(step).orElseThrow().message();
    }

    @Test
    void aRunThatSomebodyElseCancelsStopsWhereItWorks() throws Exception {
        var entered = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        fake.does(
                "a",
                _ -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        stopped.countDown();
                    }
                    return new Done(0);
                });
        write("p", "pipeline: p\nsteps: { a: { fake: t }, b: { fake: u, uses: t } }\n");
        String run = plan("p", CYCLE);
        shift(another(), 1);
        entered.await();
        runs.cancel(run, "ann", "typo", Instant.now());
        RunReport report = ended(run);
        assertThat(stopped.getCount()).isZero();
        assertThat(report.state()).isEqualTo(RunState.CANCELLED);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> runs.cancel(run, "ann", "again", Instant.now()))
                .withMessage(run + ": it has ended");
    }

    @Test
    void aPausedRunStartsNothingUntilItIsResumed() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        write("q", "pipeline: q\nsteps: { b: { fake: t } }\n");
        String run = plan("p", CYCLE);
        runs.pause(run, "ann", "disk", Instant.now());
        shift(runs, 1);
        ended(plan("q", CYCLE));
        assertThat(fake.ran).containsExactly("b");
        runs.resume(run, "ann", "bought one", Instant.now());
        assertThat(ended(run).done()).isTrue();
    }

    @Test
    void anAttemptThatTakesTooLongIsInterruptedAndTriedAgain() throws Exception {
        fake.does(
                "a",
                context -> {
                    if (context.attempt() == 1) {
                        new CountDownLatch(1).await();
                    }
                    return new Done(0);
                });
        write(
                "p",
                "pipeline: p\nsteps: { a: { fake: t, timeout: 200ms, attempts: 2, pause: 0s } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 1);
        RunReport report = ended(run);
        assertThat(report.done()).isTrue();
        assertThat(report.steps().getFirst().attempts()).isEqualTo(2);
    }

    @Test
    void branchesAlarmsAndCleanUpsRunAsTheFileSays() throws Exception {
        fake.does(
                "count",
                context -> {
                    context.output("rows", "7");
                    return new Done(7);
                });
        fake.does("few", _ -> new Failed(new IOException("planned"), false));
        write(
                "p",
                """
                pipeline: p
                steps:
                  count: { fake: c }
                  many: { fake: m, if: count.rows > 1000 }
                  few: { fake: f, if: count.rows <= 1000 }
                  both: { fake: b, after: [many, few], join: true }
                  alarm: { fake: [], on-failure: true }
                  clean: { fake: [], always: true }
                """);
        String run = plan("p", CYCLE);
        shift(runs, 2);
        RunReport report = ended(run);
        assertThat(report.steps())
                .extracting(step -> step.step() + " " + step.state())
                .containsExactlyInAnyOrder(
                        "count DONE",
                        "many NOT_TAKEN",
                        "few FAILED",
                        "both SKIPPED",
                        "alarm DONE",
                        "clean DONE");
        assertThat(report.state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void twoSchedulersMakeEachCycleOnceAndCatchUpWhatWasMissed() throws Exception {
        write(
                "daily",
                "pipeline: daily\nschedule: \"30 1 * * *\"\nwaits: { self: previous-day }\nsteps: { a: { fake: t } }\n");
        Pipelines pipelines = pipelines();
        var first = new Scheduler(runs, pipelines, ZoneOffset.UTC);
        var second = new Scheduler(another(), pipelines, ZoneOffset.UTC);
        assertThat(first.tick(Instant.parse("2013-08-01T12:00:00Z")))
                .as("nothing was missed yet")
                .isEmpty();
        var made = new ArrayList<String>();
        made.addAll(first.tick(Instant.parse("2013-08-02T01:30:00Z")));
        made.addAll(second.tick(Instant.parse("2013-08-02T01:30:01Z")));
        assertThat(made).containsExactly("r-20130801-daily-0001");
        var restarted = new Scheduler(runs, pipelines, ZoneOffset.UTC);
        made.clear();
        made.addAll(restarted.tick(Instant.parse("2013-08-05T02:00:00Z")));
        made.addAll(second.tick(Instant.parse("2013-08-05T02:00:00Z")));
        made.addAll(first.tick(Instant.parse("2013-08-05T01:00:00Z"))); // its clock was set back
        assertThat(made)
                .containsExactly(
                        "r-20130802-daily-0001", "r-20130803-daily-0001", "r-20130804-daily-0001");
        shift(runs, 3);
        for (String run : made) {
            assertThat(ended(run).done()).isTrue();
        }
        assertThat(runs.recent(9))
                .extracting(RunReport::bizdate)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void manyCyclesThatAreDueTakeSeveralTurnsAndNoneIsMadeBeforeWhatItNeeds() throws Exception {
        int count = 2 * Scheduler.CYCLES_A_TURN + 50;
        for (int i = 0; i < count; i++) {
            String waits =
                    i == count - 1
                            ? ""
                            : "waits: { p%03d: { on: same-day, if-failed: go-on } }\n"
                                    .formatted(i + 1); // the last comes first
            write(
                    "p%03d".formatted(i),
                    "pipeline: p%03d\nschedule: \"30 1 * * *\"\n%ssteps: { a: { fake: t } }\n"
                            .formatted(i, waits));
        }
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        long turns = pulse();
        List<String> made = scheduler.tick(Instant.parse("2013-08-02T01:30:00Z"));
        assertThat(made).hasSize(count);
        assertThat(pulse() - turns).isEqualTo(3);
        for (int i = 0; i < count; i++) {
            assertThat(made.get(i)).isEqualTo("r-20130801-p%03d-0001".formatted(count - 1 - i));
        }
        assertThat(scheduler.tick(Instant.parse("2013-08-02T01:31:00Z"))).isEmpty();
    }

    private long pulse() {
        return runs.database()
                .read(handle -> handle.createQuery("SELECT n FROM pulse").mapTo(Long.class).one());
    }

    @Test
    void aScheduledListRunsItsPipelinesOneAfterTheOther() throws Exception {
        write("one", "pipeline: one\nsteps: { a: { fake: t } }\n");
        write("two", "pipeline: two\nsteps: { b: { fake: t } }\n");
        write("night", "pipeline: night\nschedule: \"30 1 * * *\"\nruns: [one, two]\n");
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        List<String> made = scheduler.tick(Instant.parse("2013-08-02T01:30:00Z"));
        assertThat(made).containsExactly("r-20130801-one-0001", "r-20130801-two-0001");
        shift(runs, 2);
        assertThat(ended(made.getLast()).done()).isTrue();
        assertThat(fake.ran).containsExactly("a", "b");
    }

    @Test
    void whoWaitsForAListWaitsForTheLastOfItsPipelines() throws Exception {
        write("one", "pipeline: one\nsteps: { a: { fake: t } }\n");
        write("two", "pipeline: two\nsteps: { b: { fake: t } }\n");
        write("night", "pipeline: night\nschedule: \"30 1 * * *\"\nruns: [one, two]\n");
        write(
                "report",
                "pipeline: report\nschedule: \"30 1 * * *\"\nwaits: { night: same-day }\nsteps: { r: { fake: t } }\n");
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        List<String> made = scheduler.tick(Instant.parse("2013-08-02T01:30:00Z"));
        assertThat(made).hasSize(3);
        shift(runs, 3);
        for (String run : made) {
            assertThat(ended(run).done()).isTrue();
        }
        assertThat(fake.ran).containsExactly("a", "b", "r");
    }

    @Test
    void aListHasFailedWithTheFirstOfItsPipelinesThatHas() throws Exception {
        write("one", "pipeline: one\nsteps: { a: { fake: t } }\n");
        write("two", "pipeline: two\nsteps: { b: { fake: t } }\n");
        write("three", "pipeline: three\nsteps: { c: { fake: t } }\n");
        write("night", "pipeline: night\nschedule: \"30 1 * * *\"\nruns: [one, two, three]\n");
        for (String word : List.of("fail", "go-on", "wait")) {
            for (String at :
                    List.of("30 1", "30 2")) { // made with the list, and when it has failed
                String name = (at.startsWith("30 1") ? "early-" : "late-") + word;
                write(
                        name,
                        "pipeline: %s\nschedule: \"%s * * *\"\nwaits: { night: { on: same-day, if-failed: %s } }\nsteps: { r: { fake: t } }\n"
                                .formatted(name, at, word));
            }
        }
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        scheduler.tick(Instant.parse("2013-08-02T01:30:00Z"));
        fake.does("a", _ -> new Failed(new IOException("planned"), false));
        shift(runs, 3, InstantSource.fixed(Instant.parse("2013-08-02T02:30:00Z")));
        String one = "r-20130801-one-0001";
        assertThat(ended("r-20130801-early-fail-0001").message())
                .isEqualTo("one of 2013-08-02T00:00 was not done: " + one);
        assertThat(ended("r-20130801-early-go-on-0001").done()).isTrue();
        scheduler.tick(Instant.parse("2013-08-02T02:30:00Z"));
        assertThat(ended("r-20130801-late-fail-0001").message())
                .isEqualTo("one of 2013-08-02T00:00 was not done: " + one);
        assertThat(ended("r-20130801-late-go-on-0001").done()).isTrue();
        for (String patient : List.of("two", "three", "early-wait", "late-wait")) {
            assertThat(runs.find("r-20130801-%s-0001".formatted(patient)).orElseThrow().state())
                    .as(patient)
                    .isEqualTo(RunState.PLANNED);
        }
        fake.does("a", _ -> new Done(1));
        runs.rerun(one, Set.of(), "ann", "mended", Instant.parse("2013-08-02T02:30:00Z"));
        assertThat(ended("r-20130801-early-wait-0001").done()).isTrue();
        assertThat(ended("r-20130801-late-wait-0001").done()).isTrue();
        assertThat(fake.ran).containsSubsequence("a", "a", "b", "c");
    }

    @Test
    void aListIsMadeOfWhatItsPipelinesAreWhenItsMomentComes() throws Exception {
        write("one", "pipeline: one\nsteps: { a: { fake: t } }\n");
        write("night", "pipeline: night\nschedule: \"30 1 * * *\"\nruns: [one]\n");
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        write("one", "pipeline: one\nsteps: { a: { fake: t }, b: { fake: u } }\n");
        List<String> made = scheduler.tick(Instant.parse("2013-08-02T01:30:00Z"));
        assertThat(runs.find(made.getFirst()).orElseThrow().steps())
                .extracting(StepReport::step)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theOnlyRunThatMayStartStartsThoughManyBeforeItAreHeldUp() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        var backfill = new Backfill("p", DAY.minusDays(519), DAY, Set.of(), false, 1, true);
        List<String> made = runs.make(backfill.plan(pipelines().all()), Instant.now());
        shift(runs, 1);
        assertThat(ended(made.getFirst()).done()).isTrue();
        assertThat(ended(made.get(1)).done()).isTrue();
    }

    @Test
    void aBackfillIsCancelledAsAWholeAndNothingOfItStartsMeanwhile() throws Exception {
        var entered = new CountDownLatch(1);
        fake.does(
                "a",
                _ -> {
                    entered.countDown();
                    new CountDownLatch(1).await();
                    return new Done(1);
                });
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        var backfill = new Backfill("p", DAY.minusDays(249), DAY, Set.of(), false, 2, false);
        Runs.MadeBackfill made =
                runs.backfill(
                        backfill.plan(pipelines().all()), "ann", "new feature", Instant.now());
        assertThat(made.backfill()).isEqualTo("b-20121125-p-0001");
        assertThat(Runs.isBackfill(made.backfill())).isTrue();
        assertThat(Runs.isBackfill(made.runs().getFirst())).isFalse();
        shift(runs, 1);
        entered.await();
        assertThat(runs.cancelBackfill(made.backfill(), "ann", "enough", Instant.now()))
                .isEqualTo(250);
        for (String run : made.runs()) {
            assertThat(ended(run).state()).as(run).isEqualTo(RunState.CANCELLED);
        }
        assertThat(fake.ran).containsExactly("a");
        assertThat(runs.notes(made.runs().getLast()))
                .extracting(RunNote::what)
                .containsExactly("backfill " + made.backfill(), "cancel");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> runs.cancelBackfill(made.backfill(), "ann", "again", Instant.now()))
                .withMessage("b-20121125-p-0001: all of its 250 runs have ended");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runs.cancelBackfill("b-x", "ann", "a typo", Instant.now()))
                .withMessage("there is no backfill b-x");
    }

    @Test
    void whatABackfillSetsGoesForEveryStepOfItsRunsInLoopsTooAndWhenTheyAreRunAgain()
            throws Exception {
        leaves("films", LoopVariables.ROWS, "1\n2");
        write(
                "p",
                """
                pipeline: p
                steps:
                  fit: { train: m, trees: 100 }
                  films: { fake: [] }
                  each: { for-each: { over: films, steps: { small: { train: m, trees: 7 } } } }
                """);
        write("q", "pipeline: q\nwaits: { p: same-day }\nsteps: { fit: { train: m, trees: 9 } }\n");
        var set = Map.of("p.fit.trees", "50", "p.each.for-each.steps.small.trees", "3");
        var backfill = new Backfill("p", DAY, DAY, Set.of(), true, 1, false);
        Runs.MadeBackfill made =
                runs.backfill(backfill.plan(pipelines(), set), "ann", "a trial", Instant.now());
        String p = made.runs().getFirst();
        String q = made.runs().getLast();
        try (Shift _ = shift(another(), 2)) {
            RunReport report = ended(p);
            assertThat(report.done()).as(report.message()).isTrue();
            assertThat(report.step("fit").orElseThrow().rows()).isEqualTo(50);
            assertThat(report.step("each").orElseThrow().rows()).isEqualTo(3 + 3);
            assertThat(ended(q).rows()).as("of another pipeline nothing was set").isEqualTo(9);
            assertThat(ended(plan("p", CYCLE.plusDays(1))).step("fit").orElseThrow().rows())
                    .as("nor of any other run")
                    .isEqualTo(100);
        }
        RunDetail told = runs.detail(p).orElseThrow();
        assertThat(told.overrides()).isEqualTo(set);
        assertThat(told.notes())
                .extracting(note -> note.who() + ": " + note.what())
                .containsExactly(
                        "ann: backfill b-20130801-p-0001 with p.each.for-each.steps.small.trees=3,"
                                + " p.fit.trees=50");
        assertThat(iterations(p, "each"))
                .extracting(each -> runs.detail(each.run()).orElseThrow().overrides())
                .containsExactly(told.overrides(), told.overrides());
        assertThat(runs.detail(q).orElseThrow().overrides()).isEmpty();
        assertThat(runs.notes(q))
                .extracting(RunNote::what)
                .containsExactly("backfill b-20130801-p-0001");

        runs.rerun(p, Set.of("fit", "films"), "bea", "again", Instant.now());
        shift(another(), 1);
        RunReport again = ended(p);
        assertThat(again.step("fit").orElseThrow().rows()).isEqualTo(50);
        assertThat(again.step("fit").orElseThrow().attempts()).isEqualTo(2);
        assertThat(again.step("each").orElseThrow().rows()).isEqualTo(3 + 3);
    }

    @Test
    void aRunWhoseFileHasNoPlaceAnyMoreForWhatWasSetFailsByName() throws Exception {
        write("p", "pipeline: p\nsteps: { fit: { train: m } }\n");
        var backfill = new Backfill("p", DAY, DAY, Set.of(), false, 1, false);
        List<Backfill.Wanted> wanted = backfill.plan(pipelines(), Map.of("p.fit.trees", "50"));
        String run = runs.backfill(wanted, "ann", "a trial", Instant.now()).runs().getFirst();
        write("p", "pipeline: p\nsteps: { learn: { train: m } }\n");
        shift(runs, 1);
        assertThat(ended(run).message())
                .contains("cannot set p.fit.trees: there is no steps.fit in pipelines/p.yaml");
    }

    @Test
    void aRunIsNotOpenedAgainBesideANewerOneOfItsCycle() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        String old = plan("p", CYCLE);
        runs.cancel(old, "ann", "a typo", Instant.now());
        var again = new Backfill("p", DAY, DAY, Set.of(), false, 1, false);
        String newer = runs.make(again.plan(pipelines().all()), Instant.now()).getFirst();
        assertThatExceptionOfType(AlreadyRunning.class)
                .isThrownBy(() -> runs.rerun(old, Set.of(), "ann", "after all", Instant.now()))
                .withMessageStartingWith("p is planned for 20130801 already: " + newer);
    }

    @Test
    void whatAStepLeftIsGoneWhenItIsRunAgain() throws Exception {
        leaves("a", "n", "5");
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        String run = plan("p", CYCLE);
        shift(runs, 1);
        assertThat(ended(run).steps().getFirst().outputs()).containsEntry("n", "5");
        fake.does("a", _ -> new Failed(new IOException("planned"), false));
        runs.rerun(run, Set.of("a"), "ann", "new data", Instant.now());
        until(() -> runs.find(run).orElseThrow().state() == RunState.FAILED);
        assertThat(runs.find(run).orElseThrow().steps().getFirst().outputs()).isEmpty();
    }

    @Test
    void aWorkerOfAnotherMachineIsGoneWhenItsBeatsStandStillForALease() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        String run = plan("p", CYCLE);
        runs.database()
                .turn(
                        handle -> {
                            handle.execute(
                                    "INSERT INTO worker (id, pid, process_started, host, boot, started_at, beats)"
                                            + " VALUES ('far', 7, 'ticks 1', 'elsewhere', 'b', 0, 1)");
                            var turn = new Turn(handle, Instant.EPOCH);
                            turn.apply(run, new RunChange.Start());
                            turn.save();
                            turn.claim(run, "a", "far");
                            turn.save();
                            return run;
                        });
        var workers = new Workers("near", Owner.self());
        long second = TimeUnit.SECONDS.toNanos(1);
        for (long at = 0; at <= 30; at += 10) {
            assertThat(struckOut(workers, at * second)).as("after %d s", at).isEmpty();
        }
        beat("far");
        for (long at = 40; at <= 60; at += 10) {
            assertThat(struckOut(workers, at * second)).as("after %d s", at).isEmpty();
        }
        assertThat(struckOut(workers, 200 * second)).as("nobody looked for long").isEmpty();
        for (long at = 210; at <= 230; at += 10) {
            assertThat(struckOut(workers, at * second)).as("after %d s", at).isEmpty();
        }
        assertThat(struckOut(workers, 231 * second)).containsExactly("far");
        shift(runs, 1);
        RunReport report = ended(run);
        assertThat(report.done()).as("somebody else did it").isTrue();
        assertThat(report.steps().getFirst().attempts()).isEqualTo(2);
        String refusal =
                runs.database()
                        .turn(
                                handle ->
                                        new Turn(handle, Instant.now())
                                                .ended(
                                                        run,
                                                        new RunChange.Ended(
                                                                "a",
                                                                1,
                                                                new Done(1),
                                                                new java.util.LinkedHashMap<>()),
                                                        Duration.ZERO));
        assertThat(refusal)
                .as("the zombie comes back")
                .startsWith("attempt 1 of a is not at work any more");
    }

    @Test
    void whatAClosedShiftHeldIsDoneByTheNextAndIsNoLoss() throws Exception {
        var entered = new CountDownLatch(1);
        fake.does(
                "a",
                context -> {
                    if (context.attempt() == 1) {
                        entered.countDown();
                        new CountDownLatch(1).await();
                    }
                    return new Done(0);
                });
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        String run = plan("p", CYCLE);
        Shift first = shift(another(), 1);
        entered.await();
        first.close();
        assertThat(state(run, "a")).isEqualTo(StepState.QUEUED);
        shift(another(), 1);
        assertThat(ended(run).done()).isTrue();
    }

    @Test
    void oldRunsAreForgottenAndOthersKept() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        shift(runs, 1);
        String old = plan("p", CYCLE);
        ended(old);
        Instant between = Instant.now().plusMillis(1);
        until(() -> Instant.now().isAfter(between));
        String young = plan("p", CYCLE.plusDays(1));
        ended(young);
        assertThat(runs.forget(between, 10)).containsExactly(old);
        assertThat(runs.find(old)).isEmpty();
        assertThat(runs.find(young)).isPresent();
    }

    @Test
    void whatAKilledProcessWorkedAtIsDoneByAnother() throws Exception {
        write(
                "p",
                "pipeline: p\nsteps: { a: { fake: t }, stuck: { fake: u, uses: t }, c: { fake: v, uses: u } }\n");
        String run = plan("p", CYCLE);
        Child first = child();
        first.line("stuck");
        first.kill();
        child().line(ChildShift.READY);
        RunReport report = ended(run);
        assertThat(report.done()).as(report.message()).isTrue();
        assertThat(report.steps()).extracting(StepReport::attempts).containsExactly(1, 2, 1);
        assertThat(attempts(run)).contains("stuck 1 LOST", "stuck 2 DONE");
    }

    @Test
    void aRunOfAKilledForegroundProcessIsFoundLostByWhoeverIsOnShift() throws Exception {
        write("p", "pipeline: p\nsteps: { a: { fake: t } }\n");
        Runs.Begun begun =
                runs.begin(
                        fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n"),
                        CYCLE,
                        "gone:7:1",
                        Instant.now());
        shift(runs, 1);
        RunReport report = ended(begun.run());
        assertThat(report.state()).isEqualTo(RunState.LOST);
        assertThat(fake.ran).as("nobody else may run it").isEmpty();
    }

    /// Two processes at work, killed again and again at random moments and replaced: no run is lost, no step is done twice,
    /// nothing sticks.
    @Test
    void processesKilledAtRandomMomentsLoseNothingAndDoNothingTwice() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var text = new StringBuilder("pipeline: p\nsteps:\n");
        for (int i = 0; i < 10; i++) {
            text.append("  s").append(i).append(": { fake: t").append(i);
            text.append(i < 2 ? " }\n" : ", uses: t" + random.nextInt(i) + " }\n");
        }
        write("p", text.toString());
        var planned = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            planned.add(plan("p", CYCLE.plusDays(i)));
        }
        Child left = child();
        Child right = child();
        for (int kill = 0; kill < 8; kill++) {
            Child victim = random.nextBoolean() ? left : right;
            victim.line(ChildShift.READY);
            LockSupport.parkNanos(random.nextInt(600) * 1_000_000L);
            victim.kill();
            if (victim == left) {
                left = child();
            } else {
                right = child();
            }
        }
        for (String run : planned) {
            RunReport report = ended(run);
            assertThat(report.done()).as("seed %d: %s", seed, report).isTrue();
            for (StepReport step : report.steps()) {
                assertThat(attempts(run))
                        .as("seed %d %s", seed, run)
                        .filteredOn(attempt -> attempt.startsWith(step.step() + " "))
                        .filteredOn(attempt -> attempt.endsWith(" DONE"))
                        .hasSize(1);
            }
            assertThat(overlaps(run)).as("seed %d: attempts of one step at once", seed).isZero();
        }
    }

    // ---- a project folder, and processes on shift

    private List<String> attempts(String run) {
        return runs.database()
                .read(
                        handle ->
                                handle.createQuery(
                                                "SELECT step || ' ' || attempt || ' ' || state FROM"
                                                        + " run_attempt WHERE run_id = :run ORDER BY"
                                                        + " step, attempt")
                                        .bind("run", run)
                                        .mapTo(String.class)
                                        .list());
    }

    private int overlaps(String run) {
        return runs.database()
                .read(
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT COUNT(*) FROM run_attempt a
                                                JOIN   run_attempt b ON b.run_id = a.run_id AND b.step = a.step
                                                AND    b.attempt > a.attempt
                                                WHERE  a.run_id = :run
                                                AND    (a.ended_at IS NULL OR b.started_at < a.ended_at)
                                                """)
                                        .bind("run", run)
                                        .mapTo(Integer.class)
                                        .one());
    }

    private Child child() throws IOException {
        var child = new Child(home, where(home));
        open.add(child);
        return child;
    }

    /// A process on shift, and what it printed.
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

        Child(Path home, String where) throws IOException {
            String java = ProcessHandle.current().info().command().orElseThrow();
            process =
                    new ProcessBuilder(
                                    java,
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-Xmx200m",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ChildShift.class.getName(),
                                    home.toString(),
                                    where)
                            .redirectErrorStream(true)
                            .start();
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () ->
                                    process.inputReader(StandardCharsets.UTF_8)
                                            .lines()
                                            .forEach(lines::add));
        }

        void line(String text) {
            until(
                    () -> {
                        if (!process.isAlive()) {
                            throw new AssertionError("the process ended; it printed " + lines);
                        }
                        return lines.contains(text);
                    });
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    Runs another() throws Exception {
        Runs another = openRuns(home);
        open.add(another);
        return another;
    }

    Shift shift(Runs of, int width) {
        return shift(of, width, InstantSource.system());
    }

    Shift shift(Runs of, int width, InstantSource clock) {
        Shift shift =
                Shift.start(
                        of,
                        home,
                        pipelines(),
                        new Shift.Settings(width, ZoneOffset.UTC, Map.of(), false),
                        clock,
                        RunListener.none());
        open.add(shift);
        return shift;
    }

    Pipelines pipelines() {
        return Pipelines.in(home.resolve("pipelines"), fake.catalogue());
    }

    void write(String name, String text) {
        try {
            Files.writeString(home.resolve("pipelines").resolve(name + ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String plan(String pipeline, LocalDateTime cycle, Need... needs) {
        PipelineFile file = pipelines().named(pipeline);
        return PlannedRuns.make(runs, file, cycle, List.of(needs), Instant.now()).getFirst();
    }

    RunReport ended(String run) {
        until(() -> runs.find(run).orElseThrow().state().ended());
        return runs.find(run).orElseThrow();
    }

    StepState state(String run, String step) {
        return runs.find(run).orElseThrow().step(step).orElseThrow().state();
    }

    private List<String> struckOut(Workers workers, long nanos) {
        return runs.database().turn(handle -> workers.strikeOut(handle, nanos));
    }

    private void beat(String worker) {
        runs.database()
                .turn(
                        handle ->
                                handle.execute(
                                        "UPDATE worker SET beats = beats + 1 WHERE id = ?",
                                        worker));
    }

    /// Looks again and again, and fails if it takes longer than anything here can.
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to pass");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
