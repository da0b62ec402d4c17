package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A run as the database holds it, loaded in one turn, changed and written back in it.
final class RunRow {
    final String id;
    final String pipeline;
    final LocalDate bizdate;
    final LocalDateTime cycle;
    final int concurrency;

    /// The run that it is an iteration of, the step there, and that step's attempt; empty and 0 for any other run.
    final String parent;

    final String parentStep;
    final int round;

    /// Which iteration of the round it is, from 1.
    final int iteration;

    /// The run above all others that this one is part of; itself unless it is an iteration.
    final String root;

    private String worker;
    private RunSheet saved;
    private RunSheet sheet;
    private final Map<String, Long> rows = new HashMap<>();
    private final Map<String, Long> took = new HashMap<>();
    private final Map<String, String> workers = new HashMap<>();

    private RunRow(ResultSet row, RunSheet sheet) throws SQLException {
        id = row.getString("id");
        pipeline = row.getString("pipeline");
        bizdate = LocalDate.parse(row.getString("bizdate"), DateTimeFormatter.BASIC_ISO_DATE);
        String written = row.getString("cycle");
        cycle =
                written.isEmpty()
                        ? bizdate.plusDays(1).atStartOfDay()
                        : LocalDateTime.parse(written);
        concurrency = row.getInt("concurrency");
        parent = row.getString("parent");
        parentStep = row.getString("parent_step");
        round = row.getInt("round");
        iteration = row.getInt("iteration");
        root = parent.isEmpty() ? id : row.getString("root");
        worker = row.getString("worker");
        saved = sheet;
        this.sheet = sheet;
    }

    static Optional<RunRow> load(Handle handle, String run) {
        var rows = new HashMap<String, Long>();
        var took = new HashMap<String, Long>();
        var workers = new HashMap<String, String>();
        var steps = new LinkedHashMap<String, StepSheet>();
        handle.createQuery("SELECT * FROM run_step WHERE run_id = :run ORDER BY position")
                .bind("run", run)
                .map(
                        (row, _) -> {
                            StepSheet step = step(row);
                            rows.put(step.name(), row.getLong("rows_written"));
                            took.put(step.name(), row.getLong("took_ms"));
                            workers.put(step.name(), row.getString("worker"));
                            return step;
                        })
                .forEach(step -> steps.put(step.name(), step));
        boolean branches =
                steps.values().stream()
                        .anyMatch(step -> !step.rules().condition().text().isEmpty());
        Map<String, SequencedMap<String, String>> outputs =
                branches ? RunReading.outputs(handle, run) : Map.of();
        Optional<RunRow> found =
                handle.createQuery("SELECT * FROM run WHERE id = :run")
                        .bind("run", run)
                        .map((row, _) -> new RunRow(row, sheet(row, steps, outputs)))
                        .findOne();
        found.ifPresent(
                row -> {
                    row.rows.putAll(rows);
                    row.took.putAll(took);
                    row.workers.putAll(workers);
                });
        return found;
    }

    private static RunSheet sheet(
            ResultSet row,
            SequencedMap<String, StepSheet> steps,
            Map<String, SequencedMap<String, String>> outputs)
            throws SQLException {
        return new RunSheet(
                RunState.valueOf(row.getString("state")),
                row.getInt("cancelled") != 0,
                row.getInt("paused") != 0,
                row.getInt("patient") != 0,
                row.getString("message"),
                steps,
                outputs);
    }

    private static StepSheet step(ResultSet row) throws SQLException {
        String after = row.getString("comes_after");
        var rules =
                new StepRules(
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
        return new StepSheet(
                row.getString("step"),
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
    void save(Handle handle, Instant now) {
        var batch =
                handle.prepareBatch(
                        """
                        UPDATE run_step
                        SET    state = :state, attempts = :attempt, failures = :failures, losses = :losses,
                               stop = :stop, since = :since, due = :due, waiting_since = :waiting,
                               message = :message, worker = :worker, live = :live,
                               rows_written = :rows, took_ms = :took
                        WHERE  run_id = :run AND step = :step
                        """);
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
        if (batch.size() > 0) {
            batch.execute();
        }
        saveRun(handle, now);
        saved = sheet;
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
