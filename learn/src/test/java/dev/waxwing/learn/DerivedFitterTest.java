package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class DerivedFitterTest {
    private static FeatureSpec spec(String columns) {
        return FeatureSpec.parse(
                "x.yaml",
                "features: x\nsnapshots: { user: u, item: i }\ncolumns:\n" + columns.indent(2));
    }

    @Test
    void aVocabularyKeepsTheMostFrequentValuesAndEqualCountsByText() {
        FeatureSpec spec =
                spec(
                        """
                        genre: { from: item, type: category, max-size: 2 }
                        tags:  { from: item, type: tags, hash: 8 }
                        """);
        List<FeatureRow> rows = new ArrayList<>();
        for (String genre : List.of("war", "war", "noir", "drama", "noir", "drama", "rare")) {
            rows.add(FeatureRow.of(spec, Map.of("genre", genre, "tags", List.of(genre))));
        }
        FittedSpace fitted = FeatureSpaceFitter.fit(spec, rows, 0.8);
        assertThat(fitted.space().vocabulary("genre")).containsExactly("drama", "noir");
        assertThat(fitted.space().vocabulary("tags")).isEmpty();
        assertThat(fitted.report().features().get(0).rare()).isEqualTo(2);
        assertThat(fitted.report().features().get(1).parts()).isEqualTo(8);
    }

    @Test
    void aCrossLearnsThePairsThatEnoughRowsHave() {
        FeatureSpec spec =
                FeatureSpec.parse(
                        "x.yaml",
                        """
                        features: x
                        snapshots: { user: u, item: i }
                        columns:
                          age:   { from: user, type: number, bins: 2 }
                          tags:  { from: item, type: tags }
                          same:  { from: item, type: category }
                        cross:
                          age_tag: { of: [age, tags], min-count: 2 }
                          gone:    { of: [same, tags] }
                        """);
        List<FeatureRow> rows = new ArrayList<>();
        for (int age = 0; age < 4; age++) {
            List<String> tags = age < 2 ? List.of("a", "b", "a") : List.of("b");
            rows.add(FeatureRow.of(spec, Map.of("age", age, "tags", tags, "same", "x")));
        }
        FittedSpace fitted = FeatureSpaceFitter.fit(spec, rows, 0.8);
        assertThat(fitted.space().vocabulary("age_tag"))
                .containsExactly("[-inf,2.0)×a", "[-inf,2.0)×b", "[2.0,inf)×b");
        assertThat(fitted.space().spec().fields()).containsExactly("age", "tags", "age_tag");
        assertThat(fitted.report().warnings())
                .containsExactly(
                        "same has the same value in all rows and is not offered",
                        "gone is made of a feature that is not offered, so it is not offered"
                                + " either");
        assertThat(FeatureSpace.fromJson(fitted.space().toJson())).isEqualTo(fitted.space());
    }

    private static final FeatureSpec RATED =
            FeatureSpec.parse(
                    "x.yaml",
                    """
                    features: x
                    snapshots: { user: u, item: i }
                    columns:
                      who: { from: user, type: id, hash: 16 }
                      age: { from: user, type: number }
                    rate:
                      clicks: { of: who, smoothing: 4 }
                    """);

    @Test
    void aTrainingRowSeesTheRateOfTheOtherFoldsAndServingThatOfAllRows() {
        var random = new Random(11);
        List<FeatureRow> rows = new ArrayList<>();
        var clicks = new ClickFolds();
        int n = 4000;
        var clicked = new boolean[n];
        for (int i = 0; i < n; i++) {
            String who = "u" + random.nextInt(9);
            rows.add(FeatureRow.of(RATED, Map.of("who", who, "age", i)));
            clicked[i] = random.nextInt(10) < who.charAt(1) - '0';
            clicks.add("row " + i, clicked[i]);
        }
        FittedSpace fitted = FeatureSpaceFitter.fit(RATED, rows, clicks, 0.8);
        for (int i = 0; i < n; i += 97) {
            for (boolean training : List.of(true, false)) {
                double all = 0;
                double allClicks = 0;
                double own = 0;
                double ownClicks = 0;
                for (int j = 0; j < n; j++) {
                    if (training && clicks.fold(j) == clicks.fold(i)) {
                        continue;
                    }
                    all++;
                    allClicks += clicked[j] ? 1 : 0;
                    if (rows.get(j).terms(0).equals(rows.get(i).terms(0))) {
                        own++;
                        ownClicks += clicked[j] ? 1 : 0;
                    }
                }
                double expected = (ownClicks + 4 * allClicks / all) / (own + 4);
                FeatureSpace space = training ? fitted.forTraining(clicks.fold(i)) : fitted.space();
                var out = new float[space.width()];
                space.encode(rows.get(i), out, 0);
                assertThat((double) out[space.columns().indexOf("clicks")])
                        .isCloseTo(expected, within(1e-7));
            }
        }
    }

    /// The trap that folds are for: ids of one row each tell nothing, and a rate that saw its own label would tell everything.
    @Test
    void aRateOfIdsThatOccurOnceTellsNothingOfTheRowsOwnLabel() {
        List<FeatureRow> rows = new ArrayList<>();
        var clicks = new ClickFolds();
        for (int i = 0; i < 500; i++) {
            rows.add(FeatureRow.of(RATED, Map.of("who", "once" + i, "age", i)));
            clicks.add("row " + i, i % 2 == 0);
        }
        FittedSpace fitted = FeatureSpaceFitter.fit(RATED, rows, clicks, 0.8);
        Map<Integer, Float> byFold = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            FeatureSpace space = fitted.forTraining(clicks.fold(i));
            var out = new float[space.width()];
            space.encode(rows.get(i), out, 0);
            float rate = out[space.columns().indexOf("clicks")];
            assertThat(rate).isEqualTo(byFold.computeIfAbsent(clicks.fold(i), _ -> rate));
        }
        assertThat(byFold).hasSize(ClickFolds.FOLDS);
    }

    @Test
    void aFoldComesFromTheKeyAlone() {
        // md5("a") = 0cc1…, md5("b") = 92eb…, md5("c") = 4a8a…
        assertThat(ClickFolds.foldOf("a")).isEqualTo(0x0cc1 % 5);
        assertThat(ClickFolds.foldOf("b")).isEqualTo(0x92eb % 5);
        assertThat(ClickFolds.foldOf("c")).isEqualTo(0x4a8a % 5);
    }

    @Test
    void ratesWithoutClicksAreAnError() {
        assertThatThrownBy(() -> FeatureSpaceFitter.fit(RATED, List.of(), 0.8))
                .hasMessage(
                        "features x: clicks is a rate of clicks, so the rows' clicks must be"
                                + " given");
    }
}
