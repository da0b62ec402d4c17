package dev.waxwing.serve;

import dev.waxwing.model.Activation;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.Entity;
import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.EntityColumn.Kind;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.FeatureType;
import dev.waxwing.model.GoldenRow;
import dev.waxwing.model.ItemList;
import dev.waxwing.model.Neighbours;
import dev.waxwing.model.Ranker;
import dev.waxwing.model.ScoredId;
import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.GbdtPmml;
import dev.waxwing.pmml.Tree;
import dev.waxwing.storage.FileStore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A community small enough to know every answer beforehand. Items `h0`…`h9` are hot in this order, `f1` and `f2` fresh; `a` goes with `b` (0.9), `c`
/// (0.5) and `h1` (0.1); user `old` acted on `a`; the ranker is one stump on `item_acts < 50` and one on `hits=yes`, made by hand.
final class Community {
    static final LocalDate DAY = LocalDate.of(2026, 1, 30);
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    static final FeatureSpec SPEC =
            new FeatureSpec(
                    "rank",
                    Map.of(Entity.USER, "user_features", Entity.ITEM, "item_features"),
                    List.of(
                            new Feature.Column(
                                    "user_acts",
                                    Entity.USER,
                                    "user_acts",
                                    FeatureType.NUMBER,
                                    0,
                                    1),
                            new Feature.Column(
                                    "item_acts",
                                    Entity.ITEM,
                                    "item_acts",
                                    FeatureType.NUMBER,
                                    0,
                                    1),
                            new Feature.Column("tags", Entity.ITEM, "tags", FeatureType.TAGS, 0, 1),
                            new Feature.Column(
                                    "hour", Entity.REQUEST, "hour", FeatureType.CATEGORY, 0, 1)));

    private static final double[] ACTS = {-1.0, 0.5};
    private static final double[] DRAMA = {-0.25, 2.0};

    final Path folder;
    final BundleStore store;
    final SortedMap<String, BundleRef> set = new TreeMap<>();

    Community(Path folder) {
        this.folder = folder;
        this.store = BundleStore.open(FileStore.folder(folder.resolve("store")));
        write(
                "scenes/home.yaml",
                """
                scene: home
                size: { default: 5, max: 50 }
                recall:
                  item_cf: { kind: neighbours, bundle: item_cf, of: recent, take: 20 }
                  user_cf: { kind: neighbours, bundle: user_cf, of: user, take: 20 }
                  hot:     { kind: list, bundle: hot, take: 8 }
                  fresh:   { kind: list, bundle: fresh, take: 5 }
                filter: [seen, own, hidden]
                rank: { bundle: home_rank }
                fallback: hot
                """);
        write("events/click.yaml", "{ event: click, role: click, weight: 0.5 }");
        write("events/like.yaml", "{ event: like, role: action }");
        write("events/seen.yaml", "{ event: seen, role: seen }");
        write("events/hide.yaml", "{ event: hide, role: hide }");
        write("events/publish.yaml", "{ event: publish, role: publish }");
    }

    void write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Everything published and activated; the ranker too if wanted.
    Activation publishAll(boolean ranked) {
        serving();
        neighbours(
                "item_cf",
                Map.of(
                        "a",
                        List.of(
                                new ScoredId("b", 0.9),
                                new ScoredId("c", 0.5),
                                new ScoredId("h1", 0.1))));
        neighbours(
                "user_cf", Map.of("old", List.of(new ScoredId("c", 0.7), new ScoredId("d", 0.6))));
        var hot = new ArrayList<ScoredId>();
        for (int n = 0; n < 10; n++) {
            hot.add(new ScoredId("h" + n, 10 - n));
        }
        list("hot", hot);
        list("fresh", List.of(new ScoredId("f1", 2), new ScoredId("f2", 1)));
        history(Map.of("old", List.of("a")));
        info();
        features(Map.of("b", 10.0, "c", 90.0, "h0", 1.0, "h5", 60.0), List.of("h5"));
        if (ranked) {
            ranker(0, false);
        }
        return activate("all");
    }

    Activation activate(String why) {
        return store.activate(set, "test", why, Map.of());
    }

    void serving() {
        set.put(
                ServingBundle.ALIAS,
                ServingBundle.publish(
                        store, folder.resolve("scenes"), folder.resolve("events"), DAY));
    }

    void neighbours(String name, Map<String, List<ScoredId>> lists) {
        Neighbours.Builder builder = Neighbours.builder();
        lists.forEach(builder::add);
        try (BundleWriter bundle = store.draft(BundleKind.NEIGHBOURS, name, DAY)) {
            set.put(name + "/live", bundle.neighbours(builder).publish());
        }
    }

    void list(String name, List<ScoredId> items) {
        try (BundleWriter bundle = store.draft(BundleKind.LIST, name, DAY)) {
            set.put(name + "/live", bundle.list(new ItemList(Map.of("all", items))).publish());
        }
    }

    void table(String name, FeatureTable.Builder table) {
        try (BundleWriter bundle = store.draft(BundleKind.FEATURES, name, DAY)) {
            set.put(name + "/live", bundle.features(table).publish());
        }
    }

    private void history(Map<String, List<String>> acted) {
        FeatureTable.Builder table =
                FeatureTable.builder(
                        List.of(
                                new EntityColumn("recent", Kind.WEIGHTS),
                                new EntityColumn("seen", Kind.TAGS)));
        acted.forEach(
                (user, items) -> {
                    var recent = new HashMap<String, Double>();
                    items.forEach(item -> recent.put(item, 1.0));
                    table.add(user, recent, items);
                });
        table("user_history", table);
    }

    private void info() {
        table(
                "item_info",
                FeatureTable.builder(
                                List.of(
                                        new EntityColumn("title", Kind.CATEGORY),
                                        new EntityColumn("tags", Kind.TAGS),
                                        new EntityColumn("author", Kind.CATEGORY)))
                        .add("h0", "The Hottest", List.of("Drama"), "amy")
                        .add("h1", "Second", List.of(), "ben")
                        .add("lonely", "Nobody likes me", List.of(), null));
    }

    /// @param acts item → how often it was acted on; `drama` are the items with that tag
    void features(Map<String, Double> acts, List<String> drama) {
        FeatureTable.Builder users =
                FeatureTable.builder(List.of(new EntityColumn("user_acts", Kind.NUMBER)))
                        .add("old", 7.0);
        FeatureTable.Builder items =
                FeatureTable.builder(
                        List.of(
                                new EntityColumn("item_acts", Kind.NUMBER),
                                new EntityColumn("tags", Kind.TAGS)));
        acts.forEach(
                (item, n) ->
                        items.add(item, n, drama.contains(item) ? List.of("Drama") : List.of()));
        table("user_features", users);
        table("item_features", items);
    }

    /// @param base log-odds before any tree; another base is another bundle
    /// @param wrong whether its golden rows lie
    void ranker(double base, boolean wrong) {
        var space =
                new FeatureSpace(
                        SPEC, Map.of(), Map.of("tags", List.of("Drama"), "hour", List.of("12")));
        FeatureRow row =
                FeatureRow.of(
                        SPEC, Map.of("item_acts", 60.0, "tags", List.of("Drama"), "hour", "12"));
        double margin = margin(base, row) + (wrong ? 0.125 : 0);
        try (BundleWriter bundle = store.draft(BundleKind.RANKER, "home_rank", DAY)) {
            bundle.ranker("gbdt", space)
                    .golden(SPEC, List.of(new GoldenRow(row, margin, logistic(margin))));
            GbdtPmml.write(
                    bundle.file(Ranker.GBDT),
                    new GbdtDoc(
                            List.of("item_acts", "tags=Drama"),
                            List.of(stump(0, 50f, ACTS), stump(1, 0.5f, DRAMA)),
                            base));
            set.put("home_rank/champion", bundle.publish());
        }
    }

    private static Tree stump(int feature, float threshold, double[] leaves) {
        return new Tree(
                new int[] {feature, -1, -1},
                new float[] {threshold, 0, 0},
                new int[] {1, -1, -1},
                new int[] {2, -1, -1},
                new boolean[] {true, false, false},
                new double[] {0, leaves[0], leaves[1]},
                new double[] {10, 4, 6},
                new int[] {-1, 0, 1});
    }

    /// The trees' own arithmetic, from raw values.
    static double margin(double base, FeatureRow row) {
        double acts = row.number(1);
        return base
                + ACTS[acts >= 50 ? 1 : 0]
                + DRAMA[row.terms(2).orElse(List.of()).contains("Drama") ? 1 : 0];
    }

    static double logistic(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    Live live() {
        BundleStore.Live now = store.live();
        return Live.open(store, now.number(), now.aliases(), java.util.Optional.empty());
    }
}
