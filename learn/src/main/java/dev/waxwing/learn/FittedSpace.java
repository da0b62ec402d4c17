package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;

import java.util.Collection;
import java.util.List;

/// A fitted feature space and how it came about.
///
/// @param space what the bundle carries
/// @param folds by fold, the same space with rates of the other folds' rows; empty if there are no rates
public record FittedSpace(FeatureSpace space, FitReport report, List<FeatureSpace> folds) {
    public FittedSpace {
        folds = List.copyOf(folds);
    }

    /// A space that was fitted elsewhere, and that encodes every row as serving does.
    public static FittedSpace of(FeatureSpace space) {
        return new FittedSpace(space, new FitReport(0, List.of()), List.of());
    }

    /// The same, with categories that trees take by their code; see [FeatureSpace#withCodes].
    public FittedSpace withCodes(Collection<String> categories) {
        return new FittedSpace(
                space.withCodes(categories),
                report,
                folds.stream().map(fold -> fold.withCodes(categories)).toList());
    }

    /// What encodes a training row of a fold, so that it does not see its own label.
    public FeatureSpace forTraining(int fold) {
        return folds.isEmpty() ? space : folds.get(fold);
    }
}
