package dev.waxwing.app;

import dev.waxwing.warehouse.EventImport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

@Command(
        name = "replay",
        description = {
            "Lives through the example's last days again, night by night, and judges each morning's"
                    + " feed by what the day brought.",
            "Writes a page of results. Takes long: twice as many nights as days."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Option(
            names = "--days",
            defaultValue = "60",
            description = "Days to judge, the last of the data; default ${DEFAULT-VALUE}.")
    private int days;

    @Option(
            names = "--age",
            defaultValue = "60",
            description = "How old the frozen bundles are, in days; default ${DEFAULT-VALUE}.")
    private int age;

    @Option(
            names = "--folder",
            defaultValue = "waxwing-replay",
            description = "The project folder to make, or to go on with; default ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(
            names = "--page",
            defaultValue = "docs/results.md",
            description = "Where the results go; default ${DEFAULT-VALUE}.")
    private Path page;

    @Option(
            names = "--half-life",
            description =
                    "Only choose the half-life of the hot list, on the days before the judged ones,"
                            + " and print the figures. Takes a minute.")
    private boolean halfLife;

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(folder)) {
            Template.demo(folder);
        }
        try (Installation installation = new Installation(Project.open(folder))) {
            if (!installation.warehouse().exists("ods_event")) {
                Path events = folder.resolve("data/events.csv.gz");
                ImportCommand.load(
                        installation,
                        new EventImport(events, installation.project().imports()),
                        folder.resolve("data/items.csv.gz"),
                        System.out);
            }
            Replay replay = new Replay(installation, days, age, System.out);
            if (halfLife) {
                System.out.println(replay.halfLife());
                return 0;
            }
            String results = replay.run();
            Path parent = page.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            Files.writeString(page, results);
            System.out.println("Results are in " + page);
            return 0;
        }
    }
}
