package dev.waxwing.model;

import dev.waxwing.config.MapNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The grammar of `features/*.yaml`. All problems of a file come together.
final class FeatureYaml {
    private static final int MOST_BINS = 1000;
    private static final String ID = "id";

    private final MapNode root;
    private final Map<Entity, String> snapshots;
    private final List<Feature> features = new ArrayList<>();
    private final List<Derived> derived = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final NeedList needs;

    private FeatureYaml(MapNode root, Map<Entity, String> snapshots) {
        this.root = root;
        this.snapshots = snapshots;
        this.needs = new NeedList(snapshots);
    }

    static FeatureSpec read(MapNode root) {
        String name = root.text("features");
        if (!Names.isWord(name)) {
            root.problem(
                    "features", "\"" + name + "\" is not a name; letters, digits and _ would do");
        }
        var snapshots = new EnumMap<Entity, String>(Entity.class);
        if (root.has("snapshots")) {
            MapNode node = root.map("snapshots");
            for (Entity entity : List.of(Entity.USER, Entity.ITEM)) {
                if (node.has(entity.word())) {
                    snapshots.put(
                            entity,
                            node.parsed(
                                    entity.word(),
                                    "the name of a features bundle",
                                    FeatureYaml::slot,
                                    "missing"));
                }
            }
        }
        var yaml = new FeatureYaml(root, snapshots);
        yaml.columns();
        yaml.matches();
        yaml.derived();
        if (yaml.names.isEmpty()) {
            root.problem(
                    "columns", "there is no feature; name at least one under columns or match");
        }
        root.done();
        return new FeatureSpec(name, snapshots, yaml.features, yaml.derived);
    }

    private static String slot(String text) {
        Names.checkSlot("a bundle's name", text);
        return text;
    }

    private void columns() {
        if (!root.has("columns")) {
            return;
        }
        MapNode all = root.map("columns");
        all.mapEntries()
                .forEach(
                        (name, node) -> {
                            Entity from =
                                    Entity.valueOf(
                                            node.choice("from", List.of("user", "item", "request"))
                                                    .toUpperCase(Locale.ROOT));
                            String type =
                                    node.choice(
                                            "type",
                                            List.of("number", "category", "tags", "weights", ID));
                            add(all, name, () -> column(name, from, type, node));
                        });
    }

    private static Feature column(String name, Entity from, String type, MapNode node) {
        misplaced(node, type);
        if (type.equals(ID)) {
            return new Feature.Id(name, from, codes(node));
        }
        boolean number = type.equals("number");
        boolean transforms = number || type.equals("weights");
        return new Feature.Column(
                name,
                from,
                node.text("column", name),
                FeatureType.valueOf(type.toUpperCase(Locale.ROOT)),
                number ? node.whole("bins", 2, MOST_BINS, 0) : 0,
                transforms && node.has("transform")
                        ? Transform.valueOf(
                                node.choice("transform", List.of(number ? "log" : "unit"))
                                        .toUpperCase(Locale.ROOT))
                        : Transform.NONE,
                number ? Codes.Vocabulary.ALL : codes(node));
    }

    private static Codes codes(MapNode node) {
        if (!node.has("hash")) {
            return new Codes.Vocabulary(
                    node.whole("min-count", 1, Integer.MAX_VALUE, 1),
                    node.whole("max-size", 1, Integer.MAX_VALUE, Integer.MAX_VALUE));
        }
        for (String key : List.of("min-count", "max-size")) {
            if (node.has(key)) {
                node.problem(
                        key,
                        "what is hashed is not learnt, so it takes no " + key + "; leave one out");
            }
        }
        return new Codes.Hash(
                node.whole("hash", 2, Codes.Hash.MOST),
                node.whole("seed", 0, Integer.MAX_VALUE, 0));
    }

    /// Says of each key that another type takes what type it is for.
    private static void misplaced(MapNode node, String type) {
        boolean number = type.equals("number");
        List<String> others =
                number
                        ? List.of("min-count", "max-size", "hash", "seed")
                        : type.equals("weights")
                                ? List.of("bins")
                                : type.equals(ID)
                                        ? List.of("bins", "transform", "column")
                                        : List.of("bins", "transform");
        for (String key : others) {
            if (node.has(key)) {
                node.problem(
                        key,
                        "a feature of type "
                                + type
                                + " takes no "
                                + key
                                + "; "
                                + switch (key) {
                                    case "bins" -> "numbers do";
                                    case "transform" -> "numbers and weights do";
                                    case "column" -> "an id is of the entity itself";
                                    default -> "categories and tags do";
                                });
            }
        }
    }

    private void derived() {
        if (root.has("cross")) {
            MapNode all = root.map("cross");
            all.mapEntries()
                    .forEach(
                            (name, node) -> {
                                List<String> of = node.texts("of");
                                if (of.size() != 2) {
                                    node.problem(
                                            "of",
                                            "found "
                                                    + of
                                                    + "; two features would do, such as [genres,"
                                                    + " hour]");
                                    return;
                                }
                                addDerived(
                                        all,
                                        name,
                                        () ->
                                                new Derived.Cross(
                                                        name, of.get(0), of.get(1), codes(node)));
                            });
        }
        if (root.has("rate")) {
            MapNode all = root.map("rate");
            all.mapEntries()
                    .forEach(
                            (name, node) -> {
                                String of = node.text("of");
                                double smoothing = node.number("smoothing", 0, 1e9, 20);
                                addDerived(all, name, () -> new Derived.Rate(name, of, smoothing));
                            });
        }
    }

    private void addDerived(MapNode all, String name, Supplier<Derived> make) {
        if (!names.add(name)) {
            all.problem(name, "a feature of this name is there already; another name would do");
            return;
        }
        try {
            Derived one = make.get();
            if (root.problemCount() == 0) { // or what it is made of may be lacking for that alone
                new FeatureSpec("check", snapshots, features, List.of(one));
            }
            derived.add(one);
        } catch (IllegalArgumentException e) {
            all.problem(name, e.getMessage());
        }
    }

    private void matches() {
        if (!root.has("match")) {
            return;
        }
        MapNode all = root.map("match");
        all.mapEntries()
                .forEach(
                        (name, node) -> {
                            List<Feature.MatchKind> kinds =
                                    Arrays.stream(Feature.MatchKind.values())
                                            .filter(kind -> node.has(kind.word()))
                                            .toList();
                            int bins = node.whole("bins", 2, MOST_BINS, 0);
                            if (kinds.size() != 1) {
                                all.problem(
                                        name,
                                        "found "
                                                + (kinds.isEmpty()
                                                        ? "no comparison"
                                                        : "several comparisons")
                                                + "; one of `dot: [user.a, item.b]`, `cosine: …`,"
                                                + " `equal: …` would do");
                                return;
                            }
                            Feature.MatchKind kind = kinds.getFirst();
                            List<String> sides = node.texts(kind.word());
                            if (sides.size() != 2) {
                                node.problem(
                                        kind.word(),
                                        "found "
                                                + sides
                                                + "; two sides would do, such as [user.recent,"
                                                + " item.similar]");
                                return;
                            }
                            Optional<Feature.Side> left = side(node, kind.word(), sides.get(0));
                            Optional<Feature.Side> right = side(node, kind.word(), sides.get(1));
                            if (left.isPresent() && right.isPresent()) {
                                add(
                                        all,
                                        name,
                                        () ->
                                                new Feature.Match(
                                                        name, kind, left.get(), right.get(), bins));
                            }
                        });
    }

    private static Optional<Feature.Side> side(MapNode node, String key, String text) {
        try {
            return Optional.of(Feature.Side.parse(text));
        } catch (IllegalArgumentException e) {
            node.problem(key, e.getMessage());
            return Optional.empty();
        }
    }

    private void add(MapNode all, String name, Supplier<Feature> make) {
        if (!names.add(name)) {
            all.problem(name, "a feature of this name is there already; another name would do");
            return;
        }
        try {
            Feature feature = make.get();
            needs.add(feature);
            features.add(feature);
        } catch (IllegalArgumentException e) {
            all.problem(name, e.getMessage());
        }
    }
}
