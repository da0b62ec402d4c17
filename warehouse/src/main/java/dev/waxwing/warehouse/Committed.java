package dev.waxwing.warehouse;

import java.util.List;
import java.util.Set;

/// What a commit did.
/// @param partitions as they are now, one for each day that was claimed, oldest first
/// @param changed the days whose content is not what it was; empty: no new Iceberg snapshot was made
/// @param snapshot the table's snapshot after the commit; 0 if it has none
public record Committed(
        String table, List<Partition> partitions, Set<String> changed, long snapshot) {
    public Committed {
        partitions = List.copyOf(partitions);
        changed = Set.copyOf(changed);
    }

    public long rows() {
        return partitions.stream().mapToLong(Partition::rows).sum();
    }

    public boolean unchanged() {
        return changed.isEmpty();
    }
}
