package dev.waxwing.serve;

import dev.waxwing.model.FeatureException;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.ScoredId;
import dev.waxwing.model.Weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/// The first half of a request: every recall of the scene is asked, and who must leave leaves before a recall's `take` is counted, so that a user who has
/// seen all that is hot still gets as many candidates.
final class Recalling {
    private final Live live;
    private final Scene scene;
    private final String user;
    private final UserView view;
    private final Set<String> exclude;
    private final SortedMap<String, String> said;
    private final List<String> problems = new ArrayList<>();
    private final Optional<FeatureTable> info;

    /// @param view with the nightly history under it already ([#viewOf])
    /// @param request of the scene
    Recalling(Live live, Scene scene, UserView view, RecommendRequest request) {
        this.said = Rows.said(scene, request);
        this.live = live;
        this.scene = scene;
        this.user = request.user();
        this.view = view;
        this.exclude = request.exclude();
        this.info = live.features(scene.info());
    }

    /// What the online state knows of the user, over what the night knows.
    static UserView viewOf(Live live, Scene scene, String user, UserView online) {
        return live.features(scene.history())
                .flatMap(table -> table.row(user))
                .map(
                        row ->
                                online.over(
                                        HistoryColumns.recent(row)
                                                .map(Weights::asMap)
                                                .orElse(Map.of()),
                                        Set.copyOf(HistoryColumns.seen(row).orElse(List.of()))))
                .orElse(online);
    }

    /// All candidates, by item in the order in which the recalls brought them.
    Collection<Candidate> candidates() {
        var all = new LinkedHashMap<String, Candidate>();
        for (Recall recall : scene.recalls()) {
            int place = 0;
            for (ScoredId found : ask(recall)) {
                if (place == recall.take()) {
                    break;
                }
                if (leaves(found.id()).isEmpty()) {
                    place++;
                    all.computeIfAbsent(found.id(), Candidate::new)
                            .found(recall, place, found.score());
                }
            }
        }
        return all.values();
    }

    private Iterable<ScoredId> ask(Recall recall) {
        return switch (recall) {
            case Recall.OfRecent r ->
                    live.neighbours(r.alias()).map(n -> ofRecent(r, n)).orElse(List.of());
            case Recall.OfUser r ->
                    live.neighbours(r.alias()).map(n -> n.of(user)).orElse(List.of());
            case Recall.OfList r ->
                    live.list(r.alias()).map(list -> list.items(r.group())).orElse(List.of());
            case Recall.OfFactors r ->
                    live.ranking(r.alias()).map(ranking -> ofFactors(r, ranking)).orElse(List.of());
            case Recall.Published _ -> published();
        };
    }

    /// What went wrong in a recall, which then brought nothing; filled by [#candidates].
    List<String> problems() {
        return problems;
    }

    private Iterable<ScoredId> ofFactors(Recall.OfFactors recall, Live.Ranking ranking) {
        try {
            return ofFactors(ranking);
        } catch (FeatureException e) {
            problems.add("recall " + recall.name() + " brought nothing: " + e.getMessage());
            return List.of();
        }
    }

    private Iterable<ScoredId> ofFactors(Live.Ranking ranking) {
        return live.sums(scene, ranking)
                .map(sums -> sums.forUser(Rows.userSide(live, scene, ranking, user, said)).ranked())
                .orElse(List.of());
    }

    private List<ScoredId> ofRecent(
            Recall.OfRecent recall, dev.waxwing.model.Neighbours neighbours) {
        var scores = new HashMap<String, Double>();
        int triggers = 0;
        for (Map.Entry<String, Double> acted : view.recent().entrySet()) {
            if (triggers++ == recall.triggers()) {
                break;
            }
            for (ScoredId neighbour : neighbours.of(acted.getKey(), recall.perTrigger())) {
                scores.merge(neighbour.id(), acted.getValue() * neighbour.score(), Double::sum);
            }
        }
        return scores.entrySet().stream()
                .map(e -> new ScoredId(e.getKey(), e.getValue()))
                .sorted(ScoredId.RANKED)
                .toList();
    }

    private List<ScoredId> published() {
        var items = new ArrayList<ScoredId>();
        for (NewItem item : view.published()) {
            items.add(new ScoredId(item.item(), item.at().getEpochSecond()));
        }
        return items;
    }

    /// Why an item must not be offered; empty = it may.
    Set<String> leaves(String item) {
        if (exclude.contains(item)) {
            return Set.of("excluded");
        }
        boolean hiding = scene.filters().contains(Scene.Filter.HIDDEN);
        if (hiding && view.isHidden(item)) {
            return Set.of("hidden");
        }
        if (scene.filters().contains(Scene.Filter.SEEN) && view.hasSeen(item)) {
            return Set.of("seen");
        }
        Optional<String> author =
                scene.filters().contains(Scene.Filter.OWN) || hiding
                        ? author(item)
                        : Optional.empty();
        if (author.isPresent()) {
            if (scene.filters().contains(Scene.Filter.OWN) && author.get().equals(user)) {
                return Set.of("own");
            }
            if (hiding && view.isHiddenBy(author.get(), item)) {
                return Set.of("hidden by its author");
            }
        }
        return Set.of();
    }

    /// Every reason that applies, for an explanation.
    Set<String> allReasons(String item) {
        var reasons = new TreeSet<String>();
        if (view.hasSeen(item) && scene.filters().contains(Scene.Filter.SEEN)) {
            reasons.add("seen");
        }
        reasons.addAll(leaves(item));
        return reasons;
    }

    private Optional<String> author(String item) {
        return info.flatMap(table -> table.row(item))
                .flatMap(HistoryColumns::author)
                .or(() -> view.published(item).map(NewItem::author).filter(a -> !a.isEmpty()));
    }
}
