package dev.waxwing.pmml;

import java.util.Arrays;

/// Trees as flat arrays, nodes in left-first order, so that a left child is the next node.
///
/// A node asks one question. Most ask whether the value is below a threshold; who reads `<=`, `>` or `>=` turns it into
/// that question with [Math#nextUp(double)] of the threshold and with the sides exchanged. The others ask whether a
/// category's code is in a set: codes are whole numbers from 0, and a value that is none goes right (−0 is code 0). A
/// missing value (NaN) takes the side that the node names.
///
/// This class is the plain way to walk them; [Kernel] is the fast one and must agree with it bit by bit. [Walk] chooses.
final class Forest implements Walk {
    private static final int[][] NO_SETS = {};

    final int columns;
    final int[] roots; // first node of each tree, and one past the last
    final int[] column; // -1 at leaves
    final double[] threshold; // left if x < threshold; NaN at nodes with a set
    final int[][]
            sets; // left if bit x % 32 of word x / 32 is set; null at other nodes; empty if no node
    // has one
    final int[] right; // right child; at leaves the leaf's number within its tree
    final boolean[] missingLeft;
    final double[] value; // at leaves
    final double[] cover; // NaN where the document does not say
    final boolean floatSums; // base and values are rounded to floats, and so is each addition

    private Forest(int columns, int[] roots, Nodes nodes, boolean floatSums) {
        nodes.room(nodes.count);
        this.columns = columns;
        this.roots = roots;
        this.column = nodes.column;
        this.threshold = nodes.threshold;
        this.right = nodes.right;
        this.missingLeft = nodes.missingLeft;
        this.value = nodes.value;
        this.cover = nodes.cover;
        this.sets = nodes.hasSets ? Arrays.copyOf(nodes.sets, nodes.count) : NO_SETS;
        this.floatSums = floatSums;
    }

    private Forest(Forest other, double[] value) {
        this.columns = other.columns;
        this.roots = other.roots;
        this.column = other.column;
        this.threshold = other.threshold;
        this.right = other.right;
        this.missingLeft = other.missingLeft;
        this.value = value;
        this.cover = other.cover;
        this.sets = other.sets;
        this.floatSums = false;
    }

    int trees() {
        return roots.length - 1;
    }

    /// One more than the greatest number of a leaf.
    int leaves(int tree) {
        int leaves = 0;
        for (int n = roots[tree]; n < roots[tree + 1]; n++) {
            leaves = column[n] < 0 ? Math.max(leaves, right[n] + 1) : leaves;
        }
        return leaves;
    }

    /// Whether a value moves on to the left child.
    boolean goesLeft(int node, double x) {
        if (Double.isNaN(x)) {
            return missingLeft[node];
        }
        int[] set = sets.length == 0 ? null : sets[node];
        return set == null ? x < threshold[node] : holds(set, x);
    }

    private static boolean holds(int[] set, double x) {
        int code = (int) x;
        return code == x
                && code >= 0
                && code >> 5 < set.length
                && (set[code >> 5] >>> code & 1) != 0;
    }

    /// The leaf node that the row reaches.
    int leaf(int tree, float[] rows, int offset) {
        int node = roots[tree];
        while (column[node] >= 0) {
            node = goesLeft(node, rows[offset + column[node]]) ? node + 1 : right[node];
        }
        return node;
    }

    /// The leaf node that the row reaches, for values that a float cannot hold.
    int leaf(int tree, double[] row) {
        int node = roots[tree];
        while (column[node] >= 0) {
            node = goesLeft(node, row[column[node]]) ? node + 1 : right[node];
        }
        return node;
    }

    @Override
    public double sum(double base, float[] rows, int offset) {
        double sum = floatSums ? (float) base : base;
        for (int tree = 0; tree < trees(); tree++) {
            sum = plus(sum, value[leaf(tree, rows, offset)]);
        }
        return sum;
    }

    @Override
    public void sums(double base, float[] rows, int stride, int n, double[] out) {
        for (int row = 0; row < n; row++) {
            out[row] = sum(base, rows, row * stride);
        }
    }

    double sum(double base, double[] row) {
        double sum = floatSums ? (float) base : base;
        for (int tree = 0; tree < trees(); tree++) {
            sum = plus(sum, value[leaf(tree, row)]);
        }
        return sum;
    }

    private double plus(double sum, double leaf) {
        return floatSums ? (float) sum + (float) leaf : sum + leaf;
    }

    /// The same trees with other leaf values, `leafValues[tree][leaf]`, which are summed as doubles.
    Forest withLeafValues(double[][] leafValues) {
        double[] replaced = new double[value.length];
        for (int tree = 0; tree < trees(); tree++) {
            for (int n = roots[tree]; n < roots[tree + 1]; n++) {
                if (column[n] < 0) {
                    replaced[n] = leafValues[tree][right[n]];
                }
            }
        }
        return new Forest(this, replaced);
    }

    /// The same trees over other column numbers.
    Forest withColumns(int count, int[] newColumn) {
        int[] renamed = new int[column.length];
        for (int n = 0; n < column.length; n++) {
            renamed[n] = column[n] < 0 ? -1 : newColumn[column[n]];
        }
        Nodes nodes = new Nodes();
        nodes.column = renamed;
        nodes.threshold = threshold;
        nodes.right = right;
        nodes.missingLeft = missingLeft;
        nodes.value = value;
        nodes.cover = cover;
        nodes.sets = sets;
        nodes.hasSets = sets.length > 0;
        nodes.count = column.length;
        return new Forest(count, roots, nodes, floatSums);
    }

    /// How many comparisons the longest path of each tree takes.
    int[] depths() {
        int[] depths = new int[trees()];
        int[] below = new int[mostNodes()];
        for (int t = 0; t < depths.length; t++) {
            depths[t] = depth(t, below); // often called, so soon compiled: loads are waited for
        }
        return depths;
    }

    /// How many nodes the largest tree has.
    int mostNodes() {
        int most = 0;
        for (int t = 0; t < trees(); t++) {
            most = Math.max(most, roots[t + 1] - roots[t]);
        }
        return most;
    }

    private int depth(int tree, int[] below) {
        int first = roots[tree];
        for (int n = roots[tree + 1] - first - 1; n >= 0; n--) { // children come after their parent
            int at = first + n;
            below[n] = column[at] < 0 ? 0 : 1 + Math.max(below[n + 1], below[right[at] - first]);
        }
        return below[0];
    }

    /// Whether every node says how many rows reached it, so that means can be told.
    boolean covered() {
        for (double c : cover) {
            if (!(c >= 0)) {
                return false;
            }
        }
        return true;
    }

    /// Mean value of each node: leaves their value, inner nodes the cover-weighted mean of their children.
    double[] means() {
        double[] means = new double[value.length];
        for (int n = value.length - 1; n >= 0; n--) { // children come after their parent
            if (column[n] < 0) {
                means[n] = value[n];
            } else {
                int l = n + 1;
                int r = right[n];
                double both = cover[l] + cover[r];
                if (cover[l] == 0 && cover[r] > 0) {
                    means[n] = means[r]; // the other may have no value at all
                } else if (cover[r] == 0 && cover[l] > 0) {
                    means[n] = means[l];
                } else {
                    // Nothing reached either side: neither weighs more.
                    means[n] =
                            both > 0
                                    ? (cover[l] * means[l] + cover[r] * means[r]) / both
                                    : (means[l] + means[r]) / 2;
                }
            }
        }
        return means;
    }

    /// Takes nodes left-first; a right child's place is told when it begins.
    static final class Builder {
        private final Nodes nodes = new Nodes();
        private int[] roots = new int[64];
        private int trees;
        private int leaf;

        /// Makes room for so many nodes, so that no memory is taken for fewer first.
        void expect(int count) {
            if (count > nodes.column.length) {
                nodes.room(count);
            }
        }

        void tree() {
            if (trees + 2 > roots.length) {
                roots = Arrays.copyOf(roots, roots.length * 2);
            }
            roots[trees++] = nodes.count;
            leaf = 0;
        }

        /// A node whose left side takes values below `threshold`, which is not NaN.
        ///
        /// @return the node's place, for [#right]
        int inner(int column, double threshold, boolean missingLeft, double cover) {
            if (Double.isNaN(threshold)) {
                throw new IllegalArgumentException("nothing is below NaN; a threshold is needed");
            }
            return nodes.add(column, threshold, -1, missingLeft, 0, cover);
        }

        /// A node whose left side takes the categories of `set`: code `c` if bit `c % 32` of word `c / 32` is set.
        ///
        /// @param set of any length; kept, not copied
        /// @return the node's place, for [#right]
        int inner(int column, int[] set, boolean missingLeft, double cover) {
            int node = nodes.add(column, Double.NaN, -1, missingLeft, 0, cover);
            nodes.set(node, set);
            return node;
        }

        void leaf(double value, double cover) {
            nodes.add(-1, 0, leaf++, false, value, cover);
        }

        /// A leaf with a number of its own, which several places of a tree may share.
        void leaf(double value, double cover, int number) {
            nodes.add(-1, 0, number, false, value, cover);
        }

        /// Says that the next node to come is the right child of `parent`.
        void right(int parent) {
            nodes.right[parent] = nodes.count;
        }

        /// Cover of a node that turns out later than the node itself.
        void cover(int node, double cover) {
            nodes.cover[node] = cover;
        }

        int count() {
            return nodes.count;
        }

        /// Trees whose values are summed as doubles.
        Forest build(int columns) {
            return new Forest(columns, allRoots(), nodes, false);
        }

        /// Trees whose values are summed as floats, rounding at each addition, as XGBoost does.
        Forest buildWithFloatSums(int columns) {
            return new Forest(columns, allRoots(), nodes, true);
        }

        private int[] allRoots() {
            int[] all = Arrays.copyOf(roots, trees + 1);
            all[trees] = nodes.count;
            return all;
        }
    }

    private static final class Nodes {
        int[] column = new int[256];
        double[] threshold = new double[256];
        int[] right = new int[256];
        boolean[] missingLeft = new boolean[256];
        double[] value = new double[256];
        double[] cover = new double[256];
        int[][] sets = NO_SETS;
        boolean hasSets;
        int count;

        void room(int size) {
            if (size != column.length) {
                column = Arrays.copyOf(column, size);
                threshold = Arrays.copyOf(threshold, size);
                right = Arrays.copyOf(right, size);
                missingLeft = Arrays.copyOf(missingLeft, size);
                value = Arrays.copyOf(value, size);
                cover = Arrays.copyOf(cover, size);
            }
        }

        void set(int node, int[] set) {
            hasSets = true;
            if (node >= sets.length) {
                sets = Arrays.copyOf(sets, column.length);
            }
            sets[node] = set;
        }

        int add(
                int col,
                double below,
                int rightChild,
                boolean missing,
                double leafValue,
                double weight) {
            if (count == column.length) {
                room(Math.max(256, count * 2));
            }
            column[count] = col;
            threshold[count] = below;
            right[count] = rightChild;
            missingLeft[count] = missing;
            value[count] = leafValue;
            cover[count] = weight;
            return count++;
        }
    }
}
