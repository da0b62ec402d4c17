package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.GbdtPmml;
import dev.waxwing.pmml.Scorer;
import dev.waxwing.pmml.Tree;

import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

class GbdtTrainerTest {
    @TempDir private Path folder;
    private final float[] labels = new float[3000];
    private final FloatMatrix rows = rows(new Random(1), labels);

    /// Clicks depend on `a` and, where `a` is large, on `b`; `c` is noise. A tenth of the values is missing.
    static FloatMatrix rows(Random random, float[] labels) {
        float[] values = new float[labels.length * 3];
        for (int row = 0; row < labels.length; row++) {
            float a = random.nextFloat();
            float b = (float) random.nextGaussian();
            double p = a < 0.3 ? 0.1 : b > 0 ? 0.8 : 0.3;
            labels[row] = random.nextDouble() < p ? 1 : 0;
            values[row * 3] = random.nextInt(10) == 0 ? Float.NaN : a;
            values[row * 3 + 1] = random.nextInt(10) == 0 ? Float.NaN : b;
            values[row * 3 + 2] = random.nextInt(5);
        }
        return new FloatMatrix(List.of("a", "b", "c"), labels.length, values);
    }

    private static GbdtParams params(Object... namesAndValues) {
        Map<String, Object> named = new java.util.HashMap<>(Map.of("trees", 12, "depth", 4));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return GbdtParams.of(named);
    }

    @Test
    void theSameRowsAndSeedGiveTheSameBytes() {
        for (int threads : new int[] {1, 2}) {
            GbdtParams params = params("threads", threads, "row-sample", 0.7, "column-sample", 0.7);
            byte[] once = GbdtTrainer.train(rows, labels, params).xgboostJson();
            byte[] again = GbdtTrainer.train(rows, labels, params).xgboostJson();
            assertThat(again).as("%d threads", threads).isEqualTo(once);
            GbdtParams other = params("threads", threads, "row-sample", 0.7, "seed", 1);
            assertThat(GbdtTrainer.train(rows, labels, other).xgboostJson()).isNotEqualTo(once);
        }
    }

    @Test
    void scoresFollowTheDirectionThatAColumnIsHeldTo() {
        GbdtParams free = params();
        GbdtParams held = params("increasing", "c", "decreasing", "b, a");
        GbdtModel model = GbdtTrainer.train(rows, labels, held);
        assertThat(steps(model, 0)).as("a falls").allMatch(step -> step <= 0);
        assertThat(steps(model, 1)).as("b falls").allMatch(step -> step <= 0);
        assertThat(steps(model, 2)).as("c rises").allMatch(step -> step >= 0);
        assertThat(steps(GbdtTrainer.train(rows, labels, free), 0)).anyMatch(step -> step > 0);
    }

    /// How margins change when one column goes up in small steps, from many rows.
    private List<Double> steps(GbdtModel model, int column) {
        List<Double> steps = new ArrayList<>();
        for (int from = 0; from < 50; from++) {
            float[] walk = new float[3 * 60];
            for (int i = 0; i < 60; i++) {
                System.arraycopy(rows.row(from), 0, walk, i * 3, 3);
                walk[i * 3 + column] = -3 + i * 0.15f;
            }
            double[] margins = model.margins(new FloatMatrix(rows.columns(), 60, walk));
            for (int i = 1; i < 60; i++) {
                steps.add(margins[i] - margins[i - 1]);
            }
        }
        return steps;
    }

    @Test
    void aDirectionForAColumnThatTheTreesDoNotHaveIsRefusedByName() {
        assertThatThrownBy(() -> GbdtTrainer.train(rows, labels, params("increasing", "a, price")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("[price]")
                .hasMessageContaining("a; b; c");
        assertThatThrownBy(() -> params("increasing", "a", "decreasing", "a"))
                .hasMessageContaining("[a] cannot be increasing and decreasing at once");
    }

    /// Clicks of cities 0 to 39, of which `clicked` says who clicks; 7 is never met, a tenth of the rows lacks a city.
    private static FloatMatrix cities(Random random, boolean[] clicked, float[] clicks) {
        float[] values = new float[clicks.length * 2];
        for (int row = 0; row < clicks.length; row++) {
            int city = random.nextInt(clicked.length);
            boolean lacks = city == 7 || random.nextInt(10) == 0;
            values[row * 2] = random.nextFloat();
            values[row * 2 + 1] = lacks ? Float.NaN : city;
            clicks[row] = !lacks && clicked[city] ? 1 : 0;
        }
        return new FloatMatrix(List.of("x", "city"), clicks.length, values);
    }

    private static boolean[] scattered(Random random, int cities) {
        boolean[] clicked = new boolean[cities];
        for (int city = 0; city < cities; city++) {
            clicked[city] = random.nextInt(3) == 0;
        }
        return clicked;
    }

    @Test
    void oneSplitFindsTheSetOfCategoriesThatClick() {
        Random random = new Random(4);
        boolean[] clicked = scattered(random, 40);
        float[] clicks = new float[4000];
        FloatMatrix cities = cities(random, clicked, clicks);
        Object[] stump = {"trees", 1, "depth", 1, "learning-rate", 1, "min-leaf-rows", 0};
        GbdtModel ordered = GbdtTrainer.train(cities, clicks, params(stump));
        Object[] named = Arrays.copyOf(stump, stump.length + 2);
        named[stump.length] = "categorical";
        named[stump.length + 1] = "city";
        GbdtModel sets = GbdtTrainer.train(cities, clicks, params(named));

        Tree tree = sets.toDoc().trees().get(0);
        Set<Integer> left = new TreeSet<>();
        IntStream.of(tree.categories()[0]).forEach(left::add);
        boolean clicksGoLeft = tree.value()[tree.left()[0]] > 0;
        for (int city = 0; city < 40; city++) {
            if (city != 7) {
                assertThat(left.contains(city) == clicksGoLeft)
                        .as("city %d", city)
                        .isEqualTo(clicked[city]);
            }
        }
        assertThat(tree.missingLeft()[0]).isNotEqualTo(clicksGoLeft);
        assertThat(Metrics.auc(sets.predict(cities), clicks)).isEqualTo(1);
        assertThat(Metrics.auc(ordered.predict(cities), clicks)).isLessThan(0.7);
        assertThat(sets.importance().get(1).splits()).isEqualTo(1);
        assertThat(sets.importance().get(0).splits()).isZero();
    }

    @Test
    void categoriesGoWhereXgboostSendsThemKnownOrNot() throws Exception {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            float[] clicks = new float[3000];
            FloatMatrix cities = cities(random, scattered(random, 90), clicks);
            for (int row = 0; row < clicks.length; row++) {
                clicks[row] = random.nextInt(5) == 0 ? 1 - clicks[row] : clicks[row];
            }
            GbdtParams params =
                    params(
                            "categorical",
                            "city",
                            "min-leaf-rows",
                            3,
                            "max-cat-threshold",
                            7 + seed);
            GbdtModel model = GbdtTrainer.train(cities, clicks, params);
            assertThat(GbdtTrainer.train(cities, clicks, params).xgboostJson())
                    .isEqualTo(model.xgboostJson());
            Scorer scorer = scorer(model);
            float[] probe = new float[2 * 130];
            for (int row = 0; row < 130; row++) {
                probe[2 * row] = random.nextFloat();
                probe[2 * row + 1] = row == 129 ? Float.NaN : row * (row > 120 ? 500 : 1);
            }
            FloatMatrix probes = new FloatMatrix(cities.columns(), 130, probe);
            double[] margins = model.margins(probes);
            LeafCodes leaves = model.leaves(probes);
            for (int row = 0; row < 130; row++) {
                String which = "seed " + seed + " city " + probe[2 * row + 1];
                int[] reached = scorer.leaves(probes.row(row));
                for (int tree = 0; tree < reached.length; tree++) {
                    assertThat(reached[tree]).as(which).isEqualTo(leaves.leaf(row, tree));
                }
                assertThat(scorer.margin(probes.row(row)))
                        .as(which)
                        .isCloseTo(margins[row], within(1e-6));
            }
        }
    }

    private Scorer scorer(GbdtModel model) {
        Path pmml = folder.resolve("gbdt.pmml");
        GbdtPmml.write(pmml, model.toDoc());
        return Scorer.load(pmml);
    }

    @Test
    void watchedRowsMayHoldCategoriesThatTrainingNeverMet() {
        Random random = new Random(8);
        boolean[] clicked = scattered(random, 60);
        float[] clicks = new float[2000];
        float[] watchedClicks = new float[800];
        FloatMatrix some = cities(random, Arrays.copyOf(clicked, 40), clicks);
        FloatMatrix all = cities(random, clicked, watchedClicks);
        for (int row = 0; row < clicks.length; row++) {
            clicks[row] = random.nextInt(3) == 0 ? 1 - clicks[row] : clicks[row];
        }
        Object[] told = {"categorical", "city", "min-leaf-rows", 0, "learning-rate", 0.5};
        Object[] watching = Arrays.copyOf(told, told.length + 2);
        watching[told.length] = "early-stop-rounds";
        watching[told.length + 1] = 12;
        int kept = GbdtTrainer.train(some, clicks, params(watching), all, watchedClicks).trees();
        double least = Double.POSITIVE_INFINITY;
        int best = 0;
        for (int trees = 1; trees <= 12; trees++) {
            Object[] fewer = Arrays.copyOf(told, told.length + 2);
            fewer[told.length] = "trees";
            fewer[told.length + 1] = trees;
            GbdtModel model = GbdtTrainer.train(some, clicks, params(fewer));
            double loss = Metrics.logloss(model.predict(all), watchedClicks);
            if (loss < least) {
                least = loss;
                best = trees;
            }
        }
        assertThat(kept).isEqualTo(best);
    }

    @Test
    void whatIsNoCategoryIsToldOfAllColumnsAtOnce() {
        float[] values = {1, 0.5f, -1, 0, 2, 70_000, 1, Float.NaN, 1, 2, 1, 3, 0, 1.5f, 4, 1};
        FloatMatrix wrong = new FloatMatrix(List.of("a", "b", "c", "d"), 4, values);
        float[] clicks = {0, 1, 0, 1};
        assertThatThrownBy(
                        () -> GbdtTrainer.train(wrong, clicks, params("categorical", "d, c, b, a")))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "gbdt: column c is categorical and holds -1.0 in row 0; column b is"
                                + " categorical and holds 0.5 in row 0, and 2 such rows more;"
                                + " categories are whole numbers from 0 to 65535, and NaN where"
                                + " there is none");
        assertThatThrownBy(() -> GbdtTrainer.train(wrong, clicks, params("categorical", "a, town")))
                .hasMessageContaining("categorical names [town], which the trees are not given")
                .hasMessageContaining("a; b; c; d");
        assertThatThrownBy(
                        () ->
                                params(
                                        "categorical",
                                        "a, b",
                                        "increasing",
                                        "a",
                                        "decreasing",
                                        "b, c",
                                        "max-cat-threshold",
                                        0))
                .hasMessageContaining("[a, b] cannot be categorical and increasing or decreasing")
                .hasMessageContaining("max-cat-threshold is 0");
    }

    @Test
    void aClickThatCountsThreeTimesIsAClickThatIsThereThreeTimes() {
        GbdtModel weighted =
                GbdtTrainer.train(
                        rows,
                        labels,
                        params("positive-weight", 3, "min-leaf-rows", 0, "trees", 40));
        double sum = 0;
        double weight = 0;
        double[] scores = weighted.predict(rows);
        for (int row = 0; row < labels.length; row++) {
            double w = labels[row] == 1 ? 3 : 1;
            sum += w * (scores[row] - labels[row]);
            weight += w;
        }
        assertThat(sum / weight).as("calibrated on the weighted rows").isCloseTo(0, within(0.01));
    }

    @Test
    void binsMadeWhileReadingGrowTheTreesOfAMatrixInMemory() throws XGBoostError {
        int n = 150_000; // more than two chunks
        Random random = new Random(7);
        float[] values = new float[n * 3];
        float[] clicks = new float[n];
        for (int row = 0; row < n; row++) {
            values[row * 3] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
            values[row * 3 + 1] = random.nextInt(40);
            values[row * 3 + 2] = row % 97 == 0 ? (float) random.nextGaussian() : Float.NaN;
            clicks[row] = random.nextFloat() < (values[row * 3 + 1] > 20 ? 0.6 : 0.2) ? 1 : 0;
        }
        FloatMatrix many = new FloatMatrix(rows.columns(), n, values);
        for (List<String> categorical : List.of(List.<String>of(), List.of("b"))) {
            DMatrix plain = new DMatrix(values, n, 3, Float.NaN);
            plain.setLabel(clicks);
            if (!categorical.isEmpty()) {
                plain.setFeatureTypes(new String[] {"q", "c", "q"});
            }
            BinnedMatrix binned = BinnedMatrix.of(many, clicks, categorical, 64, 2, null);
            assertThat(binned.rowNum()).isEqualTo(n);
            assertThat(binned.nonMissingNum()).isEqualTo(plain.nonMissingNum());
            byte[] json = json(binned);
            assertThat(json).isEqualTo(json(plain));
            assertThat(new String(json, StandardCharsets.UTF_8).contains("\"categories\":[0,"))
                    .isEqualTo(!categorical.isEmpty());
            binned.dispose();
            plain.dispose();
        }
    }

    private static byte[] json(DMatrix matrix) throws XGBoostError {
        Map<String, Object> xgb =
                Map.of(
                        "objective",
                        "binary:logistic",
                        "tree_method",
                        "hist",
                        "max_bin",
                        64,
                        "seed",
                        1,
                        "nthread",
                        2);
        Booster booster = XGBoost.train(matrix, xgb, 8, Map.of(), null, null);
        byte[] json = booster.toByteArray("json");
        booster.dispose();
        return json;
    }

    @Test
    void theExportedTreesFindXgboostsLeavesAndItsProbabilities() {
        for (GbdtParams params :
                List.of(
                        params(),
                        params("max-leaves", 9),
                        params("min-gain", 3),
                        params("depth", 1))) {
            GbdtModel model = GbdtTrainer.train(rows, labels, params);
            GbdtDoc doc = model.toDoc();
            LeafCodes leaves = model.leaves(rows);
            double[] scores = model.predict(rows);
            assertThat(doc.trees()).hasSize(12);
            for (int row = 0; row < rows.rows(); row++) {
                double margin = doc.baseMargin();
                for (int t = 0; t < 12; t++) {
                    Tree tree = doc.trees().get(t);
                    int node = walk(tree, rows.row(row));
                    assertThat(tree.leafIndex()[node]).isEqualTo(leaves.leaf(row, t));
                    margin += tree.value()[node];
                }
                assertThat(1 / (1 + Math.exp(-margin))).isCloseTo(scores[row], within(1e-6));
            }
        }
    }

    private static int walk(Tree tree, float[] row) {
        int node = 0;
        while (tree.left()[node] >= 0) {
            float x = row[tree.feature()[node]];
            boolean left = Float.isNaN(x) ? tree.missingLeft()[node] : x < tree.threshold()[node];
            node = left ? tree.left()[node] : tree.right()[node];
        }
        return node;
    }

    @Test
    void leavesAreNumberedLeftFirstFromZeroAndNodesInTheOrderOfAWalk() {
        GbdtModel model = GbdtTrainer.train(rows, labels, params("max-leaves", 7));
        for (Tree tree : model.toDoc().trees()) {
            int leaf = 0;
            for (int node = 0; node < tree.nodes(); node++) {
                if (tree.left()[node] < 0) {
                    assertThat(tree.leafIndex()[node]).isEqualTo(leaf++);
                } else {
                    assertThat(tree.left()[node]).isEqualTo(node + 1);
                }
            }
            assertThat(leaf).isEqualTo(tree.leaves()).isLessThanOrEqualTo(7);
        }
    }

    @Test
    void aRowOnAThresholdGoesRight() {
        GbdtModel model = GbdtTrainer.train(rows, labels, params("trees", 1, "depth", 1));
        Tree tree = model.toDoc().trees().getFirst();
        float threshold = tree.threshold()[0];
        float[] on = new float[3];
        on[tree.feature()[0]] = threshold;
        float[] below = new float[3];
        below[tree.feature()[0]] = Math.nextDown(threshold);
        FloatMatrix both =
                new FloatMatrix(
                        rows.columns(),
                        2,
                        new float[] {on[0], on[1], on[2], below[0], below[1], below[2]});
        LeafCodes leaves = model.leaves(both);
        assertThat(leaves.leaf(0, 0)).isEqualTo(1);
        assertThat(leaves.leaf(1, 0)).isEqualTo(0);
    }

    @Test
    void importanceFindsTheColumnsThatMatterAndCountsEverySplit() {
        GbdtModel model = GbdtTrainer.train(rows, labels, params());
        List<FeatureImportance> all = model.importance();
        assertThat(all).extracting(FeatureImportance::column).containsExactly("a", "b", "c");
        assertThat(all.get(0).gain()).isGreaterThan(10 * all.get(2).gain());
        assertThat(all.get(1).gain()).isGreaterThan(10 * all.get(2).gain());
        int splits = model.toDoc().trees().stream().mapToInt(t -> t.leaves() - 1).sum();
        assertThat(all.stream().mapToInt(FeatureImportance::splits).sum()).isEqualTo(splits);
        assertThat(all.get(0).cover()).isPositive();
    }

    @Test
    void anEarlyStopKeepsTheTreesUpToTheBestRound() {
        float[] otherLabels = new float[1000];
        FloatMatrix other = rows(new Random(2), otherLabels);
        GbdtParams params =
                params("trees", 300, "depth", 6, "learning-rate", 0.5, "early-stop-rounds", 5);
        GbdtModel model = GbdtTrainer.train(rows, labels, params, other, otherLabels);
        assertThat(model.trees()).isBetween(1, 60);
        assertThat(model.toDoc().trees()).hasSize(model.trees());
        double stopped = Metrics.logloss(model.predict(other), otherLabels);
        GbdtParams more = params("trees", model.trees() + 5, "depth", 6, "learning-rate", 0.5);
        GbdtModel longer = GbdtTrainer.train(rows, labels, more);
        assertThat(stopped)
                .isLessThanOrEqualTo(Metrics.logloss(longer.predict(other), otherLabels));
        GbdtParams just = params("trees", model.trees(), "depth", 6, "learning-rate", 0.5);
        assertThat(GbdtTrainer.train(rows, labels, just).predict(other))
                .isEqualTo(model.predict(other));
        assertThatThrownBy(() -> GbdtTrainer.train(rows, labels, params))
                .hasMessage(
                        "gbdt: early-stop-rounds is 5, which needs validation rows; give some or"
                                + " set it to 0");
    }

    @Test
    void columnsThatCannotBeLearntFromAreNamedBeforeTraining() {
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        List<String> names = List.of("fine", "empty", "same", "wild");
        float[] two = {1, 0};
        FloatMatrix dull = new FloatMatrix(names, 2, new float[] {1, nan, 3, 0, 2, nan, 3, 1});
        assertThatThrownBy(() -> GbdtTrainer.train(dull, two, GbdtParams.DEFAULTS))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "gbdt: column empty has no value in any row; column same is 3.0 in all"
                                + " rows; a column without difference teaches nothing, leave it out");
        FloatMatrix wild = new FloatMatrix(names, 2, new float[] {1, 2, 3, 0, 2, 1, 4, inf});
        assertThatThrownBy(() -> GbdtTrainer.train(wild, two, GbdtParams.DEFAULTS))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "gbdt: column wild is infinite in 1 rows, first in row 1; give finite"
                                + " numbers, or NaN where there is none");
    }

    @Test
    void labelsOfOneKindOrAnyOtherKindAreRefused() {
        assertThatThrownBy(() -> GbdtTrainer.train(rows, new float[3000], GbdtParams.DEFAULTS))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(
                        "gbdt: all 3000 labels are 0, there is nothing to tell apart");
        float[] odd = labels.clone();
        odd[7] = 0.5f;
        assertThatThrownBy(() -> GbdtTrainer.train(rows, odd, GbdtParams.DEFAULTS))
                .isInstanceOf(TrainingException.class)
                .hasMessage("gbdt: a label is 0 or 1, got 0.5 in row 7");
    }

    @Test
    void rowsOfOtherColumnsAreNotScored() {
        GbdtModel model = GbdtTrainer.train(rows, labels, params("trees", 1));
        assertThatThrownBy(() -> model.predict(FloatMatrix.unnamed(1, 3, new float[3])))
                .hasMessage(
                        "the trees were trained on the columns [a, b, c], these rows have [f0, f1,"
                                + " f2]");
    }

    @Test
    void paiNamesAreTakenWithoutPaisDefaults() {
        GbdtParams params =
                GbdtParams.of(
                        Map.of(
                                "treeCount",
                                50,
                                "shrinkage",
                                "0.05",
                                "maxLeafCount",
                                32,
                                "maxDepth",
                                5,
                                "minLeafSampleCount",
                                100,
                                "sampleRatio",
                                0.6,
                                "featureRatio",
                                0.6,
                                "randSeed",
                                3,
                                "featureSplitValueMaxSize",
                                500));
        assertThat(params)
                .isEqualTo(
                        new GbdtParams(
                                50, 5, 0.05, 32, 100, 0.6, 0.6, 1, 0, 500, 3, 2, 0, 1, List.of(),
                                List.of(), List.of(), 4, 64));
        assertThat(GbdtParams.of(Map.of())).isEqualTo(GbdtParams.DEFAULTS);
    }

    @Test
    void everyWrongParameterIsNamedWithWhatWouldDo() {
        assertThatThrownBy(() -> GbdtParams.of(Map.of("tree", 3, "metricType", 2)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(
                        "tree is not a parameter; known are bins, categorical, column-sample,")
                .hasMessageContaining("metricType is not a parameter")
                .hasMessageContaining("as other names of these, featureRatio,");
        assertThatThrownBy(() -> params("trees", 0, "learning-rate", 1.5, "max-leaves", 1))
                .hasMessage(
                        "gbdt: trees is 0, allowed is a whole number from 1 to 10000; learning-rate"
                                + " is 1.5, allowed is above 0.0 and up to 1.0; max-leaves is 1, but a"
                                + " tree of 1 leaf tells nothing");
        assertThatThrownBy(() -> params("depth", 2.5, "trees", "many"))
                .hasMessage(
                        "gbdt: trees: \"many\" is not a number; depth: 2.5 is not a whole number");
    }
}
