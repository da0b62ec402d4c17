package dev.waxwing.app;

import dev.waxwing.flow.RunNote;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.StepReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

@Command(
        name = "runs",
        description = "Lists the newest runs; `runs show RUN` tells one.",
        mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Option(
            names = "--limit",
            defaultValue = "20",
            description = "How many; default ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            for (RunReport run : installation.runs().recent(limit)) {
                System.out.printf(
                        Locale.ROOT,
                        "%-36s %-9s %s  %8.1f s  %s%n",
                        run.run(),
                        run.state(),
                        run.startedAt(),
                        run.took().toMillis() / 1000.0,
                        firstLine(run.message()));
            }
            return 0;
        }
    }

    @Command(
            name = "show",
            description =
                    "Tells one run: its steps, why they ended so, and what people asked of it.",
            mixinStandardHelpOptions = true)
    Integer show(
            @Mixin ProjectOption of,
            @Parameters(paramLabel = "RUN", description = "A run's id, from `runs`.") String id) {
        try (Installation installation = of.install()) {
            Runs runs = installation.runs();
            RunReport run = found(runs, id);
            tell(run, runs.notes(id), System.out);
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

    private static void tell(RunReport run, List<RunNote> notes, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s  %s of %s, %s, started %s, %.1f s%n",
                run.run(),
                run.pipeline(),
                run.bizdate(),
                run.state(),
                run.startedAt(),
                run.took().toMillis() / 1000.0);
        for (StepReport step : run.steps()) {
            out.printf(
                    Locale.ROOT,
                    "  %-20s %-9s %s  %,12d rows  %8.2f s  %s%n",
                    step.step(),
                    step.state(),
                    step.attempts() > 1 ? "attempt " + step.attempts() : "         ",
                    step.rows(),
                    step.took().toMillis() / 1000.0,
                    firstLine(step.message()));
        }
        notes.forEach(
                note ->
                        out.printf(
                                "  %s  %s: %s (%s)%n",
                                note.at(), note.who(), note.what(), note.why()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
