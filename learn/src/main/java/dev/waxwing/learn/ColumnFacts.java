package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.List;

/// What a trainer needs to know of a column before it starts.
///
/// @param present values that are not NaN
/// @param missing values that are NaN
/// @param infinite how many are infinite; `firstInfinite` is the first such row, -1 if there is none
/// @param min smallest finite value, NaN if there is none
/// @param max largest finite value, NaN if there is none
record ColumnFacts(
        String name,
        int present,
        int missing,
        int infinite,
        int firstInfinite,
        float min,
        float max) {
    private static final int NAMED_AT_MOST = 20;

    /// One value in all rows: none differs, none is missing.
    boolean constant() {
        return missing == 0 && infinite == 0 && min == max;
    }

    /// No row differs from another: one value everywhere, or none anywhere.
    boolean teachesNothing() {
        return present == 0 || constant();
    }

    static List<ColumnFacts> of(FloatMatrix rows) {
        int width = rows.columnCount();
        int[] missing = new int[width];
        int[] infinite = new int[width];
        int[] firstInfinite = new int[width];
        float[] min = new float[width];
        float[] max = new float[width];
        java.util.Arrays.fill(firstInfinite, -1);
        java.util.Arrays.fill(min, Float.NaN);
        java.util.Arrays.fill(max, Float.NaN);
        rows.read(
                (from, n, values) -> {
                    for (int row = 0; row < n; row++) {
                        for (int c = 0; c < width; c++) {
                            float value = values[row * width + c];
                            if (Float.isNaN(value)) {
                                missing[c]++;
                            } else if (Float.isInfinite(value)) {
                                if (infinite[c]++ == 0) {
                                    firstInfinite[c] = from + row;
                                }
                            } else {
                                if (!(min[c] <= value)) {
                                    min[c] = value;
                                }
                                if (!(max[c] >= value)) {
                                    max[c] = value;
                                }
                            }
                        }
                    }
                });
        List<ColumnFacts> facts = new ArrayList<>();
        for (int c = 0; c < width; c++) {
            facts.add(
                    new ColumnFacts(
                            rows.columns().get(c),
                            rows.rows() - missing[c],
                            missing[c],
                            infinite[c],
                            firstInfinite[c],
                            min[c],
                            max[c]));
        }
        return facts;
    }

    /// Problems joined into one sentence; the first 20 of them.
    static String listed(List<String> problems) {
        String text =
                String.join("; ", problems.subList(0, Math.min(NAMED_AT_MOST, problems.size())));
        int more = problems.size() - NAMED_AT_MOST;
        return more > 0 ? text + "; and " + more + " more" : text;
    }
}
