package dev.waxwing.learn;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.Tree;

import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Boosted trees as XGBoost trained them. [#leaves] and [#predict] ask XGBoost itself, so that what our own scorer
/// says can be held against them; [#toDoc] is the same trees for that scorer.
///
/// The native model lives as long as this object does.
public final class GbdtModel {
    /// Rows that are handed to XGBoost at a time; bounds the memory of its answers.
    private static final int CHUNK = 16 * LeafCodes.BLOCK;

    private final List<String> columns;
    private final Booster booster;
    private final int trees;
    private final List<XgbTree> read;
    private final double baseMargin;
    private final byte[] json;

    GbdtModel(List<String> columns, Booster booster, int trees) throws XGBoostError {
        this.columns = List.copyOf(columns);
        this.booster = booster;
        this.trees = trees;
        this.json = booster.toByteArray("json");
        XgbTree.Ensemble ensemble = XgbTree.read(json, trees);
        this.read = ensemble.trees();
        // the single-precision logit that XGBoost takes of its base_score
        float odds = 1f / ensemble.baseProbability() - 1f;
        this.baseMargin = -(float) Math.log(odds);
    }

    /// The columns that the trees were trained on, in order.
    public List<String> columns() {
        return columns;
    }

    /// How many trees count; fewer than were asked for after an early stop.
    public int trees() {
        return trees;
    }

    /// How many leaves each tree has.
    public int[] leavesPerTree() {
        return read.stream().mapToInt(t -> t.tree().leaves()).toArray();
    }

    /// What each leaf adds to the log-odds: the leaves of tree 0, of tree 1, …
    double[] leafValues() {
        return read.stream()
                .flatMapToDouble(
                        t ->
                                IntStream.range(0, t.tree().nodes())
                                        .filter(node -> t.tree().left()[node] < 0)
                                        .mapToDouble(node -> t.tree().value()[node]))
                .toArray();
    }

    /// The leaf that each row reaches in each tree, as XGBoost says, renumbered left-first.
    public LeafCodes leaves(FloatMatrix rows) {
        requireColumns(rows);
        LeafCodes codes = new LeafCodes(rows.rows(), leavesPerTree());
        for (int from = 0; from < rows.rows(); from += CHUNK) {
            int first = from;
            inChunk(
                    rows,
                    from,
                    matrix -> {
                        float[][] nodes = booster.predictLeaf(matrix, trees);
                        for (int row = 0; row < nodes.length; row++) {
                            for (int tree = 0; tree < trees; tree++) {
                                int leaf = read.get(tree).leafOfNode()[(int) nodes[row][tree]];
                                codes.set(first + row, tree, leaf);
                            }
                        }
                    });
        }
        return codes;
    }

    /// Probability of a click for each row, as XGBoost says (it adds up in single precision).
    public double[] predict(FloatMatrix rows) {
        return ask(rows, false);
    }

    /// Log-odds of each row, as XGBoost says.
    public double[] margins(FloatMatrix rows) {
        return ask(rows, true);
    }

    private double[] ask(FloatMatrix rows, boolean margin) {
        requireColumns(rows);
        double[] scores = new double[rows.rows()];
        for (int from = 0; from < rows.rows(); from += CHUNK) {
            int first = from;
            inChunk(
                    rows,
                    from,
                    matrix -> {
                        float[][] answers = booster.predict(matrix, margin, trees);
                        for (int row = 0; row < answers.length; row++) {
                            scores[first + row] = answers[row][0];
                        }
                    });
        }
        return scores;
    }

    /// The same trees for our own scorer; thresholds and leaf values are XGBoost's floats, exactly.
    public GbdtDoc toDoc() {
        List<Tree> docTrees = new ArrayList<>();
        for (XgbTree each : read) {
            docTrees.add(each.tree());
        }
        return new GbdtDoc(columns, docTrees, baseMargin);
    }

    /// What each column did for the trees, in column order; columns that no tree splits on are there with zeros.
    public List<FeatureImportance> importance() {
        double[] gain = new double[columns.size()];
        double[] cover = new double[columns.size()];
        int[] splits = new int[columns.size()];
        for (XgbTree each : read) {
            Tree tree = each.tree();
            for (int node = 0; node < tree.nodes(); node++) {
                if (tree.left()[node] >= 0) {
                    int column = tree.feature()[node];
                    gain[column] += each.gain()[node];
                    cover[column] += tree.cover()[node];
                    splits[column]++;
                }
            }
        }
        return IntStream.range(0, columns.size())
                .mapToObj(c -> new FeatureImportance(columns.get(c), gain[c], cover[c], splits[c]))
                .toList();
    }

    /// XGBoost's own model file (JSON), for whoever wants to go on in another tool. Trees that an early stop
    /// left behind are still in it.
    public byte[] xgboostJson() {
        return json.clone();
    }

    private void requireColumns(FloatMatrix rows) {
        if (!rows.columns().equals(columns)) {
            throw new IllegalArgumentException(
                    "the trees were trained on the columns "
                            + columns
                            + ", these rows have "
                            + rows.columns());
        }
    }

    private static void inChunk(FloatMatrix rows, int from, Answer answer) {
        int to = Math.min(from + CHUNK, rows.rows());
        float[] part = new float[(to - from) * rows.columnCount()];
        rows.copy(from, to, part);
        try {
            DMatrix matrix = new DMatrix(part, to - from, rows.columnCount(), Float.NaN);
            try {
                answer.ask(matrix);
            } finally {
                matrix.dispose();
            }
        } catch (XGBoostError e) {
            throw new TrainingException("XGBoost could not score rows " + from + " to " + to, e);
        }
    }

    @FunctionalInterface
    private interface Answer {
        void ask(DMatrix matrix) throws XGBoostError;
    }
}
