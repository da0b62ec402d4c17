package dev.waxwing.bench.score;

import java.util.Random;

/// Made-up rows, seeded: 40 columns of which 12 lack a tenth of their values, and clicks that depend on some of them.
public final class Rows {
    public static final int WIDTH = 40;
    static final int BATCH = 500;
    private static final int HOLED = 12;

    public final float[] values; // [n, WIDTH]
    public final float[] clicked; // [n]

    public Rows(long seed, int n) {
        Random random = new Random(seed);
        values = new float[n * WIDTH];
        clicked = new float[n];
        for (int row = 0; row < n; row++) {
            double[] x = new double[WIDTH];
            for (int c = 0; c < WIDTH; c++) {
                x[c] = random.nextGaussian();
                boolean missing = c < HOLED && random.nextInt(10) == 0;
                values[row * WIDTH + c] = missing ? Float.NaN : (float) x[c];
            }
            double margin =
                    -2.6
                            + x[0] * x[13]
                            + Math.sin(2 * x[1])
                            + 0.8 * Math.abs(x[14])
                            + 0.7 * (x[2] > 0.5 ? x[15] : -x[16])
                            + 0.4 * x[3] * x[17] * x[18]
                            + 0.3 * (x[20] + x[21] - x[22])
                            + 0.2 * x[23] * x[24];
            clicked[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
        }
    }

    float[] row(int number) {
        float[] row = new float[WIDTH];
        System.arraycopy(values, number * WIDTH, row, 0, WIDTH);
        return row;
    }
}
