package dev.waxwing.flow;

import dev.waxwing.flow.StepAttempt.Message;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One run while it runs.
///
/// The thread that calls [#run] decides everything: it starts steps, takes what their threads put into the inbox, and
/// writes the record. So nothing here needs a lock, and a listener is called by one thread only.
final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final Pipeline pipeline;
    private final LocalDate bizdate;
    private final Runs runs;
    private final Runs.Begun begun;
    private final String run;
    private final RunFolder folder;
    private final int width;
    private final InstantSource clock;
    private final RunListener listener;
    private final Instant startedAt;

    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final SequencedMap<String, StepReport> reports = new LinkedHashMap<>();
    private final Map<String, Set<String>> before = new HashMap<>();
    private final Map<String, SequencedMap<String, String>> doneOutputs = new ConcurrentHashMap<>();
    private final Map<String, StepAttempt> running = new LinkedHashMap<>();

    /// Steps that will be tried again, with the [System#nanoTime] from when on.
    private final Map<String, Long> retries = new LinkedHashMap<>();

    private boolean cancelled;
    private boolean interrupted;

    Execution(
            Pipeline pipeline,
            LocalDate bizdate,
            Runs runs,
            Runs.Begun begun,
            Path home,
            int width,
            InstantSource clock,
            RunListener listener,
            Instant startedAt) {
        this.pipeline = pipeline;
        this.bizdate = bizdate;
        this.runs = runs;
        this.begun = begun;
        this.run = begun.run();
        this.folder = new RunFolder(home, run);
        this.width = width;
        this.clock = clock;
        this.listener = listener;
        this.startedAt = startedAt;
        for (PlannedStep step : pipeline.steps()) {
            var all = new LinkedHashSet<>(step.after().keySet());
            step.after().keySet().forEach(direct -> all.addAll(before.get(direct)));
            before.put(step.name(), all);
            reports.put(step.name(), report(step.name(), StepState.PENDING, 0, ""));
        }
    }

    /// Asks the run to stop, from any thread: running steps are interrupted, no other starts.
    void cancel() {
        inbox.add(new Message.Cancel());
    }

    /// Waits until the run has ended and is recorded.
    /// @return false if it took longer
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    RunReport run() {
        try {
            tell(
                    new RunEvent.RunStarted(
                            run,
                            pipeline.name(),
                            bizdate,
                            pipeline.steps().size(),
                            begun.tookOver()));
            advance();
            while (!running.isEmpty() || !retries.isEmpty()) {
                take(next());
                advance();
            }
            return end();
        } catch (RuntimeException | Error e) { // the record cannot be written, most likely
            abandon(e);
            throw e;
        } finally {
            folder.deleteWork();
            ended.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Skips what cannot run any more and starts what can. One pass is enough, since each step comes after all that
    /// it depends on.
    private void advance() {
        for (PlannedStep step : pipeline.steps()) {
            StepReport report = reports.get(step.name());
            if (report.state() == StepState.PENDING) {
                String blame = blame(step);
                if (!blame.isEmpty()) {
                    skip(step.name(), blame);
                } else if (running.size() < width && isReady(step)) {
                    start(step, 1);
                }
            } else if (retries.containsKey(step.name())) {
                boolean due = retries.get(step.name()) - System.nanoTime() <= 0;
                if (due && running.size() < width) {
                    retries.remove(step.name());
                    start(step, report.attempts() + 1);
                }
            }
        }
    }

    private boolean isReady(PlannedStep step) {
        return step.after().keySet().stream()
                .allMatch(other -> reports.get(other).state() == StepState.DONE);
    }

    /// Why the step cannot run any more; empty as long as it can.
    private String blame(PlannedStep step) {
        if (cancelled) {
            return "the run was cancelled";
        }
        for (String other : step.after().keySet()) {
            StepReport report = reports.get(other);
            switch (report.state()) {
                case PENDING, QUEUED, RETRYING, RUNNING, DONE, DRY, NOT_TAKEN -> {}
                case FAILED, LOST -> {
                    return other + " failed";
                }
                case WAITING -> {
                    return other + " waits for " + report.message();
                }
                case CANCELLED -> {
                    return other + " was cancelled";
                }
                case SKIPPED -> {
                    return report.message();
                }
            }
        }
        return "";
    }

    private void skip(String step, String because) {
        finished(report(step, StepState.SKIPPED, 0, because));
        tell(new RunEvent.StepSkipped(run, step, because));
    }

    private void start(PlannedStep step, int number) {
        var attempt =
                new StepAttempt(
                        pipeline,
                        step,
                        bizdate,
                        run,
                        number,
                        folder,
                        before.get(step.name()),
                        doneOutputs,
                        clock,
                        inbox);
        runs.attemptStarted(run, step.name(), number, attempt.startedAt());
        StepReport last = reports.get(step.name());
        reports.put(
                step.name(),
                new StepReport(
                        step.name(),
                        StepState.RUNNING,
                        number,
                        0,
                        last.took(),
                        new LinkedHashMap<>(),
                        "",
                        last.log()));
        running.put(step.name(), attempt);
        tell(new RunEvent.StepStarted(run, step.name(), number));
        attempt.start();
    }

    /// The next message, or a cancellation if this thread was interrupted. Comes back early, with a line that says
    /// nothing to anybody, when a step is due to be tried again.
    private Message next() {
        try {
            if (retries.isEmpty() || running.size() >= width) {
                return inbox.take();
            }
            long due =
                    retries.values().stream()
                            .mapToLong(at -> at - System.nanoTime())
                            .min()
                            .orElseThrow();
            Message message = inbox.poll(Math.max(0, due), TimeUnit.NANOSECONDS);
            return message == null ? new Message.RetryDue() : message;
        } catch (InterruptedException e) {
            interrupted = true;
            return new Message.Cancel();
        }
    }

    private void take(Message message) {
        switch (message) {
            case Message.Said(String step, String line) ->
                    tell(new RunEvent.StepSaid(run, step, line));
            case Message.RetryDue() -> {}
            case Message.Cancel() -> {
                cancelled = true;
                running.values().forEach(StepAttempt::interrupt);
                List.copyOf(retries.keySet()).forEach(this::giveUpRetry);
            }
            case Message.Ended(StepAttempt attempt, StepOutcome outcome, Instant at) -> {
                running.remove(attempt.step());
                Duration took = notNegative(Duration.between(attempt.startedAt(), at));
                ended(attempt, outcome, reports.get(attempt.step()).took().plus(took));
            }
        }
    }

    private void ended(StepAttempt attempt, StepOutcome outcome, Duration took) {
        String step = attempt.step();
        switch (outcome) {
            case StepOutcome.Done(long rows) -> {
                SequencedMap<String, String> outputs = attempt.outputs();
                doneOutputs.put(step, outputs);
                finished(report(attempt, StepState.DONE, rows, took, outputs, ""));
                tell(new RunEvent.StepDone(run, step, rows, took));
            }
            case StepOutcome.Waiting(String missing, _) -> {
                finished(
                        report(
                                attempt,
                                StepState.WAITING,
                                0,
                                took,
                                new LinkedHashMap<>(),
                                missing));
                tell(new RunEvent.StepWaiting(run, step, missing));
            }
            case StepOutcome.Failed(Exception cause, _) when cancelled -> {
                String text = FailureText.of(cause);
                finished(
                        report(attempt, StepState.CANCELLED, 0, took, new LinkedHashMap<>(), text));
                tell(new RunEvent.StepCancelled(run, step));
            }
            case StepOutcome.Failed(Exception cause, boolean worthRetrying)
                    when worthRetrying && attempt.attempt() < planned(step).attempts() ->
                    retry(attempt, FailureText.of(cause), took);
            case StepOutcome.Failed(Exception cause, _) -> {
                String text = FailureText.of(cause);
                finished(report(attempt, StepState.FAILED, 0, took, new LinkedHashMap<>(), text));
                tell(new RunEvent.StepFailed(run, step, took, text));
            }
        }
    }

    private void retry(StepAttempt attempt, String text, Duration took) {
        String step = attempt.step();
        Duration pause = planned(step).pause();
        runs.attemptEnded(run, step, attempt.attempt(), StepState.FAILED, 0, text, now());
        reports.put(step, report(attempt, StepState.RUNNING, 0, took, new LinkedHashMap<>(), text));
        retries.put(step, System.nanoTime() + pause.toNanos());
        tell(new RunEvent.StepRetrying(run, step, attempt.attempt(), pause, text));
    }

    private void giveUpRetry(String step) {
        retries.remove(step);
        StepReport last = reports.get(step);
        finished(
                new StepReport(
                        step,
                        StepState.CANCELLED,
                        last.attempts(),
                        0,
                        last.took(),
                        last.outputs(),
                        last.message(),
                        last.log()));
        tell(new RunEvent.StepCancelled(run, step));
    }

    private void finished(StepReport report) {
        reports.put(report.step(), report);
        runs.stepEnded(run, report, now());
    }

    private RunReport end() {
        var blame = new ArrayList<String>();
        for (StepReport step : reports.values()) {
            if (step.state() == StepState.FAILED) {
                blame.add(step.step() + " failed: " + step.message());
            } else if (step.state() == StepState.WAITING) {
                blame.add(
                        step.step()
                                + " waits for "
                                + step.message()
                                + ", and nothing here makes it");
            }
        }
        boolean allDone =
                reports.values().stream().allMatch(step -> step.state() == StepState.DONE);
        if (cancelled && !allDone) {
            blame.addFirst("the run was cancelled");
        }
        RunState state = allDone ? RunState.DONE : cancelled ? RunState.CANCELLED : RunState.FAILED;
        Instant now = now();
        String message = String.join("\n", blame);
        runs.end(run, state, message, now);
        var report =
                new RunReport(
                        run,
                        pipeline.name(),
                        bizdate,
                        state,
                        startedAt,
                        notNegative(Duration.between(startedAt, now)),
                        List.copyOf(reports.values()),
                        message);
        tell(new RunEvent.RunEnded(run, report));
        return report;
    }

    /// Stops without a record of each step, because the record itself failed.
    private void abandon(Throwable cause) {
        running.values().forEach(StepAttempt::interrupt);
        while (!running.isEmpty()) {
            if (next() instanceof Message.Ended(StepAttempt attempt, _, _)) {
                running.remove(attempt.step());
            }
        }
        try {
            runs.end(run, RunState.FAILED, FailureText.of(cause), now());
        } catch (RuntimeException again) {
            cause.addSuppressed(again);
        }
    }

    private PlannedStep planned(String step) {
        return pipeline.step(step).orElseThrow();
    }

    private StepReport report(String step, StepState state, int attempts, String message) {
        return new StepReport(
                step,
                state,
                attempts,
                0,
                Duration.ZERO,
                new LinkedHashMap<>(),
                message,
                RunFolder.log(run, step));
    }

    private StepReport report(
            StepAttempt attempt,
            StepState state,
            long rows,
            Duration took,
            SequencedMap<String, String> outputs,
            String message) {
        return new StepReport(
                attempt.step(),
                state,
                attempt.attempt(),
                rows,
                took,
                outputs,
                message,
                RunFolder.log(run, attempt.step()));
    }

    private void tell(RunEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed at {}; the run goes on", event, e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The wall clock may be set back during a step.
    private static Duration notNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
