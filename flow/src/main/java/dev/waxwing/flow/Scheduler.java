package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the runs of cycles whose moment has come. How far each schedule has come is in the database, so that a restart makes
/// up for what was missed as the pipeline says, and two schedulers make nothing twice.
final class Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

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
        var reached = new HashMap<String, LocalDateTime>();
        List<String> made =
                runs.database()
                        .turn(
                                handle -> {
                                    reached.clear();
                                    List<String> ids = make(handle, due, reached, now);
                                    if (!ids.isEmpty()) {
                                        new Turn(handle, now).pulse();
                                    }
                                    return ids;
                                });
        reached.forEach(this::waitForTheNext);
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

    /// @param reached takes how far each schedule has come, which counts once the turn is committed
    private List<String> make(
            Handle handle, List<String> due, Map<String, LocalDateTime> reached, Instant now) {
        var made = new ArrayList<String>();
        var dependencies = new Dependencies(read.values());
        for (String pipeline : due) {
            PipelineFile file = read.get(pipeline);
            reached.put(pipeline, make(handle, file, dependencies, made, now));
        }
        return made;
    }

    /// @param made takes the runs
    /// @return how far the schedule has come
    private LocalDateTime make(
            Handle handle,
            PipelineFile file,
            Dependencies dependencies,
            List<String> made,
            Instant now) {
        Optional<LocalDateTime> cursor =
                handle.createQuery("SELECT cycle FROM schedule_cursor WHERE pipeline = :pipeline")
                        .bind("pipeline", file.name())
                        .map((row, _) -> LocalDateTime.parse(row.getString(1)))
                        .findOne();
        LocalDateTime local = LocalDateTime.ofInstant(now, zone);
        LocalDateTime after =
                cursor.orElse(local); // one that was never scheduled has missed nothing
        for (LocalDateTime cycle : file.missed().due(file.schedule(), after, now, zone)) {
            List<Need> needs =
                    dependencies.of(file.name(), cycle).stream()
                            .flatMap(need -> dependencies.recorded(need).stream())
                            .toList();
            made.addAll(runs.plan(handle, file, cycle, needs, now));
            LOG.info("{} of {} is planned", file.name(), cycle);
        }
        LocalDateTime reached = file.missed().reached(file.schedule(), after, now, zone);
        if (cursor.isEmpty()) {
            handle.execute(
                    "INSERT INTO schedule_cursor (pipeline, cycle) VALUES (?, ?)",
                    file.name(),
                    reached.truncatedTo(java.time.temporal.ChronoUnit.MINUTES).toString());
        } else {
            handle.execute(
                    "UPDATE schedule_cursor SET cycle = ? WHERE pipeline = ?",
                    reached.toString(),
                    file.name());
        }
        return reached;
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
