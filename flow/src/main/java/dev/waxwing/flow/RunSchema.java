package dev.waxwing.flow;

import org.flywaydb.core.Flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalInt;

import javax.sql.DataSource;

/// Makes the tables of [Runs] and brings old ones up to date.
///
/// Flyway costs most of a second before it has looked at anything, so a database that is up to date, which is nearly
/// always, does not load it.
final class RunSchema {
    /// The newest migration in `migration/`.
    static final int VERSION = 8;

    private static final String TABLE = "flow_migration";
    private static final String LOCATION = "classpath:dev/waxwing/flow/migration";

    private RunSchema() {}

    /// @param lock a file that one process at a time holds while it migrates
    static void bringUpToDate(DataSource database, Path lock) {
        if (isCurrent(database)) {
            return;
        }
        synchronized (RunSchema.class) { // a file lock keeps out other processes only
            try (var channel =
                            FileChannel.open(
                                    lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                if (!isCurrent(database)) {
                    writeAhead(database);
                    migrate(database);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock " + lock, e);
            }
        }
    }

    /// For a database that locks itself while it migrates.
    static void bringUpToDate(DataSource database) {
        if (!isCurrent(database)) {
            migrate(database);
        }
    }

    /// Lets readers and a writer work at once. The file remembers it; asking for it with every connection would make
    /// those that come at the same moment trip over each other.
    private static void writeAhead(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot prepare the record of runs: " + e.getMessage(), e);
        }
    }

    private static void migrate(DataSource database) {
        Flyway.configure(RunSchema.class.getClassLoader())
                .dataSource(database)
                .locations(LOCATION)
                .table(TABLE)
                .baselineOnMigrate(true) // other modules keep tables in the same database
                .baselineVersion("0")
                .load()
                .migrate();
    }

    private static boolean isCurrent(DataSource database) {
        try (Connection connection = database.getConnection()) {
            OptionalInt version = version(connection);
            if (version.isPresent() && version.getAsInt() > VERSION) {
                throw new IllegalStateException(
                        connection.getMetaData().getURL()
                                + " holds runs in form "
                                + version.getAsInt()
                                + ", which a newer Waxwing wrote; this one knows form "
                                + VERSION
                                + ". Use the newer one.");
            }
            return version.isPresent() && version.getAsInt() == VERSION;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot open the record of runs: " + e.getMessage(), e);
        }
    }

    private static OptionalInt version(Connection connection) throws SQLException {
        try (ResultSet table = connection.getMetaData().getTables(null, null, TABLE, null)) {
            if (!table.next()) {
                return OptionalInt.empty();
            }
        }
        String newest = "SELECT MAX(CAST(version AS INTEGER)) FROM " + TABLE + " WHERE success";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(newest)) {
            return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
        }
    }

    static Path lockBeside(Path database) {
        return database.resolveSibling(database.getFileName() + ".lock");
    }

    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }
}
