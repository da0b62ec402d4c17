package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How one attempt at a pipeline step ended.
public sealed interface StepOutcome {
    record Done(long rowsWritten) implements StepOutcome {
        public Done {
            if (rowsWritten < 0) {
                throw new IllegalArgumentException(
                        "rowsWritten must not be negative, got " + rowsWritten);
            }
        }
    }

    /// What the step reads is not there yet. Waiting is not failing: it uses up no attempt.
    /// @param missing what is waited for, so that a person can see why, such as `ods_event/ds=20130801`
    record Waiting(String missing, Duration askAgainIn) implements StepOutcome {
        public Waiting {
            if (missing.isBlank()) {
                throw new IllegalArgumentException("a waiting step must say what is missing");
            }
            requireNonNull(askAgainIn, "askAgainIn is null");
        }
    }

    /// @param worthRetrying whether the same attempt may succeed later: a lost connection, but not a wrong column
    record Failed(Exception cause, boolean worthRetrying) implements StepOutcome {
        public Failed {
            requireNonNull(cause, "cause is null");
        }
    }
}
