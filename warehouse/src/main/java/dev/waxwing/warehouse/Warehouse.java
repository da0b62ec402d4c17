package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/// All tables of one folder, and the SQL engine over them. Safe for use by many threads; several processes may open
/// one folder.
@SuppressWarnings("DoNotCallSuggester")
public final class Warehouse implements AutoCloseable {
    private Warehouse() {}

    /// Opens the warehouse in `folder`, which is made if it is missing.
    public static Warehouse open(Path folder, WarehouseSettings settings) {
        throw new UnsupportedOperationException();
    }

    /// The names of all tables, in order.
    public List<String> tables() {
        throw new UnsupportedOperationException();
    }

    public boolean exists(String table) {
        throw new UnsupportedOperationException();
    }

    /// @throws WarehouseException if there is no such table; names the nearest
    public TableInfo table(String name) {
        throw new UnsupportedOperationException();
    }

    /// ABSENT also for a table that does not exist.
    public PartitionState state(String table, String ds) {
        throw new UnsupportedOperationException();
    }

    /// The visible content of one day; empty if it was never written (or expired).
    public Optional<Partition> partition(String table, String ds) {
        throw new UnsupportedOperationException();
    }

    /// All visible days, oldest first; none for a table that does not exist.
    public List<Partition> partitions(String table) {
        throw new UnsupportedOperationException();
    }

    /// Every commit of one day, newest first.
    public List<Partition> history(String table, String ds) {
        throw new UnsupportedOperationException();
    }

    /// Runs one SELECT over tables named plainly, all read as of the same moment. Nothing else than a SELECT is run,
    /// and no file outside the tables is read.
    ///
    /// @throws WarehouseException if the text is no single SELECT or names an unknown table or column
    public <T> T query(String sql, ResultSetReader<T> reader) {
        throw new UnsupportedOperationException();
    }

    public <T> T queryAsOf(AsOf asOf, String sql, ResultSetReader<T> reader) {
        throw new UnsupportedOperationException();
    }

    /// Runs one SELECT and hands its rows on in column arrays, in order; the way for trainers.
    public void batches(String sql, BatchReader reader) {
        throw new UnsupportedOperationException();
    }

    /// The columns that a SELECT would give, without running it.
    public List<Column> describe(String sql) {
        throw new UnsupportedOperationException();
    }

    /// The tables that a SELECT reads (names of its WITH parts are not among them), whether they exist or not.
    public Set<String> tablesIn(String sql) {
        throw new UnsupportedOperationException();
    }

    /// Claims the days of the table and begins to write them.
    ///
    /// @param ds one or more days, `yyyymmdd`
    /// @throws PartitionClaimed if a live writer holds one of them
    public PartitionWrite write(String table, SortedSet<String> ds, Writer writer) {
        throw new UnsupportedOperationException();
    }

    /// The table's mark of that name, as last committed; see [PartitionWrite#mark].
    public Optional<String> mark(String table, String key) {
        throw new UnsupportedOperationException();
    }

    /// Writes the rows of one day to a file, in their stored order.
    ///
    /// @return how many
    public long download(String table, String ds, Path file, FileFormat format) {
        throw new UnsupportedOperationException();
    }

    /// Says how many days the table's partitions are kept, counted back from a business date.
    public void lifecycle(String table, int days) {
        throw new UnsupportedOperationException();
    }

    /// Hides the partitions that the lifecycle no longer keeps on `bizdate` (with 3 days, those of `bizdate` and the
    /// two days before stay), and drops snapshots older than `keepSnapshots` with the files that only they needed.
    public Expired expire(String table, LocalDate bizdate, Duration keepSnapshots) {
        throw new UnsupportedOperationException();
    }

    /// Removes a table with all its files and records.
    public void drop(String table) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
