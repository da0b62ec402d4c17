package dev.waxwing.bench.score;

import com.sun.management.OperatingSystemMXBean;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Measures one peer in this JVM, which has done nothing before: first load, answers, later loads, heap, scoring.
///
/// Times are CPU times of the whole process, so the collector and the compiler are paid for; loads are told by the clock too.
final class OnePeer {
    private static final int ROUNDS = 5;
    private static final int LOADS = 7;
    private static final double SECONDS_A_ROUND = 0.6;
    private static final double SECONDS_TO_WARM = 2.5;
    private static final double MOST_DIFFERENCE = 2e-6;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private OnePeer() {}

    /// Prints one line: name, µs a record (median, least, most), records/s of batches (median, least, most), cold and
    /// warm milliseconds by the clock and of CPU, kilobytes of heap, largest difference.
    public static void main(String[] args) throws Exception {
        String name = args[0];
        Path folder = Path.of(args[1]);
        long start = System.nanoTime();
        long startCpu = SYSTEM.getProcessCpuTime();
        Peer peer = Peers.load(name, folder);
        double cold = (System.nanoTime() - start) / 1e6;
        double coldCpu = (SYSTEM.getProcessCpuTime() - startCpu) / 1e6;
        Rows rows = Forms.checkedRows();
        peer.take(rows);
        double difference = check(name, peer, folder, rows.clicked.length);

        double sum = 0;
        int known = rows.clicked.length;
        double[] single =
                rate(
                        1,
                        times -> {
                            double all = 0;
                            for (int i = 0; i < times; i++) {
                                all += peer.one(i % known);
                            }
                            return all;
                        });
        double[] out = new double[Rows.BATCH];
        double[] batch =
                rate(
                        Rows.BATCH,
                        times -> {
                            for (int i = 0; i < times; i++) {
                                peer.batch(out);
                            }
                            return out[7];
                        });
        sum += out[0];

        double[] warm = new double[LOADS];
        double[] warmCpu = new double[LOADS];
        for (int i = 0; i < LOADS; i++) {
            long from = System.nanoTime();
            long fromCpu = SYSTEM.getProcessCpuTime();
            sum += Peers.load(name, folder).hashCode() == 0 ? 1 : 0;
            warm[i] = (System.nanoTime() - from) / 1e6;
            warmCpu[i] = (SYSTEM.getProcessCpuTime() - fromCpu) / 1e6;
        }
        Arrays.sort(warm);
        Arrays.sort(warmCpu);
        long before = used();
        Peer another = Peers.load(name, folder);
        long heap = used() - before;
        sum += another.hashCode() == 0 ? 1 : 0;
        System.out.printf(
                "%s\t%.3f\t%.3f\t%.3f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1e%n",
                name,
                1e6 / single[ROUNDS / 2],
                1e6 / single[ROUNDS - 1],
                1e6 / single[0],
                batch[ROUNDS / 2],
                batch[0],
                batch[ROUNDS - 1],
                cold,
                coldCpu,
                warm[LOADS / 2],
                warmCpu[LOADS / 2],
                heap / 1024.0,
                difference);
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("a score was no number");
        }
    }

    @FunctionalInterface
    private interface Work {
        double times(int n) throws Exception;
    }

    /// Records a second of process CPU time in each round, sorted.
    private static double[] rate(int recordsEach, Work work) throws Exception {
        int times = 1;
        double took = 0;
        double warmed = 0;
        while (warmed < SECONDS_TO_WARM) {
            long from = SYSTEM.getProcessCpuTime();
            work.times(times);
            took = (SYSTEM.getProcessCpuTime() - from) / 1e9;
            warmed += took;
            if (took < SECONDS_A_ROUND / 2) {
                times = Math.multiplyExact(times, 2);
            }
        }
        int each = Math.max(1, (int) (times * SECONDS_A_ROUND / took));
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long from = SYSTEM.getProcessCpuTime();
            work.times(each);
            rates[round] =
                    (double) each * recordsEach / ((SYSTEM.getProcessCpuTime() - from) / 1e9);
        }
        Arrays.sort(rates);
        return rates;
    }

    private static double check(String name, Peer peer, Path folder, int rows) throws Exception {
        double[] expected = answers(folder, rows, Peers.scoresLeaves(name) ? 1 : 0);
        double[] out = new double[Rows.BATCH];
        peer.batch(out);
        double most = 0;
        for (int row = 0; row < rows; row++) {
            most = Math.max(most, Math.abs(peer.one(row) - expected[row]));
            if (row < Rows.BATCH) {
                most = Math.max(most, Math.abs(out[row] - expected[row]));
            }
        }
        if (!(most <= MOST_DIFFERENCE)) {
            throw new IllegalStateException(name + " differs from the model by " + most);
        }
        return most;
    }

    private static double[] answers(Path folder, int rows, int which) throws IOException {
        double[] answers = new double[rows];
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(folder.resolve("answers.bin")))) {
            for (int row = 0; row < rows; row++) {
                double[] both = {in.readDouble(), in.readDouble()};
                answers[row] = both[which];
            }
        }
        return answers;
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
