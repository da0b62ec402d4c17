package dev.waxwing.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Gathers which snapshot columns features read, and of which kind they must be.
final class NeedList {
    private final Map<Entity, String> snapshots;
    private final Map<Feature.Side, Set<EntityColumn.Kind>> bySide = new LinkedHashMap<>();

    NeedList(Map<Entity, String> snapshots) {
        this.snapshots = snapshots;
    }

    /// @throws IllegalArgumentException if the snapshot is not named, or another feature wants the column as another kind
    void add(Feature feature) {
        switch (feature) {
            case Feature.Column c ->
                    add(
                            feature,
                            new Feature.Side(c.from(), c.column()),
                            FeatureSpec.kindsOf(c.type()));
            case Feature.Id _ -> {}
            case Feature.Match m -> {
                add(feature, m.left(), m.kind().takes());
                add(feature, m.right(), m.kind().takes());
            }
        }
    }

    private void add(Feature feature, Feature.Side side, Set<EntityColumn.Kind> kinds) {
        if (side.entity() == Entity.REQUEST) {
            return;
        }
        String entity = side.entity().word();
        if (!snapshots.containsKey(side.entity())) {
            throw new IllegalArgumentException(
                    "feature "
                            + feature.name()
                            + " reads "
                            + side
                            + ", but no snapshot of the "
                            + entity
                            + " is named; add `snapshots: { "
                            + entity
                            + ": <bundle name> }`");
        }
        Set<EntityColumn.Kind> known = bySide.getOrDefault(side, kinds);
        var both = EnumSet.noneOf(EntityColumn.Kind.class);
        both.addAll(known);
        both.retainAll(kinds);
        if (both.isEmpty()) {
            throw new IllegalArgumentException(
                    "feature "
                            + feature.name()
                            + " wants "
                            + side
                            + " as "
                            + words(kinds)
                            + ", another feature as "
                            + words(known)
                            + "; a column has one kind");
        }
        bySide.put(side, both);
    }

    private static String words(Set<EntityColumn.Kind> kinds) {
        return String.join(" or ", kinds.stream().sorted().map(EntityColumn.Kind::word).toList());
    }

    List<ColumnNeed> list() {
        var needs = new ArrayList<ColumnNeed>();
        bySide.forEach(
                (side, kinds) ->
                        needs.add(
                                new ColumnNeed(
                                        snapshots.get(side.entity()), side.column(), kinds)));
        return List.copyOf(needs);
    }
}
