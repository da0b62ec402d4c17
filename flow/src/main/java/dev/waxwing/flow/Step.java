package dev.waxwing.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A step of a pipeline, read and checked, ready to run for any business date.
///
/// [#needs], [#reads] and [#writes] are asked when the pipeline is read, and must answer the same each time.
public interface Step {
    /// Names of steps of the same pipeline that this one's keys mention (`from: split`); it runs after them.
    default List<String> needs() {
        return List.of();
    }

    /// Tables it reads. Where a step of the same pipeline writes one of them, this step runs after that one.
    default List<String> reads() {
        return List.of();
    }

    /// Tables it writes. Two steps of a pipeline cannot write the same one.
    default List<String> writes() {
        return List.of();
    }

    /// What is wrong with it beside the others of its pipeline, by the key that is to blame. Asked once, when all steps are read.
    /// @param others the pipeline's steps by name, this one among them; those with problems of their own are left out
    default SequencedMap<String, String> problemsBeside(Map<String, Step> others) {
        return new LinkedHashMap<>();
    }

    /// Does the work for one business date. Runs on a thread of its own; is interrupted when the run is cancelled.
    /// Doing it again for the same date must give the same result.
    /// @throws Exception counts as a failure that is not worth retrying
    StepOutcome run(StepContext context) throws Exception;
}
