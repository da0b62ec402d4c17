package dev.waxwing.app;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.StepReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

@Command(
        name = "logs",
        description = "Prints what the steps of a run logged, or one of them.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(index = "0", paramLabel = "RUN", description = "A run's id, from `runs`.")
    private String id;

    @Parameters(index = "1", arity = "0..1", paramLabel = "STEP", description = "One step of it.")
    private String step;

    @Override
    public Integer call() throws IOException {
        try (Installation installation = project.install()) {
            RunReport run = RunsCommand.found(installation.runs(), id);
            if (step != null && run.step(step).isEmpty()) {
                throw new IllegalArgumentException(
                        id
                                + " has no step "
                                + step
                                + "; its steps are "
                                + run.steps().stream().map(StepReport::step).toList());
            }
            for (StepReport each : run.steps()) {
                Path log = installation.project().storage().resolve(each.log());
                if ((step == null || step.equals(each.step())) && Files.exists(log)) {
                    System.out.println("== " + each.step());
                    Files.copy(log, System.out);
                }
            }
            return 0;
        }
    }
}
