package dev.waxwing.flow;

import dev.waxwing.flow.Runs.Begun;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// Which run has the place of its pipeline and business date. Every method wants a transaction that keeps others from
/// writing.
final class RunClaim {
    private RunClaim() {}

    /// Takes the place for a new run.
    /// @throws AlreadyRunning if a run has it whose process lives or cannot be asked
    static Begun begin(
            Handle handle, Owner self, Pipeline pipeline, LocalDate bizdate, Instant now) {
        String tookOver = takeOver(handle, pipeline.name(), bizdate, now);
        int number = lastNumber(handle, pipeline.name(), bizdate) + 1;
        String run = "r-%s-%s-%04d".formatted(TimeVariables.ds(bizdate), pipeline.name(), number);
        insert(handle, self, run, number, pipeline, bizdate, now);
        return new Begun(run, tookOver);
    }

    static void markLost(Handle handle, String run, Instant now) {
        Optional<Holder> holder =
                handle.createQuery("SELECT * FROM run WHERE id = :run AND state = 'RUNNING'")
                        .bind("run", run)
                        .map((row, _) -> Holder.of(row))
                        .findOne();
        if (holder.isEmpty()) {
            throw new IllegalStateException(run + " is not running");
        }
        if (holder.get().owner().life() == Owner.Life.ALIVE) {
            throw new IllegalStateException(
                    run + " is not lost: its process " + holder.get().owner().pid() + " lives");
        }
        lose(handle, run, now, "marked lost by hand");
    }

    private static String takeOver(Handle handle, String pipeline, LocalDate bizdate, Instant now) {
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

    private static void insert(
            Handle handle,
            Owner self,
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
}
