package dev.waxwing.serve;

import dev.waxwing.events.EventTypes;
import dev.waxwing.model.Assembler;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleException;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.ColumnNeed;
import dev.waxwing.model.Entity;
import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.ItemList;
import dev.waxwing.model.ItemSums;
import dev.waxwing.model.Neighbours;
import dev.waxwing.model.Ranker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Everything that answers rest on, opened and checked, at one moment of the activation log. Never changes; a request takes one and keeps it to its end.
///
/// Its files are mapped into memory, and unmapped when the last request that holds it is done: nothing is closed under anybody's feet.
public final class Live {
    /// A ranker and what makes its rows.
    record Ranking(String alias, Ranker ranker, Assembler assembler) {}

    private final long number;
    private final ServingBundle serving;
    private final SortedMap<String, BundleRef> aliases;
    private final Map<String, Object> opened;
    private final Map<String, Ranking> rankings;
    private final List<ItemSums> sums;
    private final SortedSet<String> missing;

    private Live(
            long number,
            ServingBundle serving,
            SortedMap<String, BundleRef> aliases,
            Map<String, Object> opened,
            Optional<Live> before) {
        this.number = number;
        this.serving = serving;
        this.aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
        this.opened = Map.copyOf(opened);
        var rankers = new TreeMap<String, Ranking>();
        this.opened.forEach(
                (alias, part) -> {
                    if (part instanceof Ranker ranker) {
                        rankers.put(
                                alias,
                                new Ranking(alias, ranker, new Assembler(ranker.space().spec())));
                    }
                });
        this.rankings = Collections.unmodifiableMap(rankers);
        var absent = new TreeSet<String>();
        wanted(serving, rankings).stream()
                .filter(alias -> !this.aliases.containsKey(alias))
                .forEach(absent::add);
        this.missing = Collections.unmodifiableSortedSet(absent);
        checkFeatures();
        this.sums = sums(before);
    }

    /// What the items of each pair of ranker and snapshot add to their scores, for the rankers that can tell; those of `before` are used again.
    private List<ItemSums> sums(Optional<Live> before) {
        var all = new ArrayList<ItemSums>();
        for (Scene scene : serving.scenes().values()) {
            for (String alias : scene.rankers()) {
                Ranking ranking = rankings.get(alias);
                Optional<FeatureTable> items =
                        ranking == null ? Optional.empty() : items(scene, ranking);
                if (items.isPresent() && find(all, ranking.ranker, items.get()).isEmpty()) {
                    before.flatMap(live -> find(live.sums, ranking.ranker, items.get()))
                            .or(() -> ranking.ranker.itemSums(items.get()))
                            .ifPresent(all::add);
                }
            }
        }
        return List.copyOf(all);
    }

    private static Optional<ItemSums> find(List<ItemSums> sums, Ranker ranker, FeatureTable items) {
        return sums.stream().filter(each -> each.isOf(ranker, items)).findFirst();
    }

    private Optional<FeatureTable> items(Scene scene, Ranking ranking) {
        return features(snapshotAlias(scene, ranking.assembler.spec(), Entity.ITEM));
    }

    /// The items' sums for a scene's ranker; empty if its scores do not fall apart into halves, or no snapshot of items is live.
    Optional<ItemSums> sums(Scene scene, Ranking ranking) {
        return items(scene, ranking).flatMap(items -> find(sums, ranking.ranker, items));
    }

    /// Opens and checks what the aliases name, as far as the scenes use it. An alias that names nothing is no fault: what needs it is left out.
    ///
    /// @param aliases alias → bundle, as the store's log has them
    /// @param before opened earlier: bundles that are in it are not opened again
    /// @throws RuntimeException of `model` or `config` if a bundle does not pass; names it
    static Live open(
            BundleStore store, long number, Map<String, BundleRef> aliases, Optional<Live> before) {
        BundleRef ref = aliases.get(ServingBundle.ALIAS);
        if (ref == null) {
            throw new BundleException(
                    "no alias "
                            + ServingBundle.ALIAS
                            + " is set, so there is no scene to serve; run the pipeline that"
                            + " publishes the serving bundle");
        }
        ServingBundle serving =
                before.filter(live -> ref.equals(live.aliases.get(ServingBundle.ALIAS)))
                        .map(live -> live.serving)
                        .orElseGet(() -> ServingBundle.open(store.open(ref)));
        Builder builder = new Builder(serving).number(number);
        builder.before = before;
        builder.aliases.put(ServingBundle.ALIAS, ref);
        for (String alias : wantedByScenes(serving)) {
            builder.openInto(store, alias, aliases, before);
        }
        for (Scene scene :
                serving.scenes().values()) { // a ranker says itself which snapshots it reads
            for (String name : scene.rankers()) {
                if (builder.opened.get(name) instanceof Ranker ranker) {
                    for (String alias : snapshotAliases(scene, ranker.space().spec())) {
                        builder.openInto(store, alias, aliases, before);
                    }
                }
            }
        }
        return builder.build();
    }

    private static SortedSet<String> wantedByScenes(ServingBundle serving) {
        var wanted = new TreeSet<String>();
        serving.scenes().values().forEach(scene -> wanted.addAll(scene.aliases()));
        return wanted;
    }

    private static SortedSet<String> wanted(ServingBundle serving, Map<String, Ranking> rankings) {
        SortedSet<String> wanted = wantedByScenes(serving);
        for (Scene scene : serving.scenes().values()) {
            for (String name : scene.rankers()) {
                Ranking ranking = rankings.get(name);
                if (ranking != null) {
                    wanted.addAll(snapshotAliases(scene, ranking.assembler.spec()));
                }
            }
        }
        return wanted;
    }

    private static List<String> snapshotAliases(Scene scene, FeatureSpec spec) {
        return spec.snapshots().keySet().stream()
                .map(entity -> snapshotAlias(scene, spec, entity))
                .toList();
    }

    /// Which alias a scene takes the snapshot of the user or the item from; empty if the features read none.
    static String snapshotAlias(Scene scene, FeatureSpec spec, Entity entity) {
        String own = entity == Entity.USER ? scene.userFeatures() : scene.itemFeatures();
        if (!own.isEmpty()) {
            return own;
        }
        String name = spec.snapshots().getOrDefault(entity, "");
        return name.isEmpty() ? "" : name + "/live";
    }

    /// A model whose features are not there is worse than none, so such a set is refused.
    private void checkFeatures() {
        var problems = new ArrayList<String>();
        for (Scene scene : serving.scenes().values()) {
            for (String name : scene.rankers()) {
                if (rankings.containsKey(name)) {
                    checkFeatures(scene, rankings.get(name), problems);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new BundleException(String.join("\n", problems));
        }
    }

    private void checkFeatures(Scene scene, Ranking ranking, List<String> problems) {
        FeatureSpec spec = ranking.assembler.spec();
        for (ColumnNeed need : ranking.ranker.needs()) {
            Entity entity =
                    need.snapshot().equals(spec.snapshots().get(Entity.USER))
                            ? Entity.USER
                            : Entity.ITEM;
            check(scene, ranking, need, snapshotAlias(scene, spec, entity), problems);
        }
    }

    private void check(
            Scene scene, Ranking ranking, ColumnNeed need, String alias, List<String> problems) {
        String who =
                "scene "
                        + scene.name()
                        + ": ranker "
                        + ranking.alias
                        + " ("
                        + ranking.ranker.ref()
                        + ") needs column "
                        + need.column()
                        + " of "
                        + alias;
        if (!(opened.get(alias) instanceof FeatureTable table)) {
            problems.add(
                    who
                            + ", but that alias names no bundle; activate it in the same set as the"
                            + " ranker");
            return;
        }
        Optional<EntityColumn> column =
                table.columns().stream().filter(c -> c.name().equals(need.column())).findFirst();
        if (column.isEmpty()) {
            problems.add(
                    who
                            + ", which lacks it; it has "
                            + table.columns().stream().map(EntityColumn::name).toList());
        } else if (!need.kinds().contains(column.get().kind())) {
            problems.add(
                    who + " as " + need.kinds() + ", which holds it as " + column.get().kind());
        }
    }

    /// The entry of the activation log that this set is of; 0 = none.
    public long number() {
        return number;
    }

    /// Alias → bundle of everything that is open here.
    public SortedMap<String, BundleRef> aliases() {
        return aliases;
    }

    /// Aliases that a scene asks for and that name nothing yet.
    public SortedSet<String> missing() {
        return missing;
    }

    public List<String> sceneNames() {
        return serving.sceneNames();
    }

    public EventTypes types() {
        return serving.types();
    }

    Optional<Scene> scene(String name) {
        return Optional.ofNullable(serving.scenes().get(name));
    }

    Map<String, Scene> scenes() {
        return serving.scenes();
    }

    Optional<Neighbours> neighbours(String alias) {
        return part(Neighbours.class, alias);
    }

    Optional<ItemList> list(String alias) {
        return part(ItemList.class, alias);
    }

    Optional<FeatureTable> features(String alias) {
        return part(FeatureTable.class, alias);
    }

    Optional<Ranking> ranking(String alias) {
        return Optional.ofNullable(rankings.get(alias));
    }

    Map<String, Ranking> rankings() {
        return rankings;
    }

    private <T> Optional<T> part(Class<T> type, String alias) {
        Object part = opened.get(alias);
        return type.isInstance(part) ? Optional.of(type.cast(part)) : Optional.empty();
    }

    /// Puts a set together from parts that are open already: for a replay, and for tests.
    public static final class Builder {
        private final ServingBundle serving;
        private final SortedMap<String, BundleRef> aliases = new TreeMap<>();
        private final Map<String, Object> opened = new TreeMap<>();
        private long number;
        private Optional<Live> before = Optional.empty();

        public Builder(ServingBundle serving) {
            this.serving = serving;
        }

        public Builder number(long number) {
            this.number = number;
            return this;
        }

        public Builder neighbours(String alias, BundleRef ref, Neighbours neighbours) {
            return put(alias, ref, neighbours);
        }

        public Builder list(String alias, BundleRef ref, ItemList list) {
            return put(alias, ref, list);
        }

        public Builder features(String alias, BundleRef ref, FeatureTable table) {
            return put(alias, ref, table);
        }

        /// Its golden rows are taken as verified.
        public Builder ranker(String alias, Ranker ranker) {
            return put(alias, ranker.ref(), ranker);
        }

        /// Opens a bundle of any kind that a scene can use and verifies it, a ranker's golden rows too.
        public Builder bundle(BundleStore store, String alias, BundleRef ref) {
            return put(alias, ref, part(store.open(ref)));
        }

        private Builder put(String alias, BundleRef ref, Object part) {
            aliases.put(alias, ref);
            opened.put(alias, part);
            return this;
        }

        private void openInto(
                BundleStore store,
                String alias,
                Map<String, BundleRef> all,
                Optional<Live> before) {
            BundleRef ref = all.get(alias);
            if (ref == null || opened.containsKey(alias)) {
                return;
            }
            Object known =
                    before.filter(live -> ref.equals(live.aliases.get(alias)))
                            .map(live -> live.opened.get(alias))
                            .orElse(null);
            if (known != null) {
                put(alias, ref, known);
            } else {
                bundle(store, alias, ref);
            }
        }

        private static Object part(Bundle bundle) {
            return switch (bundle.kind()) {
                case RANKER -> {
                    Ranker ranker = Ranker.open(bundle);
                    ranker.verifyGolden();
                    yield ranker;
                }
                case NEIGHBOURS -> Neighbours.open(bundle);
                case LIST -> ItemList.open(bundle);
                case FEATURES -> FeatureTable.open(bundle);
                case SERVING, KEPT ->
                        throw new BundleException(
                                "bundle "
                                        + bundle.ref()
                                        + " is of kind "
                                        + bundle.kind().word()
                                        + "; a scene cannot use it as a part");
            };
        }

        /// @throws BundleException if a ranker's features are not there
        public Live build() {
            checkKinds();
            return new Live(number, serving, aliases, opened, before);
        }

        private void checkKinds() {
            for (Scene scene : serving.scenes().values()) {
                for (Recall recall : scene.recalls()) {
                    switch (recall) {
                        case Recall.OfRecent r ->
                                check(scene, r.alias(), Neighbours.class, "neighbours");
                        case Recall.OfUser r ->
                                check(scene, r.alias(), Neighbours.class, "neighbours");
                        case Recall.OfList r -> check(scene, r.alias(), ItemList.class, "list");
                        case Recall.OfFactors r -> checkFactors(scene, r.alias());
                        case Recall.Published _ -> {}
                    }
                }
                check(scene, scene.ranker(), Ranker.class, "ranker");
                check(scene, scene.history(), FeatureTable.class, "features");
                check(scene, scene.info(), FeatureTable.class, "features");
            }
        }

        private void checkFactors(Scene scene, String alias) {
            check(scene, alias, Ranker.class, "ranker");
            if (opened.get(alias) instanceof Ranker ranker
                    && !List.of("linear", "fm").contains(ranker.algorithm())) {
                throw new BundleException(
                        "scene "
                                + scene.name()
                                + " recalls by the factors of "
                                + alias
                                + "; "
                                + ranker.ref()
                                + " is of algorithm "
                                + ranker.algorithm()
                                + ", linear and fm would do");
            }
        }

        private void check(Scene scene, String alias, Class<?> type, String kind) {
            Object part = opened.get(alias);
            if (part != null && !type.isInstance(part)) {
                throw new BundleException(
                        "scene "
                                + scene.name()
                                + " wants a bundle of kind "
                                + kind
                                + " behind "
                                + alias
                                + "; "
                                + aliases.get(alias)
                                + " is of another kind");
            }
        }
    }
}
