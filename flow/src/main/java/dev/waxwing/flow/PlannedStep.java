package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A step at its place in a pipeline.
/// @param kind the key that named its kind
/// @param where `file.yaml:12`
/// @param after the steps that must be done before it, each with the reason: `after`, `mentions it`, `reads t`
/// @param rules how it is to be run
public record PlannedStep(
        String name,
        String kind,
        String where,
        Step step,
        SequencedMap<String, String> after,
        StepRules rules) {
    public PlannedStep {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(where, "where is null");
        requireNonNull(step, "step is null");
        after = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(after));
        requireNonNull(rules, "rules is null");
    }

    /// One without anything before it but what its rules say.
    PlannedStep(String name, String kind, String where, Step step, StepRules rules) {
        this(name, kind, where, step, new LinkedHashMap<>(), rules);
    }

    PlannedStep after(Map<String, String> reasons) {
        return new PlannedStep(
                name,
                kind,
                where,
                step,
                new LinkedHashMap<>(reasons),
                rules.after(List.copyOf(reasons.keySet())));
    }
}
