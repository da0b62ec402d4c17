package dev.waxwing.model;

import java.util.Comparator;
import java.util.List;

/// Why a row got its score: `base` plus what each raw feature added or took away is the margin.
///
/// @param base what an average row would get
/// @param parts one a raw feature, in the order of the spec
/// @param margin log-odds
/// @param score probability
public record RankExplanation(double base, List<Part> parts, double margin, double score) {
    public RankExplanation {
        parts = List.copyOf(parts);
    }

    /// What one raw feature said.
    ///
    /// @param value as JSON: a number, a text, a list, `null` = missing
    public record Part(String feature, String value, double contribution) {}

    /// The features with the most say first, whichever way they pulled.
    public List<Part> strongest() {
        return parts.stream()
                .sorted(
                        Comparator.comparingDouble((Part part) -> -Math.abs(part.contribution))
                                .thenComparing(Part::feature))
                .toList();
    }
}
