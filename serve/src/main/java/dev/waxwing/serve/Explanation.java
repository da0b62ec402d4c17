package dev.waxwing.serve;

import dev.waxwing.model.BundleRef;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.RankExplanation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;

/// Why an item stands where it stands for a user, or why it is not there.
///
/// @param sources recall → place and score it gave the item; empty if none brought it
/// @param leaves why it is filtered out; empty = it is not
/// @param place among all candidates after ranking, from 1; 0 = it is no candidate
/// @param features raw, as they were assembled; empty without a ranker
/// @param ranking contributions that sum to the margin; empty without a ranker
public record Explanation(
        String scene,
        String user,
        String item,
        String title,
        SequencedMap<String, Source> sources,
        Set<String> leaves,
        int place,
        String ranker,
        String note,
        Optional<FeatureRow> features,
        Optional<RankExplanation> ranking,
        SortedMap<String, BundleRef> bundles) {

    /// @param place from 1, among what the recall brought
    public record Source(int place, double score) {}

    /// Explains with the same candidates, rows and arithmetic that an answer is made with.
    ///
    /// @throws ServeException if there is no such scene, or nothing knows the item
    public static Explanation of(
            Live live, UserView online, RecommendRequest request, String item) {
        Scene scene = ServeException.scene(live, request.scene());
        UserView view = Recalling.viewOf(live, scene, request.user(), online);
        var recalling = new Recalling(live, scene, view, request);
        Optional<Candidate> candidate =
                recalling.candidates().stream().filter(c -> c.item().equals(item)).findFirst();
        if (candidate.isEmpty() && !KnownItems.knows(live, view, item)) {
            throw ServeException.notFound(
                    "nothing is known of item " + item,
                    "item",
                    item,
                    "the id of an item that was published, or that a live bundle holds");
        }
        var sources = new LinkedHashMap<String, Source>();
        candidate.ifPresent(
                c ->
                        c.places()
                                .forEach(
                                        (recall, place) ->
                                                sources.put(
                                                        recall,
                                                        new Source(place.place(), place.score()))));
        var all =
                new RecommendRequest(
                        request.id(),
                        request.scene(),
                        request.user(),
                        0,
                        request.exclude(),
                        request.said(),
                        request.at());
        List<String> order = Recommender.patient().order(live, online, all);
        Optional<Live.Ranking> ranking = live.ranking(scene.ranker());
        Optional<FeatureRow> row =
                ranking.map(
                        r ->
                                new Rows(
                                                live,
                                                scene,
                                                r,
                                                request.user(),
                                                view,
                                                Rows.said(scene, request))
                                        .row(item)
                                        .row());
        return new Explanation(
                scene.name(),
                request.user(),
                item,
                KnownItems.title(live, scene, view, item),
                sources,
                recalling.allReasons(item),
                order.indexOf(item) + 1,
                ranking.map(r -> r.ranker().ref().toString()).orElse(Answer.NO_RANKER),
                ranking.isPresent() ? "" : "no ranker is live behind " + scene.ranker(),
                row,
                row.map(r -> ranking.orElseThrow().ranker().explain(r)),
                Recommender.bundles(live, scene));
    }
}
