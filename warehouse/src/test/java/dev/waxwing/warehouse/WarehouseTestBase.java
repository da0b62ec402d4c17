package dev.waxwing.warehouse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// A fresh warehouse for each test, and short words for what tests do with it.
abstract class WarehouseTestBase {
    static final WarehouseSettings TWO_THREADS = new WarehouseSettings("500MB", 2);

    @TempDir Path work;
    Warehouse warehouse;

    @BeforeEach
    void open() {
        warehouse = Warehouse.open(work.resolve("wh"), TWO_THREADS);
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    static Writer writer(String run) {
        return new Writer(run, "step", 1);
    }

    static SortedSet<String> days(String... ds) {
        return new TreeSet<>(List.of(ds));
    }

    Committed put(String table, String ds, String sql) {
        try (PartitionWrite write = warehouse.write(table, days(ds), writer("r"))) {
            return write.select(sql).commit();
        }
    }

    List<List<String>> rows(String sql) {
        return rows(warehouse, sql);
    }

    static List<List<String>> rows(Warehouse warehouse, String sql) {
        return warehouse.query(sql, WarehouseTestBase::texts);
    }

    static List<List<String>> texts(ResultSet rows) throws java.sql.SQLException {
        List<List<String>> all = new ArrayList<>();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(String.valueOf(rows.getObject(i)));
            }
            all.add(row);
        }
        return all;
    }
}
