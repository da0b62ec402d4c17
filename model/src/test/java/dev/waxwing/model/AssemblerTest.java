package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class AssemblerTest {
    private final Assembler assembler = new Assembler(RankSpec.spec());
    private final EntityRow ann =
            RankSpec.users()
                    .add(
                            "ann",
                            7,
                            "Drama",
                            Map.of("m1", 1.0, "m2", 0.5, "m9", 0.25),
                            Map.of("Drama", 3.0, "Action", 4.0),
                            "lee")
                    .build()
                    .row("ann")
                    .orElseThrow();
    private final EntityRow film =
            RankSpec.items()
                    .add(
                            "m5",
                            12.5,
                            List.of("Drama", "War"),
                            Map.of("m2", 0.8, "m9", 0.4, "m7", 9),
                            Map.of("Drama", 1),
                            "lee")
                    .build()
                    .row("m5")
                    .orElseThrow();

    @Test
    void takesColumnsAndComputesMatches() {
        FeatureRow row = assembler.assemble(ann, film, Map.of("hour", "20", "client", "ios"));

        assertThat(row.values())
                .containsExactly(
                        Map.entry("user_actions_7d", 7.0),
                        Map.entry("item_age_days", 12.5),
                        Map.entry("top_genre", "Drama"),
                        Map.entry("genres", List.of("Drama", "War")),
                        Map.entry("hour", "20"),
                        Map.entry("cf_score", 0.5 * 0.8 + 0.25 * 0.4),
                        Map.entry("genre_match", 0.6),
                        Map.entry("same_author", 1.0));
    }

    @Test
    void aMissingSideMakesAMatchMissingAndAnEmptyOneMakesItZero() {
        EntityRow blank =
                RankSpec.items()
                        .add("m6", null, null, null, Map.of(), null)
                        .build()
                        .row("m6")
                        .orElseThrow();

        FeatureRow row = assembler.assemble(ann, blank, Map.of());

        assertThat(row.values())
                .containsExactly(
                        Map.entry("user_actions_7d", 7.0),
                        Map.entry("top_genre", "Drama"),
                        Map.entry("genre_match", 0.0));
    }

    @Test
    void anUnseenEntityIsSaidToBeUnseenExceptForWhatItsOwnEventSaid() {
        EntityRow fresh = EntityRow.builder().tags("genres", List.of("Drama")).unseen().build();

        assertThat(assembler.assemble(EntityRow.unseen(), fresh, Map.of()).values())
                .containsExactly(
                        Map.entry("top_genre", "(unseen)"), Map.entry("genres", List.of("Drama")));
        assertThat(assembler.assemble(ann, EntityRow.unseen(), Map.of()).values())
                .containsExactly(
                        Map.entry("user_actions_7d", 7.0),
                        Map.entry("top_genre", "Drama"),
                        Map.entry("genres", List.of("(unseen)")));
    }

    @Test
    void aRowMadeByHandHasMissingValuesWhereATableWouldLackTheColumn() {
        EntityRow fresh = EntityRow.builder().category("author", "lee").unseen().build();
        assertThat(fresh.category("author")).contains("lee");
        assertThat(fresh.weights("recent")).isEmpty();
        assertThat(fresh.number("item_age_days")).isEmpty();
        assertThat(fresh.tags("genres")).isEmpty();
        assertThatThrownBy(() -> fresh.number("author"))
                .hasMessage("column author holds category, not number");
    }

    @Test
    void tagsCountAsWeightsOfOneAndTextsAreComparedWithTags() {
        FeatureSpec spec =
                FeatureSpec.parse(
                        "x.yaml",
                        """
                        features: x
                        snapshots: { user: u, item: i }
                        match:
                          liked: { dot: [user.weights, item.tags] }
                          city:  { equal: [request.city, item.tags] }
                        """);
        EntityRow user =
                EntityRow.builder().weights("weights", Map.of("a", 2, "b", 3, "c", 5)).build();
        EntityRow item = EntityRow.builder().tags("tags", List.of("c", "a", "a")).build();

        assertThat(new Assembler(spec).assemble(user, item, Map.of("city", "c")).values())
                .containsExactly(Map.entry("liked", 7.0), Map.entry("city", 1.0));
        assertThat(new Assembler(spec).assemble(user, item, Map.of("city", "b")).number(1))
                .isZero();
    }

    /// Floating-point sums depend on their order; here the order depends on the tokens alone.
    @Test
    void aDotProductHasTheSameBitsWhereverItsSidesCameFrom(@TempDir Path folder) {
        var random = new Random(11);
        var users =
                FeatureTable.builder(
                        List.of(new EntityColumn("recent", EntityColumn.Kind.WEIGHTS)));
        var items =
                FeatureTable.builder(
                        List.of(new EntityColumn("similar", EntityColumn.Kind.WEIGHTS)));
        var userMaps = new HashMap<String, Map<String, Double>>();
        var itemMaps = new HashMap<String, Map<String, Double>>();
        for (int i = 0; i < 50; i++) {
            userMaps.put("k" + i, weights(random));
            itemMaps.put("k" + i, weights(random));
        }
        userMaps.forEach(users::add);
        itemMaps.forEach(items::add);
        users.write(folder.resolve("u"));
        FeatureTable mapped = FeatureTable.open(folder.resolve("u"));
        FeatureTable inMemory = items.build();
        var spec =
                FeatureSpec.parse(
                        "x.yaml",
                        "features: x\n"
                                + "snapshots: { user: u, item: i }\n"
                                + "match: { cf: { dot: [user.recent, item.similar] }, cos: { cosine:"
                                + " [item.similar, user.recent] } }\n");
        var assembler = new Assembler(spec);
        for (String user : userMaps.keySet()) {
            Assembler.UserSide prepared =
                    assembler.forUser(mapped.row(user).orElseThrow(), Map.of());
            for (String item : itemMaps.keySet()) {
                EntityRow byHand =
                        EntityRow.builder().weights("similar", itemMaps.get(item)).build();
                FeatureRow online = prepared.with(inMemory.row(item).orElseThrow());
                FeatureRow offline =
                        assembler.assemble(
                                EntityRow.builder().weights("recent", userMaps.get(user)).build(),
                                byHand,
                                Map.of());
                assertThat(online).isEqualTo(offline);
                assertThat(online.number(0))
                        .isCloseTo(
                                plainDot(userMaps.get(user), itemMaps.get(item)),
                                org.assertj.core.data.Offset.offset(1e-12));
            }
        }
    }

    private static Map<String, Double> weights(Random random) {
        var map = new HashMap<String, Double>();
        for (int n = random.nextInt(60); n > 0; n--) {
            map.put(
                    "m" + random.nextInt(80),
                    random.nextDouble() * Math.pow(10, random.nextInt(4)) / 1e3);
        }
        return map;
    }

    private static double plainDot(Map<String, Double> a, Map<String, Double> b) {
        return a.keySet().stream()
                .filter(b::containsKey)
                .mapToDouble(k -> a.get(k) * b.get(k))
                .sum();
    }

    @Test
    void anInfiniteNumberIsAnErrorThatNamesTheFeature() {
        assertThatThrownBy(
                        () ->
                                assembler.assemble(
                                        EntityRow.builder()
                                                .number("user_actions_7d", 1e300)
                                                .build(),
                                        film,
                                        Map.of()))
                .isInstanceOf(FeatureException.class)
                .hasMessage(
                        "feature user_actions_7d is 1.0E300; a number must be finite and within"
                                + " ±3.4028235E38, or missing");
        assertThatThrownBy(
                        () ->
                                EntityRow.builder()
                                        .number("user_actions_7d", Double.POSITIVE_INFINITY))
                .hasMessage(
                        "column user_actions_7d is Infinity; a number must be finite, or NaN for"
                                + " missing");
        EntityRow huge = EntityRow.builder().weights("recent", Map.of("m2", 1e300)).build();
        EntityRow huger = EntityRow.builder().weights("similar", Map.of("m2", 1e300)).build();
        assertThatThrownBy(() -> assembler.assemble(huge, huger, Map.of()))
                .hasMessageContaining("feature cf_score is Infinity");
    }

    @Test
    void aSnapshotWithoutTheColumnOrWithAnotherKindIsAnError() {
        var narrow =
                FeatureTable.builder(
                                List.of(
                                        new EntityColumn(
                                                "item_age_days", EntityColumn.Kind.NUMBER)))
                        .add("m1", 3)
                        .build();
        assertThatThrownBy(() -> assembler.assemble(ann, narrow.row("m1").orElseThrow(), Map.of()))
                .isInstanceOf(FeatureException.class)
                .hasMessage(
                        "feature genres needs column genres of the item snapshot (item_features),"
                                + " which has [item_age_days]");
        assertThatThrownBy(
                        () ->
                                assembler.assemble(
                                        EntityRow.builder().category("recent", "m1").build(),
                                        film,
                                        Map.of()))
                .hasMessage(
                        "feature cf_score cannot use column recent of the user snapshot"
                                + " (user_features): it holds category");
    }

    @Test
    void aRequestNumberThatIsNoneIsAnErrorThatShowsIt() {
        var spec =
                FeatureSpec.parse(
                        "x.yaml",
                        "features: x\ncolumns: { position: { from: request, type: number } }\n");
        var positions = new Assembler(spec);
        assertThat(positions.assemble(ann, film, Map.of("position", "3")).number(0)).isEqualTo(3);
        assertThat(positions.assemble(ann, film, Map.of()).isMissing(0)).isTrue();
        assertThatThrownBy(() -> positions.assemble(ann, film, Map.of("position", "top")))
                .hasMessage(
                        "feature position: the request's position should be a number, found"
                                + " \"top\"");
    }

    @Test
    void rowsSurviveJsonToTheBit() {
        FeatureSpec spec = RankSpec.spec();
        var random = new Random(5);
        for (int i = 0; i < 500; i++) {
            var values = new HashMap<String, Object>();
            values.put(
                    "user_actions_7d",
                    Double.longBitsToDouble(random.nextLong() & 0xC7FFFFFFFFFFFFFFL));
            values.put("top_genre", "\u0007é\"\\ " + random.nextInt());
            values.put("genres", List.of("(unseen)", "x" + i));
            values.keySet().removeIf(_ -> random.nextInt(4) == 0);
            values.computeIfPresent(
                    "user_actions_7d",
                    (_, v) -> Math.abs((Double) v) <= Float.MAX_VALUE ? v : -0.0);
            FeatureRow row = FeatureRow.of(spec, values);
            assertThat(FeatureRow.fromJson(spec, row.toJson())).isEqualTo(row);
            assertThat(row.values()).isEqualTo(values);
        }
    }

    @Test
    void aRowRefusesWhatIsNoFeatureOrOfTheWrongType() {
        FeatureSpec spec = RankSpec.spec();
        assertThatThrownBy(() -> FeatureRow.of(spec, Map.of("age", 3)))
                .hasMessage("features rank has no feature age");
        assertThatThrownBy(() -> FeatureRow.of(spec, Map.of("item_age_days", "3")))
                .hasMessage("feature item_age_days is of type number, found String 3");
        assertThatThrownBy(() -> FeatureRow.of(spec, Map.of("genres", Arrays.asList("a", null))))
                .hasMessage("feature genres is of type tags, found null");
        assertThatThrownBy(() -> FeatureRow.fromJson(spec, "{\"genres\":[1]}"))
                .hasMessageContaining("feature genres is of type tags, found Double 1.0");
    }
}
