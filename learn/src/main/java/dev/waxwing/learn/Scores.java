package dev.waxwing.learn;

import java.util.Arrays;

/// How what two rows have in common becomes a score by [NeighbourParams], and the way back: what they must have in common
/// to reach one.
///
/// Neighbours are known by their places. A score grows with what is in common and falls with either row's length, so that
/// one bound serves a chunk of [#CHUNK] places of nearly one length.
final class Scores {
    static final int CHUNK = 64;

    /// Bounds are slackened by this, more than rounding can do to a score and less than any real difference.
    static final double SLACK = 1 - 1e-9;

    private final NeighbourParams params;

    /// How long rows are, by place, and the place of each row.
    final int[] lengths;

    private final int[] placeOf;

    /// What the sum is multiplied with, once for the row (by row) and once for the neighbour (by place).
    final double[] asRow;

    private final double[] asNeighbour;

    /// Whether a score is just sum · [#asRow] · [#asNeighbour], with every penalty inside these.
    final boolean linear;

    /// For each chunk of places the largest factor of a neighbour and its inverse, whether all have that factor, and the
    /// smallest length.
    final double[] largest;

    private final double[] inverse;
    final boolean[] alike;
    private final int[] shortest;

    /// @param lengths by place; places without users come last
    /// @param norms `n(i)` of [NeighbourParams], by place
    Scores(NeighbourParams params, int[] lengths, double[] norms, int[] rowAt, int[] placeOf) {
        this.params = params;
        this.lengths = lengths;
        this.placeOf = placeOf;
        linear = params.similarity() != Similarity.JACCARD && params.weight() == 1;
        asRow = new double[lengths.length];
        asNeighbour = new double[lengths.length];
        measureRows(norms, rowAt);
        int used = lengths.length;
        while (used > 0 && lengths[used - 1] == 0) {
            used--; // these are nobody's neighbours
        }
        int chunks = (used + CHUNK - 1) / CHUNK;
        largest = new double[chunks];
        inverse = new double[chunks];
        alike = new boolean[chunks];
        shortest = new int[chunks];
        for (int chunk = 0; chunk < chunks; chunk++) {
            measureChunk(chunk, Math.min(used, (chunk + 1) * CHUNK));
        }
    }

    private void measureRows(double[] norms, int[] rowAt) {
        for (int place = 0; place < lengths.length; place++) {
            asRow[rowAt[place]] = Math.pow(norms[place], params.alpha() - 1);
            asNeighbour[place] = Math.pow(norms[place], -params.alpha());
            if (linear && params.hotPenalty() > 0) {
                asNeighbour[place] *= Math.pow(lengths[place], -params.hotPenalty());
            }
        }
    }

    private void measureChunk(int chunk, int end) {
        int from = chunk * CHUNK;
        double most = asNeighbour[from];
        double least = most;
        for (int place = from + 1; place < end; place++) {
            most = Math.max(most, asNeighbour[place]);
            least = Math.min(least, asNeighbour[place]);
        }
        largest[chunk] = most;
        inverse[chunk] = 1 / most;
        alike[chunk] = least == most;
        shortest[chunk] = lengths[end - 1];
    }

    /// How many chunks of neighbours there are.
    int chunks() {
        return largest.length;
    }

    double score(int row, int place, double sum, int common) {
        double scaled = sum * (asRow[row] * asNeighbour[place]);
        if (linear) {
            return scaled;
        }
        double score =
                switch (params.similarity()) {
                    case COSINE, WBCOSINE -> scaled;
                    case ASYMCOSINE -> Math.pow(scaled, params.weight());
                    case JACCARD ->
                            (double) common / (lengths[placeOf[row]] + lengths[place] - common);
                };
        return params.hotPenalty() == 0
                ? score
                : score * Math.pow(lengths[place], -params.hotPenalty());
    }

    /// What a tally must reach at least to be worth a look, in two parts: `base` says it for the row, [#need] for
    /// a chunk.
    double base(int row, double worst) {
        if (!(worst > 0)) {
            return 0;
        }
        if (params.similarity() == Similarity.JACCARD) {
            return worst;
        }
        return SLACK * (linear ? worst : Math.pow(worst, 1 / params.weight())) / asRow[row];
    }

    double need(int row, double base, int chunk) {
        return linear || base == 0
                ? base * inverse[chunk]
                : need(row, base, inverse[chunk], shortest[chunk]);
    }

    /// The same for one neighbour.
    double needAt(int row, double base, int place) {
        return linear || base == 0
                ? base / asNeighbour[place]
                : need(row, base, 1 / asNeighbour[place], lengths[place]);
    }

    private double need(int row, double base, double inverse, int length) {
        double spared = params.hotPenalty() == 0 ? 1 : Math.pow(length, params.hotPenalty());
        if (params.similarity() == Similarity.JACCARD) {
            double score = base * spared;
            return SLACK * score / (1 + score) * ((double) lengths[placeOf[row]] + length);
        }
        return base * Math.pow(spared, 1 / params.weight()) * inverse;
    }

    /// The scores of the same formula where rows were of other lengths; who counts only has no other norms.
    /// @param then by row
    Scores withLengths(int[] then, int[] rowAt) {
        int[] byPlace = Arrays.stream(rowAt).map(row -> then[row]).toArray();
        double[] norms = Arrays.stream(byPlace).asDoubleStream().toArray();
        return new Scores(params, byPlace, norms, rowAt, placeOf);
    }
}
