package dev.waxwing.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Runs a whole first night on made-up events, one size after the other, as a user would: `waxwing new`, `import`, `run`,
/// each a process of its own. Prints seconds, CPU seconds and peak memory of every step, and which caps left out how much.
public final class NightBench {
    private static final long SEED = 20_250_331L;
    private static final String DAY =
            EventGenerator.LAST_DAY.format(DateTimeFormatter.BASIC_ISO_DATE);

    private final Path waxwing;
    private final Path folder;
    private final String engineMemory;
    private final PrintStream out;
    private final List<String> summary = new ArrayList<>();

    private NightBench(Path waxwing, Path folder, String engineMemory, PrintStream out) {
        this.waxwing = waxwing;
        this.folder = folder;
        this.engineMemory = engineMemory;
        this.out = out;
    }

    /// The launcher, the folder to work in, what the engine may hold (such as `3GB`), then the sizes.
    public static void main(String[] arguments)
            throws IOException, InterruptedException, SQLException {
        if (arguments.length < 4) {
            System.err.println(
                    "usage: bench/night EVENTS [EVENTS ...], such as bench/night 1000000");
            System.exit(2);
        }
        var bench =
                new NightBench(
                        Path.of(arguments[0]).toAbsolutePath(),
                        Path.of(arguments[1]).toAbsolutePath(),
                        arguments[2],
                        System.out);
        for (String size : List.of(arguments).subList(3, arguments.length)) {
            bench.measure(Long.parseLong(size.replace("_", "")));
        }
        bench.out.printf(
                "| events | generate s | import s | night s | night s per million | night CPU s |"
                        + " peak MB | storage MB |%n|---:|---:|---:|---:|---:|---:|---:|---:|%n");
        bench.summary.forEach(bench.out::println);
    }

    private void measure(long events) throws IOException, InterruptedException, SQLException {
        Path project = folder.resolve("events-" + events);
        remove(project);
        Files.createDirectories(folder);
        var generator = new EventGenerator(events, SEED);
        out.printf(
                Locale.ROOT,
                "## %,d events, %,d users, %,d items, %d days%n%n",
                events,
                generator.users(),
                generator.items(),
                EventGenerator.DAYS);
        run(folder, "new", project.toString());
        Files.writeString(
                project.resolve("waxwing.yaml"),
                """
                project: bench
                imports:
                  events: { "*": action }
                engine:
                  threads: 2
                  memory: %s
                """
                        .formatted(engineMemory));
        long start = System.nanoTime();
        generator.write(project.resolve("events.csv"), project.resolve("items.csv"));
        double generated = (System.nanoTime() - start) / 1e9;
        Finished imported = run(project, "import", "events.csv", "--items", "items.csv");
        Files.delete(project.resolve("events.csv"));
        Finished night = run(project, "run", "night", "--bizdate", DAY);
        out.printf("| step | rows | s | process CPU s | peak MB |%n|---|---:|---:|---:|---:|%n");
        out.printf(Locale.ROOT, "| generate | %d | %.1f | | |%n", events, generated);
        print("import", events, imported.seconds, imported.watch.cpu(), imported.watch.peak());
        List<StepTime> times = StepTime.of(project.resolve(".waxwing"));
        for (StepTime time : times) {
            print(
                    time.pipeline() + " " + time.step(),
                    time.rows(),
                    time.seconds(),
                    night.watch.cpu(time.from(), time.to()),
                    night.watch.peak(time.from(), time.to()));
        }
        print("night, whole process", 0, night.seconds, night.watch.cpu(), night.watch.peak());
        out.println();
        caps(project, times);
        out.println();
        summary.add(
                String.format(
                        Locale.ROOT,
                        "| %,d | %.1f | %.1f | %.1f | %.1f | %.1f | %,d | %,d |",
                        events,
                        generated,
                        imported.seconds,
                        night.seconds,
                        night.seconds * 1e6 / events,
                        night.watch.cpu(),
                        Math.max(imported.watch.peak(), night.watch.peak()),
                        size(project.resolve(".waxwing")) / 1_000_000));
    }

    private void print(String step, long rows, double seconds, double cpu, long megabytes) {
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %d |%n",
                step,
                rows,
                seconds,
                cpu,
                megabytes);
    }

    /// What the caps of both neighbour searches left out on the last day.
    private void caps(Path project, List<StepTime> times) throws IOException, InterruptedException {
        for (StepTime time : times) {
            if (time.step().equals("item_cf") && time.pipeline().equals("recall")) {
                Path log = project.resolve(".waxwing/logs/" + time.run() + "/item_cf.log");
                try (Stream<String> lines = Files.lines(log)) {
                    out.println(
                            "item_cf, last day: "
                                    + lines.filter(line -> line.contains("NeighbourReport"))
                                            .reduce((_, last) -> last)
                                            .map(
                                                    line ->
                                                            line.substring(
                                                                    line.indexOf(
                                                                            "NeighbourReport")))
                                            .orElse("no report in " + log));
                }
            }
        }
        out.println(
                "user_similar, last day: of all distinct user-item pairs of 30 days, those on items"
                        + " with more than 60 users, and those of users with more than 200 items");
        run(
                project,
                "sql",
                """
                WITH acts AS (SELECT DISTINCT user_id, item_id FROM dwd_action
                              WHERE ds > strftime(strptime('%s', '%%Y%%m%%d') - INTERVAL 30 DAY, '%%Y%%m%%d')),
                     told AS (SELECT count(*) OVER (PARTITION BY item_id) AS fans, count(*) OVER (PARTITION BY user_id) AS items FROM acts)
                SELECT count(*) AS pairs, count(*) FILTER (WHERE fans > 60) AS on_hot_items, count(*) FILTER (WHERE items > 200) AS of_busy_users
                FROM   told
                """
                        .formatted(DAY));
    }

    private record Finished(double seconds, ProcessWatch watch) {}

    private Finished run(Path where, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(waxwing.toString()));
        all.addAll(List.of(command));
        var builder = new ProcessBuilder(all).directory(where.toFile()).inheritIO();
        builder.environment().put("WAXWING_NO_BUILD", "1");
        long start = System.nanoTime();
        Process process = builder.start();
        var watch = new ProcessWatch(process);
        Thread watching = Thread.ofPlatform().name("process watch").start(watch);
        int code = process.waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        watching.join();
        if (code != 0) {
            throw new IllegalStateException(
                    "waxwing " + command[0] + " ended with " + code + " in " + where);
        }
        return new Finished(seconds, watch);
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
