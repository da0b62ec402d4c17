package dev.waxwing.app;

import dev.waxwing.flow.RunReport;
import dev.waxwing.model.BundleRef;
import dev.waxwing.warehouse.EventImport;
import dev.waxwing.warehouse.Partition;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The MovieTweetings example in a folder of a test's own.
final class TestProject {
    final Path folder;
    private final String sandbox;

    private TestProject(Path folder, String sandbox) {
        this.folder = folder;
        this.sandbox = sandbox;
    }

    /// One of its sandboxes.
    TestProject in(String inside) {
        return new TestProject(folder, inside);
    }

    /// @param threads of the SQL engine and the trainers
    static TestProject make(Path folder, int threads) throws IOException {
        System.setProperty("waxwing.home", Path.of("..").toRealPath().toString());
        Template.demo(folder);
        Path settings = folder.resolve(Project.FILE);
        Files.writeString(
                settings,
                Files.readString(settings).replaceAll("threads: \\d+", "threads: " + threads));
        return new TestProject(folder, "");
    }

    /// A project that is there already.
    static TestProject in(Path folder) {
        return new TestProject(folder, "");
    }

    Installation install() {
        Project production = Project.open(folder);
        return new Installation(
                sandbox.isEmpty()
                        ? production
                        : production.in(new Sandboxes(production.storage()).named(sandbox)));
    }

    /// Imports the example's events as far as `which` takes their time (epoch seconds), then its items.
    TestProject load(Predicate<Long> which) throws IOException {
        Path all = folder.resolve("data/events.csv.gz");
        Path some = folder.resolve("data/some.csv.gz");
        try (BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(Files.newInputStream(all)),
                                        StandardCharsets.UTF_8));
                BufferedWriter out =
                        new BufferedWriter(
                                new OutputStreamWriter(
                                        new GZIPOutputStream(Files.newOutputStream(some)),
                                        StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                String[] cells = line.split(",");
                if (cells[2].equals("ts") || which.test(Long.valueOf(cells[2]))) {
                    out.write(line);
                    out.newLine();
                }
                line = in.readLine();
            }
        }
        try (Installation installation = install()) {
            ImportCommand.load(
                    installation,
                    new EventImport(some, installation.project().imports()),
                    folder.resolve("data/items.csv.gz"),
                    new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        }
        return this;
    }

    static Predicate<Long> until(LocalDate day) {
        long end = day.plusDays(1).atTime(LocalTime.MIN).toEpochSecond(ZoneOffset.UTC);
        return seconds -> seconds < end;
    }

    List<RunReport> run(String pipeline, LocalDate bizdate) {
        try (Installation installation = install()) {
            return installation
                    .runner()
                    .run(installation.pipelines().named(pipeline), bizdate, bizdate, _ -> {});
        }
    }

    /// Content hash of every partition of a day that is in `days`, by `table/ds`.
    Map<String, String> contents(Predicate<String> days) {
        Map<String, String> contents = new TreeMap<>();
        try (Installation installation = install()) {
            for (String table : installation.warehouse().tables()) {
                for (Partition partition : installation.warehouse().partitions(table)) {
                    if (days.test(partition.ds())) {
                        contents.put(table + "/" + partition.ds(), partition.hash());
                    }
                }
            }
        }
        return contents;
    }

    Map<String, BundleRef> aliases() {
        try (Installation installation = install()) {
            return installation.bundles().aliases();
        }
    }

    int activations() {
        try (Installation installation = install()) {
            return installation.bundles().history().size();
        }
    }
}
