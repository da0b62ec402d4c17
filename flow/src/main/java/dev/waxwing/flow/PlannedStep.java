package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A step at its place in a pipeline.
/// @param kind the key that named its kind
/// @param where `file.yaml:12`
/// @param after the steps that must be done before it, each with the reason: `after`, `mentions it`, `reads t`
/// @param attempts how often to try; 1 = never again
public record PlannedStep(
        String name,
        String kind,
        String where,
        Step step,
        SequencedMap<String, String> after,
        int attempts,
        Duration pause) {
    public PlannedStep {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(where, "where is null");
        requireNonNull(step, "step is null");
        after = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(after));
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, got " + attempts);
        }
        requireNonNull(pause, "pause is null");
    }

    PlannedStep after(Map<String, String> reasons) {
        return new PlannedStep(
                name, kind, where, step, new LinkedHashMap<>(reasons), attempts, pause);
    }
}
