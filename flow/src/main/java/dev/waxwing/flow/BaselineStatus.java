package dev.waxwing.flow;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;

/// How one promise of a baseline stands.
/// @param cycle the first cycle that it is about
/// @param deadline the committed time
/// @param estimate when it was done, or is expected to be
/// @param finished whether it is done
/// @param message what is in the way, or what the estimate does not know; may be empty
/// @param path the critical path: what the end waits for longest, in order
public record BaselineStatus(
        Baseline baseline,
        LocalDate bizdate,
        LocalDateTime cycle,
        BaselineState state,
        Instant deadline,
        Instant estimate,
        boolean finished,
        String message,
        List<Leg> path) {
    public BaselineStatus {
        path = List.copyOf(path);
    }

    /// A step on the critical path.
    /// @param run empty = not made yet
    public record Leg(String pipeline, String step, String run, Instant finish, boolean done) {}
}
