package dev.waxwing.bench.quality;

import dev.waxwing.model.FeatureSpec;

import java.util.List;

/// A data set, split by time where it has time.
///
/// @param spec of its numbers; null if it has none
/// @param about how rows, labels and splits were made
record DataSet(
        String name,
        FeatureSpec spec,
        boolean hasCodes,
        Part train,
        Part validation,
        Part test,
        String about) {

    /// Numbers named in order, each with 20 quantile bins for the regression.
    static FeatureSpec numbers(List<String> names) {
        StringBuilder yaml =
                new StringBuilder(
                        "features: numbers\nsnapshots: { user: users, item: items }\ncolumns:\n");
        for (String name : names) {
            yaml.append("  ").append(name).append(": { from: request, type: number, bins: 20 }\n");
        }
        return FeatureSpec.parse("numbers", yaml.toString());
    }
}
