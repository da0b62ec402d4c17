package dev.waxwing.pmml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a model says about one row. A null prediction is a missing one.
final class Result {
    Object predicted;

    /// By category, in the document's order; empty if the model gives none.
    Map<Object, Double> probabilities = Map.of();

    Map<Object, Double> confidences = Map.of();
    Optional<String> entityId = Optional.empty();
    List<String> reasonCodes = List.of();

    /// Of the segments that were evaluated, by id.
    Map<String, Result> segments = Map.of();

    /// Predictions by the name of the target; several for a chain of models with targets of their own.
    final Map<String, Object> targets = new LinkedHashMap<>();

    final Map<String, Object> outputs = new LinkedHashMap<>();

    static Result of(Object predicted) {
        Result result = new Result();
        result.predicted = predicted;
        return result;
    }

    static Result missing() {
        return of(null);
    }

    /// A result whose prediction is the most probable category, the first of several.
    static Result mostProbable(Map<Object, Double> probabilities) {
        Object best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<Object, Double> entry : probabilities.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                best = entry.getKey();
            }
        }
        Result result = of(best);
        result.probabilities = probabilities;
        return result;
    }
}
