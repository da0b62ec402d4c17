package dev.waxwing.flow;

import java.util.List;

/// A key of a step, as the JSON Schema of the pipeline file shows it to an editor.
/// @param about one sentence for the person who writes the file
public record StepKey(String name, Type type, boolean required, String about) {
    /// What may stand behind a key.
    public enum Type {
        TEXT,
        WHOLE,
        NUMBER,
        FLAG,
        /// A list of texts, or a single text.
        TEXTS,
        MAP,
        /// `27d`, `12h`, `30s`
        SPAN,
        /// Steps that are repeated; the schema has a definition of the key's name.
        BODY,
        ANY;
    }

    /// The keys that every step may have, whatever its kind.
    public static final List<String> COMMON =
            List.of(
                    "after",
                    "reads",
                    "if",
                    "join",
                    "always",
                    "on-failure",
                    "attempts",
                    "pause",
                    "backoff",
                    "timeout",
                    "give-up",
                    "pool");

    public StepKey {
        if (name.isBlank() || about.isBlank()) {
            throw new IllegalArgumentException(
                    "a key needs a name and a sentence, got \"" + name + "\", \"" + about + '"');
        }
    }

    public static StepKey required(String name, Type type, String about) {
        return new StepKey(name, type, true, about);
    }

    public static StepKey optional(String name, Type type, String about) {
        return new StepKey(name, type, false, about);
    }
}
