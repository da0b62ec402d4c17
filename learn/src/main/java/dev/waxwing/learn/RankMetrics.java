package dev.waxwing.learn;

import java.util.function.IntPredicate;

/// What a ranked list of items is worth to one user who wanted some of them. Relevance is yes or no.
public final class RankMetrics {
    private RankMetrics() {}

    /// How many of the first `k` items are wanted.
    /// @param ranked item numbers, best first; may be shorter than `k`
    public static int hits(int[] ranked, IntPredicate wanted, int k) {
        int hits = 0;
        for (int rank = 0; rank < Math.min(k, ranked.length); rank++) {
            hits += wanted.test(ranked[rank]) ? 1 : 0;
        }
        return hits;
    }

    /// Whether any of the first `k` items is wanted: 1 or 0.
    public static int hit(int[] ranked, IntPredicate wanted, int k) {
        return hits(ranked, wanted, k) > 0 ? 1 : 0;
    }

    /// Normalised discounted cumulative gain: `Σ over wanted items at rank r (from 1) of 1 / log₂(r + 1)`, over the
    /// same sum of a list that begins with everything wanted. In `[0, 1]`.
    /// @param wantedInAll how many items the user wanted, in the list or not; at least 1
    public static double ndcg(int[] ranked, IntPredicate wanted, int wantedInAll, int k) {
        if (wantedInAll < 1) {
            throw new IllegalArgumentException(
                    "NDCG exists for users who wanted at least 1 item, got " + wantedInAll);
        }
        double gain = 0;
        for (int rank = 0; rank < Math.min(k, ranked.length); rank++) {
            gain += wanted.test(ranked[rank]) ? discount(rank) : 0;
        }
        double ideal = 0;
        for (int rank = 0; rank < Math.min(k, wantedInAll); rank++) {
            ideal += discount(rank);
        }
        return gain / ideal;
    }

    private static double discount(int rankFromZero) {
        return Math.log(2) / Math.log(rankFromZero + 2.0);
    }
}
