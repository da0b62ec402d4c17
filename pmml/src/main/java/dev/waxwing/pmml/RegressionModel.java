package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `RegressionModel`.
final class RegressionModel extends Model {
    private final List<RegressionTable> tables = new ArrayList<>();
    private final Normalization normalization;

    RegressionModel(Element element, Scope outer, Optional<Model> around) {
        super(element, outer, around, Set.of("RegressionTable"), Set.of());
        this.normalization = Normalization.read(element, "normalizationMethod", "none");
        for (Element table : element.children("RegressionTable")) {
            tables.add(
                    new RegressionTable(
                            table,
                            scope,
                            floats,
                            classifies
                                    ? target.category(table, table.attribute("targetCategory"))
                                    : ""));
        }
        Set<Object> categories = new HashSet<>();
        for (RegressionTable table : tables) {
            if (classifies && !categories.add(table.category)) {
                throw element.problem("category '" + table.category + "' has two tables");
            }
        }
        if (tables.isEmpty() || (!classifies && tables.size() != 1)) {
            throw element.problem(
                    "<RegressionModel> for "
                            + element.attribute("functionName")
                            + " has "
                            + tables.size()
                            + " tables; "
                            + (classifies ? "two or more are needed" : "one is needed"));
        }
        if (classifies && tables.size() == 1) {
            throw element.problem(
                    "a classifying <RegressionModel> needs a table for each class, found one");
        }
        readOutputs(scope);
    }

    @Override
    Result compute(Row row) {
        double[] sums = new double[tables.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = tables.get(i).sum(row);
            if (Double.isNaN(sums[i])) {
                return Result.missing();
            }
        }
        if (!classifies) {
            double value = normalization.ofOne(sums[0]);
            return Result.of(floats ? (Object) (float) value : (Object) value);
        }
        double[] shares =
                target.ordinal() ? normalization.ordered(sums) : normalization.shares(sums);
        Map<Object, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < sums.length; i++) {
            probabilities.put(tables.get(i).category, shares[i]);
        }
        return Result.mostProbable(probabilities);
    }
}
