package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// When cycles were done, or are expected to be, seen from one moment: the longest path through the steps of a run and of all
/// that it waits for, with the times that are known where something is done and with [History] where it is not.
///
/// A step ends at ready + elapsed, `ready` being the end of the last one before it. One at work ends no earlier than it began +
/// its work, which is what counts after a rerun; nothing ends before now. That slots may be taken by others is known only as far
/// as it was so on earlier nights.
final class Outlook {
    /// How many days back promises are looked at.
    private static final int DAYS = 2;

    private final Handle handle;
    private final SequencedMap<String, PipelineFile> files = new LinkedHashMap<>();
    private final Dependencies dependencies;
    private final History history;
    private final ZoneId zone;
    private final Instant now;
    private final Map<String, Finish> known = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    /// A step as the longest path sees it.
    private record Node(
            String name,
            List<String> after,
            StepRules.Starts starts,
            boolean dry,
            StepState state,
            Instant since,
            Instant due,
            String message) {}

    /// The newest run of a cycle.
    private record Newest(
            String id,
            RunState state,
            boolean paused,
            Instant startedAt,
            Instant endedAt,
            String message) {}

    Outlook(
            Handle handle,
            Collection<? extends PipelineFile> files,
            History history,
            ZoneId zone,
            Instant now) {
        this.handle = handle;
        files.forEach(file -> this.files.put(file.name(), file));
        this.dependencies = new Dependencies(files);
        this.history = history;
        this.zone = zone;
        this.now = now;
    }

    /// A baseline's promises whose day has begun, oldest first.
    List<BaselineStatus> of(Baseline baseline) {
        PipelineFile file = files.get(baseline.pipeline());
        if (file == null) {
            return List.of();
        }
        LocalDate today = LocalDate.ofInstant(now, zone);
        var statuses = new ArrayList<BaselineStatus>();
        for (LocalDate day = today.minusDays(DAYS); !day.isAfter(today); day = day.plusDays(1)) {
            for (Baseline.Commitment each : baseline.of(day.minusDays(1), file.schedule(), zone)) {
                statuses.add(status(baseline, each));
            }
        }
        return statuses;
    }

    BaselineStatus status(Baseline baseline, Baseline.Commitment commitment) {
        Finish finish =
                commitment.cycles().stream()
                        .map(cycle -> finish(baseline.pipeline(), cycle, baseline.step()))
                        .reduce(Finish::and)
                        .orElseThrow();
        String message = finish.trouble();
        if (message.isEmpty() && !finish.unknown().isEmpty()) {
            message =
                    "never done before, so taken to need no time: "
                            + String.join(", ", finish.unknown());
        }
        return new BaselineStatus(
                baseline,
                commitment.bizdate(),
                commitment.cycle(),
                BaselineState.of(now, commitment.deadline(), baseline.margin(), finish),
                commitment.deadline(),
                finish.at(),
                finish.actual(),
                message,
                finish.path());
    }

    /// @param step empty = all of it
    Finish finish(String pipeline, LocalDateTime cycle, String step) {
        String key = pipeline + " " + cycle + " " + step;
        Finish found = known.get(key);
        if (found == null) {
            if (!open.add(key)) {
                return new Finish(
                        now,
                        false,
                        pipeline + " waits for itself in a circle",
                        List.of(),
                        List.of());
            }
            found = reckoned(pipeline, cycle, step);
            open.remove(key);
            known.put(key, found);
        }
        return found;
    }

    private Finish reckoned(String name, LocalDateTime cycle, String step) {
        PipelineFile file = files.get(name);
        if (file instanceof PipelineList list) {
            Pipeline last = list.pipelines().getLast();
            return finish(last.name(), Dependencies.cycleOf(list, last, cycle), step);
        }
        Optional<Newest> newest = newest(name, cycle);
        if (newest.isEmpty()) {
            return file instanceof Pipeline pipeline
                    ? unmade(pipeline, cycle, step)
                    : new Finish(now, false, "there is no pipeline " + name, List.of(), List.of());
        }
        Newest run = newest.get();
        List<Node> steps = steps(run.id());
        if (run.state() == RunState.DONE && step.isEmpty()) {
            String last = longest(name, run.id(), steps, run.startedAt(), step).lastStep();
            return new Finish(
                    run.endedAt(),
                    true,
                    "",
                    List.of(new BaselineStatus.Leg(name, last, run.id(), run.endedAt(), true)),
                    List.of());
        }
        Finish start = start(run);
        Finish end = longest(name, run.id(), steps, start.at(), step).after(start);
        boolean hopeless = run.state().ended() && !end.actual();
        String trouble =
                hopeless
                        ? run.id() + " is " + run.state() + told(run.message())
                        : run.paused() && !end.actual() ? run.id() + " is paused" : end.trouble();
        return new Finish(end.at(), end.actual(), trouble, end.path(), end.unknown());
    }

    private static String told(String message) {
        return message.lines().findFirst().map(line -> ": " + line).orElse("");
    }

    private Finish start(Newest run) {
        if (run.state() != RunState.PLANNED) {
            return new Finish(run.startedAt(), true, "", List.of(), List.of());
        }
        return needs(
                handle.createQuery("SELECT * FROM run_need WHERE run_id = :run")
                        .bind("run", run.id())
                        .map(
                                (row, _) ->
                                        new Need(
                                                row.getString("pipeline"),
                                                LocalDateTime.parse(row.getString("cycle")),
                                                Wait.IfFailed.valueOf(row.getString("if_failed")),
                                                row.getInt("only_if_made") != 0))
                        .list(),
                now);
    }

    /// A run that nobody has made yet: it will be at its moment, or at that of the list that it stands in.
    private Finish unmade(Pipeline pipeline, LocalDateTime cycle, String step) {
        var needs = new ArrayList<>(dependencies.of(pipeline.name(), cycle));
        Instant moment = Schedule.moment(cycle, zone);
        if (pipeline.schedule() instanceof Schedule.OnDemand) {
            for (PipelineFile file : files.values()) {
                int at = file instanceof PipelineList list ? place(list, pipeline.name()) : -1;
                List<LocalDateTime> cycles =
                        at < 0 ? List.of() : file.schedule().cyclesOf(Schedule.bizdate(cycle));
                if (cycles.isEmpty() || file.schedule() instanceof Schedule.OnDemand) {
                    continue;
                }
                moment = later(moment, Schedule.moment(cycles.getFirst(), zone));
                if (at == 0) {
                    needs.addAll(dependencies.of(file.name(), cycles.getFirst()));
                } else {
                    Pipeline before = file.pipelines().get(at - 1);
                    needs.add(
                            new Need(
                                    before.name(),
                                    Dependencies.cycleOf(file, before, cycles.getFirst()),
                                    Wait.IfFailed.WAIT,
                                    false));
                }
            }
        }
        Finish start = needs(needs, later(now, moment));
        List<Node> steps =
                pipeline.steps().stream()
                        .map(
                                each ->
                                        new Node(
                                                each.name(),
                                                each.rules().after(),
                                                each.rules().starts(),
                                                false,
                                                StepState.PENDING,
                                                Instant.EPOCH,
                                                Instant.EPOCH,
                                                ""))
                        .toList();
        return longest(pipeline.name(), "", steps, start.at(), step).after(start);
    }

    private static int place(PipelineList list, String pipeline) {
        return list.pipelines().stream().map(Pipeline::name).toList().indexOf(pipeline);
    }

    private Finish needs(List<Need> needs, Instant earliest) {
        Finish start = Finish.expected(earliest);
        for (Need need : needs) {
            Optional<Newest> newest = newest(need.pipeline(), need.cycle());
            boolean holdsUpNobody =
                    newest.map(
                                    run ->
                                            run.state().ended()
                                                    && (run.state() == RunState.DONE
                                                            || need.ifFailed()
                                                                    == Wait.IfFailed.GO_ON))
                            .orElse(need.onlyIfMade());
            if (!holdsUpNobody) {
                Finish finish = finish(need.pipeline(), need.cycle(), "");
                boolean goesOn = need.ifFailed() == Wait.IfFailed.GO_ON;
                start =
                        start.and(
                                new Finish(
                                        finish.at(),
                                        finish.actual(),
                                        goesOn ? "" : finish.trouble(),
                                        finish.path(),
                                        finish.unknown()));
            }
        }
        return start;
    }

    // ---- the longest path through one run

    /// @param lastStep the step that ends last
    private record Longest(Finish finish, String lastStep) {
        /// With what the start waited for in front, if the path begins at the start.
        Finish after(Finish start) {
            var path = new ArrayList<>(start.path());
            path.addAll(finish.path());
            var unknown = new LinkedHashSet<>(start.unknown());
            unknown.addAll(finish.unknown());
            return new Finish(
                    finish.at(),
                    finish.actual(),
                    start.trouble().isEmpty() ? finish.trouble() : start.trouble(),
                    path,
                    List.copyOf(unknown));
        }
    }

    private Longest longest(
            String pipeline, String run, List<Node> all, Instant start, String target) {
        Set<String> needed = needed(all, target);
        var ends = new HashMap<String, Instant>();
        var slowest = new HashMap<String, String>();
        var byName = new HashMap<String, Node>();
        var unknown = new ArrayList<String>();
        String last = "";
        String trouble = "";
        boolean actual = true;
        for (Node node : all) {
            byName.put(node.name(), node);
            if (!needed.contains(node.name())) {
                continue;
            }
            Instant ready = start;
            for (String before : node.after()) {
                if (ends.containsKey(before) && !ends.get(before).isBefore(ready)) {
                    ready = ends.get(before);
                    slowest.put(node.name(), before);
                }
            }
            Optional<History.Took> took = history.of(handle, pipeline, node.name(), now);
            ends.put(node.name(), end(node, ready, took.orElse(History.Took.NOTHING)));
            boolean well = node.state().good();
            actual &= well;
            if (node.state().ended() && !well && trouble.isEmpty()) {
                trouble = run + ": " + node.name() + " is " + node.state() + told(node.message());
            }
            boolean usual = node.starts() != StepRules.Starts.ON_FAILURE && !node.dry();
            if (took.isEmpty() && usual && !well) {
                unknown.add(pipeline + "." + node.name());
            }
            if (last.isEmpty() || ends.get(node.name()).isAfter(ends.get(last))) {
                last = node.name();
            }
        }
        String end = target.isEmpty() || !ends.containsKey(target) ? last : target;
        var path = new ArrayList<BaselineStatus.Leg>();
        for (String step = end; step != null && !step.isEmpty(); step = slowest.get(step)) {
            path.addFirst(
                    new BaselineStatus.Leg(
                            pipeline, step, run, ends.get(step), byName.get(step).state().good()));
        }
        if (end.equals(target) && byName.get(target).state().good()) {
            actual = true; // whatever became of what it comes after
            trouble = "";
        }
        Instant at = ends.getOrDefault(end, start);
        return new Longest(
                new Finish(actual ? at : later(now, at), actual, trouble, path, unknown), end);
    }

    private Instant end(Node node, Instant ready, History.Took took) {
        return switch (node.state()) {
            case DONE, DRY, NOT_TAKEN, FAILED, SKIPPED, CANCELLED, LOST -> node.since();
            case PENDING -> {
                boolean rarely = node.starts() == StepRules.Starts.ON_FAILURE || node.dry();
                yield rarely ? ready : later(now, ready).plus(took.elapsed());
            }
            case QUEUED, WAITING -> later(ready.plus(took.elapsed()), now.plus(took.work()));
            case RETRYING ->
                    later(ready.plus(took.elapsed()), later(now, node.due()).plus(took.work()));
            case RUNNING, LOOPING ->
                    later(now, later(ready.plus(took.elapsed()), node.since().plus(took.work())));
        };
    }

    /// The steps that the target comes after, and itself; all if there is none.
    private static Set<String> needed(List<Node> all, String target) {
        var needed = new HashSet<String>();
        if (target.isEmpty()) {
            all.forEach(node -> needed.add(node.name()));
            return needed;
        }
        needed.add(target);
        for (Node node : all.reversed()) {
            if (needed.contains(node.name())) {
                needed.addAll(node.after());
            }
        }
        return needed;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    // ---- what is recorded

    private Optional<Newest> newest(String pipeline, LocalDateTime cycle) {
        return handle.createQuery(
                        """
                        SELECT id, state, paused, started_at, ended_at, message FROM run
                        WHERE  pipeline = :pipeline AND bizdate = :bizdate AND cycle IN (:cycle, '')
                        ORDER  BY number DESC LIMIT 1
                        """)
                .bind("pipeline", pipeline)
                .bind("bizdate", TimeVariables.ds(Schedule.bizdate(cycle)))
                .bind("cycle", cycle.toString())
                .map(
                        (row, _) ->
                                new Newest(
                                        row.getString(1),
                                        RunState.valueOf(row.getString(2)),
                                        row.getInt(3) != 0,
                                        Instant.ofEpochMilli(row.getLong(4)),
                                        Instant.ofEpochMilli(row.getLong(5)),
                                        row.getString(6)))
                .findOne();
    }

    private List<Node> steps(String run) {
        return handle.createQuery("SELECT * FROM run_step WHERE run_id = :run ORDER BY position")
                .bind("run", run)
                .map(
                        (row, _) -> {
                            String after = row.getString("comes_after");
                            return new Node(
                                    row.getString("step"),
                                    after.isEmpty() ? List.of() : List.of(after.split(",")),
                                    StepRules.Starts.valueOf(row.getString("starts")),
                                    row.getInt("dry") != 0,
                                    StepState.valueOf(row.getString("state")),
                                    Instant.ofEpochMilli(row.getLong("since")),
                                    Instant.ofEpochMilli(row.getLong("due")),
                                    row.getString("message"));
                        })
                .list();
    }
}
