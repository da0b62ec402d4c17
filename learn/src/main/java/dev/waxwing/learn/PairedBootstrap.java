package dev.waxwing.learn;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Intervals for the difference of two models on the *same* rows, by drawing users with replacement.
///
/// Rows of one user are alike, so users are drawn, not rows; both models are measured on the same draw, so what
/// makes a draw easy or hard for both cancels. The interval is the percentile interval (Efron 1979) with linear
/// interpolation between resamples. Same seed and rows, same bits.
///
/// Cost: sorting once, then for each resample one draw a user and, for AUC, one pass over the rows in score
/// order; sums a user are made once for everything else.
public final class PairedBootstrap {
    private final int resamples;
    private final double level;
    private final long seed;

    /// @param resamples at least 100; 1000 is usual
    /// @param level such as 0.95
    /// @param seed of the draws
    public PairedBootstrap(int resamples, double level, long seed) {
        if (resamples < 100) {
            throw new IllegalArgumentException(
                    "an interval takes at least 100 resamples, got " + resamples);
        }
        if (!(level > 0.5 && level < 1)) {
            throw new IllegalArgumentException("a level is between 0.5 and 1, got " + level);
        }
        this.resamples = resamples;
        this.level = level;
        this.seed = seed;
    }

    /// AUC of `candidate` minus AUC of `champion`.
    /// @param users a number for each row's user, in `[0, number of users)`
    public Interval auc(int[] users, float[] labels, double[] candidate, double[] champion) {
        requireSameRows(candidate, champion);
        Labels.positives(labels, candidate.length);
        int count = Users.count(users, candidate.length);
        AucOfDraw ours = new AucOfDraw(ScoreOrder.of(candidate), users, labels);
        AucOfDraw theirs = new AucOfDraw(ScoreOrder.of(champion), users, labels);
        return interval(users(users, count), draw -> ours.auc(draw) - theirs.auc(draw));
    }

    /// GAUC of `candidate` minus GAUC of `champion`; users of one label only take no part, as in [Metrics#gauc].
    public Interval gauc(int[] users, float[] labels, double[] candidate, double[] champion) {
        requireSameRows(candidate, champion);
        PerUserAuc ours = PerUserAuc.of(candidate, labels, users);
        PerUserAuc theirs = PerUserAuc.of(champion, labels, users);
        double[] rows = new double[ours.users()];
        Arrays.setAll(rows, user -> ours.rows[user]);
        return meansOf(users(users, rows.length), ours.weightedAuc, theirs.weightedAuc, rows);
    }

    /// Log loss of `candidate` minus log loss of `champion`: below 0 is better.
    public Interval logloss(int[] users, float[] labels, double[] candidate, double[] champion) {
        requireSameRows(candidate, champion);
        Labels.positives(labels, candidate.length);
        int count = Users.count(users, candidate.length);
        double[] ours = new double[count];
        double[] theirs = new double[count];
        double[] rows = new double[count];
        for (int row = 0; row < users.length; row++) {
            ours[users[row]] += Metrics.logloss(candidate[row], labels[row]);
            theirs[users[row]] += Metrics.logloss(champion[row], labels[row]);
            rows[users[row]]++;
        }
        return meansOf(users(users, count), ours, theirs, rows);
    }

    /// Difference of two ratios of sums over users, such as hits per pair:
    /// `Σ candidate / Σ per − Σ champion / Σ per`.
    ///
    /// @param candidate a sum for each user, such as its hits
    /// @param champion the same of the other model
    /// @param per what the sums are divided by, such as the user's pairs, or 1 for means over users
    public Interval means(double[] candidate, double[] champion, double[] per) {
        requireSameRows(candidate, champion);
        requireSameRows(candidate, per);
        int[] everyone = new int[per.length];
        Arrays.setAll(everyone, user -> user);
        return meansOf(everyone, candidate, champion, per);
    }

    private Interval meansOf(int[] users, double[] candidate, double[] champion, double[] per) {
        double[] gap = new double[per.length];
        Arrays.setAll(gap, user -> candidate[user] - champion[user]);
        return interval(
                users,
                draw -> {
                    double sum = 0;
                    double all = 0;
                    for (int user : users) {
                        sum += draw[user] * gap[user];
                        all += draw[user] * per[user];
                    }
                    return sum / all;
                });
    }

    /// @param users those who can be drawn
    private Interval interval(int[] users, DrawStatistic statistic) {
        if (users.length == 0) {
            throw new IllegalArgumentException("there are no users to draw from");
        }
        int[] draw = new int[Arrays.stream(users).max().orElseThrow() + 1];
        for (int user : users) {
            draw[user] = 1;
        }
        double difference = statistic.of(draw);
        SplittableRandom random = new SplittableRandom(seed);
        double[] drawn = new double[resamples];
        int defined = 0;
        for (int r = 0; r < resamples; r++) {
            Arrays.fill(draw, 0);
            for (int n = 0; n < users.length; n++) {
                draw[users[random.nextInt(users.length)]]++;
            }
            double value = statistic.of(draw);
            if (!Double.isNaN(value)) {
                drawn[defined++] = value;
            }
        }
        double[] sorted = Arrays.copyOf(drawn, defined);
        Arrays.sort(sorted);
        return new Interval(
                difference,
                quantile(sorted, (1 - level) / 2),
                quantile(sorted, (1 + level) / 2),
                level,
                defined,
                resamples - defined);
    }

    private static double quantile(double[] sorted, double q) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = q * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /// The users that have rows, each once, ascending.
    private static int[] users(int[] users, int count) {
        boolean[] present = new boolean[count];
        for (int user : users) {
            present[user] = true;
        }
        int[] found = new int[count];
        int n = 0;
        for (int user = 0; user < count; user++) {
            if (present[user]) {
                found[n++] = user;
            }
        }
        return Arrays.copyOf(found, n);
    }

    private static void requireSameRows(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "a paired comparison needs the same rows on both sides, got "
                            + a.length
                            + " and "
                            + b.length);
        }
    }

    @FunctionalInterface
    private interface DrawStatistic {
        /// @param draw how often each user was drawn
        double of(int[] draw);
    }

    /// AUC over rows that count as often as their user was drawn; rows lie in score order already.
    private static final class AucOfDraw {
        private final int[] user;
        private final boolean[] clicked;
        private final int[] groupEnds;

        AucOfDraw(ScoreOrder order, int[] users, float[] labels) {
            int n = users.length;
            user = new int[n];
            clicked = new boolean[n];
            groupEnds = order.groupEnds;
            for (int i = 0; i < n; i++) {
                user[i] = users[order.rows[i]];
                clicked[i] = labels[order.rows[i]] == 1f;
            }
        }

        double auc(int[] draw) {
            long wins2 = 0;
            long below = 0;
            long positives = 0;
            int at = 0;
            for (int end : groupEnds) {
                long tiedClicked = 0;
                long tiedPassed = 0;
                for (; at < end; at++) {
                    int weight = draw[user[at]];
                    if (clicked[at]) {
                        tiedClicked += weight;
                    } else {
                        tiedPassed += weight;
                    }
                }
                wins2 += tiedClicked * (2 * below + tiedPassed);
                below += tiedPassed;
                positives += tiedClicked;
            }
            return Metrics.auc(wins2, positives, below);
        }
    }
}
