package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;

import java.util.List;

/// A fitted feature space and how it came about.
///
/// @param space what the bundle carries
/// @param folds by fold, the same space with rates of the other folds' rows; empty if there are no rates
public record FittedSpace(FeatureSpace space, FitReport report, List<FeatureSpace> folds) {
    public FittedSpace {
        folds = List.copyOf(folds);
    }

    /// What encodes a training row of a fold, so that it does not see its own label.
    public FeatureSpace forTraining(int fold) {
        return folds.isEmpty() ? space : folds.get(fold);
    }
}
