package dev.waxwing.app;

import dev.waxwing.warehouse.EventImport;
import dev.waxwing.warehouse.ImportReport;
import dev.waxwing.warehouse.ItemImport;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.Writer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;

@Command(
        name = "import",
        description = {
            "Loads events (user,item,ts,event,weight) and items (item,title,tags) from CSV, .csv.gz"
                    + " or Parquet.",
            "Which events the file holds and what their weights mean is said under `imports` in"
                    + " waxwing.yaml."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(paramLabel = "EVENTS", description = "The file of events.")
    private Path events;

    @Option(names = "--items", description = "The file of items.")
    private Path items;

    @Option(
            names = "--shift-days",
            defaultValue = "0",
            description = "Move all times by whole days.")
    private int shift;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            load(
                    installation,
                    new EventImport(events, installation.project().imports()).shiftedBy(shift),
                    items,
                    System.out);
            String last = installation.warehouse().partitions("ods_event").getLast().ds();
            System.out.println(
                    "Next, the night of the last day: "
                            + Shell.launcher()
                            + " run night --bizdate "
                            + last);
            return 0;
        }
    }

    /// @param items may be absent (null), as the option may
    static void load(Installation installation, EventImport events, Path items, PrintStream out) {
        Writer writer = new Writer("import", "import", 1);
        print("events", events.into(installation.warehouse(), writer), out);
        if (items == null && !installation.warehouse().exists("ods_item")) {
            nameless(installation.warehouse(), writer);
        }
        if (items != null) {
            print("items", new ItemImport(items).into(installation.warehouse(), writer), out);
        }
    }

    /// Without a file of items, an item is its id, and exists from its first event on.
    private static void nameless(Warehouse warehouse, Writer writer) {
        SortedSet<String> days = new TreeSet<>();
        warehouse.partitions("ods_event").forEach(day -> days.add(day.ds()));
        try (PartitionWrite write = warehouse.write("ods_item", days, writer)) {
            write.select(
                            """
                            SELECT item_id, CAST(NULL AS VARCHAR) AS title, CAST(NULL AS VARCHAR[]) AS tags,
                                   CAST(NULL AS VARCHAR) AS author, min(e.at) AS first_at, min(e.ds) AS ds
                            FROM   ods_event e
                            WHERE  item_id IS NOT NULL
                            GROUP  BY item_id
                            """)
                    .commit();
        }
    }

    private static void print(String what, ImportReport report, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d %s read, %,d added, %,d known already, %,d rejected%s%n",
                report.source(),
                report.read(),
                what,
                report.added(),
                report.known(),
                report.rejected(),
                report.withoutEvent() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %,d items that no event names are left out",
                                report.withoutEvent()));
        report.reasons().forEach((reason, count) -> out.printf("  %,d %s%n", count, reason));
        if (report.rejected() > 0) {
            out.println(
                    "  each with its line: "
                            + Shell.launcher()
                            + " sql \"SELECT * FROM ods_event_rejected\"");
        }
        if (!report.days().isEmpty()) {
            out.println("  days " + report.days().getFirst() + " to " + report.days().getLast());
        }
    }
}
