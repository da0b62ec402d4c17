package dev.waxwing.warehouse;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a type in the words of SQL, like `MAP(VARCHAR, DECIMAL(18,4))[]`, as the type that a table keeps it in.
final class TypeText {
    private final String text;
    private int at;

    private TypeText(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException saying what no table keeps, and what would do
    static Type parse(String text) {
        TypeText reader = new TypeText(text.strip());
        Type type = reader.type();
        if (reader.at != reader.text.length()) {
            throw new IllegalArgumentException(
                    "cannot read the type '"
                            + text
                            + "' behind '"
                            + reader.text.substring(0, reader.at)
                            + "'");
        }
        return type;
    }

    private Type type() {
        Type type = plain();
        while (take("[]")) {
            type = Types.ListType.ofOptional(0, type);
        }
        if (at < text.length() && text.charAt(at) == '[') {
            throw new IllegalArgumentException(
                    "arrays of fixed length are not kept; cast '" + text + "' to a list");
        }
        return type;
    }

    private Type plain() {
        String word = word().toUpperCase(Locale.ROOT);
        return switch (word) {
            case "VARCHAR", "TEXT", "STRING", "UUID", "CHAR" -> Types.StringType.get();
            case "INTEGER", "INT", "SMALLINT", "TINYINT", "USMALLINT", "UTINYINT" ->
                    Types.IntegerType.get();
            case "BIGINT", "LONG", "UINTEGER", "HUGEINT" -> Types.LongType.get();
            case "DOUBLE", "FLOAT", "REAL" -> Types.DoubleType.get();
            case "BOOLEAN", "BOOL" -> Types.BooleanType.get();
            case "DATE" -> Types.DateType.get();
            case "TIMESTAMP",
                    "TIMESTAMP_S",
                    "TIMESTAMP_MS",
                    "TIMESTAMP_NS",
                    "TIMESTAMP WITH TIME ZONE" ->
                    Types.TimestampType.withoutZone();
            case "DECIMAL", "NUMERIC" -> decimal();
            case "ENUM" -> {
                skipParentheses();
                yield Types.StringType.get();
            }
            case "MAP" -> {
                need("(");
                Type key = type();
                need(",");
                Type value = type();
                need(")");
                yield Types.MapType.ofOptional(0, 0, key, value);
            }
            case "STRUCT" -> struct();
            default ->
                    throw new IllegalArgumentException(
                            "type "
                                    + word
                                    + " is not kept in tables; cast it to VARCHAR, INTEGER, BIGINT,"
                                    + " DOUBLE, DECIMAL, BOOLEAN, DATE, TIMESTAMP, a list, a MAP or"
                                    + " a STRUCT");
        };
    }

    private Type decimal() {
        if (!take("(")) {
            return Types.DecimalType.of(18, 3); // SQL's DECIMAL without figures, as DuckDB reads it
        }
        int precision = Integer.parseInt(word());
        int scale = take(",") ? Integer.parseInt(word()) : 0;
        need(")");
        return Types.DecimalType.of(precision, scale);
    }

    private Type struct() {
        List<Types.NestedField> fields = new ArrayList<>();
        need("(");
        do {
            skipBlanks();
            String name = name();
            fields.add(Types.NestedField.optional(fields.size(), name, type()));
        } while (take(","));
        need(")");
        return Types.StructType.of(fields);
    }

    private String name() {
        if (at < text.length() && text.charAt(at) == '"') {
            StringBuilder name = new StringBuilder();
            for (at++; at < text.length(); at++) {
                if (text.charAt(at) != '"') {
                    name.append(text.charAt(at));
                } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    name.append('"');
                    at++;
                } else {
                    at++;
                    return name.toString();
                }
            }
        }
        return word();
    }

    private String word() {
        skipBlanks();
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String word = text.substring(from, at);
        if (word.equalsIgnoreCase("TIMESTAMP") && text.startsWith(" WITH TIME ZONE", at)) {
            at += " WITH TIME ZONE".length();
            return "TIMESTAMP WITH TIME ZONE";
        }
        return word.isEmpty() ? text.substring(from) : word;
    }

    private void skipParentheses() {
        need("(");
        boolean quoted = false;
        while (at < text.length() && (quoted || text.charAt(at) != ')')) {
            quoted ^= text.charAt(at) == '\'';
            at++;
        }
        need(")");
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private boolean take(String token) {
        int before = at;
        skipBlanks();
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        at = before;
        return false;
    }

    private void need(String token) {
        if (!take(token)) {
            throw new IllegalArgumentException(
                    "cannot read the type '" + text + "': no '" + token + "' at position " + at);
        }
    }
}
