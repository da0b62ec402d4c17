package dev.waxwing.flow;

/// How a step of a run stands.
public enum StepState {
    /// Not ready: something before it has not ended.
    PENDING,
    /// Ready, and waiting for a free slot.
    QUEUED,
    RUNNING,
    /// An iteration of its body is at work, or the next one is to come. It holds no slot.
    LOOPING,
    /// An attempt failed; another follows after a pause.
    RETRYING,
    DONE,
    FAILED,
    /// What it reads is not there.
    WAITING,
    /// Something before it was not done.
    SKIPPED,
    CANCELLED,
    /// It was running when its process vanished.
    LOST,
    /// It was left out on purpose and counts as done (空跑).
    DRY,
    /// It stands on a branch that was not taken.
    NOT_TAKEN;

    /// Whether what comes after it need not wait any longer.
    boolean ended() {
        return switch (this) {
            case PENDING, QUEUED, RUNNING, LOOPING, RETRYING, WAITING -> false;
            case DONE, FAILED, SKIPPED, CANCELLED, LOST, DRY, NOT_TAKEN -> true;
        };
    }

    /// Whether something is being done for it, by a worker or by the runs of its body.
    boolean atWork() {
        return this == RUNNING || this == LOOPING;
    }

    /// Whether it ended as it should.
    boolean good() {
        return this == DONE || this == DRY || this == NOT_TAKEN;
    }
}
