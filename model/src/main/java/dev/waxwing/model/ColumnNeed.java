package dev.waxwing.model;

import java.util.Set;
import java.util.stream.Collectors;

/// A snapshot column that a model reads: which `features` bundle, which column, and the kinds that would do.
public record ColumnNeed(String snapshot, String column, Set<EntityColumn.Kind> kinds) {
    public ColumnNeed {
        Names.checkSlot("a snapshot's bundle name", snapshot);
        Names.checkWord("column", column);
        kinds = Set.copyOf(kinds);
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException(
                    "column " + column + " of " + snapshot + " is needed, but no kind would do");
        }
    }

    /// The kinds as files write them: `tags|weights`.
    String kindWords() {
        return kinds.stream()
                .sorted()
                .map(EntityColumn.Kind::word)
                .collect(Collectors.joining("|"));
    }
}
