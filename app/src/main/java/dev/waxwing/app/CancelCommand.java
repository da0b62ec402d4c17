package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Instant;
import java.util.concurrent.Callable;

@Command(
        name = "cancel",
        description = "Stops a run: what works is interrupted, nothing else starts.",
        mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;
    @Mixin private Asking asked;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            installation.runs().cancel(asked.run, asked.who(), asked.why, Instant.now());
            return 0;
        }
    }
}
