package dev.waxwing.flow;

/// How a run stands.
public enum RunState {
    /// Made, and waiting for what comes before it, or for an earlier run of its pipeline to end.
    PLANNED,
    RUNNING,
    /// Every step was done.
    DONE,
    /// At least one step failed, or waits for something that did not come.
    FAILED,
    CANCELLED,
    /// Its process vanished in the middle; found out by the next run of the same pipeline and date, or by any process on shift.
    LOST;

    boolean ended() {
        return this != PLANNED && this != RUNNING;
    }
}
