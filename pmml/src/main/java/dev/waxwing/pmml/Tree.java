package dev.waxwing.pmml;

import static java.util.Objects.requireNonNull;

/// One regression tree as parallel arrays over its nodes; node 0 is the root.
///
/// A row goes to [#left()] of a node if `x < threshold`, or, at a node that asks for categories, if `x` is one of them; else to [#right()]. A
/// missing `x` (NaN) goes left where [#missingLeft()] says so. A leaf has `left == -1`. Leaves are numbered left-first, depth-first by [#leafIndex()].
/// The arrays are the caller's own: they are neither copied nor to be changed afterwards.
public final class Tree {
    private final int[] feature;
    private final float[] threshold;
    private final int[] left;
    private final int[] right;
    private final boolean[] missingLeft;
    private final double[] value;
    private final double[] cover;
    private final int[] leafIndex;
    private final int[][] categories;
    private final int leaves;
    private final int depth;

    /// A tree that compares with thresholds alone.
    ///
    /// @throws IllegalArgumentException if the arrays do not make a tree; names the node
    public Tree(
            int[] feature,
            float[] threshold,
            int[] left,
            int[] right,
            boolean[] missingLeft,
            double[] value,
            double[] cover,
            int[] leafIndex) {
        this(
                feature,
                threshold,
                left,
                right,
                missingLeft,
                value,
                cover,
                leafIndex,
                new int[feature.length][]);
    }

    /// @param feature index of the input that an inner node compares; any value at leaves
    /// @param threshold finite or infinite, never NaN at inner nodes; any value where there are categories
    /// @param left index of the left child, -1 at leaves
    /// @param right index of the right child, -1 at leaves
    /// @param missingLeft whether a missing value goes left
    /// @param value what a leaf adds to the margin; any value at inner nodes
    /// @param cover how much training weight reached the node; explanations weigh children by it
    /// @param leafIndex left-first depth-first number of a leaf from 0; -1 at inner nodes
    /// @param categories that go left, whole numbers from 0, rising; null at leaves and where a threshold is compared
    /// @throws IllegalArgumentException if the arrays do not make a tree; names the node
    public Tree(
            int[] feature,
            float[] threshold,
            int[] left,
            int[] right,
            boolean[] missingLeft,
            double[] value,
            double[] cover,
            int[] leafIndex,
            int[][] categories) {
        this.feature = requireNonNull(feature, "feature is null");
        this.threshold = requireNonNull(threshold, "threshold is null");
        this.left = requireNonNull(left, "left is null");
        this.right = requireNonNull(right, "right is null");
        this.missingLeft = requireNonNull(missingLeft, "missingLeft is null");
        this.value = requireNonNull(value, "value is null");
        this.cover = requireNonNull(cover, "cover is null");
        this.leafIndex = requireNonNull(leafIndex, "leafIndex is null");
        this.categories = requireNonNull(categories, "categories is null");
        int nodes = feature.length;
        int[] lengths = {
            threshold.length,
            left.length,
            right.length,
            missingLeft.length,
            value.length,
            cover.length,
            leafIndex.length,
            categories.length
        };
        for (int length : lengths) {
            if (length != nodes) {
                throw new IllegalArgumentException(
                        "a tree's arrays must be of one length, got "
                                + nodes
                                + " features and "
                                + length);
            }
        }
        if (nodes == 0) {
            throw new IllegalArgumentException("a tree needs at least one node");
        }
        int[] seen = walk(nodes);
        this.leaves = seen[0];
        this.depth = seen[1];
    }

    /// Checks every node on the way, left-first; returns the leaves and the depth.
    private int[] walk(int nodes) {
        boolean[] reached = new boolean[nodes];
        int[] stack = new int[nodes + 1];
        int[] level = new int[nodes + 1];
        int top = 0;
        int visited = 0;
        int leavesSoFar = 0;
        int deepest = 0;
        stack[top++] = 0;
        while (top > 0) {
            top--;
            int node = stack[top];
            int at = level[top];
            if (node < 0 || node >= nodes) {
                throw new IllegalArgumentException(
                        "node " + node + " does not exist; the tree has " + nodes);
            }
            if (reached[node]) {
                throw new IllegalArgumentException("node " + node + " is reached twice");
            }
            reached[node] = true;
            visited++;
            deepest = Math.max(deepest, at);
            if (left[node] == -1) {
                checkLeaf(node, leavesSoFar++);
                continue;
            }
            checkInner(node);
            stack[top] = right[node];
            level[top++] = at + 1;
            stack[top] = left[node];
            level[top++] = at + 1;
        }
        if (visited != nodes) {
            throw new IllegalArgumentException(
                    (nodes - visited) + " of " + nodes + " nodes are not reached");
        }
        return new int[] {leavesSoFar, deepest};
    }

    private void checkLeaf(int node, int expected) {
        if (right[node] != -1) {
            throw new IllegalArgumentException(
                    "node " + node + " has a right child but no left one");
        }
        if (leafIndex[node] != expected) {
            throw new IllegalArgumentException(
                    "leaf at node "
                            + node
                            + " must be number "
                            + expected
                            + " (left-first), got "
                            + leafIndex[node]);
        }
        if (Double.isNaN(value[node]) || Double.isInfinite(value[node])) {
            throw new IllegalArgumentException(
                    "leaf at node " + node + " has the value " + value[node]);
        }
    }

    private void checkInner(int node) {
        if (categories[node] != null) {
            checkCategories(node);
        } else if (Float.isNaN(threshold[node])) {
            throw new IllegalArgumentException("node " + node + " has the threshold NaN");
        }
        if (feature[node] < 0) {
            throw new IllegalArgumentException(
                    "node " + node + " compares feature " + feature[node]);
        }
        if (leafIndex[node] != -1) {
            throw new IllegalArgumentException(
                    "inner node " + node + " must have leaf index -1, got " + leafIndex[node]);
        }
    }

    private void checkCategories(int node) {
        int before = -1;
        for (int category : categories[node]) {
            if (category <= before) {
                throw new IllegalArgumentException(
                        "node "
                                + node
                                + ": categories must be whole numbers from 0 that rise, got "
                                + category
                                + " after "
                                + before);
            }
            before = category;
        }
        if (before < 0) {
            throw new IllegalArgumentException("node " + node + " asks for no category");
        }
    }

    /// The input that each inner node compares.
    public int[] feature() {
        return feature;
    }

    /// A value below it goes left.
    public float[] threshold() {
        return threshold;
    }

    /// Left children; -1 at leaves.
    public int[] left() {
        return left;
    }

    /// Right children; -1 at leaves.
    public int[] right() {
        return right;
    }

    /// Where a missing value goes.
    public boolean[] missingLeft() {
        return missingLeft;
    }

    /// Leaf values.
    public double[] value() {
        return value;
    }

    /// Training weight that reached each node.
    public double[] cover() {
        return cover;
    }

    /// Left-first numbers of leaves; -1 at inner nodes.
    public int[] leafIndex() {
        return leafIndex;
    }

    /// Which categories go left; null at leaves and where a threshold is compared.
    public int[][] categories() {
        return categories;
    }

    /// How many nodes there are.
    public int nodes() {
        return feature.length;
    }

    /// How many leaves there are.
    public int leaves() {
        return leaves;
    }

    /// How many comparisons the longest path takes.
    public int depth() {
        return depth;
    }
}
