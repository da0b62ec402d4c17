package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which run has the place of its pipeline and cycle. Every method wants a turn.
final class RunPlace {
    private RunPlace() {}

    /// A run to be made.
    /// @param worker the only one that may run it; empty = any
    /// @param dry steps that are left out
    record Wanted(
            Pipeline pipeline,
            LocalDateTime cycle,
            String worker,
            List<Need> needs,
            Set<String> dry) {
        static Wanted byHand(Pipeline pipeline, LocalDateTime cycle, String worker) {
            return new Wanted(pipeline, cycle, worker, List.of(), Set.of());
        }

        static Wanted planned(Pipeline pipeline, LocalDateTime cycle, List<Need> needs) {
            return new Wanted(pipeline, cycle, "", needs, Set.of());
        }
    }

    static void insertSteps(Handle handle, String run, Pipeline pipeline, Set<String> dry) {
        PreparedBatch batch = stepsBatch(handle);
        addSteps(batch, run, pipeline, dry);
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /// For steps of any number of new runs.
    static PreparedBatch stepsBatch(Handle handle) {
        return handle.prepareBatch(
                """
                INSERT INTO run_step (run_id, step, position, state, comes_after, starts, if_holds,
                                      tries, pause_ms, backoff, timeout_ms, give_up_ms, pool, dry,
                                      loop_kind, loop_test, loop_over, loop_most, loop_at_once,
                                      loop_pause_ms)
                VALUES (:run, :step, :position, 'PENDING', :after, :starts, :holds,
                        :tries, :pause, :backoff, :timeout, :giveUp, :pool, :dry,
                        :loop, :test, :over, :most, :atOnce, :loopPause)
                """);
    }

    static void addSteps(PreparedBatch batch, String run, Pipeline pipeline, Set<String> dry) {
        for (int i = 0; i < pipeline.steps().size(); i++) {
            PlannedStep step = pipeline.steps().get(i);
            StepRules rules = step.rules();
            batch.bind("run", run)
                    .bind("step", step.name())
                    .bind("position", i)
                    .bind("after", String.join(",", rules.after()))
                    .bind("starts", rules.starts().name())
                    .bind("holds", rules.condition().text())
                    .bind("tries", rules.attempts())
                    .bind("pause", rules.pause().toMillis())
                    .bind("backoff", rules.backoff())
                    .bind("timeout", rules.timeout().toMillis())
                    .bind("giveUp", rules.giveUp().toMillis())
                    .bind("pool", rules.pool())
                    .bind("dry", dry.contains(step.name()) ? 1 : 0)
                    .bind("loop", rules.loop().kind().name())
                    .bind("test", rules.loop().test().text())
                    .bind("over", rules.loop().over())
                    .bind("most", rules.loop().most())
                    .bind("atOnce", rules.loop().atOnce())
                    .bind("loopPause", rules.loop().pause().toMillis())
                    .add();
        }
    }

    /// Makes room for a new run of a cycle: a run whose process is gone is lost.
    /// @return the run that was in the way; empty if there was none
    /// @throws AlreadyRunning if a run has the place whose process lives or cannot be asked
    static String free(Handle handle, Turn turn, String pipeline, LocalDateTime cycle) {
        Optional<Holder> found = holder(handle, pipeline, cycle);
        if (found.isEmpty()) {
            return "";
        }
        Holder holder = found.get();
        holder.refuseIfEntitled(pipeline, cycle);
        turn.abandon(holder.run(), holder.gone());
        turn.save();
        return holder.run();
    }

    /// Only looks, and needs no turn for it: the process that has the place may itself have stopped within a turn.
    /// @throws AlreadyRunning if a run has the place whose process lives or cannot be asked
    static void refuseIfTaken(Handle handle, String pipeline, LocalDateTime cycle) {
        holder(handle, pipeline, cycle)
                .ifPresent(holder -> holder.refuseIfEntitled(pipeline, cycle));
    }

    private static Optional<Holder> holder(Handle handle, String pipeline, LocalDateTime cycle) {
        return handle.createQuery(
                        HOLDER
                                + """
                                WHERE  r.pipeline = :pipeline AND r.bizdate = :bizdate
                                AND    r.cycle IN (:cycle, '') AND r.state IN ('PLANNED', 'RUNNING')
                                """)
                .bind("pipeline", pipeline)
                .bind("bizdate", TimeVariables.ds(Schedule.bizdate(cycle)))
                .bind("cycle", cycle.toString())
                .map((row, _) -> Holder.of(row))
                .findFirst();
    }

    static void markLost(Handle handle, Turn turn, String run) {
        Optional<Holder> holder =
                handle.createQuery(HOLDER + "WHERE r.id = :run AND r.state = 'RUNNING'")
                        .bind("run", run)
                        .map((row, _) -> Holder.of(row))
                        .findOne();
        if (holder.isEmpty()) {
            throw new IllegalStateException(run + " is not running");
        }
        if (holder.get().worker().isEmpty()) {
            throw new IllegalStateException(
                    run + " is not lost: any worker may run it; cancel it instead");
        }
        if (holder.get().life() == Owner.Life.ALIVE) {
            throw new IllegalStateException(
                    run + " is not lost: its process " + holder.get().owner().pid() + " lives");
        }
        turn.abandon(run, "marked lost by hand");
        turn.save();
        turn.pulse();
    }

    /// Whether a change lets an ended run work again: then any worker may do it.
    static boolean isReopened(RunRow row, RunChange.Asked change) {
        return row.sheet().state().ended()
                && (change instanceof RunChange.Rerun || change instanceof RunChange.MarkDone);
    }

    static int lastNumber(Handle handle, String pipeline, LocalDate bizdate) {
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

    private static final String HOLDER =
            """
            SELECT r.id, r.state, r.started_at, r.worker, w.id AS known, w.pid, w.process_started, w.host, w.boot
            FROM   run r LEFT JOIN worker w ON w.id = r.worker
            """;

    /// The run that stands in the way of another.
    /// @param known whether its worker has a row; without one it is gone
    private record Holder(
            String run, RunState state, Instant since, String worker, boolean known, Owner owner) {
        static Holder of(ResultSet row) throws SQLException {
            boolean known = row.getString("known") != null;
            return new Holder(
                    row.getString("id"),
                    RunState.valueOf(row.getString("state")),
                    Instant.ofEpochMilli(row.getLong("started_at")),
                    row.getString("worker"),
                    known,
                    known ? Workers.owner(row) : Owner.self());
        }

        Owner.Life life() {
            return known ? owner.life() : Owner.Life.GONE;
        }

        String gone() {
            return known ? "its process " + owner.pid() + " is gone" : "its process is gone";
        }

        void refuseIfEntitled(String pipeline, LocalDateTime cycle) {
            if (worker.isEmpty() || life() != Owner.Life.GONE) {
                throw refusal(pipeline, Schedule.bizdate(cycle));
            }
        }

        private AlreadyRunning refusal(String pipeline, LocalDate bizdate) {
            if (worker.isEmpty()) {
                return new AlreadyRunning(
                        run,
                        "%s %s for %s already: %s, by any worker, since %s. Wait for it to end, or cancel it."
                                .formatted(
                                        pipeline,
                                        state == RunState.PLANNED ? "is planned" : "runs",
                                        TimeVariables.ds(bizdate),
                                        run,
                                        since));
            }
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
}
