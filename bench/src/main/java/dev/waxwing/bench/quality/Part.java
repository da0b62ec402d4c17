package dev.waxwing.bench.quality;

import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.SparseRows;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Rows of a data set in the two forms that its models take: numbers, and codes (each with its field). Either may be empty.
final class Part {
    final List<FeatureRow> numbers = new ArrayList<>();
    private final List<int[]> codes = new ArrayList<>(); // field, code, field, code, …
    private final List<float[]> values = new ArrayList<>(); // of the codes
    private final List<Float> labels = new ArrayList<>();
    private final List<Integer> users = new ArrayList<>();

    /// @param values by feature of `spec`; null where a set has no numbers
    /// @param fieldsAndCodes field and code in turn
    void add(FeatureSpec spec, double[] values, int[] fieldsAndCodes, float label, int user) {
        float[] ones = new float[fieldsAndCodes.length / 2];
        Arrays.fill(ones, 1f);
        add(spec, values, fieldsAndCodes, ones, label, user);
    }

    void add(
            FeatureSpec spec,
            double[] numbersOfRow,
            int[] fieldsAndCodes,
            float[] valuesOfCodes,
            float label,
            int user) {
        if (spec != null) {
            Map<String, Object> row = new HashMap<>();
            for (int f = 0; f < numbersOfRow.length; f++) {
                if (!Double.isNaN(numbersOfRow[f])) {
                    row.put(spec.features().get(f).name(), numbersOfRow[f]);
                }
            }
            numbers.add(FeatureRow.of(spec, row));
        }
        codes.add(fieldsAndCodes);
        values.add(valuesOfCodes);
        labels.add(label);
        users.add(user);
    }

    void addAll(Part other) {
        numbers.addAll(other.numbers);
        codes.addAll(other.codes);
        values.addAll(other.values);
        labels.addAll(other.labels);
        users.addAll(other.users);
    }

    Part slice(int from, int to) {
        Part part = new Part();
        if (!numbers.isEmpty()) {
            part.numbers.addAll(numbers.subList(from, to));
        }
        part.codes.addAll(codes.subList(from, to));
        part.values.addAll(values.subList(from, to));
        part.labels.addAll(labels.subList(from, to));
        part.users.addAll(users.subList(from, to));
        return part;
    }

    int rows() {
        return labels.size();
    }

    float[] labels() {
        float[] all = new float[rows()];
        for (int row = 0; row < all.length; row++) {
            all[row] = labels.get(row);
        }
        return all;
    }

    int[] users() {
        return users.stream().mapToInt(Integer::intValue).toArray();
    }

    FactorRows factorRows() {
        FactorRows.Builder rows = FactorRows.builder();
        for (int row = 0; row < rows(); row++) {
            int[] each = codes.get(row);
            for (int i = 0; i < each.length; i += 2) {
                rows.add(each[i], each[i + 1], values.get(row)[i / 2]);
            }
            rows.endRow(labels.get(row));
        }
        return rows.build();
    }

    /// The model's probability of a click for each row.
    double[] score(FactorModel model) {
        double[] scores = new double[rows()];
        for (int row = 0; row < scores.length; row++) {
            int[] each = codes.get(row);
            int n = each.length / 2;
            int[] field = new int[n];
            int[] code = new int[n];
            for (int i = 0; i < n; i++) {
                field[i] = each[2 * i];
                code[i] = each[2 * i + 1];
            }
            double margin =
                    model.margin(code, field, values.get(row), 0, n, FactorModel.Scaling.NONE);
            scores[row] = 1 / (1 + Math.exp(-margin));
        }
        return scores;
    }

    SparseRows sparseRows(int features) {
        SparseRows.Builder rows = SparseRows.builder(features);
        for (int row = 0; row < rows(); row++) {
            int[] each = codes.get(row);
            float[] value = values.get(row);
            IntStream.range(0, value.length)
                    .boxed()
                    .sorted(Comparator.comparingInt(i -> each[2 * i + 1]))
                    .forEach(i -> rows.add(each[2 * i + 1], value[i]));
            rows.endRow();
        }
        return rows.build();
    }

    int codesEnd() {
        int end = 0;
        for (int[] each : codes) {
            for (int i = 1; i < each.length; i += 2) {
                end = Math.max(end, each[i] + 1);
            }
        }
        return end;
    }
}
