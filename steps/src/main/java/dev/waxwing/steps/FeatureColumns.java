package dev.waxwing.steps;

import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.warehouse.Batch;

import java.util.List;

/// The columns of a batch that are a model's features: those of the same names.
final class FeatureColumns {
    private FeatureColumns() {}

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

    /// @param from the batch's column of the first feature; the others follow in the spec's order
    static Object[] of(FeatureSpec spec, Batch batch, int from) {
        Object[] columns = new Object[spec.size()];
        for (int f = 0; f < columns.length; f++) {
            columns[f] =
                    switch (spec.features().get(f).type()) {
                        case NUMBER -> numbers(batch, from + f);
                        case CATEGORY -> batch.strings(from + f);
                        case TAGS -> batch.lists(from + f);
                        case WEIGHTS -> batch.weights(from + f);
                    };
        }
        return columns;
    }

    private static FeatureRows.Numbers numbers(Batch batch, int column) {
        return (row, n, out, at) -> batch.doubles(column, row, n, out, at);
    }

    /// The batch's rows alone.
    static FeatureRows rows(FeatureSpec spec, Batch batch, int from) {
        return FeatureRows.builder(spec).add(batch.rows(), of(spec, batch, from)).build();
    }
}
