package dev.waxwing.app;

import dev.waxwing.flow.Alert;
import dev.waxwing.flow.BaselineState;
import dev.waxwing.flow.BaselineStatus;
import dev.waxwing.flow.Baselines;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "baselines",
        description =
                "Tells how each promise of the folder baselines stands now, and who could not be told."
                        + " Ends with 1 if one is in danger or broken.",
        mixinStandardHelpOptions = true)
final class BaselinesCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm");
    private static final int ALERTS = 50;

    @Mixin private ProjectOption project;

    @Option(names = "--path", description = "Also the critical path of each.")
    private boolean path;

    @Option(names = "--schema", description = "Only print the JSON Schema of a baseline's file.")
    private boolean schema;

    @Override
    public Integer call() {
        if (schema) {
            System.out.print(Baselines.schema());
            return 0;
        }
        try (Installation installation = project.install()) {
            ZoneId zone = installation.project().zone();
            List<BaselineStatus> all =
                    installation
                            .baselines()
                            .look(
                                    installation.runs(),
                                    installation.pipelines().all(),
                                    zone,
                                    Instant.now());
            print(all, zone, System.out);
            for (Alert alert : installation.runs().alerts(ALERTS)) {
                if (!alert.state().equals("SENT")) {
                    System.out.printf(
                            "%s of %s, made %s: %s after %d tries; %s%n",
                            alert.channel(),
                            alert.baseline(),
                            TIME.format(LocalDateTime.ofInstant(alert.madeAt(), zone)),
                            alert.state().equals("OPEN") ? "not told yet" : "given up",
                            alert.tries(),
                            alert.message());
                }
            }
            return all.stream().allMatch(each -> each.state() == BaselineState.SAFE) ? 0 : 1;
        }
    }

    private void print(List<BaselineStatus> all, ZoneId zone, PrintStream out) {
        var sheet =
                new Sheet(
                        "baseline",
                        "priority",
                        "of",
                        "state",
                        "committed",
                        "finish",
                        "",
                        "message");
        for (BaselineStatus each : all) {
            sheet.row(
                    each.baseline().name(),
                    each.baseline().priority(),
                    each.cycle(),
                    each.state(),
                    TIME.format(LocalDateTime.ofInstant(each.deadline(), zone)),
                    TIME.format(LocalDateTime.ofInstant(each.estimate(), zone)),
                    each.finished() ? "finished" : "estimated",
                    each.message());
        }
        sheet.print(out);
        for (BaselineStatus each : path ? all : List.<BaselineStatus>of()) {
            out.println(each.baseline().name() + " of " + each.cycle());
            for (BaselineStatus.Leg leg : each.path()) {
                out.printf(
                        "  %s  %s.%s%s%n",
                        TIME.format(LocalDateTime.ofInstant(leg.finish(), zone)),
                        leg.pipeline(),
                        leg.step(),
                        leg.done() ? "  done" : "");
            }
        }
    }
}
