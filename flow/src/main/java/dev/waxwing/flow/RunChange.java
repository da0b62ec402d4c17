package dev.waxwing.flow;

import java.time.Instant;
import java.util.SequencedMap;
import java.util.Set;

/// What can happen to a run. The [Machine] says what comes of it.
sealed interface RunChange {
    /// What it waited for is there, and it may have a place.
    record Start() implements RunChange {}

    /// A worker takes a queued step.
    record Claimed(String step) implements RunChange {}

    /// An attempt ended by itself, or a loop with its last iteration.
    record Ended(
            String step, int attempt, StepOutcome outcome, SequencedMap<String, String> outputs)
            implements RunChange {}

    /// An iteration of a loop began, or ended and another is to come.
    /// @param next when another is to begin
    record Iterates(String step, int attempt, Instant next, String message) implements RunChange {}

    /// A step's time to be looked at again has come, or what it waited for may be there.
    record Due(String step) implements RunChange {}

    /// An attempt has worked longer than it may.
    record TimedOut(String step, int attempt) implements RunChange {}

    /// An attempt was told to stop long ago and has not.
    record DidNotStop(String step, int attempt) implements RunChange {}

    /// The worker of an attempt is gone.
    record Vanished(String step, int attempt, String why) implements RunChange {}

    /// The worker of an attempt ends in an orderly way and has stopped it.
    record GivenBack(String step, int attempt) implements RunChange {}

    /// The process that alone could run it is gone.
    record Abandoned(String why) implements RunChange {}

    /// What it waits for will not come in time, or has failed.
    record Hopeless(String why) implements RunChange {}

    /// Something that a person, or another run, asks for. It is written down with who and why.
    sealed interface Asked extends RunChange {
        String by();

        String why();
    }

    record Cancel(String by, String why) implements Asked {}

    record Pause(String by, String why) implements Asked {}

    record Resume(String by, String why) implements Asked {}

    /// Run steps again, and all that come after them.
    /// @param steps empty: all that were not done
    record Rerun(Set<String> steps, String by, String why) implements Asked {}

    /// Take a step for done, whatever became of it.
    record MarkDone(String step, String by, String why) implements Asked {}
}
