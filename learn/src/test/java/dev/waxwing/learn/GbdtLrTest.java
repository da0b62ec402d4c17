package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.Entity;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureType;
import dev.waxwing.model.GoldenRow;
import dev.waxwing.pmml.Scorer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

class GbdtLrTest {
    private static final int ROWS = 4000;
    private final FeatureSpec spec =
            new FeatureSpec(
                    "rank",
                    Map.of(Entity.USER, "user_features", Entity.ITEM, "item_features"),
                    List.of(
                            column("activity", Entity.USER, FeatureType.NUMBER, 8),
                            column("age", Entity.ITEM, FeatureType.NUMBER, 0),
                            column("genre", Entity.ITEM, FeatureType.CATEGORY, 0),
                            column("tags", Entity.ITEM, FeatureType.TAGS, 0)));
    private final float[] labels = new float[ROWS];
    private final List<FeatureRow> raw = raw(new Random(1), labels);
    private final FeatureSpace space = FeatureSpaceFitter.fit(spec, raw, 0.8).space();
    private final FloatMatrix rows = RankerModel.encode(space, raw);

    private static Feature column(String name, Entity from, FeatureType type, int bins) {
        return new Feature.Column(name, from, name, type, bins, 1);
    }

    private List<FeatureRow> raw(Random random, float[] clicked) {
        List<FeatureRow> all = new ArrayList<>();
        for (int row = 0; row < clicked.length; row++) {
            Map<String, Object> values = new HashMap<>();
            double activity = random.nextInt(40);
            double age = random.nextDouble() * 30;
            String genre = "g" + random.nextInt(6);
            List<String> tags =
                    random.nextBoolean() ? List.of("x", "y" + random.nextInt(3)) : List.of("z");
            if (random.nextInt(20) > 0) {
                values.put("activity", activity);
            }
            values.put("age", age);
            if (random.nextInt(20) > 0) {
                values.put("genre", genre);
            }
            values.put("tags", tags);
            all.add(FeatureRow.of(spec, values));
            double margin =
                    (activity > 20 && age < 10 ? 2 : -1)
                            + (genre.equals("g1") ? 1.5 : 0)
                            + (tags.contains("x") ? 0.5 : 0);
            clicked[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
        }
        return all;
    }

    private static GbdtLrParams params(Object... namesAndValues) {
        Map<String, Object> named = new HashMap<>(Map.of("trees", 25, "depth", 4));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return GbdtLrParams.of(named);
    }

    @Test
    void theServingScorerAgreesWithTheTrainerToTheBit(@TempDir Path folder) throws IOException {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params("penalty-level", 0.3));
        model.write(folder);
        Scorer scorer = Scorer.load(folder.resolve("gbdt.pmml"), folder.resolve("lr.pmml"));
        FloatMatrix inputs = rows.select(scorer.inputs());
        double[] margins = model.margins(rows);
        double[] scores = model.predict(rows);
        for (int row = 0; row < ROWS; row++) {
            assertThat(scorer.margin(inputs.row(row))).isEqualTo(margins[row]);
            assertThat(scorer.score(inputs.row(row))).isEqualTo(scores[row]);
        }
    }

    @Test
    void sameScoresOnBothSidesWhereTreesSplitCategoriesBySets(@TempDir Path folder)
            throws IOException {
        FeatureSpace coded = space.withCodes(List.of("genre"));
        FloatMatrix rows = RankerModel.encode(coded, raw);
        GbdtLrParams params = params("categorical", "genre, activity", "max-cat-to-onehot", 1);
        GbdtLrModel model = GbdtLr.train(coded, rows, labels, params);
        model.write(folder);
        assertThat(model.gbdtDoc().inputs()).contains("genre").doesNotContain("genre=g1");
        assertThat(model.lrColumns()).contains("genre=g1").doesNotContain("genre");
        assertThat(model.importance().get(coded.columns().indexOf("genre")).gain()).isPositive();
        Scorer scorer = Scorer.load(folder.resolve("gbdt.pmml"), folder.resolve("lr.pmml"));
        List<FeatureRow> others = new ArrayList<>();
        for (String genre : List.of("g0", "g1", "never met", "(missing)", "(unseen)")) {
            for (int activity = 0; activity < 90; activity += 3) {
                others.add(
                        FeatureRow.of(
                                spec, Map.of("genre", genre, "activity", activity, "age", 10.0)));
            }
        }
        others.add(FeatureRow.of(spec, Map.of()));
        for (FloatMatrix each : List.of(rows, RankerModel.encode(coded, others))) {
            double[] margins = model.margins(each);
            double[] scores = model.predict(each);
            FloatMatrix inputs = each.select(scorer.inputs());
            for (int row = 0; row < margins.length; row++) {
                assertThat(scorer.margin(inputs.row(row))).isEqualTo(margins[row]);
                assertThat(scorer.score(inputs.row(row))).isEqualTo(scores[row]);
            }
        }
    }

    @Test
    void aCategoryThatIsTheSameInAllRowsIsLeftOutLikeAnyColumn() {
        float[] values = new float[labels.length * 2];
        for (int row = 0; row < labels.length; row++) {
            values[row * 2] = row % 50;
            values[row * 2 + 1] = 3;
        }
        FeatureSpace two =
                new FeatureSpace(
                        new FeatureSpec(
                                "two",
                                Map.of(Entity.ITEM, "item_features"),
                                List.of(
                                        column("age", Entity.ITEM, FeatureType.NUMBER, 0),
                                        column("shelf", Entity.ITEM, FeatureType.NUMBER, 0))),
                        Map.of(),
                        Map.of());
        GbdtOnlyModel model =
                GbdtLr.trainTreesOnly(
                        two,
                        new FloatMatrix(List.of("age", "shelf"), labels.length, values),
                        labels,
                        params("categorical", "age, shelf").gbdt());
        assertThat(model.unusedColumns()).containsExactly("shelf");
    }

    @Test
    void treesAloneAgreeWithXgboostToAMillionth(@TempDir Path folder) throws IOException {
        GbdtOnlyModel model = GbdtLr.trainTreesOnly(space, rows, labels, params().gbdt());
        model.write(folder);
        Scorer scorer = Scorer.load(folder.resolve("gbdt.pmml"));
        FloatMatrix inputs = rows.select(scorer.inputs());
        double[] scores = model.predict(rows);
        for (int row = 0; row < ROWS; row++) {
            assertThat(scorer.score(inputs.row(row))).isCloseTo(scores[row], within(1e-6));
        }
        assertThat(model.golden(raw.subList(0, 5)).get(3).score()).isEqualTo(scores[3]);
    }

    @Test
    void theSameRowsGiveTheSameFilesByteForByte(@TempDir Path once, @TempDir Path again)
            throws IOException {
        GbdtLr.train(space, rows, labels, params("row-sample", 0.8)).write(once);
        GbdtLr.train(space, rows, labels, params("row-sample", 0.8)).write(again);
        try (Stream<Path> files = Files.list(once)) {
            List<Path> names = files.map(Path::getFileName).sorted().toList();
            assertThat(names.stream().map(Path::toString))
                    .containsExactly(
                            "feature_map.csv",
                            "features.json",
                            "gbdt.pmml",
                            "importance.csv",
                            "leaf_map.csv",
                            "lr.pmml");
            for (Path name : names) {
                assertThat(again.resolve(name)).hasSameBinaryContentAs(once.resolve(name));
            }
        }
        assertThat(Files.readAllLines(once.resolve("leaf_map.csv")).subList(0, 2))
                .containsExactly("tree,leaf,index", "0,0,0");
        assertThat(Files.readAllLines(once.resolve("importance.csv")).getFirst())
                .isEqualTo("column,gain,cover,splits,lr_coefficient");
    }

    @Test
    void bothLayersTogetherBeatTheRegressionAloneOnRowsToCome() {
        float[] later = new float[3000];
        FloatMatrix laterRows = RankerModel.encode(space, raw(new Random(2), later));
        GbdtLrModel both = GbdtLr.train(space, rows, labels, params("penalty-level", 10));
        int[] lrColumns = space.lrColumns();
        List<String> names =
                java.util.Arrays.stream(lrColumns).mapToObj(c -> space.columns().get(c)).toList();
        LrModel alone =
                LrTrainer.train(SparseRows.of(rows.select(names)), labels, LrParams.DEFAULTS);
        double together = Metrics.logloss(both.predict(laterRows), later);
        double linear =
                Metrics.logloss(alone.predict(SparseRows.of(laterRows.select(names))), later);
        assertThat(together).isLessThan(0.99 * linear);
    }

    @Test
    void aPenaltyWithoutEndLeavesTheTreesAsTheyAre() {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params("penalty-level", 1e12));
        double[] trees = model.gbdt().predict(rows.select(model.gbdt().columns()));
        double[] both = model.predict(rows);
        for (int row = 0; row < ROWS; row++) {
            assertThat(both[row]).isCloseTo(trees[row], within(1e-3));
        }
        // drawn to 0 instead, all that is left is the share of clicks
        GbdtLrParams toZero = params("penalty-level", 1e12, "leaf-prior", "zero");
        GbdtLrModel flat = GbdtLr.train(space, rows, labels, toZero);
        assertThat(flat.predict(rows)[0]).isCloseTo(flat.predict(rows)[1], within(1e-6));
    }

    @Test
    void onTheseMadeUpRowsTheSecondLayerCostsNothingWithItsDefaults() {
        float[] later = new float[3000];
        FloatMatrix laterRows = RankerModel.encode(space, raw(new Random(4), later));
        GbdtLrModel both = GbdtLr.train(space, rows, labels, params());
        double trees =
                Metrics.logloss(
                        both.gbdt().predict(laterRows.select(both.gbdt().columns())), later);
        assertThat(Metrics.logloss(both.predict(laterRows), later)).isLessThan(trees + 0.002);
    }

    @Test
    void defaultsOfBothLayersAreOursWhateverThePenalty() {
        assertThat(GbdtLrParams.of(Map.of())).isEqualTo(GbdtLrParams.DEFAULTS);
        assertThat(GbdtLrParams.of(Map.of("regularizedType", "l1")).lr().penaltyLevel())
                .isEqualTo(1);
        assertThat(params("threads", 3).gbdt().threads()).isEqualTo(3);
        assertThat(params("threads", 3).lr().threads()).isEqualTo(3);
    }

    @Test
    void goldenRowsCarryTheTrainersOwnMarginAndScore() {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params());
        List<GoldenRow> golden = model.golden(raw.subList(10, 20));
        assertThat(golden).hasSize(10);
        assertThat(golden.getFirst().row()).isEqualTo(raw.get(10));
        assertThat(golden.getFirst().margin()).isEqualTo(model.margins(rows)[10]);
        assertThat(golden.getFirst().score()).isEqualTo(model.predict(rows)[10]);
    }

    @Test
    void columnsThatNeverDifferAreLeftOutAndNamed() {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params());
        // no user or item of these rows is unseen, no tags are missing, and age has no gaps
        assertThat(model.unusedColumns())
                .containsExactly("genre=(unseen)", "tags=(missing)", "tags=(unseen)");
        assertThat(model.gbdt().columns())
                .contains("activity", "age", "genre=g1")
                .doesNotContain("genre=(unseen)");
        assertThat(model.lrColumns())
                .contains("activity=(missing)", "tags=x")
                .doesNotContain("activity", "tags=(missing)");
    }

    @Test
    void importanceOfBothLayersStandsBesideEachColumn() {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params());
        Map<String, ColumnImportance> byName = new HashMap<>();
        model.importance().forEach(each -> byName.put(each.column(), each));
        assertThat(byName.keySet()).containsExactlyInAnyOrderElementsOf(space.columns());
        assertThat(byName.get("age").gain()).isPositive();
        assertThat(byName.get("age").coefficient()).isZero();
        assertThat(byName.get("tags=z").coefficient()).isNotZero();
        assertThat(byName.get("tags=(missing)"))
                .isEqualTo(new ColumnImportance("tags=(missing)", 0, 0, 0, 0));
    }

    @Test
    void theRegressionCanHaveRowsOfItsOwn() {
        GbdtLrModel split = GbdtLr.train(space, rows, labels, params("lr-rows", 0.25));
        FloatMatrix first = rows.rows(0, 3000).select(split.gbdt().columns());
        GbdtModel trees =
                GbdtTrainer.train(first, java.util.Arrays.copyOf(labels, 3000), params().gbdt());
        assertThat(split.gbdt().xgboostJson()).isEqualTo(trees.xgboostJson());
    }

    @Test
    void anEarlyStopShortensTheFirstLayer() {
        float[] later = new float[1500];
        FloatMatrix laterRows = RankerModel.encode(space, raw(new Random(3), later));
        GbdtLrParams params = params("trees", 400, "learning-rate", 0.5, "early-stop-rounds", 5);
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params, laterRows, later);
        assertThat(model.gbdt().trees()).isLessThan(60);
        assertThat(model.lrDoc().trees()).isEqualTo(model.gbdt().trees());
    }

    @Test
    void rowsOfAnotherSpaceAndLabelsOfOneKindAreRefused() {
        GbdtLrModel model = GbdtLr.train(space, rows, labels, params("trees", 1));
        assertThatThrownBy(() -> model.predict(FloatMatrix.unnamed(1, 2, new float[2])))
                .hasMessageStartingWith("rows are not encoded by this feature space: it has");
        assertThatThrownBy(() -> GbdtLr.train(space, rows, new float[ROWS], params()))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(
                        "gbdt_lr: all 4000 labels are 0, there is nothing to tell apart");
        assertThatThrownBy(() -> params("tress", 3, "lr-rows", 2))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(
                        "tress is not a parameter; known are bins, categorical, column-sample, decreasing, depth,"
                                + " early-stop-rounds, epsilon, increasing, iterations,")
                .hasMessageContaining("regularizedLevel");
    }
}
