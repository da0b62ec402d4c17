package dev.waxwing.flow;

import java.util.List;

/// What one file in `pipelines/` holds: a graph of steps, or a list of pipelines that run one after the other.
public sealed interface PipelineFile permits Pipeline, PipelineList {
    /// The name that it is run by; the file's name without `.yaml`.
    String name();

    /// When it runs by itself.
    Schedule schedule();

    /// What must have been done before it starts by itself.
    List<Wait> waits();

    /// What becomes of cycles that nobody was there to run.
    Missed missed();

    /// How many of its runs may work at once.
    int concurrency();

    /// The pipelines to run, in their order; a pipeline with steps is a list of itself.
    List<Pipeline> pipelines();
}
