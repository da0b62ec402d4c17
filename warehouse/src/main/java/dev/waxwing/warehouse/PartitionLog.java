package dev.waxwing.warehouse;

import static dev.waxwing.warehouse.Catalog.query;
import static dev.waxwing.warehouse.Catalog.update;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is written down of every commit of every partition, for ever; one of them per partition is the visible one.
final class PartitionLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMITTED = "COMMITTED";
    private static final String QUARANTINED = "QUARANTINED";

    /// Rows and content of a partition; sums of row hashes, so that two parts add up to their whole.
    record Content(long rows, BigInteger sum) {
        static final Content EMPTY = new Content(0, BigInteger.ZERO);

        Content plus(Content other) {
            return new Content(rows + other.rows, sum.add(other.sum));
        }
    }

    /// A partition's record with what only this package looks at.
    record Entry(Partition partition, Content content) {}

    private PartitionLog() {}

    static Optional<Entry> visible(Connection c, String table, String ds) throws SQLException {
        return query(
                        c,
                        "SELECT * FROM partition_commit WHERE table_name = ? AND ds = ? AND visible"
                                + " = 1",
                        List.of(table, ds),
                        PartitionLog::entry)
                .stream()
                .findFirst();
    }

    static List<Entry> allVisible(Connection c, String table) throws SQLException {
        return query(
                c,
                "SELECT * FROM partition_commit WHERE table_name = ? AND visible = 1 ORDER BY ds",
                List.of(table),
                PartitionLog::entry);
    }

    /// The content hashes of a table's visible partitions.
    static Map<String, String> hashes(Connection c, String table) throws SQLException {
        Map<String, String> hashes = new TreeMap<>();
        query(
                c,
                "SELECT ds, hash FROM partition_commit WHERE table_name = ? AND visible = 1",
                List.of(table),
                r -> hashes.put(r.getString(1), r.getString(2)));
        return hashes;
    }

    static List<Partition> history(Connection c, String table, String ds) throws SQLException {
        return query(
                        c,
                        "SELECT * FROM partition_commit WHERE table_name = ? AND ds = ? AND state ="
                                + " 'COMMITTED' ORDER BY id DESC",
                        List.of(table, ds),
                        PartitionLog::entry)
                .stream()
                .map(Entry::partition)
                .toList();
    }

    /// Whether the latest write of the partition failed its checks.
    static boolean quarantined(Connection c, String table, String ds) throws SQLException {
        return query(
                        c,
                        "SELECT state FROM partition_commit WHERE table_name = ? AND ds = ? ORDER"
                                + " BY id DESC LIMIT 1",
                        List.of(table, ds),
                        r -> r.getString(1))
                .equals(List.of(QUARANTINED));
    }

    static void commit(Connection c, Collection<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            hide(c, entry.partition().table(), entry.partition().ds());
            insert(c, entry, COMMITTED, true);
        }
    }

    static void quarantine(Connection c, Collection<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            insert(c, entry, QUARANTINED, false);
        }
    }

    static void hide(Connection c, String table, String ds) throws SQLException {
        update(
                c,
                "UPDATE partition_commit SET visible = 0 WHERE table_name = ? AND ds = ? AND"
                        + " visible = 1",
                table,
                ds);
    }

    private static void insert(Connection c, Entry entry, String state, boolean visible)
            throws SQLException {
        Partition p = entry.partition();
        update(
                c,
                """
                INSERT INTO partition_commit (table_name, ds, state, visible, row_count, row_sum, hash, columns,
                                              snapshot, run, step, attempt, parents, committed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                p.table(),
                p.ds(),
                state,
                visible ? 1 : 0,
                p.rows(),
                entry.content().sum().toString(),
                p.hash(),
                write(p.columns()),
                p.snapshot(),
                p.writer().runId(),
                p.writer().step(),
                p.writer().attempt(),
                write(p.parents()),
                p.committedAt().toString());
    }

    private static Entry entry(ResultSet r) throws SQLException {
        Partition partition =
                new Partition(
                        r.getString("table_name"),
                        r.getString("ds"),
                        r.getLong("row_count"),
                        r.getString("hash"),
                        read(r.getString("columns"), new TypeReference<List<Column>>() {}),
                        r.getLong("snapshot"),
                        new Writer(r.getString("run"), r.getString("step"), r.getInt("attempt")),
                        read(r.getString("parents"), new TypeReference<List<Parent>>() {}),
                        Instant.parse(r.getString("committed_at")));
        return new Entry(
                partition, new Content(partition.rows(), new BigInteger(r.getString("row_sum"))));
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers are always JSON", e);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new WarehouseException(
                    "the catalog's record of a partition is damaged: " + json, e);
        }
    }
}
