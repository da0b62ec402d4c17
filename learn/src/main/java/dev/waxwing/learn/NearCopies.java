package dev.waxwing.learn;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// The near weights of a [FactorTable], once more for each of several threads that learn side by side, put together now and then. Without them every
/// step would take the most used weights from the cache of the thread that used them last.
///
/// What a thread learnt of a weight since it was last put together (of the squared gradients, too) is added to the shared one. Done too seldom, each thread
/// walks the whole way by itself and the sum goes beyond: eight threads that put together every 256 rows from the start did not learn at all. A weight's steps shrink with the root of the rows seen, so the rows between grow with it.
/// AdaGrad alone has copies: SGD's steps do not shrink, and FTRL remembers what is no sum, so that an FFM of sixteen threads on two cores blew up.
///
/// Source: the idea of local steps that are put together as in McDonald, Hall & Mann, "Distributed Training Strategies for the Structured Perceptron",
/// NAACL 2010; sums instead of means.
final class NearCopies {
    private static final int MOST = 4096; // rows
    private static final int STRIPES = 16; // of places: learners need not wait for each other

    private final FactorTable table;
    private final boolean vectors;

    /// By learner: the shared weights as it last saw them; the bias, then linear weights and factors of all near places.
    private final float[][] common;

    private final Object[] stripes = new Object[STRIPES]; // locks
    private final AtomicLong rowsSeen = new AtomicLong(); // by all

    NearCopies(FactorTable table, boolean vectors) {
        this.table = table;
        this.vectors = vectors;
        int weights = table.near * table.numbers;
        int factors = Math.toIntExact(table.near * table.stride);
        common = new float[table.copies][table.numbers + weights + factors];
        Arrays.setAll(stripes, _ -> new Object());
    }

    /// What the learner learnt since the last time goes to the others, and theirs to it.
    /// @param learner from 0
    /// @param rows it has taken since
    /// @return how many it may take before it comes again
    int putTogether(int learner, int rows) {
        for (int i = 0; i < STRIPES; i++) {
            int stripe = (i + learner) % STRIPES;
            synchronized (stripes[stripe]) {
                if (stripe == 0) {
                    putTogether(
                            table.bias(0),
                            table.bias(1 + learner),
                            common[learner],
                            0,
                            table.numbers);
                }
                putTogether(learner, from(stripe), from(stripe + 1));
            }
        }
        double most = 4 * Math.sqrt((double) rowsSeen.addAndGet(rows)) / common.length;
        return (int) Math.clamp(most, 1, MOST);
    }

    private int from(int stripe) {
        return (int) ((long) table.near * stripe / STRIPES);
    }

    /// The places `from` (inclusive) to `to` (exclusive).
    private void putTogether(int learner, int from, int to) {
        int numbers = table.numbers;
        int stride = (int) table.stride;
        long own = (long) table.ownPlaces(1 + learner) + from;
        putTogether(
                table.linear + (long) from * numbers * Float.BYTES,
                table.linear + own * numbers * Float.BYTES,
                common[learner],
                numbers + from * numbers,
                (to - from) * numbers);
        putTogether(
                table.factors + (long) from * stride * Float.BYTES,
                table.factors + own * stride * Float.BYTES,
                common[learner],
                numbers + table.near * numbers + from * stride,
                (to - from) * stride);
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
