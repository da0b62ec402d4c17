package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// How promises stood when somebody last looked, and who is to be told. What changes something wants a turn, so that of two
/// schedulers one tells.
final class BaselineRecord {
    private BaselineRecord() {}

    /// @param state that was told
    record Told(BaselineState state, Instant estimate, boolean finished, String message) {}

    static Optional<Told> told(Handle handle, String baseline, String cycle) {
        return handle.createQuery(
                        "SELECT * FROM baseline_state WHERE baseline = :baseline AND cycle = :cycle")
                .bind("baseline", baseline)
                .bind("cycle", cycle)
                .map(
                        (row, _) ->
                                new Told(
                                        BaselineState.valueOf(row.getString("state")),
                                        Instant.ofEpochMilli(row.getLong("estimate")),
                                        row.getInt("finished") != 0,
                                        row.getString("message")))
                .findOne();
    }

    /// Whether somebody looked at an earlier promise of the baseline.
    static boolean watchedBefore(Handle handle, String baseline, String cycle) {
        return handle.createQuery(
                        """
                        SELECT cycle FROM baseline_state WHERE baseline = :baseline AND cycle < :cycle
                        LIMIT  1
                        """)
                .bind("baseline", baseline)
                .bind("cycle", cycle)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    /// Writes down how a promise stands, and an alert for each channel if that is news. A promise that nobody knew of is taken to
    /// have been safe.
    /// @return whether it was news
    static boolean write(Handle handle, BaselineStatus status, Instant now) {
        Baseline baseline = status.baseline();
        Optional<Told> told = told(handle, baseline.name(), status.cycle().toString());
        BaselineState was = told.map(Told::state).orElse(BaselineState.SAFE);
        boolean news = was != status.state();
        if (told.isEmpty()) {
            handle.createUpdate(
                            """
                            INSERT INTO baseline_state (baseline, cycle, bizdate, state, deadline, estimate,
                                                        finished, message, changed_at)
                            VALUES (:baseline, :cycle, :bizdate, 'SAFE', 0, 0, 0, '', :now)
                            """)
                    .bind("baseline", baseline.name())
                    .bind("cycle", status.cycle().toString())
                    .bind("bizdate", TimeVariables.ds(status.bizdate()))
                    .bind("now", now.toEpochMilli())
                    .execute();
        }
        handle.createUpdate(
                        """
                        UPDATE baseline_state
                        SET    state = :state, deadline = :deadline, estimate = :estimate, finished = :finished,
                               message = :message, changed_at = CASE WHEN :news = 1 THEN :now ELSE changed_at END
                        WHERE  baseline = :baseline AND cycle = :cycle
                        """)
                .bind("baseline", baseline.name())
                .bind("cycle", status.cycle().toString())
                .bind("state", status.state().name())
                .bind("deadline", status.deadline().toEpochMilli())
                .bind("estimate", status.estimate().toEpochMilli())
                .bind("finished", status.finished() ? 1 : 0)
                .bind("message", status.message())
                .bind("news", news ? 1 : 0)
                .bind("now", now.toEpochMilli())
                .execute();
        if (news) {
            if (!baseline.webhook().isEmpty()) {
                alert(handle, status, was, Alert.WEBHOOK, baseline.webhook(), now);
            }
            if (!baseline.command().isEmpty()) {
                String command = String.join("\n", baseline.command());
                alert(handle, status, was, Alert.COMMAND, command, now);
            }
        }
        return news;
    }

    private static void alert(
            Handle handle,
            BaselineStatus status,
            BaselineState was,
            String channel,
            String target,
            Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO baseline_alert (id, baseline, cycle, channel, target, body, state, made_at, due)
                        VALUES (:id, :baseline, :cycle, :channel, :target, :body, 'OPEN', :now, :now)
                        """)
                .bind("id", UUID.randomUUID().toString())
                .bind("baseline", status.baseline().name())
                .bind("cycle", status.cycle().toString())
                .bind("channel", channel)
                .bind("target", target)
                .bind("body", Alert.body(status, was))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static List<Alert> due(Handle handle, Instant now, int most) {
        return handle.createQuery(
                        """
                        SELECT * FROM baseline_alert WHERE state = 'OPEN' AND due <= :now
                        ORDER  BY due LIMIT :most
                        """)
                .bind("now", now.toEpochMilli())
                .bind("most", most)
                .map((row, _) -> alert(row))
                .list();
    }

    /// Takes an alert, so that nobody else sends it for a while.
    /// @return whether it was there to be taken
    static boolean take(Handle handle, Alert alert, Instant now, Duration lease) {
        return handle.execute(
                        """
                        UPDATE baseline_alert SET due = ?, tries = tries + 1
                        WHERE  id = ? AND state = 'OPEN' AND due <= ?
                        """,
                        now.plus(lease).toEpochMilli(),
                        alert.id(),
                        now.toEpochMilli())
                > 0;
    }

    static void sent(Handle handle, String id) {
        handle.execute("UPDATE baseline_alert SET state = 'SENT', message = '' WHERE id = ?", id);
    }

    static void failed(Handle handle, String id, String why, Instant due) {
        handle.execute(
                "UPDATE baseline_alert SET message = ?, due = ? WHERE id = ?",
                why,
                due.toEpochMilli(),
                id);
    }

    static void givenUp(Handle handle, String id, String why) {
        handle.execute(
                "UPDATE baseline_alert SET state = 'GIVEN_UP', message = ? WHERE id = ?", why, id);
    }

    /// The newest alerts, newest first.
    static List<Alert> newest(Handle handle, int most) {
        return handle.createQuery(
                        "SELECT * FROM baseline_alert ORDER BY made_at DESC, id LIMIT :most")
                .bind("most", most)
                .map((row, _) -> alert(row))
                .list();
    }

    private static Alert alert(ResultSet row) throws SQLException {
        return new Alert(
                row.getString("id"),
                row.getString("baseline"),
                row.getString("channel"),
                row.getString("target"),
                row.getString("body"),
                row.getString("state"),
                row.getInt("tries"),
                Instant.ofEpochMilli(row.getLong("made_at")),
                row.getString("message"));
    }

    static void forget(Handle handle, Instant before) {
        handle.execute(
                "DELETE FROM baseline_alert WHERE made_at < ? AND state <> 'OPEN'",
                before.toEpochMilli());
        handle.execute("DELETE FROM baseline_state WHERE deadline < ?", before.toEpochMilli());
    }
}
