package dev.waxwing.learn;

import java.util.Arrays;

/// Who met what, after duplicates and caps, readable from both sides: users → items and items → users, each list in
/// ascending number.
final class Profiles {
    /// One side: the list of `row` is `ids[starts[row]] … ids[starts[row + 1]]`, with the act's time and weight beside.
    static final class Side {
        final int[] starts;
        final int[] ids;
        final long[] seconds;
        final float[] weights;

        /// @param timed whether somebody asks for times; [#seconds] is empty otherwise
        /// @param weighed whether somebody asks for weights; [#weights] is empty otherwise
        Side(int rows, int n, boolean timed, boolean weighed) {
            starts = new int[rows + 1];
            ids = new int[n];
            seconds = new long[timed ? n : 0];
            weights = new float[weighed ? n : 0];
        }

        private Side(int rows, int n, Side like) {
            this(rows, n, like.seconds.length > 0, like.weights.length > 0);
        }

        private void put(int at, int id, Side from, int k) {
            ids[at] = id;
            if (seconds.length > 0) {
                seconds[at] = from.seconds[k];
            }
            if (weights.length > 0) {
                weights[at] = from.weights[k];
            }
        }

        int rows() {
            return starts.length - 1;
        }

        int length(int row) {
            return starts[row + 1] - starts[row];
        }

        /// The same acts from the other side.
        Side transposed(int others) {
            Side other = new Side(others, ids.length, this);
            other.begin(ids);
            transposeInto(other);
            return other;
        }

        /// @param other whose lists are as long as they are to be
        private void transposeInto(Side other) {
            int[] next = Arrays.copyOf(other.starts, other.rows());
            for (int row = 0; row < rows(); row++) {
                transpose(row, next, other);
            }
        }

        private void transpose(int row, int[] next, Side other) {
            for (int k = starts[row]; k < starts[row + 1]; k++) {
                other.put(next[ids[k]]++, row, this, k);
            }
        }

        /// Makes each list as long as its row is often in `all`.
        private void begin(int[] all) {
            for (int row : all) {
                starts[row + 1]++;
            }
            lengthsToStarts();
        }

        /// Where lists begin, from how long they are.
        void lengthsToStarts() {
            for (int row = 0; row < rows(); row++) {
                starts[row + 1] += starts[row];
            }
        }

        /// How often a list has the same number as the time before.
        private int repeats(int row) {
            int repeats = 0;
            for (int k = starts[row] + 1; k < starts[row + 1]; k++) {
                repeats += ids[k] == ids[k - 1] ? 1 : 0;
            }
            return repeats;
        }

        /// Only the acts that are kept.
        Side only(boolean[] kept) {
            int n = 0;
            for (boolean keep : kept) {
                n += keep ? 1 : 0;
            }
            if (n == ids.length) {
                return this;
            }
            Side side = new Side(rows(), n, this);
            int at = 0;
            for (int row = 0; row < rows(); row++) {
                for (int k = starts[row]; k < starts[row + 1]; k++) {
                    if (kept[k]) {
                        side.put(at++, ids[k], this, k);
                    }
                }
                side.starts[row + 1] = at;
            }
            return side;
        }
    }

    final Side users;

    /// All acts by item, users as they came.
    private final Side byItem;

    /// The latest act of all that were given: "now" for half-lives. 0 if there is none or nobody asks.
    final long latest;

    private final int acts;
    private final int repeated;
    private int hotItems;
    private int hotActs;
    private int shortUsers;
    private int longUsers;
    private int userActs;

    Profiles(Interactions given, NeighbourParams params) {
        acts = given.size();
        latest = params.halfLifeDays() > 0 ? latest(given) : 0;
        boolean timed =
                params.halfLifeDays() > 0
                        || params.coActionDecay() > 0
                        || params.longUsers() == LongProfiles.KEEP_RECENT;
        byItem = byItem(given, timed, params.similarity() == Similarity.WBCOSINE);
        Side all = byUser(byItem, given.userCount());
        repeated = acts - all.ids.length;
        Side cool = params.maxItemUsers() == 0 ? all : withoutHotItems(all, given, params);
        users = withoutOddUsers(cool, params);
    }

    private static long latest(Interactions given) {
        long latest = given.size() == 0 ? 0 : Long.MIN_VALUE;
        for (int k = 0; k < given.size(); k++) {
            latest = Math.max(latest, given.seconds(k));
        }
        return latest;
    }

    /// The same acts from the other side, in the place of all acts if these are all.
    Side items() {
        if (byItem.ids.length > users.ids.length) {
            return users.transposed(byItem.rows());
        }
        users.transposeInto(byItem);
        return byItem;
    }

    /// As many items with as many users each, but not who they are.
    Side itemLengths() {
        Side side = new Side(byItem.rows(), 0, false, false);
        side.begin(users.ids);
        return side;
    }

    NeighbourReport report(long meetings) {
        return new NeighbourReport(
                acts,
                repeated,
                hotItems,
                hotActs,
                shortUsers,
                longUsers,
                userActs,
                users.ids.length,
                meetings);
    }

    /// Sorts by user and then item, and makes one act of each pair.
    private static Side byUser(Side byItem, int userCount) {
        Side byUser = byItem.transposed(userCount);
        int repeats = 0;
        for (int user = 0; user < byUser.rows(); user++) {
            repeats += byUser.repeats(user);
        }
        if (repeats == 0) {
            return byUser;
        }
        boolean[] kept = new boolean[byUser.ids.length];
        for (int user = 0; user < byUser.rows(); user++) {
            mergeRepeats(byUser, user, kept);
        }
        return byUser.only(kept);
    }

    private static Side byItem(Interactions given, boolean timed, boolean weighed) {
        Side byItem = new Side(given.itemCount(), given.size(), timed, weighed);
        countItems(given, byItem.starts);
        byItem.lengthsToStarts();
        int[] next = Arrays.copyOf(byItem.starts, given.itemCount());
        for (int k = 0; k < given.size(); k++) {
            int at = next[given.item(k)]++;
            byItem.ids[at] = given.user(k);
            if (timed) {
                byItem.seconds[at] = given.seconds(k);
            }
            if (weighed) {
                byItem.weights[at] = given.weight(k);
            }
        }
        return byItem;
    }

    private static void countItems(Interactions given, int[] starts) {
        for (int k = 0; k < given.size(); k++) {
            starts[given.item(k) + 1]++;
        }
    }

    private static void mergeRepeats(Side byUser, int user, boolean[] kept) {
        int end = byUser.starts[user + 1];
        for (int k = byUser.starts[user]; k < end; k++) {
            boolean lastOfPair = k + 1 == end || byUser.ids[k + 1] != byUser.ids[k];
            kept[k] = lastOfPair;
            if (!lastOfPair && byUser.seconds.length > 0) {
                byUser.seconds[k + 1] = Math.max(byUser.seconds[k + 1], byUser.seconds[k]);
            }
            if (!lastOfPair && byUser.weights.length > 0) {
                byUser.weights[k + 1] = Math.max(byUser.weights[k + 1], byUser.weights[k]);
            }
        }
    }

    private Side withoutHotItems(Side all, Interactions given, NeighbourParams params) {
        int[] users = new int[given.itemCount()];
        for (int item : all.ids) {
            users[item]++;
        }
        for (int count : users) {
            hotItems += count > params.maxItemUsers() ? 1 : 0;
        }
        boolean[] kept = new boolean[all.ids.length];
        for (int k = 0; k < kept.length; k++) {
            kept[k] = users[all.ids[k]] <= params.maxItemUsers();
            hotActs += kept[k] ? 0 : 1;
        }
        return all.only(kept);
    }

    private Side withoutOddUsers(Side all, NeighbourParams params) {
        int fitting = 0;
        for (int user = 0; user < all.rows(); user++) {
            int length = all.length(user);
            fitting +=
                    length <= params.maxUserItems() && length >= params.minUserItems() ? length : 0;
        }
        if (fitting == all.ids.length) {
            return all;
        }
        boolean[] kept = new boolean[all.ids.length];
        for (int user = 0; user < all.rows(); user++) {
            int length = all.length(user);
            int from = all.starts[user];
            if (length > params.maxUserItems()) {
                longUsers++;
                if (params.longUsers() == LongProfiles.KEEP_RECENT) {
                    keepRecent(all, user, params.maxUserItems(), kept);
                    userActs += length - params.maxUserItems();
                } else {
                    userActs += length;
                }
            } else if (length < params.minUserItems()) {
                shortUsers += length > 0 ? 1 : 0;
                userActs += length;
            } else {
                Arrays.fill(kept, from, from + length, true);
            }
        }
        return all.only(kept);
    }

    private static void keepRecent(Side all, int user, int most, boolean[] kept) {
        markRecent(all.seconds, all.starts[user], all.starts[user + 1], most, kept, 0);
    }

    /// Marks the latest acts of a list that is longer than `most`; of acts at one time those on the smaller numbers.
    /// @param shift where `kept` begins
    static void markRecent(long[] seconds, int from, int to, int most, boolean[] kept, int shift) {
        long[] times = Arrays.copyOfRange(seconds, from, to);
        Arrays.sort(times);
        long oldest = times[times.length - most];
        int room = most;
        for (int k = from; k < to; k++) {
            if (seconds[k] > oldest) {
                kept[k - shift] = true;
                room--;
            }
        }
        for (int k = from; k < to && room > 0; k++) {
            if (seconds[k] == oldest) {
                kept[k - shift] = true;
                room--;
            }
        }
    }
}
