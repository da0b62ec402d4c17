package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import dev.waxwing.config.ConfigException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A graph of steps, read and checked: every step it mentions exists, nothing runs in a circle, and no table is
/// written twice.
/// @param concurrency how many of its runs may work at once, beside those that were started by hand
/// @param steps in an order in which each comes after all that it depends on; otherwise as the file has them
/// @param overrides where steps differ from the file, such as `train.fit.rounds` → `50`
public record Pipeline(
        String name,
        Schedule schedule,
        List<Wait> waits,
        Missed missed,
        int concurrency,
        List<PlannedStep> steps,
        SortedMap<String, String> overrides)
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
        overrides = Collections.unmodifiableSortedMap(new TreeMap<>(overrides));
    }

    /// As the file has it.
    Pipeline(
            String name,
            Schedule schedule,
            List<Wait> waits,
            Missed missed,
            int concurrency,
            List<PlannedStep> steps) {
        this(name, schedule, waits, missed, concurrency, steps, Collections.emptySortedMap());
    }

    /// The same, with what its steps were read with.
    Pipeline with(Map<String, String> overrides) {
        return new Pipeline(
                name, schedule, waits, missed, concurrency, steps, new TreeMap<>(overrides));
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
