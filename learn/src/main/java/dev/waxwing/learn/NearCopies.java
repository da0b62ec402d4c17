package dev.waxwing.learn;

/// The near weights of a [FactorTable], once more for each of several threads that learn side by side, put together now and then. Without them every
/// step would take the most used weights from the cache of the thread that used them last.
///
/// What a thread learnt of a weight since it was last put together (of the squared gradients, too) is added to the shared one. Done too seldom, each thread
/// walks the whole way by itself and the sum goes beyond: eight threads that put together
/// every 256 rows from the start did not learn at all. A weight's steps shrink with the root of the rows seen, so the rows between grow with it.
/// Plain SGD's do not shrink; it goes without copies.
///
/// Source: the idea of local steps that are put together as in McDonald, Hall & Mann, "Distributed Training Strategies for the Structured Perceptron",
/// NAACL 2010; sums instead of means.
final class NearCopies {
    private static final int MOST = 4096; // rows

    private final FactorTable table;
    private final int numbers; // floats of a bias, of the linear weights, of the factors
    private final int weights;
    private final int factors;

    /// By learner, those three: the shared weights as it last saw them.
    private final float[][] common;

    private final boolean vectors;
    private long rowsSeen; // by all

    NearCopies(FactorTable table, boolean vectors) {
        this.table = table;
        this.numbers = table.numbers;
        this.weights = table.near * table.numbers;
        this.factors = Math.toIntExact(table.near * table.stride);
        this.common = new float[table.copies][numbers + weights + factors];
        this.vectors = vectors;
    }

    /// What the learner learnt since the last time goes to the others, and theirs to it.
    /// @param learner from 0
    /// @param rows it has taken since
    /// @return how many it may take before it comes again
    synchronized int putTogether(int learner, int rows) {
        float[] seen = common[learner];
        int own = table.ownPlaces(1 + learner);
        putTogether(table.bias(0), table.bias(1 + learner), seen, 0, numbers);
        long ownWeights = table.linear + (long) own * table.numbers * Float.BYTES;
        putTogether(table.linear, ownWeights, seen, numbers, weights);
        long ownFactors = table.factors + own * table.stride * Float.BYTES;
        putTogether(table.factors, ownFactors, seen, numbers + weights, factors);
        rowsSeen += rows;
        return (int) Math.clamp(4 * Math.sqrt((double) rowsSeen) / common.length, 1, MOST);
    }

    private void putTogether(long shared, long own, float[] seen, int at, int n) {
        int i = vectors ? FactorVectors.putTogether(shared, own, seen, at, n) : 0;
        for (; i < n; i++) {
            float learnt = FactorTable.get(own, i) - seen[at + i];
            float now = FactorTable.get(shared, i) + learnt;
            FactorTable.set(shared, i, now);
            FactorTable.set(own, i, now);
            seen[at + i] = now;
        }
    }
}
