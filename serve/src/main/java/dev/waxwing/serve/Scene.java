package dev.waxwing.serve;

import dev.waxwing.config.MapNode;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// One place in the product that asks for recommendations, from `scenes/*.yaml`:
///
/// ```yaml
/// scene: home
/// size: { default: 20, max: 100 }
/// recall:
///   item_cf: { kind: neighbours, bundle: item_cf, of: recent, triggers: 30, take: 60 }
///   user_cf: { kind: neighbours, bundle: user_cf, of: user, take: 50 }
///   hot:     { kind: list, bundle: hot, take: 100, group: all }
///   fm:      { kind: factors, bundle: home_fm, take: 100 }
/// published: 20                # newest items that only their publish event knows; 0 = none
/// filter: [seen, own, hidden]
/// rank: { bundle: home_rank, user: user_features, item: item_features, candidates: 500 }
/// fallback: hot                # whose order comes first without a ranker; else that of all recalls together
/// history: user_history        # recent and seen of users before the event log begins
/// info: item_info              # title, tags and author for the answer
/// deadline: 300ms              # after it, what is there is answered in recall order
/// time-zone: UTC               # of the request features hour and weekday
/// ```
///
/// A bundle is named by its name, which means its alias `live` (a ranker's: `champion`), or by an alias: `home_rank/frozen-60d`.
///
/// @param ranker alias; empty = this scene does not rank
/// @param userFeatures alias; empty = what the ranker's features say
/// @param history alias; empty = none; so for `info`
record Scene(
        String name,
        int usualSize,
        int maxSize,
        List<Recall> recalls,
        Set<Filter> filters,
        String ranker,
        String userFeatures,
        String itemFeatures,
        int candidates,
        String fallback,
        String history,
        String info,
        Duration deadline,
        ZoneId zone) {

    /// Who leaves before ranking.
    enum Filter {
        /// Was on the user's screen, or was acted on.
        SEEN,
        /// The user made it.
        OWN,
        /// Hidden by the user, or for everybody by its author.
        HIDDEN
    }

    static final String PUBLISHED = "published";

    Scene {
        recalls = List.copyOf(recalls);
        filters = Set.copyOf(filters);
        if (recalls.isEmpty()) {
            throw new IllegalArgumentException("scene " + name + " has no recall");
        }
    }

    /// Every alias whose bundle it reads, as far as the scene itself names it.
    Set<String> aliases() {
        var aliases = new TreeSet<String>();
        Stream.concat(
                        recalls.stream().map(Recall::alias),
                        Stream.of(ranker, userFeatures, itemFeatures, history, info))
                .filter(alias -> !alias.isEmpty())
                .forEach(aliases::add);
        return aliases;
    }

    /// The aliases of all rankers that it asks: the one that ranks, and those that recall.
    Set<String> rankers() {
        var rankers = new TreeSet<String>();
        recalls.stream()
                .filter(Recall.OfFactors.class::isInstance)
                .map(Recall::alias)
                .forEach(rankers::add);
        if (!ranker.isEmpty()) {
            rankers.add(ranker);
        }
        return rankers;
    }

    /// Reads a scene; problems are collected in the document.
    static Scene read(MapNode doc) {
        String name =
                doc.parsed(
                        "scene",
                        "a name of small letters, digits, _ and -",
                        Scene::checkedName,
                        "missing");
        int max = 100;
        int usual = 20;
        if (doc.has("size")) {
            MapNode size = doc.map("size");
            max = size.whole("max", 1, 1000, 100);
            usual = size.whole("default", 1, max, Math.min(20, max));
        }
        var recalls = new ArrayList<Recall>();
        doc.mapEntries("recall").forEach((recall, node) -> recall(recall, node, doc, recalls));
        int published = doc.whole(PUBLISHED, 0, 1000, 20);
        if (published > 0) {
            recalls.add(new Recall.Published(PUBLISHED, published, 1));
        }
        if (recalls.isEmpty()) {
            doc.problem(
                    "recall",
                    "is empty; a scene needs at least one, such as `hot: { kind: list, bundle: hot,"
                            + " take: 100 }`");
            recalls.add(new Recall.Published(PUBLISHED, 1, 1));
        }
        String fallback = doc.text("fallback", "");
        if (!fallback.isEmpty() && recalls.stream().noneMatch(r -> r.name().equals(fallback))) {
            doc.problem(
                    "fallback",
                    "found "
                            + fallback
                            + "; would do: one of "
                            + recalls.stream().map(Recall::name).toList());
        }
        MapNode rank = doc.has("rank") ? doc.map("rank") : null;
        return new Scene(
                name,
                usual,
                max,
                recalls,
                filters(doc),
                rank == null ? "" : alias(rank.text("bundle"), "champion"),
                rank == null ? "" : alias(rank.text("user", ""), "live"),
                rank == null ? "" : alias(rank.text("item", ""), "live"),
                rank == null ? 500 : rank.whole("candidates", 1, 10_000, 500),
                fallback,
                alias(doc.text("history", "user_history"), "live"),
                alias(doc.text("info", "item_info"), "live"),
                doc.duration("deadline", Duration.ofMillis(300)),
                doc.has("time-zone")
                        ? doc.parsed(
                                "time-zone",
                                "a time zone such as UTC or Asia/Shanghai",
                                ZoneId::of,
                                ZoneOffset.UTC)
                        : ZoneOffset.UTC);
    }

    private static void recall(String name, MapNode node, MapNode doc, List<Recall> recalls) {
        if (name.equals(PUBLISHED)) {
            doc.map("recall")
                    .problem(
                            name,
                            "is the name of what publish events bring; choose another one, and set"
                                    + " `published:` at the top");
        }
        String kind = node.choice("kind", List.of("neighbours", "list", "factors"));
        boolean factors = kind.equals("factors");
        String alias = alias(node.text("bundle"), factors ? "champion" : "live");
        int take = node.whole("take", 1, 5000);
        double weight = node.number("weight", 0, 1000, 1);
        if (factors) {
            recalls.add(new Recall.OfFactors(name, alias, take, weight));
        } else if (kind.equals("list")) {
            recalls.add(new Recall.OfList(name, alias, node.text("group", "all"), take, weight));
        } else if (node.choice("of", List.of("recent", "user")).equals("user")) {
            recalls.add(new Recall.OfUser(name, alias, take, weight));
        } else {
            recalls.add(
                    new Recall.OfRecent(
                            name,
                            alias,
                            node.whole("triggers", 1, 1000, 30),
                            node.whole("per-trigger", 1, 1000, 50),
                            take,
                            weight));
        }
    }

    private static Set<Filter> filters(MapNode doc) {
        var filters = EnumSet.noneOf(Filter.class);
        List<String> known =
                Stream.of(Filter.values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
        if (!doc.has("filter")) {
            return EnumSet.allOf(Filter.class);
        }
        for (String word : doc.texts("filter")) {
            if (known.contains(word)) {
                filters.add(Filter.valueOf(word.toUpperCase(Locale.ROOT)));
            } else {
                doc.problem("filter", "found " + word + "; would do: " + known);
            }
        }
        return filters;
    }

    private static String alias(String bundle, String usual) {
        return bundle.isEmpty() || bundle.contains("/") ? bundle : bundle + "/" + usual;
    }

    private static String checkedName(String name) {
        if (!name.matches("[a-z0-9][a-z0-9_-]{0,63}")) {
            throw new IllegalArgumentException(
                    "found \"" + name + "\"; would do: small letters, digits, _ and -");
        }
        return name;
    }
}
