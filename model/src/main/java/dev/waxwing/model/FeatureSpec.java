package dev.waxwing.model;

import dev.waxwing.config.Config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Which raw features a model is offered, in order, and from which snapshots they come.
///
/// Read from `features/*.yaml` by [FeatureSpec#read]; serving gets it from the bundle's fitted [FeatureSpace] instead, so it never sees the file.
public final class FeatureSpec {
    private final String name;
    private final Map<Entity, String> snapshots;
    private final List<Feature> features;
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final List<ColumnNeed> needs;

    /// @param snapshots the `features` bundle (and table) of the user and of the item
    /// @throws IllegalArgumentException if a name occurs twice, a snapshot is missing, or one column is wanted as two different kinds
    public FeatureSpec(
            String name, Map<Entity, String> snapshots, List<? extends Feature> features) {
        Names.checkWord("feature set", name);
        this.name = name;
        this.snapshots = Map.copyOf(snapshots);
        this.features = List.copyOf(features);
        if (this.snapshots.containsKey(Entity.REQUEST)) {
            throw new IllegalArgumentException("features " + name + ": a request has no snapshot");
        }
        this.snapshots.values().forEach(s -> Names.checkSlot("a snapshot's bundle name", s));
        for (Feature feature : this.features) {
            if (index.put(feature.name(), index.size()) != null) {
                throw new IllegalArgumentException(
                        "features " + name + ": feature " + feature.name() + " is there twice");
            }
        }
        if (this.features.isEmpty()) {
            throw new IllegalArgumentException(
                    "features " + name + " has no feature; a model needs at least one");
        }
        var list = new NeedList(this.snapshots);
        this.features.forEach(list::add);
        this.needs = list.list();
    }

    /// Reads `features/*.yaml`.
    ///
    /// @throws dev.waxwing.config.ConfigException with all problems of the file
    public static FeatureSpec read(Path file) {
        return FeatureYaml.read(Config.read(file));
    }

    /// The same from text; `fileName` is what problems name.
    public static FeatureSpec parse(String fileName, String text) {
        return FeatureYaml.read(Config.parse(fileName, text));
    }

    public String name() {
        return name;
    }

    /// The features in the order of the file; a row's values lie in the same order.
    public List<Feature> features() {
        return features;
    }

    /// The `features` bundle of each side, as far as the spec names one.
    public Map<Entity, String> snapshots() {
        return snapshots;
    }

    public int size() {
        return features.size();
    }

    /// Where the feature lies in a row, or -1.
    public int indexOf(String feature) {
        return index.getOrDefault(feature, -1);
    }

    /// The snapshot columns these features read, by snapshot and column.
    public List<ColumnNeed> needs() {
        return needs;
    }

    /// The same spec with only the named features, in their old order.
    public FeatureSpec only(Collection<String> names) {
        for (String wanted : names) {
            if (indexOf(wanted) < 0) {
                throw new IllegalArgumentException(
                        "features " + name + " has no feature " + wanted);
            }
        }
        return new FeatureSpec(
                name, snapshots, features.stream().filter(f -> names.contains(f.name())).toList());
    }

    /// Where the features of another spec lie in rows of this one.
    int[] placesOf(FeatureSpec other) {
        var places = new int[other.size()];
        for (int f = 0; f < places.length; f++) {
            Feature feature = other.features.get(f);
            places[f] = indexOf(feature.name());
            if (places[f] < 0 || features.get(places[f]).type() != feature.type()) {
                throw new FeatureException(
                        "feature "
                                + feature.name()
                                + " of type "
                                + feature.type().word()
                                + " is needed; the row's features "
                                + name
                                + " have "
                                + (places[f] < 0
                                        ? "none of that name"
                                        : "it as " + features.get(places[f]).type().word()));
            }
        }
        return places;
    }

    static EntityColumn.Kind kindOf(FeatureType type) {
        return switch (type) {
            case NUMBER -> EntityColumn.Kind.NUMBER;
            case CATEGORY -> EntityColumn.Kind.CATEGORY;
            case TAGS -> EntityColumn.Kind.TAGS;
        };
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof FeatureSpec that
                && name.equals(that.name)
                && snapshots.equals(that.snapshots)
                && features.equals(that.features);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, snapshots, features);
    }

    @Override
    public String toString() {
        return "features " + name + " " + index.keySet();
    }
}
