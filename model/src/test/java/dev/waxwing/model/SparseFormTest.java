package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What linear, FM and FFM models are fed, for every type of feature.
class SparseFormTest {
    @TempDir Path folder;

    private final FeatureSpace space = EverySpec.space();

    private static Map<String, Float> entries(FeatureSpace space, FeatureRow row) {
        var entries = new LinkedHashMap<String, Float>();
        int[] last = {-1};
        space.encodeSparse(
                row,
                (field, column, value) -> {
                    assertThat(column).isGreaterThan(last[0]).isLessThan(space.sparseWidth());
                    last[0] = column;
                    assertThat(field).isEqualTo(space.sparseFieldOf(column));
                    assertThat(value).isNotZero().isFinite();
                    entries.put(space.sparseColumn(column), value);
                });
        return entries;
    }

    private Map<String, Float> of(String feature, Object value) {
        FeatureRow row =
                value == null
                        ? FeatureRow.of(space.spec(), Map.of())
                        : FeatureRow.of(space.spec(), Map.of(feature, value));
        var own = new LinkedHashMap<String, Float>();
        int field = space.spec().fields().indexOf(feature);
        entries(space, row)
                .forEach(
                        (name, x) -> {
                            if (name.matches(feature + "(\\W.*)?")) {
                                own.put(name, x);
                            }
                        });
        assertThat(field).isNotNegative();
        return own;
    }

    @Test
    void numbersGoInAsTheyAreByLogarithmOrByBin() {
        assertThat(of("age", 2.5)).containsOnly(Map.entry("age", 2.5f));
        assertThat(of("age", 0)).isEmpty();
        assertThat(of("age", null)).containsOnly(Map.entry("age=(missing)", 1f));
        assertThat(of("acts", Math.E - 1)).containsOnly(Map.entry("acts", 1f));
        assertThat(of("acts", -5)).as("a negative number counts as 0").isEmpty();
        assertThat(of("days", 1.0)).containsOnly(Map.entry("days[1.0,5.3999999999999995)", 1f));
        assertThat(of("days", null)).containsOnly(Map.entry("days=(missing)", 1f));
    }

    @Test
    void textsGoInByCodeAndWhatWasNotLearntIsUnseen() {
        assertThat(of("city", "war")).containsOnly(Map.entry("city=war", 1f));
        assertThat(of("city", "rare")).containsOnly(Map.entry("city=(unseen)", 1f));
        assertThat(of("city", null)).containsOnly(Map.entry("city=(missing)", 1f));
        assertThat(of("genres", List.of("noir", "drama", "noir", "x", "y")))
                .containsExactly(
                        Map.entry("genres=drama", 1f),
                        Map.entry("genres=noir", 1f),
                        Map.entry("genres=(unseen)", 1f));
        assertThat(of("genres", List.of())).isEmpty();
        assertThat(of("user", "u2")).containsOnly(Map.entry("user=u2", 1f));
        assertThat(of("user", "u9")).containsOnly(Map.entry("user=(unseen)", 1f));
    }

    @Test
    void weightsGoInByStrengthAndUnitOnesHaveALengthOfOne() {
        assertThat(of("bag", Map.of("drama", 2, "war", 0.5, "x", 1, "y", 2)))
                .containsExactly(
                        Map.entry("bag=drama", 2f),
                        Map.entry("bag=war", 0.5f),
                        Map.entry("bag=(unseen)", 3f));
        assertThat(of("taste", Map.of("war", 3, "c\\d", 4)))
                .containsExactly(Map.entry("taste=c\\\\d", 0.8f), Map.entry("taste=war", 0.6f));
        assertThat(of("taste", Map.of())).isEmpty();
    }

    @Test
    void aSequenceIsABagThatCountsHowOftenEachIsThere() {
        EntityRow item = EntityRow.builder().tags("genres", List.of("war", "war", "drama")).build();
        FeatureRow row = new Assembler(space.spec()).assemble(EntityRow.unseen(), item, Map.of());
        assertThat(row.values()).containsEntry("bag", Map.of("war", 2.0, "drama", 1.0));
        assertThat(entries(space, row)).containsEntry("bag=war", 2f).containsEntry("bag=drama", 1f);
    }

    @Test
    void whatIsHashedGoesWhereItsSeedSendsItOnEveryMachine() {
        // Part of the file format: these never change.
        assertThat(of("author", "lee")).containsOnly(Map.entry("author#14", 1f));
        assertThat(of("item", "m1")).containsOnly(Map.entry("item#24", 1f));
        assertThat(of("author", "(unseen)")).containsOnly(Map.entry("author=(unseen)", 1f));
        assertThat(of("author", null)).containsOnly(Map.entry("author=(missing)", 1f));
        Map<String, Float> labels = of("labels", List.of("a", "b", "c", "d", "e", "f", "g"));
        assertThat(labels.size()).as("7 labels in 4 buckets").isBetween(1, 4);
        assertThat(labels.values()).containsOnly(1f);
        assertThat(new Codes.Hash(1 << 20, 1).bucket(TokenHash.of("lee")))
                .isNotEqualTo(new Codes.Hash(1 << 20, 2).bucket(TokenHash.of("lee")));
    }

    @Test
    void aCrossIsACodeForEachPairWithWeightsMultiplied() {
        FeatureRow row =
                FeatureRow.of(
                        space.spec(),
                        Map.of(
                                "city",
                                "drama",
                                "genres",
                                List.of("a×b", "noir"),
                                "taste",
                                Map.of("c\\d", 3, "war", 4),
                                "hour",
                                "07"));
        assertThat(entries(space, row))
                .containsEntry("city_genre=drama×a\\\\×b", 1f)
                .containsEntry("city_genre=(unseen)", 1f)
                .containsEntry("taste_hour=c\\\\\\\\d×07", 0.6f)
                .containsEntry("taste_hour=(unseen)", 0.8f)
                .containsEntry("recent_item=(missing)", 1f)
                .containsEntry("days_author=(missing)", 1f);
        assertThat(Derived.Cross.parts(Derived.Cross.pair("a×\\", "\\×b")))
                .containsExactly("a×\\", "\\×b");
        assertThatThrownBy(() -> Derived.Cross.parts("a×b×c"))
                .hasMessage("\"a×b×c\" is no pair of texts");
    }

    @Test
    void aRateIsSmoothedAndAValueThatNobodyMetHasTheBaseRate() {
        assertThat(of("author_rate", null))
                .containsOnly(Map.entry("author_rate", (float) ((0 + 10 * 0.15) / (9 + 10))));
        FeatureRow row = FeatureRow.of(space.spec(), Map.of("author", "war", "user", "u2"));
        assertThat(entries(space, row))
                .containsEntry("author_rate", 0.15f)
                .containsEntry("user_rate", 0.15f);
        float[] dense = dense(space, FeatureRow.of(space.spec(), Map.of("user", "u1")));
        assertThat(dense[space.columns().indexOf("user_rate")])
                .isEqualTo((float) ((7 + 20 * 0.15) / (8 + 20)));
    }

    @Test
    void theDenseFormHoldsNeitherIdsNorWhatIsHashedOrCrossed() {
        assertThat(space.columns())
                .contains("acts", "city=war", "taste=war", "author_rate", "user_rate")
                .noneMatch(
                        name -> name.matches("(user|item|author|labels|recent|city_genre)[=#].*"));
        assertThat(space.spec().dense().fields())
                .containsExactly(
                        "acts",
                        "days",
                        "age",
                        "city",
                        "author",
                        "genres",
                        "taste",
                        "bag",
                        "user",
                        "hour",
                        "liked",
                        "near",
                        "author_rate",
                        "user_rate");
        assertThat(space.gbdtColumns()).hasSizeLessThan(space.width());
    }

    @Test
    void theMapNamesEveryColumnButTheBucketsOfAHash() {
        List<String> lines = space.sparseMapCsv().lines().toList();
        assertThat(lines)
                .startsWith("feature,value,index", "acts,,0", "acts,(missing),1")
                .contains("author,#0…#15 seed 7,12", "author,(missing),28", "user_rate,,336");
        assertThat(space.sparseWidth()).isEqualTo(337);
        for (String line : lines.subList(1, lines.size())) {
            int column = Integer.parseInt(line.substring(line.lastIndexOf(',') + 1));
            String field = line.substring(0, line.indexOf(','));
            assertThat(space.spec().fields().get(space.sparseFieldOf(column))).isEqualTo(field);
        }
    }

    private static float[] dense(FeatureSpace space, FeatureRow row) {
        var out = new float[space.width()];
        space.encode(row, out, 0);
        return out;
    }

    /// The night's row goes through the wide table, and its space is the one that was fitted; the server's row comes from mapped snapshots, and its
    /// space from the bundle.
    @Test
    void offlineAndOnlineEncodeTheSameForEveryTypeAndEveryMissingPattern() {
        long seed = 20131125;
        var random = new Random(seed);
        FeatureSpace online = FeatureSpace.fromJson(space.toJson());
        assertThat(online).isEqualTo(space);
        assertThat(online.toJson()).isEqualTo(space.toJson());
        assertThat(online.sparseMapCsv()).isEqualTo(space.sparseMapCsv());
        FeatureTable.Builder users = EverySpec.users();
        FeatureTable.Builder items = EverySpec.items();
        for (int pattern = 0; pattern < 32; pattern++) {
            users.add("u" + pattern, EverySpec.user(random, pattern));
            items.add("i" + pattern, EverySpec.item(random, pattern % 16));
        }
        users.write(folder.resolve("users.table"));
        items.write(folder.resolve("items.table"));
        FeatureTable mappedUsers = FeatureTable.open(folder.resolve("users.table"));
        FeatureTable mappedItems = FeatureTable.open(folder.resolve("items.table"));
        FeatureTable heldUsers = users.build();
        FeatureTable heldItems = items.build();
        var night = new Assembler(space.spec());
        var day = new Assembler(online.spec());
        List<Map<String, String>> requests =
                List.of(Map.of(), Map.of("hour", "07"), Map.of("hour", "23", "city", "drama"));
        List<FeatureRow> servedOnes = new ArrayList<>();
        FeatureRows.Builder columns = FeatureRows.builder(space.spec());
        for (int u = -1; u < 32; u++) {
            String user = "u" + u;
            for (int i = -1; i < 32; i++) {
                String item = "i" + i;
                Map<String, String> request = requests.get(random.nextInt(requests.size()));
                FeatureRow made =
                        night.assemble(
                                heldUsers.row(user).orElse(EntityRow.unseen(user)),
                                heldItems.row(item).orElse(EntityRow.unseen(item)),
                                request);
                FeatureRow stored = FeatureRow.of(space.spec(), new LinkedHashMap<>(made.values()));
                FeatureRow served =
                        day.assemble(
                                mappedUsers.row(user).orElse(EntityRow.unseen(user)),
                                mappedItems.row(item).orElse(EntityRow.unseen(item)),
                                request);
                String what = "seed " + seed + ", " + user + ", " + item + ", " + request;
                assertThat(served).as(what).isEqualTo(stored);
                assertThat(FeatureRow.fromJson(online.spec(), stored.toJson())).isEqualTo(served);
                assertThat(entries(online, served)).as(what).isEqualTo(entries(space, stored));
                assertThat(dense(online, served)).as(what).isEqualTo(dense(space, stored));
                columns.add(1, FeatureRowsTest.columns(space.spec(), List.of(stored)));
                servedOnes.add(served);
            }
        }
        assertThat(servedOnes).hasSize(33 * 33);
        FeatureRows trained = columns.build(); // what training makes of the table's columns
        assertThat(trained).as("seed " + seed).isEqualTo(servedOnes);
        for (int row = 0; row < trained.size(); row++) {
            FeatureRow served = servedOnes.get(row);
            assertThat(dense(space, trained.get(row))).isEqualTo(dense(online, served));
            assertThat(entries(space, trained.get(row))).isEqualTo(entries(online, served));
        }
    }

    @Test
    void everyCodeIsMetInThatTest() {
        var random = new Random(5);
        var met = new ArrayList<String>();
        var assembler = new Assembler(space.spec());
        for (int n = 0; n < 3000; n++) {
            FeatureTable users =
                    EverySpec.users().add("u" + n % 5, EverySpec.user(random, n % 32)).build();
            FeatureTable items =
                    EverySpec.items().add("i" + n, EverySpec.item(random, n % 16)).build();
            EntityRow user = n % 7 == 0 ? EntityRow.unseen() : users.row("u" + n % 5).orElseThrow();
            EntityRow item = n % 11 == 0 ? EntityRow.unseen() : items.row("i" + n).orElseThrow();
            Map<String, String> said =
                    n % 3 == 0 ? Map.of() : Map.of("hour", "0" + n % 9, "city", "war");
            met.addAll(entries(space, assembler.assemble(user, item, said)).keySet());
        }
        for (String field : space.spec().fields()) {
            assertThat(met).as(field).anyMatch(name -> name.matches(field + "(\\W.*)?"));
        }
        assertThat(met).contains("recent_item=(missing)", "user=(missing)", "taste=(unseen)");
    }

    @Test
    void theFileSaysWhatIsWrongWithDerivedFeatures() {
        assertThatThrownBy(
                        () ->
                                FeatureSpec.parse(
                                        "x.yaml",
                                        """
                                        features: x
                                        snapshots: { user: u, item: i }
                                        columns:
                                          age:   { from: item, type: number }
                                          genre: { from: item, type: category, hash: 8, min-count: 2 }
                                          who:   { from: request, type: id }
                                          acts:  { from: user, type: number, transform: sqrt, hash: 4 }
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "what is hashed is not learnt, so it takes no min-count; leave one out")
                .hasMessageContaining("feature who is the id of a request")
                .hasMessageContaining("sqrt")
                .hasMessageContaining("a feature of type number takes no hash");
        assertThatThrownBy(
                        () ->
                                FeatureSpec.parse(
                                        "x.yaml",
                                        """
                                        features: x
                                        snapshots: { user: u, item: i }
                                        columns:
                                          age:   { from: item, type: number }
                                          genre: { from: item, type: category }
                                        cross:
                                          both: { of: [age, genre] }
                                        """))
                .hasMessageContaining(
                        "feature both is made of age, which is of type number without bins; a cross"
                                + " takes categories, ids, tags, weights, and numbers with bins");
        assertThatThrownBy(
                        () ->
                                FeatureSpec.parse(
                                        "x.yaml",
                                        """
                                        features: x
                                        snapshots: { user: u, item: i }
                                        columns:
                                          genre: { from: item, type: category }
                                        rate:
                                          r: { of: gerne, smoothing: 0 }
                                        """))
                .hasMessageContaining("smoothing");
    }
}
