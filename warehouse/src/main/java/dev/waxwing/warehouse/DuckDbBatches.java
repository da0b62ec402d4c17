package dev.waxwing.warehouse;

import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBReadableVector;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads results in batches, straight from the engine's vectors.
///
/// Vectors do not show lists and maps, and the driver's objects for them cost ten times what they hold. So lists of texts and
/// maps from texts travel as joined texts beside their length, cut apart here again; what is nested deeper goes through the
/// driver's objects.
final class DuckDbBatches {
    private static final int ROWS = 2048;
    private static final Pattern DECIMAL_OR_WORD = Pattern.compile("[A-Z_]+|DECIMAL\\(.*\\)");

    /// Between joined texts, and for a NULL among them: control characters that no id or tag holds. If one does, the number of
    /// parts is not the length, and that is an error.
    private static final char BETWEEN = '\u001f';

    private static final String NULL = "\u001e";

    private DuckDbBatches() {}

    /// How a column travels.
    private enum Form {
        PLAIN,
        LIST,
        WEIGHTS,
        TEXTS,
        NESTED;

        static Form of(Column column) {
            return switch (column.type()) {
                case "VARCHAR[]" -> LIST;
                case "MAP(VARCHAR, DOUBLE)" -> WEIGHTS;
                case "MAP(VARCHAR, VARCHAR)" -> TEXTS;
                default -> DECIMAL_OR_WORD.matcher(column.type()).matches() ? PLAIN : NESTED;
            };
        }

        /// The expressions that carry the column, the text or key first.
        List<String> carriers(String quoted) {
            return switch (this) {
                case PLAIN, NESTED -> List.of(quoted);
                case LIST -> List.of(joined(quoted), "len(" + quoted + ")");
                case WEIGHTS, TEXTS ->
                        List.of(
                                joined("map_keys(" + quoted + ")"),
                                "len(map_keys(" + quoted + "))",
                                joined("map_values(" + quoted + ")"));
            };
        }

        private static String joined(String list) {
            return "array_to_string(list_transform("
                    + list
                    + ", lambda each: coalesce(CAST(each AS VARCHAR), chr(30))), chr(31))";
        }
    }

    static void read(DuckDBConnection connection, String select, BatchReader reader)
            throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (DuckDBPreparedStatement statement = connection.prepare("DESCRIBE " + select);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                columns.add(new Column(rows.getString(1), rows.getString(2)));
            }
        }
        List<Form> forms = columns.stream().map(Form::of).toList();
        if (forms.contains(Form.NESTED)) {
            try (DuckDBPreparedStatement statement = connection.prepare(select);
                    ResultSet rows = statement.executeQuery()) {
                objects(columns, rows, reader);
            }
            return;
        }
        List<String> carriers = new ArrayList<>();
        int[] places = new int[columns.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = carriers.size();
            carriers.addAll(forms.get(i).carriers(Shape.quoted(columns.get(i).name())));
        }
        boolean plain = carriers.size() == columns.size();
        String carried =
                plain ? select : "SELECT " + String.join(", ", carriers) + " FROM (" + select + ")";
        try (DuckDBPreparedStatement statement = connection.prepare(carried);
                DuckDBChunkedResult result = statement.query()) {
            while (result.nextChunk()) {
                int rows = (int) result.chunk().rowCount();
                if (rows > 0) {
                    DuckDBReadableVector[] vectors = new DuckDBReadableVector[carriers.size()];
                    for (int i = 0; i < vectors.length; i++) {
                        vectors[i] = result.chunk().vector(i);
                    }
                    reader.read(new Vectors(columns, places, rows, vectors));
                }
            }
        }
    }

    private static void objects(List<Column> columns, ResultSet rows, BatchReader reader)
            throws SQLException {
        Object[][] values = new Object[columns.size()][ROWS];
        int n = 0;
        while (rows.next()) {
            for (int i = 0; i < values.length; i++) {
                Object value =
                        columns.get(i).type().equals("TIMESTAMP")
                                ? rows.getObject(
                                        i + 1,
                                        LocalDateTime
                                                .class) // java.sql's own depends on the time zone
                                : rows.getObject(i + 1);
                // A list is read at once: its place in the engine's memory is gone with the next
                // rows.
                values[i][n] = value instanceof Array list ? list.getArray() : value;
            }
            if (++n == ROWS) {
                reader.read(new Objects(columns, n, values));
                values = new Object[columns.size()][ROWS];
                n = 0;
            }
        }
        if (n > 0) {
            reader.read(new Objects(columns, n, values));
        }
    }

    private static WarehouseException wrong(Column column, String wanted) {
        return new WarehouseException(
                "column " + column + " was read as " + wanted + "; cast it in the SELECT");
    }

    private static final class Vectors implements Batch {
        private final List<Column> columns;
        private final int rows;
        private final int[] places;
        private final DuckDBReadableVector[] vectors;

        /// @param places where each column's first carrier is
        Vectors(List<Column> columns, int[] places, int rows, DuckDBReadableVector[] vectors) {
            this.columns = List.copyOf(columns);
            this.places = places;
            this.rows = rows;
            this.vectors = vectors;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public List<Column> columns() {
            return columns;
        }

        @Override
        public boolean isNull(int column, int row) {
            return vectors[places[column]].isNull(row);
        }

        @Override
        public void doubles(int column, int row, int n, double[] out, int at) {
            DuckDBReadableVector v = vectors[places[column]];
            DuckDBColumnType type = v.getType();
            for (int i = row; i < row + n; i++) {
                out[at + i - row] =
                        type == DuckDBColumnType.DOUBLE
                                ? v.getDouble(i, Double.NaN)
                                : v.isNull(i) ? Double.NaN : number(column, v, type, i);
            }
        }

        private double number(int column, DuckDBReadableVector v, DuckDBColumnType type, int row) {
            return switch (type) {
                case FLOAT -> v.getFloat(row);
                case DECIMAL -> v.getBigDecimal(row).doubleValue();
                case HUGEINT -> v.getHugeInt(row).doubleValue();
                default -> whole(column, v, type, row);
            };
        }

        @Override
        public long[] longs(int column) {
            long[] values = new long[rows];
            DuckDBReadableVector v = vectors[places[column]];
            DuckDBColumnType type = v.getType();
            for (int i = 0; i < rows; i++) {
                values[i] = v.isNull(i) ? 0 : whole(column, v, type, i);
            }
            return values;
        }

        private long whole(int column, DuckDBReadableVector v, DuckDBColumnType type, int row) {
            return switch (type) {
                case BOOLEAN -> v.getBoolean(row) ? 1 : 0;
                case TINYINT -> v.getByte(row);
                case SMALLINT -> v.getShort(row);
                case INTEGER -> v.getInt(row);
                case BIGINT -> v.getLong(row);
                case UINTEGER -> v.getUint32(row);
                case HUGEINT -> v.getHugeInt(row).longValueExact();
                case TIMESTAMP ->
                        ChronoUnit.MICROS.between(
                                LocalDateTime.of(1970, 1, 1, 0, 0), v.getLocalDateTime(row));
                case DATE -> v.getLocalDate(row).toEpochDay();
                default -> throw wrong(columns.get(column), "numbers");
            };
        }

        @Override
        public String[] strings(int column) {
            DuckDBReadableVector v = vectors[places[column]];
            if (v.getType() != DuckDBColumnType.VARCHAR) {
                throw wrong(columns.get(column), "texts");
            }
            String[] values = new String[rows];
            for (int i = 0; i < rows; i++) {
                values[i] = v.isNull(i) ? null : v.getString(i);
            }
            return values;
        }

        @Override
        public String[][] lists(int column) {
            require(column, Form.LIST, "lists of texts");
            String[][] found = new String[rows][];
            for (int i = 0; i < rows; i++) {
                if (!isNull(column, i)) {
                    found[i] = parts(column, 0, i);
                }
            }
            return found;
        }

        @Override
        public Map<String, Double>[] weights(int column) {
            require(column, Form.WEIGHTS, "maps to numbers");
            return maps(column, Double::valueOf);
        }

        @Override
        public Map<String, String>[] texts(int column) {
            require(column, Form.TEXTS, "maps to texts");
            return maps(column, text -> text);
        }

        private <V> Map<String, V>[] maps(int column, Function<String, V> value) {
            @SuppressWarnings({
                "unchecked",
                "rawtypes"
            }) // Java has no other way to make an array of a generic type
            Map<String, V>[] found = new Map[rows];
            for (int i = 0; i < rows; i++) {
                if (!isNull(column, i)) {
                    String[] keys = parts(column, 0, i);
                    String[] values = parts(column, 2, i);
                    Map<String, V> map = LinkedHashMap.newLinkedHashMap(keys.length);
                    for (int k = 0; k < keys.length; k++) {
                        map.put(keys[k], values[k] == null ? null : value.apply(values[k]));
                    }
                    found[i] = map;
                }
            }
            return found;
        }

        private void require(int column, Form form, String wanted) {
            if (Form.of(columns.get(column)) != form) {
                throw wrong(columns.get(column), wanted);
            }
        }

        /// Cuts a joined text apart; the carrier after the first says into how many parts.
        private String[] parts(int column, int carrier, int row) {
            int wanted = (int) whole(column, vectors[places[column] + 1], row);
            String[] parts = new String[wanted];
            if (wanted == 0) {
                return parts;
            }
            String joined = vectors[places[column] + carrier].getString(row);
            int start = 0;
            for (int k = 0; k < wanted; k++) {
                int end = joined.indexOf(BETWEEN, start);
                if (end < 0 ? k < wanted - 1 : k == wanted - 1) {
                    throw new WarehouseException(
                            "column "
                                    + columns.get(column)
                                    + " holds a text with the control character U+001F, which is"
                                    + " used between texts; take it out of the data");
                }
                String part = joined.substring(start, end < 0 ? joined.length() : end);
                parts[k] = part.equals(NULL) ? null : part;
                start = end + 1;
            }
            return parts;
        }

        private long whole(int column, DuckDBReadableVector v, int row) {
            return whole(column, v, v.getType(), row);
        }
    }

    private static final class Objects implements Batch {
        private final List<Column> columns;
        private final int rows;
        private final Object[][] values;

        Objects(List<Column> columns, int rows, Object[][] values) {
            this.columns = List.copyOf(columns);
            this.rows = rows;
            this.values = values;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public List<Column> columns() {
            return columns;
        }

        @Override
        public boolean isNull(int column, int row) {
            return values[column][row] == null;
        }

        @Override
        public void doubles(int column, int row, int n, double[] out, int at) {
            for (int i = row; i < row + n; i++) {
                out[at + i - row] =
                        switch (values[column][i]) {
                            case null -> Double.NaN;
                            case Number number -> number.doubleValue();
                            default -> whole(column, i);
                        };
            }
        }

        @Override
        public long[] longs(int column) {
            long[] found = new long[rows];
            for (int i = 0; i < rows; i++) {
                found[i] = values[column][i] == null ? 0 : whole(column, i);
            }
            return found;
        }

        private long whole(int column, int row) {
            return switch (values[column][row]) {
                case Double _, Float _ -> throw wrong(columns.get(column), "whole numbers");
                case Number number -> number.longValue();
                case Boolean flag -> flag ? 1 : 0;
                case LocalDateTime at ->
                        ChronoUnit.MICROS.between(
                                java.time.Instant.EPOCH, at.toInstant(ZoneOffset.UTC));
                case LocalDate day -> day.toEpochDay();
                default -> throw wrong(columns.get(column), "numbers");
            };
        }

        @Override
        public String[] strings(int column) {
            String[] found = new String[rows];
            for (int i = 0; i < rows; i++) {
                found[i] =
                        switch (values[column][i]) {
                            case null -> null;
                            case String text -> text;
                            default -> throw wrong(columns.get(column), "texts");
                        };
            }
            return found;
        }

        @Override
        public String[][] lists(int column) {
            String[][] found = new String[rows][];
            for (int i = 0; i < rows; i++) {
                if (values[column][i] instanceof Object[] list) {
                    found[i] = new String[list.length];
                    for (int k = 0; k < list.length; k++) {
                        if (list[k] != null && !(list[k] instanceof String)) {
                            throw wrong(columns.get(column), "lists of texts");
                        }
                        found[i][k] = (String) list[k];
                    }
                } else if (values[column][i] != null) {
                    throw wrong(columns.get(column), "lists of texts");
                }
            }
            return found;
        }

        @Override
        public Map<String, Double>[] weights(int column) {
            return maps(
                    column,
                    "maps to numbers",
                    v -> v == null ? null : (Double) ((Number) v).doubleValue());
        }

        @Override
        public Map<String, String>[] texts(int column) {
            return maps(column, "maps to texts", v -> (String) v);
        }

        private <V> Map<String, V>[] maps(
                int column, String wanted, java.util.function.Function<Object, V> value) {
            @SuppressWarnings({
                "unchecked",
                "rawtypes"
            }) // Java has no other way to make an array of a generic type
            Map<String, V>[] found = new Map[rows];
            try {
                for (int i = 0; i < rows; i++) {
                    if (values[column][i] != null) {
                        Map<String, V> map = new LinkedHashMap<>();
                        ((Map<?, ?>) values[column][i])
                                .forEach((k, v) -> map.put((String) k, value.apply(v)));
                        found[i] = map;
                    }
                }
            } catch (ClassCastException _) {
                throw wrong(columns.get(column), wanted);
            }
            return found;
        }
    }
}
