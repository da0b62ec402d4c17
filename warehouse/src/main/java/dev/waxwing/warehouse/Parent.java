package dev.waxwing.warehouse;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A table that a partition was made from.
/// @param snapshot the table's Iceberg snapshot that was read; 0 if it had none yet
/// @param partitions the partitions that the query could read, with their content hash then; [#ABSENT] for a day in
///     between that was not there
public record Parent(String table, long snapshot, SortedMap<String, String> partitions) {
    /// Stands for the hash of a partition that was not there.
    public static final String ABSENT = "-";

    public Parent {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }
}
