package dev.waxwing.warehouse;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Brings rows made in Java into a temporary table.
final class DuckDbRows {
    private enum Kind {
        TEXT,
        INTEGER,
        BIGINT,
        DOUBLE,
        BOOLEAN,
        DECIMAL,
        DATE,
        TIMESTAMP,
        LIST,
        MAP
    }

    private DuckDbRows() {}

    static void append(
            DuckDBConnection connection,
            String table,
            List<Column> columns,
            Iterable<Object[]> rows)
            throws SQLException {
        Kind[] kinds = columns.stream().map(DuckDbRows::kind).toArray(Kind[]::new);
        long number = 0;
        try (DuckDBAppender appender = connection.createAppender("temp", "main", table)) {
            for (Object[] row : rows) {
                number++;
                if (row.length != kinds.length) {
                    throw new WarehouseException(
                            "row "
                                    + number
                                    + " has "
                                    + row.length
                                    + " values for "
                                    + kinds.length
                                    + " columns: "
                                    + Arrays.toString(row));
                }
                appender.beginRow();
                for (int i = 0; i < kinds.length; i++) {
                    try {
                        append(appender, kinds[i], row[i]);
                    } catch (ClassCastException | SQLException e) {
                        throw new WarehouseException(
                                "row "
                                        + number
                                        + ": cannot write "
                                        + row[i]
                                        + (row[i] == null
                                                ? ""
                                                : " (" + row[i].getClass().getSimpleName() + ")")
                                        + " into column "
                                        + columns.get(i)
                                        + ": "
                                        + e.getMessage(),
                                e);
                    }
                }
                appender.endRow();
            }
        }
    }

    private static Kind kind(Column column) {
        String type = column.type();
        if (type.endsWith("]")) {
            return Kind.LIST;
        }
        int end = type.indexOf('(');
        return switch (end < 0 ? type : type.substring(0, end)) {
            case "VARCHAR" -> Kind.TEXT;
            case "INTEGER" -> Kind.INTEGER;
            case "BIGINT" -> Kind.BIGINT;
            case "DOUBLE" -> Kind.DOUBLE;
            case "BOOLEAN" -> Kind.BOOLEAN;
            case "DECIMAL" -> Kind.DECIMAL;
            case "DATE" -> Kind.DATE;
            case "TIMESTAMP" -> Kind.TIMESTAMP;
            case "MAP" -> Kind.MAP;
            default ->
                    throw new WarehouseException(
                            "rows made in Java cannot have a column "
                                    + column
                                    + "; make it in a SELECT over simpler columns");
        };
    }

    private static void append(DuckDBAppender appender, Kind kind, Object value)
            throws SQLException {
        if (value == null) {
            appender.appendNull();
            return;
        }
        switch (kind) {
            case TEXT -> appender.append((String) value);
            case INTEGER -> appender.append(((Integer) value).intValue());
            case BIGINT -> appender.append(((Number) value).longValue());
            case DOUBLE -> appender.append(((Number) value).doubleValue());
            case BOOLEAN -> appender.append(((Boolean) value).booleanValue());
            case DECIMAL -> appender.append((BigDecimal) value);
            case DATE -> appender.append((LocalDate) value);
            case TIMESTAMP ->
                    appender.appendEpochMicros(
                            value instanceof LocalDateTime time
                                    ? micros(time.toInstant(java.time.ZoneOffset.UTC))
                                    : micros((Instant) value));
            case LIST -> appender.append(list(value));
            case MAP -> appender.append((Map<?, ?>) value);
        }
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static Collection<?> list(Object value) {
        return switch (value) {
            case Collection<?> list -> list;
            case Object[] array -> Arrays.asList(array);
            case double[] array -> Arrays.stream(array).boxed().toList();
            case long[] array -> Arrays.stream(array).boxed().toList();
            case int[] array -> Arrays.stream(array).boxed().toList();
            default -> throw new ClassCastException("neither a collection nor an array");
        };
    }
}
