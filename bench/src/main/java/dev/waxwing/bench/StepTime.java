package dev.waxwing.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// When a step of a run worked, from the project's record of runs.
/// @param from epoch milliseconds
/// @param to epoch milliseconds
record StepTime(String pipeline, String run, String step, long from, long to, long rows) {
    /// All attempts of all runs in the order in which they began.
    static List<StepTime> of(Path storage) throws SQLException {
        List<StepTime> times = new ArrayList<>();
        try (Connection runs =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + storage.resolve("waxwing.db"));
                Statement statement = runs.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT r.pipeline, r.id, a.step, a.started_at, a.ended_at, a.rows_written
                                FROM   run_attempt a JOIN run r ON r.id = a.run_id
                                WHERE  a.ended_at IS NOT NULL
                                ORDER  BY a.started_at, a.ended_at, a.step
                                """)) {
            while (rows.next()) {
                times.add(
                        new StepTime(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                rows.getLong(6)));
            }
        }
        return times;
    }

    double seconds() {
        return (to - from) / 1000.0;
    }
}
