package dev.waxwing.warehouse;

import dev.waxwing.storage.Sha256;

import org.apache.iceberg.Schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Rows that are ready to become partitions: a table of one session, in the target's columns and in a total order (first
/// by day), with their content summed up by day.
///
/// The order is of all columns, so rows that tie are equal and it does not matter which comes first. The entries of a
/// map have no order of their own; they are sorted by key. So the same rows give the same files whatever the number of
/// threads.
/// @param name of the rows in the session
/// @param columns of the table once these rows are in it
record StagedRows(
        String name,
        Schema schema,
        List<Column> columns,
        SortedMap<String, PartitionLog.Content> byDay) {

    static final String PARQUET = "FORMAT parquet, COMPRESSION zstd";

    /// @param source the name of the rows in the session
    /// @param name what they shall be called once they are ready
    static StagedRows stage(
            SqlEngine.Session session,
            String source,
            List<Column> columns,
            Schema schema,
            String name) {
        String casts = columns.stream().map(StagedRows::cast).collect(Collectors.joining(", "));
        session.keep(
                name,
                "SELECT * FROM (SELECT "
                        + casts
                        + " FROM "
                        + Shape.quoted(source)
                        + ") ORDER BY "
                        + order(columns));
        String all = "SELECT * FROM " + Shape.quoted(name);
        return new StagedRows(name, schema, columns, contents(session, all, columns));
    }

    /// What rows are sorted by before they are written.
    static String order(List<Column> columns) {
        return "ds, "
                + columns.stream()
                        .map(c -> Shape.quoted(c.name()))
                        .collect(Collectors.joining(", "));
    }

    /// Writes rows to a file, with the field ids of the target.
    /// @param where such as ` WHERE ds = '20130801'`, or nothing
    void copy(SqlEngine.Session session, String where, Path to) {
        session.copy(
                "SELECT * FROM " + Shape.quoted(name) + where,
                to,
                PARQUET + ", FIELD_IDS " + Shape.fieldIds(schema));
    }

    private static String cast(Column column) {
        String name = Shape.quoted(column.name());
        if (column.type().startsWith("MAP(") && column.type().endsWith(")")) {
            name = "map_from_entries(list_sort(map_entries(" + name + ")))";
        }
        return "CAST(" + name + " AS " + column.type() + ") AS " + Shape.quoted(column.name());
    }

    /// Rows and content by day.
    static SortedMap<String, PartitionLog.Content> contents(
            SqlEngine.Session session, String select, List<Column> columns) {
        String all =
                columns.stream().map(c -> Shape.quoted(c.name())).collect(Collectors.joining(", "));
        return session.query(
                "SELECT ds, count(*), sum(hash("
                        + all
                        + ")::HUGEINT) FROM ("
                        + select
                        + ") GROUP BY ds ORDER BY ds",
                rows -> {
                    SortedMap<String, PartitionLog.Content> found = new TreeMap<>();
                    while (rows.next()) {
                        String ds = rows.getString(1);
                        BigInteger sum = new BigDecimal(rows.getString(3)).toBigIntegerExact();
                        found.put(
                                ds == null ? "NULL" : ds,
                                new PartitionLog.Content(rows.getLong(2), sum));
                    }
                    return found;
                });
    }

    static String read(List<String> files) {
        return "SELECT * FROM read_parquet("
                + files.stream().map(DuckDb::literal).collect(Collectors.joining(", ", "[", "]"))
                + ", hive_partitioning = false)";
    }

    /// The content hash of a partition: its columns, the number of its rows and the sum of their hashes.
    static String hash(List<Column> columns, PartitionLog.Content content) {
        String all = Shape.text(columns) + "|" + content.rows() + "|" + content.sum();
        return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    List<String> daysWithRows() {
        return new ArrayList<>(byDay.keySet());
    }

    PartitionLog.Content content(String ds) {
        return byDay.getOrDefault(ds, PartitionLog.Content.EMPTY);
    }

    long rows() {
        return byDay.values().stream().mapToLong(PartitionLog.Content::rows).sum();
    }
}
