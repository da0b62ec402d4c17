package dev.waxwing.flow;

/// Why a loop was not done.
final class LoopFailure extends Exception {
    private static final long serialVersionUID = 1L;

    LoopFailure(String message) {
        super(message);
    }
}
