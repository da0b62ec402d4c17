package dev.waxwing.pmml;

/// Where a row's values stand among the longs that [Kernel] makes of it, and what a node compares them with.
///
/// A value `x` of a compared column is `sortable(x) << 31` with all lower bits set; a node is
/// `key << 31 | place of its value`. Their difference is negative exactly if the value is below the key, and cannot
/// overflow.
final class RowLayout {
    static final long LEAST = wide(Integer.MIN_VALUE);
    static final long GREATEST = wide(Integer.MAX_VALUE);
    static final int PLACE = 0x7fffffff; // the bits of a node that tell the place

    private static final int NO_CODE = 0x7fffffff;

    private final int[] least; // by column: the place where a missing value is the least
    private final int[] codes; // by column: the place of the category's code
    private final int apart; // from there to where it is the greatest

    RowLayout(int columns, int[] compared, int[] categorical) {
        this.least = new int[columns];
        this.codes = new int[columns];
        this.apart = compared.length;
        for (int i = 0; i < compared.length; i++) {
            least[compared[i]] = i;
        }
        for (int i = 0; i < categorical.length; i++) {
            codes[categorical[i]] = 2 * compared.length + i;
        }
    }

    /// A node of the forest as one long. One with a set gets a key that no code is below.
    long node(Forest forest, int node) {
        int column = forest.column[node];
        if (forest.sets.length > 0 && forest.sets[node] != null) {
            return pack(Integer.MIN_VALUE, codes[column]);
        }
        return pack(
                keyOf(forest.threshold[node]),
                forest.missingLeft[node] ? least[column] : least[column] + apart);
    }

    /// A node that sends every row left.
    static long alwaysLeft() {
        return pack(Integer.MAX_VALUE, 0);
    }

    private static long pack(int key, int place) {
        return ((long) key << 31) | place;
    }

    static long wide(int sorted) {
        return ((long) sorted << 31) | PLACE;
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

    /// 0 for a missing value, a category's code plus 1, or a number past every set.
    static long code(float x) {
        if (Float.isNaN(x)) {
            return 0;
        }
        int code = (int) x;
        return code == x && code >= 0 && code < NO_CODE ? code + 1 : NO_CODE;
    }
}
