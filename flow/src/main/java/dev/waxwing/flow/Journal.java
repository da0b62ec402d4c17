package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// What happened to runs and steps, written in the transaction in which it does, so that any process can tell it later and
/// in order. Turns come one after the other, so a number once seen has no smaller one that comes later.
final class Journal {
    /// How many of the newest entries are kept.
    static final int KEPT = 100_000;

    private static final int CUT_AT_ONCE = 5_000;

    private final List<Happened> unwritten = new ArrayList<>();

    /// The newest number; -1 = it was not asked for yet.
    private long last = -1;

    /// Notes what is different, the beginning of a run before its steps and the end after them. A step that asks again and again for what is missing is told once.
    void note(RunRow row, RunSheet before, RunSheet after, Instant now) {
        boolean moves = before.state() != after.state();
        if (moves && !after.state().ended()) {
            add(row, "", 0, after.state().name(), after.message(), now);
        } else if (before.paused() != after.paused()) {
            add(row, "", 0, after.state().name(), after.paused() ? "paused" : "resumed", now);
        }
        for (StepSheet step : after.steps().values()) {
            StepSheet was = before.steps().get(step.name());
            boolean asksAgain = !was.waitingSince().equals(Instant.EPOCH);
            boolean tells =
                    switch (step.state()) {
                        case QUEUED -> false;
                        case RUNNING, WAITING -> !asksAgain;
                        case PENDING,
                                LOOPING,
                                RETRYING,
                                DONE,
                                FAILED,
                                SKIPPED,
                                CANCELLED,
                                LOST,
                                DRY,
                                NOT_TAKEN ->
                                true;
                    };
            if (tells && was.state() != step.state()) {
                add(row, step.name(), step.attempt(), step.state().name(), step.message(), now);
            }
        }
        if (moves && after.state().ended()) {
            add(row, "", 0, after.state().name(), after.message(), now);
        }
    }

    /// Who has just read the newest number says it.
    void last(long newest) {
        last = Math.max(last, newest);
    }

    private void add(
            RunRow row, String step, int attempt, String state, String message, Instant now) {
        unwritten.add(
                new Happened(
                        0, now, row.id, row.pipeline, row.bizdate, step, attempt, state, message));
    }

    /// A run that was made.
    void made(String run, String pipeline, LocalDate bizdate, Instant now) {
        String planned = RunState.PLANNED.name();
        unwritten.add(new Happened(0, now, run, pipeline, bizdate, "", 0, planned, ""));
    }

    /// Writes what was noted. Wants a turn, and to be the only journal in it.
    void write(Handle handle) {
        if (unwritten.isEmpty()) {
            return;
        }
        if (last < 0) {
            last = last(handle);
        }
        var batch =
                handle.prepareBatch(
                        """
                        INSERT INTO run_event (id, at, run_id, pipeline, bizdate, step, attempt, state, message)
                        VALUES (:id, :at, :run, :pipeline, :bizdate, :step, :attempt, :state, :message)
                        """);
        for (Happened each : unwritten) {
            batch.bind("id", ++last)
                    .bind("at", each.at().toEpochMilli())
                    .bind("run", each.run())
                    .bind("pipeline", each.pipeline())
                    .bind("bizdate", TimeVariables.ds(each.bizdate()))
                    .bind("step", each.step())
                    .bind("attempt", each.attempt())
                    .bind("state", each.state())
                    .bind("message", each.message())
                    .add();
        }
        batch.execute();
        unwritten.clear();
    }

    /// The newest number; 0 = nothing ever happened.
    static long last(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM run_event")
                .mapTo(Long.class)
                .one();
    }

    /// The oldest number that is kept; 0 = nothing ever happened.
    static long first(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MIN(id), 0) FROM run_event")
                .mapTo(Long.class)
                .one();
    }

    static List<Happened> after(Handle handle, long id, int most) {
        return handle.createQuery("SELECT * FROM run_event WHERE id > :id ORDER BY id LIMIT :most")
                .bind("id", id)
                .bind("most", most)
                .map((row, _) -> entry(row))
                .list();
    }

    private static Happened entry(ResultSet row) throws SQLException {
        return new Happened(
                row.getLong("id"),
                Instant.ofEpochMilli(row.getLong("at")),
                row.getString("run_id"),
                row.getString("pipeline"),
                LocalDate.parse(row.getString("bizdate"), DateTimeFormatter.BASIC_ISO_DATE),
                row.getString("step"),
                row.getInt("attempt"),
                row.getString("state"),
                row.getString("message"));
    }

    /// Cuts the old end, a little at a time.
    /// @param kept how many of the newest stay, at least 1
    static void cut(Handle handle, int kept) {
        long first = first(handle);
        long last = last(handle);
        if (last - first >= kept) {
            handle.execute(
                    "DELETE FROM run_event WHERE id < ?",
                    Math.min(last - kept + 1, first + CUT_AT_ONCE));
        }
    }
}
