package dev.waxwing.pmml;

import java.util.List;
import java.util.Map;

/// How a [Scorer] comes to its scores: [CompiledScoring] by flat arrays, [EvaluatedScoring] by the general evaluator.
interface Scoring {
    List<Column> columns();

    double score(float[] row);

    /// Scores `n` rows that lie one after the other.
    void score(float[] rows, int n, double[] out);

    /// @param row by the names of the columns; none but theirs
    double score(Map<String, ?> row);
}
