package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// What became of one run of one pipeline for one business date.
/// @param steps in the pipeline's order
/// @param message why it is not done, one line a step that is to blame; empty if it is
public record RunReport(
        String run,
        String pipeline,
        LocalDate bizdate,
        RunState state,
        Instant startedAt,
        Duration took,
        List<StepReport> steps,
        String message) {
    public RunReport {
        requireNonNull(run, "run is null");
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(bizdate, "bizdate is null");
        requireNonNull(state, "state is null");
        requireNonNull(startedAt, "startedAt is null");
        requireNonNull(took, "took is null");
        steps = List.copyOf(steps);
        requireNonNull(message, "message is null");
    }

    public boolean done() {
        return state == RunState.DONE;
    }

    public boolean hasEnded() {
        return state.ended();
    }

    public Optional<StepReport> step(String name) {
        return steps.stream().filter(step -> step.step().equals(name)).findFirst();
    }

    /// Rows written by all steps.
    public long rows() {
        return steps.stream().mapToLong(StepReport::rows).sum();
    }
}
