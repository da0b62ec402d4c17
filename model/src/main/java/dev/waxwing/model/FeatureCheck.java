package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// Refuses a set of aliases in which a bundle is gone, or a ranker would miss a feature column that it was fitted on.
final class FeatureCheck {
    private final SortedMap<String, Manifest> live = new TreeMap<>(); // by "alias (bundle)"
    private final List<String> problems = new ArrayList<>();

    private FeatureCheck(
            SortedMap<String, BundleRef> aliases, Function<BundleRef, Manifest> manifests) {
        aliases.forEach(
                (alias, ref) -> {
                    try {
                        live.put(alias + " (" + ref + ")", manifests.apply(ref));
                    } catch (BundleException e) {
                        problems.add(alias + ": " + e.getMessage());
                    }
                });
    }

    static void check(
            SortedMap<String, BundleRef> aliases, Function<BundleRef, Manifest> manifests) {
        var check = new FeatureCheck(aliases, manifests);
        check.live.forEach(
                (ranker, manifest) -> manifest.needs().forEach(need -> check.serves(ranker, need)));
        if (!check.problems.isEmpty()) {
            throw new BundleException(
                    "nothing was activated, because the new set does not hold together:\n  "
                            + String.join("\n  ", check.problems.stream().distinct().toList()));
        }
    }

    private void serves(String ranker, ColumnNeed need) {
        Map<String, Manifest> offered = new TreeMap<>(live);
        offered.values()
                .removeIf(
                        manifest ->
                                manifest.kind() != BundleKind.FEATURES
                                        || !manifest.name().equals(need.snapshot()));
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
                    Optional<EntityColumn> column =
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
