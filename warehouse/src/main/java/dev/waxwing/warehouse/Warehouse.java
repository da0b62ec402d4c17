package dev.waxwing.warehouse;

import dev.waxwing.storage.LinkedCopy;

import org.apache.iceberg.DataFile;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;

/// All tables of one folder, and the SQL engine over them. Safe for use by many threads; several processes may open
/// one folder.
public final class Warehouse implements AutoCloseable {
    private static final String CATALOG = "catalog.db";

    private final Parts parts;

    private Warehouse(Parts parts) {
        this.parts = parts;
    }

    /// What the warehouse is made of, for the classes that do its work.
    record Parts(
            Staging folders,
            SqlEngine engine,
            Catalog catalog,
            Claims claims,
            Snapshots snapshots,
            SyncedFileIO io,
            CommitPoints points) {

        /// A session in which these tables can be read.
        SqlEngine.Session session(Map<String, Snapshots.Pinned> tables) {
            Map<String, SqlEngine.Relation> relations = new TreeMap<>();
            tables.forEach((name, pinned) -> relations.put(name, relation(pinned, pinned.files())));
            return engine.session(relations);
        }

        SqlEngine.Relation relation(Snapshots.Pinned pinned, List<DataFile> files) {
            return new SqlEngine.Relation(pinned.columns(), paths(files), pinned.evolved());
        }

        /// Where data files lie, for the engine.
        List<String> paths(List<DataFile> files) {
            return files.stream().map(file -> folders.named(file.location()).toString()).toList();
        }

        void requireAll(Collection<String> named, Set<String> found) {
            for (String name : named) {
                if (!found.contains(name)) {
                    throw unknown(name);
                }
            }
        }

        WarehouseException unknown(String name) {
            List<String> tables = catalog.tables();
            return new WarehouseException(
                    "there is no table "
                            + name
                            + Nearest.to(name, tables)
                                    .map(t -> "; did you mean " + t + "?")
                                    .orElse(
                                            tables.isEmpty()
                                                    ? "; there is no table at all yet"
                                                    : "; there are " + String.join(", ", tables)));
        }
    }

    /// Opens the warehouse in `folder`, which is made if it is missing. What dead processes left is cleared away.
    public static Warehouse open(Path folder, WarehouseSettings settings) {
        return open(folder, settings, CommitPoints.NONE);
    }

    static Warehouse open(Path folder, WarehouseSettings settings, CommitPoints points) {
        Staging folders = new Staging(folder.toAbsolutePath().normalize());
        folders.open();
        SyncedFileIO io = new SyncedFileIO(folders, points);
        Catalog catalog = new Catalog(folders.root().resolve(CATALOG), points);
        try {
            Claims claims = new Claims(catalog);
            folders.sweep(claims.liveTokens(), claims.releaseDead(""));
            SqlEngine engine =
                    new DuckDb(
                            settings,
                            List.of(folders.tables(), folders.staging()),
                            folders.staging().resolve(Staging.newToken()));
            return new Warehouse(
                    new Parts(
                            folders,
                            engine,
                            catalog,
                            claims,
                            new Snapshots(catalog, io),
                            io,
                            points));
        } catch (RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /// The names of all tables, in order.
    public List<String> tables() {
        return parts.catalog().tables();
    }

    public boolean exists(String table) {
        return parts.catalog().pointers(List.of(table)).containsKey(table);
    }

    /// @throws WarehouseException if there is no such table; names the nearest
    public TableInfo table(String name) {
        Snapshots.Pinned pinned =
                parts.snapshots().pin(name).orElseThrow(() -> parts.unknown(name));
        OptionalInt days =
                parts.catalog().lifecycle(name).map(OptionalInt::of).orElse(OptionalInt.empty());
        return new TableInfo(name, pinned.columns(), pinned.snapshot(), days, partitions(name));
    }

    /// ABSENT also for a table that does not exist.
    public PartitionState state(String table, String ds) {
        return parts.catalog()
                .read(
                        "read the state of " + table,
                        c -> {
                            if (Claims.live(c, table, ds).isPresent()) {
                                return PartitionState.WRITING;
                            }
                            if (PartitionLog.quarantined(c, table, ds)) {
                                return PartitionState.QUARANTINED;
                            }
                            Optional<PartitionLog.Entry> entry = PartitionLog.visible(c, table, ds);
                            if (entry.isEmpty()) {
                                return PartitionState.ABSENT;
                            }
                            if (OpenDays.in(c, table).contains(ds)) {
                                return PartitionState.OPEN;
                            }
                            Map<String, Map<String, String>> now = new TreeMap<>();
                            for (Parent parent : entry.get().partition().parents()) {
                                now.put(parent.table(), PartitionLog.hashes(c, parent.table()));
                            }
                            return Lineage.stale(entry.get().partition().parents(), now)
                                    ? PartitionState.STALE
                                    : PartitionState.COMMITTED;
                        });
    }

    /// The days that are open, whatever else is true of them; see [PartitionWrite#open].
    public SortedSet<String> openDays(String table) {
        return parts.catalog().read("read the open days of " + table, c -> OpenDays.in(c, table));
    }

    /// The visible content of one day; empty if it was never written (or expired).
    public Optional<Partition> partition(String table, String ds) {
        return parts.catalog()
                .read("read a partition of " + table, c -> PartitionLog.visible(c, table, ds))
                .map(PartitionLog.Entry::partition);
    }

    /// All visible days, oldest first; none for a table that does not exist.
    public List<Partition> partitions(String table) {
        return parts
                .catalog()
                .read("read the partitions of " + table, c -> PartitionLog.allVisible(c, table))
                .stream()
                .map(PartitionLog.Entry::partition)
                .toList();
    }

    /// Every commit of one day, newest first.
    public List<Partition> history(String table, String ds) {
        return parts.catalog()
                .read("read the history of " + table, c -> PartitionLog.history(c, table, ds));
    }

    /// Runs one SELECT over tables named plainly, all read as of the same moment. Nothing else than a SELECT is run,
    /// and no file outside the tables is read.
    ///
    /// @throws WarehouseException if the text is no single SELECT or names an unknown table or column
    public <T> T query(String sql, ResultSetReader<T> reader) {
        return reading(sql, parts.snapshots()::pin, session -> session.query(sql, reader));
    }

    public <T> T queryAsOf(AsOf asOf, String sql, ResultSetReader<T> reader) {
        return reading(
                sql,
                tables -> parts.snapshots().pinAsOf(asOf, tables),
                session -> session.query(sql, reader));
    }

    /// Runs one SELECT and hands its rows on in column arrays, in order; the way for trainers.
    public void batches(String sql, BatchReader reader) {
        reading(
                sql,
                parts.snapshots()::pin,
                session -> {
                    session.batches(sql, reader);
                    return true;
                });
    }

    /// Hands on the rows of some days in column arrays: day after day, and each day in the order of all its columns as the table has them. Writes
    /// leave a day's rows in this order, so a day that is one file is read as it lies and nothing is sorted; a day that was added to is sorted
    /// anew. A file that another engine put there is taken in its own order.
    ///
    /// @param columns names, quoted where they must be, or expressions
    /// @param from first day, `yyyymmdd`
    /// @param to last day
    public void batchesInOrder(
            String table, String from, String to, List<String> columns, BatchReader reader) {
        String select =
                "SELECT "
                        + String.join(", ", columns)
                        + " FROM "
                        + Shape.quoted(table)
                        + " WHERE ds BETWEEN "
                        + DuckDb.literal(from)
                        + " AND "
                        + DuckDb.literal(to);
        Map<String, Snapshots.Pinned> pinned =
                parts.snapshots().pin(parts.engine().parse(select).tables());
        parts.requireAll(List.of(table), pinned.keySet());
        String order =
                pinned.get(table).liesInOrder(from, to)
                        ? ""
                        : " ORDER BY " + StagedRows.order(pinned.get(table).columns());
        try (SqlEngine.Session session = parts.session(pinned)) {
            session.batches(select + order, reader);
        }
    }

    /// The columns that a SELECT would give, without running it.
    public List<Column> describe(String sql) {
        return reading(sql, parts.snapshots()::pin, session -> session.describe(sql));
    }

    /// The tables that a SELECT reads (names of its WITH parts are not among them), whether they exist or not.
    public Set<String> tablesIn(String sql) {
        return parts.engine().parse(sql).tables();
    }

    /// Claims the days of the table and begins to write them.
    ///
    /// @param ds one or more days, `yyyymmdd`
    /// @throws PartitionClaimed if a live writer holds one of them
    public PartitionWrite write(String table, SortedSet<String> ds, Writer writer) {
        if (!table.matches("[a-z][a-z0-9_]{0,99}")) {
            throw new WarehouseException(
                    "a table's name is made of lower-case letters, digits and _ and begins with a"
                            + " letter, found '"
                            + table
                            + "'");
        }
        if (ds.isEmpty()) {
            throw new WarehouseException(
                    "a write of " + table + " must name the days that it writes");
        }
        ds.forEach(Days::parse);
        return new PartitionWriter(parts, table, ds, writer);
    }

    /// The table's mark of that name, as last committed; see [PartitionWrite#mark].
    public Optional<String> mark(String table, String key) {
        return parts.catalog().mark(table, key);
    }

    /// Writes the rows of one day to a file, in their stored order.
    ///
    /// @return how many
    public long download(String table, String ds, Path file, FileFormat format) {
        Snapshots.Pinned pinned =
                parts.snapshots().pin(table).orElseThrow(() -> parts.unknown(table));
        if (partition(table, ds).isEmpty()) {
            List<String> days = partitions(table).stream().map(Partition::ds).toList();
            throw new WarehouseException(
                    "table "
                            + table
                            + " has no partition ds="
                            + ds
                            + (days.isEmpty()
                                    ? ""
                                    : "; it has " + days.getFirst() + " … " + days.getLast()));
        }
        List<DataFile> files =
                pinned.files().stream().filter(f -> Snapshots.ds(f).equals(ds)).toList();
        String token = Staging.newToken();
        Path draft = parts.folders().make(token).resolve("rows");
        try (SqlEngine.Session session =
                parts.engine().session(Map.of("__day", parts.relation(pinned, files)))) {
            String select = TableFiles.writing("__day", pinned.columns(), format);
            long rows = session.copy(select, draft, TableFiles.options(format, file));
            TableFiles.handOver(draft, file);
            return rows;
        } finally {
            Staging.removeTree(parts.folders().of(token));
        }
    }

    /// Says how many days the table's partitions are kept, counted back from a business date.
    public void lifecycle(String table, int days) {
        if (days < 1) {
            throw new WarehouseException(
                    "the lifecycle of " + table + " must be 1 day or more, found " + days);
        }
        if (!parts.catalog().lifecycle(table).equals(Optional.of(days))) {
            parts.catalog().lifecycle(table, days);
        }
    }

    /// Hides the partitions that the lifecycle no longer keeps on `bizdate` (with 3 days, those of `bizdate` and the
    /// two days before stay), and drops snapshots older than `keepSnapshots` with the files that only they needed.
    public Expired expire(String table, LocalDate bizdate, Duration keepSnapshots) {
        return new Expiry(parts).expire(table, bizdate, keepSnapshots);
    }

    /// Removes the rows that failed their checks and were kept to be looked at: of one table, or of all. A day stays QUARANTINED until a write of it
    /// succeeds.
    public Dropped dropQuarantined(Optional<String> table) {
        return Quarantine.drop(parts.folders().quarantine(), table);
    }

    /// Removes a table with all its files and records.
    public void drop(String table) {
        if (!exists(table)) {
            throw parts.unknown(table);
        }
        parts.catalog().drop(table);
        Staging.removeTree(parts.folders().table(table));
    }

    /// Makes a warehouse of its own in `folder` that holds what this one holds now. Files are shared, so it costs a link a file;
    /// what is written, expired or dropped in one is never seen in the other. Writers here are not disturbed.
    public void copyTo(Path folder) {
        Staging copy = new Staging(folder.toAbsolutePath().normalize());
        copy.open();
        // Before the catalog, so that what expires meanwhile is there; after it, so that what was
        // just committed is.
        LinkedCopy.of(parts.folders().tables(), copy.tables());
        parts.catalog().copyTo(copy.root().resolve(CATALOG));
        LinkedCopy.of(parts.folders().tables(), copy.tables());
    }

    @Override
    public void close() {
        parts.engine().close();
        parts.catalog().close();
    }

    /// Gives up the claims that writers on another machine hold, when that machine is known to be gone for good.
    ///
    /// @return how many
    public int releaseClaimsOf(String lostHost) {
        List<Claims.Claim> released = parts.claims().releaseDead(lostHost);
        parts.folders().sweep(parts.claims().liveTokens(), released);
        return released.size();
    }

    private <T> T reading(
            String sql,
            Function<Collection<String>, Map<String, Snapshots.Pinned>> pin,
            Function<SqlEngine.Session, T> work) {
        SqlText text = parts.engine().parse(sql);
        Map<String, Snapshots.Pinned> tables = pin.apply(text.tables());
        parts.requireAll(text.tables(), tables.keySet());
        try (SqlEngine.Session session = parts.session(tables)) {
            return work.apply(session);
        }
    }

    Parts parts() {
        return parts;
    }
}
