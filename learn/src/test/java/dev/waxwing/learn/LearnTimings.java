package dev.waxwing.learn;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/// Times the kernels of this module on made-up data and checks what they found; no test, run it by hand:
///
///     mvn -q -pl learn test-compile dependency:build-classpath -Dmdep.outputFile=learn/target/cp
///     OMP_WAIT_POLICY=passive java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
///         -cp learn/target/classes:learn/target/test-classes:$(cat learn/target/cp) dev.waxwing.learn.LearnTimings
public final class LearnTimings {
    private LearnTimings() {}

    /// Runs all, or those that the arguments name: bootstrap, gbdt, lr.
    public static void main(String[] args) {
        var wanted = Arrays.asList(args);
        if (wanted.isEmpty() || wanted.contains("bootstrap")) {
            bootstrap();
        }
        if (wanted.isEmpty() || wanted.contains("gbdt")) {
            gbdt();
        }
    }

    private static <T> T time(String what, int times, Supplier<T> work) {
        T found = null;
        for (int run = 0; run < times; run++) {
            long wall = System.nanoTime();
            long cpu = cpu();
            found = work.get();
            System.out.printf(
                    "%-50s %7.2f s wall %7.2f s cpu%n",
                    what, (System.nanoTime() - wall) / 1e9, (cpu() - cpu) / 1e9);
        }
        return found;
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static void bootstrap() {
        Random random = new Random(1);
        int n = 60_000;
        int[] users = new int[n];
        float[] labels = new float[n];
        double[] a = new double[n];
        double[] b = new double[n];
        for (int i = 0; i < n; i++) {
            users[i] = random.nextInt(3000);
            a[i] = random.nextDouble();
            b[i] = 0.8 * a[i] + 0.2 * random.nextDouble();
            labels[i] = random.nextDouble() < a[i] ? 1 : 0;
        }
        PairedBootstrap bootstrap = new PairedBootstrap(1000, 0.95, 1);
        time(
                "bootstrap AUC, 60k rows, 1000 resamples",
                3,
                () -> bootstrap.auc(users, labels, a, b));
        time("bootstrap GAUC", 3, () -> bootstrap.gauc(users, labels, a, b));
        time("bootstrap log loss", 3, () -> bootstrap.logloss(users, labels, a, b));
    }

    private static void gbdt() {
        Random random = new Random(2);
        int n = 200_000;
        int width = 40;
        float[] values = new float[n * width];
        float[] labels = new float[n];
        double[] truth = random.doubles(width, -1, 1).toArray();
        SparseRows.Builder hots = SparseRows.builder(20 * 10);
        for (int row = 0; row < n; row++) {
            double margin = -1;
            for (int c = 0; c < width; c++) {
                float x = (float) random.nextGaussian();
                margin +=
                        truth[c] * x * (c % 3 == 0 && c > 0 ? values[row * width + c - 1] : 1) / 3;
                values[row * width + c] = random.nextInt(50) == 0 ? Float.NaN : x;
            }
            for (int group = 0; group < 20; group++) {
                hots.add(group * 10 + random.nextInt(10));
            }
            hots.endRow();
            labels[row] =
                    random.nextDouble() < 1 / (1 + Math.exp(-(Double.isNaN(margin) ? -1 : margin)))
                            ? 1
                            : 0;
        }
        SparseRows oneHots = hots.build();
        FloatMatrix rows = FloatMatrix.unnamed(n, width, values);
        GbdtModel model = null;
        for (int threads = 1; threads <= 2; threads++) {
            GbdtParams params = GbdtParams.of(Map.of("trees", 100, "threads", threads));
            GbdtModel before = model;
            model =
                    time(
                            "GBDT 200k x 40, 100 trees, " + threads + " threads",
                            2,
                            () -> GbdtTrainer.train(rows, labels, params));
            if (before != null) {
                System.out.println(
                        "the same bytes with 1 and 2 threads: "
                                + Arrays.equals(before.xgboostJson(), model.xgboostJson()));
            }
        }
        GbdtModel trees = model;
        System.out.printf("AUC on its own rows %.5f%n", Metrics.auc(trees.predict(rows), labels));
        time("its leaf codes", 2, () -> trees.leaves(rows));
        LeafRows all = new LeafRows(trees.leaves(rows), oneHots);
        for (LrPenalty penalty : LrPenalty.values()) {
            LrParams params = new LrParams(penalty, 1, 100, 1e-6, 1);
            LrModel lr =
                    time(
                            "LR 200k x (100 leaves + 20 one-hots), " + penalty,
                            3,
                            () -> LrTrainer.train(all, labels, params));
            System.out.printf(
                    "  %d iterations, converged %s, objective %.7f, AUC on its own rows %.5f%n",
                    lr.iterations(),
                    lr.converged(),
                    lr.objective(),
                    Metrics.auc(lr.predict(all), labels));
        }
        LrParams two = new LrParams(LrPenalty.L2, 1, 100, 1e-6, 2);
        time("LR, L2, 2 threads", 3, () -> LrTrainer.train(all, labels, two));
    }
}
