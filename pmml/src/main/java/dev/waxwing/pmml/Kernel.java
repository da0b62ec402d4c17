package dev.waxwing.pmml;

import java.util.Arrays;

/// Walks a [Forest] without branches, eight trees at a time, so that no processor has to guess.
///
/// A row is first turned into longs, one or more for each column that the trees compare: a float becomes an int that
/// sorts the same way, and a missing value the least int for nodes that send it left, the greatest for the others. So
/// "below the threshold, or missing and left" is the sign of one subtraction. Thresholds that no float equals are rounded up
/// to the next one, which decides the same way for every float.
///
/// Trees stand in groups of eight; [PerfectGroup] holds bushy ones, [LinkedGroup] all others. Sums are made in tree order,
/// the same as [Forest#sum].
final class Kernel implements Walk {
    static final int WIDE = 8;

    /// Rows of a batch that go through one group after the other: few enough for the nearest cache.
    private static final int BLOCK = 16;

    /// The rows at hand as longs; one a thread, so that scoring allocates nothing.
    private static final ThreadLocal<long[][]> SCRATCH = new ThreadLocal<>();

    private final TreeGroup[] groups;
    private final boolean floatSums;
    private final int[] compared; // columns with thresholds
    private final int[] categorical; // columns with sets
    private final int width; // longs a row

    Kernel(Forest forest) {
        boolean[] hasThreshold = new boolean[forest.columns];
        boolean[] hasSet = new boolean[forest.columns];
        for (int t = 0; t < forest.trees(); t++) {
            mark(forest, t, hasThreshold, hasSet);
        }
        this.floatSums = forest.floatSums;
        this.compared = where(hasThreshold);
        this.categorical = where(hasSet);
        this.width = Math.max(1, 2 * compared.length + categorical.length);
        RowLayout layout = new RowLayout(forest.columns, compared, categorical);
        int[] depths = forest.depths();
        this.groups = new TreeGroup[(forest.trees() + WIDE - 1) / WIDE];
        for (int g = 0; g < groups.length; g++) {
            int first = g * WIDE;
            int last = Math.min(forest.trees(), first + WIDE);
            int deepest = 0;
            for (int t = first; t < last; t++) {
                deepest = Math.max(deepest, depths[t]);
            }
            groups[g] =
                    PerfectGroup.fits(forest, first, last, deepest)
                            ? new PerfectGroup(forest, layout, first, last, deepest)
                            : new LinkedGroup(forest, layout, first, last);
        }
    }

    private static void mark(Forest forest, int tree, boolean[] hasThreshold, boolean[] hasSet) {
        for (int n = forest.roots[tree]; n < forest.roots[tree + 1]; n++) {
            if (forest.column[n] >= 0) {
                boolean set = forest.sets.length > 0 && forest.sets[n] != null;
                (set ? hasSet : hasThreshold)[forest.column[n]] = true;
            }
        }
    }

    private static int[] where(boolean[] flags) {
        int[] places = new int[flags.length];
        int count = 0;
        for (int i = 0; i < flags.length; i++) {
            if (flags[i]) {
                places[count++] = i;
            }
        }
        return Arrays.copyOf(places, count);
    }

    @Override
    public double sum(double base, float[] rows, int offset) {
        long[] x = scratch(1)[0];
        encode(rows, offset, x);
        double sum = floatSums ? (float) base : base;
        for (TreeGroup group : groups) {
            sum = group.add(sum, x);
        }
        return sum;
    }

    @Override
    public void sums(double base, float[] rows, int stride, int n, double[] out) {
        long[][] x = scratch(Math.min(n, BLOCK));
        Arrays.fill(out, 0, n, floatSums ? (float) base : base);
        for (int from = 0; from < n; from += BLOCK) {
            int many = Math.min(BLOCK, n - from);
            for (int i = 0; i < many; i++) {
                encode(rows, (from + i) * stride, x[i]);
            }
            for (TreeGroup group : groups) {
                for (int i = 0; i < many; i++) {
                    out[from + i] = group.add(out[from + i], x[i]);
                }
            }
        }
    }

    private long[][] scratch(int rows) {
        long[][] x = SCRATCH.get();
        if (x == null) {
            x = new long[Math.max(1, rows)][width];
            SCRATCH.set(x);
        } else if (x.length < rows || x[0].length < width) {
            x = new long[Math.max(rows, x.length)][Math.max(width, x[0].length)];
            SCRATCH.set(x);
        }
        return x;
    }

    private void encode(float[] rows, int offset, long[] x) {
        int[] compared = this.compared;
        int half = compared.length;
        for (int i = 0; i < half; i++) {
            float value = rows[offset + compared[i]];
            long sorted = RowLayout.wide(RowLayout.sortable(value));
            boolean missing = Float.isNaN(value);
            x[i] = missing ? RowLayout.LEAST : sorted;
            x[half + i] = missing ? RowLayout.GREATEST : sorted;
        }
        for (int i = 0; i < categorical.length; i++) {
            x[2 * half + i] = RowLayout.code(rows[offset + categorical[i]]);
        }
    }
}
