package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;

/// One equation of a regression.
final class RegressionTable {
    private interface Term {
        /// @return NaN if a value is missing
        double value(Row row);
    }

    private final Scope scope;
    private final boolean floats;
    private final double intercept;
    final Object category; // of a classifying table
    private final List<Term> terms = new ArrayList<>();

    RegressionTable(Element table, Scope scope, boolean floats, Object category) {
        this.scope = scope;
        this.floats = floats;
        this.intercept = table.finite("intercept");
        if (table.has("x-targetField")) {
            throw table.problem(
                    "<RegressionTable> x-targetField is not read; a model predicts one target");
        }
        this.category = category;
        for (Element term : table.children()) {
            switch (term.name) {
                case "NumericPredictor" -> terms.add(numeric(term));
                case "CategoricalPredictor" -> terms.add(categorical(term));
                case "PredictorTerm" -> terms.add(product(term));
                default ->
                        throw term.problem("<" + term.name + "> is not read in <RegressionTable>");
            }
        }
    }

    private Term numeric(Element term) {
        Field field = scope.field(term, term.attribute("name"));
        int slot = field.slot();
        double coefficient = term.finite("coefficient");
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
        double coefficient = term.finite("coefficient");
        return row -> {
            Object value = row.get(slot);
            return value != null && DataType.same(value, wanted) ? coefficient : 0;
        };
    }

    private Term product(Element term) {
        double coefficient = term.finite("coefficient");
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
