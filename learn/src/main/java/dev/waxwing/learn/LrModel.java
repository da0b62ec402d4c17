package dev.waxwing.learn;

import java.util.Arrays;

/// A fitted logistic regression: `p = 1 / (1 + e^−(intercept + Σ wᵢxᵢ))`.
public final class LrModel {
    private final double intercept;
    private final double[] coefficients;
    private final int iterations;
    private final double objective;
    private final boolean converged;

    LrModel(
            double intercept,
            double[] coefficients,
            int iterations,
            double objective,
            boolean converged) {
        this.intercept = intercept;
        this.coefficients = coefficients;
        this.iterations = iterations;
        this.objective = objective;
        this.converged = converged;
    }

    public double intercept() {
        return intercept;
    }

    /// A copy of the coefficients, in column order.
    public double[] coefficients() {
        return coefficients.clone();
    }

    /// Iterations that were made.
    public int iterations() {
        return iterations;
    }

    /// Mean log loss of the training rows plus the penalty, at the end.
    public double objective() {
        return objective;
    }

    /// Whether the last iteration gained less than epsilon; if not, `iterations` ran out first.
    public boolean converged() {
        return converged;
    }

    /// Log-odds of each row.
    public double[] margins(LinearRows rows) {
        if (rows.features() != coefficients.length) {
            throw new IllegalArgumentException(
                    "the model has "
                            + coefficients.length
                            + " coefficients, the rows have "
                            + rows.features()
                            + " columns");
        }
        double[] all = new double[rows.rows()];
        double[] part = new double[LinearRows.BLOCK];
        for (int block = 0; block < rows.blocks(); block++) {
            Arrays.fill(part, intercept);
            rows.addMargins(block, coefficients, part);
            System.arraycopy(part, 0, all, block * LinearRows.BLOCK, rows.rowsOf(block));
        }
        return all;
    }

    /// Probability of a click for each row.
    public double[] predict(LinearRows rows) {
        double[] scores = margins(rows);
        Arrays.setAll(scores, row -> probability(scores[row]));
        return scores;
    }

    static double probability(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }
}
