package dev.waxwing.flow;

import dev.waxwing.flow.StepAttempt.Message;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// One worker: claims queued steps, runs each on a thread of its own, and records what comes of them.
///
/// The thread that calls [#work] decides everything, in turns: each is one transaction that takes what steps' threads put
/// into the inbox, what time has brought and what other processes asked, and claims as many queued steps as there are free
/// slots. Only after the commit do claimed steps start and listeners hear of it. So a crash at any moment leaves either none or
/// all of a turn, and a listener is called by one thread only.
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final AtomicLong COUNT = new AtomicLong();

    /// How long news of other processes may stay unnoticed.
    static final Duration POLL = Duration.ofMillis(50);

    /// How long an attempt that was told to stop may take to do so.
    static final Duration GRACE = Duration.ofSeconds(60);

    /// How far clocks of machines that work together may differ.
    static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private static final Duration SWEEP = Duration.ofSeconds(2);

    private static final int MOST_KNOWN = 256;

    /// What a worker takes on.
    /// @param width how many steps it works at at once
    /// @param onlyRun the one run that it works for; empty = all that any worker may run
    /// @param pools how many steps each named pool lets work at once, wherever they run
    record Duty(int width, String onlyRun, Map<String, Integer> pools) {}

    private final Database database;
    private final Path home;
    private final Library library;
    private final InstantSource clock;
    private final RunListener listener;
    private final Owner owner = Owner.self();
    private final String id = owner.host() + ":" + owner.pid() + ":" + COUNT.incrementAndGet();
    private final Workers workers = new Workers(id, owner);
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final Map<String, Working> running = new HashMap<>();

    /// Messages that no committed turn has taken yet.
    private final List<Message> pending = new ArrayList<>();

    private final Set<String> finished = new HashSet<>();

    /// The pipelines of runs at work; a run is done with what it was begun with, as far as this process does it.
    private final Map<String, Pipeline> pipelines = new HashMap<>();

    /// Runs as the last turns that looked at them left them.
    private final Map<String, RunRow> known =
            new LinkedHashMap<>(MOST_KNOWN, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, RunRow> eldest) {
                    return size() > MOST_KNOWN;
                }
            };

    private Duty duty;
    private long lastBeat = System.nanoTime() - Workers.BEAT.toNanos();
    private long lastSweep = System.nanoTime() - SWEEP.toNanos();
    private long lastPulse = -1;
    private Instant nextDue = Instant.MAX;

    /// Finds the pipeline of a run that is to be worked at.
    interface Library {
        /// @param overrides where the run's steps differ from the file
        /// @throws RuntimeException if it cannot be read, or is not there any more
        Pipeline named(String pipeline, SortedMap<String, String> overrides);
    }

    /// An attempt that a thread of this process works at.
    private static final class Working {
        final StepAttempt attempt;
        final Duration timeout;
        final long started = System.nanoTime();
        long toldToStop;
        boolean stopping;

        /// Whether the record still says that it works here; one that was given up holds its slot only.
        boolean counts = true;

        /// Whether it is to be told to stop, or to be given up.
        boolean isOverdue(long nanos) {
            if (stopping) {
                return counts && nanos - toldToStop > GRACE.toNanos();
            }
            return !timeout.isZero() && nanos - started > timeout.toNanos();
        }

        Working(StepAttempt attempt, Duration timeout) {
            this.attempt = attempt;
            this.timeout = timeout;
        }
    }

    /// A step that this turn has claimed.
    /// @param outputs what the steps of its run have left
    /// @param above the same of the run that it is an iteration of; empty if it is of none
    private record Claim(
            RunRow row,
            StepSheet step,
            int attempt,
            Map<String, SequencedMap<String, String>> outputs,
            Map<String, SequencedMap<String, String>> above) {}

    /// A run that has ended.
    /// @param mayGoOn whether it may be run again from where it failed, with what the steps before it left
    private record EndedRun(String run, boolean mayGoOn) {
        static EndedRun of(RunRow row) {
            return new EndedRun(
                    row.id, row.sheet().state() == RunState.FAILED && !row.isIteration());
        }
    }

    /// What a turn leaves to do once it is committed.
    private record Left(
            List<RunEvent> events,
            List<EndedRun> ended,
            List<Claim> claims,
            Collection<RunRow> rows,
            boolean busy) {}

    Engine(
            Database database,
            Path home,
            Library library,
            InstantSource clock,
            RunListener listener,
            Duty duty) {
        if (duty.width() < 1) {
            throw new IllegalArgumentException("width must be at least 1, got " + duty.width());
        }
        this.database = database;
        this.home = home;
        this.library = library;
        this.clock = clock;
        this.listener = listener;
        this.duty = duty;
    }

    String id() {
        return id;
    }

    /// Makes this worker known, so that runs can be given to it.
    void register() {
        database.turn(
                handle -> {
                    workers.beat(handle, now());
                    return id;
                });
        lastBeat = System.nanoTime();
    }

    void only(String run) {
        duty = new Duty(duty.width(), run, duty.pools());
    }

    /// Whether a run has ended while this worker was at work.
    boolean hasEnded(String run) {
        return finished.contains(run);
    }

    /// Comes back to a turn at once, from any thread.
    void nudge() {
        inbox.add(new Message.Nudge());
    }

    /// Works until told to end, on the calling thread. A database that fails is told to the caller.
    void work(BooleanSupplier end, Database.Session session) throws InterruptedException {
        while (!end.getAsBoolean()) {
            if (!turn(session)) {
                waitForNews(session);
            }
        }
    }

    /// Signs off. Steps still at work are interrupted and given back; whoever does not stop in time loses its say.
    void leave(Database.Session session, Duration atMost) throws InterruptedException {
        running.values().forEach(working -> working.attempt.interrupt());
        long end = System.nanoTime() + atMost.toNanos();
        for (Working working : running.values()) {
            working.attempt.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
        leave(session);
    }

    void leave(Database.Session session) {
        try {
            session.turn(
                    handle -> {
                        var turn = new Turn(handle, now());
                        inbox.drainTo(pending);
                        pending.removeIf(message -> !isDone(message));
                        takeEnded(handle, turn);
                        for (Working working : running.values()) {
                            StepAttempt attempt = working.attempt;
                            turn.lost(
                                    attempt.runId(),
                                    attempt.step(),
                                    attempt.attempt(),
                                    new RunChange.GivenBack(attempt.step(), attempt.attempt()));
                        }
                        turn.save();
                        workers.leave(handle);
                        turn.pulse();
                        return id;
                    });
        } catch (RuntimeException e) {
            LOG.warn("this worker could not sign off; others will find it gone: {}", e.toString());
        }
    }

    /// Interrupts all that works here and waits until it has stopped.
    void stopAll() throws InterruptedException {
        running.values().forEach(working -> working.attempt.interrupt());
        pending.forEach(this::hasStopped); // taken from the inbox by a turn that failed
        while (!running.isEmpty()) {
            hasStopped(inbox.take());
        }
    }

    /// Whether a step was done; one that was interrupted on leaving has not failed by itself.
    private static boolean isDone(Message message) {
        return message instanceof Message.Ended(_, StepOutcome.Done _, _);
    }

    private void hasStopped(Message message) {
        if (message instanceof Message.Ended(StepAttempt attempt, _, _)) {
            running.remove(attempt.key());
        }
    }

    // ---- turns

    /// @return whether there may be more to do at once
    private boolean turn(Database.Session session) {
        Left left;
        try {
            left = session.turn(this::turn);
        } catch (RuntimeException e) {
            known.clear(); // a database that comes back may have been set back
            throw e;
        }
        left.rows().forEach(row -> known.put(row.id, row));
        for (Message message : pending) {
            if (message instanceof Message.Said(String run, String step, String line)) {
                tell(new RunEvent.StepSaid(run, step, line));
            }
        }
        pending.forEach(this::hasStopped);
        pending.clear();
        left.events().forEach(this::tell);
        left.ended().forEach(this::ended);
        left.claims().forEach(this::start);
        return left.busy();
    }

    private Left turn(Handle handle) {
        inbox.drainTo(pending); // also what came while others had their turn
        var turn = new Turn(handle, now(), known);
        long nanos = System.nanoTime();
        if (nanos - lastBeat >= Workers.BEAT.toNanos()) {
            workers.beat(handle, now());
            lastBeat = nanos;
        }
        boolean sweeps = duty.onlyRun().isEmpty() && nanos - lastSweep >= SWEEP.toNanos();
        if (sweeps) {
            sweep(handle, turn, nanos);
            lastSweep = nanos;
        }
        takeEnded(handle, turn);
        Noticed noticed = Noticed.by(handle, id, now());
        turn.lastHappened(noticed.lastEvent());
        compare(noticed, turn, nanos);
        noticed.due().forEach(due -> turn.apply(due.run(), new RunChange.Due(due.step())));
        takeOverdue(turn, nanos);
        turn.flush();
        turn.startFreed();
        boolean moved = noticed.pulse() != lastPulse && duty.onlyRun().isEmpty();
        lastPulse = noticed.pulse();
        Offered offered = offered(handle, sweeps || moved);
        if (sweeps || offered.mayBegin()) {
            turn.start(offered.planned());
            if (sweeps) {
                turn.startDecided();
            }
            for (Offered.Step loop : offered.loops()) {
                turn.loops().begin(loop.run(), loop.step(), this::bodyOf);
            }
            turn.flush();
            offered = offered(handle, false);
        }
        List<Claim> claims = claim(handle, turn, offered);
        turn.save();
        if (turn.changed()) { // another turn follows at once, and tells what is due next
            lastPulse = turn.pulse();
        } else {
            nextDue = nextDue(handle);
        }
        List<EndedRun> ended = new ArrayList<>();
        turn.ended().forEach(run -> ended.add(EndedRun.of(turn.row(run))));
        if (!turn.ended().contains(duty.onlyRun()) && hasEndedElsewhere(handle)) {
            ended.add(EndedRun.of(turn.row(duty.onlyRun())));
            turn.events()
                    .add(
                            new RunEvent.RunEnded(
                                    duty.onlyRun(),
                                    RunReading.report(handle, duty.onlyRun()).orElseThrow()));
        }
        return new Left(turn.events(), ended, claims, turn.rows(), turn.changed());
    }

    /// What workers held that are gone is free again; runs that only they could run are lost.
    private void sweep(Handle handle, Turn turn, long nanos) {
        workers.strikeOut(handle, nanos).forEach(gone -> LOG.warn("worker {} is gone", gone));
        forgetPipelines(handle);
        handle.createQuery(
                        """
                        SELECT id FROM run
                        WHERE  state IN ('PLANNED', 'RUNNING') AND worker <> '' AND parent = ''
                        AND    NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = run.worker)
                        """)
                .mapTo(String.class)
                .list()
                .forEach(run -> turn.abandon(run, "its process is gone"));
        turn.save();
        handle.createQuery(
                        """
                        SELECT run_id, step, attempts, worker FROM run_step
                        WHERE  live = 1 AND state = 'RUNNING'
                        AND    NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = run_step.worker)
                        """)
                .map(
                        (row, _) ->
                                List.of(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4)))
                .list()
                .forEach(
                        lost -> {
                            int attempt = Integer.parseInt(lost.get(2));
                            turn.lost(
                                    lost.get(0),
                                    lost.get(1),
                                    attempt,
                                    new RunChange.Vanished(
                                            lost.get(1),
                                            attempt,
                                            "its worker " + lost.get(3) + " is gone"));
                        });
    }

    /// Of runs that have ended, in whatever process: one that is run again is done with its file as it is then.
    private void forgetPipelines(Handle handle) {
        pipelines
                .keySet()
                .retainAll(
                        handle.createQuery(
                                        "SELECT id FROM run WHERE state IN ('PLANNED', 'RUNNING')")
                                .mapTo(String.class)
                                .set());
    }

    private void takeEnded(Handle handle, Turn turn) {
        turn.load(
                pending.stream()
                        .filter(Message.Ended.class::isInstance)
                        .map(message -> ((Message.Ended) message).attempt().runId())
                        .toList());
        var made = new LinkedHashSet<String>();
        for (Message message : pending) {
            if (message
                    instanceof
                    Message.Ended(StepAttempt attempt, StepOutcome outcome, Instant at)) {
                Duration took = Duration.between(attempt.startedAt(), at);
                String refusal =
                        turn.ended(
                                attempt.runId(),
                                new RunChange.Ended(
                                        attempt.step(),
                                        attempt.attempt(),
                                        outcome,
                                        attempt.outputs()),
                                took.isNegative()
                                        ? Duration.ZERO
                                        : took); // a clock may be set back
                if (!refusal.isEmpty()) {
                    LOG.warn("{}: {}", attempt.runId(), refusal);
                } else if (outcome instanceof StepOutcome.Done) {
                    made.addAll(attempt.made());
                }
            }
        }
        Runs.wake(handle, made);
    }

    private void takeOverdue(Turn turn, long nanos) {
        for (Working working : running.values()) {
            StepAttempt attempt = working.attempt;
            if (!working.isOverdue(nanos)) {
                continue;
            }
            if (working.stopping) {
                turn.lost(
                        attempt.runId(),
                        attempt.step(),
                        attempt.attempt(),
                        new RunChange.DidNotStop(attempt.step(), attempt.attempt()));
            } else {
                turn.apply(
                        attempt.runId(), new RunChange.TimedOut(attempt.step(), attempt.attempt()));
            }
        }
    }

    private int free() {
        return Math.max(0, duty.width() - running.size() + pendingEnds());
    }

    /// @param planned whether runs that may start are wanted, too
    private Offered offered(Handle handle, boolean planned) {
        return Offered.to(
                handle,
                new Offered.Worker(
                        duty.onlyRun().isEmpty() ? "" : id, duty.onlyRun(), free(), duty.pools()),
                planned,
                now());
    }

    private List<Claim> claim(Handle handle, Turn turn, Offered offered) {
        List<Admission.Queued> chosen =
                Admission.steps(offered.queued(), free(), duty.pools(), offered.held());
        if (chosen.isEmpty()) {
            return List.of();
        }
        Set<String> runs = new LinkedHashSet<>();
        chosen.forEach(each -> runs.add(each.run()));
        turn.load(runs);
        Set<String> outputsOf = new LinkedHashSet<>(runs);
        for (String run : runs) {
            RunRow row = turn.row(run);
            if (row.isIteration()) {
                outputsOf.add(row.parent);
            }
        }
        var outputs = RunReading.outputs(handle, outputsOf);
        var claims = new ArrayList<Claim>();
        for (Admission.Queued each : chosen) {
            int attempt = turn.claim(each.run(), each.step(), id);
            RunRow row = turn.row(each.run());
            claims.add(
                    new Claim(
                            row,
                            row.sheet().step(each.step()),
                            attempt,
                            outputs.getOrDefault(row.id, Map.of()),
                            outputs.getOrDefault(row.parent, Map.of())));
        }
        return claims;
    }

    private int pendingEnds() {
        return (int)
                pending.stream()
                        .filter(
                                message ->
                                        message instanceof Message.Ended ended
                                                && running.containsKey(ended.attempt().key()))
                        .count();
    }

    /// Interrupts attempts that were told to stop, and those that were given up meanwhile. What is ours in the record but not
    /// here was claimed by a turn that failed after its commit; it is given back.
    private void compare(Noticed noticed, Turn turn, long nanos) {
        Map<String, String> ours = new HashMap<>();
        for (Noticed.Mine mine : noticed.mine()) {
            String key = StepAttempt.key(mine.run(), mine.step(), mine.attempt());
            ours.put(key, mine.stop());
            if (!running.containsKey(key)) {
                turn.lost(
                        mine.run(),
                        mine.step(),
                        mine.attempt(),
                        new RunChange.GivenBack(mine.step(), mine.attempt()));
            }
        }
        for (Working working : running.values()) {
            String stop = ours.get(working.attempt.key());
            working.counts = stop != null;
            if (!working.stopping && !StepSheet.Stop.NONE.name().equals(stop)) {
                working.stopping = true;
                working.toldToStop = nanos;
                working.attempt.interrupt();
            }
        }
    }

    /// Whether the one run that this worker works for has ended by what another process did.
    private boolean hasEndedElsewhere(Handle handle) {
        return !duty.onlyRun().isEmpty()
                && RunState.valueOf(
                                handle.createQuery("SELECT state FROM run WHERE id = :run")
                                        .bind("run", duty.onlyRun())
                                        .mapTo(String.class)
                                        .one())
                        .ended();
    }

    private Instant nextDue(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT MIN(due) FROM (
                            SELECT due FROM run_step WHERE live = 1 AND state IN ('RETRYING', 'WAITING')
                            UNION ALL SELECT s.due
                        """
                                + Offered.LOOPS
                                + ") AS all_due")
                .bind("worker", duty.onlyRun().isEmpty() ? "" : id)
                .bind("only", duty.onlyRun())
                .map(
                        (row, _) -> {
                            long due = row.getLong(1);
                            return row.wasNull() ? Instant.MAX : Instant.ofEpochMilli(due);
                        })
                .one();
    }

    private static long pulse(Handle handle) {
        return handle.createQuery("SELECT n FROM pulse WHERE id = 1").mapTo(Long.class).one();
    }

    // ---- between turns

    private void waitForNews(Database.Session session) throws InterruptedException {
        while (true) {
            Message message = inbox.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (message != null) {
                pending.add(message);
                return;
            }
            long nanos = System.nanoTime();
            boolean overdue = running.values().stream().anyMatch(each -> each.isOverdue(nanos));
            if (overdue
                    || nanos - lastBeat >= Workers.BEAT.toNanos()
                    || (duty.onlyRun().isEmpty() && nanos - lastSweep >= SWEEP.toNanos())
                    || !nextDue.isAfter(clock.instant())
                    || session.read(Engine::pulse) != lastPulse) {
                return;
            }
        }
    }

    private void start(Claim claim) {
        RunRow row = claim.row();
        PlannedStep planned = planned(row, claim.step());
        RunSheet sheet = row.sheet();
        LoopVariables loop =
                row.isIteration()
                        ? new LoopVariables.Iteration(row.iteration - 1, inputs(row, claim.above()))
                        : new LoopVariables.Outside();
        var attempt =
                new StepAttempt(
                        new StepAttempt.Of(
                                row.pipeline,
                                row.bizdate,
                                row.cycle,
                                row.id,
                                claim.attempt(),
                                loop),
                        planned,
                        new RunFolder(home, row.id),
                        () -> before(sheet, claim.step()),
                        claim.outputs(),
                        clock,
                        inbox);
        running.put(attempt.key(), new Working(attempt, claim.step().rules().timeout()));
        attempt.start();
    }

    private PlannedStep planned(RunRow row, StepSheet step) {
        try {
            return pipelineOf(row)
                    .step(step.name())
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "pipeline "
                                                    + row.pipeline
                                                    + " has no step "
                                                    + step.name()
                                                    + " any more; it had one when the run was"
                                                    + " made"));
        } catch (RuntimeException e) {
            Step broken = _ -> new StepOutcome.Failed(e, false);
            return new PlannedStep(step.name(), "unknown", row.pipeline, broken, step.rules());
        }
    }

    /// The pipeline of a run, or the body of the loop that it is an iteration of.
    private Pipeline pipelineOf(RunRow row) {
        return pipelineOf(row, 0);
    }

    /// @param up how many loops further out
    private Pipeline pipelineOf(RunRow row, int up) {
        String[] names = row.pipeline.split("\\.");
        Pipeline pipeline =
                pipelines.computeIfAbsent(row.root, _ -> library.named(names[0], row.overrides));
        for (int i = 1; i < names.length - up; i++) {
            pipeline = loop(pipeline, names[i]).body();
        }
        return pipeline;
    }

    private Pipeline bodyOf(RunRow row, String step) {
        return loop(pipelineOf(row), step).body();
    }

    private static LoopStep loop(Pipeline pipeline, String step) {
        return pipeline.step(step)
                .map(PlannedStep::step)
                .filter(LoopStep.class::isInstance)
                .map(LoopStep.class::cast)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "pipeline "
                                                + pipeline.name()
                                                + " has no loop "
                                                + step
                                                + " any more; it had one when the run was made"));
    }

    /// The rows that the body of a loop may use. A pipeline that cannot be read any more fails the step by itself.
    private Map<String, List<String>> inputs(
            RunRow row, Map<String, SequencedMap<String, String>> above) {
        try {
            return LoopVariables.rows(loop(pipelineOf(row, 1), row.parentStep).inputs(), above);
        } catch (RuntimeException e) {
            return Map.of();
        }
    }

    /// All steps that are done before this one, however indirectly.
    private static Set<String> before(RunSheet run, StepSheet step) {
        var before = new LinkedHashSet<String>(step.rules().after());
        for (StepSheet each : run.steps().reversed().values()) {
            if (before.contains(each.name())) {
                before.addAll(each.rules().after());
            }
        }
        return before;
    }

    private void ended(EndedRun ended) {
        if (duty.onlyRun().equals(ended.run())) {
            finished.add(ended.run());
        }
        pipelines.remove(ended.run());
        if (!ended.mayGoOn()) {
            new RunFolder(home, ended.run()).deleteWork();
        }
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
}
