package dev.waxwing.flow;

/// How a step of a run stands.
public enum StepState {
    /// Not started yet.
    PENDING,
    RUNNING,
    DONE,
    FAILED,
    /// What it reads was not there.
    WAITING,
    /// Something before it was not done.
    SKIPPED,
    CANCELLED,
    /// It was running when its process vanished.
    LOST
}
