package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A run as the database holds it, loaded in one turn, changed and written back in it.
final class RunRow {
    /// What reads so many runs again.
    private static final Map<Integer, String> CHANGES =
            IdList.LENGTHS.stream().collect(Collectors.toMap(n -> n, RunRow::changes));

    final String id;
    final String pipeline;
    final LocalDate bizdate;
    final LocalDateTime cycle;
    final int concurrency;

    /// Where its steps differ from its pipeline's file.
    final SortedMap<String, String> overrides;

    /// The run that it is an iteration of, the step there, and that step's attempt; empty and 0 for any other run.
    final String parent;

    final String parentStep;
    final int round;

    /// Which iteration of the round it is, from 1.
    final int iteration;

    /// The run above all others that this one is part of; itself unless it is an iteration.
    final String root;

    private final Instant startedAt;

    /// What is written after this row was read bears a higher number.
    private final long pulse;

    private String worker;
    private RunSheet saved;
    private RunSheet sheet;
    private final Map<String, Long> rows = new HashMap<>();
    private final Map<String, Long> took = new HashMap<>();
    private final Map<String, String> workers = new HashMap<>();

    private RunRow(ResultSet row) throws SQLException {
        id = row.getString("id");
        pipeline = row.getString("pipeline");
        bizdate = LocalDate.parse(row.getString("bizdate"), DateTimeFormatter.BASIC_ISO_DATE);
        String written = row.getString("cycle");
        cycle =
                written.isEmpty()
                        ? bizdate.plusDays(1).atStartOfDay()
                        : LocalDateTime.parse(written);
        concurrency = row.getInt("concurrency");
        overrides = Overrides.parse(row.getString("overrides"));
        parent = row.getString("parent");
        parentStep = row.getString("parent_step");
        round = row.getInt("round");
        iteration = row.getInt("iteration");
        root = parent.isEmpty() ? id : row.getString("root");
        startedAt = Instant.ofEpochMilli(row.getLong("started_at"));
        pulse = row.getLong("pulse");
        worker = row.getString("worker");
        sheet =
                new RunSheet(
                        RunState.valueOf(row.getString("state")),
                        row.getInt("cancelled") != 0,
                        row.getInt("paused") != 0,
                        row.getInt("patient") != 0,
                        row.getString("message"),
                        new LinkedHashMap<>(),
                        Map.of());
        saved = sheet;
    }

    /// A run that was read before, as it is now.
    private RunRow(RunRow before, ResultSet row) throws SQLException {
        id = before.id;
        pipeline = before.pipeline;
        bizdate = before.bizdate;
        cycle = before.cycle;
        concurrency = before.concurrency;
        overrides = before.overrides;
        parent = before.parent;
        parentStep = before.parentStep;
        round = before.round;
        iteration = before.iteration;
        root = before.root;
        startedAt = before.startedAt;
        pulse = row.getLong("pulse");
        worker = row.getString("run_worker");
        sheet =
                new RunSheet(
                        RunState.valueOf(row.getString("run_state")),
                        row.getInt("cancelled") != 0,
                        row.getInt("paused") != 0,
                        before.sheet.patient(),
                        row.getString("run_message"),
                        new LinkedHashMap<>(),
                        Map.of());
        saved = sheet;
        rows.putAll(before.rows);
        took.putAll(before.took);
        workers.putAll(before.workers);
    }

    /// Those of the runs that are there.
    /// @param known runs as they were before; of these only what changed since is read
    static Collection<RunRow> load(
            Handle handle, Collection<String> runs, Map<String, RunRow> known) {
        var found = new LinkedHashMap<String, RunRow>();
        var steps = new HashMap<String, SequencedMap<String, StepSheet>>();
        var working = new ArrayList<>(runs);
        working.removeIf(run -> !known.containsKey(run) || !known.get(run).isWorking());
        for (List<String> some : IdList.parts(working)) {
            readChanges(handle, some.stream().map(known::get).toList(), found, steps);
        }
        var others = new ArrayList<>(runs);
        others.removeAll(found.keySet());
        for (List<String> some : IdList.parts(others)) {
            readAll(handle, some, found, steps);
        }
        var branching =
                found.keySet().stream()
                        .filter(run -> steps.get(run).values().stream().anyMatch(RunRow::branches))
                        .toList();
        var outputs = RunReading.outputs(handle, branching);
        found.values()
                .forEach(
                        row -> row.fill(steps.get(row.id), outputs.getOrDefault(row.id, Map.of())));
        return found.values();
    }

    /// Whether its steps stay the same, whatever their states.
    private boolean isWorking() {
        return sheet.state() == RunState.RUNNING;
    }

    private static boolean branches(StepSheet step) {
        return !step.rules().condition().text().isEmpty();
    }

    private static void readAll(
            Handle handle,
            List<String> runs,
            Map<String, RunRow> found,
            Map<String, SequencedMap<String, StepSheet>> steps) {
        handle.createQuery(
                        """
                        SELECT r.*, (SELECT n FROM pulse WHERE id = 1) AS pulse
                        FROM   run r WHERE r.id IN (<runs>)
                        """)
                .bindList("runs", runs)
                .map((row, _) -> new RunRow(row))
                .forEach(row -> found.put(row.id, row));
        handle.createQuery("SELECT * FROM run_step WHERE run_id IN (<runs>) ORDER BY position")
                .bindList("runs", runs)
                .map(
                        (row, _) -> {
                            RunRow of = found.get(row.getString("run_id"));
                            String step = row.getString("step");
                            of.readBeside(step, row);
                            return steps.computeIfAbsent(of.id, _ -> new LinkedHashMap<>())
                                    .put(step, step(step, rules(row), row));
                        })
                .list();
        runs.forEach(run -> steps.computeIfAbsent(run, _ -> new LinkedHashMap<>()));
    }

    /// Reads runs again with one statement, and of their steps only what was written since. A run that was forgotten and made again for the
    /// same date may have the same id, but has begun at another moment; it is left out.
    private static void readChanges(
            Handle handle,
            List<RunRow> working,
            Map<String, RunRow> found,
            Map<String, SequencedMap<String, StepSheet>> steps) {
        var known = new HashMap<String, RunRow>();
        Query query = handle.createQuery(CHANGES.get(working.size()));
        for (int i = 0; i < working.size(); i++) {
            RunRow before = working.get(i);
            known.put(before.id, before);
            query.bind("run" + i, before.id).bind("since" + i, before.pulse);
        }
        query.map(
                        (row, _) -> {
                            RunRow before = known.get(row.getString("id"));
                            if (row.getLong("started_at") != before.startedAt.toEpochMilli()) {
                                return before;
                            }
                            RunRow now = found.get(before.id);
                            if (now == null) {
                                now = new RunRow(before, row);
                                found.put(now.id, now);
                                steps.put(now.id, new LinkedHashMap<>(before.sheet.steps()));
                            }
                            String step = row.getString("step");
                            if (step != null) {
                                now.readBeside(step, row);
                                StepRules rules = before.sheet.step(step).rules();
                                steps.get(now.id).put(step, step(step, rules, row));
                            }
                            return now;
                        })
                .list();
    }

    /// The statement for so many runs. SQLite takes joins that are called `CROSS` in the order in which they are written.
    private static String changes(int runs) {
        String each =
                "SELECT CAST(:run%1$d AS VARCHAR(120)) AS id, CAST(:since%1$d AS BIGINT) AS since";
        return IntStream.range(0, runs)
                .mapToObj(each::formatted)
                .collect(
                        Collectors.joining(
                                "\nUNION ALL ",
                                """
                                SELECT r.id, r.started_at, r.state AS run_state, r.cancelled, r.paused,
                                       r.message AS run_message, r.worker AS run_worker, p.n AS pulse,
                                       s.step, s.state, s.attempts, s.failures, s.losses, s.stop, s.dry,
                                       s.since, s.due, s.waiting_since, s.message, s.worker,
                                       s.rows_written, s.took_ms
                                FROM (
                                """,
                                """

                                ) AS known CROSS JOIN run r CROSS JOIN pulse p
                                LEFT JOIN run_step s ON s.run_id = r.id AND s.turn > known.since
                                WHERE r.id = known.id AND p.id = 1
                                """));
    }

    private void fill(
            SequencedMap<String, StepSheet> steps,
            Map<String, SequencedMap<String, String>> outputs) {
        sheet =
                new RunSheet(
                        sheet.state(),
                        sheet.cancelled(),
                        sheet.paused(),
                        sheet.patient(),
                        sheet.message(),
                        steps,
                        outputs);
        saved = sheet;
    }

    /// What is known of a step beside what the [Machine] sees.
    private void readBeside(String step, ResultSet row) throws SQLException {
        rows.put(step, row.getLong("rows_written"));
        took.put(step, row.getLong("took_ms"));
        workers.put(step, row.getString("worker"));
    }

    private static StepRules rules(ResultSet row) throws SQLException {
        String after = row.getString("comes_after");
        return new StepRules(
                after.isEmpty() ? List.of() : List.of(after.split(",")),
                StepRules.Starts.valueOf(row.getString("starts")),
                Condition.parse(row.getString("if_holds")),
                row.getInt("tries"),
                Duration.ofMillis(row.getLong("pause_ms")),
                row.getDouble("backoff"),
                Duration.ofMillis(row.getLong("timeout_ms")),
                Duration.ofMillis(row.getLong("give_up_ms")),
                row.getString("pool"),
                loop(row));
    }

    private static StepSheet step(String name, StepRules rules, ResultSet row) throws SQLException {
        return new StepSheet(
                name,
                rules,
                StepState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getInt("failures"),
                row.getInt("losses"),
                StepSheet.Stop.valueOf(row.getString("stop")),
                row.getInt("dry") != 0,
                Instant.ofEpochMilli(row.getLong("since")),
                Instant.ofEpochMilli(row.getLong("due")),
                Instant.ofEpochMilli(row.getLong("waiting_since")),
                row.getString("message"));
    }

    private static LoopRules loop(ResultSet row) throws SQLException {
        LoopRules.Kind kind = LoopRules.Kind.valueOf(row.getString("loop_kind"));
        return kind == LoopRules.Kind.NONE
                ? LoopRules.NONE
                : new LoopRules(
                        kind,
                        Condition.parse(row.getString("loop_test")),
                        row.getInt("loop_most"),
                        row.getInt("loop_at_once"),
                        Duration.ofMillis(row.getLong("loop_pause_ms")),
                        row.getString("loop_over"));
    }

    boolean isIteration() {
        return !parent.isEmpty();
    }

    RunSheet sheet() {
        return sheet;
    }

    void sheet(RunSheet changed) {
        sheet = changed;
    }

    /// The only worker that may run it; empty = any.
    String worker() {
        return worker;
    }

    void worker(String only) {
        worker = only;
    }

    void claimedBy(String step, String who) {
        workers.put(step, who);
    }

    void worked(String step, long written, Duration time) {
        rows.put(step, written);
        took.merge(step, time.toMillis(), Long::sum);
    }

    long rows(String step) {
        return rows.getOrDefault(step, 0L);
    }

    Duration took(String step) {
        return Duration.ofMillis(took.getOrDefault(step, 0L));
    }

    /// Writes what changed.
    static void save(Handle handle, Collection<RunRow> rows, Instant now) {
        PreparedBatch steps =
                handle.prepareBatch(
                        """
                        UPDATE run_step
                        SET    state = :state, attempts = :attempt, failures = :failures, losses = :losses,
                               stop = :stop, since = :since, due = :due, waiting_since = :waiting,
                               message = :message, worker = :worker, live = :live,
                               rows_written = :rows, took_ms = :took,
                               turn = (SELECT n + 1 FROM pulse WHERE id = 1)
                        WHERE  run_id = :run AND step = :step
                        """);
        rows.forEach(row -> row.saveSteps(steps));
        if (steps.size() > 0) {
            steps.execute();
        }
        for (RunRow row : rows) {
            row.saveRun(handle, now);
            row.saved = row.sheet;
        }
    }

    private void saveSteps(PreparedBatch batch) {
        for (StepSheet step : sheet.steps().values()) {
            if (step.equals(saved.steps().get(step.name()))) {
                continue;
            }
            boolean running = step.state() == StepState.RUNNING;
            batch.bind("run", id)
                    .bind("step", step.name())
                    .bind("state", step.state().name())
                    .bind("attempt", step.attempt())
                    .bind("failures", step.failures())
                    .bind("losses", step.losses())
                    .bind("stop", step.stop().name())
                    .bind("since", step.since().toEpochMilli())
                    .bind("due", step.due().toEpochMilli())
                    .bind("waiting", step.waitingSince().toEpochMilli())
                    .bind("message", step.message())
                    .bind("worker", running ? workers.getOrDefault(step.name(), "") : "")
                    .bind("live", isLive(step) ? 1 : 0)
                    .bind("rows", rows.getOrDefault(step.name(), 0L))
                    .bind("took", took.getOrDefault(step.name(), 0L))
                    .add();
        }
    }

    private boolean isLive(StepSheet step) {
        return switch (step.state()) {
            case QUEUED, RUNNING, LOOPING, RETRYING -> true;
            case WAITING -> sheet.patient();
            case PENDING, DONE, FAILED, SKIPPED, CANCELLED, LOST, DRY, NOT_TAKEN -> false;
        };
    }

    private void saveRun(Handle handle, Instant now) {
        boolean same =
                sheet.state() == saved.state()
                        && sheet.cancelled() == saved.cancelled()
                        && sheet.paused() == saved.paused()
                        && sheet.message().equals(saved.message());
        if (same) {
            return;
        }
        boolean starts = saved.state() == RunState.PLANNED && sheet.state() != RunState.PLANNED;
        handle.createUpdate(
                        """
                        UPDATE run
                        SET    state = :state, cancelled = :cancelled, paused = :paused,
                               message = :message, worker = :worker,
                               started_at = CASE WHEN :starts = 1 THEN :now ELSE started_at END,
                               ended_at = CASE WHEN :ended = 1 THEN :now ELSE NULL END
                        WHERE  id = :run
                        """)
                .bind("run", id)
                .bind("state", sheet.state().name())
                .bind("cancelled", sheet.cancelled() ? 1 : 0)
                .bind("paused", sheet.paused() ? 1 : 0)
                .bind("message", sheet.message())
                .bind("worker", worker)
                .bind("starts", starts ? 1 : 0)
                .bind("ended", sheet.state().ended() ? 1 : 0)
                .bind("now", now.toEpochMilli())
                .execute();
    }
}
