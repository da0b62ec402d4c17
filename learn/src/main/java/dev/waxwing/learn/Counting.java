package dev.waxwing.learn;

/// Where a search's counts come from and where they go.
sealed interface Counting {
    /// Everything is counted, and forgotten with the row.
    record Anew() implements Counting {}

    /// Everything is counted and can be kept.
    record Kept() implements Counting {}

    /// What changed is added to counts of another night, and the sum can be kept.
    record On(PairCounts before, PairChanges changes) implements Counting {}
}
