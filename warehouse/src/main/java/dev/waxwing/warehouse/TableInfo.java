package dev.waxwing.warehouse;

import java.util.List;
import java.util.OptionalInt;

/// A table as it is now.
/// @param snapshot its Iceberg snapshot; 0 if nothing but empty partitions was ever written
/// @param lifecycleDays how many days its partitions are kept; empty: for ever
/// @param partitions all that are visible, oldest first
public record TableInfo(
        String name,
        List<Column> columns,
        long snapshot,
        OptionalInt lifecycleDays,
        List<Partition> partitions) {
    public TableInfo {
        columns = List.copyOf(columns);
        partitions = List.copyOf(partitions);
    }

    public long rows() {
        return partitions.stream().mapToLong(Partition::rows).sum();
    }
}
