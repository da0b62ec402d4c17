package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What becomes of attempts in a turn, written together: on another machine's database each statement costs a way to and fro.
final class Attempts {
    private record Attempt(String run, String step, int number) {}

    private record Closed(Attempt attempt, StepState state, long rows, String message) {}

    private final List<Attempt> opened = new ArrayList<>();
    private final List<Closed> closed = new ArrayList<>();
    private final List<Attempt> forgotten = new ArrayList<>();

    void opened(String run, String step, int number) {
        opened.add(new Attempt(run, step, number));
    }

    void closed(String run, StepSheet step, int number, StepState state, long rows) {
        closed.add(
                new Closed(
                        new Attempt(run, step.name(), number),
                        state == StepState.RETRYING ? StepState.FAILED : state,
                        rows,
                        step.message()));
    }

    /// Asking in vain leaves no trace, or a night of waiting would leave thousands.
    void forgotten(String run, String step, int number) {
        forgotten.add(new Attempt(run, step, number));
    }

    void write(Handle handle, Instant now) {
        if (!opened.isEmpty()) {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            INSERT INTO run_attempt (run_id, step, attempt, state, started_at)
                            VALUES (:run, :step, :attempt, 'RUNNING', :now)
                            """);
            opened.forEach(each -> named(batch, each).bind("now", now.toEpochMilli()).add());
            batch.execute();
            opened.clear();
        }
        if (!closed.isEmpty()) {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            UPDATE run_attempt
                            SET    state = :state, ended_at = :now, rows_written = :rows, message = :message
                            WHERE  run_id = :run AND step = :step AND attempt = :attempt
                            """);
            for (Closed each : closed) {
                named(batch, each.attempt())
                        .bind("state", each.state().name())
                        .bind("now", now.toEpochMilli())
                        .bind("rows", each.rows())
                        .bind("message", each.message())
                        .add();
            }
            batch.execute();
            closed.clear();
        }
        if (!forgotten.isEmpty()) {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            DELETE FROM run_attempt
                            WHERE  run_id = :run AND step = :step AND attempt = :attempt
                            """);
            forgotten.forEach(each -> named(batch, each).add());
            batch.execute();
            forgotten.clear();
        }
    }

    private static PreparedBatch named(PreparedBatch batch, Attempt attempt) {
        return batch.bind("run", attempt.run())
                .bind("step", attempt.step())
                .bind("attempt", attempt.number());
    }
}
