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
        double[] share = new double[forest.mostNodes()];
        int[] depths = forest.depths();
        double saved = 0; // by the fast way
        for (int t = 0; t < depths.length; t++) {
            saved += saved(forest, t, depths[t], compared, share);
        }
        for (boolean one : compared) {
            saved -= one ? 1.8 : 0;
        }
        return saved < 0 ? forest : new Kernel(forest);
    }

    /// What the fast way saves in a tree, rows that are longs already.
    ///
    /// @param compared takes the columns that the tree compares
    /// @param share of the rows, by node of the tree
    private static double saved(
            Forest forest, int tree, int depth, boolean[] compared, double[] share) {
        double steps = 0;
        double surprises = 0;
        int first = forest.roots[tree];
        share[0] = 1;
        for (int n = first; n < forest.roots[tree + 1]; n++) {
            if (forest.column[n] < 0) {
                continue;
            }
            compared[forest.column[n]] = true;
            double rows = share[n - first];
            double left = leftShare(forest, n);
            steps += rows;
            surprises += rows * Math.min(left, 1 - left);
            share[n + 1 - first] = rows * left;
            share[forest.right[n] - first] = rows * (1 - left);
        }
        double plain = 3 + 1.5 * steps + 14 * surprises;
        return plain - 1 - Math.min(1.2 * depth, 3.5 * steps);
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
