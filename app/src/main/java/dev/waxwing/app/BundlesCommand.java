package dev.waxwing.app;

import dev.waxwing.model.Activation;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

@Command(
        name = "bundles",
        description = "Lists the bundles and which of them are live; --log shows every move.",
        mixinStandardHelpOptions = true)
final class BundlesCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Option(names = "--log", description = "What was live when: the activation log, newest first.")
    private boolean log;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            (log ? log(installation.bundles()) : list(installation.bundles())).print(System.out);
            return 0;
        }
    }

    private static Sheet list(BundleStore bundles) {
        Map<BundleRef, List<String>> aliases =
                bundles.aliases().entrySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Map.Entry::getValue,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                Map.Entry::getKey, Collectors.toList())));
        Sheet sheet = new Sheet("bundle", "live as");
        for (BundleRef ref : bundles.list()) {
            sheet.row(ref, String.join(", ", aliases.getOrDefault(ref, List.of())));
        }
        return sheet;
    }

    private static Sheet log(BundleStore bundles) {
        Sheet sheet = new Sheet("no.", "at", "by", "moved", "why");
        for (Activation entry : bundles.history().reversed()) {
            sheet.row(
                    entry.number(),
                    entry.at(),
                    entry.by(),
                    entry.moved().values().stream()
                            .map(BundleRef::toString)
                            .collect(Collectors.joining(" ")),
                    entry.why());
        }
        return sheet;
    }
}
