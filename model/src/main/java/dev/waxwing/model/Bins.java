package dev.waxwing.model;

/// Half-open ranges of a number, by the edges between them.
final class Bins {
    private Bins() {}

    /// Which bin a value lies in; NaN in none, so it must not come.
    static int of(double[] ends, double value) {
        int bin = 0;
        while (bin < ends.length && value >= ends[bin]) {
            bin++;
        }
        return bin;
    }

    /// `[lo,hi)` of a bin.
    static String range(double[] ends, int bin) {
        return "["
                + (bin == 0 ? "-inf" : ends[bin - 1])
                + ","
                + (bin == ends.length ? "inf" : ends[bin])
                + ")";
    }
}
