package dev.waxwing.serve;

import dev.waxwing.model.BundleRef;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.FeatureException;
import dev.waxwing.model.FeatureTable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Recall → filter → rank → answer. Pure: what goes in decides what comes out, to the last item, on any thread and with no server around it. Only the
/// deadline looks at a clock, and a recommender without one has none.
public final class Recommender {
    private static final int BATCH = 128;

    private final LongSupplier nanoTime;

    private Recommender(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Takes all the time it needs: for a replay.
    public static Recommender patient() {
        return new Recommender(() -> 0);
    }

    /// Keeps the deadlines of the scenes.
    public static Recommender withDeadlines() {
        return new Recommender(System::nanoTime);
    }

    /// @param nanoTime a clock that a test moves
    static Recommender withDeadlines(LongSupplier nanoTime) {
        return new Recommender(nanoTime);
    }

    /// Answers a request.
    ///
    /// A user of whom nothing is known gets what is hot and fresh. Without a ranker, or past the deadline, the answer is in recall order and says so.
    ///
    /// @param online what is known of the user now; the nightly history is laid under it here
    /// @throws ServeException if there is no such scene, or it gives no page of that size
    public Answer recommend(Live live, UserView online, RecommendRequest request) {
        long start = nanoTime.getAsLong();
        Scene scene = ServeException.scene(live, request.scene());
        int size = request.size() == 0 ? scene.usualSize() : request.size();
        if (size > scene.maxSize()) {
            throw ServeException.badRequest(
                    "size",
                    Integer.toString(size),
                    "1 to " + scene.maxSize() + " in scene " + scene.name());
        }
        UserView view = Recalling.viewOf(live, scene, request.user(), online);
        var recalling = new Recalling(live, scene, request.user(), view, request.exclude());
        Collection<Candidate> candidates = recalling.candidates();
        SortedMap<String, String> said = Rows.said(scene, request);
        Ranked ranked = rank(live, scene, request.user(), view, candidates, said, start);
        var items = new ArrayList<Answer.Item>(size);
        for (Scored scored : ranked.order.subList(0, Math.min(size, ranked.order.size()))) {
            items.add(item(live, scene, view, items.size() + 1, scored));
        }
        return new Answer(
                request.id(),
                scene.name(),
                request.user(),
                request.at(),
                items,
                ranked.ranker,
                ranked.note,
                bundles(live, scene),
                said);
    }

    /// All that is ranked for a request, best first: what a page of any size begins with.
    List<String> order(Live live, UserView online, RecommendRequest request) {
        Scene scene = ServeException.scene(live, request.scene());
        UserView view = Recalling.viewOf(live, scene, request.user(), online);
        Collection<Candidate> candidates =
                new Recalling(live, scene, request.user(), view, request.exclude()).candidates();
        return rank(
                        live,
                        scene,
                        request.user(),
                        view,
                        candidates,
                        Rows.said(scene, request),
                        nanoTime.getAsLong())
                .order
                .stream()
                .map(scored -> scored.candidate.item())
                .toList();
    }

    private record Scored(Candidate candidate, double score, Optional<Rows.Made> made) {}

    private record Ranked(List<Scored> order, String ranker, String note) {}

    private Ranked rank(
            Live live,
            Scene scene,
            String user,
            UserView view,
            Collection<Candidate> candidates,
            SortedMap<String, String> said,
            long start) {
        if (scene.ranker().isEmpty()) {
            return unranked(
                    scene,
                    candidates,
                    "scene " + scene.name() + " names no ranker; this is the order of its recalls");
        }
        Optional<Live.Ranking> ranking = live.ranking(scene.ranker());
        if (ranking.isEmpty()) {
            return unranked(
                    scene,
                    candidates,
                    "no ranker is live behind "
                            + scene.ranker()
                            + "; this is the order of the recalls");
        }
        List<Candidate> first =
                candidates.stream().sorted(Candidate.FUSED).limit(scene.candidates()).toList();
        var scored = new ArrayList<Scored>(first.size());
        try {
            var rows = new Rows(live, scene, ranking.get(), user, view, said);
            for (int from = 0; from < first.size(); from += BATCH) {
                if (nanoTime.getAsLong() - start > scene.deadline().toNanos()) {
                    return unranked(
                            scene,
                            candidates,
                            "the deadline of "
                                    + scene.deadline().toMillis()
                                    + " ms was over when "
                                    + from
                                    + " of "
                                    + first.size()
                                    + " candidates were ranked; this is the order of the recalls");
                }
                List<Candidate> some = first.subList(from, Math.min(first.size(), from + BATCH));
                List<Rows.Made> batch = some.stream().map(c -> rows.row(c.item())).toList();
                double[] scores =
                        ranking.get().ranker().score(batch.stream().map(Rows.Made::row).toList());
                for (int i = 0; i < scores.length; i++) {
                    scored.add(new Scored(some.get(i), scores[i], Optional.of(batch.get(i))));
                }
            }
        } catch (FeatureException e) {
            return unranked(
                    scene,
                    candidates,
                    "the ranker "
                            + scene.ranker()
                            + " could not be used: "
                            + e.getMessage()
                            + "; this is the order of the recalls");
        }
        scored.sort(
                Comparator.comparingDouble(Scored::score)
                        .reversed()
                        .thenComparing(Scored::candidate, Candidate.FUSED));
        return new Ranked(scored, ranking.get().ranker().ref().toString(), "");
    }

    private static Ranked unranked(Scene scene, Collection<Candidate> candidates, String note) {
        List<Scored> order =
                candidates.stream()
                        .sorted(Candidate.order(scene.fallback()))
                        .map(c -> new Scored(c, c.fused(), Optional.<Rows.Made>empty()))
                        .toList();
        return new Ranked(order, Answer.NO_RANKER, note);
    }

    private static Answer.Item item(
            Live live, Scene scene, UserView view, int position, Scored scored) {
        String item = scored.candidate.item();
        Optional<EntityRow> info =
                live.features(scene.info()).flatMap((FeatureTable table) -> table.row(item));
        Optional<NewItem> told = view.published(item);
        return new Answer.Item(
                position,
                item,
                scored.score,
                scored.candidate.sources(),
                info.flatMap(HistoryColumns::title).or(() -> told.map(NewItem::title)).orElse(""),
                info.flatMap(HistoryColumns::tags)
                        .or(() -> told.map(NewItem::tags))
                        .orElse(List.of()),
                info.flatMap(HistoryColumns::author).or(() -> told.map(NewItem::author)).orElse(""),
                scored.made.map(Rows.Made::row),
                scored.made.flatMap(Rows.Made::own));
    }

    /// What the scene's answers rest on, as far as it is there.
    static SortedMap<String, BundleRef> bundles(Live live, Scene scene) {
        var bundles = new TreeMap<String, BundleRef>();
        var wanted = new ArrayList<>(scene.aliases());
        wanted.add(ServingBundle.ALIAS);
        live.ranking(scene.ranker())
                .ifPresent(
                        ranking ->
                                ranking.assembler()
                                        .spec()
                                        .snapshots()
                                        .keySet()
                                        .forEach(
                                                entity ->
                                                        wanted.add(
                                                                Live.snapshotAlias(
                                                                        scene,
                                                                        ranking.assembler().spec(),
                                                                        entity))));
        for (String alias : wanted) {
            BundleRef ref = live.aliases().get(alias);
            if (ref != null) {
                bundles.put(alias, ref);
            }
        }
        return bundles;
    }
}
