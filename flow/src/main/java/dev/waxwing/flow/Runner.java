package dev.waxwing.flow;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;

/// Executes pipelines in this process.
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class Runner {
    /// @param home the project's `.waxwing`: logs go to `logs/<run>/<step>.log` below it, work folders to `work/<run>/`
    /// @param width how many steps run at once
    public Runner(Runs runs, Path home, int width, InstantSource clock) {
        throw new UnsupportedOperationException(runs + "" + home + width + clock);
    }

    /// Runs one pipeline for one business date, and returns when all is done, failed or cancelled.
    /// @throws AlreadyRunning if it runs for that date already
    public RunReport run(Pipeline pipeline, LocalDate bizdate, RunListener listener) {
        throw new UnsupportedOperationException(pipeline + "" + bizdate + listener);
    }

    /// Runs a file's pipelines for each date from `from` to `to`: dates in order, all pipelines of a date before the next,
    /// and nothing after the first run that is not done.
    public List<RunReport> run(
            PipelineFile file, LocalDate from, LocalDate to, RunListener listener) {
        throw new UnsupportedOperationException(file + "" + from + to + listener);
    }
}
