package dev.waxwing.learn;

import java.util.List;

/// What a feature space was fitted on and which features were not offered to the model, with the reason.
///
/// @param rows rows that were read
/// @param features every feature of the spec, in its order
public record FitReport(long rows, List<Fit> features) {
    public FitReport {
        features = List.copyOf(features);
    }

    /// One feature.
    ///
    /// @param presence share of rows that have it, among the rows whose user or item any snapshot knew (see
    ///     [FeatureSpaceFitter])
    /// @param parts bins of a number with bins, learnt values of a category or tags, else 0
    /// @param rare values that stayed below `min-count` and count as unseen
    /// @param verdict whether the model gets it, and if not, why
    public record Fit(String feature, double presence, int parts, long rare, Verdict verdict) {}

    /// Whether the model gets a feature.
    public enum Verdict {
        OFFERED,
        /// Too few rows have it.
        TOO_RARE,
        /// All rows have the same value.
        CONSTANT,
        /// What it is made of is not offered.
        PART_NOT_OFFERED
    }

    /// The features that the model does not get.
    public List<Fit> leftOut() {
        return features.stream().filter(fit -> fit.verdict() != Verdict.OFFERED).toList();
    }

    /// One line a feature that was left out, for logs and reports.
    public List<String> warnings() {
        return leftOut().stream()
                .map(
                        fit ->
                                switch (fit.verdict()) {
                                    case TOO_RARE ->
                                            String.format(
                                                    java.util.Locale.ROOT,
                                                    "%s is present in %.1f %% of the rows that"
                                                            + " could have it, too few to be offered",
                                                    fit.feature(),
                                                    100 * fit.presence());
                                    case CONSTANT ->
                                            fit.feature()
                                                    + " has the same value in all rows and is not"
                                                    + " offered";
                                    case PART_NOT_OFFERED ->
                                            fit.feature()
                                                    + " is made of a feature that is not offered,"
                                                    + " so it is not offered either";
                                    case OFFERED -> throw new AssertionError(fit);
                                })
                .toList();
    }
}
