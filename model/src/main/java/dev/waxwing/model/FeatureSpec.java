package dev.waxwing.model;

import dev.waxwing.config.Config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Which raw features a model is offered, in order, and from which snapshots they come.
///
/// Read from `features/*.yaml` by [FeatureSpec#read]; serving gets it from the bundle's fitted [FeatureSpace] instead, so it never sees the file.
public final class FeatureSpec {
    private final String name;
    private final Map<Entity, String> snapshots;
    private final List<Feature> features;
    private final List<Derived> derived;
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final List<ColumnNeed> needs;

    /// @param snapshots the `features` bundle (and table) of the user and of the item
    /// @throws IllegalArgumentException if a name occurs twice, a snapshot is missing, or one column is wanted as two different kinds
    public FeatureSpec(
            String name, Map<Entity, String> snapshots, List<? extends Feature> features) {
        this(name, snapshots, features, List.of());
    }

    /// @param derived features that are made of the others when they are encoded
    /// @throws IllegalArgumentException as above, or if a derived feature is made of what is not there or does not suit
    public FeatureSpec(
            String name,
            Map<Entity, String> snapshots,
            List<? extends Feature> features,
            List<? extends Derived> derived) {
        Names.checkWord("feature set", name);
        this.name = name;
        this.snapshots = Map.copyOf(snapshots);
        this.features = List.copyOf(features);
        this.derived = List.copyOf(derived);
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
        for (Derived d : this.derived) {
            boolean again =
                    this.derived.stream().filter(e -> e.name().equals(d.name())).count() > 1;
            if (again || index.containsKey(d.name())) {
                throw new IllegalArgumentException(
                        "features " + name + ": feature " + d.name() + " is there twice");
            }
            d.of().forEach(operand -> checkOperand(d, operand));
        }
        var list = new NeedList(this.snapshots);
        this.features.forEach(list::add);
        this.needs = list.list();
    }

    private void checkOperand(Derived derivedOne, String operand) {
        int at = indexOf(operand);
        Feature feature = at < 0 ? null : features.get(at);
        boolean suits =
                feature != null
                        && switch (derivedOne) {
                            case Derived.Cross _ ->
                                    feature.type() != FeatureType.NUMBER || feature.bins() > 0;
                            case Derived.Rate _ -> feature.type() == FeatureType.CATEGORY;
                        };
        if (!suits) {
            String what =
                    switch (derivedOne) {
                        case Derived.Cross _ ->
                                "a cross takes categories, ids, tags, weights, and numbers with"
                                        + " bins";
                        case Derived.Rate _ -> "a rate takes a category or an id";
                    };
            throw new IllegalArgumentException(
                    "feature "
                            + derivedOne.name()
                            + " is made of "
                            + operand
                            + ", which is "
                            + (feature == null
                                    ? "no column or match of this file"
                                    : "of type "
                                            + feature.type().word()
                                            + (feature.type() == FeatureType.NUMBER
                                                    ? " without bins"
                                                    : ""))
                            + "; "
                            + what);
        }
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

    /// The features that are made of the others when they are encoded; they have no place in a row.
    public List<Derived> derived() {
        return derived;
    }

    /// The names of all features: those of rows, then the derived ones. A feature's place in this list is its field.
    public List<String> fields() {
        var names = new ArrayList<>(index.keySet());
        derived.forEach(d -> names.add(d.name()));
        return names;
    }

    /// The features that have columns of the dense form, which trees take: not what is hashed or crossed, and no ids.
    public FeatureSpec dense() {
        var names = new ArrayList<String>();
        for (Feature feature : features) {
            if (isDense(feature)) {
                names.add(feature.name());
            }
        }
        // What a rate is of must be in the row, even if it has no column of its own.
        for (Derived d : derived) {
            if (d instanceof Derived.Rate) {
                names.add(d.name());
                names.addAll(d.of());
            }
        }
        return only(names);
    }

    static boolean isDense(Feature feature) {
        return !(feature instanceof Feature.Id) && feature.codes() instanceof Codes.Vocabulary;
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

    /// The same spec with only the named features, in their old order; a derived one goes with what it is made of.
    public FeatureSpec only(Collection<String> names) {
        List<String> known = fields();
        for (String wanted : names) {
            if (!known.contains(wanted)) {
                throw new IllegalArgumentException(
                        "features " + name + " has no feature " + wanted);
            }
        }
        return new FeatureSpec(
                name,
                snapshots,
                features.stream().filter(f -> names.contains(f.name())).toList(),
                derived.stream()
                        .filter(d -> names.contains(d.name()) && names.containsAll(d.of()))
                        .toList());
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

    /// The kinds of columns that a type is read from.
    static Set<EntityColumn.Kind> kindsOf(FeatureType type) {
        return switch (type) {
            case NUMBER -> Set.of(EntityColumn.Kind.NUMBER);
            case CATEGORY -> Set.of(EntityColumn.Kind.CATEGORY);
            case TAGS -> Set.of(EntityColumn.Kind.TAGS);
            case WEIGHTS -> Set.of(EntityColumn.Kind.WEIGHTS, EntityColumn.Kind.TAGS);
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
                && features.equals(that.features)
                && derived.equals(that.derived);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, snapshots, features, derived);
    }

    @Override
    public String toString() {
        return "features " + name + " " + fields();
    }
}
