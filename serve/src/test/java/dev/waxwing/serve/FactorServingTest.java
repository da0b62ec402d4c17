package dev.waxwing.serve;

import static dev.waxwing.serve.Community.NOON;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.BundleException;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.FactorFile;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.GoldenRow;
import dev.waxwing.model.RankExplanation;
import dev.waxwing.model.Ranker;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A scene whose candidates come from an FM's factors and are put in order by it.
class FactorServingTest {
    private static final int ITEMS = 400;

    @TempDir Path folder;

    private Community community;
    private final Random random = new Random(12);
    private final Map<String, List<String>> tagsOf = new HashMap<>();

    @BeforeEach
    void begin() {
        community = new Community(folder);
        community.write(
                "scenes/fm.yaml",
                """
                scene: fm
                size: { default: 20, max: 100 }
                recall:
                  fm: { kind: factors, bundle: home_fm, take: 30 }
                published: 5
                rank: { bundle: home_fm }
                """);
    }

    private FeatureSpace space(boolean pairs) {
        FeatureSpec spec =
                FeatureSpec.parse(
                        "fm.yaml",
                        """
                        features: fm
                        snapshots: { user: fm_users, item: fm_items }
                        columns:
                          user: { from: user, type: id, hash: 64, seed: 1 }
                          item: { from: item, type: id, hash: 512, seed: 2 }
                          tags: { from: item, type: tags }
                          acts: { from: user, type: number, transform: log }
                          hour: { from: request, type: category }
                        """
                                + (pairs
                                        ? """
                                        match:
                                          liked: { dot: [user.taste, item.tags] }
                                        cross:
                                          who_tag: { of: [user, tags], hash: 64 }
                                        """
                                        : ""));
        return new FeatureSpace(
                spec, Map.of(), Map.of("tags", List.of("t0", "t1", "t2"), "hour", List.of("12")));
    }

    private void publish(FeatureSpace space, FactorModel.Kind kind) {
        FeatureTable.Builder users =
                FeatureTable.builder(
                        List.of(
                                new EntityColumn("acts", EntityColumn.Kind.NUMBER),
                                new EntityColumn("taste", EntityColumn.Kind.WEIGHTS)));
        users.add("old", 7.0, Map.of("t1", 0.5, "t9", 2.0)).add("blank", null, null);
        FeatureTable.Builder items =
                FeatureTable.builder(List.of(new EntityColumn("tags", EntityColumn.Kind.TAGS)));
        for (int i = 0; i < ITEMS; i++) {
            List<String> tags = List.of("t" + random.nextInt(5), "t" + random.nextInt(5));
            tagsOf.put("m" + i, tags);
            items.add("m" + i, i % 17 == 0 ? null : tags);
        }
        community.table("fm_users", users);
        community.table("fm_items", items);
        int n = space.sparseWidth();
        FactorModel model =
                switch (kind) {
                    case FM -> FactorModel.fm(-1, floats(n), 8, floats(n * 8));
                    case LINEAR -> FactorModel.linear(-1, floats(n));
                    case FFM -> {
                        int fields = space.spec().fields().size();
                        yield FactorModel.ffm(-1, floats(n), fields, 2, floats(n * fields * 2));
                    }
                };
        try (BundleWriter bundle =
                community.store.draft(BundleKind.RANKER, "home_fm", Community.DAY)) {
            FactorFile.write(bundle.file(FactorFile.FILE), model, FactorModel.Scaling.NONE);
            // A row without any entry but the missing ones would do, too; this one scores the bias.
            bundle.ranker(kind.word(), space).golden(space.spec(), List.of(golden(model, space)));
            community.set.put("home_fm/champion", bundle.publish());
        }
        community.publishAll(true);
    }

    private static GoldenRow golden(FactorModel model, FeatureSpace space) {
        FeatureRow row = FeatureRow.of(space.spec(), Map.of("user", "old", "hour", "12"));
        var index = new ArrayList<Integer>();
        var field = new ArrayList<Integer>();
        space.encodeSparse(
                row,
                (f, column, _) -> {
                    field.add(f);
                    index.add(column);
                });
        double margin =
                model.margin(
                        index.stream().mapToInt(i -> i).toArray(),
                        field.stream().mapToInt(f -> f).toArray(),
                        null,
                        0,
                        index.size(),
                        FactorModel.Scaling.NONE);
        return new GoldenRow(row, margin, Community.logistic(margin));
    }

    private float[] floats(int n) {
        var floats = new float[n];
        for (int i = 0; i < n; i++) {
            floats[i] = (float) random.nextGaussian() / 3;
        }
        return floats;
    }

    private static RecommendRequest request(String user, String... exclude) {
        return new RecommendRequest("req", "fm", user, 0, Set.of(exclude), new TreeMap<>(), NOON);
    }

    @Test
    void theAnswersScoreIsThatOfTheLoggedRow() {
        for (boolean pairs : List.of(true, false)) {
            for (FactorModel.Kind kind : List.of(FactorModel.Kind.FM, FactorModel.Kind.LINEAR)) {
                begin();
                FeatureSpace space = space(pairs);
                publish(space, kind);
                Live live = community.live();
                Ranker ranker = live.ranking("home_fm/champion").orElseThrow().ranker();
                for (String user : List.of("old", "blank", "stranger")) {
                    Answer answer =
                            Recommender.patient().recommend(live, UserView.nobody(), request(user));
                    assertThat(answer.items()).hasSize(20);
                    assertThat(answer.note()).isEmpty();
                    assertThat(answer.bundles()).containsKeys("fm_items/live", "fm_users/live");
                    for (Answer.Item item : answer.items()) {
                        FeatureRow row = item.features().orElseThrow();
                        assertThat(row.values())
                                .containsEntry("user", user)
                                .containsEntry("item", item.item());
                        assertThat(ranker.score(row)).isCloseTo(item.score(), within(1e-9));
                    }
                }
            }
        }
    }

    @Test
    void theFactorsBringWhatBruteForceBringsAndWhoMustLeaveMakesRoom() {
        FeatureSpace space = space(false);
        publish(space, FactorModel.Kind.FM);
        Live live = community.live();
        Ranker ranker = live.ranking("home_fm/champion").orElseThrow().ranker();
        for (String user : List.of("old", "stranger")) {
            List<String> best = new ArrayList<>();
            var scores = new HashMap<String, Double>();
            for (int i = 0; i < ITEMS; i++) {
                var values = new HashMap<String, Object>();
                values.put("user", user);
                values.put("item", "m" + i);
                values.put("hour", "12");
                if (i % 17 != 0) {
                    values.put("tags", tagsOf.get("m" + i));
                }
                if (user.equals("old")) {
                    values.put("acts", 7.0);
                }
                scores.put("m" + i, ranker.margin(FeatureRow.of(space.spec(), values)));
                best.add("m" + i);
            }
            best.sort(
                    Comparator.<String, Double>comparing(scores::get)
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()));
            String[] gone = best.subList(0, 7).toArray(String[]::new);
            Answer answer =
                    Recommender.patient().recommend(live, UserView.nobody(), request(user, gone));
            assertThat(answer.items().stream().map(Answer.Item::item))
                    .as("%s", user)
                    .containsExactlyElementsOf(best.subList(7, 27));
            assertThat(answer.items()).allMatch(item -> item.sources().equals(List.of("fm")));
        }
    }

    @Test
    void anExplanationSumsToTheScoreThatWasAnswered() {
        publish(space(true), FactorModel.Kind.FM);
        Live live = community.live();
        Answer answer = Recommender.patient().recommend(live, UserView.nobody(), request("old"));
        Answer.Item first = answer.items().getFirst();
        Explanation why = Explanation.of(live, UserView.nobody(), request("old"), first.item());
        RankExplanation ranking = why.ranking().orElseThrow();
        double sum =
                ranking.base()
                        + ranking.parts().stream()
                                .mapToDouble(RankExplanation.Part::contribution)
                                .sum();
        assertThat(Community.logistic(sum)).isCloseTo(first.score(), within(1e-9));
        assertThat(why.place()).isEqualTo(1);
    }

    @Test
    void theSumsOfItemsAreComputedWhenRankerAndSnapshotAreLoadedAndKeptWhileBothStay() {
        publish(space(true), FactorModel.Kind.FM);
        Live before = community.live();
        BundleStore.Live now = community.store.live();
        Live after = Live.open(community.store, now.number(), now.aliases(), Optional.of(before));
        Scene scene = before.scene("fm").orElseThrow();
        var ranking = before.ranking("home_fm/champion").orElseThrow();
        assertThat(before.sums(scene, ranking)).isPresent();
        assertThat(after.sums(scene, after.ranking("home_fm/champion").orElseThrow()).orElseThrow())
                .isSameAs(before.sums(scene, ranking).orElseThrow());
        Scene home = before.scene("home").orElseThrow();
        assertThat(before.sums(home, before.ranking("home_rank/champion").orElseThrow()))
                .as("trees have none")
                .isEmpty();
    }

    @Test
    void anFfmRanksByWholeRowsAndCannotRecall() {
        assertThatThrownBy(
                        () -> {
                            publish(space(true), FactorModel.Kind.FFM);
                            community.live();
                        })
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(
                        "scene fm recalls by the factors of home_fm/champion; home_fm/")
                .hasMessageContaining("is of algorithm ffm, linear and fm would do");
        community.write(
                "scenes/fm.yaml",
                """
                scene: fm
                recall:
                  hot: { kind: list, bundle: hot, take: 8 }
                rank: { bundle: home_fm }
                """);
        community.serving();
        community.activate("another scene");
        Answer answer =
                Recommender.patient()
                        .recommend(community.live(), UserView.nobody(), request("old"));
        assertThat(answer.ranker()).startsWith("home_fm/");
        assertThat(answer.items()).hasSize(8);
    }
}
