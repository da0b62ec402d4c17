package dev.waxwing.serve;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.OwnEvent;

import java.time.Instant;
import java.util.List;

/// An item as its own publish event told it, before any night has seen it.
///
/// @param own its tags, and who published it, unless the event says otherwise
public record NewItem(String item, Instant at, String title, OwnEvent own) {
    public NewItem {
        requireNonNull(item, "item is null");
        requireNonNull(at, "at is null");
        requireNonNull(own, "own is null");
    }

    List<String> tags() {
        return own.tags();
    }

    String author() {
        return own.author();
    }
}
