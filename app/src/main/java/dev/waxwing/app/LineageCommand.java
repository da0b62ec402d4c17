package dev.waxwing.app;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.flow.Lineage;
import dev.waxwing.warehouse.Parent;
import dev.waxwing.warehouse.Partition;
import dev.waxwing.warehouse.Warehouse;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

@Command(
        name = "lineage",
        description =
                "Tells which steps write and read a table, what it is made from and what is made from it,"
                        + " and which runs wrote its newest partitions.",
        mixinStandardHelpOptions = true)
final class LineageCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(paramLabel = "TABLE", description = "A table, from `tables` or a pipeline.")
    private String table;

    @Option(
            names = "--partitions",
            defaultValue = "5",
            description = "How many of the newest partitions; default ${DEFAULT-VALUE}.")
    private int partitions;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Lineage lineage = Lineage.of(installation.pipelines().all());
            Warehouse warehouse = installation.warehouse();
            var known = new TreeSet<>(lineage.tables());
            known.addAll(warehouse.tables());
            if (!known.contains(table)) {
                throw new IllegalArgumentException(
                        "there is no table "
                                + table
                                + ", in the warehouse or in a pipeline; "
                                + DidYouMean.hint(table, known));
            }
            tell(lineage, System.out);
            if (warehouse.exists(table)) {
                tell(warehouse.partitions(table), System.out);
            }
            return 0;
        }
    }

    private void tell(Lineage lineage, PrintStream out) {
        tell("written by", lineage.writers(table), out);
        tell("read by", lineage.readers(table), out);
        out.println("made from   " + told(lineage.upstream(table)));
        out.println("goes into   " + told(lineage.downstream(table)));
    }

    private static void tell(String what, List<Lineage.Use> uses, PrintStream out) {
        if (uses.isEmpty()) {
            out.printf("%-12s%s%n", what, "no step of a pipeline");
        }
        for (Lineage.Use use : uses) {
            out.printf(
                    "%-12s%s.%s (%s, %s)%n",
                    what, use.pipeline(), use.step(), use.kind(), use.where());
        }
    }

    private static String told(List<String> tables) {
        return tables.isEmpty() ? "nothing" : String.join(", ", tables);
    }

    private void tell(List<Partition> all, PrintStream out) {
        List<Partition> newest =
                all.stream()
                        .sorted(Comparator.comparing(Partition::ds).reversed())
                        .limit(partitions)
                        .toList();
        for (Partition each : newest) {
            out.printf(
                    "ds=%s  %,d rows, %s, by %s%s%n",
                    each.ds(),
                    each.rows(),
                    each.committedAt(),
                    each.writer(),
                    each.parents().isEmpty()
                            ? ""
                            : ", from "
                                    + String.join(
                                            ", ",
                                            each.parents().stream().map(Parent::table).toList()));
        }
    }
}
