package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Instant;
import java.util.concurrent.Callable;

@Command(
        name = "pause",
        description = "Lets no more steps of a run start; those at work go on.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;
    @Mixin private Asking asked;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            installation.runs().pause(asked.run, asked.who(), asked.why, Instant.now());
            return 0;
        }
    }
}
