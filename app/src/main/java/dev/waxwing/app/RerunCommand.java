package dev.waxwing.app;

import dev.waxwing.flow.RunEvent;
import dev.waxwing.flow.Shift;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

@Command(
        name = "rerun",
        description =
                "Runs again what was not done in a run, or a step and all that come after it. This process"
                        + " helps as a worker until the run has ended.",
        mixinStandardHelpOptions = true)
final class RerunCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;
    @Mixin private Asking asked;

    @Option(names = "--from", paramLabel = "STEP", description = "Also what was done from here on.")
    private String from;

    @Option(
            names = "--mark-done",
            paramLabel = "STEP",
            description =
                    "Take this step for done instead, and run what was skipped because of it.")
    private String done;

    @Override
    public Integer call() throws InterruptedException {
        try (Installation installation = project.install()) {
            if (done != null) {
                installation
                        .runs()
                        .markDone(asked.run, done, asked.who(), asked.why, Instant.now());
            } else {
                Set<String> steps = from == null ? Set.of() : Set.of(from);
                installation.runs().rerun(asked.run, steps, asked.who(), asked.why, Instant.now());
            }
            CountDownLatch ended = new CountDownLatch(1);
            Progress progress = new Progress(System.out);
            try (Shift _ =
                    installation.shift(
                            false,
                            event -> {
                                progress.on(event);
                                if (event instanceof RunEvent.RunEnded(String run, _)
                                        && run.equals(asked.run)) {
                                    ended.countDown();
                                }
                            })) {
                boolean over = false;
                while (!over) { // another worker may be the one that ends it
                    over =
                            ended.await(1, TimeUnit.SECONDS)
                                    || RunsCommand.found(installation.runs(), asked.run).hasEnded();
                }
            }
            return RunsCommand.found(installation.runs(), asked.run).done() ? 0 : 1;
        }
    }
}
