package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/// One try at one step, on a thread of its own. What comes of it goes to the run's inbox.
final class StepAttempt implements StepContext, Runnable {
    /// What reaches the thread that takes turns.
    sealed interface Message {
        record Said(String run, String step, String line) implements Message {}

        record Ended(StepAttempt attempt, StepOutcome outcome, Instant at) implements Message {}

        /// From outside: something may have changed.
        record Nudge() implements Message {}
    }

    /// The run that it is part of, its number, and what it knows of the loop that it is in.
    record Of(
            String pipeline,
            LocalDate bizdate,
            LocalDateTime cycle,
            String run,
            int attempt,
            LoopVariables loop) {}

    private final Of of;
    private final PlannedStep planned;
    private final RunFolder folder;
    private final Supplier<Set<String>> before;
    private final Map<String, SequencedMap<String, String>> doneOutputs;
    private final InstantSource clock;
    private final BlockingQueue<Message> inbox;
    private final SequencedMap<String, String> outputs = new LinkedHashMap<>();
    private final List<String> announced = new ArrayList<>();
    private final Instant startedAt;
    private final Thread thread;
    private volatile StepLog log;

    /// @param before all steps that are done before this one, however indirectly
    /// @param doneOutputs outputs of the steps that are done
    StepAttempt(
            Of of,
            PlannedStep planned,
            RunFolder folder,
            Supplier<Set<String>> before,
            Map<String, SequencedMap<String, String>> doneOutputs,
            InstantSource clock,
            BlockingQueue<Message> inbox) {
        this.of = of;
        this.planned = planned;
        this.folder = folder;
        this.before = before;
        this.doneOutputs = doneOutputs;
        this.clock = clock;
        this.inbox = inbox;
        this.startedAt = now();
        // Not a virtual thread: a step computes, or sits in native code of an engine, for seconds,
        // and two of them would hold every carrier of a small machine, so that a server in the
        // same process could answer nobody.
        this.thread =
                Thread.ofPlatform().daemon().name(of.run() + " " + planned.name()).unstarted(this);
    }

    static String key(String run, String step, int attempt) {
        return run + " " + step + " " + attempt;
    }

    String key() {
        return key(of.run(), planned.name(), of.attempt());
    }

    /// What is there once the step is done: the tables that it writes, and what it announced.
    List<String> made() {
        var made = new ArrayList<>(planned.step().writes());
        synchronized (outputs) {
            made.addAll(announced);
        }
        return made;
    }

    void start() {
        thread.start();
    }

    void join(Duration atMost) throws InterruptedException {
        thread.join(atMost);
    }

    void interrupt() {
        thread.interrupt();
    }

    Instant startedAt() {
        return startedAt;
    }

    SequencedMap<String, String> outputs() {
        synchronized (outputs) {
            return new LinkedHashMap<>(outputs);
        }
    }

    @Override
    public void run() {
        StepOutcome outcome =
                new StepOutcome.Failed(new IllegalStateException("the step's thread died"), false);
        try {
            outcome = attempted();
        } finally { // even if the memory is gone, or the run would wait for ever
            inbox.add(new Message.Ended(this, outcome, now()));
        }
    }

    private StepOutcome attempted() {
        try (StepLog opened = new StepLog(folder.log(planned.name()))) {
            log = opened;
            write(
                    "attempt %d of step %s (%s) of %s for %s, run %s"
                            .formatted(
                                    of.attempt(),
                                    planned.name(),
                                    planned.kind(),
                                    of.pipeline(),
                                    of.bizdate(),
                                    of.run()));
            StepOutcome outcome = outcome();
            write(
                    switch (outcome) {
                        case StepOutcome.Done(long rows) -> "done, " + rows + " rows";
                        case StepOutcome.Waiting(String missing, _) -> "waits for " + missing;
                        case StepOutcome.Failed(Exception cause, _) ->
                                "failed: " + FailureText.of(cause) + "\n" + traceOf(cause);
                    });
            return outcome;
        } catch (IOException | UncheckedIOException e) {
            return new StepOutcome.Failed(e, false);
        }
    }

    private static String traceOf(Exception cause) {
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        return trace.toString().stripTrailing();
    }

    private StepOutcome outcome() {
        try {
            return requireNonNull(planned.step().run(this), "the step gave no outcome");
        } catch (Exception e) {
            return new StepOutcome.Failed(e, false);
        } catch (Error e) { // out of memory, a missing class: the step's failure, not the run's
            return new StepOutcome.Failed(new IllegalStateException(e), false);
        }
    }

    /// @return whether it can be read in the log now
    private boolean write(String line) {
        synchronized (outputs) {
            try {
                return log.write(now() + " " + line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public String pipeline() {
        return of.pipeline();
    }

    @Override
    public String step() {
        return planned.name();
    }

    @Override
    public LocalDate bizdate() {
        return of.bizdate();
    }

    @Override
    public LocalDateTime cycle() {
        return of.cycle();
    }

    @Override
    public TimeVariables variables() {
        return TimeVariables.of(of.bizdate(), of.cycle()).in(of.loop());
    }

    @Override
    public String runId() {
        return of.run();
    }

    @Override
    public int attempt() {
        return of.attempt();
    }

    @Override
    public Path work() {
        return folder.work(planned.name(), of.attempt());
    }

    @Override
    public Map<String, String> outputsOf(String step) {
        if (!before.get().contains(step)) {
            throw new IllegalArgumentException(
                    "step %s (%s) asks for outputs of %s, but does not run after it; add `after: %s`"
                            .formatted(planned.name(), planned.where(), step, step));
        }
        SequencedMap<String, String> left = doneOutputs.get(step);
        return left == null ? Map.of() : Collections.unmodifiableMap(left);
    }

    @Override
    public void output(String key, String value) {
        if (key.isBlank()) {
            throw new IllegalArgumentException("an output needs a name");
        }
        requireNonNull(value, () -> "output " + key + " is null");
        synchronized (outputs) {
            outputs.put(key, value);
        }
    }

    @Override
    public void announce(String what) {
        if (what.isBlank()) {
            throw new IllegalArgumentException("what is announced needs a name");
        }
        synchronized (outputs) {
            announced.add(what);
        }
    }

    @Override
    public void log(String line) {
        if (write(line)) { // what a log leaves out, nobody is told
            inbox.add(new Message.Said(of.run(), planned.name(), line));
        }
    }
}
