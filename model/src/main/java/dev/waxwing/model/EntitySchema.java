package dev.waxwing.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of a row, in order, found by name.
final class EntitySchema {
    private final List<EntityColumn> columns;
    private final Map<String, Integer> index = new HashMap<>();

    EntitySchema(List<EntityColumn> columns) {
        this.columns = List.copyOf(columns);
        for (EntityColumn column : this.columns) {
            if (index.put(column.name(), index.size()) != null) {
                throw new IllegalArgumentException("column " + column.name() + " is there twice");
            }
        }
    }

    List<EntityColumn> columns() {
        return columns;
    }

    int size() {
        return columns.size();
    }

    EntityColumn.Kind kind(int column) {
        return columns.get(column).kind();
    }

    /// Where the column lies, or -1.
    int indexOf(String column) {
        return index.getOrDefault(column, -1);
    }
}
