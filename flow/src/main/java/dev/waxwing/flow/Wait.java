package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Another pipeline that must have been done before a cycle of this one starts by itself; or the pipeline itself (`self`), or
/// those that wait for it (`children`).
/// @param offset how many days or cycles from this one's own; 0 = the same, -1 = the one before
public record Wait(String pipeline, Unit unit, int offset, IfFailed ifFailed) {
    /// How a pipeline waits for its own earlier cycles, so that none overtakes another.
    public static final String SELF = "self";

    /// How a pipeline waits until those that read from it have done with an earlier cycle.
    public static final String CHILDREN = "children";

    /// What an offset counts.
    public enum Unit {
        /// All cycles of the other about a business date.
        DAY,
        /// The cycle of the other that belongs to this one's; if one of the two has a single cycle a day, all of the day.
        CYCLE
    }

    /// What happens when the other was not done.
    public enum IfFailed {
        /// Wait until it was run again and is done.
        WAIT("wait"),
        /// Fail as well, at once.
        FAIL("fail"),
        /// Start all the same, once it has ended; and start if it was never made.
        GO_ON("go-on");

        private final String word;

        IfFailed(String word) {
            this.word = word;
        }

        static List<String> words() {
            return List.of(WAIT.word, FAIL.word, GO_ON.word);
        }

        static IfFailed of(String word) {
            for (IfFailed each : values()) {
                if (each.word.equals(word)) {
                    return each;
                }
            }
            return WAIT;
        }
    }

    public Wait {
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(unit, "unit is null");
        requireNonNull(ifFailed, "ifFailed is null");
        if (offset > 0) {
            throw new IllegalArgumentException(
                    "offset must be 0 or below, got "
                            + offset
                            + ": what comes later cannot be waited for");
        }
    }

    static List<String> words() {
        return List.of("same-day", "previous-day", "same-cycle", "previous-cycle");
    }

    /// @param word one of [#words]
    static Wait of(String pipeline, String word, IfFailed ifFailed) {
        Unit unit = word.endsWith("-day") ? Unit.DAY : Unit.CYCLE;
        return new Wait(pipeline, unit, word.startsWith("same-") ? 0 : -1, ifFailed);
    }

    /// Whether it waits for pipelines that are not named: itself, or those after it.
    boolean looksBack() {
        return pipeline.equals(SELF) || pipeline.equals(CHILDREN);
    }
}
