package dev.waxwing.flow;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;

/// What a step knows of the run it is part of, and how it tells the run what it did.
public interface StepContext {
    String pipeline();

    /// The step's own name.
    String step();

    /// The day that the run is about.
    LocalDate bizdate();

    /// The moment that the run was planned for, in the project's time zone; fixed when the run was made.
    default LocalDateTime cycle() {
        return bizdate().plusDays(1).atStartOfDay();
    }

    String runId();

    /// 1 for the first try of this step in this run.
    int attempt();

    /// An empty folder of this attempt's own. It lives until the run ends, so that later steps may read it.
    Path work();

    /// What a step that was done before this one left with [#output].
    /// @throws IllegalArgumentException if nothing makes this step run after that one
    Map<String, String> outputsOf(String step);

    /// Leaves a value for later steps, for the run's record and for people. It counts only if the step is done.
    void output(String key, String value);

    /// Says that something is there once this step is done, beside the tables that it writes: steps that wait for it are looked
    /// at again at once. Where nobody can wait, it does nothing.
    /// @param what as waiting steps name it, such as a bundle's name or an alias
    default void announce(String what) {}

    /// Writes a line to the step's log, and shows it to whoever follows the run.
    void log(String line);

    /// Fills in `${bizdate}`, `$[hh24]` and their like for this run.
    default TimeVariables variables() {
        return TimeVariables.of(bizdate(), cycle());
    }
}
