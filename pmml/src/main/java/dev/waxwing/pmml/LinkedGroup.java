package dev.waxwing.pmml;

/// Trees whose nodes keep links, for uneven and deep ones and for those with sets of categories.
///
/// A node is two longs, `key << 31 | place` as in [RowLayout] and `set << 32 | right child`; the left child stands just
/// before the right one. A leaf is its own left child and sends every row there, so all eight walks may go on until most
/// have arrived; the few left over then walk on alone, and an uneven tree holds up nobody.
final class LinkedGroup extends TreeGroup {
    private static final double MOST = 0.9; // slower on leaf-wise trees: 0.75 and 0.97
    private final long[] node;
    private final int[] root;
    private final double[] value;
    private final int[]
            sets; // at each set's place its length in words, then the words; empty if there is none
    private final int together; // steps that all walks make

    LinkedGroup(Forest forest, RowLayout layout, int first, int last) {
        super(forest.floatSums);
        int from = forest.roots[first];
        int nodes = forest.roots[last] - from;
        int trees = last - first;
        this.node = new long[2 * nodes + 2 * trees];
        this.value = new double[nodes + trees];
        this.root = new int[trees];
        SetPool pool = new SetPool(forest, from, forest.roots[last]);
        this.sets = pool.words;
        int[] place = new int[nodes]; // by node of the forest
        int next = 0;
        for (int t = 0; t < trees; t++) {
            root[t] = next;
            place[forest.roots[first + t] - from] = next;
            next += 2; // pairs stay together, also in cache lines
            for (int n = forest.roots[first + t]; n < forest.roots[first + t + 1]; n++) {
                int at = place[n - from];
                if (forest.column[n] < 0) {
                    node[2 * at] = RowLayout.alwaysLeft();
                    node[2 * at + 1] = at + 1L;
                    value[at] = forest.floatSums ? (float) forest.value[n] : forest.value[n];
                } else {
                    node[2 * at] = layout.node(forest, n);
                    node[2 * at + 1] = (long) pool.place[n - from] << 32 | (next + 1L);
                    place[n + 1 - from] = next;
                    place[forest.right[n] - from] = next + 1;
                    next += 2;
                }
            }
        }
        this.together = stepsForMost(forest, first, last);
    }

    /// How many steps take most walks to their leaf, as far as the nodes' cover tells; without it, both sides weigh the same.
    private static int stepsForMost(Forest forest, int first, int last) {
        int from = forest.roots[first];
        int to = forest.roots[last];
        double[] share = new double[to - from];
        int[] depth = new int[to - from];
        double[] arriving = new double[to - from];
        for (int t = first; t < last; t++) {
            share[forest.roots[t] - from] = 1;
        }
        for (int n = from; n < to; n++) {
            if (forest.column[n] < 0) {
                arriving[depth[n - from]] += share[n - from];
                continue;
            }
            int left = n + 1;
            int right = forest.right[n];
            double both = forest.cover[left] + forest.cover[right];
            double part = both > 0 ? forest.cover[left] / both : 0.5;
            share[left - from] = share[n - from] * part;
            share[right - from] = share[n - from] * (1 - part);
            depth[left - from] = depth[n - from] + 1;
            depth[right - from] = depth[n - from] + 1;
        }
        double most = MOST * (last - first);
        double arrived = 0;
        int steps = 0;
        while (steps < arriving.length && (arrived += arriving[steps]) < most) {
            steps++;
        }
        return steps;
    }

    @Override
    double add(double sum, long[] x) {
        return root.length < Kernel.WIDE
                ? addEach(sum, x)
                : sets.length > 0 ? addEightWithSets(sum, x) : addEight(sum, x);
    }

    private double addEight(double before, long[] x) {
        long[] node = this.node;
        int k0 = root[0];
        int k1 = root[1];
        int k2 = root[2];
        int k3 = root[3];
        int k4 = root[4];
        int k5 = root[5];
        int k6 = root[6];
        int k7 = root[7];
        for (int step = 0; step < together; step++) {
            k0 = (int) node[2 * k0 + 1] + below(x, node[2 * k0]);
            k1 = (int) node[2 * k1 + 1] + below(x, node[2 * k1]);
            k2 = (int) node[2 * k2 + 1] + below(x, node[2 * k2]);
            k3 = (int) node[2 * k3 + 1] + below(x, node[2 * k3]);
            k4 = (int) node[2 * k4 + 1] + below(x, node[2 * k4]);
            k5 = (int) node[2 * k5 + 1] + below(x, node[2 * k5]);
            k6 = (int) node[2 * k6 + 1] + below(x, node[2 * k6]);
            k7 = (int) node[2 * k7 + 1] + below(x, node[2 * k7]);
        }
        double sum = plus(before, value[alone(k0, x)]);
        sum = plus(sum, value[alone(k1, x)]);
        sum = plus(sum, value[alone(k2, x)]);
        sum = plus(sum, value[alone(k3, x)]);
        sum = plus(sum, value[alone(k4, x)]);
        sum = plus(sum, value[alone(k5, x)]);
        sum = plus(sum, value[alone(k6, x)]);
        return plus(sum, value[alone(k7, x)]);
    }

    private double addEightWithSets(double before, long[] x) {
        int k0 = root[0];
        int k1 = root[1];
        int k2 = root[2];
        int k3 = root[3];
        int k4 = root[4];
        int k5 = root[5];
        int k6 = root[6];
        int k7 = root[7];
        for (int step = 0; step < together; step++) {
            k0 = next(k0, x);
            k1 = next(k1, x);
            k2 = next(k2, x);
            k3 = next(k3, x);
            k4 = next(k4, x);
            k5 = next(k5, x);
            k6 = next(k6, x);
            k7 = next(k7, x);
        }
        double sum = plus(before, value[aloneWithSets(k0, x)]);
        sum = plus(sum, value[aloneWithSets(k1, x)]);
        sum = plus(sum, value[aloneWithSets(k2, x)]);
        sum = plus(sum, value[aloneWithSets(k3, x)]);
        sum = plus(sum, value[aloneWithSets(k4, x)]);
        sum = plus(sum, value[aloneWithSets(k5, x)]);
        sum = plus(sum, value[aloneWithSets(k6, x)]);
        return plus(sum, value[aloneWithSets(k7, x)]);
    }

    private double addEach(double before, long[] x) {
        double sum = before;
        for (int start : root) {
            sum = plus(sum, value[sets.length > 0 ? aloneWithSets(start, x) : alone(start, x)]);
        }
        return sum;
    }

    private int alone(int from, long[] x) {
        int k = from;
        int right = (int) node[2 * k + 1];
        while (right != k + 1) {
            k = right + below(x, node[2 * k]);
            right = (int) node[2 * k + 1];
        }
        return k;
    }

    private int aloneWithSets(int from, long[] x) {
        int k = from;
        int next = next(k, x);
        while (next != k) {
            k = next;
            next = next(k, x);
        }
        return k;
    }

    /// One step. A node without a set has the empty one; a node with one has a key that nothing is below.
    private int next(int k, long[] x) {
        long key = node[2 * k];
        long link = node[2 * k + 1];
        long value = x[(int) key & RowLayout.PLACE];
        int code = (int) value & 0x7fffffff;
        int set = (int) (link >>> 32);
        int word = sets[set + 1 + Math.min(code >>> 5, sets[set])];
        return (int) link + ((int) ((value - key) >> 63) | -(word >>> code & 1));
    }

    /// The sets of a group's nodes, one after the other.
    private static final class SetPool {
        final int[] place; // by node, from the group's first
        int[] words = {};

        SetPool(Forest forest, int from, int to) {
            this.place = new int[to - from];
            int length = 0;
            for (int n = from; n < to; n++) {
                if (forest.sets.length > 0 && forest.sets[n] != null) {
                    length += shifted(forest.sets[n], false).length + 2;
                }
            }
            if (length == 0) {
                return;
            }
            words = new int[2 + length];
            int next = 2; // the empty set stands at 0: length 0, then the word past its end
            for (int n = from; n < to; n++) {
                if (forest.sets[n] != null) {
                    int[] shifted = shifted(forest.sets[n], forest.missingLeft[n]);
                    place[n - from] = next;
                    words[next] = shifted.length;
                    System.arraycopy(shifted, 0, words, next + 1, shifted.length);
                    next += shifted.length + 2; // the word past the end is empty
                }
            }
        }

        /// Every code one place higher, which leaves bit 0 to missing values.
        private static int[] shifted(int[] set, boolean missing) {
            int[] shifted = new int[set.length + 1];
            for (int i = 0; i < set.length; i++) {
                shifted[i] |= set[i] << 1;
                shifted[i + 1] = set[i] >>> 31;
            }
            shifted[0] |= missing ? 1 : 0;
            return shifted;
        }
    }
}
