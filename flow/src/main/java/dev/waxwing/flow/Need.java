package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.LocalDateTime;

/// A cycle of a pipeline that another one waits for.
/// @param onlyIfMade whether a cycle that no run was made for holds nobody up
public record Need(
        String pipeline, LocalDateTime cycle, Wait.IfFailed ifFailed, boolean onlyIfMade) {
    public Need {
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(cycle, "cycle is null");
        requireNonNull(ifFailed, "ifFailed is null");
    }

    boolean isOfSameCycle(Need other) {
        return pipeline.equals(other.pipeline) && cycle.equals(other.cycle);
    }
}
