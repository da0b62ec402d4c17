package dev.waxwing.model;

import java.util.Locale;

/// What a raw feature value is: a number, one word, or a set of words.
public enum FeatureType {
    NUMBER,
    CATEGORY,
    TAGS;

    /// The word that files use: `number`, `category`, `tags`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
