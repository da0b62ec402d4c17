package dev.waxwing.learn;

import ml.dmlc.xgboost4j.java.XGBoostError;

import java.util.List;

/// What the trainer does before it trains, alone, so that its cost can be told.
public final class Binning {
    private static final int XGBOOST_READS = 4;

    /// How often rows are read, and so encoded, while trees are trained: once to look at each column, four times by XGBoost to make its bins.
    public static final int READS = 1 + XGBOOST_READS;

    private Binning() {}

    /// Makes XGBoost's matrix of the rows and drops it.
    public static void once(FloatMatrix rows, float[] labels, int bins) throws XGBoostError {
        BinnedMatrix.of(rows, labels, List.of(), bins, 1, null).dispose();
    }

    /// Reads all rows once.
    ///
    /// @return how many values there are, the missing ones not counted
    public static long encode(FloatMatrix rows) {
        long[] present = {0};
        rows.read(
                (from, n, values) -> {
                    for (int i = 0; i < n * rows.columnCount(); i++) {
                        present[0] += Float.isNaN(values[i]) ? 0 : 1;
                    }
                });
        return present[0];
    }
}
