package dev.waxwing.bench.neighbours;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measures ways of finding neighbours on made-up acts, each in a fresh JVM, and prints a table.
///
///     NeighboursBench [-threads N] [-rounds N] CASE SUBJECT ...
///
/// A case is 5M, 5M-few-items, 15M, 50M or 50M-few-items ([TasteGroups]). A subject is `plain-java` (the yardstick), `plain-java-user`
/// (one of 20 users), `duckdb` (one SQL statement), `c-item-counts`, `c-user-counts` or the same with `-half` (what this
/// machine can do: pairs counted in C, none chosen), or ours: `item` or `user`, then `-cosine` or `-wbcosine`, then any
/// of `-iuf`, `-halflife` (30 days), `-coaction` (0.05 a day), `-supported` (two in common at least). `item-cosine-window`
/// counts 89 of the 90 days, `item-cosine-firstnight` also keeps what it knows for the next night, and `item-cosine-nextday`
/// finds the same from what the 89 days before kept (in a JVM of its own), whether that pays or not.
public final class NeighboursBench {
    private NeighboursBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String threads = "1";
        String rounds = "3";
        List<String> words = new ArrayList<>(List.of(args));
        while (words.size() > 1 && words.getFirst().startsWith("-")) {
            String option = words.removeFirst();
            switch (option) {
                case "-threads" -> threads = words.removeFirst();
                case "-rounds" -> rounds = words.removeFirst();
                default ->
                        throw new IllegalArgumentException(
                                option + " is neither -threads nor -rounds");
            }
        }
        String acts = words.isEmpty() ? "5M" : words.removeFirst();
        if (words.isEmpty()) {
            words = List.of("plain-java", "item-cosine", "item-cosine-iuf", "item-wbcosine");
        }
        System.out.println(
                "| "
                        + acts
                        + ", "
                        + threads
                        + " thread(s), "
                        + rounds
                        + " round(s) | CPU s | first round | wall s | peak MB | neighbours | sum of scores |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        boolean failed = false;
        for (String subject : words) {
            String[] told = run(subject, acts, rounds, threads).split("\t", -1);
            if (told.length < 9) {
                failed = true;
                System.out.println("| " + subject + " | failed |");
                continue;
            }
            System.out.printf(
                    "| %s | %s [%s .. %s] | %s | %s | %s | %s | %s |%n",
                    subject, told[1], told[2], told[3], told[4], told[5], told[6], told[7],
                    told[8]);
        }
        if (failed) {
            System.exit(1);
        }
    }

    /// The line that a fresh JVM prints about a subject, or nothing if it failed; why stands in its errors.
    private static String run(String subject, String acts, String rounds, String threads)
            throws IOException, InterruptedException {
        String heap = System.getenv().getOrDefault("WAXWING_HEAP", "3g");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-XX:+UseSerialGC",
                                "-XX:+UseTransparentHugePages",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OneSubject.class.getName(),
                                subject,
                                acts,
                                rounds,
                                threads)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? out.strip() : "";
    }
}
