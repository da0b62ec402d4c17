package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What becomes of attempts in a turn, written together: on another machine's database each statement costs a way to and fro.
final class Attempts {
    private record Attempt(String run, String step, int number) {}

    private record End(String state, long rows, String message) {}

    /// What is to be written of those that began or ended; an attempt that did not end works.
    private final Map<Attempt, Optional<End>> changed = new LinkedHashMap<>();

    private final Set<Attempt> forgotten = new LinkedHashSet<>();

    void opened(String run, String step, int number) {
        changed.put(new Attempt(run, step, number), Optional.empty());
    }

    void closed(String run, StepSheet step, int number, StepState state, long rows) {
        StepState told = state == StepState.RETRYING ? StepState.FAILED : state;
        changed.put(
                new Attempt(run, step.name(), number),
                Optional.of(new End(told.name(), rows, step.message())));
    }

    /// Asking in vain leaves no trace, or a night of waiting would leave thousands.
    void forgotten(String run, String step, int number) {
        forgotten.add(new Attempt(run, step, number));
    }

    void write(Handle handle, Instant now) {
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
        if (!changed.isEmpty()) {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            INSERT INTO run_attempt (run_id, step, attempt, state, started_at, ended_at,
                                                     rows_written, message)
                            VALUES (:run, :step, :attempt, :state, :now, :ended, :rows, :message)
                            ON CONFLICT (run_id, step, attempt) DO UPDATE
                            SET    state = excluded.state, ended_at = excluded.ended_at,
                                   rows_written = excluded.rows_written, message = excluded.message
                            """);
            changed.forEach(
                    (attempt, end) ->
                            named(batch, attempt)
                                    .bind("state", end.map(End::state).orElse("RUNNING"))
                                    .bind("now", now.toEpochMilli())
                                    .bind(
                                            "ended",
                                            end.isPresent() ? (Long) now.toEpochMilli() : null)
                                    .bind("rows", end.map(End::rows).orElse(0L))
                                    .bind("message", end.map(End::message).orElse(""))
                                    .add());
            batch.execute();
            changed.clear();
        }
    }

    private static PreparedBatch named(PreparedBatch batch, Attempt attempt) {
        return batch.bind("run", attempt.run())
                .bind("step", attempt.step())
                .bind("attempt", attempt.number());
    }
}
