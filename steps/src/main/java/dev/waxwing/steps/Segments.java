package dev.waxwing.steps;

import dev.waxwing.learn.Evaluation;
import dev.waxwing.warehouse.WarehouseException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Metrics of all rows, and of those that share a value of a column: each scene's, each age bucket's.
final class Segments {
    /// More values than a person compares; a column with more is an id or a number, not a segment.
    static final int MOST = 100;

    private static final String MISSING = "(missing)";

    private Segments() {}

    /// @param value as text; `(missing)` where the column has none
    /// @param champion what the champion reaches on the same rows; empty without one
    record Segment(
            String column,
            String value,
            Map<String, Double> metrics,
            Map<String, Double> champion) {
        /// How outputs and files name one of its metrics: `scene=home.auc`.
        String name(String metric) {
            return column + "=" + value + "." + metric;
        }
    }

    /// The segments of one column, by value.
    ///
    /// @param values of the column, one a row; null = none
    /// @throws WarehouseException if the column has more than [#MOST] values
    static List<Segment> of(
            String column,
            String[] values,
            WideTable.Scored ours,
            Optional<WideTable.Scored> theirs) {
        SortedMap<String, Integer> rows = new TreeMap<>();
        for (String value : values) {
            rows.merge(text(value), 1, Integer::sum);
        }
        if (rows.size() > MOST) {
            throw new WarehouseException(
                    "by: "
                            + column
                            + " has "
                            + rows.size()
                            + " values in these rows; a segment column has at most "
                            + MOST
                            + ". Put it into buckets, or leave it out");
        }
        List<Segment> segments = new ArrayList<>();
        rows.forEach(
                (value, count) -> {
                    int[] places = new int[count];
                    int next = 0;
                    for (int row = 0; row < values.length; row++) {
                        if (text(values[row]).equals(value)) {
                            places[next++] = row;
                        }
                    }
                    segments.add(
                            new Segment(
                                    column,
                                    value,
                                    metrics(ours, places),
                                    theirs.map(other -> metrics(other, places)).orElse(Map.of())));
                });
        return segments;
    }

    private static String text(String value) {
        return value == null ? MISSING : value;
    }

    private static Map<String, Double> metrics(WideTable.Scored scored, int[] rows) {
        float[] labels = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = scored.labels[rows[i]];
        }
        return metrics(
                Evaluation.of(
                        Arrays.stream(rows).mapToDouble(row -> scored.scores[row]).toArray(),
                        labels,
                        Arrays.stream(rows).map(row -> scored.users[row]).toArray()));
    }

    /// Name → value; NaN where the rows do not define it, such as an AUC of rows that were all taken.
    static Map<String, Double> metrics(Evaluation evaluation) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rows", (double) evaluation.rows());
        metrics.put("positives", (double) evaluation.positives());
        metrics.put("auc", evaluation.auc());
        metrics.put("gauc", evaluation.gauc().value());
        metrics.put("logloss", evaluation.logloss());
        metrics.put("normalized_entropy", evaluation.normalizedEntropy());
        metrics.put("calibration", evaluation.calibration().ratio());
        metrics.put("ks", evaluation.ks());
        return metrics;
    }
}
