package dev.waxwing.app;

import dev.waxwing.flow.Pipeline;
import dev.waxwing.flow.RunReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;

@Command(
        name = "pai",
        description = "Runs PAI calls, as PAI -name … -Dkey=value …; for one business date.",
        mixinStandardHelpOptions = true)
final class PaiCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(
            paramLabel = "CALLS",
            description = "One or several calls, in quotes; or a .pai file of the project.")
    private String calls;

    @Option(
            names = "--bizdate",
            converter = Dates.class,
            description = "The day that the calls are about, yyyymmdd; by default yesterday (UTC).")
    private LocalDate bizdate;

    @Override
    public Integer call() {
        LocalDate date = bizdate == null ? LocalDate.now(ZoneOffset.UTC).minusDays(1) : bizdate;
        try (Installation installation = project.install()) {
            Pipeline pipeline = Pipeline.parse("pai", pipeline(calls), installation.catalogue());
            RunReport report = installation.runner().run(pipeline, date, new Progress(System.out));
            return report.done() ? 0 : 1;
        }
    }

    /// A pipeline of the one step, as its file would be written.
    static String pipeline(String calls) {
        return "pipeline: pai\nsteps:\n  pai:\n    pai: |2\n" + calls.strip().indent(6);
    }
}
