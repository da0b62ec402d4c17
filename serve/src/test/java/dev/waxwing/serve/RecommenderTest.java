package dev.waxwing.serve;

import static dev.waxwing.serve.Community.NOON;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.events.Event;
import dev.waxwing.events.Served;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.RankExplanation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

class RecommenderTest {
    @TempDir Path folder;

    private Community community;
    private final Recommender recommender = Recommender.patient();

    @BeforeEach
    void begin() {
        community = new Community(folder);
    }

    private static RecommendRequest home(String user, int size, String... exclude) {
        return new RecommendRequest(
                "req", "home", user, size, Set.of(exclude), new TreeMap<>(), NOON);
    }

    private static List<String> items(Answer answer) {
        return answer.items().stream().map(Answer.Item::item).toList();
    }

    @Test
    void aUserWithAHistoryGetsWhatTheRankerPutsFirstAndEveryItemSaysWhereItCameFrom() {
        community.publishAll(true);
        Answer answer = recommender.recommend(community.live(), UserView.nobody(), home("old", 0));
        assertThat(answer.ranker()).isEqualTo(community.set.get("home_rank/champion").toString());
        assertThat(answer.note()).isEmpty();
        assertThat(answer.items()).hasSize(5);
        assertThat(items(answer))
                .as("Drama first, then what is acted on much")
                .startsWith("h5", "c");
        assertThat(answer.items().getFirst().score())
                .isCloseTo(Community.logistic(2.5), within(1e-12));
        assertThat(answer.items().get(1).sources()).containsExactly("item_cf", "user_cf");
        assertThat(items(answer)).as("seen in the nightly history").doesNotContain("a");
        assertThat(answer.bundles().keySet())
                .containsExactly(
                        "fresh/live",
                        "home_rank/champion",
                        "hot/live",
                        "item_cf/live",
                        "item_features/live",
                        "item_info/live",
                        "serving/live",
                        "user_cf/live",
                        "user_features/live",
                        "user_history/live");
    }

    @Test
    void equalScoresAreOrderedByWhatAllRecallsSayAndThenByItem() {
        community.publishAll(true);
        Answer answer = recommender.recommend(community.live(), UserView.nobody(), home("old", 50));
        // all but h5 and c have the same score: the place in the recalls decides; h1 has two places
        assertThat(items(answer))
                .containsExactly(
                        "h5", "c", "h1", "b", "f1", "h0", "d", "f2", "h2", "h3", "h4", "h6", "h7");
        for (int n = 0; n < 20; n++) {
            assertThat(recommender.recommend(community.live(), UserView.nobody(), home("old", 50)))
                    .isEqualTo(answer);
        }
    }

    @Test
    void aNewUserGetsWhatIsHotAndFresh() {
        community.publishAll(true);
        Answer answer = recommender.recommend(community.live(), UserView.nobody(), home("new", 50));
        assertThat(answer.items())
                .allSatisfy(item -> assertThat(item.sources()).isSubsetOf("hot", "fresh"));
        assertThat(answer.items()).hasSize(10);
    }

    @Test
    void withoutARankerTheFallbackOrderIsAnsweredAndTheAnswerSaysSo() {
        community.publishAll(false);
        Answer answer = recommender.recommend(community.live(), UserView.nobody(), home("old", 10));
        assertThat(answer.ranker()).isEqualTo("none");
        assertThat(answer.isRanked()).isFalse();
        assertThat(answer.note())
                .isEqualTo(
                        "no ranker is live behind home_rank/champion; this is the order of the"
                                + " recalls");
        assertThat(items(answer))
                .startsWith("h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7")
                .contains("b", "c");
        assertThat(answer.items().getFirst().title()).isEqualTo("The Hottest");
        assertThat(answer.items().getFirst().tags()).containsExactly("Drama");
        assertThat(answer.items().getFirst().author()).isEqualTo("amy");
        assertThat(answer.served().getFirst().score()).isNaN();
    }

    @Test
    void aRankerThatIsLateIsNotWaitedFor() {
        community.publishAll(true);
        var clock = new ArrayDeque<>(List.of(0L, 301_000_000L));
        Answer answer =
                Recommender.withDeadlines(clock::remove)
                        .recommend(community.live(), UserView.nobody(), home("old", 3));
        assertThat(answer.ranker()).isEqualTo("none");
        assertThat(answer.note())
                .isEqualTo(
                        "the deadline of 300 ms was over when 0 of 13 candidates were ranked; this"
                                + " is the order of the recalls");
        assertThat(items(answer)).containsExactly("h0", "h1", "h2");
    }

    @Test
    void excludedSeenHiddenAndOwnItemsLeaveBeforeARecallsShareIsCounted() {
        community.publishAll(false);
        Live live = community.live();
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        state.apply(event("seen", "u", "h1"), live.types());
        state.apply(event("hide", "u", "h2"), live.types());
        state.apply(event("hide", "amy", "h3"), live.types());
        Answer answer = recommender.recommend(live, state.user("u", NOON), home("u", 50, "h4"));
        assertThat(items(answer))
                .as("eight of hot all the same")
                .startsWith("h0", "h3", "h5", "h6", "h7", "h8", "h9")
                .doesNotContain("h1", "h2", "h4");
        assertThat(items(recommender.recommend(live, state.user("amy", NOON), home("amy", 50))))
                .as("amy wrote h0 and hid h3")
                .doesNotContain("h0", "h3");
        state.apply(event("hide", "amy", "h0"), live.types());
        assertThat(items(recommender.recommend(live, state.user("u", NOON), home("u", 50))))
                .as("hidden by its author")
                .doesNotContain("h0");
    }

    @Test
    void actionsOfThisMinuteBringTheirNeighboursAndLeaveThemselves() {
        community.publishAll(false);
        Live live = community.live();
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        state.apply(event("like", "new", "a"), live.types());
        Answer answer = recommender.recommend(live, state.user("new", NOON), home("new", 50));
        assertThat(items(answer)).contains("b", "c").doesNotContain("a");
        assertThat(
                        answer.items().stream()
                                .filter(i -> i.item().equals("h1"))
                                .findFirst()
                                .orElseThrow()
                                .sources())
                .containsExactly("item_cf", "hot");
    }

    @Test
    void aPostWrittenAMinuteAgoIsOfferedAndRankedByWhatItsOwnEventSaid() {
        community.publishAll(true);
        Live live = community.live();
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        var publish =
                new Event(
                        "p1",
                        "publish",
                        "zoe",
                        "brandnew",
                        NOON.minusSeconds(60),
                        0,
                        "",
                        "",
                        0,
                        "{\"title\":\"Fresh!\",\"tags\":[\"Drama\"]}");
        state.apply(publish, live.types());
        Answer answer = recommender.recommend(live, state.user("u", NOON), home("u", 50));
        Answer.Item fresh =
                answer.items().stream()
                        .filter(i -> i.item().equals("brandnew"))
                        .findFirst()
                        .orElseThrow();
        assertThat(fresh.sources()).containsExactly("published");
        assertThat(fresh.title()).isEqualTo("Fresh!");
        assertThat(fresh.author()).isEqualTo("zoe");
        assertThat(fresh.score()).isCloseTo(Community.logistic(-1 + 2), within(1e-12));
        assertThat(fresh.features().orElseThrow().values())
                .containsEntry("tags", List.of("Drama"))
                .doesNotContainKey("item_acts");
        assertThat(items(recommender.recommend(live, state.user("zoe", NOON), home("zoe", 50))))
                .as("her own")
                .doesNotContain("brandnew");
    }

    @Test
    void everyItemOfAnAnswerIsToldToTheNightWithTheRowItWasScoredBy() {
        community.publishAll(true);
        Live live = community.live();
        Answer answer = recommender.recommend(live, UserView.nobody(), home("old", 50));
        List<Served> served = answer.served();
        assertThat(served).hasSize(13);
        for (Served one : served) {
            Served back = Served.parse(one.toEvent());
            assertThat(back).isEqualTo(one);
            FeatureRow row = FeatureRow.of(Community.SPEC, back.features());
            assertThat(live.ranking("home_rank/champion").orElseThrow().ranker().score(row))
                    .isEqualTo(back.score());
            assertThat(back.bundles())
                    .containsEntry(
                            "user_features/live",
                            community.set.get("user_features/live").toString());
            assertThat(back.request())
                    .containsEntry("hour", "12")
                    .containsEntry("weekday", "6")
                    .containsEntry("position", "1");
        }
        assertThat(served.getFirst().features())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "user_acts",
                                7.0,
                                "item_acts",
                                60.0,
                                "tags",
                                List.of("Drama"),
                                "hour",
                                "12"));
        assertThat(served.get(5).position()).isEqualTo(6);
    }

    @Test
    void aReplayGivesItsOwnRecentAndSeen() {
        community.publishAll(false);
        var recent = new LinkedHashMap<>(Map.of("a", 1.0));
        Answer answer =
                recommender.recommend(
                        community.live(), UserView.of(recent, Set.of("h0")), home("somebody", 50));
        assertThat(items(answer)).contains("b", "c").doesNotContain("h0");
    }

    @Test
    void whatCannotBeAskedIsAnsweredWithWhatCan() {
        community.publishAll(false);
        Live live = community.live();
        assertThatThrownBy(
                        () ->
                                recommender.recommend(
                                        live,
                                        UserView.nobody(),
                                        RecommendRequest.of("r", "hom", "u", 1, NOON)))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(404);
                            assertThat(e).hasMessage("there is no scene hom");
                            assertThat(e.wouldDo()).isEqualTo("did you mean home?");
                        });
        assertThatThrownBy(() -> recommender.recommend(live, UserView.nobody(), home("u", 51)))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.wouldDo()).isEqualTo("1 to 50 in scene home"));
    }

    @Test
    void anExplanationAddsUpToTheScoreOfTheAnswer() {
        community.publishAll(true);
        Live live = community.live();
        Answer answer = recommender.recommend(live, UserView.nobody(), home("old", 50));
        for (Answer.Item item : answer.items()) {
            Explanation why = Explanation.of(live, UserView.nobody(), home("old", 0), item.item());
            RankExplanation ranking = why.ranking().orElseThrow();
            assertThat(why.place()).as(item.item()).isEqualTo(item.position());
            assertThat(List.copyOf(why.sources().keySet())).isEqualTo(item.sources());
            assertThat(ranking.score()).isEqualTo(item.score());
            double sum =
                    ranking.base()
                            + ranking.parts().stream()
                                    .mapToDouble(RankExplanation.Part::contribution)
                                    .sum();
            assertThat(sum).isCloseTo(ranking.margin(), within(1e-9));
            assertThat(why.features())
                    .map(FeatureRow::values)
                    .isEqualTo(item.features().map(FeatureRow::values));
        }
        Explanation seen = Explanation.of(live, UserView.nobody(), home("old", 0), "a");
        assertThat(seen.place()).isZero();
        assertThat(seen.leaves()).containsExactly("seen");
        assertThatThrownBy(
                        () -> Explanation.of(live, UserView.nobody(), home("old", 0), "nonsense"))
                .hasMessage("nothing is known of item nonsense");
    }

    private static Event event(String type, String user, String item) {
        return new Event(
                type + user + item,
                type,
                user,
                item,
                NOON.minusSeconds(10),
                type.equals("like") ? 1 : 0,
                "",
                "",
                0,
                "{}");
    }
}
