package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How often the body of a loop runs.
/// @param test over outputs of the body's steps, asked after each iteration of UNTIL and WHILE
/// @param most iterations; one more is a failure
/// @param atOnce how many may work at the same time; 1 unless EACH
/// @param pause between the end of an iteration and the next
/// @param over the step whose rows EACH goes through; otherwise empty
public record LoopRules(
        Kind kind, Condition test, int most, int atOnce, Duration pause, String over) {
    /// Iterations of a loop that says nothing else, as in DataWorks.
    static final int MOST = 128;

    /// The step is no loop.
    static final LoopRules NONE =
            new LoopRules(Kind.NONE, Condition.ALWAYS, 0, 0, Duration.ZERO, "");

    /// What ends a loop.
    public enum Kind {
        NONE,
        /// Its test holds.
        UNTIL,
        /// Its test holds no longer.
        WHILE,
        /// Each row had its iteration.
        EACH
    }

    public LoopRules {
        requireNonNull(kind, "kind is null");
        requireNonNull(test, "test is null");
        requireNonNull(pause, "pause is null");
        requireNonNull(over, "over is null");
    }

    /// Whether there is a body at all.
    public boolean loops() {
        return kind != Kind.NONE;
    }

    /// How many iterations there may be, and how long the pauses between them are together: what a person wants to know before
    /// a night is spent on it.
    public String told() {
        String iterations = "at most " + most + " iterations";
        if (kind == Kind.EACH) {
            return iterations + ", " + atOnce + " at once";
        }
        if (pause.isZero()) {
            return iterations + ", without a pause";
        }
        return iterations
                + " with pauses of "
                + told(pause)
                + ": it waits "
                + told(pause.multipliedBy(most - 1L))
                + " in all, then fails";
    }

    /// `2h 7m`, `1d`, `90s`, `500ms`
    private static String told(Duration span) {
        var told = new StringBuilder();
        part(told, span.toDaysPart(), "d");
        part(told, span.toHoursPart(), "h");
        part(told, span.toMinutesPart(), "m");
        part(told, span.toSecondsPart(), "s");
        part(told, span.toMillisPart(), "ms");
        return told.isEmpty() ? "0s" : told.toString();
    }

    private static void part(StringBuilder told, long count, String unit) {
        if (count > 0) {
            told.append(told.isEmpty() ? "" : " ").append(count).append(unit);
        }
    }
}
