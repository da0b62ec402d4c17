/// Scores PMML models: trees, regressions, and a GBDT that feeds an LR. Start at [Scorer].
///
/// A document is read once, checked, and compiled into flat arrays. After that a row is scored without touching
/// XML, without allocating and without locks, so one scorer serves all threads. Documents that are no plain tree
/// ensemble are scored by a general evaluator, field by field. [GbdtPmml] and [LrPmml] write what a trainer made.
///
/// What is refused, and why, is listed in `docs/pmml-coverage.md`; nothing is ignored in silence.
package dev.waxwing.pmml;
