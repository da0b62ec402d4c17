package dev.waxwing.warehouse;

import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

import java.util.List;
import java.util.Optional;

/// Iceberg's view of one row of the [Catalog]: where a table's metadata is, and how it is moved on.
///
/// What differs from the stock JDBC catalog is [Alongside]: work of ours in the very transaction that moves the pointer.
final class TablePointer extends BaseMetastoreTableOperations {
    private final Catalog catalog;
    private final FileIO io;
    private final String table;
    private Alongside alongside = (_, _) -> {};
    private boolean moved;

    /// Our part of a commit.
    @FunctionalInterface
    interface Alongside {
        /// @param next the metadata that is about to become the table's
        void run(java.sql.Connection connection, TableMetadata next) throws java.sql.SQLException;
    }

    TablePointer(Catalog catalog, FileIO io, String table) {
        this.catalog = catalog;
        this.io = io;
        this.table = table;
    }

    TablePointer with(Alongside work) {
        this.alongside = work;
        return this;
    }

    /// Whether a commit went through, whatever was thrown after it.
    boolean moved() {
        return moved;
    }

    @Override
    protected String tableName() {
        return table;
    }

    @Override
    public FileIO io() {
        return io;
    }

    @Override
    protected void doRefresh() {
        String location = catalog.pointers(List.of(table)).get(table);
        if (location == null) {
            if (currentMetadataLocation() != null) {
                throw new WarehouseException("table " + table + " was dropped by another process");
            }
            disableRefresh();
            return;
        }
        refreshFromMetadataLocation(location);
    }

    @Override
    protected void doCommit(TableMetadata base, TableMetadata next) {
        String location = writeNewMetadataIfRequired(base == null, next);
        catalog.move(
                table,
                Optional.ofNullable(base).map(TableMetadata::metadataFileLocation),
                location,
                c -> {
                    alongside.run(c, next);
                    return null;
                });
        moved = true;
    }

    /// 0 if the table has no snapshot.
    static long snapshotId(TableMetadata metadata) {
        Snapshot snapshot = metadata.currentSnapshot();
        return snapshot == null ? 0 : snapshot.snapshotId();
    }
}
