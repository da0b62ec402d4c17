package dev.waxwing.bench.score;

/// A peer in Java that takes floats.
abstract class FloatPeer extends Peer {
    private float[] values;

    abstract double score(float[] rows, int offset);

    @Override
    final void take(Rows rows) {
        values = rows.values;
    }

    @Override
    final double one(int row) {
        return score(values, row * Rows.WIDTH);
    }

    @Override
    final void batch(double[] out) {
        for (int row = 0; row < Rows.BATCH; row++) {
            out[row] = score(values, row * Rows.WIDTH);
        }
    }
}
