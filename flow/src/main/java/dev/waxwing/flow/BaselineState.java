package dev.waxwing.flow;

import java.time.Duration;
import java.time.Instant;

/// How a promise stands.
public enum BaselineState {
    /// It was kept, or will be by all that is known.
    SAFE,
    /// The estimated finish is later than the committed time less the margin.
    DANGEROUS,
    /// The committed time passed first (破线).
    OVER,
    /// Something before it failed or is paused; without a person it will not be kept.
    ERROR;

    /// @param finish when it was, or will be, done
    static BaselineState of(Instant now, Instant deadline, Duration margin, Finish finish) {
        if (finish.actual()) {
            return finish.at().isAfter(deadline) ? OVER : SAFE;
        }
        if (now.isAfter(deadline)) {
            return OVER;
        }
        if (!finish.trouble().isEmpty()) {
            return ERROR;
        }
        return finish.at().isAfter(deadline.minus(margin)) ? DANGEROUS : SAFE;
    }
}
