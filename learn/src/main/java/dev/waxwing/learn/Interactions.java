package dev.waxwing.learn;

/// What users did with items, as dense numbers: act `k` is by user `users[k]` on item `items[k]`.
///
/// The arrays are not copied: the caller hands them over and does not write to them any more.
public final class Interactions {
    private final int userCount;
    private final int itemCount;
    private final int[] users;
    private final int[] items;
    private final long[] seconds;
    private final float[] weights;

    /// @param userCount users are numbered from 0 to `userCount - 1`, items likewise
    /// @param seconds when, in seconds since 1970
    /// @param weights how strongly the act counts as liking, in `(0, 1]`
    public Interactions(
            int userCount,
            int itemCount,
            int[] users,
            int[] items,
            long[] seconds,
            float[] weights) {
        this.userCount = userCount;
        this.itemCount = itemCount;
        this.users = users;
        this.items = items;
        this.seconds = seconds;
        this.weights = weights;
        int n = users.length;
        if (items.length != n || seconds.length != n || weights.length != n) {
            throw new IllegalArgumentException(
                    "users, items, seconds and weights are as many, got "
                            + n
                            + ", "
                            + items.length
                            + ", "
                            + seconds.length
                            + " and "
                            + weights.length);
        }
        for (int k = 0; k < n; k++) {
            if (users[k] < 0 || users[k] >= userCount || items[k] < 0 || items[k] >= itemCount) {
                throw new IllegalArgumentException(
                        "act "
                                + k
                                + " is by user "
                                + users[k]
                                + " of "
                                + userCount
                                + " on item "
                                + items[k]
                                + " of "
                                + itemCount
                                + "; numbers start at 0");
            }
            if (!(weights[k] > 0 && weights[k] <= 1)) { // so that NaN is refused too
                throw new IllegalArgumentException(
                        "weight must be in (0, 1], got "
                                + weights[k]
                                + " (user "
                                + users[k]
                                + ", item "
                                + items[k]
                                + ")");
            }
        }
    }

    public int size() {
        return users.length;
    }

    public int userCount() {
        return userCount;
    }

    public int itemCount() {
        return itemCount;
    }

    public int user(int k) {
        return users[k];
    }

    public int item(int k) {
        return items[k];
    }

    public long seconds(int k) {
        return seconds[k];
    }

    public float weight(int k) {
        return weights[k];
    }
}
