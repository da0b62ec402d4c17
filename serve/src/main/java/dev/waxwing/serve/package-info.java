/// Answers requests for recommendations: recall, filter, rank, answer. Starts and works from bundles alone.
///
/// Start at [Recommender], which is pure: a [Live] set of opened bundles and a [UserView] go in, an [Answer] comes out, with or without a server around
/// it. [LiveSwap] follows the activation log, [OnlineState] what happened since the night, [Routes] puts both behind HTTP.
package dev.waxwing.serve;
