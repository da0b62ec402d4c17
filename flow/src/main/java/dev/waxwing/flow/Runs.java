package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Update;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The record of all runs, in SQLite or PostgreSQL, and what people may ask of them. Several processes may have it open at
/// once.
///
/// It is also what keeps two runs of one pipeline and cycle apart: the row of a run that was made holds the place, until the
/// run ends or the process that alone could run it is found to be gone.
public final class Runs implements AutoCloseable {
    /// How the id of a backfill begins; that of a run begins with r.
    private static final String BACKFILL = "b";

    private static final int CANCELLED_AT_ONCE = 100;

    private final Database database;

    private Runs(Database database) {
        this.database = database;
    }

    /// Opens the record in an SQLite file, making it first where there is none.
    public static Runs open(Path sqliteFile) {
        return new Runs(Database.sqlite(sqliteFile));
    }

    /// Opens the record in PostgreSQL, making its tables first where there are none.
    /// @param url `jdbc:postgresql://host/database?user=…`
    public static Runs open(String url) {
        return new Runs(Database.postgres(url));
    }

    Database database() {
        return database;
    }

    /// @throws AlreadyRunning if a pipeline runs for a cycle already, in a process that lives or that cannot be asked
    void refuseIfTaken(String pipeline, LocalDateTime cycle) {
        database.read(
                handle -> {
                    RunPlace.refuseIfTaken(handle, pipeline, cycle);
                    return pipeline;
                });
    }

    /// A run that has begun.
    /// @param tookOver the run of a vanished process that stood in its way; empty if there was none
    record Begun(String run, String tookOver) {}

    /// Begins a run that one worker alone may run, if its pipeline does not run for that cycle already.
    /// @throws AlreadyRunning if it does, in a process that lives or that cannot be asked
    Begun begin(Pipeline pipeline, LocalDateTime cycle, String worker, Instant now) {
        return database.turn(
                handle -> {
                    var turn = new Turn(handle, now);
                    String tookOver = RunPlace.free(handle, turn, pipeline.name(), cycle);
                    var made = new NewRuns(handle, turn, now);
                    String run = made.make(RunPlace.Wanted.byHand(pipeline, cycle, worker));
                    made.write();
                    turn.apply(run, new RunChange.Start());
                    turn.save();
                    turn.pulse();
                    return new Begun(run, tookOver);
                });
    }

    /// Ends a run that nobody works at any more, because the record itself failed.
    void abandon(String run, String why, Instant now) {
        database.turn(
                handle -> {
                    var turn = new Turn(handle, now);
                    turn.abandon(run, why);
                    turn.save();
                    return run;
                });
    }

    /// Marks a run lost whose process cannot be asked, because it ran on a machine that is gone.
    /// @throws IllegalStateException if the run is not running, or its process lives on this machine
    public void markLost(String run, Instant now) {
        database.turn(
                handle -> {
                    RunPlace.markLost(handle, new Turn(handle, now), run);
                    return run;
                });
    }

    /// Stops a run: what works is interrupted, nothing else starts.
    /// @param by who asks
    /// @throws IllegalStateException if it has ended
    public void cancel(String run, String by, String why, Instant now) {
        ask(run, new RunChange.Cancel(by, why), now);
    }

    /// Lets no more steps of a run start; those at work go on.
    /// @throws IllegalStateException if it has ended
    public void pause(String run, String by, String why, Instant now) {
        ask(run, new RunChange.Pause(by, why), now);
    }

    /// Lets steps of a paused run start again.
    public void resume(String run, String by, String why, Instant now) {
        ask(run, new RunChange.Resume(by, why), now);
    }

    /// Runs steps of a run again, and all that come after them; attempts are counted on.
    /// @param steps empty: all that were not done
    /// @throws IllegalStateException if one of them works, or if there is nothing to do
    public void rerun(String run, Set<String> steps, String by, String why, Instant now) {
        ask(run, new RunChange.Rerun(steps, by, why), now);
    }

    /// Takes a step for done, whatever became of it; what was skipped because of it runs.
    /// @throws IllegalStateException if it works or is done
    public void markDone(String run, String step, String by, String why, Instant now) {
        ask(run, new RunChange.MarkDone(step, by, why), now);
    }

    private void ask(String run, RunChange.Asked change, Instant now) {
        String refusal =
                database.turn(
                        handle -> {
                            var turn = new Turn(handle, now);
                            RunRow row = turn.row(run);
                            if (RunPlace.isReopened(row, change)) {
                                if (row.isIteration()) {
                                    return "it is iteration %d of %s in %s; run that again from %2$s"
                                            .formatted(row.iteration, row.parentStep, row.parent);
                                }
                                RunPlace.free(handle, turn, row.pipeline, row.cycle);
                                row.worker("");
                            }
                            String refused = turn.apply(run, change);
                            turn.flush();
                            turn.startFreed();
                            turn.save();
                            turn.pulse();
                            return refused;
                        });
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(run + ": " + refusal);
        }
    }

    /// Something was committed outside of runs: steps that wait for it are looked at again at once.
    /// @param what a table or bundle, as waiting steps name it
    public void announce(String what, Instant now) {
        database.turn(
                handle -> {
                    if (wake(handle, List.of(what)) > 0) {
                        new Turn(handle, now).pulse();
                    }
                    return what;
                });
    }

    /// @return how many steps are woken
    static int wake(Handle handle, Collection<String> what) {
        int woken = 0;
        for (List<String> some : IdList.parts(what)) {
            String oneOfThem =
                    IntStream.range(0, some.size())
                            .mapToObj(i -> "message LIKE :what" + i)
                            .collect(Collectors.joining(" OR "));
            Update update =
                    handle.createUpdate(
                            """
                            UPDATE run_step SET due = 0, turn = (SELECT n + 1 FROM pulse WHERE id = 1)
                            WHERE  live = 1 AND state = 'WAITING' AND (%s)
                            """
                                    .formatted(oneOfThem));
            for (int i = 0; i < some.size(); i++) {
                update.bind("what" + i, "%" + some.get(i) + "%");
            }
            woken += update.execute();
        }
        return woken;
    }

    /// The newest runs of all pipelines, newest first; iterations of loops are found by [#detail].
    public List<RunReport> recent(int limit) {
        return database.read(
                handle ->
                        handle
                                .createQuery(
                                        "SELECT id FROM run WHERE parent = '' ORDER BY started_at"
                                                + " DESC, id DESC LIMIT :limit")
                                .bind("limit", limit)
                                .mapTo(String.class)
                                .list()
                                .stream()
                                .flatMap(run -> RunReading.report(handle, run).stream())
                                .toList());
    }

    public Optional<RunReport> find(String run) {
        return database.read(handle -> RunReading.report(handle, run));
    }

    /// All that is recorded of a run.
    public Optional<RunDetail> detail(String run) {
        return database.read(handle -> RunLists.detail(handle, run));
    }

    /// Some of the runs, newest first.
    public RunPage page(RunQuery query) {
        return database.read(handle -> RunLists.page(handle, query));
    }

    /// What happened after something that was seen, oldest first; only the newest 100,000 are kept.
    /// @param id of the last one seen; 0 = from the beginning
    public List<Happened> happened(long id, int most) {
        return database.read(handle -> Journal.after(handle, id, most));
    }

    /// The id of what happened last; 0 = nothing ever did.
    public long lastHappened() {
        return database.read(Journal::last);
    }

    /// The id of the oldest that [#happened] still tells; 0 = nothing ever happened.
    public long firstHappened() {
        return database.read(Journal::first);
    }

    /// What was to be told of baselines, newest first, and what became of it.
    public List<Alert> alerts(int most) {
        return database.read(handle -> BaselineRecord.newest(handle, most));
    }

    /// What people asked of a run, oldest first: who, what and why.
    public List<RunNote> notes(String run) {
        return database.read(handle -> RunLists.notes(handle, run));
    }

    /// The newest run of a pipeline for a date.
    public Optional<RunReport> latest(String pipeline, LocalDate bizdate) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT id FROM run WHERE pipeline = :pipeline AND bizdate = :bizdate
                                        ORDER  BY number DESC LIMIT 1
                                        """)
                                .bind("pipeline", pipeline)
                                .bind("bizdate", TimeVariables.ds(bizdate))
                                .mapTo(String.class)
                                .findOne()
                                .flatMap(run -> RunReading.report(handle, run)));
    }

    /// The oldest runs that ended before a moment, each with the iterations of its loops.
    /// @param most how many at once, iterations not counted
    List<String> endedBefore(Instant before, int most) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        WITH old AS (
                                            SELECT id FROM run
                                            WHERE  state NOT IN ('PLANNED', 'RUNNING') AND parent = ''
                                            AND    started_at < :before AND ended_at < :before
                                            ORDER  BY started_at LIMIT :most
                                        )
                                        SELECT id FROM old
                                        UNION ALL
                                        SELECT below.id FROM old
                                        JOIN   run below ON below.root = old.id AND below.root <> ''
                                        """)
                                .bind("before", before.toEpochMilli())
                                .bind("most", most)
                                .mapTo(String.class)
                                .list());
    }

    /// Forgets runs that ended before a moment, the oldest first, each with the iterations of its loops; their logs are the caller's to
    /// delete.
    /// @param most how many at once, iterations not counted
    /// @return their ids
    public List<String> forget(Instant before, int most) {
        List<String> old = endedBefore(before, most);
        if (!old.isEmpty()) {
            database.turn(
                    handle -> {
                        old.forEach(run -> forget(handle, run));
                        return old;
                    });
        }
        return old;
    }

    private static void forget(Handle handle, String run) {
        for (String table :
                List.of("run_output", "run_attempt", "run_step", "run_need", "run_note")) {
            handle.execute("DELETE FROM " + table + " WHERE run_id = ?", run);
        }
        handle.execute("DELETE FROM run WHERE id = ?", run);
    }

    /// Makes the runs of a backfill; any worker may run them.
    /// @return their ids, in the same order
    /// @throws AlreadyRunning if one of them runs already; then none is made
    public List<String> make(List<Backfill.Wanted> wanted, Instant now) {
        return database.turn(handle -> make(handle, new Turn(handle, now), wanted, now));
    }

    /// The same, written down with who wanted them and why.
    /// @param what was asked for, such as `run`
    public List<String> make(
            List<Backfill.Wanted> wanted, String what, String by, String why, Instant now) {
        return database.turn(
                handle -> {
                    var turn = new Turn(handle, now);
                    List<String> made = make(handle, turn, wanted, now);
                    made.forEach(run -> turn.note(run, by, what, why));
                    return made;
                });
    }

    /// The runs of a backfill.
    /// @param backfill its id, by which all of it is cancelled; empty if it has no runs
    /// @param runs their ids, in the order in which they are entitled to start
    public record MadeBackfill(String backfill, List<String> runs) {
        public MadeBackfill {
            runs = List.copyOf(runs);
        }
    }

    /// The same, as one backfill.
    public MadeBackfill backfill(List<Backfill.Wanted> wanted, String by, String why, Instant now) {
        return database.turn(
                handle -> {
                    var turn = new Turn(handle, now);
                    List<String> made = make(handle, turn, wanted, now);
                    // Like its first run, which is in no other.
                    String id = made.isEmpty() ? "" : BACKFILL + made.getFirst().substring(1);
                    PreparedBatch batch =
                            handle.prepareBatch(
                                    """
                                    UPDATE run SET backfill = :backfill, backfill_position = :position
                                    WHERE  id = :run
                                    """);
                    for (int i = 0; i < made.size(); i++) {
                        batch.bind("backfill", id)
                                .bind("position", i + 1)
                                .bind("run", made.get(i))
                                .add();
                        String set = Overrides.text(wanted.get(i).pipeline().overrides());
                        turn.note(
                                made.get(i),
                                by,
                                "backfill "
                                        + id
                                        + (set.isEmpty() ? "" : " with " + set.replace("\n", ", ")),
                                why);
                    }
                    if (batch.size() > 0) {
                        batch.execute();
                    }
                    return new MadeBackfill(id, made);
                });
    }

    /// Whether a run of a backfill has not ended.
    public boolean isLive(String backfill) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT COUNT(*) FROM run
                                        WHERE  backfill <> '' AND backfill = :backfill
                                        AND    state IN ('PLANNED', 'RUNNING')
                                        """)
                                .bind("backfill", backfill)
                                .mapTo(Integer.class)
                                .map(live -> live > 0)
                                .one());
    }

    /// Whether this is the id of a backfill rather than of a run.
    public static boolean isBackfill(String id) {
        return id.startsWith(BACKFILL + "-");
    }

    /// Cancels all runs of a backfill that have not ended, those that were to start last first: so none is freed by the end of another. A few
    /// a turn; if it is cut off, ask again.
    /// @return how many runs it cancelled
    /// @throws IllegalArgumentException if there is no such backfill
    /// @throws IllegalStateException if all of it has ended
    public int cancelBackfill(String backfill, String by, String why, Instant now) {
        int cancelled = 0;
        int some;
        do {
            some = database.turn(handle -> cancelSome(handle, backfill, by, why, now));
            cancelled += some;
        } while (some > 0);
        if (cancelled == 0) {
            throw new IllegalStateException(nothingToCancel(backfill));
        }
        return cancelled;
    }

    private static int cancelSome(
            Handle handle, String backfill, String by, String why, Instant now) {
        List<String> live =
                handle.createQuery(
                                """
                                SELECT id FROM run
                                WHERE  backfill <> '' AND backfill = :backfill
                                AND    state IN ('PLANNED', 'RUNNING') AND cancelled = 0
                                ORDER  BY backfill_position DESC LIMIT :most
                                """)
                        .bind("backfill", backfill)
                        .bind("most", CANCELLED_AT_ONCE)
                        .mapTo(String.class)
                        .list();
        if (live.isEmpty()) {
            return 0;
        }
        var turn = new Turn(handle, now);
        turn.load(live);
        live.forEach(run -> turn.apply(run, new RunChange.Cancel(by, why)));
        turn.flush();
        turn.startFreed();
        turn.save();
        turn.pulse();
        return live.size();
    }

    private String nothingToCancel(String backfill) {
        List<String> states =
                database.read(
                        handle ->
                                handle.createQuery(
                                                "SELECT state FROM run WHERE backfill <> '' AND backfill = :backfill")
                                        .bind("backfill", backfill)
                                        .mapTo(String.class)
                                        .list());
        if (states.isEmpty()) {
            throw new IllegalArgumentException("there is no backfill " + backfill);
        }
        long ended = states.stream().filter(state -> RunState.valueOf(state).ended()).count();
        return ended == states.size()
                ? backfill + ": all of its " + states.size() + " runs have ended"
                : backfill + ": what has not ended of it is being cancelled already";
    }

    private static List<String> make(
            Handle handle, Turn turn, List<Backfill.Wanted> wanted, Instant now) {
        var runs = new NewRuns(handle, turn, now);
        Set<String> pipelines = new LinkedHashSet<>();
        Set<LocalDate> dates = new LinkedHashSet<>();
        for (Backfill.Wanted each : wanted) {
            pipelines.add(each.pipeline().name());
            dates.add(Schedule.bizdate(each.cycle()));
        }
        runs.look(pipelines, dates);
        var made = new ArrayList<String>();
        for (Backfill.Wanted each : wanted) {
            made.add(
                    runs.makeInFreePlace(
                            new RunPlace.Wanted(
                                    each.pipeline(), each.cycle(), "", each.needs(), each.dry())));
        }
        runs.write();
        turn.save();
        turn.pulse();
        return made;
    }

    @Override
    public void close() {
        database.close();
    }
}
