package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/// A column of a [FeatureTable]: its name and what it holds.
public record EntityColumn(String name, Kind kind) {

    public EntityColumn {
        requireNonNull(kind, "kind is null");
        Names.checkWord("column", name);
    }

    /// What a column holds. A value may be missing in every kind.
    public enum Kind {
        /// One double; `NaN` = missing.
        NUMBER,
        /// One text.
        CATEGORY,
        /// Texts in the order they were given, for example everything a user has seen.
        TAGS,
        /// Text → finite double, for example neighbour ids with their scores.
        WEIGHTS;

        /// The word that files use: `number`, `category`, `tags`, `weights`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
