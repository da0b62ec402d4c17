package dev.waxwing.pmml;

/// Walks a [Forest] without branches, eight trees at a time.
///
/// A float is turned into an int that sorts the same way, and a missing value into the least or the greatest int,
/// outside the range of the infinities: so "below the threshold or missing and left" is one subtraction whose sign
/// moves the walk, and no processor has to guess. Balanced trees are padded to perfect ones, where node `k` has the
/// children `2k` and `2k + 1`; others keep their links, and a leaf is its own child until all eight have arrived.
///
/// Rows are floats; thresholds that no float equals are rounded up to the next one, which decides the same way for every
/// float. Sums are double, in tree order, the same as [Forest#sum].
final class Kernel {
    private static final int WIDE = 8;
    private static final int MOST_LEVELS = 10;

    /// The row at hand as sortable ints; one a thread, so that scoring allocates nothing.
    private static final ThreadLocal<int[]> SCRATCH = ThreadLocal.withInitial(() -> new int[256]);

    private final Forest forest;
    private final int inputs;
    private final int trees;
    private final int[] levels; // of each group of eight trees; -1 = linked
    private final int[] start; // of each tree in the arrays of its group's form
    private final char[] column;
    private final int[] key;
    private final double[] value;
    private final int[] linkedChild;
    private final int[] linkedColumn;
    private final int[] linkedKey;
    private final double[] linkedValue;

    Kernel(Forest forest) {
        this.forest = forest;
        this.inputs = forest.columns;
        this.trees = forest.trees();
        int groups = (trees + WIDE - 1) / WIDE;
        this.levels = new int[groups];
        this.start = new int[trees];
        int[] depths = forest.depths();
        int perfect = 0;
        int linked = 0;
        for (int g = 0; g < groups; g++) {
            int first = g * WIDE;
            int last = Math.min(trees, first + WIDE);
            int deepest = 0;
            for (int t = first; t < last; t++) {
                deepest = Math.max(deepest, depths[t]);
            }
            int nodes = forest.roots[last] - forest.roots[first];
            boolean padded =
                    2 * inputs <= Character.MAX_VALUE
                            && deepest <= MOST_LEVELS
                            && ((long) (last - first) << deepest)
                                    <= Math.max(64L * (last - first), 2L * nodes);
            levels[g] = padded ? deepest : -1;
            for (int t = first; t < last; t++) {
                start[t] = padded ? perfect : linked;
                if (padded) {
                    perfect = Math.addExact(perfect, 1 << deepest);
                } else {
                    linked += forest.roots[t + 1] - forest.roots[t];
                }
            }
        }
        this.column = new char[perfect];
        this.key = new int[perfect];
        this.value = new double[perfect];
        this.linkedChild = new int[2 * linked];
        this.linkedColumn = new int[linked];
        this.linkedKey = new int[linked];
        this.linkedValue = new double[linked];
        for (int t = 0; t < trees; t++) {
            int depth = levels[t / WIDE];
            if (depth >= 0) {
                pad(forest, forest.roots[t], start[t], 1, depth);
            } else {
                link(forest, t, start[t]);
            }
        }
    }

    /// Copies a subtree to place `at` of a perfect tree; a leaf that comes early fills all places below it.
    private void pad(Forest forest, int node, int base, int at, int depth) {
        boolean leaf = forest.column[node] < 0;
        if (depth == 0) {
            value[base + at - Integer.highestOneBit(at)] = forest.value[node];
            return;
        }
        if (!leaf) {
            column[base + at] =
                    (char) (forest.column[node] + (forest.missingLeft[node] ? 0 : inputs));
            key[base + at] = keyOf(forest.threshold[node]);
        }
        pad(forest, leaf ? node : node + 1, base, 2 * at, depth - 1);
        pad(forest, leaf ? node : forest.right[node], base, 2 * at + 1, depth - 1);
    }

    private void link(Forest forest, int tree, int base) {
        int root = forest.roots[tree];
        for (int n = root; n < forest.roots[tree + 1]; n++) {
            int to = base + n - root;
            if (forest.column[n] < 0) {
                linkedChild[2 * to] = to;
                linkedChild[2 * to + 1] = to;
                linkedValue[to] = forest.value[n];
            } else {
                linkedChild[2 * to] = to + 1;
                linkedChild[2 * to + 1] = base + forest.right[n] - root;
                linkedColumn[to] = forest.column[n] + (forest.missingLeft[n] ? 0 : inputs);
                linkedKey[to] = keyOf(forest.threshold[n]);
            }
        }
    }

    /// The least float that is not below the threshold, as a sortable int.
    static int keyOf(double threshold) {
        float rounded = (float) threshold;
        return sortable(rounded < threshold ? Math.nextUp(rounded) : rounded);
    }

    /// An int for each float, in the same order; −0 and 0 are one.
    static int sortable(float x) {
        int bits = Float.floatToRawIntBits(x + 0.0f);
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    /// `base` plus one leaf value a tree.
    double sum(double base, float[] rows, int offset) {
        if (walksPlainly()) {
            return forest.sum(base, rows, offset);
        }
        int[] x = scratch();
        encode(rows, offset, x);
        return sum(base, x);
    }

    /// Fills `out[from + i]` with `base` plus one leaf value a tree of row `i`.
    void sums(double base, float[] rows, int stride, int n, double[] out) {
        if (walksPlainly()) {
            for (int row = 0; row < n; row++) {
                out[row] = forest.sum(base, rows, row * stride);
            }
            return;
        }
        int[] x = scratch();
        for (int row = 0; row < n; row++) {
            encode(rows, row * stride, x);
            out[row] = sum(base, x);
        }
    }

    /// Sets of categories and sums in floats have no fast walk yet.
    private boolean walksPlainly() {
        return forest.sets.length > 0 || forest.floatSums;
    }

    private int[] scratch() {
        int[] x = SCRATCH.get();
        if (x.length < 2 * inputs) {
            x = new int[2 * inputs];
            SCRATCH.set(x);
        }
        return x;
    }

    private void encode(float[] rows, int offset, int[] x) {
        for (int i = 0; i < inputs; i++) {
            float value = rows[offset + i];
            int sorted = sortable(value);
            boolean missing = Float.isNaN(value);
            x[i] = missing ? Integer.MIN_VALUE : sorted;
            x[inputs + i] = missing ? Integer.MAX_VALUE : sorted;
        }
    }

    private double sum(double base, int[] x) {
        double sum = base;
        int full = trees / WIDE;
        for (int g = 0; g < full; g++) {
            sum = levels[g] >= 0 ? perfectEight(sum, g, x) : linkedEight(sum, g * WIDE, x);
        }
        for (int t = full * WIDE; t < trees; t++) {
            sum += levels[full] >= 0 ? perfectOne(t, levels[full], x) : linkedOne(t, x);
        }
        return sum;
    }

    private double perfectEight(double before, int group, int[] x) {
        char[] column = this.column;
        int[] key = this.key;
        int depth = levels[group];
        int size = 1 << depth;
        int s0 = start[group * WIDE];
        int s1 = s0 + size;
        int s2 = s1 + size;
        int s3 = s2 + size;
        int s4 = s3 + size;
        int s5 = s4 + size;
        int s6 = s5 + size;
        int s7 = s6 + size;
        int k0 = 1;
        int k1 = 1;
        int k2 = 1;
        int k3 = 1;
        int k4 = 1;
        int k5 = 1;
        int k6 = 1;
        int k7 = 1;
        for (int level = 0; level < depth; level++) {
            k0 = 2 * k0 + notBelow(x[column[s0 + k0]], key[s0 + k0]);
            k1 = 2 * k1 + notBelow(x[column[s1 + k1]], key[s1 + k1]);
            k2 = 2 * k2 + notBelow(x[column[s2 + k2]], key[s2 + k2]);
            k3 = 2 * k3 + notBelow(x[column[s3 + k3]], key[s3 + k3]);
            k4 = 2 * k4 + notBelow(x[column[s4 + k4]], key[s4 + k4]);
            k5 = 2 * k5 + notBelow(x[column[s5 + k5]], key[s5 + k5]);
            k6 = 2 * k6 + notBelow(x[column[s6 + k6]], key[s6 + k6]);
            k7 = 2 * k7 + notBelow(x[column[s7 + k7]], key[s7 + k7]);
        }
        double[] value = this.value;
        int low = size - 1; // the leading bit of k falls away
        double sum = before;
        sum += value[s0 + (k0 & low)];
        sum += value[s1 + (k1 & low)];
        sum += value[s2 + (k2 & low)];
        sum += value[s3 + (k3 & low)];
        sum += value[s4 + (k4 & low)];
        sum += value[s5 + (k5 & low)];
        sum += value[s6 + (k6 & low)];
        sum += value[s7 + (k7 & low)];
        return sum;
    }

    private double perfectOne(int tree, int depth, int[] x) {
        int s = start[tree];
        int k = 1;
        for (int level = 0; level < depth; level++) {
            k = 2 * k + notBelow(x[column[s + k]], key[s + k]);
        }
        return value[s + (k & ((1 << depth) - 1))];
    }

    private double linkedEight(double before, int first, int[] x) {
        int[] child = linkedChild;
        int k0 = start[first];
        int k1 = start[first + 1];
        int k2 = start[first + 2];
        int k3 = start[first + 3];
        int k4 = start[first + 4];
        int k5 = start[first + 5];
        int k6 = start[first + 6];
        int k7 = start[first + 7];
        int moved;
        do {
            int before0 = k0 + k1 + k2 + k3;
            int before4 = k4 + k5 + k6 + k7;
            for (int step = 0; step < 4; step++) {
                k0 = child[2 * k0 + notBelow(x[linkedColumn[k0]], linkedKey[k0])];
                k1 = child[2 * k1 + notBelow(x[linkedColumn[k1]], linkedKey[k1])];
                k2 = child[2 * k2 + notBelow(x[linkedColumn[k2]], linkedKey[k2])];
                k3 = child[2 * k3 + notBelow(x[linkedColumn[k3]], linkedKey[k3])];
                k4 = child[2 * k4 + notBelow(x[linkedColumn[k4]], linkedKey[k4])];
                k5 = child[2 * k5 + notBelow(x[linkedColumn[k5]], linkedKey[k5])];
                k6 = child[2 * k6 + notBelow(x[linkedColumn[k6]], linkedKey[k6])];
                k7 = child[2 * k7 + notBelow(x[linkedColumn[k7]], linkedKey[k7])];
            }
            // Children have greater numbers than their parents, so the sums stand still only when
            // all eight do.
            moved = (k0 + k1 + k2 + k3 - before0) | (k4 + k5 + k6 + k7 - before4);
        } while (moved != 0);
        double sum = before;
        sum += linkedValue[k0];
        sum += linkedValue[k1];
        sum += linkedValue[k2];
        sum += linkedValue[k3];
        sum += linkedValue[k4];
        sum += linkedValue[k5];
        sum += linkedValue[k6];
        sum += linkedValue[k7];
        return sum;
    }

    private double linkedOne(int tree, int[] x) {
        int k = start[tree];
        int next = linkedChild[2 * k + notBelow(x[linkedColumn[k]], linkedKey[k])];
        while (next != k) {
            k = next;
            next = linkedChild[2 * k + notBelow(x[linkedColumn[k]], linkedKey[k])];
        }
        return linkedValue[k];
    }

    /// 1 if `x >= key`, else 0.
    private static int notBelow(int x, int key) {
        return 1 + (int) (((long) x - key) >> 63);
    }
}
