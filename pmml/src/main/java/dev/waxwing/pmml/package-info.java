/// Scores models of trees and regressions: PMML, XGBoost's JSON, LightGBM's text. Start at [Scorer].
///
///     Scorer scorer = Scorer.load(Path.of("gbdt.pmml"));            // or load(gbdt, lr), or load(path, "yes")
///     double p = scorer.score(Map.of("age", 31, "genre", "drama")); // by name; names and kinds are checked
///     scorer.score(rows, out);                                      // floats in the order of scorer.inputs()
///     Explanation why = scorer.explain(row);                        // contributions that sum to the margin
///
/// A model is read once, checked, and compiled into flat arrays. After that a row is scored without touching the file's
/// text, without allocating and without locks, so one scorer serves all threads. PMML documents that are no sum of trees
/// or of linear terms are left to [Evaluator], field by field, behind the same methods; [Evaluator] itself tells classes
/// and outputs too. [GbdtPmml] and [LrPmml] write what a trainer made.
///
/// What every load runs has no lambdas and no streams: the first of each costs a process that has just started milliseconds.
///
/// Errors: [PmmlException] for a file, with line and column; [InvalidValueException] for a row that the document refuses.
/// What is refused, and why, is listed in `docs/pmml-coverage.md`; nothing is ignored in silence.
package dev.waxwing.pmml;
