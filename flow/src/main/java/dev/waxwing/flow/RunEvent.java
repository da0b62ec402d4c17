package dev.waxwing.flow;

import java.time.Duration;
import java.time.LocalDate;

/// Something that happened in a run, told to whoever follows it.
public sealed interface RunEvent {
    String run();

    /// @param tookOver the id of a run of a vanished process that this one replaces; empty if there was none
    record RunStarted(String run, String pipeline, LocalDate bizdate, int steps, String tookOver)
            implements RunEvent {}

    record StepStarted(String run, String step, int attempt) implements RunEvent {}

    /// A line that a running step logged.
    record StepSaid(String run, String step, String line) implements RunEvent {}

    record StepDone(String run, String step, long rows, Duration took) implements RunEvent {}

    /// An attempt failed and another will be made.
    record StepRetrying(String run, String step, int attempt, Duration pause, String message)
            implements RunEvent {}

    record StepFailed(String run, String step, Duration took, String message) implements RunEvent {}

    /// What the step reads is not there.
    record StepWaiting(String run, String step, String missing) implements RunEvent {}

    /// @param because what was not done before it
    record StepSkipped(String run, String step, String because) implements RunEvent {}

    /// It counts as done, or stands on a branch that was not taken.
    record StepLeftOut(String run, String step, String because) implements RunEvent {}

    record StepCancelled(String run, String step) implements RunEvent {}

    /// An iteration of a loop has ended.
    /// @param run the one that holds the loop
    /// @param step the loop
    /// @param loopTimes which iteration, from 1
    /// @param report of the iteration, which is a run of its own
    record IterationEnded(String run, String step, int loopTimes, RunReport report)
            implements RunEvent {}

    record RunEnded(String run, RunReport report) implements RunEvent {}
}
