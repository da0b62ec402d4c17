package dev.waxwing.app;

import dev.waxwing.flow.Happened;
import dev.waxwing.flow.RunDetail;
import dev.waxwing.flow.RunHead;
import dev.waxwing.flow.RunPage;
import dev.waxwing.flow.RunQuery;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;
import dev.waxwing.flow.Runs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

@Command(
        name = "runs",
        description = "Lists the newest runs; `runs show RUN` tells one.",
        mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {
    private static final long LOOK_NANOS = 300_000_000L;
    private static final int AT_ONCE = 500;

    @Mixin private ProjectOption project;

    @Option(
            names = "--limit",
            defaultValue = "20",
            description = "How many, 1 to 500; default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--pipeline", defaultValue = "", description = "Only of this pipeline.")
    private String pipeline;

    @Option(names = "--state", description = "Only in this state: ${COMPLETION-CANDIDATES}.")
    private RunState state;

    @Option(
            names = "--bizdate",
            converter = Dates.class,
            description = "Only of this business date.")
    private LocalDate bizdate;

    @Option(
            names = "--before",
            defaultValue = "",
            description = "The next page: what the page before ended with.")
    private String before;

    @Option(
            names = "--follow",
            description = "Then go on telling what happens, in whatever process, until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Runs runs = installation.runs();
            long last = runs.lastHappened();
            RunPage page =
                    runs.page(
                            new RunQuery(
                                    pipeline,
                                    Optional.ofNullable(state),
                                    Optional.ofNullable(bizdate),
                                    before,
                                    limit));
            page.runs().forEach(run -> System.out.println(line(run)));
            if (!page.next().isEmpty() && !follow) {
                System.out.println("… and more: --before " + page.next());
            }
            while (follow) {
                last = tellNews(runs, last);
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return 0;
        }
    }

    private static String line(RunHead run) {
        return String.format(
                        Locale.ROOT,
                        "%-36s %-9s %s  %8.1f s  %2d/%-2d  %s",
                        run.run(),
                        run.paused() ? "PAUSED" : run.state(),
                        run.startedAt(),
                        run.took().toMillis() / 1000.0,
                        run.good(),
                        run.steps(),
                        firstLine(run.message()))
                .stripTrailing();
    }

    /// @return the last that was told
    private long tellNews(Runs runs, long last) {
        long seen = last;
        for (Happened each : runs.happened(last, AT_ONCE)) {
            seen = each.id();
            if (pipeline.isEmpty() || pipeline.equals(each.pipeline())) {
                String what =
                        String.format(
                                Locale.ROOT,
                                "%s  %-36s %-20s %-9s %s",
                                each.at(),
                                each.run(),
                                each.step(),
                                each.state(),
                                firstLine(each.message()));
                System.out.println(what.stripTrailing());
            }
        }
        return seen;
    }

    @Command(
            name = "show",
            description =
                    "Tells one run: its graph, its steps, why they ended so and the last lines of their logs,"
                            + " and what people asked of it.",
            mixinStandardHelpOptions = true)
    Integer show(
            @Mixin ProjectOption of,
            @Parameters(paramLabel = "RUN", description = "A run's id, from `runs`.") String id,
            @Option(
                            names = "--log",
                            defaultValue = "5",
                            description =
                                    "How many last lines of the log of each step that failed or works;"
                                            + " default ${DEFAULT-VALUE}.")
                    int lines) {
        try (Installation installation = of.install()) {
            Runs runs = installation.runs();
            found(runs, id);
            RunDetail run = runs.detail(id).orElseThrow();
            new RunPicture(run, installation.project().storage(), lines).print(System.out);
            return 0;
        }
    }

    static RunReport found(Runs runs, String id) {
        return runs.find(id)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no run " + id + "; `waxwing runs` lists them"));
    }

    static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
