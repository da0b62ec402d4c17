package dev.waxwing.app;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Runner;
import dev.waxwing.flow.StepReport;
import dev.waxwing.warehouse.EventImport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

@Command(
        name = "demo",
        description =
                "The whole path on six months of real film ratings: import, three nights, a feed.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String MARK = ".demo";

    @Option(
            names = "--folder",
            defaultValue = "waxwing-demo",
            description =
                    "The project folder to make; a demo that is there already is made anew. Default"
                            + " ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(
            names = "--nights",
            defaultValue = "3",
            description = "Business dates to run; default ${DEFAULT-VALUE}.")
    private int nights;

    @Option(names = "--serve", description = "Serve afterwards, until stopped.")
    private boolean serve;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = System.out;
        Instant start = Instant.now();
        prepare();
        Template.demo(folder);
        Files.createFile(folder.resolve(MARK));
        LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        try (Installation installation = new Installation(Project.open(folder))) {
            out.println(
                    "Six months of film ratings (MovieTweetings, MIT), moved to end yesterday, into"
                            + " "
                            + folder);
            Path events = folder.resolve("data/events.csv.gz");
            ImportCommand.load(
                    installation,
                    new EventImport(events, installation.project().imports()).endingOn(yesterday),
                    folder.resolve("data/items.csv.gz"),
                    out);
            out.println();
            PipelineFile night = installation.pipelines().named("night");
            Runner runner = installation.runner();
            for (LocalDate day = yesterday.minusDays(nights - 1L);
                    !day.isAfter(yesterday);
                    day = day.plusDays(1)) {
                List<RunReport> reports = runner.run(night, day, day, new Progress(out));
                if (!reports.stream().allMatch(RunReport::done)) {
                    return 1;
                }
                summary(day, reports, out);
            }
            Feed feed = new Feed(installation.bundles(), installation.eventLog());
            String user = feed.someone();
            feed.print("home", user, 8, out);
            next(user, feed, start, out);
            if (serve) {
                UpCommand.serve(installation, installation.project().port());
            }
            return 0;
        }
    }

    /// Makes room: an earlier demo goes, anything else stays and stops us.
    private void prepare() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.exists(folder.resolve(MARK))) {
            throw new ConfigException(
                    List.of(
                            folder
                                    + " is there already and is no demo of ours; move it away, or"
                                    + " name another folder with --folder"));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void summary(LocalDate day, List<RunReport> reports, PrintStream out) {
        Map<String, String> validate = outputs(reports, "validate");
        Map<String, String> test = outputs(reports, "test");
        Map<String, String> release = outputs(reports, "release");
        out.printf("Night of %s%n", day);
        out.printf(
                "  on the validation days   AUC %s  GAUC %s  logloss %s%n",
                figure(validate, "auc"), figure(validate, "gauc"), figure(validate, "logloss"));
        out.printf(
                "  on the day itself        AUC %s  GAUC %s  logloss %s%n",
                figure(test, "auc"), figure(test, "gauc"), figure(test, "logloss"));
        if (test.containsKey("auc_minus_champion")) {
            out.printf(
                    "  beside yesterday's       AUC %+.4f  [%+.4f, %+.4f], 95 %% by user"
                            + " bootstrap%n",
                    Double.valueOf(test.get("auc_minus_champion")),
                    Double.valueOf(test.get("auc_minus_champion.low")),
                    Double.valueOf(test.get("auc_minus_champion.high")));
        }
        Segment.of(test).forEach(segment -> out.printf("    %-22s %s%n", segment.name(), segment));
        out.printf("  gate                     %s%n", release.get("gate"));
        out.printf(
                "  %s %s%n%n",
                release.get("released").equals("true") ? "live now:" : "not released:",
                release.get("bundle"));
    }

    private static Map<String, String> outputs(List<RunReport> reports, String step) {
        return reports.stream()
                .map(report -> report.step(step))
                .flatMap(Optional::stream)
                .map(StepReport::outputs)
                .map(outputs -> (Map<String, String>) outputs)
                .findFirst()
                .orElse(Map.of());
    }

    private static String figure(Map<String, String> outputs, String name) {
        return String.format(Locale.ROOT, "%.4f", Double.valueOf(outputs.get(name)));
    }

    private void next(String user, Feed feed, Instant start, PrintStream out) {
        String item = feed.ask("home", user, 1).items().getFirst().item();
        out.printf(
                """

                These figures check the training: drawn negatives are films that the morning's recall offered and the user did
                not touch, since this data has no impressions. What the feed is worth is in docs/results.md.

                Done in %d s. Try next:
                  cd %s
                  $W recommend %s                 another user: any id from the events
                  $W explain %s %s          why this film
                  $W up                           then: curl 'localhost:8095/v1/scenes/home/recommend?user=%s'
                  $W tables
                  $W sql "SELECT * FROM feature_importance ORDER BY gain DESC LIMIT 10"
                  $W bundles --log
                  $W rollback
                """
                        .replace("$W", launcher()),
                java.time.Duration.between(start, Instant.now()).toSeconds(),
                folder,
                user,
                user,
                item,
                user);
    }

    /// How this program is called from the demo's folder, where nobody has put it on the PATH.
    private static String launcher() {
        return Path.of(System.getProperty("waxwing.home", ".")).resolve("waxwing").toString();
    }
}
