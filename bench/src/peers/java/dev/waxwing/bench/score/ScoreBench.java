package dev.waxwing.bench.score;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes the forms of the named subjects where they are not made yet, and measures all peers or the named ones on them.
public final class ScoreBench {
    private ScoreBench() {}

    /// @param args folder, then subjects (see [Subject]) and peers (see [Peers]) in any order
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        List<Subject> subjects = new ArrayList<>();
        List<String> peers = new ArrayList<>();
        for (String arg : List.of(args).subList(1, args.length)) {
            if (Peers.NAMES.contains(arg)) {
                peers.add(arg);
            } else {
                subjects.add(Subject.named(arg));
            }
        }
        if (subjects.isEmpty()) {
            subjects.add(Subject.named("m100"));
            subjects.add(Subject.named("m500"));
        }
        boolean failed = false;
        for (Subject subject : subjects) {
            Path forms = folder.resolve(subject.name());
            if (!Files.exists(forms.resolve("answers.bin"))) {
                Forms.write(forms, subject);
            }
            failed |= !measure(subject, forms, withOurs(peers));
        }
        if (failed) {
            System.exit(1);
        }
    }

    /// All peers if none is named, else those named behind ours that they are told as multiples of.
    private static List<String> withOurs(List<String> named) {
        return Peers.NAMES.stream()
                .filter(
                        peer ->
                                named.isEmpty()
                                        || named.contains(peer)
                                        || named.stream().anyMatch(n -> Peers.ours(n).equals(peer)))
                .toList();
    }

    private static boolean measure(Subject subject, Path forms, List<String> peers)
            throws IOException, InterruptedException {
        System.out.println();
        System.out.println(
                "| "
                        + subject.name()
                        + " | µs a record | × ours | records/s, batch 500 | ours × | load cold ms (CPU) | warm ms (CPU)"
                        + " | heap MB | largest difference |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        boolean whole = true;
        double[] ours = {Double.NaN, Double.NaN};
        double[] oursLeaves = {Double.NaN, Double.NaN};
        for (String peer : peers) {
            String line = run(peer, forms);
            if (line == null) {
                System.out.println("| " + peer + " | failed |");
                whole = false;
                continue;
            }
            String[] told = line.split("\t", -1);
            double[] rates = {Double.parseDouble(told[1]), Double.parseDouble(told[4])};
            if (peer.equals("ours")) {
                ours = rates;
            } else if (peer.equals("ours-gbdt+lr")) {
                oursLeaves = rates;
            }
            double[] against = Peers.scoresLeaves(peer) ? oursLeaves : ours;
            System.out.printf(
                    "| %s | %s [%s .. %s] | %.1f | %s [%s .. %s] | %.1f | %s (%s) | %s (%s) | %.1f | %s |%n",
                    peer,
                    told[1],
                    told[2],
                    told[3],
                    rates[0] / against[0],
                    told[4],
                    told[5],
                    told[6],
                    against[1] / rates[1],
                    told[7],
                    told[8],
                    told[9],
                    told[10],
                    Double.parseDouble(told[11]) / 1024,
                    told[12]);
        }
        return whole;
    }

    /// The line that a fresh JVM prints about a peer, or null if it failed.
    private static String run(String peer, Path forms) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OnePeer.class.getName(),
                        peer,
                        forms.toString());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        File errors = forms.resolve(peer + ".err").toFile();
        Process process = builder.redirectError(errors).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            System.err.println(peer + " failed: see " + errors);
            return null;
        }
        // Native libraries print on the same stream.
        return out.lines().filter(line -> line.startsWith(peer + "\t")).findFirst().orElse(null);
    }
}
