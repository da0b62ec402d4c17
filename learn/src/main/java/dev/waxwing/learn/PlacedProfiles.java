package dev.waxwing.learn;

import java.util.Arrays;

/// The rows of a search by falling length, and its profiles as lists of the rows' places in that order, with what acts
/// count. The much used counters lie side by side so.
final class PlacedProfiles {
    private static final int BEGINNING = 256; // places of each; a longer list is foreseen
    private static final int LINE = 64; // bytes that memory hands over together
    private static final double SECONDS_A_DAY = 86_400;

    final Profiles.Side rows;
    private final NeighbourParams params;

    /// The rows by falling length, and where each of them stands in that order.
    final int[] rowAt;

    final int[] placeOf;

    /// The profiles: places of rows, with what each act counts (as weights, or as values if they fade; both empty if all
    /// count 1) and when it was (empty if that does not matter).
    final int[] starts;

    final int[] places;

    /// Instead of [#places] if they fit into 16 bits and acts are only counted; else empty.
    final char[] near;

    final float[] weights;
    final double[] values;
    final long[] seconds;

    /// What each act of [#rows] counts if acts fade, else empty.
    final double[] rowValues;

    /// `g` of each profile; empty if all are 1.
    final double[] factors;

    /// @param rows the side whose neighbours are sought
    /// @param profiles the same acts from the other side; if only their lengths are known, the rest is found out
    PlacedProfiles(
            Profiles.Side rows, Profiles.Side profiles, long latest, NeighbourParams params) {
        this.rows = rows;
        this.params = params;
        boolean fades = params.halfLifeDays() > 0;
        rowValues = fades ? values(rows, latest) : new double[0];
        factors = params.iuf() ? iuf(profiles) : new double[0];
        rowAt = byLength(rows);
        placeOf = inverse(rowAt);
        starts = profiles.starts;
        boolean fit = counts() && rowAt.length <= Character.MAX_VALUE;
        near = new char[fit ? rows.ids.length : 0];
        places = new int[fit ? 0 : rows.ids.length];
        boolean timed = params.coActionDecay() > 0;
        if (profiles.ids.length > 0) {
            weights = fades ? new float[0] : profiles.weights;
            values = fades ? values(profiles, latest) : rowValues;
            seconds = timed ? profiles.seconds : new long[0];
            fillFrom(profiles);
        } else {
            weights = new float[fades ? 0 : rows.weights.length];
            values = new double[rowValues.length];
            seconds = new long[timed ? places.length : 0];
            fill();
        }
    }

    private static int[] inverse(int[] rowAt) {
        int[] placeOf = new int[rowAt.length];
        for (int place = 0; place < rowAt.length; place++) {
            placeOf[rowAt[place]] = place;
        }
        return placeOf;
    }

    /// Puts the places into the profiles, row by row.
    private void fill() {
        int[] next = Arrays.copyOf(starts, starts.length - 1);
        for (int place = 0; place < rowAt.length; place++) {
            fill(place, next);
        }
    }

    private void fill(int place, int[] next) {
        int row = rowAt[place];
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            int at = next[rows.ids[k]]++;
            put(at, place);
            if (weights.length > 0) {
                weights[at] = rows.weights[k];
            }
            if (values.length > 0) {
                values[at] = rowValues[k];
            }
            if (seconds.length > 0) {
                seconds[at] = rows.seconds[k];
            }
        }
    }

    /// Puts the places into the profiles, in whatever order.
    private void fillFrom(Profiles.Side profiles) {
        for (int p = 0; p < profiles.rows() && rows.ids.length > 0; p++) {
            fillFrom(profiles, p);
        }
    }

    private void fillFrom(Profiles.Side profiles, int profile) {
        for (int k = profiles.starts[profile]; k < profiles.starts[profile + 1]; k++) {
            put(k, placeOf[profiles.ids[k]]);
        }
    }

    private void put(int at, int place) {
        if (near.length > 0) {
            near[at] = (char) place;
        } else {
            places[at] = place;
        }
    }

    int place(int at) {
        return near.length > 0 ? near[at] : places[at];
    }

    /// How long rows are, by place.
    int[] lengths() {
        return Arrays.stream(rowAt).map(rows::length).toArray();
    }

    /// `n(i)` of [NeighbourParams], by place.
    double[] norms() {
        double[] norms = new double[rowAt.length];
        for (int place = 0; place < norms.length; place++) {
            norms[place] = weighted() ? norm(rowAt[place]) : rows.length(rowAt[place]);
        }
        return norms;
    }

    private double norm(int row) {
        double norm = 0;
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            norm += rowValue(k) * rowValue(k);
        }
        return norm;
    }

    private static double[] iuf(Profiles.Side profiles) {
        double[] factors = new double[profiles.rows()];
        Arrays.setAll(factors, p -> 1 / Math.log(1.0 + profiles.length(p)));
        return factors;
    }

    private static int[] byLength(Profiles.Side rows) {
        int longest = 0;
        for (int row = 0; row < rows.rows(); row++) {
            longest = Math.max(longest, rows.length(row));
        }
        int[] next = new int[longest + 2];
        for (int row = 0; row < rows.rows(); row++) {
            next[longest - rows.length(row) + 1]++;
        }
        for (int i = 1; i < next.length; i++) {
            next[i] += next[i - 1];
        }
        int[] rowAt = new int[rows.rows()];
        for (int row = 0; row < rows.rows(); row++) {
            rowAt[next[longest - rows.length(row)]++] = row;
        }
        return rowAt;
    }

    /// What the acts of a side count, faded.
    private double[] values(Profiles.Side side, long latest) {
        double[] all = new double[side.ids.length];
        for (int k = 0; k < all.length; k++) {
            double age = (latest - side.seconds[k]) / SECONDS_A_DAY;
            double fade = Math.exp(-age * Math.log(2) / params.halfLifeDays());
            all[k] = (side.weights.length > 0 ? side.weights[k] : 1) * fade;
        }
        return all;
    }

    /// What act `k` of the rows counts.
    double rowValue(int k) {
        if (rowValues.length > 0) {
            return rowValues[k];
        }
        return rows.weights.length > 0 ? rows.weights[k] : 1;
    }

    /// Whether an act may count other than 1.
    boolean weighted() {
        return params.similarity() == Similarity.WBCOSINE || params.halfLifeDays() > 0;
    }

    /// Whether acts are only counted.
    boolean counts() {
        return !weighted() && !params.iuf() && params.coActionDecay() == 0;
    }

    /// Whether so few tallies are added to that they are sooner found again in the profiles than by looking at all.
    boolean meetsFew(int row) {
        int few = rowAt.length / 16;
        int met = 0;
        for (int k = rows.starts[row]; k < rows.starts[row + 1] && met < few; k++) {
            met += starts[rows.ids[k] + 1] - starts[rows.ids[k]];
        }
        return met < few && rows.length(row) <= CountTallies.MOST;
    }

    /// Brings near how the profiles begin of acts `k` to `end - 1` of a row. They are short and lie all over memory, so that without this
    /// each begins with waiting; these loads wait together, and nobody for them: Java has no prefetch instruction.
    /// @param touched of no use, nor is what comes back, but that no load can be left out
    int touch(int k, int end, int touched) {
        int[] ids = rows.ids;
        int sum = touched;
        for (int next = k; next < end; next++) {
            int from = starts[ids[next]];
            int to = Math.min(starts[ids[next] + 1], from + BEGINNING);
            for (int m = from; m < to && near.length > 0; m += LINE / Character.BYTES) {
                sum += near[m];
            }
            for (int m = from; m < to && places.length > 0; m += LINE / Integer.BYTES) {
                sum += places[m];
            }
            for (int m = from; m < to && weights.length > 0; m += LINE / Float.BYTES) {
                sum += Float.floatToRawIntBits(weights[m]);
            }
            for (int m = from; m < to && values.length > 0; m += LINE / Double.BYTES) {
                sum += (int) Double.doubleToRawLongBits(values[m]);
            }
            for (int m = from; m < to && seconds.length > 0; m += LINE / Long.BYTES) {
                sum += (int) seconds[m];
            }
        }
        return sum;
    }
}
