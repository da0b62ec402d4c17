package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes planned runs, many with few statements. Wants a turn.
final class NewRuns {
    /// How many steps are kept in memory until they are written.
    private static final int STEPS_AT_ONCE = 1_000;

    private record Day(String pipeline, String bizdate) {}

    private record Place(String pipeline, String cycle) {}

    private record New(String id, RunPlace.Wanted wanted, int number) {
        String bizdate() {
            return TimeVariables.ds(Schedule.bizdate(wanted.cycle()));
        }
    }

    private final Handle handle;
    private final Turn turn;
    private final Instant now;
    private final Map<Day, Integer> lastNumbers = new HashMap<>();
    private final Set<Place> made = new HashSet<>();
    private final Set<Place> live = new HashSet<>();
    private final List<New> unwritten = new ArrayList<>();
    private int unwrittenSteps;

    NewRuns(Handle handle, Turn turn, Instant now) {
        this.handle = handle;
        this.turn = turn;
        this.now = now;
    }

    /// Asks what there is of some dates, once for many that are wanted soon.
    void look(Collection<String> pipelines, Collection<LocalDate> dates) {
        List<String> days = dates.stream().map(TimeVariables::ds).toList();
        for (List<String> somePipelines : IdList.parts(pipelines)) {
            for (List<String> someDays : IdList.parts(days)) {
                look(somePipelines, someDays);
            }
        }
    }

    private void look(List<String> pipelines, List<String> days) {
        for (String pipeline : pipelines) {
            days.forEach(day -> lastNumbers.putIfAbsent(new Day(pipeline, day), 0));
        }
        handle.createQuery(
                        """
                        SELECT pipeline, bizdate, cycle, MAX(number),
                               MAX(CASE WHEN state IN ('PLANNED', 'RUNNING') THEN 1 ELSE 0 END)
                        FROM   run WHERE pipeline IN (<pipelines>) AND bizdate IN (<days>)
                        GROUP  BY pipeline, bizdate, cycle
                        """)
                .bindList("pipelines", pipelines)
                .bindList("days", days)
                .map(
                        (row, _) -> {
                            var place = new Place(row.getString(1), row.getString(3));
                            made.add(place);
                            if (row.getInt(5) == 1) {
                                live.add(place);
                            }
                            return lastNumbers.merge(
                                    new Day(row.getString(1), row.getString(2)),
                                    row.getInt(4),
                                    Math::max);
                        })
                .list();
    }

    /// Whether a run of this cycle was ever made.
    boolean isMade(String pipeline, LocalDateTime cycle) {
        lookAt(pipeline, cycle);
        return made.contains(new Place(pipeline, cycle.toString()));
    }

    /// Makes room for a run, then makes it.
    /// @return its id
    /// @throws AlreadyRunning if a run has the place whose process lives or cannot be asked
    String makeInFreePlace(RunPlace.Wanted wanted) {
        String pipeline = wanted.pipeline().name();
        lookAt(pipeline, wanted.cycle());
        // One whose cycle nobody wrote down has the place of each cycle of its date.
        if (live.contains(new Place(pipeline, wanted.cycle().toString()))
                || live.contains(new Place(pipeline, ""))) {
            write(); // it may be one of ours
            RunPlace.free(handle, turn, pipeline, wanted.cycle());
        }
        return make(wanted);
    }

    /// Makes a planned run. It is in the record once it is written.
    /// @return its id
    String make(RunPlace.Wanted wanted) {
        Pipeline pipeline = wanted.pipeline();
        lookAt(pipeline.name(), wanted.cycle());
        LocalDate bizdate = Schedule.bizdate(wanted.cycle());
        String ds = TimeVariables.ds(bizdate);
        int number = lastNumbers.merge(new Day(pipeline.name(), ds), 1, Integer::sum);
        String run = "r-%s-%s-%04d".formatted(ds, pipeline.name(), number);
        var place = new Place(pipeline.name(), wanted.cycle().toString());
        made.add(place);
        live.add(place);
        unwritten.add(new New(run, wanted, number));
        turn.made(run, pipeline.name(), bizdate);
        unwrittenSteps += pipeline.steps().size();
        if (unwrittenSteps >= STEPS_AT_ONCE) {
            write();
        }
        return run;
    }

    /// Makes runs of one cycle that any worker may run, once what they wait for is done: for a list, each of its pipelines
    /// after the one before it.
    /// @return their ids; a pipeline that has a run of that cycle already gets no other
    List<String> plan(PipelineFile file, LocalDateTime cycle, List<Need> needs) {
        var ids = new ArrayList<String>();
        List<Need> before = needs;
        for (Pipeline pipeline : file.pipelines()) {
            LocalDateTime own = Dependencies.cycleOf(file, pipeline, cycle);
            if (!isMade(pipeline.name(), own)) {
                ids.add(make(RunPlace.Wanted.planned(pipeline, own, before)));
            }
            before = List.of(new Need(pipeline.name(), own, Wait.IfFailed.WAIT, false));
        }
        return ids;
    }

    private void lookAt(String pipeline, LocalDateTime cycle) {
        LocalDate bizdate = Schedule.bizdate(cycle);
        if (!lastNumbers.containsKey(new Day(pipeline, TimeVariables.ds(bizdate)))) {
            look(List.of(pipeline), List.of(bizdate));
        }
    }

    /// Writes what was made.
    void write() {
        if (unwritten.isEmpty()) {
            return;
        }
        writeRuns();
        PreparedBatch steps = RunPlace.stepsBatch(handle);
        unwritten.forEach(
                each ->
                        RunPlace.addSteps(
                                steps, each.id(), each.wanted().pipeline(), each.wanted().dry()));
        execute(steps);
        writeNeeds();
        unwritten.clear();
        unwrittenSteps = 0;
    }

    private void writeRuns() {
        PreparedBatch runs =
                handle.prepareBatch(
                        """
                        INSERT INTO run (id, pipeline, bizdate, cycle, number, state, started_at, worker,
                                         patient, concurrency, overrides)
                        VALUES (:id, :pipeline, :bizdate, :cycle, :number, 'PLANNED', :now, :worker,
                                :patient, :concurrency, :overrides)
                        """);
        for (New each : unwritten) {
            RunPlace.Wanted wanted = each.wanted();
            runs.bind("id", each.id())
                    .bind("pipeline", wanted.pipeline().name())
                    .bind("bizdate", each.bizdate())
                    .bind("cycle", wanted.cycle().toString())
                    .bind("number", each.number())
                    .bind("now", now.toEpochMilli())
                    .bind("worker", wanted.worker())
                    .bind("patient", wanted.worker().isEmpty() ? 1 : 0)
                    .bind("concurrency", wanted.pipeline().concurrency())
                    .bind("overrides", Overrides.text(wanted.pipeline().overrides()))
                    .add();
        }
        execute(runs);
    }

    private void writeNeeds() {
        PreparedBatch needs =
                handle.prepareBatch(
                        """
                        INSERT INTO run_need (run_id, pipeline, bizdate, cycle, if_failed, only_if_made)
                        VALUES (:run, :pipeline, :bizdate, :cycle, :failed, :made)
                        """);
        for (New each : unwritten) {
            var written = new LinkedHashSet<String>();
            for (Need need : each.wanted().needs()) {
                if (!written.add(need.pipeline() + " " + need.cycle())) {
                    continue; // said twice, perhaps with another word for failure; the first counts
                }
                needs.bind("run", each.id())
                        .bind("pipeline", need.pipeline())
                        .bind("bizdate", TimeVariables.ds(Schedule.bizdate(need.cycle())))
                        .bind("cycle", need.cycle().toString())
                        .bind("failed", need.ifFailed().name())
                        .bind("made", need.onlyIfMade() ? 1 : 0)
                        .add();
            }
        }
        execute(needs);
    }

    private static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }
}
