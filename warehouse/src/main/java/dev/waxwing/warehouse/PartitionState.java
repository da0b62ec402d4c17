package dev.waxwing.warehouse;

/// What a reader of one partition must know before it reads.
public enum PartitionState {
    /// Never written, or expired.
    ABSENT,
    /// A live writer holds it; what is visible, if anything, is the content before.
    WRITING,
    /// An intake's day to which events may still come; what is there is true and not yet all.
    OPEN,
    /// Written, and made from what its parents still hold. It may have 0 rows.
    COMMITTED,
    /// Written, but the content of a partition that it was made from has changed since.
    STALE,
    /// The latest write failed its checks; what is visible, if anything, is the content before.
    QUARANTINED
}
