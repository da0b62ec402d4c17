package dev.waxwing.app;

import dev.waxwing.flow.RunReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

@Command(
        name = "sandbox",
        description =
                "Lists the sandboxes: copies of tables, bundles and aliases in which a backfill or a trial touches"
                        + " nothing of production. --sandbox NAME makes any other command work in one.",
        mixinStandardHelpOptions = true)
final class SandboxCommand implements Callable<Integer> {
    private static final int RUNS_LOOKED_AT = 1000;

    @Mixin private ProjectOption project;

    @Override
    public Integer call() {
        Sheet sheet = new Sheet("sandbox", "made", "why", "set");
        for (Sandbox each : new Sandboxes(project.production().storage()).list()) {
            sheet.row(each.name(), each.made(), each.why(), each.overrides());
        }
        sheet.print(System.out);
        return 0;
    }

    @Command(
            name = "new",
            description = "Makes a sandbox of what production holds now.",
            mixinStandardHelpOptions = true)
    Integer make(
            @Mixin ProjectOption of,
            @Parameters(paramLabel = "NAME", description = "Of a-z, 0-9, _ and -.") String name,
            @Option(
                            names = "--from",
                            converter = Dates.class,
                            description =
                                    "Its aliases are as they were before anything of this day or later was live; without"
                                            + " it, as they are.")
                    LocalDate from,
            @Option(
                            names = "--set",
                            paramLabel = "PIPELINE.STEP.KEY=VALUE",
                            description = "What its pipelines have other than their files.")
                    Map<String, String> set) {
        try (Installation production = new Installation(of.production())) {
            var overrides = new TreeMap<>(set == null ? Map.of() : set);
            if (!overrides.isEmpty()) {
                production.pipelines().with(overrides).all(); // before anything is made
            }
            Sandbox made =
                    new Sandboxes(production.project().storage())
                            .make(
                                    name,
                                    production,
                                    from == null ? LocalDate.MAX : from,
                                    "by hand",
                                    overrides);
            System.out.println(made.name() + " is made; --sandbox " + name + " works in it");
            return 0;
        }
    }

    @Command(
            name = "drop",
            description = "Removes a sandbox with all that was done in it.",
            mixinStandardHelpOptions = true)
    Integer drop(
            @Mixin ProjectOption of,
            @Parameters(paramLabel = "NAME", description = "From `sandbox`.") String name,
            @Option(names = "--force", description = "Even if a run has not ended.")
                    boolean force) {
        Project production = of.production();
        var sandboxes = new Sandboxes(production.storage());
        Sandbox sandbox = sandboxes.named(name);
        try (Installation inside = new Installation(production.in(sandbox))) {
            List<RunReport> open =
                    inside.runs().recent(RUNS_LOOKED_AT).stream()
                            .filter(run -> !run.hasEnded())
                            .toList();
            if (!open.isEmpty() && !force) {
                throw new IllegalStateException(
                        open.getFirst().run()
                                + " in "
                                + name
                                + " has not ended; wait, or say --force if nobody works at it any more");
            }
        }
        sandboxes.drop(name);
        System.out.println(name + " is gone");
        return 0;
    }
}
