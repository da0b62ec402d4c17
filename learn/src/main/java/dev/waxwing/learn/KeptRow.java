package dev.waxwing.learn;

/// The items that an item was nearest to one night, in any order, with how many users each has in common with it.
final class KeptRow {
    /// Of an item of which nothing is known.
    static final KeptRow NONE = new KeptRow(Double.POSITIVE_INFINITY, new int[0], new int[0]);

    /// No item that is not named, and has enough users in common, scores more.
    final double bound;

    final int[] items;
    final int[] counts;

    KeptRow(double bound, int[] items, int[] counts) {
        this.bound = bound;
        this.items = items;
        this.counts = counts;
    }
}
