package dev.waxwing.learn;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// The near weights of a [FactorTable], once more for each of several threads that learn side by side, put together now and then. Without them every
/// step would take the most used weights from the cache of the thread that used them last.
///
/// What a thread learnt of a weight since it was last put together (of the squared gradients, too) is added to the shared one. With too many rows between,
/// each thread walks the whole way by itself, the sum goes beyond, and an FFM never comes back. After n rows an AdaGrad step is at most about rate / √n, so while others have
/// `OTHERS` · √n / rate rows that were not put together, they move no weight by more than `OTHERS`: so many they may have, and while that is less than one row of each, fewer learn.
/// AdaGrad alone has copies: SGD's steps do not shrink, and FTRL remembers what is no sum, so that an FFM of sixteen threads on two cores blew up.
///
/// Source: the idea of local steps that are put together as in McDonald, Hall & Mann, "Distributed Training Strategies for the Structured Perceptron",
/// NAACL 2010; sums instead of means.
final class NearCopies {
    private static final int MOST = 4096; // rows
    private static final double OTHERS = 0.1; // that they may move a weight while nobody is told
    private static final int STRIPES = 16; // of places: learners need not wait for each other

    private final FactorTable table;
    private final boolean vectors;

    /// By learner: the shared weights as it last saw them; the bias, then linear weights and factors of all near places.
    private final float[][] common;

    private final Object[] stripes = new Object[STRIPES]; // locks
    private final AtomicLong rowsSeen = new AtomicLong(); // by all
    private final double learningRate;
    private int learning; // learners that are between enter and leave
    private volatile boolean waiting; // whether somebody wants to enter

    NearCopies(FactorTable table, double learningRate, boolean vectors) {
        this.table = table;
        this.learningRate = learningRate;
        this.vectors = vectors;
        int weights = table.near * table.numbers;
        int factors = Math.toIntExact(table.near * table.stride);
        common = new float[table.copies][table.numbers + weights + factors];
        Arrays.setAll(stripes, _ -> new Object());
    }

    /// Waits until so many rows were seen that one learner more does no harm, or nobody learns.
    synchronized void enter() throws InterruptedException {
        while (!tryEnter()) {
            waiting = true;
            wait();
        }
    }

    synchronized boolean tryEnter() {
        if (learning > rowsOfOthers(rowsSeen.get())) {
            return false;
        }
        learning++;
        return true;
    }

    synchronized void leave() {
        learning--;
        notifyAll();
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
        double most = rowsOfOthers(rowsSeen.addAndGet(rows)) / (common.length - 1);
        if (waiting) {
            letEnter();
        }
        return (int) Math.clamp(most, 1, MOST);
    }

    private synchronized void letEnter() {
        waiting = false; // those who still have to wait say so again
        notifyAll();
    }

    private double rowsOfOthers(long seen) {
        return OTHERS * Math.sqrt((double) seen) / learningRate;
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
