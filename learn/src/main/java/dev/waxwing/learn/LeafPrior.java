package dev.waxwing.learn;

/// Where the penalty of the second layer draws the leaves' coefficients to.
public enum LeafPrior {
    /// To the values that the trees themselves gave their leaves: with a penalty without end the model *is* the
    /// trees, and rows move it away from them only as far as they can prove it.
    TREES,
    /// To 0, as a plain logistic regression over leaf codes has it: what the trees learnt besides the shape of their
    /// leaves is forgotten, so it takes many rows a leaf.
    ZERO
}
