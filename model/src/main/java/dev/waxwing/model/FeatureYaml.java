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

    private final MapNode root;
    private final List<Feature> features = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final NeedList needs;

    private FeatureYaml(MapNode root, Map<Entity, String> snapshots) {
        this.root = root;
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
        if (yaml.names.isEmpty()) {
            root.problem(
                    "columns", "there is no feature; name at least one under columns or match");
        }
        root.done();
        return new FeatureSpec(name, snapshots, yaml.features);
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
                            FeatureType type =
                                    FeatureType.valueOf(
                                            node.choice(
                                                            "type",
                                                            List.of("number", "category", "tags"))
                                                    .toUpperCase(Locale.ROOT));
                            String column = node.text("column", name);
                            int bins =
                                    type == FeatureType.NUMBER
                                            ? node.whole("bins", 2, MOST_BINS, 0)
                                            : 0;
                            int minCount =
                                    type == FeatureType.NUMBER
                                            ? 1
                                            : node.whole("min-count", 1, Integer.MAX_VALUE, 1);
                            misplaced(node, type);
                            add(
                                    all,
                                    name,
                                    () ->
                                            new Feature.Column(
                                                    name, from, column, type, bins, minCount));
                        });
    }

    private static void misplaced(MapNode node, FeatureType type) {
        String key = type == FeatureType.NUMBER ? "min-count" : "bins";
        if (node.has(key)) {
            node.problem(
                    key,
                    "a feature of type "
                            + type.word()
                            + " takes no "
                            + key
                            + "; "
                            + (type == FeatureType.NUMBER
                                    ? "categories and tags do"
                                    : "numbers do"));
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
