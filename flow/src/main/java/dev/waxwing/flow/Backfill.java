package dev.waxwing.flow;

import dev.waxwing.config.DidYouMean;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;

/// Runs of a range of past business dates (补数据): which runs are made, and what each waits for. It makes nothing itself.
///
/// Dates keep their order by needing each other: with `parallel` dates at once, each waits until the run `parallel` dates before
/// it has ended. A pipeline that was taken along waits for those of the backfill that its `waits` name, and for no others: what is
/// not part of it is as it is.
/// @param exclude steps of the first pipeline that are left out and count as done (空跑)
/// @param descendants whether pipelines that wait for it, however indirectly, are run too
/// @param parallel how many dates may work at once
/// @param newestFirst whether it goes against the order of dates
public record Backfill(
        String pipeline,
        LocalDate from,
        LocalDate to,
        Set<String> exclude,
        boolean descendants,
        int parallel,
        boolean newestFirst) {
    private static final int LONGEST = 20_000;

    /// A run that is to be made.
    /// @param dry its steps that are left out
    public record Wanted(
            Pipeline pipeline, LocalDateTime cycle, Set<String> dry, List<Need> needs) {
        public Wanted {
            dry = Set.copyOf(dry);
            needs = List.copyOf(needs);
        }
    }

    public Backfill {
        exclude = Set.copyOf(exclude);
        if (to.isBefore(from)) {
            throw new IllegalArgumentException(
                    "the last date, " + to + ", is before the first, " + from);
        }
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel must be at least 1, got " + parallel);
        }
        if (from.plusDays(LONGEST).isBefore(to)) {
            throw new IllegalArgumentException(
                    "a backfill has "
                            + LONGEST
                            + " days at most; "
                            + from
                            + " to "
                            + to
                            + " has more");
        }
    }

    /// The runs in the order in which they are entitled to start.
    /// @param all every pipeline of the project
    /// @throws IllegalArgumentException if the pipeline or an excluded step is not there
    public List<Wanted> plan(Collection<? extends PipelineFile> all) {
        var byName = new LinkedHashMap<String, PipelineFile>();
        all.forEach(file -> byName.put(file.name(), file));
        PipelineFile root = byName.get(pipeline);
        if (root == null) {
            throw new IllegalArgumentException(
                    "there is no pipeline "
                            + pipeline
                            + "; "
                            + DidYouMean.hint(pipeline, byName.keySet()));
        }
        checkExcluded(root);
        var dependencies = new Dependencies(all);
        SequencedSet<String> names = names(dependencies);
        var wanted = new ArrayList<Wanted>();
        for (String name : names) {
            PipelineFile file = byName.get(name);
            List<LocalDateTime> cycles = cycles(file);
            for (int i = 0; i < cycles.size(); i++) {
                LocalDateTime cycle = cycles.get(i);
                var needs = new ArrayList<Need>();
                for (Need need : dependencies.of(name, cycle)) {
                    boolean part = names.contains(need.pipeline());
                    if (part && !need.pipeline().equals(name) && isInRange(need.cycle())) {
                        needs.addAll(dependencies.recorded(need));
                    }
                }
                if (i >= parallel) {
                    LocalDateTime earlier = cycles.get(i - parallel);
                    needs.addAll(
                            dependencies.recorded(
                                    new Need(name, earlier, Wait.IfFailed.GO_ON, true)));
                }
                addAll(wanted, file, cycle, needs);
            }
        }
        return wanted;
    }

    /// The same, of pipelines that differ from their files in the runs that are made.
    /// @param set `PIPELINE.STEP.KEY` → value, as the file would have it
    /// @throws dev.waxwing.config.ConfigException if a pipeline cannot be read so
    /// @throws IllegalArgumentException also if something is set of a pipeline that is not part of it
    public List<Wanted> plan(Pipelines pipelines, Map<String, String> set) {
        List<Wanted> wanted = plan(pipelines.with(set).all());
        var idle = new TreeSet<>(set.keySet());
        var names = new TreeSet<String>();
        for (Wanted each : wanted) {
            idle.removeAll(each.pipeline().overrides().keySet());
            names.add(each.pipeline().name());
        }
        if (!idle.isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot set "
                            + String.join(", ", idle)
                            + ": of what the backfill runs, which is "
                            + (names.isEmpty() ? "nothing" : String.join(", ", names))
                            + ", none is named so");
        }
        return wanted;
    }

    private void addAll(
            List<Wanted> wanted, PipelineFile file, LocalDateTime cycle, List<Need> needs) {
        List<Need> before = needs;
        for (Pipeline each : file.pipelines()) {
            Set<String> dry = new LinkedHashSet<>();
            if (file.name().equals(pipeline)) {
                each.steps().stream()
                        .map(PlannedStep::name)
                        .filter(exclude::contains)
                        .forEach(dry::add);
            }
            LocalDateTime own = Dependencies.cycleOf(file, each, cycle);
            wanted.add(new Wanted(each, own, dry, before));
            before = List.of(new Need(each.name(), own, Wait.IfFailed.WAIT, false));
        }
    }

    private SequencedSet<String> names(Dependencies dependencies) {
        var names = new LinkedHashSet<String>(List.of(pipeline));
        if (descendants) {
            var open = new ArrayList<>(names);
            while (!open.isEmpty()) {
                for (String child : dependencies.children(open.removeFirst())) {
                    if (names.add(child)) {
                        open.add(child);
                    }
                }
            }
        }
        return names;
    }

    private List<LocalDateTime> cycles(PipelineFile file) {
        var cycles = new ArrayList<LocalDateTime>();
        for (LocalDate day = from; !day.isAfter(to); day = day.plusDays(1)) {
            List<LocalDateTime> ofDay = file.schedule().cyclesOf(day);
            boolean oncePerDay = file instanceof PipelineList && !ofDay.isEmpty();
            cycles.addAll(oncePerDay ? ofDay.subList(0, 1) : ofDay);
        }
        return newestFirst ? cycles.reversed() : cycles;
    }

    private boolean isInRange(LocalDateTime cycle) {
        LocalDate day = Schedule.bizdate(cycle);
        return !day.isBefore(from) && !day.isAfter(to);
    }

    private void checkExcluded(PipelineFile root) {
        var steps = new LinkedHashSet<String>();
        root.pipelines().forEach(each -> each.steps().forEach(step -> steps.add(step.name())));
        for (String step : exclude) {
            if (!steps.contains(step)) {
                throw new IllegalArgumentException(
                        "\""
                                + step
                                + "\" is not a step of "
                                + pipeline
                                + "; "
                                + DidYouMean.hint(step, steps));
            }
        }
    }
}
