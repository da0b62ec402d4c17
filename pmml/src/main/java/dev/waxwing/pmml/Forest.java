package dev.waxwing.pmml;

import java.util.Arrays;

/// Trees as flat arrays, nodes in left-first order, so that a left child is the next node.
///
/// Every node asks one question: is the value below the threshold? A missing value (NaN) takes the side that the
/// node names. This class is the plain way to walk them; [Kernel] is the fast one and must agree with it bit by bit.
final class Forest {
    final int columns;
    final int[] roots; // first node of each tree, and one past the last
    final int[] column; // -1 at leaves
    final double[] threshold; // left if x < threshold
    final int[] right; // right child; at leaves the leaf's number within its tree
    final boolean[] missingLeft;
    final double[] value; // at leaves
    final double[] cover; // NaN where the document does not say

    private Forest(int columns, int[] roots, Nodes nodes) {
        this.columns = columns;
        this.roots = roots;
        this.column = Arrays.copyOf(nodes.column, nodes.count);
        this.threshold = Arrays.copyOf(nodes.threshold, nodes.count);
        this.right = Arrays.copyOf(nodes.right, nodes.count);
        this.missingLeft = Arrays.copyOf(nodes.missingLeft, nodes.count);
        this.value = Arrays.copyOf(nodes.value, nodes.count);
        this.cover = Arrays.copyOf(nodes.cover, nodes.count);
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
    }

    int trees() {
        return roots.length - 1;
    }

    int leaves(int tree) {
        int leaves = 0;
        for (int n = roots[tree]; n < roots[tree + 1]; n++) {
            leaves += column[n] < 0 ? 1 : 0;
        }
        return leaves;
    }

    /// The leaf node that the row reaches.
    int leaf(int tree, float[] rows, int offset) {
        int node = roots[tree];
        while (column[node] >= 0) {
            float x = rows[offset + column[node]];
            boolean left = Float.isNaN(x) ? missingLeft[node] : x < threshold[node];
            node = left ? node + 1 : right[node];
        }
        return node;
    }

    /// The leaf node that the row reaches, for values that a float cannot hold.
    int leaf(int tree, double[] row) {
        int node = roots[tree];
        while (column[node] >= 0) {
            double x = row[column[node]];
            boolean left = Double.isNaN(x) ? missingLeft[node] : x < threshold[node];
            node = left ? node + 1 : right[node];
        }
        return node;
    }

    /// `base` plus one leaf value a tree, added in tree order.
    double sum(double base, float[] rows, int offset) {
        double sum = base;
        for (int tree = 0; tree < trees(); tree++) {
            sum += value[leaf(tree, rows, offset)];
        }
        return sum;
    }

    double sum(double base, double[] row) {
        double sum = base;
        for (int tree = 0; tree < trees(); tree++) {
            sum += value[leaf(tree, row)];
        }
        return sum;
    }

    /// The same trees with other leaf values; `leafValues[tree][leaf]`.
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
        nodes.count = column.length;
        return new Forest(count, roots, nodes);
    }

    int depth(int tree) {
        return depthBelow(roots[tree]);
    }

    private int depthBelow(int node) {
        return column[node] < 0 ? 0 : 1 + Math.max(depthBelow(node + 1), depthBelow(right[node]));
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
                // Nothing reached either side: neither weighs more.
                means[n] =
                        both > 0
                                ? (cover[l] * means[l] + cover[r] * means[r]) / both
                                : (means[l] + means[r]) / 2;
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

        void tree() {
            if (trees + 2 > roots.length) {
                roots = Arrays.copyOf(roots, roots.length * 2);
            }
            roots[trees++] = nodes.count;
            leaf = 0;
        }

        /// @return the node's place, for [#right]
        int inner(int column, double threshold, boolean missingLeft, double cover) {
            return nodes.add(column, threshold, -1, missingLeft, 0, cover);
        }

        void leaf(double value, double cover) {
            nodes.add(-1, 0, leaf++, false, value, cover);
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

        Forest build(int columns) {
            int[] all = Arrays.copyOf(roots, trees + 1);
            all[trees] = nodes.count;
            return new Forest(columns, all, nodes);
        }
    }

    private static final class Nodes {
        int[] column = new int[256];
        double[] threshold = new double[256];
        int[] right = new int[256];
        boolean[] missingLeft = new boolean[256];
        double[] value = new double[256];
        double[] cover = new double[256];
        int count;

        int add(
                int col,
                double below,
                int rightChild,
                boolean missing,
                double leafValue,
                double weight) {
            if (count == column.length) {
                int more = count * 2;
                column = Arrays.copyOf(column, more);
                threshold = Arrays.copyOf(threshold, more);
                right = Arrays.copyOf(right, more);
                missingLeft = Arrays.copyOf(missingLeft, more);
                value = Arrays.copyOf(value, more);
                cover = Arrays.copyOf(cover, more);
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
