package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The record of all runs, in SQLite. Several processes may have it open at once.
///
/// It is also what keeps two runs of one pipeline and business date apart: the row of a run that has begun holds the
/// place, until the run ends or its process is found to be gone.
public final class Runs implements AutoCloseable {
    private static final int BUSY_MILLIS = 10_000;

    private final Jdbi jdbi;
    private final Owner self = Owner.self();

    private Runs(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /// Opens the record, making it first where there is none.
    public static Runs open(Path sqliteFile) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        // A transaction that reads before it writes must not be overtaken between the two.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + sqliteFile);
        RunSchema.makeFolder(sqliteFile.toAbsolutePath().getParent());
        RunSchema.bringUpToDate(database, RunSchema.lockBeside(sqliteFile));
        return new Runs(Jdbi.create(database));
    }

    /// A run that has begun.
    /// @param tookOver the run of a vanished process that stood in its way; empty if there was none
    record Begun(String run, String tookOver) {}

    /// Begins a run, if its pipeline does not run for that date already.
    /// @throws AlreadyRunning if it does, in a process that lives or that cannot be asked
    Begun begin(Pipeline pipeline, LocalDate bizdate, Instant now) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.SERIALIZABLE,
                handle -> {
                    String tookOver = takeOver(handle, pipeline.name(), bizdate, now);
                    int number = lastNumber(handle, pipeline.name(), bizdate) + 1;
                    String run =
                            "r-%s-%s-%04d"
                                    .formatted(TimeVariables.ds(bizdate), pipeline.name(), number);
                    insert(handle, run, number, pipeline, bizdate, now);
                    return new Begun(run, tookOver);
                });
    }

    private String takeOver(Handle handle, String pipeline, LocalDate bizdate, Instant now) {
        Optional<Holder> holder =
                handle.createQuery(
                                """
                                SELECT id, started_at, pid, process_started, host, boot
                                FROM   run
                                WHERE  pipeline = :pipeline AND bizdate = :bizdate AND state = 'RUNNING'
                                """)
                        .bind("pipeline", pipeline)
                        .bind("bizdate", TimeVariables.ds(bizdate))
                        .map((row, _) -> Holder.of(row))
                        .findOne();
        if (holder.isEmpty()) {
            return "";
        }
        switch (holder.get().owner().life()) {
            case GONE ->
                    lose(
                            handle,
                            holder.get().run(),
                            now,
                            "its process " + holder.get().owner().pid() + " is gone");
            case ALIVE, ELSEWHERE -> throw holder.get().refusal(pipeline, bizdate);
        }
        return holder.get().run();
    }

    /// The run that stands in the way of another.
    private record Holder(String run, Instant since, Owner owner) {
        static Holder of(ResultSet row) throws SQLException {
            return new Holder(
                    row.getString("id"),
                    Instant.ofEpochMilli(row.getLong("started_at")),
                    new Owner(
                            row.getLong("pid"),
                            row.getString("process_started"),
                            row.getString("host"),
                            row.getString("boot")));
        }

        AlreadyRunning refusal(String pipeline, LocalDate bizdate) {
            String what =
                    owner.life() == Owner.Life.ELSEWHERE
                            ? "Whether it lives cannot be seen from here; if it does not, mark the"
                                    + " run lost first."
                            : "Wait for it to end, or stop it.";
            return new AlreadyRunning(
                    run,
                    "%s runs for %s already: %s, pid %d on %s, since %s. %s"
                            .formatted(
                                    pipeline,
                                    TimeVariables.ds(bizdate),
                                    run,
                                    owner.pid(),
                                    owner.host(),
                                    since,
                                    what));
        }
    }

    private static int lastNumber(Handle handle, String pipeline, LocalDate bizdate) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(MAX(number), 0) FROM run
                        WHERE  pipeline = :pipeline AND bizdate = :bizdate
                        """)
                .bind("pipeline", pipeline)
                .bind("bizdate", TimeVariables.ds(bizdate))
                .mapTo(Integer.class)
                .one();
    }

    private void insert(
            Handle handle,
            String run,
            int number,
            Pipeline pipeline,
            LocalDate bizdate,
            Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO run (id, pipeline, bizdate, number, state, started_at,
                                         pid, process_started, host, boot)
                        VALUES (:id, :pipeline, :bizdate, :number, 'RUNNING', :now,
                                :pid, :processStarted, :host, :boot)
                        """)
                .bind("id", run)
                .bind("pipeline", pipeline.name())
                .bind("bizdate", TimeVariables.ds(bizdate))
                .bind("number", number)
                .bind("now", now.toEpochMilli())
                .bind("pid", self.pid())
                .bind("processStarted", self.started())
                .bind("host", self.host())
                .bind("boot", self.boot())
                .execute();
        var steps =
                handle.prepareBatch(
                        """
                        INSERT INTO run_step (run_id, step, position, state)
                        VALUES (:run, :step, :position, 'PENDING')
                        """);
        for (int i = 0; i < pipeline.steps().size(); i++) {
            steps.bind("run", run)
                    .bind("step", pipeline.steps().get(i).name())
                    .bind("position", i)
                    .add();
        }
        if (steps.size() > 0) {
            steps.execute();
        }
    }

    void attemptStarted(String run, String step, int attempt, Instant now) {
        jdbi.useTransaction(
                handle -> {
                    handle.createUpdate(
                                    """
                                    INSERT INTO run_attempt (run_id, step, attempt, state, started_at)
                                    VALUES (:run, :step, :attempt, 'RUNNING', :now)
                                    """)
                            .bind("run", run)
                            .bind("step", step)
                            .bind("attempt", attempt)
                            .bind("now", now.toEpochMilli())
                            .execute();
                    handle.createUpdate(
                                    """
                                    UPDATE run_step SET state = 'RUNNING', attempts = :attempt
                                    WHERE  run_id = :run AND step = :step
                                    """)
                            .bind("run", run)
                            .bind("step", step)
                            .bind("attempt", attempt)
                            .execute();
                });
    }

    /// An attempt ended; the step may be tried again.
    void attemptEnded(
            String run,
            String step,
            int attempt,
            StepState state,
            long rows,
            String message,
            Instant now) {
        jdbi.useHandle(
                handle -> attemptEnded(handle, run, step, attempt, state, rows, message, now));
    }

    private static void attemptEnded(
            Handle handle,
            String run,
            String step,
            int attempt,
            StepState state,
            long rows,
            String message,
            Instant now) {
        handle.createUpdate(
                        """
                        UPDATE run_attempt
                        SET    state = :state, ended_at = :now, rows_written = :rows, message = :message
                        WHERE  run_id = :run AND step = :step AND attempt = :attempt
                        """)
                .bind("run", run)
                .bind("step", step)
                .bind("attempt", attempt)
                .bind("state", state.name())
                .bind("rows", rows)
                .bind("message", message)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// A step, and its last attempt if there was one, ended for good.
    void stepEnded(String run, StepReport report, Instant now) {
        jdbi.useTransaction(
                handle -> {
                    if (report.attempts() > 0) {
                        attemptEnded(
                                handle,
                                run,
                                report.step(),
                                report.attempts(),
                                report.state(),
                                report.rows(),
                                report.message(),
                                now);
                    }
                    handle.createUpdate(
                                    """
                                    UPDATE run_step
                                    SET    state = :state, attempts = :attempts, rows_written = :rows,
                                           took_ms = :took, message = :message
                                    WHERE  run_id = :run AND step = :step
                                    """)
                            .bind("run", run)
                            .bind("step", report.step())
                            .bind("state", report.state().name())
                            .bind("attempts", report.attempts())
                            .bind("rows", report.rows())
                            .bind("took", report.took().toMillis())
                            .bind("message", report.message())
                            .execute();
                    int position = 0;
                    for (Map.Entry<String, String> output : report.outputs().entrySet()) {
                        handle.createUpdate(
                                        """
                                        INSERT INTO run_output (run_id, step, name, position, value)
                                        VALUES (:run, :step, :name, :position, :value)
                                        """)
                                .bind("run", run)
                                .bind("step", report.step())
                                .bind("name", output.getKey())
                                .bind("position", position++)
                                .bind("value", output.getValue())
                                .execute();
                    }
                });
    }

    void end(String run, RunState state, String message, Instant now) {
        jdbi.useHandle(
                handle ->
                        handle.createUpdate(
                                        """
                                        UPDATE run SET state = :state, ended_at = :now, message = :message
                                        WHERE  id = :run AND state = 'RUNNING'
                                        """)
                                .bind("run", run)
                                .bind("state", state.name())
                                .bind("now", now.toEpochMilli())
                                .bind("message", message)
                                .execute());
    }

    /// Marks a run lost whose process cannot be asked, because it ran on a machine that is gone.
    /// @throws IllegalStateException if the run is not running, or its process lives on this machine
    public void markLost(String run, Instant now) {
        jdbi.useTransaction(
                TransactionIsolationLevel.SERIALIZABLE,
                handle -> {
                    Optional<Holder> holder =
                            handle.createQuery(
                                            "SELECT * FROM run WHERE id = :run AND state ="
                                                    + " 'RUNNING'")
                                    .bind("run", run)
                                    .map((row, _) -> Holder.of(row))
                                    .findOne();
                    if (holder.isEmpty()) {
                        throw new IllegalStateException(run + " is not running");
                    }
                    if (holder.get().owner().life() == Owner.Life.ALIVE) {
                        throw new IllegalStateException(
                                run
                                        + " is not lost: its process "
                                        + holder.get().owner().pid()
                                        + " lives");
                    }
                    lose(handle, run, now, "marked lost by hand");
                });
    }

    private static void lose(Handle handle, String run, Instant now, String message) {
        handle.createUpdate(
                        "UPDATE run SET state = 'LOST', ended_at = :now, message = :message WHERE"
                                + " id = :run")
                .bind("run", run)
                .bind("now", now.toEpochMilli())
                .bind("message", message)
                .execute();
        handle.createUpdate(
                        """
                        UPDATE run_attempt SET state = 'LOST', ended_at = :now, message = :message
                        WHERE  run_id = :run AND state = 'RUNNING'
                        """)
                .bind("run", run)
                .bind("now", now.toEpochMilli())
                .bind("message", message)
                .execute();
        handle.createUpdate(
                        "UPDATE run_step SET state = 'LOST', message = :message WHERE run_id = :run"
                                + " AND state = 'RUNNING'")
                .bind("run", run)
                .bind("message", message)
                .execute();
        handle.createUpdate(
                        "UPDATE run_step SET state = 'SKIPPED', message = :message WHERE run_id ="
                                + " :run AND state = 'PENDING'")
                .bind("run", run)
                .bind("message", message)
                .execute();
    }

    /// The newest runs of all pipelines, newest first.
    public List<RunReport> recent(int limit) {
        return jdbi.withHandle(
                handle ->
                        handle
                                .createQuery(
                                        "SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT"
                                                + " :limit")
                                .bind("limit", limit)
                                .mapTo(String.class)
                                .list()
                                .stream()
                                .flatMap(run -> report(handle, run).stream())
                                .toList());
    }

    public Optional<RunReport> find(String run) {
        return jdbi.withHandle(handle -> report(handle, run));
    }

    /// The newest run of a pipeline for a date.
    public Optional<RunReport> latest(String pipeline, LocalDate bizdate) {
        return jdbi.withHandle(
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
                                .flatMap(run -> report(handle, run)));
    }

    private static Optional<RunReport> report(Handle handle, String run) {
        Map<String, SequencedMap<String, String>> outputs = outputs(handle, run);
        List<StepReport> steps =
                handle.createQuery("SELECT * FROM run_step WHERE run_id = :run ORDER BY position")
                        .bind("run", run)
                        .map((row, _) -> stepReport(row, outputs))
                        .list();
        return handle.createQuery("SELECT * FROM run WHERE id = :run")
                .bind("run", run)
                .map((row, _) -> runReport(row, steps))
                .findOne();
    }

    private static Map<String, SequencedMap<String, String>> outputs(Handle handle, String run) {
        var outputs = new LinkedHashMap<String, SequencedMap<String, String>>();
        handle.createQuery(
                        "SELECT step, name, value FROM run_output WHERE run_id = :run ORDER BY"
                                + " step, position")
                .bind("run", run)
                .map(
                        (row, _) ->
                                List.of(
                                        row.getString("step"),
                                        row.getString("name"),
                                        row.getString("value")))
                .forEach(
                        row ->
                                outputs.computeIfAbsent(row.get(0), _ -> new LinkedHashMap<>())
                                        .put(row.get(1), row.get(2)));
        return outputs;
    }

    private static StepReport stepReport(
            ResultSet row, Map<String, SequencedMap<String, String>> outputs) throws SQLException {
        String step = row.getString("step");
        return new StepReport(
                step,
                StepState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getLong("rows_written"),
                Duration.ofMillis(row.getLong("took_ms")),
                outputs.getOrDefault(step, new LinkedHashMap<>()),
                row.getString("message"),
                RunFolder.log(row.getString("run_id"), step));
    }

    private static RunReport runReport(ResultSet row, List<StepReport> steps) throws SQLException {
        long started = row.getLong("started_at");
        long ended = row.getLong("ended_at");
        long took = row.wasNull() ? 0 : ended - started;
        return new RunReport(
                row.getString("id"),
                row.getString("pipeline"),
                LocalDate.parse(row.getString("bizdate"), DateTimeFormatter.BASIC_ISO_DATE),
                RunState.valueOf(row.getString("state")),
                Instant.ofEpochMilli(started),
                Duration.ofMillis(took),
                steps,
                row.getString("message"));
    }

    /// Nothing is held open between calls; closing is for whoever keeps the record longer than it needs it.
    @Override
    public void close() {}
}
