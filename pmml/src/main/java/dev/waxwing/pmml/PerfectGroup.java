package dev.waxwing.pmml;

/// Trees padded to perfect ones of one depth: node `k` has the children `2k` and `2k + 1`, so that a step needs no link.
final class PerfectGroup extends TreeGroup {
    private static final int MOST_LEVELS = 10;

    private final int trees;
    private final int depth;
    private final long[] node; // `1 << depth` for each tree; the first of them is no node
    private final double[] value; // `1 << depth` for each tree

    /// Whether padding costs little: at most a small tree's room, or twice the nodes that are there.
    static boolean fits(Forest forest, int first, int last, int depth) {
        if (depth > MOST_LEVELS) {
            return false;
        }
        for (int n = forest.roots[first]; n < forest.roots[last]; n++) {
            if (forest.sets.length > 0 && forest.sets[n] != null) {
                return false;
            }
        }
        int nodes = forest.roots[last] - forest.roots[first];
        return (last - first) << depth <= Math.max(64 * (last - first), 2 * nodes);
    }

    PerfectGroup(Forest forest, RowLayout layout, int first, int last, int depth) {
        super(forest.floatSums);
        this.trees = last - first;
        this.depth = depth;
        this.node = new long[trees << depth];
        this.value = new double[trees << depth];
        for (int t = 0; t < trees; t++) {
            pad(forest, layout, forest.roots[first + t], t << depth, 1, depth);
        }
    }

    /// Copies a subtree to place `at` of a perfect tree; a leaf that comes early fills all places below it.
    private void pad(Forest forest, RowLayout layout, int from, int base, int at, int levels) {
        if (levels == 0) {
            double leaf = forest.value[from];
            value[base + at - Integer.highestOneBit(at)] = forest.floatSums ? (float) leaf : leaf;
            return;
        }
        boolean early = forest.column[from] < 0;
        if (!early) {
            node[base + at] = layout.node(forest, from);
        }
        pad(forest, layout, early ? from : from + 1, base, 2 * at, levels - 1);
        pad(forest, layout, early ? from : forest.right[from], base, 2 * at + 1, levels - 1);
    }

    @Override
    double add(double sum, long[] x) {
        return trees == Kernel.WIDE ? addEight(sum, x) : addEach(sum, x);
    }

    private double addEight(double before, long[] x) {
        long[] node = this.node;
        int size = 1 << depth;
        int s1 = size;
        int s2 = 2 * size;
        int s3 = 3 * size;
        int s4 = 4 * size;
        int s5 = 5 * size;
        int s6 = 6 * size;
        int s7 = 7 * size;
        int k0 = 1;
        int k1 = 1;
        int k2 = 1;
        int k3 = 1;
        int k4 = 1;
        int k5 = 1;
        int k6 = 1;
        int k7 = 1;
        for (int level = 0; level < depth; level++) {
            k0 = 2 * k0 + 1 + below(x, node[k0]);
            k1 = 2 * k1 + 1 + below(x, node[s1 + k1]);
            k2 = 2 * k2 + 1 + below(x, node[s2 + k2]);
            k3 = 2 * k3 + 1 + below(x, node[s3 + k3]);
            k4 = 2 * k4 + 1 + below(x, node[s4 + k4]);
            k5 = 2 * k5 + 1 + below(x, node[s5 + k5]);
            k6 = 2 * k6 + 1 + below(x, node[s6 + k6]);
            k7 = 2 * k7 + 1 + below(x, node[s7 + k7]);
        }
        // The leading bit of k, which is `size`, falls away.
        double sum = plus(before, value[k0 - size]);
        sum = plus(sum, value[k1]);
        sum = plus(sum, value[s1 + k2]);
        sum = plus(sum, value[s2 + k3]);
        sum = plus(sum, value[s3 + k4]);
        sum = plus(sum, value[s4 + k5]);
        sum = plus(sum, value[s5 + k6]);
        return plus(sum, value[s6 + k7]);
    }

    private double addEach(double before, long[] x) {
        double sum = before;
        for (int t = 0; t < trees; t++) {
            int s = t << depth;
            int k = 1;
            for (int level = 0; level < depth; level++) {
                k = 2 * k + 1 + below(x, node[s + k]);
            }
            sum = plus(sum, value[s + k - (1 << depth)]);
        }
        return sum;
    }
}
