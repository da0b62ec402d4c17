package dev.waxwing.serve;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/// An item as its own publish event told it, before any night has seen it.
///
/// @param author who published it, unless the event says otherwise
public record NewItem(String item, Instant at, String title, List<String> tags, String author) {
    public NewItem {
        requireNonNull(item, "item is null");
        requireNonNull(at, "at is null");
        tags = List.copyOf(tags);
    }
}
