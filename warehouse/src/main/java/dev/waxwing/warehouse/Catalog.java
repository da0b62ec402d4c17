package dev.waxwing.warehouse;

import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// The SQLite file that says where each table's current metadata is, and beside it who claims and who wrote what.
///
/// The first two tables are those of Iceberg's `JdbcCatalog` (schema V1), so that other engines open the same catalog.
/// Ours lie in the same file on purpose: a commit changes both in one transaction.
final class Catalog implements AutoCloseable {
    static final String NAME = "wh";
    static final String NAMESPACE = "main";

    private static final List<String> TABLES =
            List.of(
                    """
                    CREATE TABLE IF NOT EXISTS iceberg_tables (
                        catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL,
                        table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000),
                        previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),
                        PRIMARY KEY (catalog_name, table_namespace, table_name))
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
                        catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL,
                        property_key VARCHAR(255), property_value VARCHAR(1000),
                        PRIMARY KEY (catalog_name, namespace, property_key))
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS claim (
                        table_name TEXT NOT NULL, ds TEXT NOT NULL, token TEXT NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL,
                        attempt INTEGER NOT NULL, host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL,
                        pid_started INTEGER NOT NULL, state TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (table_name, ds))
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS partition_commit (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, ds TEXT NOT NULL, state TEXT NOT NULL,
                        visible INTEGER NOT NULL, row_count INTEGER NOT NULL, row_sum TEXT NOT NULL, hash TEXT NOT NULL,
                        columns TEXT NOT NULL, snapshot INTEGER NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL,
                        attempt INTEGER NOT NULL, parents TEXT NOT NULL, committed_at TEXT NOT NULL)
                    """,
                    "CREATE INDEX IF NOT EXISTS partition_commit_of ON partition_commit"
                            + " (table_name, ds, visible)",
                    """
                    CREATE TABLE IF NOT EXISTS mark (
                        table_name TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (table_name, key))
                    """,
                    "CREATE TABLE IF NOT EXISTS lifecycle (table_name TEXT PRIMARY KEY, days"
                            + " INTEGER NOT NULL)",
                    """
                    INSERT OR IGNORE INTO iceberg_namespace_properties VALUES ('wh', 'main', 'exists', 'true')
                    """);

    private final Path file;
    private final CommitPoints points;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    Catalog(Path file, CommitPoints points) {
        this.file = file;
        this.points = points;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 30000");
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
            }
            inTransaction(
                    "set up",
                    c -> {
                        for (String sql : TABLES) {
                            update(c, sql);
                        }
                        return true;
                    });
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot open the catalog " + file + ": " + e.getMessage(), e);
        }
    }

    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Runs reads that see one state of the catalog.
    <T> T read(String what, Work<T> work) {
        return run(what, "BEGIN", work);
    }

    /// Runs reads and writes that happen together or not at all; no other writer comes in between.
    <T> T inTransaction(String what, Work<T> work) {
        return run(what, "BEGIN IMMEDIATE", work);
    }

    private <T> T run(String what, String begin, Work<T> work) {
        lock.lock();
        try {
            update(connection, begin);
            T result;
            try {
                result = work.run(connection);
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(e);
                throw e;
            }
            try {
                update(connection, "COMMIT");
            } catch (SQLException e) {
                rollBack(e);
                throw new CommitUncertain("cannot " + what + " in " + file, e);
            }
            return result;
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot " + what + " in " + file + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private void rollBack(Throwable because) {
        try {
            update(connection, "ROLLBACK");
        } catch (SQLException e) {
            because.addSuppressed(
                    e); // "no transaction is active": SQLite had rolled back by itself
        }
    }

    /// COMMIT itself failed: whether it happened must be looked up.
    static final class CommitUncertain extends WarehouseException {
        CommitUncertain(String what, SQLException cause) {
            super(what + ": " + cause.getMessage(), cause);
        }
    }

    List<String> tables() {
        return read(
                "list the tables",
                c ->
                        query(
                                c,
                                """
                                SELECT table_name FROM iceberg_tables
                                WHERE  catalog_name = 'wh' AND table_namespace = 'main' AND coalesce(iceberg_type, 'TABLE') = 'TABLE'
                                ORDER  BY table_name
                                """,
                                List.of(),
                                r -> r.getString(1)));
    }

    /// Where the metadata of these tables is, all as of one moment. A table that does not exist is not in the answer.
    Map<String, String> pointers(Collection<String> tables) {
        return read("look up tables", c -> pointers(c, tables));
    }

    static Map<String, String> pointers(Connection c, Collection<String> tables)
            throws SQLException {
        Map<String, String> found = new TreeMap<>();
        for (String table : tables) {
            pointer(c, table).ifPresent(location -> found.put(table, location));
        }
        return found;
    }

    private static Optional<String> pointer(Connection c, String table) throws SQLException {
        return query(
                        c,
                        """
                        SELECT metadata_location FROM iceberg_tables
                        WHERE  catalog_name = 'wh' AND table_namespace = 'main' AND table_name = ?
                        """,
                        List.of(table),
                        r -> r.getString(1))
                .stream()
                .findFirst();
    }

    /// Moves a table's pointer from one metadata file to the next, together with `alongside`.
    ///
    /// @param from empty if the table is to be created
    /// @throws CommitFailedException if the pointer is no longer at `from`; the caller may refresh and try again
    void move(String table, Optional<String> from, String to, Work<Void> alongside) {
        points.reached(CommitPoints.Point.METADATA_WRITTEN);
        try {
            inTransaction(
                    "commit " + table,
                    c -> {
                        alongside.run(c);
                        int moved =
                                from.isEmpty()
                                        ? update(
                                                c,
                                                """
                                                INSERT OR IGNORE INTO iceberg_tables VALUES ('wh', 'main', ?, ?, NULL, 'TABLE')
                                                """,
                                                table,
                                                to)
                                        : update(
                                                c,
                                                """
                                                UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ?
                                                WHERE  catalog_name = 'wh' AND table_namespace = 'main' AND table_name = ?
                                                AND    metadata_location = ?
                                                """,
                                                to,
                                                from.get(),
                                                table,
                                                from.get());
                        if (moved == 0 && from.isEmpty()) {
                            throw new AlreadyExistsException(
                                    "table %s was created by another writer", table);
                        }
                        if (moved == 0) {
                            throw new CommitFailedException(
                                    "table %s was committed by another writer", table);
                        }
                        points.reached(CommitPoints.Point.POINTER_MOVED);
                        return null;
                    });
        } catch (CommitUncertain e) {
            settle(table, to, e);
        }
        points.reached(CommitPoints.Point.COMMITTED);
    }

    /// After a COMMIT that reported an error: what does the file say?
    private void settle(String table, String to, CommitUncertain error) {
        Optional<String> now;
        try {
            now = Optional.ofNullable(pointers(List.of(table)).get(table));
        } catch (RuntimeException again) {
            error.addSuppressed(again);
            throw new CommitStateUnknownException(error);
        }
        if (!now.equals(Optional.of(to))) {
            throw new WarehouseException(
                    "cannot commit "
                            + table
                            + " in "
                            + file
                            + ": "
                            + error.getMessage()
                            + "; nothing was changed",
                    error);
        }
    }

    void drop(String table) {
        inTransaction(
                "drop " + table,
                c -> {
                    update(
                            c,
                            """
                            DELETE FROM iceberg_tables
                            WHERE  catalog_name = 'wh' AND table_namespace = 'main' AND table_name = ?
                            """,
                            table);
                    for (String of : List.of("claim", "partition_commit", "mark", "lifecycle")) {
                        update(c, "DELETE FROM " + of + " WHERE table_name = ?", table);
                    }
                    return null;
                });
    }

    Optional<String> mark(String table, String key) {
        return read(
                        "read a mark",
                        c ->
                                query(
                                        c,
                                        "SELECT value FROM mark WHERE table_name = ? AND key = ?",
                                        List.of(table, key),
                                        r -> r.getString(1)))
                .stream()
                .findFirst();
    }

    Optional<Integer> lifecycle(String table) {
        return read(
                        "read the lifecycle",
                        c ->
                                query(
                                        c,
                                        "SELECT days FROM lifecycle WHERE table_name = ?",
                                        List.of(table),
                                        r -> r.getInt(1)))
                .stream()
                .findFirst();
    }

    void lifecycle(String table, int days) {
        inTransaction(
                "set the lifecycle",
                c -> update(c, "INSERT OR REPLACE INTO lifecycle VALUES (?, ?)", table, days));
    }

    /// Writes the catalog as it is now to another file, without claims: who writes here does not write there.
    void copyTo(Path other) {
        lock.lock();
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM INTO '" + other.toString().replace("'", "''") + "'");
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot copy the catalog " + file + " to " + other + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
        try (Connection copy = DriverManager.getConnection("jdbc:sqlite:" + other)) {
            update(copy, "DELETE FROM claim");
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot prepare the catalog " + other + ": " + e.getMessage(), e);
        }
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    static <T> List<T> query(Connection c, String sql, List<?> parameters, Row<T> row)
            throws SQLException {
        List<T> found = new ArrayList<>();
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.of(rows));
                }
            }
        }
        return found;
    }

    static int update(Connection c, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot close the catalog " + file + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }
}
