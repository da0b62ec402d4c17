package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Another pipeline, or the pipeline itself (`self`), that must have been done for a day before this one starts.
public record Wait(String pipeline, Day day) {
    /// How a pipeline waits for its own run of the day before, so that no day overtakes another.
    public static final String SELF = "self";

    /// Which day of the other pipeline counts, seen from the business date of this one.
    public enum Day {
        SAME_DAY("same-day"),
        PREVIOUS_DAY("previous-day");

        private final String word;

        Day(String word) {
            this.word = word;
        }

        static List<String> words() {
            return List.of(SAME_DAY.word, PREVIOUS_DAY.word);
        }

        static Day of(String word) {
            return word.equals(SAME_DAY.word) ? SAME_DAY : PREVIOUS_DAY;
        }
    }

    public Wait {
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(day, "day is null");
    }
}
