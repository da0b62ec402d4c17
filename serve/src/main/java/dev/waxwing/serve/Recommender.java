package dev.waxwing.serve;

import dev.waxwing.model.BundleRef;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.FeatureException;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.ItemSums;
import dev.waxwing.model.Ranker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        var recalling = new Recalling(live, scene, view, request);
        Collection<Candidate> candidates = recalling.candidates();
        SortedMap<String, String> said = Rows.said(scene, request);
        Ranked ranked = rank(live, scene, request.user(), view, candidates, said, start);
        var items = new ArrayList<Answer.Item>(size);
        for (Scored scored : ranked.order.subList(0, Math.min(size, ranked.order.size()))) {
            Optional<Rows.Made> made =
                    scored.made.or(
                            () -> ranked.rows.map(rows -> rows.row(scored.candidate.item())));
            items.add(item(live, scene, view, items.size() + 1, scored, made));
        }
        return new Answer(
                request.id(),
                scene.name(),
                request.user(),
                request.at(),
                items,
                ranked.ranker,
                Stream.concat(Stream.of(ranked.note), recalling.problems().stream())
                        .filter(note -> !note.isEmpty())
                        .collect(Collectors.joining("; ")),
                bundles(live, scene),
                said);
    }

    /// All that is ranked for a request, best first: what a page of any size begins with.
    List<String> order(Live live, UserView online, RecommendRequest request) {
        Scene scene = ServeException.scene(live, request.scene());
        UserView view = Recalling.viewOf(live, scene, request.user(), online);
        Collection<Candidate> candidates = new Recalling(live, scene, view, request).candidates();
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

    /// @param made its row; empty if the score needed none
    private record Scored(Candidate candidate, double score, Optional<Rows.Made> made) {}

    /// @param rows what makes the rows that scoring needed none of; empty without a ranker
    private record Ranked(List<Scored> order, String ranker, String note, Optional<Rows> rows) {}

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
        Optional<Rows> kept;
        try {
            var rows = new Rows(live, scene, ranking.get(), user, view, said);
            kept = Optional.of(rows);
            Optional<ItemSums.ForUser> halves =
                    live.sums(scene, ranking.get()).map(sums -> sums.forUser(rows.userSide()));
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
                score(some, ranking.get().ranker(), rows, halves, scored);
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
        return new Ranked(scored, ranking.get().ranker().ref().toString(), "", kept);
    }

    /// Scores by halves where the ranker's score falls apart into halves and the snapshot knows the item, else by whole rows.
    private static void score(
            List<Candidate> some,
            Ranker ranker,
            Rows rows,
            Optional<ItemSums.ForUser> halves,
            List<Scored> scored) {
        var others = new ArrayList<Candidate>();
        for (Candidate candidate : some) {
            OptionalDouble score =
                    halves.map(half -> half.score(candidate.item())).orElse(OptionalDouble.empty());
            if (score.isPresent()) {
                scored.add(new Scored(candidate, score.getAsDouble(), Optional.empty()));
            } else {
                others.add(candidate);
            }
        }
        List<Rows.Made> batch = others.stream().map(c -> rows.row(c.item())).toList();
        double[] scores = ranker.score(batch.stream().map(Rows.Made::row).toList());
        for (int i = 0; i < scores.length; i++) {
            scored.add(new Scored(others.get(i), scores[i], Optional.of(batch.get(i))));
        }
    }

    private static Ranked unranked(Scene scene, Collection<Candidate> candidates, String note) {
        List<Scored> order =
                candidates.stream()
                        .sorted(Candidate.order(scene.fallback()))
                        .map(c -> new Scored(c, c.fused(), Optional.<Rows.Made>empty()))
                        .toList();
        return new Ranked(order, Answer.NO_RANKER, note, Optional.empty());
    }

    private static Answer.Item item(
            Live live,
            Scene scene,
            UserView view,
            int position,
            Scored scored,
            Optional<Rows.Made> made) {
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
                made.map(Rows.Made::row),
                made.flatMap(Rows.Made::own));
    }

    /// What the scene's answers rest on, as far as it is there.
    static SortedMap<String, BundleRef> bundles(Live live, Scene scene) {
        var bundles = new TreeMap<String, BundleRef>();
        var wanted = new ArrayList<>(scene.aliases());
        wanted.add(ServingBundle.ALIAS);
        for (String name : scene.rankers()) {
            live.ranking(name).map(ranking -> ranking.assembler().spec()).stream()
                    .flatMap(
                            spec ->
                                    spec.snapshots().keySet().stream()
                                            .map(e -> Live.snapshotAlias(scene, spec, e)))
                    .forEach(wanted::add);
        }
        for (String alias : wanted) {
            BundleRef ref = live.aliases().get(alias);
            if (ref != null) {
                bundles.put(alias, ref);
            }
        }
        return bundles;
    }
}
