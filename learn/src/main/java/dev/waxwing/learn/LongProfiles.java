package dev.waxwing.learn;

/// What becomes of users with more items than allowed.
public enum LongProfiles {
    /// They take no part, as in the original component: a crawler likes everything.
    IGNORE,
    /// Their most recent items take part.
    KEEP_RECENT
}
