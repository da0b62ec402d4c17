package dev.waxwing.warehouse;

import java.time.Instant;
import java.util.List;

/// What is recorded of one commit of one partition.
/// @param ds the day, `yyyymmdd`
/// @param hash of the content: equal for equal rows, whatever their order, the number of threads or the run
/// @param columns of the table at that time
/// @param snapshot the Iceberg snapshot in which it became visible; 0 if the table had none (an empty first commit)
/// @param parents what it was made from; empty for imports
public record Partition(
        String table,
        String ds,
        long rows,
        String hash,
        List<Column> columns,
        long snapshot,
        Writer writer,
        List<Parent> parents,
        Instant committedAt) {
    public Partition {
        columns = List.copyOf(columns);
        parents = List.copyOf(parents);
    }
}
