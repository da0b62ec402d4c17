package dev.waxwing.app;

import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Shift;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

@Command(
        name = "backfill",
        description =
                "Runs a pipeline for past business dates, several at once. Tables and bundles of production"
                        + " are written; an older release never replaces a newer one.",
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
    private static final long LOOK_NANOS = 500_000_000L;

    @Mixin private ProjectOption project;

    @Parameters(
            paramLabel = "PIPELINE",
            description = "A file of the folder pipelines, without .yaml.")
    private String pipeline;

    @Option(
            names = "--from",
            required = true,
            converter = Dates.class,
            description = "The first business date.")
    private LocalDate from;

    @Option(
            names = "--to",
            required = true,
            converter = Dates.class,
            description = "The last business date.")
    private LocalDate to;

    @Option(
            names = "--exclude",
            split = ",",
            paramLabel = "STEP",
            description = "Steps that are left out and count as done.")
    private Set<String> exclude;

    @Option(names = "--descendants", description = "Also what waits for it, however indirectly.")
    private boolean descendants;

    @Option(
            names = "--parallel",
            defaultValue = "1",
            description = "How many dates may work at once; default ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(names = "--newest-first", description = "Against the order of dates.")
    private boolean newestFirst;

    @Option(names = "--plan", description = "Only show what would be run.")
    private boolean plan;

    @Option(names = "--sandbox", hidden = true)
    private String sandbox;

    @Override
    public Integer call() {
        if (sandbox != null) {
            throw new IllegalArgumentException(
                    "there are no sandboxes: the warehouse knows one namespace, production. Without"
                            + " --sandbox the backfill writes there");
        }
        try (Installation installation = project.install()) {
            List<Backfill.Wanted> wanted =
                    new Backfill(
                                    pipeline,
                                    from,
                                    to,
                                    exclude == null ? Set.of() : exclude,
                                    descendants,
                                    parallel,
                                    newestFirst)
                            .plan(installation.pipelines().all());
            if (plan) {
                wanted.forEach(
                        each ->
                                System.out.println(
                                        each.cycle()
                                                + "  "
                                                + each.pipeline().name()
                                                + "  "
                                                + each.pipeline().steps().size()
                                                + " steps"
                                                + (each.dry().isEmpty()
                                                        ? ""
                                                        : ", dry: " + each.dry())));
                return 0;
            }
            List<String> runs = installation.runs().make(wanted, Instant.now());
            var progress = new Progress(System.out);
            try (Shift _ = installation.shift(false, progress)) {
                while (!runs.stream().allMatch(run -> found(installation, run).hasEnded())) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            List<RunReport> reports = runs.stream().map(run -> found(installation, run)).toList();
            long done = reports.stream().filter(RunReport::done).count();
            System.out.printf("%d of %d runs are done%n", done, reports.size());
            return done == reports.size() ? 0 : 1;
        }
    }

    private static RunReport found(Installation installation, String run) {
        return RunsCommand.found(installation.runs(), run);
    }
}
