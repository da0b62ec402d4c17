package dev.waxwing.pmml;

/// A way through all trees of a forest: node by node ([Forest]) or without branches ([Kernel]). Both give the same bits.
///
/// A processor guesses where a branch goes. Guesses that fail are what the plain way costs; where most come true, or where the
/// trees look at few of the many values that the fast way has to turn into longs first, the plain way is the faster one.
/// [#of(Forest)] estimates both by the nodes' cover. Where the document tells none, rows are taken to part evenly, but for
/// a leaf beside a subtree, to which they all go: so chains, whose rows may leave at once or nearly never, are
/// walked plainly, which never costs much.
///
/// The constants are nanoseconds fitted to what `ShapesBench` measures; only their relations count.
interface Walk {
    /// `base` plus one leaf value a tree, added in tree order.
    double sum(double base, float[] rows, int offset);

    /// Fills `out[i]` with `base` plus one leaf value a tree of row `i`, which begins at `rows[i * stride]`.
    void sums(double base, float[] rows, int stride, int n, double[] out);

    /// The way that should take less time.
    static Walk of(Forest forest) {
        boolean[] compared = new boolean[forest.columns];
        double[] share = new double[forest.column.length]; // of the rows, by node
        int[] depths = forest.depths();
        double plain = 0;
        double fast = 0;
        for (int t = 0; t < forest.trees(); t++) {
            double steps = 0;
            double surprises = 0;
            share[forest.roots[t]] = 1;
            for (int n = forest.roots[t]; n < forest.roots[t + 1]; n++) {
                if (forest.column[n] < 0) {
                    continue;
                }
                if (!compared[forest.column[n]]) {
                    compared[forest.column[n]] = true;
                    fast += 1.8;
                }
                double left = leftShare(forest, n);
                steps += share[n];
                surprises += share[n] * Math.min(left, 1 - left);
                share[n + 1] = share[n] * left;
                share[forest.right[n]] = share[n] * (1 - left);
            }
            plain += 3 + 1.5 * steps + 14 * surprises;
            fast += 1 + Math.min(1.2 * depths[t], 3.5 * steps);
        }
        return plain < fast ? forest : new Kernel(forest);
    }

    private static double leftShare(Forest forest, int node) {
        double left = forest.cover[node + 1];
        double both = left + forest.cover[forest.right[node]];
        if (both > 0) {
            return left / both;
        }
        boolean leftLeaf = forest.column[node + 1] < 0;
        boolean rightLeaf = forest.column[forest.right[node]] < 0;
        return leftLeaf == rightLeaf ? 0.5 : leftLeaf ? 1 : 0;
    }
}
