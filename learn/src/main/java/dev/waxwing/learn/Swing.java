package dev.waxwing.learn;

import java.util.Arrays;
import java.util.Map;

/// Which items go together by the pairs of users who share them: the formula of [SwingParams].
///
/// For one item its users' lists are turned round: who of them has `j`, for every `j`. Pairs of one such list share `j`, so
/// walking all lists once gives `|I(u) ∩ I(v)|` of all pairs of the item's users, and walking them again the sums. Cost:
/// twice the pairs of users that share two items, `Σ over i, j of |U(i) ∩ U(j)|²`, and `12 · users-per-item²` bytes a thread.
/// A sum's terms are added in ascending order of its pairs, so any number of threads gives the same bits.
public final class Swing {
    private final Profiles.Side users;
    private final Profiles.Side items;
    private final SwingParams params;
    private final double[] weights;

    private Swing(Profiles profiles, SwingParams params) {
        users = profiles.users;
        items = profiles.items();
        this.params = params;
        weights = new double[users.rows()];
        Arrays.setAll(weights, u -> Math.pow(params.alpha1() + users.length(u), -params.beta()));
    }

    /// @return neighbours of each item, by item number; the report's meetings are those of items at users
    public static NeighbourLists train(Interactions acts, SwingParams params) {
        Profiles profiles =
                new Profiles(
                        acts,
                        NeighbourParams.of(
                                Map.of(
                                        "similarity",
                                        "cosine",
                                        "min-user-items",
                                        1,
                                        "max-user-items",
                                        params.maxUserItems(),
                                        "long-users",
                                        "keep-recent")));
        Swing swing = new Swing(profiles, params);
        int count = acts.itemCount();
        int[][] ids = new int[count][];
        double[][] scores = new double[count][];
        NeighbourSearch.inStretches(
                0,
                count,
                params.threads(),
                swing::scratch,
                (scratch, item) -> {
                    scratch.find(item);
                    int found = scratch.best.settle();
                    ids[item] = new int[found];
                    scores[item] = new double[found];
                    scratch.best.drainInto(ids[item], scores[item]);
                });
        long meetings = 0;
        for (int user = 0; user < profiles.users.rows(); user++) {
            meetings += (long) profiles.users.length(user) * (profiles.users.length(user) - 1);
        }
        return new NeighbourLists(ids, scores, profiles.report(meetings));
    }

    private Scratch scratch() {
        return new Scratch();
    }

    private final class Scratch {
        final Best best = new Best(params.top());

        /// For each item where its list ends; 0 between calls.
        private final int[] ends = new int[items.rows()];

        private final int[] touched = new int[items.rows()];
        private int[] fans = new int[1024];
        private int[] common = {};
        private double[] terms = {};

        void find(int item) {
            int[] members = members(item);
            int n = members.length;
            if (n < 2) {
                return;
            }
            if (common.length < n * n) {
                common = new int[n * n];
                terms = new double[n * n];
            }
            Arrays.fill(common, 0, n * n, 0);
            int lists = turnRound(members);
            int from = 0;
            for (int t = 0; t < lists; t++) {
                int end = ends[touched[t]];
                for (int a = from; a < end; a++) {
                    int row = fans[a] * n;
                    for (int b = a + 1; b < end; b++) {
                        common[row + fans[b]]++;
                    }
                }
                from = end;
            }
            for (int u = 0; u < n; u++) {
                for (int v = u + 1; v < n; v++) {
                    int shared = common[u * n + v];
                    terms[u * n + v] =
                            weights[members[u]] * weights[members[v]] / (params.alpha2() + shared);
                }
            }
            from = 0;
            for (int t = 0; t < lists; t++) {
                int other = touched[t];
                int end = ends[other];
                ends[other] = 0;
                if (other != item && end - from > 1) {
                    best.offer(other, sum(from, end, n));
                }
                from = end;
            }
        }

        private double sum(int from, int end, int n) {
            double sum = 0;
            for (int a = from; a < end; a++) {
                int row = fans[a] * n;
                for (int b = a + 1; b < end; b++) {
                    sum += terms[row + fans[b]];
                }
            }
            return sum;
        }

        /// Fills [#fans] with the members (as numbers from 0) that have each touched item, list after list.
        /// @return how many items are touched
        private int turnRound(int[] members) {
            int lists = 0;
            for (int user : members) {
                for (int k = users.starts[user]; k < users.starts[user + 1]; k++) {
                    if (ends[users.ids[k]]++ == 0) {
                        touched[lists++] = users.ids[k];
                    }
                }
            }
            int at = 0;
            for (int t = 0; t < lists; t++) {
                int length = ends[touched[t]];
                ends[touched[t]] = at; // where the list begins; filling moves it to the end
                at += length;
            }
            if (fans.length < at) {
                fans = new int[at + at / 2];
            }
            for (int u = 0; u < members.length; u++) {
                for (int k = users.starts[members[u]]; k < users.starts[members[u] + 1]; k++) {
                    fans[ends[users.ids[k]]++] = u;
                }
            }
            return lists;
        }

        /// The most recent users of an item, in ascending number.
        private int[] members(int item) {
            int from = items.starts[item];
            int to = items.starts[item + 1];
            if (to - from <= params.usersPerItem()) {
                return Arrays.copyOfRange(items.ids, from, to);
            }
            boolean[] kept = new boolean[to - from];
            Profiles.markRecent(items.seconds, from, to, params.usersPerItem(), kept, from);
            int[] members = new int[params.usersPerItem()];
            int n = 0;
            for (int k = from; k < to; k++) {
                if (kept[k - from]) {
                    members[n++] = items.ids[k];
                }
            }
            return members;
        }
    }
}
