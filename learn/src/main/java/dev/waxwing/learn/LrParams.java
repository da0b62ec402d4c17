package dev.waxwing.learn;

import java.util.Map;

/// How a logistic regression is fitted. Defaults stand in [#DEFAULTS]; PAI's names are accepted, its default
/// penalty (l1) is not ours.
///
/// | ours | PAI's name | range |
/// | --- | --- | --- |
/// | `penalty` | `regularizedType` | none, l1, l2 |
/// | `penalty-level` | `regularizedLevel` | from 0 |
/// | `iterations` | `maxIter` | 1–10000 |
/// | `epsilon` | `epsilon` | above 0 |
/// | `threads` | | 1–256 |
///
/// @param penalty its form; the intercept is never penalised
/// @param penaltyLevel against the *sum* of the rows' log losses, so that a level means the same prior knowledge
///     however many rows there are
/// @param iterations at most so many
/// @param epsilon stop when one iteration lowers the mean objective by less
/// @param threads changes the time only, never a bit of the result
public record LrParams(
        LrPenalty penalty, double penaltyLevel, int iterations, double epsilon, int threads) {

    /// What is used where nothing is said.
    public static final LrParams DEFAULTS = new LrParams(LrPenalty.L2, 1.0, 100, 1e-6, 1);

    static final Map<String, String> PAI_NAMES =
            Map.of(
                    "regularizedType", "penalty",
                    "regularizedLevel", "penalty-level",
                    "maxIter", "iterations");

    public LrParams {
        new Ranges("lr")
                .within("penalty-level", penaltyLevel, 0, 1e12)
                .whole("iterations", iterations, 1, 10_000)
                .above("epsilon", epsilon, 0, 1)
                .whole("threads", threads, 1, 256)
                .done();
    }

    /// Reads parameters by name, ours or PAI's; values are numbers or their text.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static LrParams of(Map<String, ?> named) {
        NamedValues values = new NamedValues("lr", named, PAI_NAMES);
        LrParams params = from(values, DEFAULTS.penaltyLevel);
        values.done();
        return params;
    }

    /// Takes its own out of named values; the caller says when all have been asked for.
    /// @param l2Level the level of an L2 penalty where none is said
    static LrParams from(NamedValues values, double l2Level) {
        LrPenalty penalty = values.choice("penalty", DEFAULTS.penalty);
        double unsaid = penalty == LrPenalty.L2 ? l2Level : DEFAULTS.penaltyLevel;
        double level = values.number("penalty-level", unsaid);
        int iterations = values.whole("iterations", DEFAULTS.iterations);
        double epsilon = values.number("epsilon", DEFAULTS.epsilon);
        int threads = values.whole("threads", DEFAULTS.threads);
        return new LrParams(penalty, level, iterations, epsilon, threads);
    }
}
