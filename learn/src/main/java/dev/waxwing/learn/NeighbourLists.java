package dev.waxwing.learn;

import java.util.Arrays;

/// The nearest of each item (or user), best first; equal scores in ascending number.
public final class NeighbourLists {
    private final int[][] ids;
    private final double[][] scores;
    private final NeighbourReport report;

    NeighbourLists(int[][] ids, double[][] scores, NeighbourReport report) {
        this.ids = ids;
        this.scores = scores;
        this.report = report;
    }

    /// How many items (or users) there are, with neighbours or without.
    public int size() {
        return ids.length;
    }

    /// NeighbourLists of `of`, best first; empty if it has none.
    public int[] ids(int of) {
        return ids[of].clone();
    }

    /// The scores of [#ids], in the same order.
    public double[] scores(int of) {
        return scores[of].clone();
    }

    /// What went in and what was left out.
    public NeighbourReport report() {
        return report;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighbourLists that
                && Arrays.deepEquals(ids, that.ids)
                && Arrays.deepEquals(scores, that.scores);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(ids) + Arrays.deepHashCode(scores);
    }
}
