package dev.waxwing.learn;

import java.util.SplittableRandom;

/// In which order an epoch visits the rows: blocks of neighbours are shuffled, then the rows of each block, so that memory is still read in stretches.
/// Blocks begin somewhere else each time, so neighbours part.
final class RowOrder {
    private static final int BLOCK = 256;

    private final int[] order;
    private final SplittableRandom random;

    RowOrder(int rows, long seed) {
        order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        random = new SplittableRandom(seed);
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
            for (int row = Math.max(start, 0); row < Math.min(start + BLOCK, rows); row++) {
                order[at++] = row;
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
