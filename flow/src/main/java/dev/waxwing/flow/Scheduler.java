package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the runs of cycles whose moment has come. How far each schedule has come is in the database, so that a restart makes
/// up for what was missed as the pipeline says, and two schedulers make nothing twice.
final class Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /// How many cycles get their runs in one turn; meanwhile nobody else has his.
    static final int CYCLES_A_TURN = 100;

    private final Runs runs;
    private final Pipelines pipelines;
    private final ZoneId zone;
    private final Map<String, PipelineFile> read = new HashMap<>();
    private final Map<String, Long> readAt = new HashMap<>();
    private final Map<String, LocalDateTime> next = new HashMap<>();
    private final Set<String> broken = new HashSet<>();

    Scheduler(Runs runs, Pipelines pipelines, ZoneId zone) {
        this.runs = runs;
        this.pipelines = pipelines;
        this.zone = zone;
    }

    /// @return the runs that were made
    List<String> tick(Instant now) {
        readAgain();
        List<String> due = new ArrayList<>();
        for (PipelineFile file : read.values()) {
            if (!(file.schedule() instanceof Schedule.OnDemand) && isDue(file, now)) {
                due.add(file.name());
            }
        }
        if (due.isEmpty()) {
            return List.of();
        }
        due.forEach(this::read); // what a list names may have changed without the list
        Map<String, Way> ways = ways(due, now);
        List<String> made = new ArrayList<>();
        List<Due> open = inOrder(ways);
        do {
            List<Due> some = open.subList(0, Math.min(CYCLES_A_TURN, open.size()));
            made.addAll(runs.database().turn(handle -> make(handle, some, ways, now)));
            open = open.subList(some.size(), open.size());
        } while (!open.isEmpty());
        ways.forEach((pipeline, way) -> waitForTheNext(pipeline, way.reached));
        return made;
    }

    /// All pipelines that could be read, as of the last tick.
    Collection<PipelineFile> files() {
        return List.copyOf(read.values());
    }

    private boolean isDue(PipelineFile file, Instant now) {
        LocalDateTime cycle = next.get(file.name());
        return cycle == null || !Schedule.moment(cycle, zone).isAfter(now);
    }

    private void waitForTheNext(String pipeline, LocalDateTime reached) {
        read.get(pipeline)
                .schedule()
                .next(reached)
                .ifPresentOrElse(cycle -> next.put(pipeline, cycle), () -> next.remove(pipeline));
    }

    /// A cycle that runs are to be made for.
    private record Due(String pipeline, LocalDateTime cycle, List<Need> needs) {}

    /// From how far a schedule had come to how far it comes now.
    private static final class Way {
        final List<LocalDateTime> cycles;
        final LocalDateTime reached;
        final Set<LocalDateTime> made = new HashSet<>();

        /// What of it was written down in this look.
        Optional<LocalDateTime> written = Optional.empty();

        /// @param cycles the runs of which are to be made, the oldest first
        Way(List<LocalDateTime> cycles, LocalDateTime reached) {
            this.cycles = cycles;
            this.reached = reached;
        }

        /// How far it has come: every cycle until then has its runs. Empty = no further than before.
        Optional<LocalDateTime> come() {
            if (made.size() == cycles.size()) {
                return Optional.of(reached);
            }
            return cycles.stream().takeWhile(made::contains).reduce((_, later) -> later);
        }
    }

    private Map<String, Way> ways(List<String> due, Instant now) {
        var cursors = new HashMap<String, LocalDateTime>();
        runs.database()
                .read(
                        handle ->
                                handle.createQuery("SELECT pipeline, cycle FROM schedule_cursor")
                                        .map(
                                                (row, _) ->
                                                        cursors.put(
                                                                row.getString(1),
                                                                LocalDateTime.parse(
                                                                        row.getString(2))))
                                        .list());
        LocalDateTime local = LocalDateTime.ofInstant(now, zone).truncatedTo(ChronoUnit.MINUTES);
        var ways = new LinkedHashMap<String, Way>();
        for (String pipeline : due) {
            PipelineFile file = read.get(pipeline);
            // One that was never scheduled has missed nothing.
            LocalDateTime after = cursors.getOrDefault(pipeline, local);
            ways.put(
                    pipeline,
                    new Way(
                            file.missed().due(file.schedule(), after, now, zone),
                            file.missed().reached(file.schedule(), after, now, zone)));
        }
        return ways;
    }

    /// The oldest first, and each after what it needs: once a worker sees a run, it sees all that the run waits for.
    private List<Due> inOrder(Map<String, Way> ways) {
        var dependencies = new Dependencies(read.values());
        var all = new ArrayList<Due>();
        ways.forEach(
                (pipeline, way) ->
                        way.cycles.forEach(
                                cycle ->
                                        all.add(
                                                new Due(
                                                        pipeline,
                                                        cycle,
                                                        dependencies.of(pipeline, cycle)))));
        all.sort(Comparator.comparing(Due::cycle));
        var open = new LinkedHashMap<String, Due>();
        all.forEach(due -> open.put(due.pipeline() + " " + due.cycle(), due));
        var ordered = new ArrayList<Due>();
        while (!open.isEmpty()) {
            addInOrder(open.sequencedKeySet().getFirst(), open, ordered);
        }
        ordered.replaceAll(
                due ->
                        new Due(
                                due.pipeline(),
                                due.cycle(),
                                due.needs().stream()
                                        .flatMap(need -> dependencies.recorded(need).stream())
                                        .toList()));
        return ordered;
    }

    private static void addInOrder(String key, Map<String, Due> open, List<Due> ordered) {
        Due due = open.remove(key);
        if (due != null) {
            due.needs()
                    .forEach(
                            need ->
                                    addInOrder(
                                            need.pipeline() + " " + need.cycle(), open, ordered));
            ordered.add(due);
        }
    }

    private List<String> make(Handle handle, List<Due> some, Map<String, Way> ways, Instant now) {
        var turn = new Turn(handle, now);
        var newRuns = new NewRuns(handle, turn, now);
        Set<String> pipelines = new LinkedHashSet<>();
        Set<LocalDate> dates = new LinkedHashSet<>();
        for (Due due : some) {
            read.get(due.pipeline()).pipelines().forEach(each -> pipelines.add(each.name()));
            dates.add(Schedule.bizdate(due.cycle()));
        }
        newRuns.look(pipelines, dates);
        var made = new ArrayList<String>();
        for (Due due : some) {
            made.addAll(newRuns.plan(read.get(due.pipeline()), due.cycle(), due.needs()));
            ways.get(due.pipeline()).made.add(due.cycle());
            LOG.info("{} of {} is planned", due.pipeline(), due.cycle());
        }
        newRuns.write();
        remember(handle, ways);
        turn.save();
        if (!made.isEmpty()) {
            turn.pulse();
        }
        return made;
    }

    /// Writes down how far schedules have come. Another scheduler may have come further.
    private static void remember(Handle handle, Map<String, Way> ways) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO schedule_cursor (pipeline, cycle) VALUES (:pipeline, :cycle)
                        ON CONFLICT (pipeline) DO UPDATE SET cycle = excluded.cycle
                        WHERE  schedule_cursor.cycle < excluded.cycle
                        """);
        ways.forEach(
                (pipeline, way) -> {
                    Optional<LocalDateTime> come = way.come();
                    if (!come.equals(way.written)) {
                        batch.bind("pipeline", pipeline)
                                .bind("cycle", come.orElseThrow().toString())
                                .add();
                        way.written = come;
                    }
                });
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /// Reads files that changed. One that cannot be read is told once, and runs as it was read last.
    private void readAgain() {
        List<String> names = pipelines.names();
        read.keySet().retainAll(names);
        readAt.keySet().retainAll(names);
        for (String name : names) {
            long changed = pipelines.changedAt(name);
            if (readAt.containsKey(name) && readAt.get(name) == changed) {
                continue;
            }
            readAt.put(name, changed);
            if (read(name)) {
                next.remove(name);
            }
        }
        new Dependencies(read.values())
                .circle()
                .filter(broken::add)
                .ifPresent(
                        circle ->
                                LOG.warn("pipelines wait for each other in a circle: {}", circle));
    }

    /// @return false if it cannot be read; then it stays as it was read last
    private boolean read(String name) {
        try {
            read.put(name, pipelines.named(name));
            broken.remove(name);
            return true;
        } catch (ConfigException e) {
            if (broken.add(name)) {
                LOG.warn(
                        "{} is not scheduled as it stands: {}",
                        name,
                        String.join("; ", e.problems()));
            }
            return false;
        }
    }
}
