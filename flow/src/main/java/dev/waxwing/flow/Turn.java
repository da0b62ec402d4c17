package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that happens in one transaction: what is asked of the [Machine], what it answers, and what others are told of it after
/// the commit.
final class Turn {
    /// How many planned runs are looked at together, those first that the end of another frees.
    static final int PLANNED_AT_ONCE = 500;

    /// Planned runs that nothing still at work or planned holds up; what of these may not start either, waits for what failed
    /// or was never made. Names states and counts as it does so that both databases look up each by an index.
    static final String STARTABLE =
            """
            FROM   run r
            WHERE  r.state IN ('PLANNED', 'RUNNING') AND r.state = 'PLANNED' AND r.paused = 0
            AND    0 = (SELECT COUNT(*) FROM run_need n
                        JOIN   run o ON o.pipeline = n.pipeline AND o.bizdate = n.bizdate
                                    AND o.cycle IN (n.cycle, '')
                                    AND o.state IN ('PLANNED', 'RUNNING') AND o.parent = ''
                        WHERE  n.run_id = r.id)
            AND    r.concurrency > (SELECT COUNT(*) FROM run w
                                    WHERE  w.state IN ('PLANNED', 'RUNNING') AND w.state = 'RUNNING'
                                    AND    w.pipeline = r.pipeline AND w.worker = '')
            """;

    /// Planned runs that need what failed and do not wait until it is mended: they fail, or go on, though other things that they
    /// need have not ended. Of a list whose first pipeline failed, the others are planned until somebody mends the first.
    private static final String DECIDED =
            """
            SELECT r.id FROM run r
            WHERE  r.state IN ('PLANNED', 'RUNNING') AND r.state = 'PLANNED' AND r.paused = 0
            AND    EXISTS (SELECT 1 FROM run_need n
                           JOIN   run o ON o.pipeline = n.pipeline AND o.bizdate = n.bizdate
                                       AND o.cycle IN (n.cycle, '')
                                       AND o.state IN ('FAILED', 'CANCELLED', 'LOST') AND o.parent = ''
                           WHERE  n.run_id = r.id AND n.if_failed <> 'WAIT')
            """;

    /// Those that need a run of this cycle.
    private static final String NEEDING =
            """
            r.id IN (SELECT n.run_id FROM run_need n
                     WHERE  n.pipeline = :pipeline AND n.bizdate = :bizdate AND n.cycle = :cycle)
            """;

    /// How long a run may stay planned before what it waits for is given up.
    static final Duration LONGEST_PLANNED = Duration.ofDays(3);

    private final Handle handle;
    private final Instant now;
    private final Map<String, RunRow> known;
    private final Map<String, RunRow> loaded = new LinkedHashMap<>();
    private final Set<String> touched = new LinkedHashSet<>();
    private final List<RunEvent> events = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();
    private final Deque<RunRow> iterations = new ArrayDeque<>();
    private final Loops loops;
    private final Attempts attempts = new Attempts();
    private final Journal journal = new Journal();
    private int freed;
    private boolean changed;

    Turn(Handle handle, Instant now) {
        this(handle, now, Map.of());
    }

    /// @param known runs as they were when an earlier turn ended
    Turn(Handle handle, Instant now, Map<String, RunRow> known) {
        this.handle = handle;
        this.now = now;
        this.known = known;
        this.loops = new Loops(handle, this, now);
    }

    /// What happened last before this turn, for who knows it: then it need not be asked for.
    void lastHappened(long id) {
        journal.last(id);
    }

    /// When an attempt began.
    Instant beganAt(String run, StepSheet step) {
        attempts.write(handle, now); // it may be of this turn
        return handle.createQuery(
                        """
                        SELECT started_at FROM run_attempt
                        WHERE  run_id = :run AND step = :step AND attempt = :attempt
                        """)
                .bind("run", run)
                .bind("step", step.name())
                .bind("attempt", step.attempt())
                .map((row, _) -> Instant.ofEpochMilli(row.getLong(1)))
                .one();
    }

    /// The loops of runs in this turn.
    Loops loops() {
        return loops;
    }

    RunRow row(String run) {
        return find(run).orElseThrow(() -> new IllegalArgumentException("there is no run " + run));
    }

    /// Reads runs that are wanted soon together.
    void load(Collection<String> runs) {
        var missing = new LinkedHashSet<>(runs);
        missing.removeAll(loaded.keySet());
        RunRow.load(handle, missing, known).forEach(row -> loaded.put(row.id, row));
    }

    private Optional<RunRow> find(String run) {
        if (!loaded.containsKey(run)) {
            load(List.of(run));
        }
        return Optional.ofNullable(loaded.get(run));
    }

    boolean changed() {
        return changed;
    }

    /// The runs that were looked at, which are as the record has them once all is saved.
    Collection<RunRow> rows() {
        return loaded.values();
    }

    /// To tell listeners once the turn is committed.
    List<RunEvent> events() {
        return events;
    }

    /// Runs that have ended in this turn.
    List<String> ended() {
        return ended;
    }

    /// @return why nothing came of it; empty if something did
    String apply(String run, RunChange change) {
        RunRow row = row(run);
        RunSheet before = row.sheet();
        Machine.Next next = Machine.after(before, change, now);
        if (next.refused()) {
            return next.refusal();
        }
        row.sheet(next.run());
        touched.add(run);
        changed = true;
        tell(row, before, next.run());
        if (change instanceof RunChange.Asked asked) {
            note(run, asked.by(), said(asked), asked.why());
        }
        loops.carry(row, before, change);
        return "";
    }

    /// A worker takes a step.
    /// @return the attempt's number
    int claim(String run, String step, String worker) {
        RunRow row = row(run);
        row.claimedBy(step, worker);
        String refusal = apply(run, new RunChange.Claimed(step));
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(
                    refusal); // the turn's own query has just found it queued
        }
        int attempt = row.sheet().step(step).attempt();
        attempts.opened(run, step, attempt);
        return attempt;
    }

    /// An attempt ended by itself.
    /// @return why it was refused; empty if it counts
    String ended(String run, RunChange.Ended change, Duration took) {
        if (find(run).isEmpty()) { // it was forgotten, and a zombie comes back
            return "there is no run " + run + " any more";
        }
        long written = change.outcome() instanceof StepOutcome.Done(long rows) ? rows : 0;
        RunRow row = row(run);
        RunSheet before = row.sheet();
        Machine.Next next = Machine.after(before, change, now);
        if (next.refused()) {
            return next.refusal();
        }
        row.worked(change.step(), written, took);
        row.sheet(next.run());
        touched.add(run);
        changed = true;
        StepSheet step = next.run().step(change.step());
        tell(row, before, next.run());
        if (step.state() == StepState.WAITING && next.run().patient()) {
            attempts.forgotten(run, change.step(), change.attempt());
        } else {
            attempts.closed(run, step, change.attempt(), step.state(), written);
        }
        if (step.state() == StepState.DONE) {
            leave(run, change);
        }
        return "";
    }

    /// An attempt is over though it said nothing.
    String lost(String run, String step, int attempt, RunChange change) {
        String refusal = apply(run, change);
        if (refusal.isEmpty()) {
            attempts.closed(run, row(run).sheet().step(step), attempt, StepState.LOST, 0);
        }
        return refusal;
    }

    /// The run's only process is gone.
    void abandon(String run, String why) {
        var working = new ArrayList<StepSheet>();
        for (StepSheet step : row(run).sheet().steps().values()) {
            if (step.state().atWork()) {
                working.add(step);
            }
        }
        apply(run, new RunChange.Abandoned(why));
        working.forEach(
                step ->
                        attempts.closed(
                                run,
                                row(run).sheet().step(step.name()),
                                step.attempt(),
                                StepState.LOST,
                                0));
    }

    /// Writes what a step left. There is nothing older: what a step left goes when it is no longer done.
    private void leave(String run, RunChange.Ended change) {
        if (change.outputs().isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO run_output (run_id, step, name, position, value)
                        VALUES (:run, :step, :name, :position, :value)
                        """);
        int position = 0;
        for (Map.Entry<String, String> output : change.outputs().entrySet()) {
            batch.bind("run", run)
                    .bind("step", change.step())
                    .bind("name", output.getKey())
                    .bind("position", position++)
                    .bind("value", output.getValue())
                    .add();
        }
        batch.execute();
    }

    void note(String run, String who, String what, String why) {
        handle.execute(
                "INSERT INTO run_note (run_id, at, who, what, why) VALUES (?, ?, ?, ?, ?)",
                run,
                now.toEpochMilli(),
                who,
                what,
                why);
    }

    private static String said(RunChange.Asked asked) {
        return switch (asked) {
            case RunChange.Cancel _ -> "cancel";
            case RunChange.Pause _ -> "pause";
            case RunChange.Resume _ -> "resume";
            case RunChange.Rerun(Set<String> steps, _, _) ->
                    steps.isEmpty()
                            ? "rerun what was not done"
                            : "rerun from " + String.join(", ", steps);
            case RunChange.MarkDone(String step, _, _) -> "take " + step + " for done";
        };
    }

    /// A run was made in this turn.
    void made(String run, String pipeline, LocalDate bizdate) {
        journal.made(run, pipeline, bizdate, now);
    }

    /// Writes all that changed, and what is to be told of it.
    void save() {
        flush();
        attempts.write(handle, now);
        journal.write(handle);
    }

    /// Writes what changed of runs and steps so far; what is read of them after this sees it.
    void flush() {
        while (!touched.isEmpty() || !iterations.isEmpty()) {
            RunRow.save(handle, touched.stream().map(this::row).toList(), now);
            touched.clear();
            if (!iterations.isEmpty()) { // what its end means for its loop changes other runs
                loops.after(iterations.remove());
            }
        }
        for (String run : unseen) {
            events.add(ended(row(run), RunReading.report(handle, run).orElseThrow()));
        }
        unseen.clear();
    }

    private static RunEvent ended(RunRow row, RunReport report) {
        return row.isIteration()
                ? new RunEvent.IterationEnded(row.parent, row.parentStep, row.iteration, report)
                : new RunEvent.RunEnded(row.id, report);
    }

    /// Tells other processes that there is news.
    /// @return what they see of it
    long pulse() {
        return handle.createQuery("UPDATE pulse SET n = n + 1 WHERE id = 1 RETURNING n")
                .mapTo(Long.class)
                .one();
    }

    // ---- planned runs

    /// Starts planned runs that may start now that others have ended.
    void startFreed() {
        while (freed < ended.size()) { // a run without steps to do ends at once, and frees others
            start(freedBy(ended.get(freed++)));
        }
    }

    /// Starts planned runs that need what failed before they were made.
    void startDecided() {
        start(
                handle.createQuery(DECIDED + "ORDER BY r.bizdate, r.cycle, r.id LIMIT :most")
                        .bind("most", PLANNED_AT_ONCE)
                        .mapTo(String.class)
                        .list());
    }

    /// Starts those of these planned runs that may start, and what their ends free.
    void start(List<String> planned) {
        planned.forEach(this::tryToStart);
        flush();
        startFreed();
    }

    /// Who waits for this run, and who waits for its place.
    private List<String> freedBy(String run) {
        RunRow row = row(run);
        String freed =
                "SELECT r.id "
                        + STARTABLE
                        + "AND (r.pipeline = :pipeline AND r.concurrency < "
                        + Pipeline.UNLIMITED
                        + " OR "
                        + NEEDING
                        + ") ORDER BY CASE WHEN r.pipeline = :pipeline THEN 1 ELSE 0 END,"
                        + " r.bizdate, r.cycle, r.id LIMIT :most";
        var candidates = new LinkedHashSet<>(about(row, freed));
        if (row.sheet().state() != RunState.DONE) {
            candidates.addAll(about(row, DECIDED + "AND " + NEEDING + "LIMIT :most"));
        }
        return List.copyOf(candidates);
    }

    private List<String> about(RunRow row, String candidates) {
        return handle.createQuery(candidates)
                .bind("pipeline", row.pipeline)
                .bind("bizdate", TimeVariables.ds(row.bizdate))
                .bind("cycle", row.cycle.toString())
                .bind("most", PLANNED_AT_ONCE)
                .mapTo(String.class)
                .list();
    }

    private void tryToStart(String run) {
        RunRow row = row(run);
        if (row.sheet().state() != RunState.PLANNED || row.sheet().paused()) {
            return;
        }
        String missing = "";
        boolean mayCome = false;
        List<Need> needs = needs(run);
        for (Need need : needs) {
            Newest state = newest(need);
            if (state.state() == null ? need.onlyIfMade() : state.state() == RunState.DONE) {
                continue;
            }
            boolean hasFailed = state.hasFailed();
            if (need.ifFailed() == Wait.IfFailed.GO_ON && (hasFailed || isHeldUp(state, needs))) {
                continue;
            }
            String what = need.pipeline() + " of " + need.cycle();
            if (hasFailed && need.ifFailed() == Wait.IfFailed.FAIL) {
                apply(run, new RunChange.Hopeless(what + " was not done: " + state.run()));
                return;
            }
            mayCome |= state.state() != null && !hasFailed;
            missing = missing.isEmpty() ? what : missing;
        }
        if (!missing.isEmpty() && mayCome) {
            return; // it is at work, or waits itself
        }
        if (!missing.isEmpty()) {
            giveUpIfTooLong(row, missing);
        } else if (working(row.pipeline) < row.concurrency) {
            apply(run, new RunChange.Start());
            flush();
        }
    }

    /// Whether a planned run comes only once somebody mends what failed, and what failed is itself among what is needed.
    private boolean isHeldUp(Newest run, List<Need> among) {
        if (run.state() != RunState.PLANNED) {
            return false;
        }
        for (Need need : needs(run.run())) {
            boolean shared = among.stream().anyMatch(need::isOfSameCycle);
            if (shared && need.ifFailed() == Wait.IfFailed.WAIT) {
                Newest before = newest(need);
                if (before.hasFailed() || isHeldUp(before, among)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void giveUpIfTooLong(RunRow row, String missing) {
        long made =
                handle.createQuery("SELECT started_at FROM run WHERE id = :run")
                        .bind("run", row.id)
                        .mapTo(Long.class)
                        .one();
        if (now.isAfter(Instant.ofEpochMilli(made).plus(LONGEST_PLANNED))) {
            apply(
                    row.id,
                    new RunChange.Hopeless(
                            "waited "
                                    + LONGEST_PLANNED.toHours()
                                    + "h for "
                                    + missing
                                    + " in vain"));
        }
    }

    private List<Need> needs(String run) {
        return handle.createQuery("SELECT * FROM run_need WHERE run_id = :run")
                .bind("run", run)
                .map(
                        (row, _) ->
                                new Need(
                                        row.getString("pipeline"),
                                        java.time.LocalDateTime.parse(row.getString("cycle")),
                                        Wait.IfFailed.valueOf(row.getString("if_failed")),
                                        row.getInt("only_if_made") != 0))
                .list();
    }

    /// The newest run of a cycle.
    /// @param state null if there is none
    private record Newest(String run, RunState state) {
        boolean hasFailed() {
            return state != null && state.ended() && state != RunState.DONE;
        }
    }

    private Newest newest(Need need) {
        return handle.createQuery(
                        """
                        SELECT id, state FROM run
                        WHERE  pipeline = :pipeline AND bizdate = :bizdate AND cycle IN (:cycle, '')
                        ORDER  BY number DESC LIMIT 1
                        """)
                .bind("pipeline", need.pipeline())
                .bind("bizdate", TimeVariables.ds(Schedule.bizdate(need.cycle())))
                .bind("cycle", need.cycle().toString())
                .map((row, _) -> new Newest(row.getString(1), RunState.valueOf(row.getString(2))))
                .findOne()
                .orElse(new Newest("", null));
    }

    private int working(String pipeline) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM run
                        WHERE  state IN ('PLANNED', 'RUNNING') AND state = 'RUNNING'
                        AND    pipeline = :pipeline AND worker = ''
                        """)
                .bind("pipeline", pipeline)
                .mapTo(Integer.class)
                .one();
    }

    // ---- telling

    private void tell(RunRow row, RunSheet before, RunSheet after) {
        journal.note(row, before, after, now);
        for (StepSheet step : after.steps().values()) {
            StepSheet was = before.steps().get(step.name());
            if (was.state() != step.state()) {
                if (was.state() == StepState.DONE) {
                    handle.execute(
                            "DELETE FROM run_output WHERE run_id = ? AND step = ?",
                            row.id,
                            step.name());
                }
                if (step.state() == StepState.LOOPING) {
                    attempts.opened(row.id, step.name(), step.attempt());
                }
                tell(row, step);
            }
        }
        if (after.state().ended() && !before.state().ended()) {
            ended.add(row.id);
            unseen.add(row.id);
            if (row.isIteration()) {
                iterations.add(row);
            }
        }
    }

    private void tell(RunRow row, StepSheet step) {
        String run = row.id;
        String name = step.name();
        Duration took = row.took(name);
        switch (step.state()) {
            case PENDING, QUEUED, LOST -> {}
            case RUNNING, LOOPING ->
                    events.add(new RunEvent.StepStarted(run, name, step.attempt()));
            case RETRYING ->
                    events.add(
                            new RunEvent.StepRetrying(
                                    run,
                                    name,
                                    step.attempt(),
                                    step.rules().pauseAfter(step.failures()),
                                    step.message()));
            case DONE -> events.add(new RunEvent.StepDone(run, name, row.rows(name), took));
            case FAILED -> events.add(new RunEvent.StepFailed(run, name, took, step.message()));
            case WAITING -> events.add(new RunEvent.StepWaiting(run, name, step.message()));
            case SKIPPED -> events.add(new RunEvent.StepSkipped(run, name, step.message()));
            case CANCELLED -> events.add(new RunEvent.StepCancelled(run, name));
            case DRY, NOT_TAKEN -> events.add(new RunEvent.StepLeftOut(run, name, step.message()));
        }
    }
}
