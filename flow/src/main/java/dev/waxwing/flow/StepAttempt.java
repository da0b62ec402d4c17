package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;

/// One try at one step, on a thread of its own. What comes of it goes to the run's inbox.
final class StepAttempt implements StepContext, Runnable {
    /// What a step's thread tells the run.
    sealed interface Message {
        record Said(String step, String line) implements Message {}

        record Ended(StepAttempt attempt, StepOutcome outcome, Instant at) implements Message {}

        /// A step is due to be tried again.
        record RetryDue() implements Message {}

        /// From outside: somebody wants the run to stop.
        record Cancel() implements Message {}
    }

    private final Pipeline pipeline;
    private final PlannedStep planned;
    private final LocalDate bizdate;
    private final String run;
    private final int attempt;
    private final RunFolder folder;
    private final Set<String> before;
    private final Map<String, SequencedMap<String, String>> doneOutputs;
    private final InstantSource clock;
    private final BlockingQueue<Message> inbox;
    private final SequencedMap<String, String> outputs = new LinkedHashMap<>();
    private final Instant startedAt;
    private final Thread thread;
    private PrintWriter log = new PrintWriter(PrintWriter.nullWriter());

    /// @param before all steps that are done before this one, however indirectly
    /// @param doneOutputs outputs of the steps that are done; safe to read while others are added
    StepAttempt(
            Pipeline pipeline,
            PlannedStep planned,
            LocalDate bizdate,
            String run,
            int attempt,
            RunFolder folder,
            Set<String> before,
            Map<String, SequencedMap<String, String>> doneOutputs,
            InstantSource clock,
            BlockingQueue<Message> inbox) {
        this.pipeline = pipeline;
        this.planned = planned;
        this.bizdate = bizdate;
        this.run = run;
        this.attempt = attempt;
        this.folder = folder;
        this.before = before;
        this.doneOutputs = doneOutputs;
        this.clock = clock;
        this.inbox = inbox;
        this.startedAt = now();
        // Not a virtual thread: a step computes, or sits in native code of an engine, for seconds,
        // and two of them would
        // hold every carrier of a small machine, so that a server in the same process could answer
        // nobody.
        this.thread = Thread.ofPlatform().daemon().name(run + " " + planned.name()).unstarted(this);
    }

    void start() {
        thread.start();
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
        try (PrintWriter opened = openLog(folder.log(planned.name()))) {
            log = opened;
            write(
                    "attempt %d of step %s (%s) of %s for %s, run %s"
                            .formatted(
                                    attempt,
                                    planned.name(),
                                    planned.kind(),
                                    pipeline.name(),
                                    bizdate,
                                    run));
            StepOutcome outcome = outcome();
            write(
                    switch (outcome) {
                        case StepOutcome.Done(long rows) -> "done, " + rows + " rows";
                        case StepOutcome.Waiting(String missing, _) -> "waits for " + missing;
                        case StepOutcome.Failed(Exception cause, _) ->
                                "failed: " + FailureText.of(cause);
                    });
            if (outcome instanceof StepOutcome.Failed(Exception cause, _)) {
                cause.printStackTrace(opened);
            }
            return outcome;
        } catch (IOException | UncheckedIOException e) {
            return new StepOutcome.Failed(e, false);
        }
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

    private static PrintWriter openLog(Path file) throws IOException {
        BufferedWriter writer =
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
        return new PrintWriter(writer);
    }

    private void write(String line) {
        synchronized (outputs) {
            log.println(now() + " " + line);
            if (log.checkError()) { // flushes too, so that a log can be followed
                throw new UncheckedIOException(
                        new IOException(
                                "cannot write the log " + RunFolder.log(run, planned.name())));
            }
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public String pipeline() {
        return pipeline.name();
    }

    @Override
    public String step() {
        return planned.name();
    }

    @Override
    public LocalDate bizdate() {
        return bizdate;
    }

    @Override
    public String runId() {
        return run;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Path work() {
        return folder.work(planned.name(), attempt);
    }

    @Override
    public Map<String, String> outputsOf(String step) {
        if (!before.contains(step)) {
            throw new IllegalArgumentException(
                    "step %s (%s) asks for outputs of %s, but does not run after it; add `after: %s`"
                            .formatted(planned.name(), planned.where(), step, step));
        }
        return Collections.unmodifiableMap(doneOutputs.get(step));
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
    public void log(String line) {
        write(line);
        inbox.add(new Message.Said(planned.name(), line));
    }
}
