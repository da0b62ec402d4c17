/// Pipelines and runs: what depends on what, what runs when, what happened. Start at [Pipelines], [Runner] and [Shift].
///
/// A pipeline is a graph of steps in one YAML file. What a step does is not known here: its [StepKind] reads the step's
/// own keys and gives a [Step], which names the tables it reads and writes. Edges follow from those names, so nobody
/// has to write them. A [Runner] executes a pipeline for a business date, independent steps side by side; a [Shift] does what
/// is planned by schedules and people. [Runs] keeps the record of it in SQLite or PostgreSQL, which is also what stops two runs of one
/// pipeline and cycle.
///
/// Nothing here knows of recommenders: a clock and a fake step test it whole.
package dev.waxwing.flow;
