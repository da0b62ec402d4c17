package dev.waxwing.warehouse;

/// A column of a table or of a query's result.
/// @param type in the words of SQL: `VARCHAR`, `INTEGER`, `BIGINT`, `DOUBLE`, `DECIMAL(18,4)`, `BOOLEAN`, `DATE`,
///     `TIMESTAMP` (UTC), `VARCHAR[]`, `MAP(VARCHAR, DOUBLE)`, `STRUCT(a BIGINT, b VARCHAR)`
public record Column(String name, String type) {
    public Column {
        if (name.isBlank() || type.isBlank()) {
            throw new IllegalArgumentException(
                    "a column needs a name and a type, got '" + name + "' and '" + type + "'");
        }
    }

    @Override
    public String toString() {
        return name + " " + type;
    }
}
