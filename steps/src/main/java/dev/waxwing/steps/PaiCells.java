package dev.waxwing.steps;

import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.util.List;
import java.util.Locale;

/// Columns that a component hands on as they are: whole numbers as BIGINT, other numbers as DOUBLE, all else as text.
final class PaiCells {
    private final Batch batch;
    private final Object[] columns;

    static boolean isNumber(Column column) {
        return isWhole(column)
                || column.type().toUpperCase(Locale.ROOT).matches("DOUBLE|FLOAT|REAL|DECIMAL.*");
    }

    private static boolean isWhole(Column column) {
        return column.type()
                .toUpperCase(Locale.ROOT)
                .matches("(TINY|SMALL|BIG)?INT|INTEGER|BIGINT");
    }

    /// The column as it is handed on.
    static Column kept(Column column) {
        return new Column(
                column.name(),
                isWhole(column) ? "BIGINT" : isNumber(column) ? "DOUBLE" : "VARCHAR");
    }

    /// `CAST("a" AS BIGINT), …`, as [#value] reads them.
    static List<String> select(List<Column> columns) {
        return columns.stream()
                .map(
                        column ->
                                "CAST("
                                        + Entities.quoted(column.name())
                                        + " AS "
                                        + kept(column).type()
                                        + ")")
                .toList();
    }

    /// @param count how many columns, from the first on
    PaiCells(Batch batch, int count) {
        this.batch = batch;
        this.columns = new Object[count];
        for (int column = 0; column < count; column++) {
            columns[column] =
                    switch (batch.columns().get(column).type()) {
                        case "BIGINT" -> batch.longs(column);
                        case "DOUBLE" -> batch.doubles(column);
                        default -> batch.strings(column);
                    };
        }
    }

    /// A value or null.
    Object value(int column, int row) {
        if (batch.isNull(column, row)) {
            return null;
        }
        return switch (columns[column]) {
            case long[] whole -> whole[row];
            case double[] numbers -> numbers[row];
            case String[] texts -> texts[row];
            default -> throw new IllegalStateException("no column of " + batch.columns());
        };
    }
}
