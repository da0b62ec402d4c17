package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.model.Entity;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureType;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FeatureSpaceFitterTest {
    private static Feature number(String name, Entity from, int bins) {
        return new Feature.Column(name, from, name, FeatureType.NUMBER, bins, 1);
    }

    private static Feature category(String name, Entity from, int minCount) {
        return new Feature.Column(name, from, name, FeatureType.CATEGORY, 0, minCount);
    }

    private static Feature tags(String name, Entity from, int minCount) {
        return new Feature.Column(name, from, name, FeatureType.TAGS, 0, minCount);
    }

    private static FeatureSpec spec(Feature... features) {
        return new FeatureSpec(
                "rank",
                Map.of(Entity.USER, "user_features", Entity.ITEM, "item_features"),
                List.of(features));
    }

    private static FittedSpace fit(FeatureSpec spec, List<Map<String, Object>> rows) {
        return FeatureSpaceFitter.fit(
                spec, rows.stream().map(row -> FeatureRow.of(spec, row)).toList(), 0.8);
    }

    @Test
    void vocabulariesKeepFrequentValuesInTheOrderOfTheirText() {
        FeatureSpec spec = spec(category("genre", Entity.ITEM, 2), tags("tags", Entity.ITEM, 2));
        FittedSpace fitted =
                fit(
                        spec,
                        List.of(
                                Map.of("genre", "war", "tags", List.of("b", "a", "b")),
                                Map.of("genre", "drama", "tags", List.of("a")),
                                Map.of("genre", "war", "tags", List.of("c")),
                                Map.of("genre", "noir", "tags", List.of("c")),
                                Map.of("genre", "drama", "tags", List.of())));
        assertThat(fitted.space().vocabulary("genre")).containsExactly("drama", "war");
        // b is in one row only, though twice
        assertThat(fitted.space().vocabulary("tags")).containsExactly("a", "c");
        assertThat(fitted.report().features().get(0).rare()).isEqualTo(1);
        assertThat(fitted.report().features().get(1).rare()).isEqualTo(1);
        assertThat(fitted.report().features().get(0).parts()).isEqualTo(2);
    }

    @Test
    void binsEndAtTheExactQuantiles() {
        FeatureSpec spec = spec(number("age", Entity.ITEM, 4));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(Map.of("age", (i * 37) % 100)); // 0 to 99 in some order
        }
        assertThat(fit(spec, rows).space().edges("age")).containsExactly(25.0, 50.0, 75.0);
    }

    @Test
    void fewValuesMakeFewBinsAndNoneIsEmpty() {
        FeatureSpec spec = spec(number("count", Entity.ITEM, 10));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(Map.of("count", i < 60 ? 0 : i < 90 ? 1 : 5));
        }
        FittedSpace fitted = fit(spec, rows);
        assertThat(fitted.space().edges("count")).containsExactly(1.0, 5.0);
        assertThat(fitted.report().features().getFirst().parts()).isEqualTo(3);
    }

    @Test
    void theOrderOfRowsDoesNotMatter() {
        FeatureSpec spec =
                spec(
                        number("n", Entity.USER, 7),
                        category("c", Entity.USER, 3),
                        tags("t", Entity.ITEM, 2));
        Random random = new Random(1);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(
                    Map.of(
                            "n", Math.round(random.nextGaussian() * 20),
                            "c", "v" + (int) Math.abs(random.nextGaussian() * 8),
                            "t", List.of("x" + random.nextInt(30), "y" + random.nextInt(30))));
        }
        FeatureSpace once = fit(spec, rows).space();
        Collections.shuffle(rows, random);
        assertThat(fit(spec, rows).space()).isEqualTo(once);
        assertThat(FeatureSpace.fromJson(once.toJson())).isEqualTo(once);
    }

    @Test
    void aFeatureThatTooFewRowsHaveIsNotOfferedAndTheReportSaysSo() {
        FeatureSpec spec =
                spec(
                        number("often", Entity.USER, 0),
                        number("seldom", Entity.USER, 0),
                        category("hour", Entity.REQUEST, 1));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Map<String, Object> row = new HashMap<>(Map.of("often", i));
            if (i < 7) {
                row.put("seldom", i);
                row.put("hour", "h" + i);
            }
            rows.add(row);
        }
        FittedSpace fitted = fit(spec, rows);
        assertThat(fitted.space().spec().features())
                .extracting(Feature::name)
                .containsExactly("often");
        assertThat(fitted.report().warnings())
                .containsExactly(
                        "seldom is present in 70.0 % of the rows that could have it, too few to be"
                                + " offered",
                        "hour is present in 70.0 % of the rows that could have it, too few to be"
                                + " offered");
    }

    @Test
    void usersThatNobodyKnowsDoNotMakeUserFeaturesRare() {
        FeatureSpec spec =
                spec(
                        number("user_actions", Entity.USER, 0),
                        category("top_genre", Entity.USER, 1),
                        number("item_age", Entity.ITEM, 0),
                        new Feature.Match(
                                "fit",
                                Feature.MatchKind.DOT,
                                new Feature.Side(Entity.USER, "w"),
                                new Feature.Side(Entity.ITEM, "w"),
                                0));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Map<String, Object> row =
                    new HashMap<>(Map.of("item_age", i, "top_genre", FeatureRow.UNSEEN));
            if (i < 4) { // six of ten users are new
                row.put("user_actions", i);
                row.put("top_genre", "g" + i);
                row.put("fit", 0.1 * i);
            }
            rows.add(row);
        }
        FittedSpace fitted = fit(spec, rows);
        assertThat(fitted.report().leftOut()).isEmpty();
        assertThat(fitted.report().features().getFirst().presence()).isEqualTo(1);
    }

    @Test
    void aFeatureThatIsTheSameInAllRowsIsNotOffered() {
        FeatureSpec spec =
                spec(
                        number("same", Entity.USER, 5),
                        category("lang", Entity.ITEM, 1),
                        number("varies", Entity.ITEM, 0),
                        category("gaps", Entity.ITEM, 1));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Map<String, Object> row = new HashMap<>(Map.of("same", 3, "lang", "en", "varies", i));
            if (i > 0) {
                row.put("gaps", "x");
            }
            rows.add(row);
        }
        FittedSpace fitted = fit(spec, rows);
        assertThat(fitted.space().spec().features())
                .extracting(Feature::name)
                .containsExactly("varies", "gaps");
        assertThat(fitted.report().warnings())
                .containsExactly(
                        "same has the same value in all rows and is not offered",
                        "lang has the same value in all rows and is not offered");
    }

    @Test
    void noRowsOrNoFeatureLeftIsAnError() {
        FeatureSpec spec = spec(number("same", Entity.USER, 0));
        assertThatThrownBy(() -> fit(spec, List.of()))
                .isInstanceOf(TrainingException.class)
                .hasMessage("features rank: there are no rows to fit a feature space on");
        assertThatThrownBy(() -> fit(spec, List.of(Map.of("same", 1), Map.of("same", 1))))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "features rank: no feature can be offered to a model: same has the same"
                                + " value in all rows and is not offered");
    }
}
