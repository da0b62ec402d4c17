package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

/// The record of all runs, in SQLite. Several processes may have it open at once.
///
/// It is also what keeps two runs of one pipeline and business date apart: the row of a run that has begun holds the
/// place, until the run ends or its process is found to be gone.
public final class Runs implements AutoCloseable {
    private static final int BUSY_MILLIS = 10_000;

    private final Jdbi jdbi;
    private final Owner self = Owner.self();

    /// Does nothing but stay open. When the last connection to a database in WAL mode goes, SQLite folds the log into
    /// the file and syncs it: ten times the cost of the write that came before.
    private final Connection keeper;

    private Runs(DataSource database) throws SQLException {
        jdbi = Jdbi.create(database);
        keeper = database.getConnection();
        try (Statement first = keeper.createStatement()) {
            first.execute("SELECT COUNT(*) FROM run"); // only reading takes part in the log
        }
    }

    /// Opens the record, making it first where there is none.
    public static Runs open(Path sqliteFile) {
        var config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        // A transaction that reads before it writes must not be overtaken between the two.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + sqliteFile);
        RunSchema.makeFolder(sqliteFile.toAbsolutePath().getParent());
        RunSchema.bringUpToDate(database, RunSchema.lockBeside(sqliteFile));
        try {
            return new Runs(database);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot open " + sqliteFile + ": " + e.getMessage(), e);
        }
    }

    /// A run that has begun.
    /// @param tookOver the run of a vanished process that stood in its way; empty if there was none
    record Begun(String run, String tookOver) {}

    /// Begins a run, if its pipeline does not run for that date already.
    /// @throws AlreadyRunning if it does, in a process that lives or that cannot be asked
    Begun begin(Pipeline pipeline, LocalDate bizdate, Instant now) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.SERIALIZABLE,
                handle -> RunClaim.begin(handle, self, pipeline, bizdate, now));
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
                handle -> RunClaim.markLost(handle, run, now));
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
                                .flatMap(run -> RunReading.report(handle, run).stream())
                                .toList());
    }

    public Optional<RunReport> find(String run) {
        return jdbi.withHandle(handle -> RunReading.report(handle, run));
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
                                .flatMap(run -> RunReading.report(handle, run)));
    }

    @Override
    public void close() {
        try {
            keeper.close();
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot close the record of runs: " + e.getMessage(), e);
        }
    }
}
