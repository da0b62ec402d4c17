package dev.waxwing.learn;

import java.util.Arrays;

/// Acts that count differently.
final class SumTallies extends Tallies {
    private static final double SECONDS_A_DAY = 86_400;
    private final double[] factors;
    private final float[] weights;
    private final double[] values;
    private final long[] seconds;
    private final double[] sums;

    SumTallies(PlacedProfiles lists, Scores scores, NeighbourParams params) {
        super(lists, scores, params, params.top(), params.minSupport() > 1);
        sums = new double[placeOf.length + CHUNK];
        factors = lists.factors;
        weights = lists.weights;
        values = lists.values;
        seconds = lists.seconds;
    }

    @Override
    void addUp(int row) {
        double decay = params.coActionDecay() / SECONDS_A_DAY;
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            touchAhead(row, k);
            int profile = rows.ids[k];
            double factor = factors.length == 0 ? 1 : factors[profile];
            factor *= lists.rowValue(k);
            int from = starts[profile];
            int end = starts[profile + 1];
            if (decay > 0) {
                addFading(factor, decay, rows.seconds[k], from, end);
            } else if (weights.length > 0) {
                addWeights(factor, from, end);
            } else if (values.length > 0) {
                addValues(factor, from, end);
            } else {
                for (int m = from; m < end; m++) {
                    sums[places[m]] += factor;
                }
            }
            if (common.length > 0) {
                for (int m = from; m < end; m++) {
                    common[places[m]]++;
                }
                saturate(k - rows.starts[row]);
            }
        }
        sums[placeOf[row]] = 0; // not its own neighbour
    }

    private void addWeights(double factor, int from, int end) {
        double[] to = sums;
        for (int m = from; m < end; m++) {
            to[places[m]] += factor * weights[m];
        }
    }

    private void addValues(double factor, int from, int end) {
        double[] to = sums;
        for (int m = from; m < end; m++) {
            to[places[m]] += factor * values[m];
        }
    }

    private void addFading(double factor, double decay, long at, int from, int end) {
        double[] to = sums;
        for (int m = from; m < end; m++) {
            double value = factor;
            if (weights.length > 0) {
                value *= weights[m];
            } else if (values.length > 0) {
                value *= values[m];
            }
            to[places[m]] += value / (1 + decay * Math.abs(at - seconds[m]));
        }
    }

    @Override
    void offerChunk(int row, int chunk, double need, Best to) {
        double[] all = sums;
        int from = chunk * CHUNK;
        double least = Math.max(need, Double.MIN_VALUE);
        long below =
                Double.doubleToRawLongBits(least)
                        - 1; // the bits of what is not negative are in its order
        long any = 0;
        for (int i = 0; i < CHUNK; i++) {
            any |= below - Double.doubleToRawLongBits(all[from + i]);
        }
        if (any < 0) {
            for (int place = from; place < from + CHUNK; place++) {
                if (all[place] >= least && supported(place)) {
                    to.offer(place, scores.score(row, place, all[place], 0));
                }
            }
        }
    }

    @Override
    void offerOnce(int row, int place) {
        if (sums[place] != 0 && supported(place)) {
            best.offer(place, scores.score(row, place, sums[place], 0));
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
