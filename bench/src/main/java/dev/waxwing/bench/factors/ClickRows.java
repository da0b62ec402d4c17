package dev.waxwing.bench.factors;

import dev.waxwing.learn.FactorRows;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Made-up clicks, seeded, of which the truth is known: rows of [#FIELDS] one-hot fields whose values are hashed to [#IDS] ids, and a
/// factorization machine of rank 4 over the ids that says how likely each row is clicked.
///
/// The values of a field follow Zipf's law (value r about as often as 1/r^1.2); fields have from 10 to a million values. The log loss of the truth
/// itself ([Draw#bayes]) is the least that any model can reach.
final class ClickRows {
    static final int FIELDS = 39;
    static final int IDS = 1_000_000;
    private static final int RANK = 4;
    private static final long SEED = 20_250_401L;
    private static final double ZIPF = 1.2;
    private static final double WEIGHT_SPREAD = 0.14;
    private static final double FACTOR_SPREAD = 0.115;
    private static final double BIAS = -1.9;

    private ClickRows() {}

    /// The clicks' own model: a weight and four factors an id.
    static final class Truth {
        private final float[] weight = new float[IDS];
        private final float[] factors = new float[IDS * RANK];
        private final double[] powers = new double[FIELDS];

        Truth() {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int id = 0; id < IDS; id++) {
                weight[id] = (float) (WEIGHT_SPREAD * random.nextGaussian());
                for (int f = 0; f < RANK; f++) {
                    factors[id * RANK + f] = (float) (FACTOR_SPREAD * random.nextGaussian());
                }
            }
            for (int field = 0; field < FIELDS; field++) {
                double values = 10 * Math.pow(100_000, (double) field / (FIELDS - 1));
                powers[field] = Math.pow(values + 1, 1 - ZIPF);
            }
        }

        /// @param seed rows of other seeds are other rows of the same truth
        Draw draw(long seed) {
            return new Draw(this, seed);
        }
    }

    /// Draws one row after the other.
    static final class Draw {
        final int[] ids = new int[FIELDS];
        private final Truth truth;
        private final SplittableRandom random;
        private final float[] sums = new float[RANK];
        private double surprise;
        private int rows;
        private int clicks;

        private Draw(Truth truth, long seed) {
            this.truth = truth;
            this.random = new SplittableRandom(SEED ^ seed * 0x9E3779B97F4A7C15L);
        }

        /// Fills [#ids] with the next row.
        /// @return whether it is clicked
        boolean next() {
            Arrays.fill(sums, 0);
            double margin = BIAS;
            double squares = 0;
            for (int field = 0; field < FIELDS; field++) {
                double u = random.nextDouble();
                long value = (long) Math.pow(1 - u + u * truth.powers[field], 1 / (1 - ZIPF));
                long hash = (value * FIELDS + field + 1) * 0x9E3779B97F4A7C15L;
                hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
                int id = (int) ((hash >>> 33) % IDS);
                ids[field] = id;
                margin += truth.weight[id];
                for (int f = 0; f < RANK; f++) {
                    float v = truth.factors[id * RANK + f];
                    sums[f] += v;
                    squares += v * v;
                }
            }
            double pairs = -squares;
            for (float sum : sums) {
                pairs += sum * sum;
            }
            margin += pairs / 2;
            double p = 1 / (1 + Math.exp(-margin));
            boolean clicked = random.nextDouble() < p;
            surprise -= Math.log(clicked ? p : 1 - p);
            rows++;
            clicks += clicked ? 1 : 0;
            return clicked;
        }

        /// The truth's own mean log loss on the rows drawn so far.
        double bayes() {
            return surprise / rows;
        }

        /// The log loss of saying their share of clicks to all rows drawn so far.
        double constant() {
            double share = (double) clicks / rows;
            return -share * Math.log(share) - (1 - share) * Math.log(1 - share);
        }

        /// @param fields whether rows keep their fields, which FFM alone needs
        FactorRows rows(int count, boolean fields) {
            FactorRows.Builder builder = FactorRows.builder(count, count * FIELDS);
            for (int row = 0; row < count; row++) {
                boolean clicked = next();
                for (int field = 0; field < FIELDS; field++) {
                    builder.add(fields ? field : 0, ids[field], 1f);
                }
                builder.endRow(clicked ? 1 : 0);
            }
            return builder.build();
        }

        /// As libsvm text: `1 4711:1 …`.
        void write(int count, Path file) throws IOException {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
                StringBuilder line = new StringBuilder();
                for (int row = 0; row < count; row++) {
                    line.setLength(0);
                    line.append(next() ? '1' : '0');
                    for (int id : ids) {
                        line.append(' ').append(id).append(":1");
                    }
                    out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
    }
}
