package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What there is to do for a worker, asked for with one statement.
/// @param planned runs that nothing still at work or planned holds up, in the order in which they are entitled
/// @param loops that may begin an iteration
/// @param queued steps in the order in which they are entitled, of pools that are not full; a few for each free slot
/// @param held how many steps of each pool are at work, wherever
record Offered(
        List<String> planned,
        List<Step> loops,
        List<Admission.Queued> queued,
        Map<String, Integer> held) {
    /// How many queued steps are looked at for each free slot. Not all of them, for there may be thousands; more than one, since steps of one pool may
    /// stand in a row. A pool that is full by then is left out in the next turn, which follows at once.
    private static final int LOOKED_AT_FOR_A_SLOT = 4;

    /// Loops of runs that a worker may work at.
    static final String LOOPS =
            """
            FROM   run_step s JOIN run r ON r.id = s.run_id
            WHERE  s.live = 1 AND s.state = 'LOOPING' AND r.paused = 0 AND r.worker = :worker
            AND    :only IN ('', r.id, r.root)
            """;

    private static final String HELD =
            """
            FROM   run_step WHERE live = 1 AND state = 'RUNNING' AND pool <> '' GROUP BY pool
            """;

    /// In which order rows of one kind come: by the number, then the text, then the position.
    private static final String ORDER = "ORDER BY what, number, text, position";

    /// @param id the only worker that may run what it takes; empty = it takes what any may run
    /// @param only the one run that it works for; empty = all
    /// @param free how many slots it has free
    /// @param pools how many steps each named pool lets work at once
    record Worker(String id, String only, int free, Map<String, Integer> pools) {}

    record Step(String run, String step) {}

    /// @param planned whether planned runs are wanted, too
    static Offered to(Handle handle, Worker worker, boolean planned, Instant now) {
        var offered =
                new Offered(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        List<String> limited = List.copyOf(worker.pools().keySet());
        Query query =
                handle.createQuery(text(limited.size(), planned))
                        .bind("worker", worker.id())
                        .bind("only", worker.only())
                        .bind("now", now.toEpochMilli())
                        .bind("later", now.plus(Engine.CLOCKS_DIFFER).toEpochMilli())
                        .bind("most", worker.free() * LOOKED_AT_FOR_A_SLOT);
        for (int i = 0; i < limited.size(); i++) {
            query.bind("pool" + i, limited.get(i))
                    .bind("size" + i, worker.pools().get(limited.get(i)));
        }
        query.map(
                        (row, _) -> {
                            String run = row.getString(2);
                            String step = row.getString(3);
                            String pool = row.getString(4);
                            switch (row.getString(1)) {
                                case "HELD" -> offered.held.put(pool, row.getInt(5));
                                case "LOOP" -> offered.loops.add(new Step(run, step));
                                case "PLANNED" -> offered.planned.add(run);
                                default ->
                                        offered.queued.add(new Admission.Queued(run, step, pool));
                            }
                            return run;
                        })
                .list();
        return offered;
    }

    /// Whether there is something that begins by itself, and may bring more to do.
    boolean mayBegin() {
        return !planned.isEmpty() || !loops.isEmpty();
    }

    /// @param limited how many pools have a size of their own
    private static String text(int limited, boolean planned) {
        var sizes = new StringBuilder();
        for (int i = 0; i < limited; i++) {
            sizes.append(" WHEN :pool").append(i).append(" THEN CAST(:size").append(i);
            sizes.append(" AS INTEGER)");
        }
        String size =
                limited == 0
                        ? Integer.toString(Admission.POOL)
                        : "CASE pool" + sizes + " ELSE " + Admission.POOL + " END";
        return """
               SELECT 'HELD' AS what, '' AS run_id, '' AS step, pool, COUNT(*) AS number, '' AS text, 0 AS position
               """
                + HELD
                + """
                  UNION ALL
                  SELECT * FROM (SELECT 'LOOP', s.run_id, s.step, '', s.due, '', 0
                  """
                + LOOPS
                + """
                  AND    (s.due <= :now OR s.since > :later) LIMIT 500) AS loops
                  UNION ALL
                  SELECT * FROM (SELECT 'QUEUED', s.run_id, s.step, s.pool, s.since, s.run_id, s.position
                                 FROM   run_step s JOIN run r ON r.id = s.run_id
                                 WHERE  s.live = 1 AND s.state = 'QUEUED'
                                 AND    r.paused = 0 AND r.worker = :worker AND :only IN ('', r.id, r.root)
                                 AND    (s.pool = '' OR s.pool NOT IN (SELECT pool
                  """
                + HELD
                + "HAVING COUNT(*) >= "
                + size
                + """
                  ))
                                 ORDER  BY s.since, s.run_id, s.position LIMIT :most) AS queued
                  """
                + (planned
                        ? "UNION ALL SELECT * FROM (SELECT 'PLANNED', r.id, '', '', 0, r.bizdate || r.cycle || r.id, 0 "
                                + Turn.STARTABLE
                                + "ORDER BY r.bizdate, r.cycle, r.id LIMIT "
                                + Turn.PLANNED_AT_ONCE
                                + ") AS planned "
                        : "")
                + ORDER;
    }
}
