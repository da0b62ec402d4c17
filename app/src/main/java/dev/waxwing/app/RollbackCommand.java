package dev.waxwing.app;

import dev.waxwing.model.Activation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

@Command(
        name = "rollback",
        description = "Undoes the last activation as a whole, or the last move of one alias.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(
            arity = "0..1",
            paramLabel = "ALIAS",
            description = "Such as home_rank/champion; otherwise the last set.")
    private String alias;

    @Option(names = "--why", defaultValue = "by hand", description = "Kept in the activation log.")
    private String why;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            String by = System.getProperty("user.name");
            Activation entry =
                    alias == null
                            ? installation.bundles().rollback(by, why)
                            : installation.bundles().rollback(alias, by, why);
            System.out.println("activation " + entry.number() + ":");
            entry.touched()
                    .forEach(
                            touched ->
                                    System.out.println(
                                            "  "
                                                    + touched
                                                    + " is "
                                                    + (entry.moved().containsKey(touched)
                                                            ? entry.moved().get(touched)
                                                            : "nothing")));
            return 0;
        }
    }
}
