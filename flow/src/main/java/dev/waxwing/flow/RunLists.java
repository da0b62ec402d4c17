package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Reads pages of runs, and all of one. A page costs what it shows, however many runs there are: an index leads to its place.
final class RunLists {
    private RunLists() {}

    static RunPage page(Handle handle, RunQuery query) {
        var where = new ArrayList<>(List.of("parent = ''"));
        if (!query.pipeline().isEmpty()) {
            where.add("pipeline = :pipeline");
        }
        query.state().ifPresent(_ -> where.add("state = :state"));
        query.bizdate().ifPresent(_ -> where.add("bizdate = :bizdate"));
        if (!query.before().isEmpty()) {
            where.add("(started_at, id) < (:at, :id)");
        }
        var select =
                handle.createQuery(
                        "SELECT * FROM run WHERE "
                                + String.join(" AND ", where)
                                + " ORDER BY started_at DESC, id DESC LIMIT :most");
        if (!query.pipeline().isEmpty()) {
            select.bind("pipeline", query.pipeline());
        }
        query.state().ifPresent(state -> select.bind("state", state.name()));
        query.bizdate().ifPresent(bizdate -> select.bind("bizdate", TimeVariables.ds(bizdate)));
        if (!query.before().isEmpty()) {
            int dot = query.before().indexOf('.');
            select.bind("at", Long.parseLong(query.before().substring(0, dot)))
                    .bind("id", query.before().substring(dot + 1));
        }
        List<RunHead> bare =
                select.bind("most", query.limit() + 1)
                        .map((row, _) -> head(row, new int[2]))
                        .list();
        boolean more = bare.size() > query.limit();
        List<RunHead> heads = counted(handle, more ? bare.subList(0, query.limit()) : bare);
        RunHead last = heads.isEmpty() ? null : heads.getLast();
        return new RunPage(heads, more ? last.startedAt().toEpochMilli() + "." + last.run() : "");
    }

    private static List<RunHead> counted(Handle handle, List<RunHead> bare) {
        Map<String, int[]> counts = counts(handle, bare.stream().map(RunHead::run).toList());
        return bare.stream()
                .map(head -> counted(head, counts.getOrDefault(head.run(), new int[2])))
                .toList();
    }

    /// How many steps each run has, and how many of them are good.
    private static Map<String, int[]> counts(Handle handle, List<String> runs) {
        var counts = new HashMap<String, int[]>();
        if (!runs.isEmpty()) {
            handle.createQuery(
                            """
                            SELECT run_id, COUNT(*),
                                   SUM(CASE WHEN state IN ('DONE', 'DRY', 'NOT_TAKEN') THEN 1 ELSE 0 END)
                            FROM   run_step WHERE run_id IN (<runs>) GROUP BY run_id
                            """)
                    .bindList("runs", runs)
                    .map(
                            (row, _) ->
                                    counts.put(
                                            row.getString(1),
                                            new int[] {row.getInt(2), row.getInt(3)}))
                    .list();
        }
        return counts;
    }

    private static RunHead counted(RunHead head, int[] counts) {
        return new RunHead(
                head.run(),
                head.pipeline(),
                head.bizdate(),
                head.cycle(),
                head.state(),
                head.paused(),
                head.startedAt(),
                head.took(),
                counts[0],
                counts[1],
                head.message());
    }

    private static RunHead head(ResultSet row, int[] counts) throws SQLException {
        LocalDate bizdate =
                LocalDate.parse(row.getString("bizdate"), DateTimeFormatter.BASIC_ISO_DATE);
        String cycle = row.getString("cycle");
        long started = row.getLong("started_at");
        long ended = row.getLong("ended_at");
        long took = row.wasNull() ? 0 : Math.max(0, ended - started); // a clock may be set back
        return new RunHead(
                row.getString("id"),
                row.getString("pipeline"),
                bizdate,
                cycle.isEmpty() ? bizdate.plusDays(1).atStartOfDay() : LocalDateTime.parse(cycle),
                RunState.valueOf(row.getString("state")),
                row.getInt("paused") != 0,
                Instant.ofEpochMilli(started),
                Duration.ofMillis(took),
                counts[0],
                counts[1],
                row.getString("message"));
    }

    static Optional<RunDetail> detail(Handle handle, String run) {
        return handle.createQuery("SELECT * FROM run WHERE id = :run")
                .bind("run", run)
                .map((row, _) -> new Bare(head(row, new int[2]), row.getString("overrides")))
                .findOne()
                .map(
                        bare ->
                                new RunDetail(
                                        counted(handle, List.of(bare.head())).getFirst(),
                                        steps(handle, run),
                                        Overrides.parse(bare.overrides()),
                                        waitsFor(handle, run),
                                        notes(handle, run)));
    }

    /// A run without its steps.
    private record Bare(RunHead head, String overrides) {}

    private static List<RunDetail.StepDetail> steps(Handle handle, String run) {
        SequencedMap<String, List<RunDetail.Attempt>> attempts = new LinkedHashMap<>();
        handle.createQuery("SELECT * FROM run_attempt WHERE run_id = :run ORDER BY step, attempt")
                .bind("run", run)
                .map(
                        (row, _) -> {
                            attempts.computeIfAbsent(row.getString("step"), _ -> new ArrayList<>())
                                    .add(attempt(row));
                            return run;
                        })
                .list();
        Map<String, List<RunHead>> iterations = iterations(handle, run);
        Map<String, SequencedMap<String, String>> outputs = RunReading.outputs(handle, run);
        return handle.createQuery("SELECT * FROM run_step WHERE run_id = :run ORDER BY position")
                .bind("run", run)
                .map(
                        (row, _) -> {
                            StepReport report = RunReading.stepReport(row, outputs);
                            String after = row.getString("comes_after");
                            return new RunDetail.StepDetail(
                                    report,
                                    after.isEmpty() ? List.of() : List.of(after.split(",")),
                                    Instant.ofEpochMilli(row.getLong("since")),
                                    row.getString("worker"),
                                    attempts.getOrDefault(report.step(), List.of()),
                                    iterations.getOrDefault(report.step(), List.of()));
                        })
                .list();
    }

    /// The iterations of each loop's last attempt, by the loop's step.
    private static Map<String, List<RunHead>> iterations(Handle handle, String run) {
        Map<String, String> loops = new HashMap<>();
        List<RunHead> bare =
                handle.createQuery(
                                """
                                SELECT i.* FROM run i
                                JOIN   run_step s ON s.run_id = i.parent AND s.step = i.parent_step
                                                 AND s.attempts = i.round
                                WHERE  i.parent <> '' AND i.parent = :run
                                ORDER  BY i.parent_step, i.iteration
                                """)
                        .bind("run", run)
                        .map(
                                (row, _) -> {
                                    loops.put(row.getString("id"), row.getString("parent_step"));
                                    return head(row, new int[2]);
                                })
                        .list();
        return counted(handle, bare).stream()
                .collect(Collectors.groupingBy(head -> loops.get(head.run())));
    }

    private static RunDetail.Attempt attempt(ResultSet row) throws SQLException {
        long ended = row.getLong("ended_at");
        return new RunDetail.Attempt(
                row.getInt("attempt"),
                row.getString("state"),
                Instant.ofEpochMilli(row.getLong("started_at")),
                ended == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended)),
                row.getLong("rows_written"),
                row.getString("message"));
    }

    private static List<RunDetail.Awaited> waitsFor(Handle handle, String run) {
        return handle.createQuery(
                        """
                        SELECT n.pipeline, n.cycle, r.id, r.state
                        FROM   run_need n
                        LEFT   JOIN run r ON r.pipeline = n.pipeline AND r.bizdate = n.bizdate
                               AND r.cycle IN (n.cycle, '')
                               AND r.number = (SELECT MAX(x.number) FROM run x
                                               WHERE  x.pipeline = n.pipeline AND x.bizdate = n.bizdate
                                               AND    x.cycle IN (n.cycle, ''))
                        WHERE  n.run_id = :run ORDER BY n.pipeline, n.cycle
                        """)
                .bind("run", run)
                .map(
                        (row, _) -> {
                            String state = row.getString(4);
                            return new RunDetail.Awaited(
                                    row.getString(1),
                                    LocalDateTime.parse(row.getString(2)),
                                    state == null ? "" : row.getString(3),
                                    Optional.ofNullable(state).map(RunState::valueOf));
                        })
                .list();
    }

    static List<RunNote> notes(Handle handle, String run) {
        return handle.createQuery("SELECT * FROM run_note WHERE run_id = :run ORDER BY at")
                .bind("run", run)
                .map(
                        (row, _) ->
                                new RunNote(
                                        Instant.ofEpochMilli(row.getLong("at")),
                                        row.getString("who"),
                                        row.getString("what"),
                                        row.getString("why")))
                .list();
    }
}
