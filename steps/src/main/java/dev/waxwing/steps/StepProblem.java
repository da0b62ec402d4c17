package dev.waxwing.steps;

/// What the author of a pipeline can mend: the text says what, where, what was found and what would do.
final class StepProblem extends RuntimeException {
    StepProblem(String message) {
        super(message);
    }

    StepProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
