package dev.waxwing.learn;

import java.util.Arrays;

/// What changed between two nights in the lists of users, as additions to and subtractions from [PairCounts].
///
/// A changed user's items fall into those that stayed, came and went. Under an item that stayed, the counts of those that
/// came go up and of those that went go down; under one that came, the whole new list goes up; under one that went, the
/// whole old list goes down.
final class PairChanges {
    /// Additions and subtractions in all.
    final long steps;

    private final Profiles.Side before;
    private final Profiles.Side after;

    /// Users whose lists differ.
    private final int[] changed;

    /// What came (even) and went (odd) of each changed user. They lie close together, since they are short and looked up
    /// all the time.
    private final int[] starts;

    private final int[] items;

    /// What concerns an item: the number of a list in [#starts], or `~number` for the whole new or old list of its user.
    private final int[] rowStarts;

    private final int[] rows;

    /// @param before lists by the numbers of users and items that `after` has too
    PairChanges(Profiles.Side before, Profiles.Side after, int itemCount) {
        this.before = before;
        this.after = after;
        changed = changed(before, after);
        starts = new int[2 * changed.length + 1];
        int[] found = new int[1024]; // most of a list stays from night to night
        rowStarts = new int[itemCount + 1];
        int at = 0;
        long all = 0;
        for (int c = 0; c < changed.length; c++) {
            int user = changed[c];
            int most = at + before.length(user) + after.length(user);
            if (most > found.length) {
                found = Arrays.copyOf(found, Math.max(most, found.length + found.length / 2));
            }
            at = difference(after, before, user, found, at);
            starts[2 * c + 1] = at;
            at = difference(before, after, user, found, at);
            starts[2 * c + 2] = at;
            long came = (long) starts[2 * c + 1] - starts[2 * c];
            long went = (long) starts[2 * c + 2] - starts[2 * c + 1];
            all += (after.length(user) - came) * (came + went);
            all += came * after.length(user) + went * before.length(user);
        }
        steps = all;
        items = Arrays.copyOf(found, at);
        int[] next = new int[itemCount + 1];
        eachRow((item, _) -> rowStarts[item + 1]++);
        for (int item = 0; item < itemCount; item++) {
            rowStarts[item + 1] += rowStarts[item];
            next[item] = rowStarts[item];
        }
        rows = new int[rowStarts[itemCount]];
        eachRow((item, list) -> rows[next[item]++] = list);
    }

    private static int[] changed(Profiles.Side before, Profiles.Side after) {
        int[] changed = new int[after.rows()];
        int n = 0;
        for (int user = 0; user < after.rows(); user++) {
            if (!Arrays.equals(
                    before.ids,
                    before.starts[user],
                    before.starts[user + 1],
                    after.ids,
                    after.starts[user],
                    after.starts[user + 1])) {
                changed[n++] = user;
            }
        }
        return Arrays.copyOf(changed, n);
    }

    /// Puts what a user has in one and not in the other.
    private static int difference(
            Profiles.Side in, Profiles.Side notIn, int user, int[] found, int from) {
        int at = from;
        int o = notIn.starts[user];
        for (int k = in.starts[user]; k < in.starts[user + 1]; k++) {
            while (o < notIn.starts[user + 1] && notIn.ids[o] < in.ids[k]) {
                o++;
            }
            if (o == notIn.starts[user + 1] || notIn.ids[o] != in.ids[k]) {
                found[at++] = in.ids[k];
            }
        }
        return at;
    }

    @FunctionalInterface
    private interface RowAndList {
        void accept(int item, int list);
    }

    private void eachRow(RowAndList told) {
        for (int c = 0; c < changed.length; c++) {
            int came = starts[2 * c];
            int went = starts[2 * c + 1];
            int end = starts[2 * c + 2];
            for (int k = went; k < end; k++) {
                told.accept(items[k], ~(2 * c + 1));
            }
            int user = changed[c];
            boolean some = came < went;
            for (int k = after.starts[user]; k < after.starts[user + 1]; k++) {
                int item = after.ids[k];
                if (came < went && items[came] == item) {
                    came++;
                    told.accept(item, ~(2 * c));
                    continue;
                }
                if (some) {
                    told.accept(item, 2 * c);
                }
                if (went < end) {
                    told.accept(item, 2 * c + 1);
                }
            }
        }
    }

    /// Users whose lists differ.
    int users() {
        return changed.length;
    }

    /// Adds and subtracts, at the places of the other items, what changed under one.
    void apply(int item, int[] placeOf, char[] counts) {
        for (int k = rowStarts[item]; k < rowStarts[item + 1]; k++) {
            int list = rows[k];
            int number = list < 0 ? ~list : list;
            char by = (char) ((number & 1) == 0 ? 1 : -1); // it may run over, since it comes back
            int[] ids = ids(list);
            for (int m = from(list), end = end(list); m < end; m++) {
                counts[placeOf[ids[m]]] += by;
            }
        }
    }

    /// The same, where 16 bits are too few.
    void apply(int item, int[] placeOf, int[] counts) {
        for (int k = rowStarts[item]; k < rowStarts[item + 1]; k++) {
            int list = rows[k];
            int number = list < 0 ? ~list : list;
            int by = (number & 1) == 0 ? 1 : -1;
            int[] ids = ids(list);
            for (int m = from(list), end = end(list); m < end; m++) {
                counts[placeOf[ids[m]]] += by;
            }
        }
    }

    private Profiles.Side side(int list) {
        return (~list & 1) == 0 ? after : before;
    }

    private int[] ids(int list) {
        return list < 0 ? side(list).ids : items;
    }

    private int from(int list) {
        return list < 0 ? side(list).starts[changed[~list >> 1]] : starts[list];
    }

    private int end(int list) {
        return list < 0 ? side(list).starts[changed[~list >> 1] + 1] : starts[list + 1];
    }
}
