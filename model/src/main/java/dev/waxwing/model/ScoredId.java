package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/// An id and how strongly it is recommended; scores are finite.
public record ScoredId(String id, double score) {

    /// Highest score first; equal scores by id, so that an order never depends on chance.
    public static final Comparator<ScoredId> RANKED =
            Comparator.comparingDouble(ScoredId::score).reversed().thenComparing(ScoredId::id);

    public ScoredId {
        requireNonNull(id, "id is null");
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException(
                    "score of \"" + id + "\" must be a finite number, found " + score);
        }
    }
}
