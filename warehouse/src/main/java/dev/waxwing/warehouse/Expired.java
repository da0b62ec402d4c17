package dev.waxwing.warehouse;

import java.util.List;

/// What [Warehouse#expire] removed.
/// @param days the partitions that are no longer visible, oldest first
/// @param snapshots how many old snapshots went, with the files that only they needed
public record Expired(String table, List<String> days, int snapshots) {
    public Expired {
        days = List.copyOf(days);
    }
}
