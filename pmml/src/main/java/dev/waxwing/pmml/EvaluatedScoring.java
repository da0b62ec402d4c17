package dev.waxwing.pmml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Scores with the general [Evaluator], for documents that do not compile.
final class EvaluatedScoring implements Scoring {
    private final Evaluator evaluator;
    private final List<Column> columns;
    private final Optional<ScoredClass> scored; // of a classifying document

    EvaluatedScoring(Evaluator evaluator, List<Column> columns, Optional<ScoredClass> scored) {
        this.evaluator = evaluator;
        this.columns = List.copyOf(columns);
        this.scored = scored;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public double score(float[] row) {
        return scoreAt(row, 0);
    }

    @Override
    public void score(float[] rows, int n, double[] out) {
        for (int row = 0; row < n; row++) {
            try {
                out[row] = scoreAt(rows, row * columns.size());
            } catch (InvalidValueException e) {
                throw new InvalidValueException("row " + row + ": " + e.getMessage());
            }
        }
    }

    private double scoreAt(float[] rows, int offset) {
        Map<String, Object> named = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            named.put(columns.get(i).name, columns.get(i).named(rows[offset + i]));
        }
        return checked(named);
    }

    @Override
    public double score(Map<String, ?> row) {
        for (Column column : columns) {
            column.checkKind(row.get(column.name));
        }
        return checked(row);
    }

    /// Refuses what compiled scoring refuses: any input's invalid value, also one that this row would not have needed.
    private double checked(Map<String, ?> row) {
        List<String> refused = evaluator.refused(row);
        if (!refused.isEmpty()) {
            throw new InvalidValueException(String.join("; ", refused));
        }
        return told(evaluator.result(row));
    }

    private double told(Result result) {
        if (result.predicted == null) {
            return Double.NaN;
        }
        if (scored.isEmpty()) {
            if (result.predicted instanceof Number number) {
                return number.doubleValue();
            }
            throw new InvalidValueException(
                    "the document predicts '" + result.predicted + "', which is no number");
        }
        if (result.probabilities.isEmpty()) {
            throw new InvalidValueException(
                    "the document predicts the class '"
                            + result.predicted
                            + "' and gives no probability, so there is no score; Evaluator tells"
                            + " the class");
        }
        double probability = 0;
        for (Map.Entry<Object, Double> entry : result.probabilities.entrySet()) {
            if (scored.get().is(entry.getKey())) {
                probability = entry.getValue();
            }
        }
        return probability;
    }
}
