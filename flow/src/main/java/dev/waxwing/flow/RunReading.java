package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Makes reports of what the record of runs holds.
final class RunReading {
    private RunReading() {}

    static Optional<RunReport> report(Handle handle, String run) {
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

    /// What the steps of a run that are done have left, by step.
    static Map<String, SequencedMap<String, String>> outputs(Handle handle, String run) {
        return outputs(handle, List.of(run)).getOrDefault(run, Map.of());
    }

    /// The same of several runs, by run; those that left nothing are not in it.
    static Map<String, Map<String, SequencedMap<String, String>>> outputs(
            Handle handle, Collection<String> runs) {
        var outputs = new HashMap<String, Map<String, SequencedMap<String, String>>>();
        for (List<String> some : IdList.parts(runs)) {
            handle.createQuery(
                            """
                            SELECT run_id, step, name, value FROM run_output
                            WHERE  run_id IN (<runs>) ORDER BY step, position
                            """)
                    .bindList("runs", some)
                    .map(
                            (row, _) ->
                                    outputs.computeIfAbsent(
                                                    row.getString(1), _ -> new LinkedHashMap<>())
                                            .computeIfAbsent(
                                                    row.getString(2), _ -> new LinkedHashMap<>())
                                            .put(row.getString(3), row.getString(4)))
                    .list();
        }
        return outputs;
    }

    static StepReport stepReport(ResultSet row, Map<String, SequencedMap<String, String>> outputs)
            throws SQLException {
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
        long took = row.wasNull() ? 0 : Math.max(0, ended - started); // a clock may be set back
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
}
