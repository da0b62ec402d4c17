package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.transaction.TransactionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;

import javax.sql.DataSource;

/// The database that holds runs: an SQLite file, or PostgreSQL.
///
/// All changes happen in turns, one at a time whoever makes them: SQLite has one writer anyway, PostgreSQL gets a lock of
/// its own for it. So no transition has to think of another one beside it.
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /// How long a statement may take, its turn to come included, before the way to the database is taken for cut.
    private static final Duration SILENCE = Duration.ofMinutes(3);

    /// What each connection asks of PostgreSQL: to notice within two minutes that its other end is gone, or stands still in the middle of
    /// its turn, so that the others get theirs.
    private static final String NOTICE_THE_END =
            """
            SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6;
            SET idle_in_transaction_session_timeout = '120s'
            """;

    private static final int MOST_IDLE = 4;
    private static final int ALIVE_SECONDS = 5;
    private static final int BUSY_MILLIS = 30_000;

    /// Any number that nobody else locks; the letters of "waxwing" on a telephone.
    private static final long TURN = 9_299_464L;

    private final boolean sqlite;
    private final String name;
    private final Jdbi jdbi;

    /// Does nothing but stay open. When the last connection to a database in WAL mode goes, SQLite folds the log into
    /// the file and syncs it: ten times the cost of the write that came before.
    private final Handle keeper;

    /// Connections that nobody uses just now. PostgreSQL starts a process for a new one, which costs more than any page of runs.
    private final Queue<Session> idle = new ArrayBlockingQueue<>(MOST_IDLE);

    private volatile boolean closed;

    private Database(DataSource source, boolean sqlite, String name) {
        this.sqlite = sqlite;
        this.name = name;
        this.jdbi = Jdbi.create(source);
        this.keeper = jdbi.open();
        keeper.createQuery("SELECT COUNT(*) FROM pulse").mapTo(Long.class).one();
    }

    static Database sqlite(Path file) {
        var config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        // A transaction that reads before it writes must not be overtaken between the two.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        RunSchema.makeFolder(file.toAbsolutePath().getParent());
        RunSchema.bringUpToDate(source, RunSchema.lockBeside(file));
        return new Database(source, true, file.toString());
    }

    /// @param url `jdbc:postgresql://host/database?user=…`
    static Database postgres(String url) {
        var source = new org.postgresql.ds.PGSimpleDataSource();
        source.setUrl(url);
        source.setReWriteBatchedInserts(true); // many rows with one statement
        source.setTcpKeepAlive(true);
        RunSchema.bringUpToDate(source); // an old record may take its time
        if (source.getSocketTimeout() == 0) { // the URL says nothing else
            source.setSocketTimeout((int) SILENCE.toSeconds());
        }
        return new Database(source, false, "PostgreSQL");
    }

    /// Tells of each statement of connections that are opened from now on: what is done how often, for tests and measurements.
    void watch(SqlLogger watcher) {
        jdbi.setSqlLogger(watcher);
    }

    /// A connection of its own, for who comes often.
    Session session() {
        return new Session();
    }

    <T> T turn(Function<Handle, T> work) {
        return borrowed(session -> session.turn(work));
    }

    <T> T read(Function<Handle, T> work) {
        return borrowed(session -> session.read(work));
    }

    private <T> T borrowed(Function<Session, T> work) {
        Session found = idle.poll();
        Session session = found == null ? session() : found;
        session.closeIfBroken(); // the database may have been away since
        try {
            return work.apply(session);
        } finally {
            if (closed || !idle.offer(session)) {
                session.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Session session = idle.poll(); session != null; session = idle.poll()) {
            session.close();
        }
        keeper.close();
    }

    /// One connection, opened when it is first needed and again after it broke. One thread.
    final class Session implements AutoCloseable {
        private Handle handle;

        /// Does all of `work`, or nothing, while nobody else changes anything.
        <T> T turn(Function<Handle, T> work) {
            return guarded(
                    open ->
                            open.inTransaction(
                                    inside -> {
                                        if (!sqlite) {
                                            inside.execute("SELECT pg_advisory_xact_lock(?)", TURN);
                                        }
                                        return work.apply(inside);
                                    }));
        }

        <T> T read(Function<Handle, T> work) {
            return guarded(work);
        }

        private <T> T guarded(Function<Handle, T> work) {
            boolean well = false;
            try {
                if (handle == null) {
                    handle = jdbi.open();
                    if (!sqlite) {
                        handle.execute(NOTICE_THE_END);
                    }
                }
                T result = work.apply(handle);
                well = true;
                return result;
            } catch (TransactionException e) {
                throw isBusy(e)
                        ? new IllegalStateException(
                                "the record of runs, "
                                        + name
                                        + ", was held by another process for "
                                        + BUSY_MILLIS / 1000
                                        + " s; see that no process that works on it is stopped",
                                e)
                        : e;
            } finally {
                if (!well) {
                    close();
                }
            }
        }

        private void closeIfBroken() {
            try {
                if (handle != null && !handle.getConnection().isValid(ALIVE_SECONDS)) {
                    close();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e); // only of a negative number of seconds
            }
        }

        private static boolean isBusy(TransactionException e) {
            return e.getCause() instanceof SQLiteException sqlite
                    && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY;
        }

        @Override
        public void close() {
            Handle open = handle;
            handle = null;
            if (open != null) {
                try {
                    open.close();
                } catch (RuntimeException e) { // it is broken, or we would not be here
                    LOG.debug("a connection broke: {}", e.toString());
                }
            }
        }
    }
}
