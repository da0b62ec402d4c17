package dev.waxwing.app;

import dev.waxwing.warehouse.Dropped;
import dev.waxwing.warehouse.Parent;
import dev.waxwing.warehouse.Partition;
import dev.waxwing.warehouse.TableInfo;
import dev.waxwing.warehouse.Warehouse;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

@Command(
        name = "tables",
        description = "Lists the tables; `tables show T` tells of one.",
        mixinStandardHelpOptions = true,
        subcommands = {TablesCommand.Show.class, TablesCommand.DropQuarantined.class})
final class TablesCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Warehouse warehouse = installation.warehouse();
            Sheet sheet = new Sheet("table", "days", "rows", "first", "last", "kept");
            for (String name : warehouse.tables()) {
                TableInfo table = warehouse.table(name);
                List<Partition> days = table.partitions();
                sheet.row(
                        name,
                        days.size(),
                        table.rows(),
                        days.isEmpty() ? "" : days.getFirst().ds(),
                        days.isEmpty() ? "" : days.getLast().ds(),
                        table.lifecycleDays().isPresent()
                                ? table.lifecycleDays().getAsInt() + "d"
                                : "for ever");
            }
            sheet.print(System.out);
            return 0;
        }
    }

    @Command(
            name = "drop-quarantined",
            description = "Removes rows that failed their checks and were kept to be looked at.",
            mixinStandardHelpOptions = true)
    static final class DropQuarantined implements Callable<Integer> {
        @Mixin private ProjectOption project;

        @Parameters(
                paramLabel = "TABLE",
                arity = "0..1",
                description = "Only of this table; without it, of all.")
        private String name;

        @Override
        public Integer call() {
            try (Installation installation = project.install()) {
                Dropped dropped =
                        installation.warehouse().dropQuarantined(Optional.ofNullable(name));
                System.out.printf(
                        "dropped %d files, %,d bytes%n", dropped.files(), dropped.bytes());
                return 0;
            }
        }
    }

    @Command(
            name = "show",
            description = "A table's columns, days, and what they were made from.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Mixin private ProjectOption project;

        @Parameters(paramLabel = "TABLE")
        private String name;

        @Option(
                names = "--days",
                defaultValue = "10",
                description = "The newest days to show; default ${DEFAULT-VALUE}.")
        private int days;

        @Override
        public Integer call() {
            try (Installation installation = project.install()) {
                Warehouse warehouse = installation.warehouse();
                TableInfo table = warehouse.table(name);
                table.columns().forEach(column -> System.out.println("  " + column));
                System.out.println();
                Sheet sheet =
                        new Sheet("ds", "state", "rows", "content", "written by", "made from");
                table.partitions().reversed().stream()
                        .limit(days)
                        .forEach(
                                day ->
                                        sheet.row(
                                                day.ds(),
                                                warehouse.state(name, day.ds()),
                                                day.rows(),
                                                day.hash()
                                                        .substring(
                                                                0,
                                                                Math.min(12, day.hash().length())),
                                                day.writer().runId() + " " + day.writer().step(),
                                                parents(day)));
                sheet.print(System.out);
                return 0;
            }
        }

        private static String parents(Partition day) {
            return day.parents().stream().map(Show::parent).collect(Collectors.joining(", "));
        }

        private static String parent(Parent parent) {
            return parent.table() + "@" + parent.snapshot();
        }
    }
}
