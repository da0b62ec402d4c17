package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Models that XGBoost itself trains here are scored as XGBoost predicts.
class XgboostReaderTest {
    private static final int ROWS = 600;
    private static final int FEATURES = 5; // the last is a category of 40
    private static final List<String> NAMES = List.of("age", "clicks", "price", "hour", "city");

    @TempDir Path folder;

    private final Random random = new Random(11);
    private final float[] rows = new float[ROWS * FEATURES];
    private final float[] numbers = new float[ROWS]; // above 0
    private final float[] classes = new float[ROWS];

    XgboostReaderTest() {
        for (int r = 0; r < ROWS; r++) {
            for (int f = 0; f < FEATURES; f++) {
                boolean category = f == FEATURES - 1;
                float x = category ? random.nextInt(40) : (float) random.nextGaussian();
                rows[r * FEATURES + f] = random.nextInt(8) == 0 ? Float.NaN : x;
            }
            float first = rows[r * FEATURES];
            float city = rows[r * FEATURES + FEATURES - 1];
            double truth =
                    (Float.isNaN(first) ? 0.5 : first) + (Float.isNaN(city) ? 0 : city % 3 - 1);
            numbers[r] = (float) Math.exp(truth / 3 + 0.2 * random.nextGaussian());
            classes[r] = random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0;
        }
    }

    private DMatrix matrix(float[] labels, boolean categories) throws XGBoostError {
        DMatrix matrix = new DMatrix(rows, ROWS, FEATURES, Float.NaN);
        matrix.setFeatureNames(NAMES.toArray(String[]::new));
        matrix.setFeatureTypes(
                new String[] {"float", "float", "float", "float", categories ? "c" : "float"});
        matrix.setLabel(labels);
        return matrix;
    }

    /// Labels 0 to 3.
    private float[] several() {
        float[] labels = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
            labels[r] = r % 4;
        }
        return labels;
    }

    private Booster train(String objective, boolean categories, Map<String, Object> more)
            throws XGBoostError {
        boolean twoClasses = objective.startsWith("binary") || objective.equals("reg:logistic");
        boolean ranks = objective.startsWith("rank");
        DMatrix matrix =
                matrix(
                        objective.startsWith("multi")
                                ? several()
                                : twoClasses || ranks ? classes : numbers,
                        categories);
        if (ranks) {
            int[] groups = new int[ROWS / 20];
            Arrays.fill(groups, 20);
            matrix.setGroup(groups);
        }
        Map<String, Object> params = new HashMap<>();
        params.put("objective", objective);
        params.put("max_depth", 5);
        params.put("nthread", 1);
        params.put("seed", 3);
        params.put("tree_method", "hist");
        params.put("max_cat_to_onehot", 2);
        params.putAll(more);
        return XGBoost.train(matrix, params, 12, new HashMap<>(), null, null);
    }

    private Scorer scorer(Booster booster) throws XGBoostError, IOException {
        return Scorer.load(Files.write(folder.resolve("model.json"), booster.toByteArray("json")));
    }

    private void assertPredictsAlike(Booster booster) throws XGBoostError, IOException {
        Scorer scorer = scorer(booster);
        assertThat(scorer.compiled()).isTrue();
        assertThat(scorer.inputs()).isEqualTo(NAMES);
        float[][] theirs = booster.predict(matrix(numbers, true));
        double[] ours = new double[ROWS];
        scorer.score(rows, ours);
        for (int r = 0; r < ROWS; r++) {
            float[] row = Arrays.copyOfRange(rows, r * FEATURES, (r + 1) * FEATURES);
            assertThat(ours[r])
                    .as("row %d", r)
                    .isCloseTo(theirs[r][0], within(1e-6 * Math.max(1, Math.abs(ours[r]))))
                    .isEqualTo(scorer.score(row))
                    .isEqualTo(scorer.score(named(row)));
        }
    }

    private static Map<String, Object> named(float[] row) {
        Map<String, Object> named = new HashMap<>();
        for (int f = 0; f < FEATURES; f++) {
            named.put(NAMES.get(f), Float.isNaN(row[f]) ? null : (Object) row[f]);
        }
        return named;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reg:squarederror",
                "reg:logistic",
                "binary:logistic",
                "binary:logitraw",
                "count:poisson",
                "reg:gamma",
                "reg:tweedie",
                "reg:absoluteerror",
                "reg:pseudohubererror",
                "rank:pairwise",
                "rank:ndcg"
            })
    void predictsAsXgboostDoes(String objective) throws Exception {
        assertPredictsAlike(train(objective, false, Map.of()));
        assertPredictsAlike(train(objective, true, Map.of()));
    }

    @Test
    void takesABaseScoreThatIsGiven() throws Exception {
        assertPredictsAlike(train("binary:logistic", false, Map.of("base_score", 0.2)));
        assertPredictsAlike(train("binary:logitraw", false, Map.of("base_score", 0.2)));
        assertPredictsAlike(train("count:poisson", false, Map.of("base_score", 3)));
        assertPredictsAlike(train("reg:squarederror", false, Map.of("base_score", -7.5)));
    }

    @Test
    void readsDartForestsAndOneHotCategories() throws Exception {
        assertPredictsAlike(
                train(
                        "binary:logistic",
                        true,
                        Map.of("booster", "dart", "rate_drop", 0.3, "one_drop", 1)));
        assertPredictsAlike(
                train(
                        "reg:squarederror",
                        true,
                        Map.of(
                                "num_parallel_tree",
                                4,
                                "subsample",
                                0.5,
                                "max_cat_to_onehot",
                                100)));
    }

    @Test
    void takesACodeThatTrainingDidNotSeeAsXgboostDoes() throws Exception {
        Booster booster = train("reg:squarederror", true, Map.of());
        Scorer scorer = scorer(booster);
        for (float code : new float[] {39, 40, 63, 64, 1000}) {
            float[] row = {0.1f, 0.2f, -0.3f, 1, code};
            DMatrix one = new DMatrix(row, 1, FEATURES, Float.NaN);
            one.setFeatureTypes(new String[] {"float", "float", "float", "float", "c"});
            one.setFeatureNames(NAMES.toArray(String[]::new));
            assertThat(scorer.score(row)).isCloseTo(booster.predict(one)[0][0], within(1e-6));
        }
    }

    @Test
    void explainsByCovers() throws Exception {
        Scorer scorer = scorer(train("binary:logistic", true, Map.of()));
        for (int r = 0; r < 50; r++) {
            float[] row = Arrays.copyOfRange(rows, r * FEATURES, (r + 1) * FEATURES);
            Explanation why = scorer.explain(row);
            double sum = why.base();
            for (double part : why.contributions().values()) {
                sum += part;
            }
            // Sums are floats in the score and doubles in its parts.
            assertThat(sum).isCloseTo(scorer.margin(row), within(1e-5));
        }
    }

    @Test
    void refusesWhatIsNoSingleNumber() throws Exception {
        assertThatThrownBy(() -> scorer(train("multi:softprob", false, Map.of("num_class", 4))))
                .hasMessageMatching(
                        "model.json:\\d+:\\d+ num_class is 4: the model tells several numbers a"
                                + " row, and a score is one");
        assertThatThrownBy(
                        () ->
                                scorer(
                                        train(
                                                "reg:squarederror",
                                                false,
                                                Map.of("booster", "gblinear"))))
                .hasMessageEndingWith("booster \"gblinear\" is not read; gbtree and dart are");
        assertThatThrownBy(() -> scorer(train("binary:hinge", false, Map.of())))
                .hasMessageContaining("objective \"binary:hinge\" is not read");
    }

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        String json =
                new String(
                        train("reg:squarederror", false, Map.of()).toByteArray("json"),
                        StandardCharsets.UTF_8);
        assertThatThrownBy(() -> load(json.substring(0, json.length() / 2)))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("is not well-formed JSON");
        assertThatThrownBy(() -> load("{\n  \"a\": [1, 2,, 3]}"))
                .hasMessage("m.json:2:14 is not well-formed JSON: a value is needed, found ''");
        assertThatThrownBy(() -> load("{\"a\": {}, \"a\": {}}"))
                .hasMessage("m.json:1:11 \"a\" is there twice");
        assertThatThrownBy(() -> load("{}"))
                .hasMessageContaining("is JSON, but no XGBoost model: it has no \"learner\"");
        assertThatThrownBy(() -> load("{\"a\":" + "[".repeat(100_000)))
                .hasMessageContaining("nested deeper than 200");
        assertThatThrownBy(
                        () ->
                                load(
                                        json.replaceFirst(
                                                "\"left_children\":\\[1,",
                                                "\"left_children\":[0,")))
                .hasMessageContaining("node 0 is reached twice, or not there");
        assertThatThrownBy(
                        () ->
                                load(
                                        json.replaceFirst(
                                                "\"left_children\":\\[1,",
                                                "\"left_children\":[99999,")))
                .hasMessageContaining("node 99999 is reached twice, or not there");
        assertThatThrownBy(
                        () ->
                                load(
                                        json.replaceFirst(
                                                "\"split_indices\":\\[[0-9]+",
                                                "\"split_indices\":[77")))
                .hasMessageContaining("compares feature 77 of 5");
        byte[] binary = train("reg:squarederror", false, Map.of()).toByteArray("ubj");
        assertThatThrownBy(() -> Scorer.load(Files.write(folder.resolve("m.ubj"), binary)))
                .hasMessage(
                        "m.ubj is XGBoost's binary UBJSON; save the model as .json, which is"
                                + " read");
        assertThatThrownBy(
                        () -> Scorer.load(Files.writeString(folder.resolve("m.json"), json), "yes"))
                .hasMessageContaining("which does not name its classes");
    }

    private Scorer load(String text) throws IOException {
        return Scorer.load(Files.writeString(folder.resolve("m.json"), text));
    }
}
