package dev.waxwing.model;

import java.util.HashMap;
import java.util.List;

/// The user's side of a dot product, laid out once a request so that each item's token costs one probe.
///
/// The sum over common tokens always runs in the order of the item's token hashes, so one pair has one value wherever it is computed.
final class PreparedWeights {
    private final long[]
            hashes; // open addressing, 0 = free; capacity a power of two, at most half full
    private final double[] weights;
    private final double length;

    PreparedWeights(Weights side) {
        int capacity = Math.max(4, Integer.highestOneBit(Math.max(1, side.size()) * 2 - 1) << 1);
        this.hashes = new long[capacity];
        this.weights = new double[capacity];
        for (int i = 0; i < side.size(); i++) {
            long hash = side.hash(i);
            int slot = slotOf(hash);
            if (hashes[slot]
                    == 0) { // of two tokens with one hash the first counts, on both sides of the
                // night
                hashes[slot] = hash;
                weights[slot] = side.weight(i);
            }
        }
        this.length = lengthOf(side);
    }

    private int slotOf(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    double dot(Weights item) {
        double sum = 0;
        int n = item.size();
        for (int i = 0; i < n; i++) {
            int slot = slotOf(item.hash(i));
            if (hashes[slot] != 0) {
                sum += weights[slot] * item.weight(i);
            }
        }
        return sum;
    }

    double cosine(Weights item) {
        double lengths = length * lengthOf(item);
        return lengths == 0 ? 0 : dot(item) / lengths;
    }

    private static double lengthOf(Weights side) {
        double squares = 0;
        for (int i = 0; i < side.size(); i++) {
            squares += side.weight(i) * side.weight(i);
        }
        return Math.sqrt(squares);
    }

    /// Tags as weights of 1 each.
    static Weights ofTags(List<String> tags) {
        var ones = new HashMap<String, Double>();
        tags.forEach(tag -> ones.put(tag, 1.0));
        return Weights.of(ones);
    }
}
