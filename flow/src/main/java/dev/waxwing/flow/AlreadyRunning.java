package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

/// A run was refused because its pipeline runs for the same cycle already.
public final class AlreadyRunning extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String run;

    AlreadyRunning(String run, String message) {
        super(message);
        this.run = requireNonNull(run, "run is null");
    }

    /// The id of the run that stands in the way.
    public String run() {
        return run;
    }
}
