package dev.waxwing.model;

import java.util.Locale;

/// What a raw feature value is: a number, one word, a set of words, or words with a weight each.
public enum FeatureType {
    NUMBER,
    CATEGORY,
    TAGS,
    /// Read from weights, or from tags, each of which then counts 1 every time it is there: a bag.
    WEIGHTS;

    /// The word that files use: `number`, `category`, `tags`, `weights`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
