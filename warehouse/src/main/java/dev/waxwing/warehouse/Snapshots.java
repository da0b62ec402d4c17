package dev.waxwing.warehouse;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.FileIO;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Tables as of one moment: their metadata and the files of their snapshots, which never change and are kept in memory.
final class Snapshots {
    private static final int METADATA_KEPT = 200;
    private static final int FILE_LISTS_KEPT = 100;

    /// By day; within a day in the order in which the rows were added.
    private static final Comparator<DataFile> STORED =
            Comparator.comparing(Snapshots::ds)
                    .thenComparing(
                            DataFile::dataSequenceNumber,
                            Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(DataFile::location);

    private final Catalog catalog;
    private final FileIO io;
    private final Map<String, TableMetadata> metadata = latest(METADATA_KEPT);
    private final Map<String, List<DataFile>> files = latest(FILE_LISTS_KEPT);

    Snapshots(Catalog catalog, FileIO io) {
        this.catalog = catalog;
        this.io = io;
    }

    /// One table at one snapshot.
    /// @param snapshot 0 for a table that has none: it has columns and no rows
    /// @param files in the order of their days
    record Pinned(
            String table,
            TableMetadata metadata,
            Schema schema,
            long snapshot,
            List<DataFile> files) {
        List<Column> columns() {
            return Shape.columns(schema);
        }

        /// Whether the files, one after the other, hold the rows of these days in the order of [StagedRows#order].
        boolean liesInOrder(String from, String to) {
            List<String> days =
                    files.stream()
                            .map(Snapshots::ds)
                            .filter(ds -> ds.compareTo(from) >= 0 && ds.compareTo(to) <= 0)
                            .toList();
            return !evolved() && Set.copyOf(days).size() == days.size();
        }

        /// Whether some files may lack columns that the table got later.
        boolean evolved() {
            return metadata.schemas().size() > 1;
        }
    }

    /// Tables and the content hashes of their partitions, all as of one look at the catalog.
    record Moment(Map<String, Pinned> tables, Map<String, Map<String, String>> hashes) {}

    /// Those that do not exist are not in the answer.
    Moment look(Collection<String> tables) {
        Map<String, Map<String, String>> hashes = new TreeMap<>();
        Map<String, String> locations =
                catalog.read(
                        "look up tables",
                        c -> {
                            for (String table : tables) {
                                hashes.put(table, PartitionLog.hashes(c, table));
                            }
                            return Catalog.pointers(c, tables);
                        });
        Map<String, Pinned> pinned = new TreeMap<>();
        locations.forEach(
                (table, location) ->
                        pinned.put(table, at(table, load(location), Optional.empty())));
        return new Moment(pinned, hashes);
    }

    /// The tables, all as of one look at the catalog. Those that do not exist are not in the answer.
    Map<String, Pinned> pin(Collection<String> tables) {
        Map<String, Pinned> pinned = new TreeMap<>();
        catalog.pointers(tables)
                .forEach(
                        (table, location) ->
                                pinned.put(table, at(table, load(location), Optional.empty())));
        return pinned;
    }

    Optional<Pinned> pin(String table) {
        return Optional.ofNullable(pin(List.of(table)).get(table));
    }

    Map<String, Pinned> pinAsOf(AsOf asOf, Collection<String> tables) {
        Map<String, Pinned> pinned = new TreeMap<>();
        catalog.pointers(tables)
                .forEach(
                        (table, location) -> {
                            TableMetadata now = load(location);
                            Pinned then =
                                    switch (asOf) {
                                        case AsOf.Snapshot(String of, long id)
                                                when of.equals(table) -> {
                                            if (now.snapshot(id) == null) {
                                                throw new WarehouseException(
                                                        "table "
                                                                + table
                                                                + " has no snapshot "
                                                                + id
                                                                + "; it has "
                                                                + now.snapshots().stream()
                                                                        .map(
                                                                                s ->
                                                                                        Long
                                                                                                .toString(
                                                                                                        s
                                                                                                                .snapshotId()))
                                                                        .toList());
                                            }
                                            yield at(table, now, Optional.of(id));
                                        }
                                        case AsOf.Snapshot _ -> at(table, now, Optional.empty());
                                        case AsOf.Time(var time) -> {
                                            long id = 0;
                                            for (var entry : now.snapshotLog()) {
                                                id =
                                                        entry.timestampMillis()
                                                                        <= time.toEpochMilli()
                                                                ? entry.snapshotId()
                                                                : id;
                                            }
                                            yield at(table, now, Optional.of(id));
                                        }
                                    };
                            pinned.put(table, then);
                        });
        return pinned;
    }

    private Pinned at(String table, TableMetadata now, Optional<Long> snapshotId) {
        Snapshot snapshot =
                snapshotId.isEmpty() ? now.currentSnapshot() : now.snapshot(snapshotId.get());
        if (snapshot == null) {
            return new Pinned(table, now, now.schema(), 0, List.of());
        }
        Schema schema =
                snapshotId.isPresent() && snapshot.schemaId() != null
                        ? now.schemasById().get(snapshot.schemaId())
                        : now.schema();
        return new Pinned(table, now, schema, snapshot.snapshotId(), files(now, snapshot));
    }

    private TableMetadata load(String location) {
        synchronized (metadata) {
            TableMetadata known = metadata.get(location);
            if (known != null) {
                return known;
            }
        }
        TableMetadata read = TableMetadataParser.read(io, location);
        synchronized (metadata) {
            metadata.put(location, read);
        }
        return read;
    }

    private List<DataFile> files(TableMetadata table, Snapshot snapshot) {
        String key = table.uuid() + "/" + snapshot.snapshotId();
        synchronized (files) {
            List<DataFile> known = files.get(key);
            if (known != null) {
                return known;
            }
        }
        if (!snapshot.deleteManifests(io).isEmpty()) {
            throw new WarehouseException(
                    "the table at "
                            + table.location()
                            + " has rows deleted by another engine in merge-on-read fashion, which"
                            + " is not read here; rewrite it there");
        }
        List<DataFile> found = new ArrayList<>();
        for (ManifestFile manifest : snapshot.dataManifests(io)) {
            try (ManifestReader<DataFile> reader =
                    ManifestFiles.read(manifest, io, table.specsById())) {
                for (DataFile file : reader) {
                    found.add(file.copyWithoutStats());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + manifest.path(), e);
            }
        }
        List<DataFile> sorted = found.stream().sorted(STORED).toList();
        synchronized (files) {
            files.put(key, sorted);
        }
        return sorted;
    }

    static String ds(DataFile file) {
        return file.partition().get(0, String.class);
    }

    private static <V> Map<String, V> latest(int kept) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > kept;
            }
        };
    }
}
