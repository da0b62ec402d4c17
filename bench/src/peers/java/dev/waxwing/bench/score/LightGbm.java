package dev.waxwing.bench.score;

import com.microsoft.ml.lightgbm.PredictionType;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// LightGBM through lightgbm4j, one thread.
final class LightGbm extends Peer {
    private final LGBMBooster booster;
    private final PredictionType normal; // known once the library is loaded, which the booster does
    private float[][] each;
    private float[] many;

    LightGbm(Path model) throws IOException, LGBMException {
        booster = LGBMBooster.loadModelFromString(Files.readString(model));
        normal = PredictionType.C_API_PREDICT_NORMAL;
    }

    @Override
    void take(Rows rows) {
        each = new float[rows.clicked.length][];
        Arrays.setAll(each, rows::row);
        many = Arrays.copyOf(rows.values, Rows.BATCH * Rows.WIDTH);
    }

    @Override
    double one(int row) throws LGBMException {
        return booster.predictForMatSingleRow(each[row], normal);
    }

    @Override
    void batch(double[] out) throws LGBMException {
        double[] answers =
                booster.predictForMat(many, Rows.BATCH, Rows.WIDTH, true, normal, "num_threads=1");
        System.arraycopy(answers, 0, out, 0, Rows.BATCH);
    }
}
