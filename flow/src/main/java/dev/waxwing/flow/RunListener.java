package dev.waxwing.flow;

/// Follows a run as it happens, to show progress. Called by one thread at a time, the one that called the [Runner] or that of a [Shift];
/// should return quickly. What it throws is logged and does not disturb the run.
@FunctionalInterface
public interface RunListener {
    void on(RunEvent event);

    /// Nobody looks.
    static RunListener none() {
        return _ -> {};
    }
}
