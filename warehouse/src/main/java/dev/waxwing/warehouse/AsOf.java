package dev.waxwing.warehouse;

import java.time.Instant;

/// A moment in the history of tables.
public sealed interface AsOf {
    /// Every table as it was at that time.
    record Time(Instant at) implements AsOf {}

    /// One table at one of its snapshots; the other tables as they are now.
    record Snapshot(String table, long id) implements AsOf {}
}
