package dev.waxwing.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// An item that at least one recall of a scene brought.
final class Candidate {
    /// Where two recalls meet, what counts is the place that each gives an item: `Σ weight / (60 + place)`. Scores of different recalls are of
    /// different kinds and cannot be added.
    ///
    /// Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009.
    private static final double FUSION = 60;

    /// Best first; equal ones by item, so that an order never depends on chance.
    static final Comparator<Candidate> FUSED =
            Comparator.comparingDouble(Candidate::fused).reversed().thenComparing(Candidate::item);

    private final String item;
    private final LinkedHashMap<String, Place> places = new LinkedHashMap<>();
    private double fused;

    /// @param place from 1, among what the recall brought
    record Place(int place, double score) {}

    Candidate(String item) {
        this.item = item;
    }

    void found(Recall recall, int place, double score) {
        places.put(recall.name(), new Place(place, score));
        fused += recall.weight() / (FUSION + place);
    }

    String item() {
        return item;
    }

    double fused() {
        return fused;
    }

    /// Recall → where it put the item, in the order of the scene.
    SequencedMap<String, Place> places() {
        return places;
    }

    List<String> sources() {
        return new ArrayList<>(places.keySet());
    }

    /// The order without a ranker: what the named recall brought comes first, as it brought it; then all others together.
    static Comparator<Candidate> order(String first) {
        if (first.isEmpty()) {
            return FUSED;
        }
        return Comparator.<Candidate>comparingInt(
                        c ->
                                c.places.containsKey(first)
                                        ? c.places.get(first).place
                                        : Integer.MAX_VALUE)
                .thenComparing(FUSED);
    }
}
