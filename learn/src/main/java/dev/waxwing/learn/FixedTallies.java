package dev.waxwing.learn;

import java.util.Arrays;

/// Acts that differ by their profile alone (`iuf`): sums of whole multiples of 2⁻⁴³. Whole numbers add up to the
/// same in any order and can be taken back, and 2⁻⁴⁴ off is below 10⁻¹² of a factor for profiles of up to a million.
final class FixedTallies extends Tallies {
    private static final double UNIT = 0x1p-43;
    private final long[] sums;
    private final double[] factors;

    FixedTallies(PlacedProfiles lists, Scores scores, NeighbourParams params) {
        super(lists, scores, params, params.top(), params.minSupport() > 1);
        sums = new long[placeOf.length + CHUNK];
        factors = lists.factors;
    }

    /// Whether no sum can run over: a factor is at most 1 / ln 2.
    static boolean holds(int[] lengths) {
        return lengths.length == 0 || lengths[0] < 700_000;
    }

    static long units(double factor) {
        return Math.round(factor / UNIT);
    }

    @Override
    void addUp(int row) {
        long[] to = sums;
        char[] counts = common;
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            touchAhead(row, k);
            int profile = rows.ids[k];
            long factor = units(factors[profile]);
            int end = starts[profile + 1];
            if (counts.length == 0) {
                for (int m = starts[profile]; m < end; m++) {
                    to[places[m]] += factor;
                }
            } else {
                for (int m = starts[profile]; m < end; m++) {
                    int place = places[m];
                    counts[place]++;
                    to[place] += factor;
                }
                saturate(k - rows.starts[row]);
            }
        }
        to[placeOf[row]] = 0; // not its own neighbour
    }

    @Override
    void offerChunk(int row, int chunk, double need, Best to) {
        long below = Math.max(1, (long) (need / UNIT)) - 1;
        long[] all = sums;
        int from = chunk * CHUNK;
        long any = 0;
        for (int i = 0; i < CHUNK; i++) {
            any |= below - all[from + i];
        }
        if (any < 0) {
            for (int place = from; place < from + CHUNK; place++) {
                if (all[place] > below && supported(place)) {
                    to.offer(place, scores.score(row, place, all[place] * UNIT, 0));
                }
            }
        }
    }

    @Override
    void offerOnce(int row, int place) {
        if (sums[place] != 0 && supported(place)) {
            best.offer(place, scores.score(row, place, sums[place] * UNIT, 0));
        }
        sums[place] = 0;
        if (common.length > 0) {
            common[place] = 0;
        }
    }

    @Override
    void forgetAll() {
        Arrays.fill(sums, 0);
        Arrays.fill(common, (char) 0);
    }
}
