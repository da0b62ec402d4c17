package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/// How a step is to be run, whatever it does. A run keeps the rules that its steps had when it was made.
/// @param after the steps that must have ended before it
/// @param condition what must hold for its branch to be taken
/// @param attempts how often to try; 1 = never again
/// @param pause before the second attempt
/// @param backoff how many times longer each further pause is, at most [#LONGEST_PAUSE]
/// @param timeout how long an attempt may take; zero = as long as it likes
/// @param giveUp how long it may wait for what it reads; after that it has failed
/// @param pool a named resource of which it holds one while it works; empty = none
/// @param loop how often its body runs, if it has one
public record StepRules(
        List<String> after,
        Starts starts,
        Condition condition,
        int attempts,
        Duration pause,
        double backoff,
        Duration timeout,
        Duration giveUp,
        String pool,
        LoopRules loop) {
    static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /// What must have become of the steps before it.
    public enum Starts {
        /// All are done.
        DONE,
        /// All are done that were on a branch taken, and one at least was.
        JOIN,
        /// All have ended, in whatever way.
        ALWAYS,
        /// All have ended, and one at least was not done.
        ON_FAILURE
    }

    public StepRules {
        after = List.copyOf(after);
        requireNonNull(starts, "starts is null");
        requireNonNull(condition, "condition is null");
        requireNonNull(pause, "pause is null");
        requireNonNull(timeout, "timeout is null");
        requireNonNull(giveUp, "giveUp is null");
        requireNonNull(pool, "pool is null");
        requireNonNull(loop, "loop is null");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, got " + attempts);
        }
        if (!(backoff >= 1)) {
            throw new IllegalArgumentException("backoff must be at least 1, got " + backoff);
        }
    }

    /// Of a step that is no loop.
    public StepRules(
            List<String> after,
            Starts starts,
            Condition condition,
            int attempts,
            Duration pause,
            double backoff,
            Duration timeout,
            Duration giveUp,
            String pool) {
        this(
                after,
                starts,
                condition,
                attempts,
                pause,
                backoff,
                timeout,
                giveUp,
                pool,
                LoopRules.NONE);
    }

    StepRules after(List<String> steps) {
        return new StepRules(
                steps, starts, condition, attempts, pause, backoff, timeout, giveUp, pool, loop);
    }

    StepRules looping(LoopRules rules) {
        return new StepRules(
                after, starts, condition, attempts, pause, backoff, timeout, giveUp, pool, rules);
    }

    /// @param failures how many attempts have failed, at least 1
    Duration pauseAfter(int failures) {
        double millis = pause.toMillis() * Math.pow(backoff, failures - 1.0);
        return millis > LONGEST_PAUSE.toMillis() && pause.compareTo(LONGEST_PAUSE) <= 0
                ? LONGEST_PAUSE
                : Duration.ofMillis((long) millis);
    }
}
