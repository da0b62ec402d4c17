package dev.waxwing.bench.gbdt;

import dev.waxwing.bench.FreshJvm;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Prints what training trees costs, each subject in a process of its own, as Markdown.
public final class GbdtBench {
    private static final int ROUNDS = 5;
    private static final List<String> SUBJECTS =
            List.of("lightgbm", "ours-256", "ours-128", "ours-64", "one-hot", "by-code", "table");

    private GbdtBench() {}

    /// The folder for tables, then subjects; `table-big` is one that must be asked for.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> subjects =
                arguments.length == 1 ? SUBJECTS : List.of(arguments).subList(1, arguments.length);
        List<String> trainings =
                subjects.stream().filter(subject -> !subject.startsWith("table")).toList();
        if (!trainings.isEmpty()) {
            System.out.println(
                    "| 200,000 rows, 100 trees of depth 6, 1 thread | data set, CPU s | with training,"
                            + " CPU s | first round | test AUC | test log loss | peak MB |");
            System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        }
        for (String subject : trainings) {
            List<String> lines = run(subject, ROUNDS, arguments[0]);
            double[][] rounds = numbers(lines, "round");
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.5f | %.5f | %s |%n",
                    subject,
                    later(rounds, 0),
                    later(rounds, 1),
                    rounds[0][1],
                    rounds[0][2],
                    rounds[0][3],
                    peak(lines));
        }
        for (String subject : subjects) {
            if (subject.startsWith("table")) {
                table(subject, arguments[0]);
            }
        }
    }

    private static void table(String subject, String folder)
            throws IOException, InterruptedException {
        List<String> lines = run(subject, subject.equals("table") ? ROUNDS : 1, folder);
        System.out.println(
                "\n| "
                        + subject
                        + ", CPU s | read | fit | encode | bin | training | first three of the last"
                        + " two | first four of the last | peak MB |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        int round = 0;
        for (double[] each : numbers(lines, "table")) {
            double way = each[0] + each[1] + each[2];
            System.out.printf(
                    Locale.ROOT,
                    "| round %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f %% | %.1f %% | %s |%n",
                    ++round,
                    each[0],
                    each[1],
                    each[2],
                    each[3],
                    each[4],
                    100 * way / (each[3] + each[4]),
                    100 * (way + each[3]) / each[4],
                    peak(lines));
        }
    }

    private static double[][] numbers(List<String> lines, String word) {
        return lines.stream()
                .filter(line -> line.startsWith(word + " "))
                .map(
                        line ->
                                Arrays.stream(line.split(" "))
                                        .skip(1)
                                        .mapToDouble(Double::parseDouble)
                                        .toArray())
                .toArray(double[][]::new);
    }

    private static String peak(List<String> lines) {
        return lines.getLast().substring("peak ".length());
    }

    /// Of the rounds after the first, in which code is still being compiled.
    private static String later(double[][] rounds, int column) {
        double[] sorted =
                Arrays.stream(rounds)
                        .skip(1)
                        .mapToDouble(round -> round[column])
                        .sorted()
                        .toArray();
        int n = sorted.length;
        return String.format(
                Locale.ROOT,
                "%.2f [%.2f .. %.2f]",
                (sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
                sorted[0],
                sorted[n - 1]);
    }

    private static List<String> run(String subject, int rounds, String folder)
            throws IOException, InterruptedException {
        return FreshJvm.lines(
                List.of(
                        subject.equals("table-big") ? "-Xmx8000m" : "-Xmx1500m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED"),
                OneTraining.class,
                subject,
                Integer.toString(rounds),
                folder);
    }
}
