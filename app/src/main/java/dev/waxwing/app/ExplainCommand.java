package dev.waxwing.app;

import dev.waxwing.model.RankExplanation;
import dev.waxwing.serve.Explanation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Locale;
import java.util.concurrent.Callable;

@Command(
        name = "explain",
        description =
                "Shows why an item stands where it does for a user: recalls, features,"
                        + " contributions.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(index = "0", paramLabel = "USER")
    private String user;

    @Parameters(index = "1", paramLabel = "ITEM")
    private String item;

    @Option(names = "--scene", defaultValue = "home", description = "Default ${DEFAULT-VALUE}.")
    private String scene;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Explanation why =
                    new Feed(installation.bundles(), installation.eventLog())
                            .explain(scene, user, item);
            System.out.println(
                    (why.title().isEmpty() ? item : why.title())
                            + (why.place() > 0 ? ": place " + why.place() : ": not in the feed"));
            why.sources()
                    .forEach(
                            (recall, source) ->
                                    System.out.println(
                                            "  recalled by "
                                                    + recall
                                                    + ", place "
                                                    + source.place()));
            why.leaves().forEach(reason -> System.out.println("  filtered: " + reason));
            why.ranking().ifPresent(ExplainCommand::print);
            return 0;
        }
    }

    private static void print(RankExplanation ranking) {
        System.out.printf(
                Locale.ROOT,
                "  score %.6f = logistic(%.6f); base %.6f and:%n",
                ranking.score(),
                ranking.margin(),
                ranking.base());
        for (RankExplanation.Part part : ranking.strongest()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %+9.5f  %-24s %s%n",
                    part.contribution(),
                    part.feature(),
                    part.value());
        }
    }
}
