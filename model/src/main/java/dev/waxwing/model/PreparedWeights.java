package dev.waxwing.model;

import java.util.HashMap;
import java.util.List;

/// The user's side of a dot product, laid out once a request so that each item's token costs one probe.
///
/// The sum over common tokens always runs in the order of the item's token hashes, so one pair has one value wherever it is computed. For one
/// thread, because it keeps scratch arrays.
final class PreparedWeights {
    private final long[]
            hashes; // open addressing, 0 = free; mostly free, so that nearly every probe ends at
    // once
    private final double[] weights; // 0 where free
    private final double length;
    private long[] itemHashes = new long[64];
    private double[] itemWeights = new double[64];

    PreparedWeights(Weights side) {
        int capacity = Integer.highestOneBit(Math.max(1, side.size())) * 16;
        this.hashes = new long[capacity];
        this.weights = new double[capacity];
        double squares = 0;
        for (int i = 0; i < side.size(); i++) {
            long hash = side.hash(i);
            double weight = side.weight(i);
            int slot = slotOf(hash);
            if (hashes[slot]
                    == 0) { // of two tokens with one hash the first counts, on both sides of the
                // night
                hashes[slot] = hash;
                weights[slot] = weight;
            }
            squares += weight * weight;
        }
        this.length = Math.sqrt(squares);
    }

    /// Where the hash is, or the free slot where it would be.
    @SuppressWarnings(
            "ShortCircuitBoolean") // one branch and not two: the loop is nearly never entered
    private int slotOf(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (hashes[slot] != 0 & hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /// Tokens that are not common add 0 · weight: no branch, and the same bits as leaving them out, since weights are finite.
    double dot(Weights item) {
        load(item);
        double sum = 0;
        for (int i = 0; i < item.size(); i++) {
            sum += weights[slotOf(itemHashes[i])] * itemWeights[i];
        }
        return sum;
    }

    /// 0 where a side is empty or has only weights of 0.
    double cosine(Weights item) {
        double dot = dot(item);
        double squares = 0;
        for (int i = 0; i < item.size(); i++) {
            squares += itemWeights[i] * itemWeights[i];
        }
        double lengths = length * Math.sqrt(squares);
        return lengths == 0 ? 0 : dot / lengths;
    }

    private void load(Weights item) {
        if (item.size() > itemHashes.length) {
            itemHashes = new long[item.size()];
            itemWeights = new double[item.size()];
        }
        item.copyTo(itemHashes, itemWeights);
    }

    /// Tags as weights of 1 each.
    static Weights ofTags(List<String> tags) {
        var ones = new HashMap<String, Double>();
        tags.forEach(tag -> ones.put(tag, 1.0));
        return Weights.of(ones);
    }
}
