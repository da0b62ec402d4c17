package dev.waxwing.warehouse;

import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The columns of a table: between the words of SQL, Iceberg's types and the field ids in Parquet files.
final class Shape {
    private Shape() {}

    /// The columns as a table keeps them: small whole numbers become INTEGER, sums of them BIGINT, and so on.
    ///
    /// @throws WarehouseException naming every column that no table can keep
    static List<Column> kept(List<Column> columns) {
        List<Column> kept = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
                problems.add(
                        "column " + column.name() + " is there twice; give each a name of its own");
            }
            if (column.name().chars().anyMatch(c -> c < ' ' || c == '.' || c == '"')) {
                problems.add(
                        "column name '"
                                + column.name()
                                + "' holds a dot, a quote or a control character");
            }
            try {
                kept.add(new Column(column.name(), sql(TypeText.parse(column.type()))));
            } catch (IllegalArgumentException e) {
                problems.add("column " + column.name() + ": " + e.getMessage());
            }
        }
        if (kept.stream().noneMatch(c -> c.name().equals("ds") && c.type().equals("VARCHAR"))) {
            problems.add(
                    "a column ds of type VARCHAR (yyyymmdd) is needed; found " + text(columns));
        }
        if (!problems.isEmpty()) {
            throw new WarehouseException(String.join("; ", problems));
        }
        return kept;
    }

    /// A new schema, whose field ids are not final: Iceberg gives them out again in [#newTable].
    private static Schema schema(List<Column> columns) {
        int[] next = {0};
        List<Types.NestedField> fields = new ArrayList<>();
        for (Column column : columns) {
            int id = ++next[0];
            fields.add(
                    Types.NestedField.optional(
                            id, column.name(), numbered(TypeText.parse(column.type()), next)));
        }
        return new Schema(fields);
    }

    static TableMetadata newTable(
            List<Column> columns, String location, Map<String, String> properties) {
        Schema schema = schema(columns);
        PartitionSpec spec = PartitionSpec.builderFor(schema).identity("ds").build();
        return TableMetadata.newTableMetadata(schema, spec, location, properties);
    }

    static List<Column> columns(Schema schema) {
        return schema.columns().stream()
                .map(field -> new Column(field.name(), sql(field.type())))
                .toList();
    }

    /// What the table lacks of `written`; it may be added.
    ///
    /// @throws WarehouseException if `written` lacks a column of the table or has one of another type
    static List<Column> added(String table, List<Column> has, List<Column> written) {
        Map<String, String> types =
                written.stream()
                        .collect(
                                Collectors.toMap(
                                        Column::name,
                                        Column::type,
                                        (a, _) -> a,
                                        LinkedHashMap::new));
        List<String> problems = new ArrayList<>();
        for (Column column : has) {
            String type = types.remove(column.name());
            if (type == null) {
                problems.add("column " + column.name() + " is missing");
            } else if (!fits(type, column.type())) {
                problems.add(
                        "column "
                                + column.name()
                                + " is "
                                + column.type()
                                + " in the table and "
                                + type
                                + " in the rows");
            }
        }
        if (!problems.isEmpty()) {
            throw new WarehouseException(
                    "the rows do not fit table "
                            + table
                            + ": "
                            + String.join("; ", problems)
                            + ". The table has ("
                            + text(has)
                            + "); the rows have ("
                            + text(written)
                            + "). Columns can be added, not changed or left out: cast them in the"
                            + " SELECT, or write a table of another name");
        }
        return written.stream().filter(c -> types.containsKey(c.name())).toList();
    }

    /// Whether every value of one type is, unchanged, a value of the other.
    private static boolean fits(String from, String to) {
        if (from.equals(to)) {
            return true;
        }
        Type a = TypeText.parse(from);
        Type b = TypeText.parse(to);
        if (a instanceof Types.DecimalType x && b instanceof Types.DecimalType y) {
            return x.scale() <= y.scale() && x.precision() - x.scale() <= y.precision() - y.scale();
        }
        return a.typeId() == Type.TypeID.INTEGER && b.typeId() == Type.TypeID.LONG;
    }

    static String text(List<Column> columns) {
        return columns.stream().map(Column::toString).collect(Collectors.joining(", "));
    }

    static Type type(String text) {
        int[] next = {1_000_000};
        return numbered(TypeText.parse(text), next);
    }

    /// The value of COPY's FIELD_IDS: every column, element, key, value and field by its Iceberg id.
    static String fieldIds(Schema schema) {
        return schema.columns().stream()
                .map(field -> quoted(field.name()) + ": " + ids(field.fieldId(), field.type()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String ids(int id, Type type) {
        String self = "{__duckdb_field_id: " + id + ", ";
        return switch (type) {
            case Types.ListType list ->
                    self + "element: " + ids(list.elementId(), list.elementType()) + "}";
            case Types.MapType map ->
                    self
                            + "key: "
                            + ids(map.keyId(), map.keyType())
                            + ", value: "
                            + ids(map.valueId(), map.valueType())
                            + "}";
            case Types.StructType struct ->
                    self
                            + struct.fields().stream()
                                    .map(f -> quoted(f.name()) + ": " + ids(f.fieldId(), f.type()))
                                    .collect(Collectors.joining(", "))
                            + "}";
            default -> Integer.toString(id);
        };
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String sql(Type type) {
        return switch (type) {
            case Types.DecimalType d -> "DECIMAL(" + d.precision() + "," + d.scale() + ")";
            case Types.ListType list -> sql(list.elementType()) + "[]";
            case Types.MapType map ->
                    "MAP(" + sql(map.keyType()) + ", " + sql(map.valueType()) + ")";
            case Types.StructType struct ->
                    struct.fields().stream()
                            .map(f -> quoted(f.name()) + " " + sql(f.type()))
                            .collect(Collectors.joining(", ", "STRUCT(", ")"));
            default ->
                    switch (type.typeId()) {
                        case STRING -> "VARCHAR";
                        case INTEGER -> "INTEGER";
                        case LONG -> "BIGINT";
                        case FLOAT, DOUBLE -> "DOUBLE";
                        case BOOLEAN -> "BOOLEAN";
                        case DATE -> "DATE";
                        case TIMESTAMP -> "TIMESTAMP";
                        default ->
                                throw new WarehouseException(
                                        "a table of another engine has a column of type "
                                                + type
                                                + ", which this one does not read");
                    };
        };
    }

    /// The same type with field ids, counted on from `next`.
    private static Type numbered(Type type, int[] next) {
        return switch (type) {
            case Types.ListType list -> {
                int id = ++next[0];
                yield Types.ListType.ofOptional(id, numbered(list.elementType(), next));
            }
            case Types.MapType map -> {
                int key = ++next[0];
                int value = ++next[0];
                yield Types.MapType.ofOptional(
                        key, value, numbered(map.keyType(), next), numbered(map.valueType(), next));
            }
            case Types.StructType struct -> {
                List<Types.NestedField> fields = new ArrayList<>();
                for (Types.NestedField field : struct.fields()) {
                    int id = ++next[0];
                    fields.add(
                            Types.NestedField.optional(
                                    id, field.name(), numbered(field.type(), next)));
                }
                yield Types.StructType.of(fields);
            }
            default -> type;
        };
    }
}
