package dev.waxwing.app;

import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.RunReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;

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

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            PipelineFile file = installation.pipelines().named(pipeline);
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
}
