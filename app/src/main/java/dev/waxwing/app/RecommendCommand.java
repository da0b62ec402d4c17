package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

@Command(
        name = "recommend",
        description = "Shows what a user did, and what the live bundles would offer now.",
        mixinStandardHelpOptions = true)
final class RecommendCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(paramLabel = "USER")
    private String user;

    @Option(names = "--scene", defaultValue = "home", description = "Default ${DEFAULT-VALUE}.")
    private String scene;

    @Option(names = "--size", defaultValue = "10", description = "Default ${DEFAULT-VALUE}.")
    private int size;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            new Feed(installation.bundles(), installation.eventLog())
                    .print(scene, user, size, System.out);
            return 0;
        }
    }
}
