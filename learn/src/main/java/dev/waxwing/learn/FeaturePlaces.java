package dev.waxwing.learn;

import java.util.Arrays;

/// Where features lie in a [FactorTable]: those that many rows have first, so that what most visits go to lies side by side, in few pages of memory
/// and near the processor. After them one place that belongs to no feature.
final class FeaturePlaces {
    private final int[] places; // by feature
    private final int met; // places of features that some row has
    private final int stranger;

    private FeaturePlaces(int[] places, int met, int stranger) {
        this.places = places;
        this.met = met;
        this.stranger = stranger;
    }

    /// @param features at least as many as the rows have
    /// @param all whether features that no row has get places of their own, behind the others; else they have the stranger's
    static FeaturePlaces of(FactorRows rows, int features, boolean all) {
        int[] counts = new int[features];
        for (int e = 0; e < rows.entries(); e++) {
            counts[rows.index[e]]++;
        }
        // sorted by the length of the count in bits, which is near enough
        int none = Integer.numberOfLeadingZeros(0);
        int[] next = new int[none + 1]; // place, by the leading zeros of the count
        for (int count : counts) {
            if (count > 0) {
                next[Integer.numberOfLeadingZeros(count) + 1]++;
            }
        }
        Arrays.parallelPrefix(next, Integer::sum);
        int met = next[none];
        int stranger = all ? features : met;
        int[] places = counts;
        for (int feature = 0; feature < features; feature++) {
            int zeros = Integer.numberOfLeadingZeros(counts[feature]);
            places[feature] = zeros < none || all ? next[zeros]++ : stranger;
        }
        return new FeaturePlaces(places, met, stranger);
    }

    /// Every feature at its own number.
    static FeaturePlaces asNumbered(int features) {
        int[] places = new int[features];
        for (int feature = 0; feature < features; feature++) {
            places[feature] = feature;
        }
        return new FeaturePlaces(places, features, features);
    }

    int features() {
        return places.length;
    }

    /// Places in all, the stranger's among them.
    int size() {
        return stranger + 1;
    }

    /// The place of features that have none of their own. Its weights are 0.
    int stranger() {
        return stranger;
    }

    /// Whether some row has the feature.
    boolean met(int feature) {
        return places[feature] < met;
    }

    /// @param feature may be one that is not known
    int of(int feature) {
        return feature < places.length ? places[feature] : stranger;
    }
}
