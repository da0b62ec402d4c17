package dev.waxwing.learn;

import ml.dmlc.xgboost4j.java.XGBoostError;

/// What the trainer does before it trains, alone, so that its cost can be told.
public final class Binning {
    private Binning() {}

    /// Makes XGBoost's matrix of the rows and drops it.
    public static void once(FloatMatrix rows, float[] labels, int bins) throws XGBoostError {
        BinnedMatrix.of(rows, labels, bins, 1, null).dispose();
    }
}
