package dev.waxwing.warehouse;

import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a table will look like once certain rows are in it: created, with columns added, or as it is.
final class TablePlan {
    private static final Map<String, String> PROPERTIES =
            Map.of(
                    "format-version", "2",
                    "write.metadata.delete-after-commit.enabled", "true",
                    "write.metadata.previous-versions-max", "10",
                    "commit.manifest.min-count-to-merge", "20",
                    "commit.retry.num-retries", "20",
                    "commit.retry.min-wait-ms", "20");

    private final String table;
    private final Optional<Snapshots.Pinned> base;
    private final TableMetadata created;
    private final List<Column> added;
    private final Schema schema;

    private TablePlan(
            String table,
            Optional<Snapshots.Pinned> base,
            TableMetadata created,
            List<Column> added,
            Schema schema) {
        this.table = table;
        this.base = base;
        this.created = created;
        this.added = added;
        this.schema = schema;
    }

    /// @param written the columns of the rows, as [Shape#kept] gives them
    /// @throws WarehouseException if they do not fit the table
    static TablePlan of(
            String table,
            Optional<Snapshots.Pinned> base,
            List<Column> written,
            String location,
            Catalog catalog,
            SyncedFileIO io) {
        if (base.isEmpty()) {
            Map<String, String> properties = new HashMap<>(PROPERTIES);
            TableMetadata draft = Shape.newTable(written, location, properties);
            properties.put(
                    "schema.name-mapping.default",
                    NameMappingParser.toJson(MappingUtil.create(draft.schema())));
            TableMetadata created = Shape.newTable(written, location, properties);
            return new TablePlan(table, base, created, List.of(), created.schema());
        }
        List<Column> added = Shape.added(table, base.get().columns(), written);
        if (added.isEmpty()) {
            return new TablePlan(table, base, null, added, base.get().schema());
        }
        UpdateSchema update =
                new BaseTable(new TablePointer(catalog, io, table), table).updateSchema();
        added.forEach(column -> update.addColumn(column.name(), Shape.type(column.type())));
        return new TablePlan(table, base, null, added, update.apply());
    }

    Schema schema() {
        return schema;
    }

    List<Column> columns() {
        return Shape.columns(schema);
    }

    boolean changesTable() {
        return base.isEmpty() || !added.isEmpty();
    }

    /// Whether the table still is what it was when the plan was made, as far as the plan depends on it.
    boolean holdsFor(Optional<Snapshots.Pinned> now) {
        if (base.isEmpty() || now.isEmpty()) {
            return base.isEmpty() && now.isEmpty();
        }
        return base.get().metadata().uuid().equals(now.get().metadata().uuid())
                && base.get().schema().sameSchema(now.get().schema())
                && (added.isEmpty()
                        || base.get().metadata().lastColumnId()
                                == now.get().metadata().lastColumnId());
    }

    /// A transaction in which the table exists and has all columns.
    ///
    /// @throws AlreadyExistsException if the table is to be made and another write has made it since
    Transaction begin(TablePointer pointer) {
        if (base.isEmpty()) {
            if (pointer.current() != null) {
                throw new AlreadyExistsException("Table %s was made by another write", table);
            }
            return Transactions.createTableTransaction(table, pointer, created);
        }
        Transaction transaction = Transactions.newTransaction(table, pointer);
        if (!added.isEmpty()) {
            UpdateSchema update = transaction.updateSchema();
            new ArrayList<>(added)
                    .forEach(column -> update.addColumn(column.name(), Shape.type(column.type())));
            update.commit();
        }
        return transaction;
    }
}
