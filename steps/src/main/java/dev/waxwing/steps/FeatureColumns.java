package dev.waxwing.steps;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.warehouse.Batch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rows of a batch as raw rows of a model: its features are columns of the same names.
final class FeatureColumns {
    private final FeatureSpec spec;
    private final Object[] columns;

    /// The columns of a SELECT, in the spec's order.
    static List<String> select(FeatureSpec spec) {
        return spec.features().stream()
                .map(
                        feature -> {
                            String column = Entities.quoted(feature.name());
                            return switch (feature.type()) {
                                case NUMBER -> "CAST(" + column + " AS DOUBLE)";
                                case CATEGORY -> "CAST(" + column + " AS VARCHAR)";
                                case TAGS, WEIGHTS -> column;
                            };
                        })
                .toList();
    }

    /// @param from the batch's column of the first feature
    FeatureColumns(FeatureSpec spec, Batch batch, int from) {
        this.spec = spec;
        this.columns = new Object[spec.size()];
        for (int f = 0; f < columns.length; f++) {
            columns[f] =
                    switch (spec.features().get(f).type()) {
                        case NUMBER -> batch.doubles(from + f);
                        case CATEGORY -> batch.strings(from + f);
                        case TAGS -> batch.lists(from + f);
                        case WEIGHTS -> batch.weights(from + f);
                    };
        }
    }

    FeatureRow row(int row) {
        Map<String, Object> values = new HashMap<>();
        for (int f = 0; f < columns.length; f++) {
            Object value =
                    switch (columns[f]) {
                        case double[] numbers ->
                                Double.isNaN(numbers[row]) ? null : (Object) numbers[row];
                        case String[][] lists ->
                                lists[row] == null ? null : Arrays.asList(lists[row]);
                        case Object[] others -> others[row]; // texts and maps
                        default -> throw new IllegalStateException("no column of " + spec);
                    };
            if (value != null) {
                values.put(spec.features().get(f).name(), value);
            }
        }
        return FeatureRow.of(spec, values);
    }
}
