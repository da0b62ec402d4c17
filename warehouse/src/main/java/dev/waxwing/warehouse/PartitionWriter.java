package dev.waxwing.warehouse;

import dev.waxwing.warehouse.CommitPoints.Point;
import dev.waxwing.warehouse.PartitionLog.Content;
import dev.waxwing.warehouse.PartitionLog.Entry;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The one [PartitionWrite]. Rows are staged in the engine when they are given; the commit writes and places a file for
/// each day, and moves pointer, records and claim together.
final class PartitionWriter implements PartitionWrite {
    private static final String SOURCE = "__source";
    private static final int ATTEMPTS = 10;

    private final Warehouse.Parts parts;
    private final String table;
    private final NavigableSet<String> days;
    private final Writer writer;
    private final String token;
    private final List<Parent> parents = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private final Map<String, String> marks = new LinkedHashMap<>();

    private SqlEngine.Session session;
    private TablePlan plan;
    private StagedRows staged;
    private int stagings;
    private boolean adding;
    private boolean closed;

    PartitionWriter(Warehouse.Parts parts, String table, SortedSet<String> days, Writer writer) {
        this.parts = parts;
        this.table = table;
        this.days = new TreeSet<>(days);
        this.writer = writer;
        this.token = Staging.newToken();
        parts.folders()
                .sweep(
                        parts.claims().liveTokens(),
                        parts.claims().take(table, this.days, writer, token));
        parts.points().reached(Point.CLAIMED);
    }

    @Override
    public PartitionWrite select(String sql) {
        SqlText text = parts.engine().parse(sql);
        Snapshots.Moment moment = parts.snapshots().look(text.tables());
        parts.requireAll(text.tables(), moment.tables().keySet());
        begin(parts.session(moment.tables()));
        session.name(SOURCE, sql);
        Map<String, List<String>> filters = session.dayFilters("SELECT * FROM " + SOURCE);
        stage(SOURCE);
        Map<String, Map<String, String>> hashes = new TreeMap<>(moment.hashes());
        for (Parent parent : Lineage.parents(session, moment.tables(), hashes, filters, days)) {
            parents.add(parent.table().equals(table) ? without(parent, days) : parent);
        }
        return this;
    }

    /// A day is no parent of itself: its content changes by this very write.
    private static Parent without(Parent parent, Collection<String> days) {
        var others = new TreeMap<>(parent.partitions());
        others.keySet().removeAll(days);
        return new Parent(parent.table(), parent.snapshot(), others);
    }

    @Override
    public PartitionWrite rows(List<Column> columns, Iterable<Object[]> rows) {
        begin(parts.engine().session(Map.of()));
        session.append(SOURCE, Shape.kept(columns), rows);
        stage(SOURCE);
        return this;
    }

    @Override
    public PartitionWrite file(Path file, FileFormat format) {
        begin(parts.engine().session(Map.of()));
        Path inside = TableFiles.bring(file, parts.folders().make(token));
        Optional<List<Column>> columns =
                parts.snapshots().pin(table).map(Snapshots.Pinned::columns);
        session.name(SOURCE, TableFiles.reading(session, inside, format, columns, days));
        stage(SOURCE);
        return this;
    }

    private void begin(SqlEngine.Session fresh) {
        if (session != null || closed) {
            fresh.close();
            throw new IllegalStateException(
                    closed ? "this write is closed" : "this write has its rows already");
        }
        session = fresh;
    }

    private void stage(String source) {
        List<Column> written =
                Shape.kept(session.describe("SELECT * FROM " + Shape.quoted(source)));
        Optional<Snapshots.Pinned> base = parts.snapshots().pin(table);
        plan =
                TablePlan.of(
                        table,
                        base,
                        written,
                        parts.folders().table(table).toString(),
                        parts.catalog(),
                        parts.io());
        staged =
                StagedRows.stage(
                        session, source, plan.columns(), plan.schema(), "__staged" + ++stagings);
        for (String ds : staged.daysWithRows()) {
            if (!days.contains(ds)) {
                throw new WarehouseException(
                        "the rows for "
                                + table
                                + " have ds="
                                + ds
                                + " ("
                                + staged.content(ds).rows()
                                + " rows), which this write did not claim; it claimed "
                                + named(days));
            }
        }
        parts.points().reached(Point.STAGED);
    }

    @Override
    public PartitionWrite adding() {
        adding = true;
        return this;
    }

    @Override
    public PartitionWrite madeFrom(String parent, String fromDs, String toDs) {
        Snapshots.Moment moment = parts.snapshots().look(List.of(parent));
        parts.requireAll(List.of(parent), moment.tables().keySet());
        var partitions = new TreeMap<String, String>();
        Days.parse(fromDs)
                .datesUntil(Days.parse(toDs).plusDays(1))
                .map(Days::of)
                .forEach(
                        ds ->
                                partitions.put(
                                        ds,
                                        moment.hashes()
                                                .get(parent)
                                                .getOrDefault(ds, Parent.ABSENT)));
        parents.add(new Parent(parent, moment.tables().get(parent).snapshot(), partitions));
        return this;
    }

    @Override
    public PartitionWrite check(String expression) {
        checks.add(expression);
        return this;
    }

    @Override
    public PartitionWrite mark(String key, String value) {
        marks.put(key, value);
        return this;
    }

    @Override
    public PartitionWrite open(String ds) {
        return mark(OpenDays.key(ds), OpenDays.value(true));
    }

    @Override
    public PartitionWrite complete(String ds) {
        return mark(OpenDays.key(ds), OpenDays.value(false));
    }

    @Override
    public long rowCount() {
        return ready().rows();
    }

    private StagedRows ready() {
        if (staged == null) {
            throw new IllegalStateException(
                    "this write of " + table + " was given no rows; call select, rows or file");
        }
        return staged;
    }

    @Override
    public Committed commit() {
        if (closed) {
            throw new IllegalStateException("this write is closed");
        }
        check(ready());
        for (int attempt = 1; ; attempt++) {
            Optional<Snapshots.Pinned> now = parts.snapshots().pin(table);
            if (!plan.holdsFor(now)) {
                restage();
            }
            try {
                Committed committed = commit(now);
                close();
                return committed;
            } catch (AlreadyExistsException | SchemaMoved e) {
                if (attempt == ATTEMPTS) {
                    throw new WarehouseException(
                            "table "
                                    + table
                                    + " changed its columns "
                                    + ATTEMPTS
                                    + " times while this write was to commit; run it again",
                            e);
                }
            }
        }
    }

    private void check(StagedRows rows) {
        List<String> failures = Checks.failures(parts.engine(), session, rows.name(), checks);
        if (failures.isEmpty()) {
            return;
        }
        Path kept =
                parts.folders()
                        .quarantine()
                        .resolve(writer.runId().replaceAll("[^A-Za-z0-9_-]", "_"))
                        .resolve(table)
                        .resolve(token + ".parquet");
        Map<String, Entry> entries = new TreeMap<>();
        for (String ds : days) {
            entries.put(ds, entry(ds, rows.content(ds), 0));
        }
        try {
            Path file = parts.folders().make(token).resolve("rows.parquet");
            rows.copy(session, "", file);
            parts.folders().place(file, kept);
        } catch (IOException e) {
            throw new WarehouseException(
                    "cannot put the rows for " + table + " into quarantine: " + e.getMessage(), e);
        }
        parts.catalog()
                .inTransaction(
                        "record the quarantine",
                        c -> {
                            Claims.verify(c, table, days, token);
                            PartitionLog.quarantine(c, entries.values());
                            Claims.drop(c, token);
                            return null;
                        });
        close();
        throw new ChecksFailed(
                (rows.rows() == 0 ? "there are 0 rows for " : "the rows for ")
                        + table
                        + " "
                        + named(days)
                        + (rows.rows() == 0 ? ", and that fails " : " failed ")
                        + failures.size()
                        + " of "
                        + checks.size()
                        + " checks: "
                        + String.join("; ", failures)
                        + (rows.rows() == 0
                                ? ". Nothing has changed. Look whether what they are made from has"
                                        + " rows for "
                                        + named(days)
                                        + "; if a day may be empty, let the check allow it: "
                                        + "count(*) = 0 OR …"
                                : ". They are not visible; they are kept in " + kept),
                failures);
    }

    /// The table changed while the rows were made: give them its columns and field ids of today.
    private void restage() {
        stage(staged.name());
    }

    private Committed commit(Optional<Snapshots.Pinned> now) {
        Map<String, Optional<Entry>> before =
                parts.catalog()
                        .read(
                                "read the partitions of " + table,
                                c -> {
                                    Map<String, Optional<Entry>> entries = new TreeMap<>();
                                    for (String ds : days) {
                                        entries.put(ds, PartitionLog.visible(c, table, ds));
                                    }
                                    return entries;
                                });
        Map<String, Content> after = new TreeMap<>();
        Set<String> changed = new TreeSet<>();
        for (String ds : days) {
            Content content =
                    adding
                            ? existing(now, before.get(ds)).plus(staged.content(ds))
                            : staged.content(ds);
            after.put(ds, content);
            String hash = StagedRows.hash(staged.columns(), content);
            if (before.get(ds).filter(old -> old.partition().hash().equals(hash)).isEmpty()) {
                changed.add(ds);
            }
        }
        List<DataFile> gone =
                adding
                        ? List.of()
                        : now.map(Snapshots.Pinned::files).orElse(List.of()).stream()
                                .filter(file -> changed.contains(Snapshots.ds(file)))
                                .toList();
        boolean moves =
                plan.changesTable()
                        || !gone.isEmpty()
                        || changed.stream().anyMatch(ds -> staged.content(ds).rows() > 0);
        List<Entry> entries = new ArrayList<>();
        long snapshot;
        if (moves) {
            snapshot = move(now, before, after, changed, gone, entries);
        } else {
            snapshot = now.map(Snapshots.Pinned::snapshot).orElse(0L);
            parts.catalog()
                    .inTransaction(
                            "record the partitions of " + table,
                            c -> {
                                entries.addAll(entries(before, after, changed, snapshot));
                                alongside(c, entries);
                                return null;
                            });
        }
        return new Committed(
                table, entries.stream().map(Entry::partition).toList(), changed, snapshot);
    }

    /// What a day holds that is added to, summed up in the columns that the table has now.
    private Content existing(Optional<Snapshots.Pinned> now, Optional<Entry> before) {
        if (before.isEmpty() || now.isEmpty()) {
            return Content.EMPTY;
        }
        if (before.get().partition().columns().equals(staged.columns())) {
            return before.get().content();
        }
        String ds = before.get().partition().ds();
        List<DataFile> files =
                now.get().files().stream().filter(file -> Snapshots.ds(file).equals(ds)).toList();
        var relation = new SqlEngine.Relation(staged.columns(), parts.paths(files), true);
        try (SqlEngine.Session other = parts.engine().session(Map.of("__day", relation))) {
            return StagedRows.contents(other, "SELECT * FROM __day", staged.columns())
                    .getOrDefault(ds, Content.EMPTY);
        }
    }

    private List<Entry> entries(
            Map<String, Optional<Entry>> before,
            Map<String, Content> after,
            Set<String> changed,
            long snapshot) {
        return days.stream()
                .map(
                        ds ->
                                entry(
                                        ds,
                                        after.get(ds),
                                        changed.contains(ds)
                                                ? snapshot
                                                : before.get(ds)
                                                        .orElseThrow()
                                                        .partition()
                                                        .snapshot()))
                .toList();
    }

    private Entry entry(String ds, Content content, long snapshot) {
        Partition partition =
                new Partition(
                        table,
                        ds,
                        content.rows(),
                        StagedRows.hash(staged.columns(), content),
                        staged.columns(),
                        snapshot,
                        writer,
                        parents,
                        Instant.now());
        return new Entry(partition, content);
    }

    private void alongside(Connection c, List<Entry> entries) throws SQLException {
        Claims.verify(c, table, days, token);
        PartitionLog.commit(c, entries);
        for (Map.Entry<String, String> mark : marks.entrySet()) {
            Catalog.update(
                    c,
                    "INSERT OR REPLACE INTO mark VALUES (?, ?, ?)",
                    table,
                    mark.getKey(),
                    mark.getValue());
        }
        Claims.drop(c, token);
    }

    private long move(
            Optional<Snapshots.Pinned> now,
            Map<String, Optional<Entry>> before,
            Map<String, Content> after,
            Set<String> changed,
            List<DataFile> gone,
            List<Entry> entries) {
        List<Path> placed = new ArrayList<>();
        TablePointer pointer = new TablePointer(parts.catalog(), parts.io(), table);
        pointer.with(
                (c, next) -> {
                    if (!next.schema().sameSchema(plan.schema())) {
                        throw new SchemaMoved();
                    }
                    entries.clear();
                    entries.addAll(entries(before, after, changed, TablePointer.snapshotId(next)));
                    alongside(c, entries);
                });
        try {
            Transaction transaction = plan.begin(pointer);
            PartitionSpec spec = transaction.table().spec();
            List<DataFile> fresh = place(changed, spec, placed);
            parts.points().reached(Point.FILES_PLACED);
            if (!fresh.isEmpty() || !gone.isEmpty()) {
                OverwriteFiles overwrite = transaction.newOverwrite();
                fresh.forEach(overwrite::addFile);
                gone.forEach(overwrite::deleteFile);
                overwrite
                        .set("waxwing.run", writer.runId())
                        .set("waxwing.step", writer.step())
                        .set("waxwing.attempt", Integer.toString(writer.attempt()))
                        .set("waxwing.ds", named(changed));
                if (now.isPresent() && now.get().snapshot() != 0) {
                    overwrite.validateFromSnapshot(now.get().snapshot());
                }
                overwrite
                        .conflictDetectionFilter(Expressions.in("ds", changed.toArray()))
                        .validateNoConflictingData()
                        .commit();
            }
            transaction.commitTransaction();
            TableMetadata metadata = pointer.current();
            return TablePointer.snapshotId(metadata);
        } catch (RuntimeException e) {
            if (!pointer.moved()) {
                placed.forEach(PartitionWriter::forget);
            }
            if (e instanceof CommitFailedException && plan.changesTable() && !pointer.moved()) {
                throw new SchemaMoved(); // a change of columns is not applied again by itself, as
                // rows are
            }
            if (e instanceof WarehouseException
                    || e instanceof SchemaMoved
                    || e instanceof AlreadyExistsException) {
                throw e;
            }
            throw new WarehouseException(
                    "cannot commit "
                            + table
                            + " "
                            + named(days)
                            + ": "
                            + e.getMessage()
                            + (pointer.moved()
                                    ? "; the commit itself went through"
                                    : "; nothing was changed"),
                    e);
        }
    }

    /// Puts one file for each changed day that has rows into the table's folder.
    private List<DataFile> place(Set<String> changed, PartitionSpec spec, List<Path> placed) {
        List<String> filled = changed.stream().filter(ds -> staged.content(ds).rows() > 0).toList();
        List<DataFile> files = new ArrayList<>();
        try {
            for (String ds : filled) {
                Path file = parts.folders().make(token).resolve(ds + ".parquet");
                Files.deleteIfExists(file);
                staged.copy(session, " WHERE ds = '" + ds + "'", file);
                Path place =
                        parts.folders()
                                .table(table)
                                .resolve("data")
                                .resolve("ds=" + ds)
                                .resolve(token + "-" + System.nanoTime() + ".parquet");
                parts.folders().place(file, place);
                placed.add(place);
                files.add(
                        DataFiles.builder(spec)
                                .withPath(place.toString())
                                .withFormat(org.apache.iceberg.FileFormat.PARQUET)
                                .withFileSizeInBytes(Files.size(place))
                                .withPartitionPath("ds=" + ds)
                                .withRecordCount(staged.content(ds).rows())
                                .build());
            }
        } catch (IOException e) {
            throw new WarehouseException(
                    "cannot place the files of " + table + ": " + e.getMessage(), e);
        }
        return files;
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // no snapshot names it; it is removed with the claim, or costs space
        }
    }

    private static String named(Collection<String> days) {
        return days.size() <= 5
                ? days.stream().map(ds -> "ds=" + ds).collect(Collectors.joining(", "))
                : "ds="
                        + days.iterator().next()
                        + " … ds="
                        + new TreeSet<>(days).last()
                        + " ("
                        + days.size()
                        + " days)";
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (session != null) {
            session.close();
        }
        try {
            Staging.removeTree(
                    parts.folders()
                            .of(token)); // first, so that a full disk has room for the release
        } finally {
            parts.claims().release(token);
        }
    }

    /// Another writer changed the table between staging and commit, and this one is about to change its columns.
    private static final class SchemaMoved extends RuntimeException {}
}
