package dev.waxwing.model;

import java.util.Locale;

/// Whom a feature is about: the person asking, the item shown, or the request itself.
public enum Entity {
    USER,
    ITEM,
    REQUEST;

    /// The word that files use: `user`, `item`, `request`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
