package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Pipelines that run one after the other, each only if the one before it was done: a whole night by one name.
public record PipelineList(
        String name,
        Schedule schedule,
        List<Wait> waits,
        Missed missed,
        int concurrency,
        List<Pipeline> pipelines)
        implements PipelineFile {
    public PipelineList {
        requireNonNull(name, "name is null");
        requireNonNull(schedule, "schedule is null");
        waits = List.copyOf(waits);
        requireNonNull(missed, "missed is null");
        pipelines = List.copyOf(pipelines);
    }
}
