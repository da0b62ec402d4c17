package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A step at its place in a pipeline.
/// @param kind the key that named its kind
/// @param where `file.yaml:12`
/// @param after the steps that must be done before it, each with the reason: `after`, `mentions it`, `reads t`
/// @param rules how it is to be run
/// @param alsoReads tables that its key `reads` names, besides those that the step itself knows of
public record PlannedStep(
        String name,
        String kind,
        String where,
        Step step,
        SequencedMap<String, String> after,
        StepRules rules,
        List<String> alsoReads) {
    public PlannedStep {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(where, "where is null");
        requireNonNull(step, "step is null");
        after = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(after));
        requireNonNull(rules, "rules is null");
        alsoReads = List.copyOf(alsoReads);
    }

    /// One whose key `reads` names nothing.
    public PlannedStep(
            String name,
            String kind,
            String where,
            Step step,
            SequencedMap<String, String> after,
            StepRules rules) {
        this(name, kind, where, step, after, rules, List.of());
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
                rules.after(List.copyOf(reasons.keySet())),
                alsoReads);
    }

    PlannedStep reading(List<String> tables) {
        return new PlannedStep(name, kind, where, step, after, rules, tables);
    }

    /// All tables that it reads.
    public List<String> reads() {
        var reads = new LinkedHashSet<>(step.reads());
        reads.addAll(alsoReads);
        return List.copyOf(reads);
    }
}
