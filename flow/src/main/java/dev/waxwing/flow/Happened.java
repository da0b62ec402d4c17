package dev.waxwing.flow;

import java.time.Instant;
import java.time.LocalDate;

/// A run or a step got another state, in whatever process.
/// @param id grows in the order of commits; whoever remembers the last one he saw misses nothing
/// @param step empty = the run itself
/// @param attempt the step's last attempt; 0 = none yet, or the run itself
/// @param state a [StepState], or a [RunState] if it is the run itself
/// @param message why, as far as there is something to say
public record Happened(
        long id,
        Instant at,
        String run,
        String pipeline,
        LocalDate bizdate,
        String step,
        int attempt,
        String state,
        String message) {}
