package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.List;

/// What a model is worth on labelled rows: `scores[i]` is its probability of a click in row `i`, `labels[i]` is 1
/// or 0. Sums run in row order (or score order), so a metric of the same rows is the same to the bit.
///
/// A metric that the rows do not define (an AUC without negatives) is NaN, never 0.5 or 0.
public final class Metrics {
    private static final double SMALLEST_PROBABILITY = 1e-15;

    private Metrics() {}

    /// Probability that a clicked row scores above one passed over; a tie counts one half.
    /// NaN if all labels are equal.
    public static double auc(double[] scores, float[] labels) {
        long positives = Labels.positives(labels, scores.length);
        ScoreOrder order = ScoreOrder.of(scores);
        return auc(wins2(order, labels), positives, scores.length - positives);
    }

    /// AUC inside each user, weighted by the user's rows; users with one label only are left out and counted.
    /// @param users a number for each row's user, in `[0, number of users)`
    public static Gauc gauc(double[] scores, float[] labels, int[] users) {
        PerUserAuc each = PerUserAuc.of(scores, labels, users);
        double weighted = 0;
        long rows = 0;
        int counted = 0;
        int oneClass = 0;
        for (int user = 0; user < each.users(); user++) {
            if (each.rows[user] > 0) {
                counted++;
                weighted += each.weightedAuc[user];
                rows += each.rows[user];
            } else if (each.oneClassRows[user] > 0) {
                oneClass++;
            }
        }
        return new Gauc(weighted / rows, counted, oneClass, rows, scores.length - rows);
    }

    /// Mean of `−ln p(label)`; probabilities are kept 1e-15 away from 0 and 1.
    public static double logloss(double[] scores, float[] labels) {
        Labels.positives(labels, scores.length);
        double sum = 0;
        for (int row = 0; row < scores.length; row++) {
            sum += logloss(scores[row], labels[row]);
        }
        return sum / scores.length;
    }

    /// Log loss over the log loss of always predicting the share of clicks (He et al. 2014); NaN for one class.
    public static double normalizedEntropy(double[] scores, float[] labels) {
        double share = (double) Labels.positives(labels, scores.length) / scores.length;
        double entropy = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
        return logloss(scores, labels) / entropy;
    }

    /// Kolmogorov–Smirnov: the largest gap, over all thresholds, between the share of clicked rows and the share
    /// of the others that score above it. NaN if all labels are equal.
    public static double ks(double[] scores, float[] labels) {
        int positives = Labels.positives(labels, scores.length);
        int negatives = scores.length - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        ScoreOrder order = ScoreOrder.of(scores);
        double largest = 0;
        int clicked = 0;
        int start = 0;
        for (int end : order.groupEnds) {
            for (; start < end; start++) {
                clicked += labels[order.rows[start]] == 1f ? 1 : 0;
            }
            double gap = (double) clicked / positives - (double) (end - clicked) / negatives;
            largest = Math.max(largest, Math.abs(gap));
        }
        return largest;
    }

    /// Predicted against actual, over all rows and in bins of equal row counts; equal scores are never cut apart,
    /// so there may be fewer bins than asked for.
    public static Calibration calibration(double[] scores, float[] labels, int bins) {
        int positives = Labels.positives(labels, scores.length);
        if (bins < 1) {
            throw new IllegalArgumentException("there is at least 1 bin, got " + bins);
        }
        ScoreOrder order = ScoreOrder.of(scores);
        List<Calibration.Bin> table = new ArrayList<>();
        double total = 0;
        double sum = 0;
        int clicked = 0;
        int start = 0;
        int at = 0;
        for (int end : order.groupEnds) {
            for (; at < end; at++) {
                sum += scores[order.rows[at]];
                clicked += labels[order.rows[at]] == 1f ? 1 : 0;
            }
            // the first place after this bin's start where equal bins would be cut
            long full = ((long) start * bins / scores.length + 1) * scores.length / bins;
            if (end >= full && end > start) {
                int rows = end - start;
                table.add(
                        new Calibration.Bin(
                                scores[order.rows[start]],
                                scores[order.rows[end - 1]],
                                rows,
                                sum / rows,
                                (double) clicked / rows));
                total += sum;
                sum = 0;
                clicked = 0;
                start = end;
            }
        }
        return new Calibration(total / scores.length, (double) positives / scores.length, table);
    }

    static double logloss(double score, float label) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("a probability is in [0, 1], got " + score);
        }
        double p = label == 1f ? score : 1 - score;
        return -Math.log(Math.max(SMALLEST_PROBABILITY, Math.min(1 - SMALLEST_PROBABILITY, p)));
    }

    /// Twice the number of (clicked, passed over) pairs in the right order; a tie counts once.
    private static long wins2(ScoreOrder order, float[] labels) {
        long below = 0;
        long wins2 = 0;
        int start = 0;
        for (int end : order.groupEnds) {
            long clicked = 0;
            long passed = 0;
            for (; start < end; start++) {
                if (labels[order.rows[start]] == 1f) {
                    clicked++;
                } else {
                    passed++;
                }
            }
            wins2 += clicked * (2 * below + passed);
            below += passed;
        }
        return wins2;
    }

    static double auc(long wins2, long positives, long negatives) {
        return wins2 / (2.0 * positives * negatives);
    }
}
