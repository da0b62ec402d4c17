package dev.waxwing.bench.factors;

import com.sun.management.OperatingSystemMXBean;

import dev.waxwing.bench.CProgram;
import dev.waxwing.learn.FactorEpoch;
import dev.waxwing.learn.FactorFit;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.FactorTrainer;
import dev.waxwing.learn.XlearnData;
import dev.waxwing.model.FactorModel;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// One subject in its own process. Prints a line an epoch, then what the model is worth and how much memory was held; [FactorBench] reads them.
final class FactorRun {
    static final int TRAIN = 1_000_000;
    static final int HELD_OUT = 200_000;
    private static final int STREAM = 1 << 26; // longs
    static final long STREAM_BYTES = 8L * STREAM;

    private long wall = System.nanoTime();
    private long cpu = cpuNow();

    private FactorRun() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].startsWith("c-")) {
            bound(arguments[0].substring(2) + ".c");
            return;
        }
        FactorRun run = new FactorRun();
        switch (arguments[0]) {
            case "stream" -> run.stream();
            case "libsvm" -> run.libsvm();
            case "plain-fm8" -> run.plain();
            default -> run.ours(Subject.of(arguments[0]));
        }
        System.out.printf("peak %d%n", peakMegabytes());
    }

    private static long cpuNow() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void begin() {
        wall = System.nanoTime();
        cpu = cpuNow();
    }

    private void lap(int epoch, double trainLoss, double excess) {
        long wallNow = System.nanoTime();
        long cpuNow = cpuNow();
        System.out.printf(
                Locale.ROOT,
                "epoch %d %.4f %.4f %.5f %.5f%n",
                epoch,
                (wallNow - wall) / 1e9,
                (cpuNow - cpu) / 1e9,
                trainLoss,
                excess);
        begin();
    }

    private void ours(Subject subject) {
        ClickRows.Truth truth = new ClickRows.Truth();
        boolean fields = subject.kind().equals("ffm");
        FactorRows train = truth.draw(1).rows(TRAIN, fields);
        ClickRows.Draw unseen = truth.draw(2);
        FactorRows validation = unseen.rows(HELD_OUT, fields);
        begin();
        FactorFit fit =
                new FactorTrainer(subject.params())
                        .listener(e -> lap(e.epoch(), e.trainLoss(), excess(e, unseen)))
                        .train(train, validation);
        test(fit.model(), truth.draw(3));
    }

    private static double excess(FactorEpoch epoch, ClickRows.Draw unseen) {
        return epoch.validationLoss().orElseThrow() - unseen.bayes();
    }

    /// The chosen model on rows that neither learning nor choosing saw.
    private static void test(FactorModel model, ClickRows.Draw draw) {
        int[] field = new int[ClickRows.FIELDS];
        for (int i = 0; i < field.length; i++) {
            field[i] = i;
        }
        double loss = 0;
        for (int row = 0; row < HELD_OUT; row++) {
            boolean clicked = draw.next();
            double margin =
                    model.margin(draw.ids, field, null, 0, field.length, FactorModel.Scaling.NONE);
            loss += Math.log1p(Math.exp(clicked ? -margin : margin));
        }
        System.out.printf(
                Locale.ROOT,
                "test %.5f %.5f %.5f%n",
                loss / HELD_OUT,
                draw.bayes(),
                draw.constant());
    }

    private void plain() {
        ClickRows.Truth truth = new ClickRows.Truth();
        int[] ids = new int[TRAIN * ClickRows.FIELDS];
        boolean[] clicked = new boolean[TRAIN];
        fill(truth.draw(1), ids, clicked);
        int[] unseenIds = new int[HELD_OUT * ClickRows.FIELDS];
        boolean[] unseenClicked = new boolean[HELD_OUT];
        ClickRows.Draw unseen = truth.draw(2);
        fill(unseen, unseenIds, unseenClicked);
        PlainFm fm = new PlainFm();
        begin();
        for (int epoch = 1; epoch <= 5; epoch++) {
            double trainLoss = fm.learn(ids, clicked);
            lap(epoch, trainLoss, fm.loss(unseenIds, unseenClicked) - unseen.bayes());
        }
    }

    /// What this machine can do, in C: see `fm8.c` and `ffm4.c`.
    private static void bound(String source) throws IOException, InterruptedException {
        ClickRows.Truth truth = new ClickRows.Truth();
        ClickRows.Draw unseen = truth.draw(2);
        try (CProgram program = new CProgram(FactorRun.class, source)) {
            Path train = program.write("train", bytes(truth.draw(1), TRAIN));
            Path validation = program.write("validation", bytes(unseen, HELD_OUT));
            program.lines(train.toString(), validation.toString(), Double.toString(unseen.bayes()))
                    .forEach(System.out::println);
        }
    }

    private static ByteBuffer bytes(ClickRows.Draw draw, int rows) {
        ByteBuffer bytes = CProgram.buffer(4 + rows * (4 * ClickRows.FIELDS + 1));
        byte[] clicked = new byte[rows];
        bytes.putInt(rows);
        for (int row = 0; row < rows; row++) {
            clicked[row] = (byte) (draw.next() ? 1 : 0);
            for (int id : draw.ids) {
                bytes.putInt(id);
            }
        }
        return bytes.put(clicked);
    }

    private static void fill(ClickRows.Draw draw, int[] ids, boolean[] clicked) {
        for (int row = 0; row < clicked.length; row++) {
            clicked[row] = draw.next();
            System.arraycopy(draw.ids, 0, ids, row * ClickRows.FIELDS, ClickRows.FIELDS);
        }
    }

    /// One read stream: the seconds that half a gigabyte takes.
    private void stream() {
        long[] some = new long[STREAM];
        long sum = 0;
        begin();
        for (int time = 1; time <= 12; time++) {
            for (long each : some) {
                sum += each;
            }
            lap(time, 0, 0);
        }
        if (sum != 0) {
            throw new IllegalStateException("zeros add up to " + sum);
        }
    }

    /// Reads training and validation rows as text, as `waxwing xlearn` does.
    private void libsvm() throws IOException {
        Path folder = Files.createTempDirectory("bench");
        try {
            FactorBench.write(folder);
            begin();
            for (int time = 1; time <= 7; time++) {
                int rows = 0;
                for (String file : List.of("train.svm", "validation.svm")) {
                    Path path = folder.resolve(file);
                    rows += XlearnData.read(path, FactorModel.Kind.FM).rows().rows();
                }
                if (rows != TRAIN + HELD_OUT) {
                    throw new IllegalStateException(rows + " rows were read");
                }
                lap(time, 0, 0);
            }
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static long peakMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }
}
