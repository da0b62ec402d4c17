package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import dev.waxwing.config.ConfigException;

import java.util.List;
import java.util.Optional;

/// A graph of steps, read and checked: every step it mentions exists, nothing runs in a circle, and no table is
/// written twice.
/// @param concurrency how many of its runs may work at once, beside those that were started by hand
/// @param steps in an order in which each comes after all that it depends on; otherwise as the file has them
public record Pipeline(
        String name,
        Schedule schedule,
        List<Wait> waits,
        Missed missed,
        int concurrency,
        List<PlannedStep> steps)
        implements PipelineFile {
    /// A concurrency that never holds anything up.
    static final int UNLIMITED = 1000;

    public Pipeline {
        requireNonNull(name, "name is null");
        requireNonNull(schedule, "schedule is null");
        waits = List.copyOf(waits);
        requireNonNull(missed, "missed is null");
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "concurrency must be at least 1, got " + concurrency);
        }
        steps = List.copyOf(steps);
    }

    /// Reads a pipeline from text.
    /// @param fileName how messages call the text
    /// @throws ConfigException with all problems of the text, and of the files that its steps name
    public static Pipeline parse(String fileName, String text, StepCatalogue catalogue) {
        return PipelineReader.pipeline(fileName, text, catalogue);
    }

    public Optional<PlannedStep> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    @Override
    public List<Pipeline> pipelines() {
        return List.of(this);
    }
}
