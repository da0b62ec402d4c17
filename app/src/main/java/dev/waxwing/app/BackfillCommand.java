package dev.waxwing.app;

import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.Shift;
import dev.waxwing.model.Activation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

@Command(
        name = "backfill",
        description =
                "Runs a pipeline for past business dates, several at once, in a sandbox: nothing of production is"
                        + " touched, unless --production says so.",
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
    private static final long LOOK_NANOS = 500_000_000L;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

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

    @Option(
            names = "--production",
            description =
                    "Write tables and bundles of production; an older release never replaces a newer"
                            + " one.")
    private boolean production;

    @Option(
            names = "--set",
            paramLabel = "PIPELINE.STEP.KEY=VALUE",
            description =
                    "What steps have other than their files: in the runs of this backfill, or, without"
                            + " --production, in all that is done in its new sandbox.")
    private SortedMap<String, String> set = new TreeMap<>();

    @Override
    public Integer call() {
        if (production && project.sandbox().isPresent()) {
            throw new IllegalArgumentException("--production does not go with --sandbox");
        }
        if (plan || production) {
            try (Installation installation = new Installation(project.production())) {
                return plan ? show(wanted(installation)) : run(installation);
            }
        }
        Sandbox sandbox = sandbox();
        try (Installation installation = new Installation(project.production().in(sandbox))) {
            return run(installation);
        }
    }

    /// The one that was asked for, made if it is not there.
    private Sandbox sandbox() {
        Project open = project.production();
        var sandboxes = new Sandboxes(open.storage());
        String name =
                project.sandbox()
                        .orElseGet(
                                () ->
                                        "backfill-"
                                                + STAMP.format(LocalDateTime.now(ZoneOffset.UTC)));
        if (sandboxes.exists(name)) {
            if (!set.isEmpty()) {
                throw new IllegalArgumentException(
                        "the sandbox "
                                + name
                                + " is there already, and what it sets is fixed when it is made; choose"
                                + " another name");
            }
            return sandboxes.named(name);
        }
        try (Installation installation = new Installation(open)) {
            wanted(installation); // before anything is made
            Sandbox made =
                    sandboxes.make(
                            name,
                            installation,
                            from,
                            "backfill of " + pipeline + ", " + from + " to " + to,
                            set);
            System.out.println("Working in the new sandbox " + name);
            return made;
        }
    }

    private List<Backfill.Wanted> wanted(Installation installation) {
        return new Backfill(
                        pipeline,
                        from,
                        to,
                        exclude == null ? Set.of() : exclude,
                        descendants,
                        parallel,
                        newestFirst)
                .plan(installation.pipelines(), set);
    }

    private static int show(List<Backfill.Wanted> wanted) {
        for (Backfill.Wanted each : wanted) {
            System.out.println(
                    each.cycle()
                            + "  "
                            + each.pipeline().name()
                            + "  "
                            + each.pipeline().steps().size()
                            + " steps"
                            + (each.dry().isEmpty() ? "" : ", dry: " + each.dry())
                            + (each.pipeline().overrides().isEmpty()
                                    ? ""
                                    : ", set: " + each.pipeline().overrides()));
        }
        return 0;
    }

    private int run(Installation installation) {
        long before = installation.bundles().live().number();
        Sandbox sandbox = installation.project().sandbox();
        Runs.MadeBackfill made =
                installation
                        .runs()
                        .backfill(
                                wanted(installation),
                                Asking.user(),
                                "waxwing backfill",
                                Instant.now());
        List<String> runs = made.runs();
        if (!runs.isEmpty()) {
            System.out.printf(
                    "%d runs; `waxwing cancel %s%s` stops what has not ended of them%n",
                    runs.size(),
                    made.backfill(),
                    sandbox.isProduction() ? "" : " --sandbox " + sandbox.name());
        }
        var progress = new Progress(System.out);
        try (Shift _ = installation.shift(false, progress)) {
            while (installation.runs().isLive(made.backfill())) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        List<RunReport> reports = runs.stream().map(run -> found(installation, run)).toList();
        long done = reports.stream().filter(RunReport::done).count();
        System.out.printf("%d of %d runs are done%n", done, reports.size());
        if (!sandbox.isProduction()) {
            tellLive(installation.bundles().history(), before, reports);
            System.out.println(
                    "Look at it with --sandbox "
                            + sandbox.name()
                            + "; `waxwing sandbox drop "
                            + sandbox.name()
                            + "` removes it");
        }
        return done == reports.size() ? 0 : 1;
    }

    /// What these runs made live, by business date: what would have been live that day.
    private static void tellLive(List<Activation> all, long before, List<RunReport> reports) {
        var sheet = new Sheet("business date", "would have gone live", "by");
        for (Activation entry : all.subList((int) before, all.size())) {
            reports.stream()
                    .filter(report -> entry.by().endsWith(" " + report.run()))
                    .findFirst()
                    .ifPresent(
                            report ->
                                    entry.moved()
                                            .forEach(
                                                    (alias, bundle) ->
                                                            sheet.row(
                                                                    report.bizdate(),
                                                                    alias + " " + bundle,
                                                                    report.run())));
        }
        sheet.print(System.out);
    }

    private static RunReport found(Installation installation, String run) {
        return RunsCommand.found(installation.runs(), run);
    }
}
