package dev.waxwing.flow;

import dev.waxwing.flow.Wait.Unit;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Which cycles of which pipelines come before a cycle of another: what the `waits` of all pipelines say, for one moment.
///
/// Pipelines of one length meet cycle by cycle: the other's last cycle that is not after this one's. Where one of the two has
/// a single cycle a day and the other has many, all cycles about the business date count: a daily one waits for 24 hourly ones.
/// A day on which the other has no cycle holds nobody up.
final class Dependencies {
    private final SequencedMap<String, PipelineFile> pipelines = new LinkedHashMap<>();

    /// @param pipelines all of a project; those that a wait names and that are missing are as if on demand
    Dependencies(Collection<? extends PipelineFile> pipelines) {
        pipelines.forEach(pipeline -> this.pipelines.put(pipeline.name(), pipeline));
    }

    /// What must have been done before a cycle starts, without what is said twice.
    List<Need> of(String pipeline, LocalDateTime cycle) {
        var needs = new LinkedHashSet<Need>();
        PipelineFile file = pipelines.get(pipeline);
        if (file == null) {
            return List.of();
        }
        for (Wait wait : file.waits()) {
            for (String other : named(pipeline, wait)) {
                boolean onlyIfMade = wait.looksBack() || wait.ifFailed() == Wait.IfFailed.GO_ON;
                for (LocalDateTime each :
                        cycles(
                                file.schedule(),
                                cycle,
                                schedule(other),
                                wait,
                                other.equals(pipeline))) {
                    needs.add(new Need(other, each, wait.ifFailed(), onlyIfMade));
                }
            }
        }
        return List.copyOf(needs);
    }

    /// What the record is asked for: a list has no run of its own, it is done when all of its pipelines are, and has failed
    /// with the first that has.
    List<Need> recorded(Need need) {
        if (!(pipelines.get(need.pipeline()) instanceof PipelineList list)) {
            return List.of(need);
        }
        return list.pipelines().stream()
                .map(
                        each ->
                                new Need(
                                        each.name(),
                                        cycleOf(list, each, need.cycle()),
                                        need.ifFailed(),
                                        need.onlyIfMade()))
                .toList();
    }

    /// The cycle that a pipeline runs for when its file does for another: one that a list names keeps its own, so that it has one
    /// run a day, whoever starts it.
    static LocalDateTime cycleOf(PipelineFile file, Pipeline pipeline, LocalDateTime cycle) {
        return file instanceof Pipeline
                ? cycle
                : pipeline.schedule().cyclesOf(Schedule.bizdate(cycle)).stream()
                        .findFirst()
                        .orElse(cycle);
    }

    /// Pipelines that wait for this one by its name, in no particular order.
    List<String> children(String pipeline) {
        var children = new ArrayList<String>();
        pipelines.forEach(
                (name, file) -> {
                    if (!name.equals(pipeline)
                            && file.waits().stream()
                                    .anyMatch(wait -> wait.pipeline().equals(pipeline))) {
                        children.add(name);
                    }
                });
        return children;
    }

    /// Pipelines that wait for each other's same day or cycle in a circle, told one by one; none if all is well.
    Optional<String> circle() {
        var edges = new LinkedHashMap<String, SequencedMap<String, String>>();
        pipelines.keySet().forEach(name -> edges.put(name, new LinkedHashMap<>()));
        pipelines.forEach(
                (name, file) -> {
                    for (Wait wait : file.waits()) {
                        if (wait.offset() == 0 && edges.containsKey(wait.pipeline())) {
                            edges.get(name).put(wait.pipeline(), "waits");
                        }
                    }
                });
        var graph = new StepGraph(edges);
        return graph.circles().stream().findFirst().map(graph::told);
    }

    private List<String> named(String pipeline, Wait wait) {
        return switch (wait.pipeline()) {
            case Wait.SELF -> List.of(pipeline);
            case Wait.CHILDREN -> children(pipeline);
            default -> List.of(wait.pipeline());
        };
    }

    private Schedule schedule(String pipeline) {
        PipelineFile file = pipelines.get(pipeline);
        return file == null ? new Schedule.OnDemand() : file.schedule();
    }

    private static List<LocalDateTime> cycles(
            Schedule own, LocalDateTime cycle, Schedule other, Wait wait, boolean self) {
        LocalDate bizdate = Schedule.bizdate(cycle);
        if (wait.unit() == Unit.DAY) {
            return other.cyclesOf(bizdate.plusDays(wait.offset()));
        }
        boolean bothOften = own.cyclesOf(bizdate).size() > 1 && other.cyclesOf(bizdate).size() > 1;
        if (self || bothOften) {
            return back(other, cycle.plusNanos(1), 1 - wait.offset()).stream().toList();
        }
        return back(own, cycle.plusNanos(1), 1 - wait.offset())
                .map(earlier -> other.cyclesOf(Schedule.bizdate(earlier)))
                .orElse(List.of());
    }

    /// The cycle that is so many steps before a moment.
    private static Optional<LocalDateTime> back(Schedule schedule, LocalDateTime from, int steps) {
        Optional<LocalDateTime> cycle = Optional.of(from);
        for (int i = 0; i < steps; i++) {
            cycle = cycle.flatMap(schedule::previous);
        }
        return cycle;
    }
}
