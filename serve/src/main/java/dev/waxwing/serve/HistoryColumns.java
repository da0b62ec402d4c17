package dev.waxwing.serve;

import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.EntityColumn.Kind;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.Weights;

import java.util.List;
import java.util.Optional;

/// The columns that serving itself reads from `features` bundles. A bundle without one of them has simply nothing to say there.
final class HistoryColumns {
    private HistoryColumns() {}

    /// Of `user_history`: item → weight.
    static Optional<Weights> recent(EntityRow row) {
        return has(row, "recent", Kind.WEIGHTS) ? row.weights("recent") : Optional.empty();
    }

    /// Of `user_history`.
    static Optional<List<String>> seen(EntityRow row) {
        return has(row, "seen", Kind.TAGS) ? row.tags("seen") : Optional.empty();
    }

    /// Of `item_info`; so for the two below.
    static Optional<String> author(EntityRow row) {
        return has(row, "author", Kind.CATEGORY)
                ? row.category("author").filter(a -> !a.isEmpty())
                : Optional.empty();
    }

    static Optional<String> title(EntityRow row) {
        return has(row, "title", Kind.CATEGORY) ? row.category("title") : Optional.empty();
    }

    static Optional<List<String>> tags(EntityRow row) {
        return has(row, "tags", Kind.TAGS) ? row.tags("tags") : Optional.empty();
    }

    static boolean has(EntityRow row, String column, Kind kind) {
        return row.columns().contains(new EntityColumn(column, kind));
    }
}
