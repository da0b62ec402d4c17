package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `RegressionModel`.
final class RegressionModel extends Model {
    private final List<Table> tables = new ArrayList<>();
    private final Normalization normalization;

    RegressionModel(Element element, Scope outer, Optional<Model> around) {
        super(element, outer, around, Set.of("RegressionTable"), Set.of());
        this.normalization = Normalization.read(element, "normalizationMethod", "none");
        for (Element table : element.children("RegressionTable")) {
            tables.add(new Table(table));
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

    private interface Term {
        /// @return NaN if a value is missing
        double value(Row row);
    }

    private final class Table {
        final double intercept;
        final Object category; // of a classifying table
        final List<Term> terms = new ArrayList<>();

        Table(Element table) {
            this.intercept = table.number("intercept");
            this.category =
                    classifies ? target.category(table, table.attribute("targetCategory")) : "";
            for (Element term : table.children()) {
                switch (term.name) {
                    case "NumericPredictor" -> terms.add(numeric(term));
                    case "CategoricalPredictor" -> terms.add(categorical(term));
                    case "PredictorTerm" -> terms.add(product(term));
                    default ->
                            throw term.problem(
                                    "<" + term.name + "> is not read in <RegressionTable>");
                }
            }
        }

        private Term numeric(Element term) {
            Field field = scope.field(term, term.attribute("name"));
            int slot = field.slot();
            double coefficient = term.number("coefficient");
            int exponent = term.whole("exponent", 1);
            return row -> {
                Object value = row.get(slot);
                if (value == null) {
                    return Double.NaN;
                }
                double x = DataType.toDouble(value);
                return coefficient * (exponent == 1 ? x : Math.pow(x, exponent));
            };
        }

        private Term categorical(Element term) {
            Field field = scope.field(term, term.attribute("name"));
            int slot = field.slot();
            Object wanted = field.type().parse(term, term.attribute("value"));
            double coefficient = term.number("coefficient");
            return row -> {
                Object value = row.get(slot);
                return value != null && DataType.same(value, wanted) ? coefficient : 0;
            };
        }

        private Term product(Element term) {
            double coefficient = term.number("coefficient");
            List<Expression> factors = new ArrayList<>();
            for (Element factor : term.children("FieldRef")) {
                factors.add(ExpressionReader.read(factor, scope));
            }
            return row -> {
                double product = coefficient;
                for (Expression factor : factors) {
                    Object value = factor.value(row);
                    if (value == null) {
                        return Double.NaN;
                    }
                    product *= DataType.toDouble(value);
                }
                return product;
            };
        }

        /// @return NaN if a value is missing
        double sum(Row row) {
            double sum = intercept;
            for (Term term : terms) {
                double value = term.value(row);
                if (Double.isNaN(value)) {
                    return Double.NaN;
                }
                sum = floats ? (float) sum + (float) value : sum + value;
            }
            return sum;
        }
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
