package dev.waxwing.app;

import dev.waxwing.flow.Runs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.util.concurrent.Callable;

@Command(
        name = "cancel",
        description =
                "Stops a run, or all runs of a backfill: what works is interrupted, nothing else starts.",
        mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(
            paramLabel = "RUN|BACKFILL",
            description = "A run's id, from `runs`, or what `backfill` said is its own.")
    private String id;

    @Option(names = "--why", defaultValue = "no reason given", description = Asking.WHY)
    private String why;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Runs runs = installation.runs();
            if (Runs.isBackfill(id)) {
                int count = runs.cancelBackfill(id, Asking.user(), why, Instant.now());
                System.out.println(count + (count == 1 ? " run is" : " runs are") + " cancelled");
            } else {
                runs.cancel(id, Asking.user(), why, Instant.now());
            }
            return 0;
        }
    }
}
