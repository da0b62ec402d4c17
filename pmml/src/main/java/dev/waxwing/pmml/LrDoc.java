package dev.waxwing.pmml;

import java.util.List;

/// A logistic regression over the leaves of a [GbdtDoc] and over plain columns.
///
/// The log-odds of class `1` are `intercept + Σ leafCoefficients[tree][leaf] + Σ inputCoefficients[i] · x[i]`,
/// added in this order; a missing `x` counts as 0. The arrays are the caller's own: not copied, not to be changed.
public final class LrDoc {
    private final double intercept;
    private final double[][] leafCoefficients;
    private final List<String> inputs;
    private final double[] inputCoefficients;

    /// @param trees how many trees the leaves come from
    /// @param leafCoefficients one row a tree, one number a leaf, leaves left-first depth-first
    /// @param inputs names of the plain columns
    /// @param inputCoefficients one number an input
    /// @throws IllegalArgumentException if lengths disagree or a number is not finite
    public LrDoc(
            double intercept,
            int trees,
            double[][] leafCoefficients,
            List<String> inputs,
            double[] inputCoefficients) {
        if (leafCoefficients.length != trees) {
            throw new IllegalArgumentException(
                    trees
                            + " trees need as many rows of leaf coefficients, got "
                            + leafCoefficients.length);
        }
        if (inputCoefficients.length != inputs.size()) {
            throw new IllegalArgumentException(
                    inputs.size()
                            + " inputs need as many coefficients, got "
                            + inputCoefficients.length);
        }
        GbdtDoc.checkInputs(inputs);
        requireFinite(intercept, "the intercept");
        for (int t = 0; t < trees; t++) {
            for (int leaf = 0; leaf < leafCoefficients[t].length; leaf++) {
                requireFinite(
                        leafCoefficients[t][leaf],
                        "the coefficient of tree " + t + " leaf " + leaf);
            }
        }
        for (int i = 0; i < inputCoefficients.length; i++) {
            requireFinite(inputCoefficients[i], "the coefficient of " + inputs.get(i));
        }
        this.intercept = intercept;
        this.leafCoefficients = leafCoefficients;
        this.inputs = List.copyOf(inputs);
        this.inputCoefficients = inputCoefficients;
    }

    private static void requireFinite(double number, String what) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(what + " must be finite, got " + number);
        }
    }

    /// Log-odds before any leaf or column.
    public double intercept() {
        return intercept;
    }

    /// How many trees the leaves come from.
    public int trees() {
        return leafCoefficients.length;
    }

    /// One row a tree, one number a leaf.
    public double[][] leafCoefficients() {
        return leafCoefficients;
    }

    /// Names of the plain columns.
    public List<String> inputs() {
        return inputs;
    }

    /// One number an input.
    public double[] inputCoefficients() {
        return inputCoefficients;
    }
}
