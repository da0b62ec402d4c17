package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How long steps took lately: of the last [#RUNS] done runs of a pipeline what three of four stayed below.
///
/// Not the median: the end of a graph waits for the slowest of several branches, and the slowest of several medians comes too
/// early. Not the worst either: one hung night would frighten for weeks. Runs that were begun within a day of their moment count
/// before others, for a backfill by day finds ready what a night waits for. It reads the newest [#LOOKED_AT] runs at most, so
/// that it costs the same after years.
final class History {
    static final int RUNS = 20;
    static final double QUANTILE = 0.75;
    private static final int LOOKED_AT = 200;
    private static final int ENOUGH = 3;
    private static final Duration PUNCTUAL = Duration.ofDays(1);
    private static final Duration FRESH = Duration.ofMinutes(10);

    /// @param elapsed from the moment when all before it was done to its own end: queue, pauses and waiting included
    /// @param work at work alone
    record Took(Duration elapsed, Duration work) {
        static final Took NOTHING = new Took(Duration.ZERO, Duration.ZERO);
    }

    private record Read(Instant at, Map<String, Took> steps) {}

    private record Ran(String run, Instant startedAt, boolean punctual) {}

    private final ZoneId zone;
    private final Map<String, Read> known = new HashMap<>();

    History(ZoneId zone) {
        this.zone = zone;
    }

    /// @return empty if it never was done
    Optional<Took> of(Handle handle, String pipeline, String step, Instant now) {
        Read read = known.get(pipeline);
        if (read == null || now.isBefore(read.at()) || !now.isBefore(read.at().plus(FRESH))) {
            read = new Read(now, read(handle, pipeline));
            known.put(pipeline, read);
        }
        return Optional.ofNullable(read.steps().get(step));
    }

    private Map<String, Took> read(Handle handle, String pipeline) {
        List<Ran> done =
                handle.createQuery(
                                """
                                SELECT id, started_at, cycle
                                FROM   (SELECT id, started_at, cycle, state FROM run
                                        WHERE pipeline = :pipeline AND parent = ''
                                        ORDER BY started_at DESC, id DESC LIMIT :most) newest
                                WHERE  state = 'DONE' ORDER BY started_at DESC, id DESC
                                """)
                        .bind("pipeline", pipeline)
                        .bind("most", LOOKED_AT)
                        .map(
                                (row, _) -> {
                                    Instant started = Instant.ofEpochMilli(row.getLong(2));
                                    return new Ran(
                                            row.getString(1),
                                            started,
                                            isPunctual(started, row.getString(3)));
                                })
                        .list();
        List<Ran> punctual = done.stream().filter(Ran::punctual).toList();
        List<Ran> taken =
                (punctual.size() >= ENOUGH ? punctual : done).stream().limit(RUNS).toList();
        return taken.isEmpty() ? Map.of() : steps(handle, taken);
    }

    private boolean isPunctual(Instant started, String cycle) {
        if (cycle.isEmpty()) {
            return false;
        }
        Instant moment = Schedule.moment(LocalDateTime.parse(cycle), zone);
        return !started.isBefore(moment) && started.isBefore(moment.plus(PUNCTUAL));
    }

    private static Map<String, Took> steps(Handle handle, List<Ran> runs) {
        var startedAt = new HashMap<String, Instant>();
        runs.forEach(run -> startedAt.put(run.run(), run.startedAt()));
        var ends = new HashMap<String, Instant>();
        var elapsed = new HashMap<String, List<Duration>>();
        var work = new HashMap<String, List<Duration>>();
        handle.createQuery(
                        """
                        SELECT run_id, step, comes_after, state, since, took_ms
                        FROM   run_step WHERE run_id IN (<runs>) ORDER BY run_id, position
                        """)
                .bindList("runs", List.copyOf(startedAt.keySet()))
                .map(
                        (row, _) -> {
                            String run = row.getString(1);
                            String step = row.getString(2);
                            Instant ready = startedAt.get(run);
                            for (String before : row.getString(3).split(",")) {
                                Instant end = ends.get(run + " " + before);
                                ready = end != null && end.isAfter(ready) ? end : ready;
                            }
                            Instant end = Instant.ofEpochMilli(row.getLong(5));
                            ends.put(run + " " + step, end);
                            if (row.getString(4).equals(StepState.DONE.name())) {
                                Duration took = Duration.between(ready, end);
                                elapsed.computeIfAbsent(step, _ -> new ArrayList<>())
                                        .add(took.isNegative() ? Duration.ZERO : took);
                                work.computeIfAbsent(step, _ -> new ArrayList<>())
                                        .add(Duration.ofMillis(row.getLong(6)));
                            }
                            return run;
                        })
                .list();
        var steps = new HashMap<String, Took>();
        elapsed.forEach(
                (step, all) -> steps.put(step, new Took(quantile(all), quantile(work.get(step)))));
        return steps;
    }

    /// The smallest that at least [#QUANTILE] of them do not exceed.
    static Duration quantile(List<Duration> all) {
        var sorted = new ArrayList<>(all);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(QUANTILE * sorted.size()) - 1);
    }
}
