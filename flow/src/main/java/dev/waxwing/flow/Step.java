package dev.waxwing.flow;

import java.util.List;

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

    /// Does the work for one business date. Runs on a thread of its own; is interrupted when the run is cancelled.
    /// Doing it again for the same date must give the same result.
    /// @throws Exception counts as a failure that is not worth retrying
    StepOutcome run(StepContext context) throws Exception;
}
