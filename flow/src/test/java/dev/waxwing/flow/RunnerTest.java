package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.flow.StepOutcome.Done;
import dev.waxwing.flow.StepOutcome.Failed;
import dev.waxwing.flow.StepOutcome.Waiting;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

class RunnerTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    @TempDir Path home;

    private final FakeSteps fake = new FakeSteps();
    private final FakeClock clock = new FakeClock();
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private Runs runs;

    @BeforeEach
    void open() {
        runs = Runs.open(home.resolve("waxwing.db"));
    }

    @Test
    void runsEveryStepAfterItsInputsAndReportsRowsTimeAndOutputs() {
        fake.does(
                "sample",
                context -> {
                    clock.pass(Duration.ofSeconds(3));
                    context.log("drew rows");
                    context.output("positives", "17");
                    return new Done(1000);
                });
        fake.does(
                "train",
                context -> {
                    clock.pass(Duration.ofSeconds(5));
                    context.output("saw", context.outputsOf("sample").get("positives"));
                    return new Done(1);
                });
        RunReport report =
                run(
                        """
                        pipeline: rank
                        steps:
                          train: { fake: model, from: sample }
                          sample: { fake: train_sample }
                        """);
        assertThat(report.run()).isEqualTo("r-20130801-rank-0001");
        assertThat(report.state()).isEqualTo(RunState.DONE);
        assertThat(report.done()).isTrue();
        assertThat(report.message()).isEmpty();
        assertThat(report.startedAt()).isEqualTo(FakeClock.START);
        assertThat(report.took()).isEqualTo(Duration.ofSeconds(8));
        assertThat(report.rows()).isEqualTo(1001);
        assertThat(report.steps()).extracting(StepReport::step).containsExactly("sample", "train");
        assertThat(report.step("sample").orElseThrow().outputs())
                .isEqualTo(Map.of("positives", "17"));
        assertThat(report.step("sample").orElseThrow().took()).isEqualTo(Duration.ofSeconds(3));
        assertThat(report.step("train").orElseThrow().outputs()).isEqualTo(Map.of("saw", "17"));
        assertThat(runs.find(report.run())).as("the record").hasValue(report);
        assertThat(runs.latest("rank", DAY)).hasValue(report);
        assertThat(runs.recent(5)).containsExactly(report);
        assertThat(events)
                .containsExactly(
                        new RunEvent.RunStarted(report.run(), "rank", DAY, 2, ""),
                        new RunEvent.StepStarted(report.run(), "sample", 1),
                        new RunEvent.StepSaid(report.run(), "sample", "drew rows"),
                        new RunEvent.StepDone(report.run(), "sample", 1000, Duration.ofSeconds(3)),
                        new RunEvent.StepStarted(report.run(), "train", 1),
                        new RunEvent.StepDone(report.run(), "train", 1, Duration.ofSeconds(5)),
                        new RunEvent.RunEnded(report.run(), report));
    }

    @Test
    void tellsAStepWhatItIsPartOf() {
        var seen = new ArrayList<String>();
        fake.does(
                "a",
                context -> {
                    seen.add(context.pipeline() + " " + context.step() + " " + context.bizdate());
                    seen.add(context.runId() + " " + context.attempt());
                    seen.add(context.variables().fill("x.sql", "${bizdate-1}"));
                    Files.writeString(context.work().resolve("draft"), "x");
                    seen.add(home.relativize(context.work()).toString());
                    return new Done(0);
                });
        RunReport report = run("pipeline: p\nsteps: { a: { fake: t } }\n");
        assertThat(report.done()).isTrue();
        assertThat(seen)
                .containsExactly(
                        "p a 2013-08-01",
                        "r-20130801-p-0001 1",
                        "20130731",
                        "work/r-20130801-p-0001/a-1");
        assertThat(home.resolve("work/r-20130801-p-0001"))
                .as("deleted with its run")
                .doesNotExist();
    }

    @Test
    void aWorkFolderLivesUntilTheRunEnds() {
        var left = new AtomicReference<Path>();
        fake.does(
                "a",
                context -> {
                    left.set(Files.writeString(context.work().resolve("model"), "trees"));
                    context.output("model", left.get().toString());
                    return new Done(0);
                });
        fake.does(
                "b",
                context ->
                        new Done(
                                Files.readString(Path.of(context.outputsOf("a").get("model")))
                                        .length()));
        RunReport report = run("pipeline: p\nsteps: { a: { fake: t }, b: { fake: u, from: a } }\n");
        assertThat(report.step("b").orElseThrow().rows()).isEqualTo(5);
        assertThat(left.get()).doesNotExist();
    }

    @Test
    void aFailedStepTakesThoseAfterItAlongAndNoOthers() throws IOException {
        fake.does(
                "b",
                _ -> {
                    throw new IOException("disk full", new IllegalStateException("no space left"));
                });
        RunReport report =
                run(
                        """
                        pipeline: p
                        steps:
                          a: { fake: ta }
                          b: { fake: tb, uses: ta }
                          c: { fake: tc, uses: tb }
                          d: { fake: td, uses: tc }
                          e: { fake: te, uses: ta }
                        """);
        assertThat(report.state()).isEqualTo(RunState.FAILED);
        assertThat(states(report))
                .containsExactly("a DONE", "b FAILED", "c SKIPPED", "d SKIPPED", "e DONE");
        assertThat(report.message())
                .isEqualTo(
                        "b failed: IOException: disk full\n"
                                + "caused by IllegalStateException: no space left");
        assertThat(report.step("d").orElseThrow().message()).isEqualTo("b failed");
        assertThat(fake.ran).containsExactlyInAnyOrder("a", "b", "e");
        assertThat(runs.find(report.run())).hasValue(report);
        assertThat(Files.readString(home.resolve(report.step("b").orElseThrow().log())))
                .contains("attempt 1 of step b (fake) of p for 2013-08-01, run r-20130801-p-0001")
                .contains("failed: IOException: disk full")
                .contains("Caused by: java.lang.IllegalStateException: no space left")
                .contains("RunnerTest.java");
        assertThat(home.resolve(report.step("c").orElseThrow().log())).doesNotExist();
    }

    @Test
    void ourOwnErrorsAreToldByTheirTextAndErrorsOfTheMachineAreFailuresToo() {
        fake.does(
                "a",
                _ -> {
                    throw new AlreadyRunning("r", "written for people");
                });
        fake.does(
                "b",
                _ -> {
                    throw new OutOfMemoryError("Java heap space");
                });
        fake.does("c", _ -> null);
        RunReport report =
                run("pipeline: p\nsteps: { a: { fake: t }, b: { fake: u }, c: { fake: v } }\n");
        assertThat(report.message())
                .isEqualTo(
                        """
                        a failed: written for people
                        b failed: OutOfMemoryError: Java heap space
                        c failed: NullPointerException: the step gave no outcome\
                        """);
    }

    @Test
    void aFailureThatMayPassIsTriedAgain() {
        fake.does(
                "a",
                context -> {
                    clock.pass(Duration.ofSeconds(1));
                    return context.attempt() < 3
                            ? new Failed(new IOException("try " + context.attempt()), true)
                            : new Done(7);
                });
        RunReport report =
                run(
                        """
                        pipeline: p
                        steps:
                          a: { fake: t, attempts: 3, pause: 0s }
                          b: { fake: u, uses: t }
                        """);
        assertThat(states(report)).containsExactly("a DONE", "b DONE");
        StepReport a = report.step("a").orElseThrow();
        assertThat(a.attempts()).isEqualTo(3);
        assertThat(a.took()).as("all attempts").isEqualTo(Duration.ofSeconds(3));
        assertThat(runs.find(report.run())).hasValue(report);
        assertThat(events)
                .contains(
                        new RunEvent.StepRetrying(
                                report.run(), "a", 2, Duration.ZERO, "IOException: try 2"));
    }

    @Test
    void aFailureIsFinalAfterTheLastAttemptOrIfItIsNotWorthAnother() {
        fake.does("a", context -> new Failed(new IOException("try " + context.attempt()), true));
        fake.does("b", context -> new Failed(new IOException("wrong column"), false));
        RunReport report =
                run(
                        """
                        pipeline: p
                        steps:
                          a: { fake: t, attempts: 2, pause: 0s }
                          b: { fake: u, attempts: 2, pause: 0s }
                        """);
        assertThat(report.message())
                .isEqualTo("a failed: IOException: try 2\nb failed: IOException: wrong column");
        assertThat(report.steps()).extracting(StepReport::attempts).containsExactly(2, 1);
    }

    @Test
    void aRunWithNothingElseToDoFailsWithWhatItWaitsFor() {
        fake.does("a", _ -> new Waiting("ods_event/ds=20130801", Duration.ofMinutes(1)));
        RunReport report =
                run(
                        """
                        pipeline: p
                        steps:
                          a: { fake: t }
                          b: { fake: u, uses: t }
                          c: { fake: v }
                        """);
        assertThat(report.state()).isEqualTo(RunState.FAILED);
        assertThat(states(report)).containsExactly("a WAITING", "b SKIPPED", "c DONE");
        assertThat(report.message())
                .isEqualTo("a waits for ods_event/ds=20130801, and nothing here makes it");
        assertThat(report.step("b").orElseThrow().message())
                .isEqualTo("a waits for ods_event/ds=20130801");
    }

    @Test
    void outputsOfAStepThatNeedNotBeDoneAreRefused() {
        fake.does("b", context -> new Done(context.outputsOf("a").size()));
        RunReport report = run("pipeline: p\nsteps: { a: { fake: t }, b: { fake: u } }\n");
        assertThat(report.message())
                .isEqualTo(
                        "b failed: IllegalArgumentException: step b (t.yaml:2) asks for outputs of"
                                + " a, but does not run after it; add `after: a`");
    }

    @Test
    void outputsOfAnAttemptThatFailedDoNotCount() {
        fake.does(
                "a",
                context -> {
                    context.output("try" + context.attempt(), "x");
                    return context.attempt() == 1
                            ? new Failed(new IOException("x"), true)
                            : new Done(0);
                });
        RunReport report = run("pipeline: p\nsteps: { a: { fake: t, attempts: 2, pause: 0s } }\n");
        assertThat(report.step("a").orElseThrow().outputs()).isEqualTo(Map.of("try2", "x"));
    }

    @Test
    void aListenerThatFailsDoesNotDisturbTheRun() {
        Pipeline pipeline = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        RunReport report =
                runner(2)
                        .run(
                                pipeline,
                                DAY,
                                _ -> {
                                    throw new IllegalStateException("the pipe is broken");
                                });
        assertThat(report.done()).isTrue();
    }

    @Test
    void datesRunInOrderAndStopAtTheFirstThatIsNotDone() {
        fake.does(
                "a",
                context ->
                        context.bizdate().equals(DAY.plusDays(1))
                                ? new Failed(new IOException("bad day"), false)
                                : new Done(1));
        var list =
                new PipelineList(
                        "night",
                        new Schedule.OnDemand(),
                        List.of(),
                        Missed.CATCH_UP,
                        Pipeline.UNLIMITED,
                        List.of(
                                fake.pipeline("pipeline: one\nsteps: { a: { fake: t } }\n"),
                                fake.pipeline("pipeline: two\nsteps: { b: { fake: t } }\n")));
        List<RunReport> reports = runner(2).run(list, DAY, DAY.plusDays(5), events::add);
        assertThat(reports)
                .extracting(RunReport::run)
                .containsExactly(
                        "r-20130801-one-0001", "r-20130801-two-0001", "r-20130802-one-0001");
        assertThat(reports).extracting(RunReport::done).containsExactly(true, true, false);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> runner(2).run(list, DAY, DAY.minusDays(1), events::add))
                .withMessage("the last date, 2013-07-31, is before the first, 2013-08-01");
    }

    @Test
    void aSecondRunOfTheSameDateIsRefusedWhileTheFirstRuns() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        fake.does(
                "a",
                context -> {
                    if (context.bizdate().equals(DAY)) {
                        entered.countDown();
                        leave.await();
                    }
                    return new Done(0);
                });
        Pipeline pipeline = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        var first = new FutureTask<>(() -> runner(2).run(pipeline, DAY, RunListener.none()));
        Thread.ofPlatform().start(first);
        entered.await();
        assertThatExceptionOfType(AlreadyRunning.class)
                .isThrownBy(() -> runner(2).run(pipeline, DAY, RunListener.none()))
                .satisfies(e -> assertThat(e.run()).isEqualTo("r-20130801-p-0001"))
                .withMessage(
                        "p runs for 20130801 already: r-20130801-p-0001, pid %d on %s, since"
                                + " 2013-08-02T01:30:00Z. Wait for it to end, or stop it.",
                        ProcessHandle.current().pid(), Owner.self().host());
        assertThat(runner(2).run(pipeline, DAY.plusDays(1), RunListener.none()).done())
                .as("another date")
                .isTrue();
        leave.countDown();
        assertThat(first.get().done()).isTrue();
        assertThat(runner(2).run(pipeline, DAY, RunListener.none()).run())
                .isEqualTo("r-20130801-p-0002");
    }

    @Test
    void aSecondRunIsRefusedAtOnceThoughTheFirstsProcessIsHeldUpWhileItWrites() throws Exception {
        var inTurn = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        Pipeline pipeline = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        fake.does(
                "a",
                _ -> {
                    Thread.ofPlatform()
                            .start(
                                    () ->
                                            runs.database()
                                                    .turn(
                                                            _ -> {
                                                                inTurn.countDown();
                                                                awaitOrFail(leave);
                                                                return "held";
                                                            }));
                    awaitOrFail(leave);
                    return new Done(0);
                });
        var first = new FutureTask<>(() -> runner(2).run(pipeline, DAY, RunListener.none()));
        Thread.ofPlatform().start(first);
        inTurn.await();
        try {
            assertThatExceptionOfType(AlreadyRunning.class)
                    .isThrownBy(() -> runner(2).run(pipeline, DAY, RunListener.none()))
                    .withMessageStartingWith("p runs for 20130801 already: r-20130801-p-0001, pid");
        } finally {
            leave.countDown();
        }
        assertThat(first.get().done()).isTrue();
    }

    @Test
    void aRecordThatCannotBeWrittenEndsTheRunThoughItsStepsHaveStoppedAlready() {
        fake.does(
                "a",
                context -> {
                    runs.database()
                            .turn(
                                    handle ->
                                            handle.execute(
                                                    """
                                                    CREATE TRIGGER full BEFORE INSERT ON run_output
                                                    BEGIN SELECT RAISE(ABORT, 'no room'); END
                                                    """));
                    context.output("k", "v");
                    return new Done(0);
                });
        Pipeline pipeline = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> runner(2).run(pipeline, DAY, RunListener.none()))
                .withMessageContaining("no room");
        try (var handle = runs.database().session()) {
            assertThat(
                            handle.<String>read(
                                    open ->
                                            open.createQuery("SELECT state FROM run")
                                                    .mapTo(String.class)
                                                    .one()))
                    .isEqualTo("LOST");
        }
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void anInterruptedCallerCancelsTheRun() throws Exception {
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
        Pipeline pipeline =
                fake.pipeline("pipeline: p\nsteps: { a: { fake: t }, b: { fake: u, uses: t } }\n");
        var wasInterrupted = new AtomicReference<>(false);
        var run =
                new FutureTask<>(
                        () -> {
                            RunReport report = runner(2).run(pipeline, DAY, events::add);
                            wasInterrupted.set(Thread.currentThread().isInterrupted());
                            return report;
                        });
        Thread caller = Thread.ofPlatform().start(run);
        entered.await();
        caller.interrupt();
        RunReport report = run.get(60, TimeUnit.SECONDS);
        assertThat(stopped.getCount()).as("the step was interrupted").isZero();
        assertThat(report.state()).isEqualTo(RunState.CANCELLED);
        assertThat(states(report)).containsExactly("a CANCELLED", "b SKIPPED");
        assertThat(report.message()).isEqualTo("the run was cancelled");
        assertThat(report.step("b").orElseThrow().message()).isEqualTo("the run was cancelled");
        assertThat(wasInterrupted.get()).as("the caller learns of it").isTrue();
        assertThat(runs.find(report.run())).hasValue(report);
        assertThat(events).contains(new RunEvent.StepCancelled(report.run(), "a"));
    }

    @Test
    void aRunWaitingToTryAgainCanBeCancelled() throws Exception {
        var retrying = new CountDownLatch(1);
        fake.does("a", _ -> new Failed(new IOException("lost"), true));
        Pipeline pipeline =
                fake.pipeline("pipeline: p\nsteps: { a: { fake: t, attempts: 2, pause: 9d } }\n");
        var run =
                new FutureTask<>(
                        () ->
                                runner(1)
                                        .run(
                                                pipeline,
                                                DAY,
                                                event -> {
                                                    if (event instanceof RunEvent.StepRetrying) {
                                                        retrying.countDown();
                                                    }
                                                }));
        Thread caller = Thread.ofPlatform().start(run);
        retrying.await();
        caller.interrupt();
        RunReport report = run.get(60, TimeUnit.SECONDS);
        assertThat(states(report)).containsExactly("a CANCELLED");
        assertThat(report.step("a").orElseThrow().message()).isEqualTo("IOException: lost");
        assertThat(runs.find(report.run())).hasValue(report);
    }

    @Test
    void aWidthBelowOneIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> runner(0))
                .withMessage("width must be at least 1, got 0");
    }

    private Runner runner(int width) {
        return new Runner(runs, home, width, clock);
    }

    private RunReport run(String pipeline) {
        return runner(2).run(fake.pipeline(pipeline), DAY, events::add);
    }

    private static List<String> states(RunReport report) {
        return report.steps().stream().map(step -> step.step() + " " + step.state()).toList();
    }
}
