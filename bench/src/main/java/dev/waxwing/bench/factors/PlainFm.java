package dev.waxwing.bench.factors;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The yardstick: an FM of 8 factors with AdaGrad as one writes it down from the paper, in plain arrays and loops on one thread. It knows that a row has
/// [ClickRows#FIELDS] ids whose values are 1, and visits rows as they lie.
final class PlainFm {
    private static final int K = 8;
    private static final float RATE = 0.03f;
    private static final float LAMBDA = 2e-5f;

    private final float[] w = new float[ClickRows.IDS];
    private final float[] wSeen = new float[ClickRows.IDS];
    private final float[] v = new float[ClickRows.IDS * K];
    private final float[] vSeen = new float[ClickRows.IDS * K];
    private final float[] sums = new float[K];
    private float bias;
    private float biasSeen = 1;

    PlainFm() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < v.length; i++) {
            v[i] = 0.03f / (float) Math.sqrt(K) * (2 * random.nextFloat() - 1);
        }
        Arrays.fill(wSeen, 1);
        Arrays.fill(vSeen, 1);
    }

    /// @param ids of all rows, one row after the other
    /// @return the mean loss
    double learn(int[] ids, boolean[] clicked) {
        double loss = 0;
        for (int row = 0; row < clicked.length; row++) {
            float margin = margin(ids, row);
            loss += loss(margin, clicked[row]);
            float slope = (float) (1 / (1 + Math.exp(-margin))) - (clicked[row] ? 1 : 0);
            for (int e = row * ClickRows.FIELDS; e < (row + 1) * ClickRows.FIELDS; e++) {
                int id = ids[e];
                float g = slope + LAMBDA * w[id];
                wSeen[id] += g * g;
                w[id] -= RATE * g / (float) Math.sqrt(wSeen[id]);
                for (int f = 0; f < K; f++) {
                    int at = id * K + f;
                    float gv = slope * (sums[f] - v[at]) + LAMBDA * v[at];
                    vSeen[at] += gv * gv;
                    v[at] -= RATE * gv / (float) Math.sqrt(vSeen[at]);
                }
            }
            biasSeen += slope * slope;
            bias -= RATE * slope / (float) Math.sqrt(biasSeen);
        }
        return loss / clicked.length;
    }

    /// The mean loss of rows that are not learnt from.
    double loss(int[] ids, boolean[] clicked) {
        double loss = 0;
        for (int row = 0; row < clicked.length; row++) {
            loss += loss(margin(ids, row), clicked[row]);
        }
        return loss / clicked.length;
    }

    private static double loss(float margin, boolean clicked) {
        return Math.log1p(Math.exp(clicked ? -margin : margin));
    }

    private float margin(int[] ids, int row) {
        Arrays.fill(sums, 0);
        float margin = bias;
        float squares = 0;
        for (int e = row * ClickRows.FIELDS; e < (row + 1) * ClickRows.FIELDS; e++) {
            margin += w[ids[e]];
            for (int f = 0; f < K; f++) {
                float each = v[ids[e] * K + f];
                sums[f] += each;
                squares += each * each;
            }
        }
        for (float sum : sums) {
            margin += sum * sum / 2;
        }
        return margin - squares / 2;
    }
}
