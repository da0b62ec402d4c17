package dev.waxwing.bench.factors;

import dev.waxwing.bench.FreshJvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Measures what training a factor model costs: each subject in a fresh process, one after the other. Prints a table.
public final class FactorBench {
    private static final List<String> ALL =
            List.of(
                    "stream",
                    "libsvm",
                    "plain-fm8",
                    "c-fm8",
                    "c-ffm4",
                    "lr",
                    "lr-2",
                    "fm8",
                    "fm8-2",
                    "fm8-2-same-bits",
                    "fm16",
                    "fm16-2",
                    "ffm4",
                    "ffm4-2",
                    "plain-fm8");

    private FactorBench() {}

    /// Subjects (none = all), or `write FOLDER` for the rows as libsvm text.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2 && arguments[0].equals("write")) {
            write(Path.of(arguments[1]));
            return;
        }
        System.out.println(
                "| subject | s/epoch, wall: median [min .. max] | CPU s | plain-fm8 / this, CPU | best"
                        + " epoch | validation over Bayes | test log loss | over Bayes | peak MB |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        double yardstick = Double.NaN;
        for (String name : arguments.length == 0 ? ALL : List.of(arguments)) {
            Report report = Report.of(run(name));
            if (name.equals("plain-fm8") && Double.isNaN(yardstick)) {
                yardstick = report.cpu();
            }
            System.out.println(report.row(name, yardstick));
        }
    }

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        ClickRows.Truth truth = new ClickRows.Truth();
        truth.draw(1).write(FactorRun.TRAIN, folder.resolve("train.svm"));
        truth.draw(2).write(FactorRun.HELD_OUT, folder.resolve("validation.svm"));
        truth.draw(3).write(FactorRun.HELD_OUT, folder.resolve("test.svm"));
    }

    private static List<String> run(String subject) throws IOException, InterruptedException {
        String heap =
                switch (subject) {
                    case "stream" -> "900m";
                    case "libsvm" -> "1200m";
                    case "plain-fm8", "c-fm8", "c-ffm4" -> "600m";
                    default -> Subject.of(subject).heap();
                };
        return FreshJvm.lines(
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseTransparentHugePages",
                        "--add-modules=jdk.incubator.vector"),
                FactorRun.class,
                subject);
    }

    /// What one process said.
    private record Report(List<double[]> epochs, List<String> test, String peak) {

        static Report of(List<String> lines) {
            List<double[]> epochs = new ArrayList<>();
            List<String> test = List.of();
            String peak = "";
            for (String line : lines) {
                List<String> words = List.of(line.split(" "));
                switch (words.getFirst()) {
                    case "epoch" ->
                            epochs.add(
                                    words.stream()
                                            .skip(2)
                                            .mapToDouble(Double::parseDouble)
                                            .toArray());
                    case "test" -> test = words;
                    case "peak" -> peak = words.get(1);
                    default -> System.err.println(line);
                }
            }
            return new Report(epochs, test, peak);
        }

        /// Of all epochs but the first, in which the code is still being compiled.
        private double[] sorted(int column) {
            return epochs.stream().skip(1).mapToDouble(epoch -> epoch[column]).sorted().toArray();
        }

        private static double median(double[] sorted) {
            int n = sorted.length;
            return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        }

        double cpu() {
            return median(sorted(1));
        }

        String row(String name, double yardstick) {
            double[] wall = sorted(0);
            if (name.equals("stream")) {
                double gigabytes = FactorRun.STREAM_BYTES / 1e9;
                return String.format(
                        Locale.ROOT,
                        "| stream | one read stream %.1f GB/s [%.1f .. %.1f] | | | | | | | |",
                        gigabytes / median(wall),
                        gigabytes / wall[wall.length - 1],
                        gigabytes / wall[0]);
            }
            if (name.equals("libsvm")) {
                return String.format(
                        Locale.ROOT,
                        "| libsvm | read as text %.3f [%.3f .. %.3f], the first time %.3f (%.3f CPU s) | %.3f | | | | | | %s |",
                        median(wall),
                        wall[0],
                        wall[wall.length - 1],
                        epochs.getFirst()[0],
                        epochs.getFirst()[1],
                        cpu(),
                        peak);
            }
            int best = 0;
            for (int epoch = 1; epoch < epochs.size(); epoch++) {
                best = epochs.get(epoch)[3] < epochs.get(best)[3] ? epoch : best;
            }
            String tested =
                    test.isEmpty()
                            ? " | "
                            : String.format(
                                    Locale.ROOT,
                                    "%s | %.5f",
                                    test.get(1),
                                    Double.parseDouble(test.get(1))
                                            - Double.parseDouble(test.get(2)));
            return String.format(
                    Locale.ROOT,
                    "| %s | %.3f [%.3f .. %.3f] | %.3f | %.2f | %d | %.5f | %s | %s |",
                    name,
                    median(wall),
                    wall[0],
                    wall[wall.length - 1],
                    cpu(),
                    yardstick / cpu(),
                    best + 1,
                    epochs.get(best)[3],
                    tested,
                    peak);
        }
    }
}
