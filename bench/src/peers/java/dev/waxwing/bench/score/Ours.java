package dev.waxwing.bench.score;

import dev.waxwing.pmml.Scorer;

import java.util.Arrays;

/// Our scorer, on the document that the peers read, or on the two documents of a GBDT and the LR over its leaves.
final class Ours extends Peer {
    private final Scorer scorer;
    private float[][] each;
    private float[] batch;

    Ours(Scorer scorer) {
        this.scorer = scorer;
    }

    @Override
    void take(Rows rows) {
        each = new float[rows.clicked.length][];
        Arrays.setAll(each, rows::row);
        batch = Arrays.copyOf(rows.values, Rows.BATCH * Rows.WIDTH);
    }

    @Override
    double one(int row) {
        return scorer.score(each[row]);
    }

    @Override
    void batch(double[] out) {
        scorer.score(batch, Rows.BATCH, out);
    }
}
