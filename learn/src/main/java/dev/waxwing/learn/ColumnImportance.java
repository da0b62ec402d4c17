package dev.waxwing.learn;

/// What an encoded column does in a model.
///
/// @param gain of trees, loss saved by all splits on it; of a linear model, FM or FFM, the mean over the training rows of what it added to the margin or
///     took from it, without the sign: its linear term and half of its products
/// @param cover of trees, second derivatives (about rows · p(1 − p)) that passed these splits; of the others, rows that had the column
/// @param splits number of these splits
/// @param coefficient its own weight in the logistic regression or the linear part, 0 if it has none there
public record ColumnImportance(
        String column, double gain, double cover, int splits, double coefficient) {}
