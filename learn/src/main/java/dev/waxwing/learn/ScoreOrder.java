package dev.waxwing.learn;

import java.util.Arrays;

/// Rows in ascending order of their score, with equal scores in one tie group. Made once, read many times.
final class ScoreOrder {
    /// Row numbers, lowest score first; inside a tie in ascending row number.
    final int[] rows;

    /// Where each tie group ends (exclusive) in [#rows].
    final int[] groupEnds;

    private ScoreOrder(int[] rows, int[] groupEnds) {
        this.rows = rows;
        this.groupEnds = groupEnds;
    }

    /// @throws IllegalArgumentException if a score is NaN; names the row
    static ScoreOrder of(double[] scores) {
        int n = scores.length;
        double[] sorted = new double[n];
        for (int row = 0; row < n; row++) {
            if (Double.isNaN(scores[row])) {
                throw new IllegalArgumentException("the score of row " + row + " is NaN");
            }
            sorted[row] = scores[row] + 0.0; // -0.0 becomes 0.0: they are one score
        }
        Arrays.sort(sorted);
        int groups = 0;
        int[] ends = new int[n];
        double[] distinct = new double[n];
        for (int i = 0; i < n; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                distinct[groups++] = sorted[i];
            }
            ends[groups - 1] = i + 1;
        }
        int[] next = new int[groups];
        for (int g = 1; g < groups; g++) {
            next[g] = ends[g - 1];
        }
        int[] rows = new int[n];
        for (int row = 0; row < n; row++) {
            int group = Arrays.binarySearch(distinct, 0, groups, scores[row] + 0.0);
            rows[next[group]++] = row;
        }
        return new ScoreOrder(rows, Arrays.copyOf(ends, groups));
    }
}
