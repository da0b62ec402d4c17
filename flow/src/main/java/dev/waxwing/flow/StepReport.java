package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What became of one step in one run.
/// @param attempts how often it was tried; 0 = it never started
/// @param rows how many rows it wrote
/// @param took all attempts together, without the pauses between them
/// @param outputs what it left for later steps
/// @param message why it is not done, complete; empty if it is
/// @param log its log file, seen from the project's `.waxwing`; it exists if the step ever started
public record StepReport(
        String step,
        StepState state,
        int attempts,
        long rows,
        Duration took,
        SequencedMap<String, String> outputs,
        String message,
        Path log) {
    public StepReport {
        requireNonNull(step, "step is null");
        requireNonNull(state, "state is null");
        requireNonNull(took, "took is null");
        outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
        requireNonNull(message, "message is null");
        requireNonNull(log, "log is null");
    }
}
