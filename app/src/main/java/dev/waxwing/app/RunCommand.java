package dev.waxwing.app;

import dev.waxwing.flow.Pipeline;
import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.PlannedStep;
import dev.waxwing.flow.RunReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

@Command(
        name = "run",
        description = "Runs a pipeline for one business date, or for each of a range.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(
            paramLabel = "PIPELINE",
            description = "A file of the folder pipelines, without .yaml.")
    private String pipeline;

    @Option(
            names = "--bizdate",
            required = true,
            converter = Dates.class,
            description = "The day that the run is about, yyyymmdd.")
    private LocalDate bizdate;

    @Option(names = "--to", converter = Dates.class, description = "The last day of a range.")
    private LocalDate to;

    @Option(
            names = "--plan",
            description =
                    "Runs nothing: tells the steps in their order, why each comes after others, and how long loops may wait.")
    private boolean plan;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            PipelineFile file = installation.pipelines().named(pipeline);
            if (plan) {
                file.pipelines().forEach(each -> tell(each, System.out));
                return 0;
            }
            List<RunReport> reports =
                    installation
                            .runner()
                            .run(
                                    file,
                                    bizdate,
                                    to == null ? bizdate : to,
                                    new Progress(System.out));
            return reports.stream().allMatch(RunReport::done) ? 0 : 1;
        }
    }

    static void tell(Pipeline pipeline, PrintStream out) {
        out.printf("%s, %d steps%n", pipeline.name(), pipeline.steps().size());
        for (PlannedStep step : pipeline.steps()) {
            String after =
                    step.after().entrySet().stream()
                            .map(reason -> reason.getKey() + " (" + reason.getValue() + ")")
                            .collect(Collectors.joining(", "));
            out.printf(
                    "  %-16s %s%s%n",
                    step.name(), step.kind(), after.isEmpty() ? "" : ", after " + after);
            if (step.rules().loop().loops()) {
                out.printf("  %-16s %s%n", "", step.rules().loop().told());
            }
        }
    }
}
