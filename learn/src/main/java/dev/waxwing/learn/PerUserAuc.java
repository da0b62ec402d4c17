package dev.waxwing.learn;

/// Each user's own AUC, as sums that GAUC and its bootstrap add up.
final class PerUserAuc {
    /// Rows of the user, times the AUC inside them; 0 for a user with one label only.
    final double[] weightedAuc;

    /// Rows of the user; 0 for a user with one label only.
    final int[] rows;

    /// Rows of a user with one label only; 0 for the others.
    final int[] oneClassRows;

    private PerUserAuc(int users) {
        weightedAuc = new double[users];
        rows = new int[users];
        oneClassRows = new int[users];
    }

    int users() {
        return rows.length;
    }

    static PerUserAuc of(double[] scores, float[] labels, int[] users) {
        Labels.positives(labels, scores.length);
        int count = Users.count(users, scores.length);
        ScoreOrder order = ScoreOrder.of(scores);
        int[] next = new int[count + 1];
        for (int user : users) {
            next[user + 1]++;
        }
        for (int user = 0; user < count; user++) {
            next[user + 1] += next[user];
        }
        int[] starts = next.clone();
        // Rows of one user together, still in score order; the tie group of each beside it.
        int[] byUser = new int[scores.length];
        int[] group = new int[scores.length];
        int at = 0;
        for (int g = 0; g < order.groupEnds.length; g++) {
            for (; at < order.groupEnds[g]; at++) {
                int row = order.rows[at];
                int slot = next[users[row]]++;
                byUser[slot] = row;
                group[slot] = g;
            }
        }
        PerUserAuc each = new PerUserAuc(count);
        for (int user = 0; user < count; user++) {
            each.add(user, starts[user], starts[user + 1], byUser, group, labels);
        }
        return each;
    }

    private void add(int user, int from, int to, int[] byUser, int[] group, float[] labels) {
        long below = 0;
        long wins2 = 0;
        int at = from;
        while (at < to) {
            int tie = group[at];
            long clicked = 0;
            long passed = 0;
            for (; at < to && group[at] == tie; at++) {
                if (labels[byUser[at]] == 1f) {
                    clicked++;
                } else {
                    passed++;
                }
            }
            wins2 += clicked * (2 * below + passed);
            below += passed;
        }
        int n = to - from;
        if (below == 0 || below == n) {
            oneClassRows[user] = n;
        } else {
            rows[user] = n;
            weightedAuc[user] = n * Metrics.auc(wins2, n - below, below);
        }
    }
}
