package dev.waxwing.bench.score;

import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

import java.nio.file.Path;
import java.util.Arrays;

/// XGBoost's own library through its Java API, in place, one thread.
final class XgBoost extends Peer {
    private final Booster booster;
    private float[][] each;
    private float[] many;

    XgBoost(Path model) throws XGBoostError {
        booster = XGBoost.loadModel(model.toString());
        booster.setParam("nthread", 1);
    }

    @Override
    void take(Rows rows) {
        each = new float[rows.clicked.length][];
        Arrays.setAll(each, rows::row);
        many = Arrays.copyOf(rows.values, Rows.BATCH * Rows.WIDTH);
    }

    @Override
    double one(int row) throws XGBoostError {
        return booster.inplace_predict(each[row], 1, Rows.WIDTH, Float.NaN)[0][0];
    }

    @Override
    void batch(double[] out) throws XGBoostError {
        float[][] answers = booster.inplace_predict(many, Rows.BATCH, Rows.WIDTH, Float.NaN);
        for (int row = 0; row < Rows.BATCH; row++) {
            out[row] = answers[row][0];
        }
    }
}
