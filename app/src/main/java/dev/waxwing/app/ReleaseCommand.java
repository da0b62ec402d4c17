package dev.waxwing.app;

import dev.waxwing.model.Activation;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.Ranker;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "release",
        description =
                "Makes a bundle live by hand: release home_rank/20130831-1a2b3c4d"
                        + " home_rank/champion",
        mixinStandardHelpOptions = true)
final class ReleaseCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "As `bundles` lists it.")
    private String bundle;

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Such as home_rank/champion.")
    private String alias;

    @Option(names = "--why", defaultValue = "by hand", description = "Kept in the activation log.")
    private String why;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            BundleRef ref = BundleRef.parse(bundle);
            Bundle opened = installation.bundles().open(ref);
            if (opened.kind() == BundleKind.RANKER) {
                System.out.println(Ranker.open(opened).verifyGolden() + " golden rows agree");
            }
            Activation entry =
                    installation
                            .bundles()
                            .activate(
                                    Map.of(alias, ref),
                                    System.getProperty("user.name"),
                                    why,
                                    Map.of());
            System.out.println("activation " + entry.number() + ": " + alias + " is " + ref);
            return 0;
        }
    }
}
