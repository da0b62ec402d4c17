package dev.waxwing.serve;

import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.ItemList;
import dev.waxwing.model.Neighbours;
import dev.waxwing.model.ScoredId;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the live bundles and the publish events know of items as such.
final class KnownItems {
    private KnownItems() {}

    /// Whether anything has heard of the item.
    static boolean knows(Live live, UserView view, String item) {
        if (view.published(item).isPresent()) {
            return true;
        }
        for (Scene scene : live.scenes().values()) {
            boolean known =
                    live.features(scene.info()).flatMap(t -> t.row(item)).isPresent()
                            || itemFeatures(live, scene).flatMap(t -> t.row(item)).isPresent()
                            || scene.recalls().stream()
                                    .anyMatch(recall -> brings(live, recall, item));
            if (known) {
                return true;
            }
        }
        return false;
    }

    private static java.util.Optional<FeatureTable> itemFeatures(Live live, Scene scene) {
        return live.ranking(scene.ranker())
                .flatMap(
                        r ->
                                live.features(
                                        Live.snapshotAlias(
                                                scene,
                                                r.assembler().spec(),
                                                dev.waxwing.model.Entity.ITEM)));
    }

    private static boolean brings(Live live, Recall recall, String item) {
        return switch (recall) {
            case Recall.OfRecent r ->
                    live.neighbours(r.alias()).map(n -> !n.of(item, 1).isEmpty()).orElse(false);
            case Recall.OfList r ->
                    live.list(r.alias()).map(l -> holds(l, r.group(), item)).orElse(false);
            case Recall.OfUser _, Recall.Published _, Recall.OfFactors _ -> false;
        };
    }

    private static boolean holds(ItemList list, String group, String item) {
        return list.items(group).stream().anyMatch(s -> s.id().equals(item));
    }

    static String title(Live live, Scene scene, UserView view, String item) {
        return live.features(scene.info())
                .flatMap(t -> t.row(item))
                .flatMap(HistoryColumns::title)
                .or(() -> view.published(item).map(NewItem::title))
                .orElse("");
    }

    /// Items like an item, best first; from the first recall of item neighbours that a scene has.
    ///
    /// @throws ServeException if no scene has such a recall, or nothing knows the item
    static Similar similar(Live live, UserView nobody, String item, int size) {
        Map<String, Scene> candidates = new LinkedHashMap<>();
        for (Scene scene : live.scenes().values()) {
            for (Recall recall : scene.recalls()) {
                if (recall instanceof Recall.OfRecent r && live.neighbours(r.alias()).isPresent()) {
                    candidates.putIfAbsent(r.alias(), scene);
                }
            }
        }
        if (candidates.isEmpty()) {
            throw ServeException.notFound(
                    "no item neighbours are live",
                    "scenes",
                    live.sceneNames().toString(),
                    "a scene with a recall of kind neighbours, of recent, whose bundle is live");
        }
        Map.Entry<String, Scene> first = candidates.entrySet().iterator().next();
        Neighbours neighbours = live.neighbours(first.getKey()).orElseThrow();
        List<ScoredId> found = neighbours.of(item, size);
        if (found.isEmpty() && !knows(live, nobody, item)) {
            throw ServeException.notFound(
                    "nothing is known of item " + item,
                    "item",
                    item,
                    "the id of an item that was published, or that a live bundle holds");
        }
        var titles = new ArrayList<String>();
        found.forEach(s -> titles.add(title(live, first.getValue(), nobody, s.id())));
        return new Similar(
                item, first.getKey(), live.aliases().get(first.getKey()).toString(), found, titles);
    }

    /// @param titles one an item; empty where none is known
    record Similar(
            String item, String alias, String bundle, List<ScoredId> items, List<String> titles) {}
}
