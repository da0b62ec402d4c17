package dev.waxwing.learn;

import java.util.Arrays;

/// What changed between two nights in the lists of users, and how it moved the counts of pairs of items.
///
/// With `came(u)` and `went(u)`, what is new in a user's list and what is there no more, the counts of item `i` move by
///
///     Σ u∈U(i) (came(u) − went(u))  +  Σ u who came to i before(u)  −  Σ u who went from i before(u)
///
/// where `U(i)` are the users it has now and `before(u)` is the whole list of the night before: a pair was there if both
/// of its items were.
final class ListChanges {
    /// Additions and subtractions in all.
    final long steps;

    /// Users whose lists differ.
    final int users;

    private final KeptNeighbours before;
    private final int[] placeOf;

    /// From `starts[u]` on, for each item that came to user `u` twice its place, for each that went one more.
    private final int[] starts;

    private final int[] signed;

    /// The users who came to an item (as they are) and who went from it (turned over).
    private final int[] cameStarts;

    private final int[] came;

    /// @param after lists by the numbers of users and items that `before` has too
    /// @param placeOf what the counters of items are called
    ListChanges(KeptNeighbours before, Profiles.Side after, int[] placeOf) {
        this.before = before;
        this.placeOf = placeOf;
        starts = new int[after.rows() + 1];
        int[] list = new int[placeOf.length];
        int[] found = new int[1024]; // an item, turned over if it went
        int at = 0;
        int changed = 0;
        long all = 0;
        for (int user = 0; user < after.rows(); user++) {
            int length = before.list(user, list);
            int most = at + length + after.length(user);
            if (most > found.length) {
                found = Arrays.copyOf(found, Math.max(most, found.length + found.length / 2));
            }
            at = difference(list, length, after, user, found, at);
            starts[user + 1] = at;
            int changes = at - starts[user];
            changed += changes > 0 ? 1 : 0;
            all += changes * ((long) length + after.length(user));
        }
        steps = all;
        users = changed;
        signed = new int[at];
        cameStarts = new int[placeOf.length + 1];
        came = new int[at];
        byItem(found);
    }

    private void byItem(int[] found) {
        for (int k = 0; k < signed.length; k++) {
            int item = found[k] < 0 ? ~found[k] : found[k];
            signed[k] = 2 * placeOf[item] + (found[k] < 0 ? 1 : 0);
            cameStarts[item + 1]++;
        }
        for (int item = 0; item < placeOf.length; item++) {
            cameStarts[item + 1] += cameStarts[item];
        }
        int[] next = Arrays.copyOf(cameStarts, placeOf.length);
        for (int user = 0; user < starts.length - 1; user++) {
            for (int k = starts[user]; k < starts[user + 1]; k++) {
                boolean went = found[k] < 0;
                came[next[went ? ~found[k] : found[k]]++] = went ? ~user : user;
            }
        }
    }

    /// Puts what came to a user and what went.
    private static int difference(
            int[] before, int length, Profiles.Side after, int user, int[] found, int begin) {
        int at = begin;
        int b = 0;
        int k = after.starts[user];
        int end = after.starts[user + 1];
        int[] ids = after.ids;
        while (b < length && k < end) {
            int was = before[b];
            int is = ids[k];
            if (was == is) {
                b++;
                k++;
            } else if (was < is) {
                found[at++] = ~was;
                b++;
            } else {
                found[at++] = is;
                k++;
            }
        }
        while (b < length) {
            found[at++] = ~before[b++];
        }
        while (k < end) {
            found[at++] = ids[k++];
        }
        return at;
    }

    /// Adds up by how much the counts of an item with the items at all places moved; what is said of its own place means
    /// nothing.
    /// @param list scratch space for all items
    void addTo(int item, Profiles.Side items, int[] counts, int[] list) {
        int[] ids = items.ids;
        int[] from = starts;
        int[] to = signed;
        int end = items.starts[item + 1];
        for (int k = items.starts[item]; k < end; k++) {
            int last = from[ids[k] + 1];
            for (int m = from[ids[k]]; m < last; m++) {
                int place = to[m];
                counts[place >> 1] += 1 - 2 * (place & 1);
            }
        }
        for (int k = cameStarts[item]; k < cameStarts[item + 1]; k++) {
            boolean went = came[k] < 0;
            int length = before.list(went ? ~came[k] : came[k], list);
            for (int m = 0; m < length; m++) {
                counts[placeOf[list[m]]] += went ? -1 : 1;
            }
        }
    }
}
