package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FeatureSpaceTest {
    private final FeatureSpace space = RankSpec.space();

    @Test
    void namesItsColumnsAndSaysWhichModelTakesWhich() {
        assertThat(space.columns())
                .containsExactly(
                        "user_actions_7d",
                        "user_actions_7d[-inf,1.0)",
                        "user_actions_7d[1.0,5.5)",
                        "user_actions_7d[5.5,inf)",
                        "user_actions_7d=(missing)",
                        "item_age_days",
                        "top_genre=Action",
                        "top_genre=Drama",
                        "top_genre=(missing)",
                        "top_genre=(unseen)",
                        "genres=Action",
                        "genres=Comedy, dark",
                        "genres=Drama",
                        "genres=(missing)",
                        "genres=(unseen)",
                        "hour=07",
                        "hour=20",
                        "hour=(missing)",
                        "hour=(unseen)",
                        "cf_score",
                        "genre_match",
                        "genre_match[-inf,0.30000000000000004)",
                        "genre_match[0.30000000000000004,inf)",
                        "genre_match=(missing)",
                        "same_author");
        assertThat(space.gbdtColumns())
                .containsExactly(0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24);
        assertThat(space.lrColumns())
                .containsExactly(
                        1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 23);
        assertThat(space.featureOf(23)).isEqualTo(RankSpec.spec().indexOf("genre_match"));
        assertThat(space.width()).isEqualTo(25);
    }

    @Test
    void encodesValuesMissingOnesAndUnseenOnes() {
        assertThat(
                        hot(
                                Map.of(
                                        "user_actions_7d",
                                        5.5,
                                        "top_genre",
                                        "Drama",
                                        "genres",
                                        List.of("Drama", "Action", "War", "Noir"),
                                        "hour",
                                        "(unseen)")))
                .containsExactly(
                        "user_actions_7d",
                        "user_actions_7d[5.5,inf)",
                        "item_age_days",
                        "top_genre=Drama",
                        "genres=Action",
                        "genres=Drama",
                        "genres=(unseen)",
                        "hour=(unseen)",
                        "cf_score",
                        "genre_match",
                        "genre_match=(missing)",
                        "same_author");
        assertThat(
                        hot(
                                Map.of(
                                        "user_actions_7d",
                                        0.0,
                                        "item_age_days",
                                        0.0,
                                        "genres",
                                        List.of(),
                                        "top_genre",
                                        "(missing)",
                                        "cf_score",
                                        0.0,
                                        "genre_match",
                                        0.30000000000000004,
                                        "same_author",
                                        0.0)))
                .containsExactly(
                        "user_actions_7d[-inf,1.0)",
                        "top_genre=(missing)",
                        "hour=(missing)",
                        "genre_match",
                        "genre_match[0.30000000000000004,inf)");
    }

    @Test
    void treesMayTakeACategoryByItsCodeWhichTheRegressionTakesByItsValues() {
        FeatureSpace coded = space.withCodes(List.of("top_genre"));
        assertThat(coded.columns().subList(6, 11))
                .containsExactly(
                        "top_genre",
                        "top_genre=Action",
                        "top_genre=Drama",
                        "top_genre=(missing)",
                        "top_genre=(unseen)");
        assertThat(coded.gbdtColumns()).startsWith(0, 5, 6, 11).doesNotContain(7, 8, 9, 10);
        assertThat(coded.lrColumns()).startsWith(1, 2, 3, 4, 7, 8, 9, 10).doesNotContain(6);
        Map<String, Float> codes =
                Map.of(
                        "Action",
                        0f,
                        "Drama",
                        1f,
                        "(missing)",
                        Float.NaN,
                        "War",
                        3f,
                        "(unseen)",
                        3f);
        codes.forEach(
                (genre, code) -> {
                    FeatureRow row = FeatureRow.of(space.spec(), Map.of("top_genre", genre));
                    var plain = new float[space.width()];
                    var out = new float[coded.width()];
                    space.encode(row, plain, 0);
                    coded.encode(row, out, 0);
                    assertThat((Float) out[6]).as(genre).isEqualTo(code);
                    assertThat(Arrays.copyOfRange(out, 7, out.length))
                            .isEqualTo(Arrays.copyOfRange(plain, 6, plain.length));
                });
        var none = new float[coded.width()];
        coded.encode(FeatureRow.of(space.spec(), Map.of()), none, 0);
        assertThat(none[6]).isNaN();
        assertThat(none[9]).isEqualTo(1);
        assertThat(FeatureSpace.fromJson(coded.toJson())).isEqualTo(coded).isNotEqualTo(space);
        assertThat(coded.withCodes(List.of())).isEqualTo(space);
        assertThat(coded.featureMapCsv()).contains("top_genre,,6\n");
        assertThatThrownBy(() -> space.withCodes(List.of("genres")))
                .hasMessageContaining("trees cannot take genres by its code; it is no category");
        assertThatThrownBy(() -> space.withCodes(List.of("town")))
                .hasMessageContaining("it is none of the raw features");
    }

    /// The columns that are not 0; missing numbers are NaN.
    private List<String> hot(Map<String, ?> values) {
        var out = new float[space.width() + 2];
        Arrays.fill(out, 42f);
        space.encode(FeatureRow.of(space.spec(), values), out, 1);
        assertThat(out[0]).isEqualTo(42f);
        assertThat(out[out.length - 1]).isEqualTo(42f);
        var hot = new ArrayList<String>();
        for (int c = 0; c < space.width(); c++) {
            if (out[c + 1] != 0) {
                hot.add(space.columns().get(c));
            }
        }
        return hot;
    }

    @Test
    void encodesTheSameAfterItsJourneyThroughJsonForEveryMissingPattern() {
        FeatureSpace back = FeatureSpace.fromJson(space.toJson());
        assertThat(back).isEqualTo(space);
        assertThat(back.spec()).isEqualTo(space.spec());
        assertThat(back.toJson()).isEqualTo(space.toJson());
        assertThat(back.featureMapCsv()).isEqualTo(space.featureMapCsv());
        var random = new Random(3);
        for (int pattern = 0; pattern < 1 << space.spec().size(); pattern++) {
            for (int draw = 0; draw < 4; draw++) {
                FeatureRow row = FeatureRow.of(space.spec(), draw(random, pattern));
                assertThat(encode(back, FeatureRow.fromJson(back.spec(), row.toJson())))
                        .as("pattern %s", pattern)
                        .isEqualTo(encode(space, row));
            }
        }
    }

    private Map<String, Object> draw(Random random, int present) {
        var values = new HashMap<String, Object>();
        for (int f = 0; f < space.spec().size(); f++) {
            if ((present >> f & 1) == 1) {
                Feature feature = space.spec().features().get(f);
                List<String> words =
                        List.of(
                                "Action",
                                "Drama",
                                "Comedy, dark",
                                "20",
                                "07",
                                "(unseen)",
                                "(missing)",
                                "never learnt");
                values.put(
                        feature.name(),
                        switch (feature.type()) {
                            case NUMBER ->
                                    List.of(
                                                    random.nextDouble() * 10,
                                                    1.0,
                                                    Math.nextDown(1.0),
                                                    5.5,
                                                    0.1 + 0.2,
                                                    0.3,
                                                    -0.0,
                                                    1e38)
                                            .get(random.nextInt(8));
                            case CATEGORY -> words.get(random.nextInt(words.size()));
                            case WEIGHTS -> Map.of(words.get(random.nextInt(words.size())), 0.5);
                            case TAGS ->
                                    random.ints(random.nextInt(4), 0, words.size())
                                            .mapToObj(words::get)
                                            .toList();
                        });
            }
        }
        return values;
    }

    private static float[] encode(FeatureSpace space, FeatureRow row) {
        var out = new float[space.width()];
        space.encode(row, out, 0);
        return out;
    }

    @Test
    void edgesKeepAllTheirBitsInJson() {
        var random = new Random(9);
        var edges =
                random.doubles(200)
                        .map(d -> d * Math.pow(10, random.nextInt(30) - 15))
                        .sorted()
                        .distinct()
                        .boxed()
                        .toList();
        FeatureSpec spec = RankSpec.spec().only(List.of("genre_match"));
        FeatureSpace many = new FeatureSpace(spec, Map.of("genre_match", edges), Map.of());
        assertThat(FeatureSpace.fromJson(many.toJson()).edges("genre_match")).isEqualTo(edges);
    }

    @Test
    void encodesRowsOfAWiderSpec() {
        FeatureSpec narrow = RankSpec.spec().only(List.of("genres", "item_age_days"));
        FeatureSpace ofTwo = new FeatureSpace(narrow, Map.of(), Map.of("genres", List.of("Drama")));
        FeatureRow wide =
                FeatureRow.of(
                        RankSpec.spec(),
                        Map.of("item_age_days", 3, "genres", List.of("Drama"), "hour", "07"));
        assertThat(encode(ofTwo, wide)).containsExactly(3f, 1f, 0f, 0f);
        assertThat(wide.as(narrow).values())
                .containsExactly(
                        Map.entry("item_age_days", 3.0), Map.entry("genres", List.of("Drama")));
        assertThatThrownBy(() -> encode(space, wide.as(narrow)))
                .isInstanceOf(FeatureException.class)
                .hasMessage(
                        "feature user_actions_7d of type number is needed; the row's features rank"
                                + " have none of that name");
    }

    @Test
    void writesTheFeatureMapForPeople() {
        assertThat(space.featureMapCsv().lines().toList())
                .hasSize(26)
                .startsWith(
                        "feature,value,index",
                        "user_actions_7d,,0",
                        "user_actions_7d,\"[-inf,1.0)\",1")
                .contains("genres,\"Comedy, dark\",11", "genres,(unseen),14");
    }

    @Test
    void valuesThatXmlCannotHoldStayDistinctInColumnNames() {
        FeatureSpec spec = RankSpec.spec().only(List.of("hour"));
        FeatureSpace odd =
                new FeatureSpace(
                        spec, Map.of(), Map.of("hour", List.of("\u0001", "\\u0001", "a\nb", "😀")));
        assertThat(odd.columns())
                .startsWith("hour=\\u0001", "hour=\\\\u0001", "hour=a\\u000Ab", "hour=😀");
        assertThat(FeatureSpace.fromJson(odd.toJson())).isEqualTo(odd);
    }

    @Test
    void refusesAFitThatDoesNotFit() {
        FeatureSpec spec = RankSpec.spec().only(List.of("genre_match", "hour"));
        assertThatThrownBy(() -> new FeatureSpace(spec, Map.of(), Map.of("hour", List.of())))
                .hasMessage(
                        "feature genre_match (number, 3 bins) was fitted without edges of its"
                                + " bins");
        assertThatThrownBy(
                        () ->
                                new FeatureSpace(
                                        spec,
                                        Map.of("genre_match", List.of(2.0, 2.0)),
                                        Map.of("hour", List.of())))
                .hasMessage(
                        "feature genre_match: the edges of bins must be finite and rise, found"
                                + " [2.0, 2.0]");
        assertThatThrownBy(
                        () ->
                                new FeatureSpace(
                                        spec,
                                        Map.of("genre_match", List.of(Double.NaN)),
                                        Map.of("hour", List.of())))
                .hasMessageContaining("must be finite and rise, found [NaN]");
        assertThatThrownBy(
                        () ->
                                new FeatureSpace(
                                        spec,
                                        Map.of("genre_match", List.of()),
                                        Map.of("hour", List.of("(unseen)"))))
                .hasMessage(
                        "feature hour: (unseen) is not a value to learn; leave it out of the"
                                + " vocabulary");
        assertThatThrownBy(
                        () ->
                                new FeatureSpace(
                                        spec,
                                        Map.of("genre_match", List.of()),
                                        Map.of("hour", List.of("1", "1"))))
                .hasMessage("feature hour: the vocabulary has \"1\" twice");
        assertThatThrownBy(
                        () ->
                                new FeatureSpace(
                                        spec,
                                        Map.of("genre_match", List.of(), "x", List.of()),
                                        Map.of("hour", List.of())))
                .hasMessage("features rank was fitted with x, which is not among them");
    }

    @Test
    void refusesJsonThatIsNoFeatureSpace() {
        assertThatThrownBy(() -> FeatureSpace.fromJson("{\"format\": 2}"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessage("features.json is of format 2; this version reads 1");
        assertThatThrownBy(() -> FeatureSpace.fromJson(space.toJson().substring(0, 300)))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("features.json is not JSON");
        assertThatThrownBy(
                        () ->
                                FeatureSpace.fromJson(
                                        space.toJson().replace("\"tags\"", "\"number\"")))
                .isInstanceOf(CorruptFileException.class)
                .hasMessage(
                        "features.json: feature genres (number, 0 bins) was fitted with a"
                                + " vocabulary");
    }
}
