package dev.waxwing.learn;

/// Rows as a linear model sees them: each has a few active columns out of many.
///
/// Kernels work on blocks of [LeafCodes#BLOCK] rows. A row's margin is added up in double in the order in which
/// [dev.waxwing.pmml.LrDoc] documents its own sum: intercept, then leaves in tree order, then columns in column order.
public abstract sealed class LinearRows permits SparseRows, LeafRows, FactorRows {
    static final int BLOCK = LeafCodes.BLOCK;

    LinearRows() {}

    public abstract int rows();

    /// How many columns there are, active or not; the intercept is not among them.
    public abstract int features();

    /// Adds `Σ w·x` of each row of the block to `margins[0 …]`, which holds the intercept already.
    abstract void addMargins(int block, double[] w, double[] margins);

    /// Adds `Σ over rows of residual · x` of the block to `gradient`.
    abstract void addGradient(int block, double[] residuals, double[] gradient);

    /// Adds `Σ over all rows of x²` of each column.
    abstract void addSquares(double[] squares);

    /// How often a row counts.
    double weight(int row) {
        return 1;
    }

    /// Active columns of all rows.
    abstract long activeInAll();

    final int blocks() {
        return (rows() + BLOCK - 1) / BLOCK;
    }

    final int rowsOf(int block) {
        return Math.min(BLOCK, rows() - block * BLOCK);
    }
}
