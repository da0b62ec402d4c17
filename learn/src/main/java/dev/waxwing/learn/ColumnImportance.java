package dev.waxwing.learn;

/// What an encoded column does in a model of both layers.
///
/// @param gain loss saved by all the trees' splits on it
/// @param cover second derivatives (about rows · p(1 − p)) that passed these splits
/// @param splits number of these splits
/// @param coefficient its own weight in the logistic regression, 0 if it has none there
public record ColumnImportance(
        String column, double gain, double cover, int splits, double coefficient) {}
