package dev.waxwing.flow;

import dev.waxwing.config.MapNode;

import java.util.List;

/// One kind of step that a pipeline may hold, such as `sql` or `train`.
public interface StepKind {
    /// The key that makes a step one of this kind.
    String key();

    /// Reads a step. Problems are collected in `config`, as everywhere; then whatever is returned is never run.
    /// @param name the step's name in its pipeline
    /// @param config all keys of the step; those of [StepKey#COMMON] are read by the pipeline
    Step parse(String name, MapNode config);

    /// The keys that [#parse] reads, for the JSON Schema of the pipeline file. Without any, the schema lets a step of
    /// this kind hold whatever it likes.
    default List<StepKey> keys() {
        return List.of();
    }
}
