package dev.waxwing.steps;

import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Reads one day of a table into a [FeatureTable.Builder]: numbers, texts, lists of texts and weighted maps.
final class Entities {
    private Entities() {}

    /// @param select a SELECT whose first column is the entity's key and whose others are its columns
    static FeatureTable.Builder load(Warehouse warehouse, String select) {
        List<Column> columns = warehouse.describe(select);
        List<EntityColumn> entityColumns = new ArrayList<>();
        for (Column column : columns.subList(1, columns.size())) {
            entityColumns.add(new EntityColumn(column.name(), kind(column)));
        }
        FeatureTable.Builder table = FeatureTable.builder(entityColumns);
        warehouse.batches(select, batch -> add(batch, entityColumns, table));
        return table;
    }

    /// All columns of a table's day, the key first, `ds` left out.
    static String selectAll(Warehouse warehouse, String table, String key, String ds) {
        List<String> names = new ArrayList<>();
        for (Column column : warehouse.table(table).columns()) {
            if (!column.name().equals(key) && !column.name().equals("ds")) {
                names.add("t." + quoted(column.name()));
            }
        }
        return select(table, key, names, ds);
    }

    /// Named columns of a table's day, the key first.
    static String select(String table, String key, List<String> columns, String ds) {
        List<String> all = new ArrayList<>();
        all.add("t." + quoted(key));
        all.addAll(columns);
        return "SELECT "
                + String.join(", ", all)
                + " FROM "
                + quoted(table)
                + " t WHERE t.ds = '"
                + ds
                + "' AND t."
                + quoted(key)
                + " IS NOT NULL";
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void add(Batch batch, List<EntityColumn> columns, FeatureTable.Builder table) {
        String[] keys = batch.strings(0);
        Object[][] byColumn = new Object[columns.size()][];
        for (int c = 0; c < columns.size(); c++) {
            byColumn[c] =
                    switch (columns.get(c).kind()) {
                        case NUMBER ->
                                Arrays.stream(batch.doubles(c + 1)).boxed().toArray(Object[]::new);
                        case CATEGORY -> batch.strings(c + 1);
                        case TAGS -> lists(batch.lists(c + 1));
                        case WEIGHTS -> batch.weights(c + 1);
                    };
        }
        for (int row = 0; row < batch.rows(); row++) {
            Object[] values = new Object[columns.size()];
            for (int c = 0; c < values.length; c++) {
                values[c] = byColumn[c][row];
            }
            table.add(keys[row], values);
        }
    }

    private static Object[] lists(String[][] lists) {
        return Arrays.stream(lists)
                .map(list -> list == null ? null : Arrays.asList(list))
                .toArray(Object[]::new);
    }

    private static EntityColumn.Kind kind(Column column) {
        String type = column.type().toUpperCase(Locale.ROOT);
        if (type.equals("VARCHAR")) {
            return EntityColumn.Kind.CATEGORY;
        }
        if (type.equals("VARCHAR[]")) {
            return EntityColumn.Kind.TAGS;
        }
        if (type.startsWith("MAP(VARCHAR,")) {
            return EntityColumn.Kind.WEIGHTS;
        }
        if (type.matches("(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL\\(.*\\)")) {
            return EntityColumn.Kind.NUMBER;
        }
        throw new IllegalArgumentException(
                "column "
                        + column
                        + " is none of a feature snapshot's: numbers, VARCHAR, VARCHAR[] or"
                        + " MAP(VARCHAR, DOUBLE); cast it, or leave it out of the table");
    }
}
