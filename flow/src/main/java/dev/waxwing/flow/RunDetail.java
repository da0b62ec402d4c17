package dev.waxwing.flow;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that is recorded of one run.
/// @param steps each after all that it comes after
/// @param overrides where its steps differ from its pipeline's file: `train.fit.rounds` → `50`
/// @param waitsFor the cycles that had to be done before it started
/// @param notes what people asked of it, oldest first
public record RunDetail(
        RunHead head,
        List<StepDetail> steps,
        SortedMap<String, String> overrides,
        List<Awaited> waitsFor,
        List<RunNote> notes) {
    public RunDetail {
        steps = List.copyOf(steps);
        overrides = Collections.unmodifiableSortedMap(new TreeMap<>(overrides));
        waitsFor = List.copyOf(waitsFor);
        notes = List.copyOf(notes);
    }

    /// A step and its attempts.
    /// @param after the steps that it comes after: the edges of the graph
    /// @param since when it got its state; [Instant#EPOCH] = it never got one
    /// @param worker who works at it; empty = nobody
    /// @param iterations of a loop's last attempt, each a run of its own, in order
    public record StepDetail(
            StepReport report,
            List<String> after,
            Instant since,
            String worker,
            List<Attempt> attempts,
            List<RunHead> iterations) {
        public StepDetail {
            after = List.copyOf(after);
            attempts = List.copyOf(attempts);
            iterations = List.copyOf(iterations);
        }
    }

    /// One try at a step. Tries that only found something missing are not kept.
    public record Attempt(
            int number,
            String state,
            Instant startedAt,
            Optional<Instant> endedAt,
            long rows,
            String message) {}

    /// @param run the newest run of that cycle; empty = none was made
    /// @param state of that run; empty = none was made
    public record Awaited(
            String pipeline, LocalDateTime cycle, String run, Optional<RunState> state) {}
}
