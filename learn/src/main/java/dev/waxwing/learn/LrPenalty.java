package dev.waxwing.learn;

/// What keeps a logistic regression's coefficients small.
public enum LrPenalty {
    /// Nothing: on rows that a coefficient separates perfectly it grows until the iterations end.
    NONE,
    /// `level · Σ |w|`: many coefficients become exactly 0.
    L1,
    /// `level / 2 · Σ w²`.
    L2
}
