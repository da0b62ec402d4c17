package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/// Refuses a set of aliases in which a ranker would miss a feature column that it was fitted on.
final class FeatureCheck {
    private FeatureCheck() {}

    static void check(
            SortedMap<String, BundleRef> aliases, Function<BundleRef, Manifest> manifests) {
        var problems = new ArrayList<String>();
        aliases.forEach(
                (alias, ref) -> {
                    for (ColumnNeed need : manifests.apply(ref).needs()) {
                        check(
                                alias + " (" + ref + ")",
                                need,
                                featuresOf(need.snapshot(), aliases, manifests),
                                problems);
                    }
                });
        if (!problems.isEmpty()) {
            throw new BundleException(
                    "nothing was activated, because the feature bundles of the new set do not serve"
                            + " its rankers:\n"
                            + "  "
                            + String.join("\n  ", problems.stream().distinct().toList()));
        }
    }

    private static Map<String, Manifest> featuresOf(
            String snapshot,
            SortedMap<String, BundleRef> aliases,
            Function<BundleRef, Manifest> manifests) {
        var found = new java.util.TreeMap<String, Manifest>();
        aliases.forEach(
                (alias, ref) -> {
                    if (ref.name().equals(snapshot)
                            && manifests.apply(ref).kind() == BundleKind.FEATURES) {
                        found.put(alias + " (" + ref + ")", manifests.apply(ref));
                    }
                });
        return found;
    }

    private static void check(
            String ranker, ColumnNeed need, Map<String, Manifest> offered, List<String> problems) {
        if (offered.isEmpty()) {
            problems.add(
                    ranker
                            + " needs features bundle "
                            + need.snapshot()
                            + ", but no alias names one; activate "
                            + need.snapshot()
                            + "/live in the same set");
        }
        offered.forEach(
                (features, manifest) -> {
                    var column =
                            manifest.offers().stream()
                                    .filter(c -> c.name().equals(need.column()))
                                    .findFirst();
                    if (column.isEmpty()) {
                        problems.add(
                                ranker
                                        + " needs column "
                                        + need.column()
                                        + " ("
                                        + need.kindWords()
                                        + "), which "
                                        + features
                                        + " lacks; it has "
                                        + manifest.offers().stream()
                                                .map(EntityColumn::name)
                                                .toList());
                    } else if (!need.kinds().contains(column.get().kind())) {
                        problems.add(
                                ranker
                                        + " needs column "
                                        + need.column()
                                        + " as "
                                        + need.kindWords()
                                        + ", but "
                                        + features
                                        + " holds it as "
                                        + column.get().kind().word());
                    }
                });
    }
}
