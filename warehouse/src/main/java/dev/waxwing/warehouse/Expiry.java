package dev.waxwing.warehouse;

import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Lets go of days that a table no longer keeps, and of snapshots that nobody asks for any more.
final class Expiry {
    private static final int LATEST_KEPT = 2;

    private final Warehouse.Parts parts;

    Expiry(Warehouse.Parts parts) {
        this.parts = parts;
    }

    Expired expire(String table, LocalDate bizdate, Duration keepSnapshots) {
        Snapshots.Pinned pinned =
                parts.snapshots().pin(table).orElseThrow(() -> parts.unknown(table));
        List<String> days = expired(table, bizdate);
        if (!days.isEmpty()) {
            hide(table, pinned, days);
        }
        return new Expired(table, days, dropSnapshots(table, keepSnapshots));
    }

    private List<String> expired(String table, LocalDate bizdate) {
        Optional<Integer> kept = parts.catalog().lifecycle(table);
        if (kept.isEmpty()) {
            return List.of();
        }
        String firstKept = Days.of(bizdate.minusDays(kept.get() - 1L));
        return parts
                .catalog()
                .read("read the partitions of " + table, c -> PartitionLog.allVisible(c, table))
                .stream()
                .map(entry -> entry.partition().ds())
                .filter(ds -> ds.compareTo(firstKept) < 0)
                .toList();
    }

    /// Like any writer: under claims, and in the transaction of the pointer.
    private void hide(String table, Snapshots.Pinned pinned, List<String> days) {
        String token = Staging.newToken();
        parts.claims()
                .take(table, new TreeSet<>(days), new Writer("expire", "lifecycle", 1), token);
        try {
            TablePointer.Alongside alongside =
                    (c, _) -> {
                        Claims.verify(c, table, days, token);
                        for (String ds : days) {
                            PartitionLog.hide(c, table, ds);
                        }
                        Claims.drop(c, token);
                    };
            List<DataFile> gone =
                    pinned.files().stream()
                            .filter(file -> days.contains(Snapshots.ds(file)))
                            .toList();
            if (gone.isEmpty()) {
                parts.catalog()
                        .inTransaction(
                                "expire partitions of " + table,
                                c -> {
                                    alongside.run(c, pinned.metadata());
                                    return null;
                                });
                return;
            }
            TablePointer pointer =
                    new TablePointer(parts.catalog(), parts.io(), table).with(alongside);
            Transaction transaction = Transactions.newTransaction(table, pointer);
            DeleteFiles delete = transaction.newDelete();
            gone.forEach(delete::deleteFile);
            delete.commit();
            transaction.commitTransaction();
        } finally {
            parts.claims().release(token);
        }
    }

    private int dropSnapshots(String table, Duration keep) {
        TablePointer pointer = new TablePointer(parts.catalog(), parts.io(), table);
        int before = pointer.refresh().snapshots().size();
        ExpireSnapshots expire =
                new BaseTable(pointer, table)
                        .expireSnapshots()
                        .expireOlderThan(Instant.now().minus(keep).toEpochMilli())
                        .retainLast(LATEST_KEPT);
        if (expire.apply().isEmpty()) {
            return 0;
        }
        expire.commit();
        return before - pointer.current().snapshots().size();
    }
}
