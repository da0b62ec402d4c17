package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Instant;
import java.util.concurrent.Callable;

@Command(
        name = "resume",
        description = "Lets steps of a paused run start again.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;
    @Mixin private Asking asked;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            installation.runs().resume(asked.run, asked.who(), asked.why, Instant.now());
            return 0;
        }
    }
}
