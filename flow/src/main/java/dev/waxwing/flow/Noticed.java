package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a worker finds in the record when it has its turn, asked for with one statement: each one costs a way to the database and back,
/// while all other workers wait.
/// @param mine steps that the record says are at work with it
/// @param due steps that are to be looked at again, 500 at most
/// @param pulse grows whenever something happened
/// @param lastEvent the newest number of what happened; 0 = nothing ever did
record Noticed(List<Mine> mine, List<Due> due, long pulse, long lastEvent) {
    /// A time that was set in the future is due: the clock went back since. Clocks of two machines may differ by less.
    private static final String ALL =
            """
            SELECT 'MINE' AS what, run_id, step, attempts AS n, stop FROM run_step
            WHERE  live = 1 AND state = 'RUNNING' AND worker = :self
            UNION ALL
            SELECT * FROM (SELECT 'DUE', run_id, step, 0, '' FROM run_step
                           WHERE  live = 1 AND state IN ('RETRYING', 'WAITING')
                           AND    (due <= :now OR since > :later) LIMIT 500) AS due
            UNION ALL
            SELECT 'PULSE', '', '', n, '' FROM pulse WHERE id = 1
            UNION ALL
            SELECT 'EVENT', '', '', COALESCE(MAX(id), 0), '' FROM run_event
            """;

    /// @param stop what it was told
    record Mine(String run, String step, int attempt, String stop) {}

    record Due(String run, String step) {}

    static Noticed by(Handle handle, String worker, Instant now) {
        var mine = new ArrayList<Mine>();
        var due = new ArrayList<Due>();
        long[] numbers = new long[2];
        handle.createQuery(ALL)
                .bind("self", worker)
                .bind("now", now.toEpochMilli())
                .bind("later", now.plus(Engine.CLOCKS_DIFFER).toEpochMilli())
                .map(
                        (row, _) -> {
                            String run = row.getString(2);
                            String step = row.getString(3);
                            switch (row.getString(1)) {
                                case "MINE" ->
                                        mine.add(
                                                new Mine(
                                                        run,
                                                        step,
                                                        row.getInt(4),
                                                        row.getString(5)));
                                case "DUE" -> due.add(new Due(run, step));
                                case "PULSE" -> numbers[0] = row.getLong(4);
                                default -> numbers[1] = row.getLong(4);
                            }
                            return run;
                        })
                .list();
        return new Noticed(mine, due, numbers[0], numbers[1]);
    }
}
