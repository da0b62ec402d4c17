package dev.waxwing.learn;

/// Rows of which exactly one leaf a tree is active, and beside the leaves a few plain columns.
///
/// Features are numbered as PAI's `fe_encode_runner` does: the leaves of tree 0, of tree 1, …, then the columns.
final class LeafRows extends LinearRows {
    private final LeafCodes codes;
    private final SparseRows columns;
    private final int[] offsets; // where each tree's leaves begin; one more for the columns

    LeafRows(LeafCodes codes, SparseRows columns) {
        if (codes.rows() != columns.rows()) {
            throw new IllegalArgumentException(
                    "there are leaves for "
                            + codes.rows()
                            + " rows and columns for "
                            + columns.rows());
        }
        this.codes = codes;
        this.columns = columns;
        this.offsets = new int[codes.trees() + 1];
        for (int tree = 0; tree < codes.trees(); tree++) {
            offsets[tree + 1] = offsets[tree] + codes.leavesOf(tree);
        }
    }

    @Override
    public int rows() {
        return codes.rows();
    }

    @Override
    public int features() {
        return offsets[codes.trees()] + columns.features();
    }

    @Override
    void addMargins(int block, double[] w, double[] margins) {
        int n = rowsOf(block);
        char[] leaves = codes.block(block);
        for (int tree = 0; tree < codes.trees(); tree++) {
            addTree(w, offsets[tree], leaves, tree * n, n, margins);
        }
        columns.addMargins(block, w, offsets[codes.trees()], margins);
    }

    private static void addTree(
            double[] w, int offset, char[] leaves, int from, int n, double[] margins) {
        for (int row = 0; row < n; row++) {
            margins[row] += w[offset + leaves[from + row]];
        }
    }

    @Override
    void addGradient(int block, double[] residuals, double[] gradient) {
        int n = rowsOf(block);
        char[] leaves = codes.block(block);
        for (int tree = 0; tree < codes.trees(); tree++) {
            addTreeGradient(residuals, offsets[tree], leaves, tree * n, n, gradient);
        }
        columns.addGradient(block, residuals, offsets[codes.trees()], gradient);
    }

    private static void addTreeGradient(
            double[] residuals, int offset, char[] leaves, int from, int n, double[] gradient) {
        for (int row = 0; row < n; row++) {
            gradient[offset + leaves[from + row]] += residuals[row];
        }
    }

    @Override
    void addSquares(double[] squares) {
        for (int block = 0; block < codes.blocks(); block++) {
            int n = rowsOf(block);
            char[] leaves = codes.block(block);
            for (int tree = 0; tree < codes.trees(); tree++) {
                for (int row = 0; row < n; row++) {
                    squares[offsets[tree] + leaves[tree * n + row]]++;
                }
            }
        }
        columns.addSquares(offsets[codes.trees()], squares);
    }

    @Override
    long activeInAll() {
        return (long) rows() * codes.trees() + columns.activeInAll();
    }
}
