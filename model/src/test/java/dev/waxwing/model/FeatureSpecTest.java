package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;

class FeatureSpecTest {
    @Test
    void readsColumnsThenMatchesInTheOrderOfTheFile() {
        FeatureSpec spec = RankSpec.spec();

        assertThat(spec.name()).isEqualTo("rank");
        assertThat(spec.snapshots())
                .isEqualTo(Map.of(Entity.USER, "user_features", Entity.ITEM, "item_features"));
        assertThat(spec.features())
                .extracting(Feature::name)
                .containsExactly(
                        "user_actions_7d",
                        "item_age_days",
                        "top_genre",
                        "genres",
                        "hour",
                        "cf_score",
                        "genre_match",
                        "same_author");
        assertThat(spec.features().get(0))
                .isEqualTo(
                        new Feature.Column(
                                "user_actions_7d",
                                Entity.USER,
                                "user_actions_7d",
                                FeatureType.NUMBER,
                                3,
                                1));
        assertThat(spec.features().get(3))
                .isEqualTo(
                        new Feature.Column(
                                "genres", Entity.ITEM, "genres", FeatureType.TAGS, 0, 2));
        assertThat(spec.features().get(6))
                .isEqualTo(
                        new Feature.Match(
                                "genre_match",
                                Feature.MatchKind.COSINE,
                                new Feature.Side(Entity.USER, "genre_weights"),
                                new Feature.Side(Entity.ITEM, "genre_weights"),
                                3));
    }

    @Test
    void namesTheSnapshotColumnsThatItReads() {
        assertThat(RankSpec.spec().needs())
                .extracting(need -> need.snapshot() + "." + need.column() + " " + need.kindWords())
                .containsExactly(
                        "user_features.user_actions_7d number",
                        "item_features.item_age_days number",
                        "user_features.top_genre category",
                        "item_features.genres tags",
                        "user_features.recent tags|weights",
                        "item_features.similar tags|weights",
                        "user_features.genre_weights tags|weights",
                        "item_features.genre_weights tags|weights",
                        "user_features.top_author category|tags",
                        "item_features.author category|tags");
    }

    @Test
    void aColumnReadTwiceMustBeWhatBothCanUse() {
        FeatureSpec spec =
                FeatureSpec.parse(
                        "rank.yaml",
                        """
                        features: rank
                        snapshots: { user: u, item: i }
                        columns: { genres: { from: item, type: tags } }
                        match: { liked: { dot: [user.liked, item.genres] } }
                        """);

        assertThat(spec.needs())
                .contains(new ColumnNeed("i", "genres", EnumSet.of(EntityColumn.Kind.TAGS)));
    }

    @Test
    void tellsAllProblemsOfAFileTogether() {
        ConfigException refused =
                catchThrowableOfType(
                        ConfigException.class,
                        () ->
                                FeatureSpec.parse(
                                        "rank.yaml",
                                        """
                                        features: rank
                                        snapshots: { user: user_features }
                                        columns:
                                          clicks:  { from: user, type: numbre }
                                          age:     { from: item, type: number }
                                          genre:   { from: user, type: category, bins: 3 }
                                          words:   { from: request, type: tags }
                                          wide:    { from: user, type: number, bins: 1 }
                                          first-x: { from: user, type: number }
                                          late:    { from: user, type: number, min_count: 3 }
                                        match:
                                          age:     { equal: [user.a, user.b] }
                                          both:    { dot: [user.a, user.b] }
                                          three:   { dot: [user.a] }
                                          none:    { bins: 4 }
                                          odd:     { dot: [users.a, item.b] }
                                        """));

        assertThat(refused.problems()).hasSize(12);
        assertThat(refused.getMessage())
                .contains(
                        "rank.yaml:4 columns.clicks.type: \"numbre\" is not one of number,"
                                + " category, tags, weights, id; did you mean number?")
                .contains(
                        "rank.yaml:5 columns.age: feature age reads item.age, but no snapshot of"
                                + " the item is named; add `snapshots: { item: <bundle name> }`")
                .contains(
                        "rank.yaml:6 columns.genre.bins: a feature of type category takes no bins;"
                                + " numbers do")
                .contains(
                        "rank.yaml:7 columns.words: feature words is from the request and of type"
                                + " tags; a request gives a number or a category")
                .contains("rank.yaml:8 columns.wide.bins")
                .contains(
                        "rank.yaml:9 columns.first-x: feature name must be letters, digits and _,"
                                + " not beginning with a digit; found \"first-x\"")
                .contains("rank.yaml:10 columns.late.min_count")
                .contains("rank.yaml:12 match.age: a feature of this name is there already")
                .contains(
                        "rank.yaml:13 match.both: feature both matches user.a with user.b; exactly"
                                + " one side must be of the item")
                .contains(
                        "rank.yaml:14 match.three.dot: found [user.a]; two sides would do, such as"
                                + " [user.recent, item.similar]")
                .contains("rank.yaml:15 match.none: found no comparison")
                .contains(
                        "rank.yaml:16 match.odd.dot: a side must be user.<column>, item.<column> or"
                                + " request.<key>, found \"users.a\"");
    }

    @Test
    void oneColumnCannotBeTwoKinds() {
        assertThatThrownBy(
                        () ->
                                FeatureSpec.parse(
                                        "rank.yaml",
                                        """
                                        features: rank
                                        snapshots: { user: u, item: i }
                                        columns: { a: { from: item, column: x, type: tags }, b: { from: item, column: x, type: number } }
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "feature b wants item.x as number, another feature as tags; a column has"
                                + " one kind");
    }

    @Test
    void aFileWithoutFeaturesIsRefused() {
        assertThatThrownBy(() -> FeatureSpec.parse("rank.yaml", "features: rank\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "there is no feature; name at least one under columns or match");
    }

    @Test
    void onlyKeepsTheNamedFeaturesInTheirOrder() {
        assertThat(RankSpec.spec().only(List.of("cf_score", "genres")).features())
                .extracting(Feature::name)
                .containsExactly("genres", "cf_score");
        assertThatThrownBy(() -> RankSpec.spec().only(List.of("gone")))
                .hasMessage("features rank has no feature gone");
    }
}
