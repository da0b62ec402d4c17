package dev.waxwing.pmml;

import java.util.List;

/// Trees plus linear terms plus a link: `link(base + Σ leaf values + after + Σ terms)`, added in this order.
///
/// A term is a coefficient times a number, or what a table says of a category. The score is NaN where the document gives
/// no prediction, because a leaf has none or a number is missing that counts as none.
final class Ensemble {
    final List<Column> columns;
    final Forest forest;
    final double base;
    final double after; // rounded to a float with the sum if the trees' sum is one of floats
    final Linear linear;
    final Normalization link;
    private final double[] told; // means of the forest's inner nodes; empty if not told

    Ensemble(
            List<Column> columns,
            Forest forest,
            double base,
            double after,
            Linear linear,
            Normalization link,
            double[] told) {
        this.columns = List.copyOf(columns);
        this.forest = forest;
        this.base = base;
        this.after = after;
        this.linear = linear;
        this.link = link;
        this.told = told;
    }

    /// Trees whose sum is the margin.
    static Ensemble ofTrees(List<Column> columns, Forest forest, double base, Normalization link) {
        return new Ensemble(columns, forest, base, 0, new Linear(0), link, new double[0]);
    }

    /// The margin of a row whose trees add up to `sum`.
    double margin(double sum, float[] rows, int offset) {
        double margin = finish(sum);
        return linear.isEmpty() ? margin : linear.plus(margin, rows, offset);
    }

    double margin(double[] row) {
        return linear.plus(finish(forest.sum(base, row)), row);
    }

    private double finish(double sum) {
        if (after == 0) {
            return sum;
        }
        return forest.floatSums ? (float) sum + (float) after : sum + after;
    }

    double score(double margin) {
        return link.ofOne(margin);
    }

    /// Mean value of the training rows below each node of the forest.
    ///
    /// @return empty if the document does not tell them
    double[] means() {
        if (forest.covered()) {
            return forest.means();
        }
        double[] means = told.clone();
        for (int n = 0; n < means.length; n++) {
            if (forest.column[n] < 0) {
                means[n] = forest.value[n];
            }
        }
        return means;
    }

    /// The linear terms: coefficients of numbers, and tables of categories.
    static final class Linear {
        private final int[] column;
        private final double[] coefficient;
        private final double[] ifMissing;
        private final double[][] table; // by code, in place of a coefficient; null for numbers
        private int count;

        Linear(int terms) {
            this.column = new int[terms];
            this.coefficient = new double[terms];
            this.ifMissing = new double[terms];
            this.table = new double[terms][];
        }

        /// @param missing what a missing value counts as; NaN if it leaves no prediction
        void number(int ofColumn, double times, double missing) {
            column[count] = ofColumn;
            coefficient[count] = times;
            ifMissing[count++] = missing;
        }

        /// @param values by code; categories beyond and missing ones add nothing
        void categories(int ofColumn, double[] values) {
            column[count] = ofColumn;
            table[count++] = values;
        }

        boolean isEmpty() {
            return count == 0;
        }

        int terms() {
            return count;
        }

        int column(int term) {
            return column[term];
        }

        double value(int term, double x) {
            double[] values = table[term];
            if (values != null) {
                return x >= 0 && x < values.length ? values[(int) x] : 0;
            }
            double given = Double.isNaN(x) ? ifMissing[term] : x;
            return coefficient[term] * given;
        }

        double plus(double before, float[] rows, int offset) {
            double sum = before;
            for (int i = 0; i < count; i++) {
                sum += value(i, rows[offset + column[i]]);
            }
            return sum;
        }

        double plus(double before, double[] row) {
            double sum = before;
            for (int i = 0; i < count; i++) {
                sum += value(i, row[column[i]]);
            }
            return sum;
        }
    }
}
