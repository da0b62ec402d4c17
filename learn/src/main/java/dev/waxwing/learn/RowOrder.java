package dev.waxwing.learn;

import java.util.SplittableRandom;

/// In which order an epoch visits the rows: blocks of neighbours are shuffled, then the rows of each block, so that memory is still read in stretches.
/// Blocks begin somewhere else each time, so neighbours part. Of several learners each has an order of its own rows.
final class RowOrder {
    private static final int BLOCK = 256;

    private final int[] order;
    private final SplittableRandom random;
    private final int learner;
    private final int learners;

    /// @param rows of all learners; this one has those whose number modulo `learners` is its own
    RowOrder(int rows, int learner, int learners, long seed) {
        this.learner = learner;
        this.learners = learners;
        order = new int[(rows - learner + learners - 1) / learners];
        for (int i = 0; i < order.length; i++) {
            order[i] = learner + i * learners;
        }
        random = new SplittableRandom(seed + learner);
    }

    int rows() {
        return order.length;
    }

    int at(int i) {
        return order[i];
    }

    void shuffle() {
        int rows = order.length;
        int shift = random.nextInt(BLOCK);
        int[] starts = new int[(rows + shift + BLOCK - 1) / BLOCK];
        for (int b = 0; b < starts.length; b++) {
            starts[b] = b * BLOCK - shift;
        }
        shuffle(starts, 0, starts.length);
        int at = 0;
        for (int start : starts) {
            int first = at;
            for (int i = Math.max(start, 0); i < Math.min(start + BLOCK, rows); i++) {
                order[at++] = learner + i * learners;
            }
            shuffle(order, first, at);
        }
    }

    private void shuffle(int[] some, int from, int to) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            int swapped = some[i];
            some[i] = some[j];
            some[j] = swapped;
        }
    }
}
