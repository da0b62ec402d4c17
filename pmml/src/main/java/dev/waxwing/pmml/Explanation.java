package dev.waxwing.pmml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Why a row got its margin: `base` plus what each input added or took away.
///
/// A tree's share is told along the path that the row takes (Saabas): each step from a node to its child credits the
/// compared input with the change of the mean value of the training rows below. Linear terms credit their own
/// input with coefficient times value. `base` plus all contributions is the margin, up to rounding in the last bits.
///
/// @param base what an average row would get
/// @param contributions by input, in the order of [Scorer#inputs()]; inputs that had no say are 0
/// @param margin the margin as [Scorer#margin] gives it
/// @param score the score as [Scorer#score(float[])] gives it
public record Explanation(
        double base, Map<String, Double> contributions, double margin, double score) {
    /// Keeps the order of the inputs.
    public Explanation {
        contributions = Collections.unmodifiableMap(new LinkedHashMap<>(contributions));
    }

    /// What one input added to the margin.
    ///
    /// @throws IllegalArgumentException if the scorer has no such input
    public double of(String input) {
        Double found = contributions.get(input);
        if (found == null) {
            throw new IllegalArgumentException("no input '" + input + "'");
        }
        return found;
    }
}
