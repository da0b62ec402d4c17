package dev.waxwing.bench.neighbours;

import com.sun.management.OperatingSystemMXBean;

import dev.waxwing.learn.Interactions;
import dev.waxwing.learn.ItemCf;
import dev.waxwing.learn.KeptNeighbours;
import dev.waxwing.learn.NeighbourLists;
import dev.waxwing.learn.NeighbourParams;
import dev.waxwing.learn.NeighbourSearch;
import dev.waxwing.learn.UserCf;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Measures one way of finding neighbours in this JVM, which has done nothing before but to make the acts.
///
/// A round begins with the acts as they came and ends with the last list; lists are taken 20 000 at a time and let
/// go, as a step does that writes them. CPU seconds are the whole process's: compiler and collector are paid for.
final class OneSubject {
    private static final int AT_A_TIME = 20_000;
    private static final int DAYS = 90; // of which a window is 89
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final Set<String> SLIDING = Set.of("window", "firstnight", "nextday");

    /// What names of subjects are made of, but for `plain-java`, `plain-java-user` and `duckdb`.
    private static final Set<String> WORDS =
            Set.of(
                    "c",
                    "counts",
                    "half",
                    "item",
                    "user",
                    "cosine",
                    "wbcosine",
                    "iuf",
                    "halflife",
                    "coaction",
                    "supported",
                    "window",
                    "firstnight",
                    "nextday");

    private OneSubject() {}

    /// How many lists and neighbours there are, and what their scores add up to.
    record Found(long neighbours, double sum) {}

    /// Prints one line: name, median, least and most CPU seconds of a round, the first round's, median wall seconds,
    /// peak resident megabytes of the process, neighbours, sum of scores.
    public static void main(String[] args) throws Exception {
        String subject = args[0];
        requireKnown(subject);
        int rounds = Integer.parseInt(args[2]);
        int threads = Integer.parseInt(args[3]);
        Interactions all = TasteGroups.named(args[1]).make();
        boolean slides = List.of(subject.split("-")).stream().anyMatch(SLIDING::contains);
        Interactions acts = slides ? between(all, 1, DAYS) : all;
        if (subject.startsWith("c-")) {
            count(subject, acts, rounds);
            return;
        }
        Path yesterday = Files.createTempFile("kept", ".bin");
        if (args.length > 4) {
            firstNight(between(all, 0, DAYS - 1), params(List.of(), 1), Path.of(args[4]));
            return;
        }
        if (subject.contains("-nextday")) {
            keepElsewhere(args, yesterday);
        }
        double[] cpu = new double[rounds];
        double[] wall = new double[rounds];
        Found found = new Found(0, 0);
        for (int round = 0; round < rounds; round++) {
            long started = System.nanoTime();
            long before = SYSTEM.getProcessCpuTime();
            found = run(subject, acts, threads, yesterday);
            cpu[round] = (SYSTEM.getProcessCpuTime() - before) / 1e9;
            wall[round] = (System.nanoTime() - started) / 1e9;
        }
        Files.delete(yesterday);
        tell(subject, cpu, wall, peakMegabytes(), found);
    }

    private static void requireKnown(String subject) {
        if (Set.of("plain-java", "plain-java-user", "duckdb").contains(subject)) {
            return;
        }
        for (String word : subject.split("-", -1)) {
            if (!WORDS.contains(word)) {
                throw new IllegalArgumentException(
                        "subject %s: %s is none of %s"
                                .formatted(subject, word, new TreeSet<>(WORDS)));
            }
        }
    }

    /// Has the night before kept by a JVM of its own, whose garbage is not ours.
    private static void keepElsewhere(String[] args, Path yesterday)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.add(OneSubject.class.getName());
        words.addAll(List.of(args));
        words.add(yesterday.toString());
        int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the night before ended with " + exit);
        }
    }

    private static void tell(
            String subject, double[] cpu, double[] wall, long megabytes, Found found) {
        double first = cpu[0];
        int rounds = cpu.length;
        Arrays.sort(cpu);
        Arrays.sort(wall);
        System.out.printf(
                "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t%d\t%.3f%n",
                subject,
                cpu[rounds / 2],
                cpu[0],
                cpu[rounds - 1],
                first,
                wall[rounds / 2],
                megabytes,
                found.neighbours(),
                found.sum());
    }

    /// What `c-item-counts` and its kin count stands where others tell their neighbours.
    private static void count(String subject, Interactions acts, int rounds)
            throws IOException, InterruptedException {
        List<String> words = List.of(subject.split("-"));
        List<CCounts.Round> found =
                CCounts.measure(acts, words.contains("user"), words.contains("half"), rounds);
        tell(
                subject,
                found.stream().mapToDouble(CCounts.Round::cpu).toArray(),
                found.stream().mapToDouble(CCounts.Round::wall).toArray(),
                found.getLast().megabytes(),
                new Found(found.getLast().counts(), 0));
    }

    private static long peakMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }

    /// The acts of the days from `from` to `to - 1`.
    private static Interactions between(Interactions all, int from, int to) {
        int[] user = new int[all.size()];
        int[] item = new int[all.size()];
        long[] seconds = new long[all.size()];
        float[] weight = new float[all.size()];
        int n = 0;
        for (int k = 0; k < all.size(); k++) {
            long day = all.seconds(k) / 86_400;
            if (day >= from && day < to) {
                user[n] = all.user(k);
                item[n] = all.item(k);
                seconds[n] = all.seconds(k);
                weight[n++] = all.weight(k);
            }
        }
        return new Interactions(
                all.userCount(),
                all.itemCount(),
                Arrays.copyOf(user, n),
                Arrays.copyOf(item, n),
                Arrays.copyOf(seconds, n),
                Arrays.copyOf(weight, n));
    }

    /// Goes on from the night before and keeps what comes out, as a night does.
    private static Found nextDay(Interactions acts, NeighbourParams params, Path yesterday)
            throws IOException {
        Path today = yesterday.resolveSibling(yesterday.getFileName() + ".next");
        try (KeptNeighbours kept = KeptNeighbours.open(yesterday)) {
            NeighbourSearch search = ItemCf.goingOn(kept, acts, params);
            if (search.changedUsers().isEmpty()) {
                throw new IllegalStateException("everything was counted");
            }
            Found found;
            try (KeptNeighbours.Keeper keeper = search.keeper(today)) {
                found = found(search, (from, to) -> search.find(from, to, keeper));
            }
            System.err.println(
                    "went on: "
                            + search.changedUsers().getAsInt()
                            + " users' lists changed, "
                            + search.counted()
                            + " of "
                            + search.rows()
                            + " items counted, "
                            + (Files.size(today) >> 20)
                            + " MB kept");
            return found;
        } finally {
            Files.deleteIfExists(today);
        }
    }

    /// What a first night does that is gone on from.
    private static Found firstNight(Interactions acts, NeighbourParams params, Path yesterday)
            throws IOException {
        Files.deleteIfExists(yesterday);
        NeighbourSearch search = ItemCf.keeping(acts, params);
        try (KeptNeighbours.Keeper keeper = search.keeper(yesterday)) {
            return found(search, (from, to) -> search.find(from, to, keeper));
        }
    }

    private static Found run(String subject, Interactions acts, int threads, Path yesterday)
            throws Exception {
        return switch (subject) {
            case "plain-java" -> PlainJava.itemCosine(acts, 100);
            case "plain-java-user" -> PlainJava.userCosine(acts, 100, 20);
            case "duckdb" -> SelfJoin.itemCosine(acts, 100, threads);
            default -> ours(subject, acts, threads, yesterday);
        };
    }

    private static Found ours(String subject, Interactions acts, int threads, Path yesterday)
            throws IOException {
        List<String> words = List.of(subject.split("-"));
        NeighbourParams params = params(words, threads);
        if (words.contains("nextday")) {
            return nextDay(acts, params, yesterday);
        }
        if (words.contains("firstnight")) {
            return firstNight(acts, params, yesterday);
        }
        NeighbourSearch search =
                words.contains("user") ? UserCf.search(acts, params) : ItemCf.search(acts, params);
        return found(search, search::find);
    }

    private static NeighbourParams params(List<String> words, int threads) {
        Map<String, Object> named = new HashMap<>();
        named.put("similarity", words.contains("wbcosine") ? "wbcosine" : "cosine");
        named.put("max-user-items", 1_000_000);
        named.put("min-user-items", 1);
        named.put("min-support", words.contains("supported") ? 2 : 1);
        named.put("threads", threads);
        if (words.contains("iuf")) {
            named.put("iuf", true);
        }
        if (words.contains("halflife")) {
            named.put("half-life-days", 30);
        }
        if (words.contains("coaction")) {
            named.put("co-action-decay", 0.05);
        }
        return NeighbourParams.of(named);
    }

    @FunctionalInterface
    private interface Stretches {
        NeighbourLists find(int from, int to);
    }

    private static Found found(NeighbourSearch search, Stretches stretches) {
        long neighbours = 0;
        double sum = 0;
        for (int from = 0; from < search.rows(); from += AT_A_TIME) {
            int to = Math.min(from + AT_A_TIME, search.rows());
            NeighbourLists lists = stretches.find(from, to);
            for (int row = 0; row < to - from; row++) {
                double[] scores = lists.scores(row);
                neighbours += scores.length;
                for (double score : scores) {
                    sum += score;
                }
            }
        }
        return new Found(neighbours, sum);
    }
}
