package dev.waxwing.pmml;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Scores rows with a compiled document. Immutable: one scorer serves all threads.
///
/// The score is the probability of class `1` of a classifying document, or the predicted value of a regressing one. The
/// fast way takes floats in the order of [#inputs()], NaN for a missing value; it allocates nothing.
public final class Scorer {
    private final Ensemble ensemble;
    private final Kernel kernel;
    private final Map<String, Integer> place = new HashMap<>();
    private volatile double[] means = {}; // of the nodes; made when first asked for

    private Scorer(Ensemble ensemble) {
        this.ensemble = ensemble;
        this.kernel = new Kernel(ensemble.forest);
        for (String input : ensemble.inputs) {
            place.put(input, place.size());
        }
    }

    /// Reads and compiles one document.
    ///
    /// @throws PmmlException if the file is malformed or asks for something that is not covered; says what and where
    public static Scorer load(Path file) {
        try {
            return new Scorer(EnsembleReader.read(XmlReader.read(file)));
        } catch (NotPlain e) {
            throw e.refusal();
        }
    }

    /// Reads a GBDT and the LR over its leaves, and compiles both into one walk of the trees.
    ///
    /// The trees' own values play no part: a row's log-odds are the regression's intercept, plus the coefficient of
    /// the leaf it reaches in each tree, plus the regression's linear terms, added in this order.
    ///
    /// @throws PmmlException if a file is malformed or the two do not fit each other; says what and where
    public static Scorer load(Path gbdt, Path lr) {
        try {
            Ensemble trees = EnsembleReader.read(XmlReader.read(gbdt));
            return new Scorer(
                    trees.fusedWith(EnsembleReader.readLeafRegression(XmlReader.read(lr))));
        } catch (NotPlain e) {
            throw e.refusal();
        }
    }

    /// Names of a row's columns, in order.
    public List<String> inputs() {
        return ensemble.inputs;
    }

    /// Scores one row, floats in the order of [#inputs()], NaN = missing.
    public double score(float[] row) {
        return ensemble.link.apply(margin(row));
    }

    /// Scores `n` rows that lie one after the other.
    ///
    /// @param out receives one score a row
    public void score(float[] rows, int n, double[] out) {
        int width = ensemble.inputs.size();
        if (n < 0 || (long) n * width > rows.length || n > out.length) {
            throw new IllegalArgumentException(
                    n
                            + " rows of "
                            + width
                            + " inputs need as many floats and places, got "
                            + rows.length
                            + " floats and "
                            + out.length
                            + " places");
        }
        kernel.sums(ensemble.base, rows, width, n, out);
        for (int row = 0; row < n; row++) {
            out[row] = ensemble.link.apply(ensemble.linear(out[row], rows, row * width));
        }
    }

    /// Scores as many rows as `out` has places.
    public void score(float[] rows, double[] out) {
        score(rows, out.length, out);
    }

    /// The score before its link function: log-odds of a logistic model.
    public double margin(float[] row) {
        checkLength(row);
        return ensemble.linear(kernel.sum(ensemble.base, row, 0), row, 0);
    }

    private void checkLength(float[] row) {
        if (row.length != ensemble.inputs.size()) {
            throw new IllegalArgumentException(
                    "a row has "
                            + ensemble.inputs.size()
                            + " inputs, got "
                            + row.length
                            + " floats");
        }
    }

    /// The leaf number that the row reaches in each tree, left-first depth-first.
    public int[] leaves(float[] row) {
        checkLength(row);
        int[] leaves = new int[ensemble.forest.trees()];
        for (int t = 0; t < leaves.length; t++) {
            leaves[t] = ensemble.forest.right[ensemble.forest.leaf(t, row, 0)];
        }
        return leaves;
    }

    /// Says what each input contributed.
    ///
    /// @throws UnsupportedOperationException if the document's nodes do not tell their `recordCount`
    public Explanation explain(float[] row) {
        checkLength(row);
        Forest forest = ensemble.forest;
        if (!forest.covered()) {
            throw new UnsupportedOperationException(
                    "the document cannot be explained: some of its nodes have no recordCount");
        }
        double[] means = means();
        double[] share = new double[ensemble.inputs.size()];
        double base = ensemble.base;
        for (int t = 0; t < forest.trees(); t++) {
            int node = forest.roots[t];
            base += means[node];
            while (forest.column[node] >= 0) {
                boolean left = forest.goesLeft(node, row[forest.column[node]]);
                int child = left ? node + 1 : forest.right[node];
                share[forest.column[node]] += means[child] - means[node];
                node = child;
            }
        }
        for (int i = 0; i < ensemble.linearColumn.length; i++) {
            float x = row[ensemble.linearColumn[i]];
            share[ensemble.linearColumn[i]] +=
                    Float.isNaN(x) ? 0 : ensemble.linearCoefficient[i] * x;
        }
        Map<String, Double> contributions = new LinkedHashMap<>();
        for (int i = 0; i < share.length; i++) {
            contributions.put(ensemble.inputs.get(i), share[i]);
        }
        double margin = margin(row);
        return new Explanation(base, contributions, margin, ensemble.link.apply(margin));
    }

    private double[] means() {
        double[] made = means;
        if (made.length == 0) {
            made = ensemble.forest.means();
            means = made;
        }
        return made;
    }

    /// Scores a row given by name. A name that is absent or has a null value is missing.
    ///
    /// @throws IllegalArgumentException if a name is not among [#inputs()] or a value is no number
    public double score(Map<String, ?> row) {
        float[] floats = new float[ensemble.inputs.size()];
        Arrays.fill(floats, Float.NaN);
        for (Map.Entry<String, ?> entry : row.entrySet()) {
            Integer at = place.get(entry.getKey());
            if (at == null) {
                throw new IllegalArgumentException(
                        "'"
                                + entry.getKey()
                                + "' is no input of the model; its inputs are "
                                + String.join(
                                        ", ",
                                        ensemble.inputs.subList(
                                                0, Math.min(20, ensemble.inputs.size())))
                                + (ensemble.inputs.size() > 20 ? ", …" : ""));
            }
            if (entry.getValue() instanceof Number number) {
                floats[at] = number.floatValue();
            } else if (entry.getValue() != null) {
                throw new IllegalArgumentException(
                        "'"
                                + entry.getKey()
                                + "' is a number, got '"
                                + entry.getValue()
                                + "' ("
                                + entry.getValue().getClass().getSimpleName()
                                + ")");
            }
        }
        return score(floats);
    }
}
