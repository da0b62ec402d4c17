package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.ml.lightgbm.PredictionType;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMBooster.FeatureImportanceType;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Models that LightGBM itself trains here are scored as LightGBM predicts.
class LightGbmReaderTest {
    private static final int ROWS = 800;
    private static final int FEATURES = 5; // the last is a category of 40
    private static final List<String> NAMES = List.of("age", "clicks", "price", "hour", "city");

    @TempDir Path folder;

    private final Random random = new Random(12);
    private final double[] rows = new double[ROWS * FEATURES];
    private final float[] numbers = new float[ROWS]; // above 0
    private final float[] classes = new float[ROWS];

    LightGbmReaderTest() {
        for (int r = 0; r < ROWS; r++) {
            for (int f = 0; f < FEATURES; f++) {
                boolean category = f == FEATURES - 1;
                double x = category ? random.nextInt(40) : random.nextGaussian();
                if (f == 1) {
                    x = Math.max(0, Math.rint(2 * x)); // often zero
                }
                // hour is never missing in training
                boolean missing = f != 3 && random.nextInt(8) == 0;
                rows[r * FEATURES + f] = missing ? Double.NaN : x;
            }
            double first = rows[r * FEATURES];
            double city = rows[r * FEATURES + FEATURES - 1];
            double truth =
                    (Double.isNaN(first) ? 0.5 : first)
                            + (Double.isNaN(city) ? 0 : city % 3 - 1)
                            + (rows[r * FEATURES + 1] == 0 ? 1 : 0);
            numbers[r] = (float) Math.exp(truth / 3 + 0.2 * random.nextGaussian());
            classes[r] = random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0;
        }
    }

    private String train(String params) throws LGBMException {
        String all =
                params
                        + " num_leaves=15 min_data_in_leaf=10 num_threads=1 verbosity=-1"
                        + " deterministic=true seed=3 min_data_per_group=5 cat_smooth=1"
                        + " max_cat_to_onehot=2";
        boolean twoClasses =
                params.contains("binary") || params.contains("rank") || params.contains("entropy");
        try (LGBMDataset data = LGBMDataset.createFromMat(rows, ROWS, FEATURES, true, all, null)) {
            data.setFeatureNames(NAMES.toArray(String[]::new));
            data.setField("label", twoClasses ? classes : numbers);
            if (params.contains("rank")) {
                int[] groups = new int[ROWS / 20];
                Arrays.fill(groups, 20);
                data.setField("group", groups);
            }
            try (LGBMBooster booster = LGBMBooster.create(data, all)) {
                for (int i = 0; i < 12; i++) {
                    booster.updateOneIter();
                }
                return booster.saveModelToString(0, 0, FeatureImportanceType.SPLIT);
            }
        }
    }

    private Scorer load(String text) throws IOException {
        return Scorer.load(Files.writeString(folder.resolve("model.txt"), text));
    }

    /// Rows as in training, and rows with what training did not see.
    private double[] oddRows() {
        double[] odd = rows.clone();
        double[] values = {
            Double.NaN, 0, -0.0, 1e-36, -1e-36, 1e-30, 1e300, -1e300, 0.1, -1, 39.9, 41, 5000
        };
        for (int i = 0; i < odd.length; i++) {
            if (random.nextInt(5) == 0) {
                odd[i] = values[random.nextInt(values.length)];
            }
        }
        return odd;
    }

    private void assertPredictsAlike(String text) throws Exception {
        Scorer scorer = load(text);
        assertThat(scorer.compiled()).isTrue();
        assertThat(scorer.inputs()).isEqualTo(NAMES);
        try (LGBMBooster booster = LGBMBooster.loadModelFromString(text)) {
            for (double[] some : List.of(rows, oddRows())) {
                double[] theirs =
                        booster.predictForMat(
                                some,
                                ROWS,
                                FEATURES,
                                true,
                                PredictionType.C_API_PREDICT_NORMAL,
                                "num_threads=1");
                float[] floats = new float[some.length];
                double[] widened = new double[some.length];
                for (int i = 0; i < some.length; i++) {
                    floats[i] = (float) some[i];
                    widened[i] = floats[i];
                }
                double[] theirsOfFloats =
                        booster.predictForMat(
                                widened,
                                ROWS,
                                FEATURES,
                                true,
                                PredictionType.C_API_PREDICT_NORMAL,
                                "num_threads=1");
                double[] ours = new double[ROWS];
                scorer.score(floats, ours);
                for (int r = 0; r < ROWS; r++) {
                    double[] row = Arrays.copyOfRange(some, r * FEATURES, (r + 1) * FEATURES);
                    assertThat(scorer.score(named(row)))
                            .as("%s", Arrays.toString(row))
                            .isCloseTo(theirs[r], within(1e-9 * Math.max(1, Math.abs(theirs[r]))));
                    assertThat(ours[r])
                            .as("floats of %s", Arrays.toString(row))
                            .isCloseTo(
                                    theirsOfFloats[r],
                                    within(1e-9 * Math.max(1, Math.abs(theirs[r]))));
                }
            }
        }
    }

    private static Map<String, Object> named(double[] row) {
        Map<String, Object> named = new HashMap<>();
        for (int f = 0; f < FEATURES; f++) {
            named.put(NAMES.get(f), Double.isNaN(row[f]) ? null : (Object) row[f]);
        }
        return named;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "regression",
                "regression_l1",
                "huber",
                "fair",
                "quantile",
                "mape",
                "poisson",
                "gamma",
                "tweedie",
                "binary",
                "binary sigmoid=2.5",
                "cross_entropy",
                "lambdarank",
                "rank_xendcg"
            })
    void predictsAsLightGbmDoes(String objective) throws Exception {
        assertPredictsAlike(train("objective=" + objective));
        assertPredictsAlike(train("objective=" + objective + " categorical_feature=4"));
    }

    @Test
    void treatsMissingValuesAsTheModelSays() throws Exception {
        assertPredictsAlike(train("objective=regression use_missing=false"));
        String zeros = train("objective=binary zero_as_missing=true categorical_feature=4");
        assertPredictsAlike(zeros);
        assertThat(load(zeros).score(Map.of("clicks", 0))).isEqualTo(load(zeros).score(Map.of()));
    }

    @Test
    void averagesForestsAndReadsDart() throws Exception {
        assertPredictsAlike(
                train("objective=binary boosting=rf bagging_freq=1 bagging_fraction=0.6"));
        assertPredictsAlike(train("objective=regression boosting=dart drop_rate=0.5"));
        assertPredictsAlike(train("objective=regression min_data_in_leaf=700"));
    }

    @Test
    void explainsByCounts() throws Exception {
        Scorer scorer = load(train("objective=binary categorical_feature=4"));
        for (int r = 0; r < 50; r++) {
            double[] row = Arrays.copyOfRange(rows, r * FEATURES, (r + 1) * FEATURES);
            Explanation why = scorer.explain(named(row));
            double sum = why.base();
            for (double part : why.contributions().values()) {
                sum += part;
            }
            assertThat(sum).isCloseTo(why.margin(), within(1e-12));
            assertThat(why.score()).isEqualTo(scorer.score(named(row)));
        }
    }

    @Test
    void refusesWhatIsNoSingleNumberOrNoConstantLeaf() throws Exception {
        String text = train("objective=regression");
        assertThatThrownBy(() -> load(text.replace("num_class=1", "num_class=3")))
                .hasMessage(
                        "model.txt:3:11 num_class is 3: several classes tell several numbers a row,"
                                + " and a score is one");
        assertThatThrownBy(
                        () ->
                                load(
                                        text.replace(
                                                "objective=regression",
                                                "objective=regression sqrt")))
                .hasMessageContaining("objective \"regression sqrt\" is not read");
        assertThatThrownBy(
                        () ->
                                load(
                                        text.replace(
                                                "objective=regression",
                                                "objective=cross_entropy_lambda")))
                .hasMessageContaining("objective \"cross_entropy_lambda\" is not read");
        assertThatThrownBy(() -> load(train("objective=regression linear_tree=true")))
                .hasMessageContaining("trees with linear leaves are not read");
    }

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        String text = train("objective=regression categorical_feature=4");
        assertThatThrownBy(() -> load(text.substring(0, text.indexOf("Tree=7"))))
                .isInstanceOf(PmmlException.class)
                .hasMessageMatching("model.txt:\\d+:\\d+ the file ends before \"end of trees\"");
        int from = text.indexOf("Tree=3");
        int to = text.indexOf("Tree=4");
        assertThatThrownBy(() -> load(text.substring(0, from) + text.substring(to)))
                .hasMessageContaining("11 trees, but tree_sizes tells 12");
        assertThatThrownBy(() -> load(text.replaceFirst("leaf_value=\\S+", "leaf_value=NaN")))
                .hasMessageContaining("NaN is no number that a model may have");
        assertThatThrownBy(() -> load(text.replaceFirst("threshold=\\S+ ", "threshold=")))
                .hasMessageMatching("(?s).*threshold has \\d+ numbers, \\d+ are needed");
        assertThatThrownBy(() -> load(text.replaceFirst("left_child=\\S+", "left_child=0")))
                .hasMessageContaining("its nodes are no tree");
        assertThatThrownBy(() -> load(text.replaceFirst("split_feature=\\S+", "split_feature=50")))
                .hasMessageContaining("there is no feature 50");
        assertThatThrownBy(() -> load("tree\nversion=v4\n")).isInstanceOf(PmmlException.class);
    }
}
