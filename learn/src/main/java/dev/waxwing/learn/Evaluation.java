package dev.waxwing.learn;

/// Every metric of one model on one set of rows. A metric that these rows do not define is NaN, never a guess.
///
/// @param rows rows scored
/// @param positives rows with label 1
/// @param auc see [Metrics#auc]
/// @param gauc see [Metrics#gauc]
/// @param logloss see [Metrics#logloss]
/// @param normalizedEntropy log loss over that of always predicting the share of clicks; below 1 is better than that
/// @param ks see [Metrics#ks]
/// @param calibration with ten bins
public record Evaluation(
        int rows,
        int positives,
        double auc,
        Gauc gauc,
        double logloss,
        double normalizedEntropy,
        double ks,
        Calibration calibration) {
    /// Scores a model on labelled rows.
    /// @param users a number for each row's user, in `[0, number of users)`
    public static Evaluation of(double[] scores, float[] labels, int[] users) {
        return new Evaluation(
                scores.length,
                Labels.positives(labels, scores.length),
                Metrics.auc(scores, labels),
                Metrics.gauc(scores, labels, users),
                Metrics.logloss(scores, labels),
                Metrics.normalizedEntropy(scores, labels),
                Metrics.ks(scores, labels),
                Metrics.calibration(scores, labels, 10));
    }
}
