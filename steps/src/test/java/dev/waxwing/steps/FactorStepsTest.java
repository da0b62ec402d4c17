package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.EntityColumn;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.RankExplanation;
import dev.waxwing.model.Ranker;
import dev.waxwing.storage.FileStore;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/// `linear`, `fm` and `ffm` from a wide table to a live bundle.
class FactorStepsTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 20);

    private static final String FEATURES =
            """
            features: small
            snapshots: { user: user_features, item: item_features }
            columns:
              user:  { from: user, type: id, hash: 256, seed: 1 }
              item:  { from: item, type: id }
              tags:  { from: item, type: tags }
              taste: { from: user, type: weights }
              age:   { from: item, type: number, bins: 4 }
            cross:
              age_tag: { of: [age, tags] }
            rate:
              item_rate: { of: item }
            """;

    /// With a category and a number that is a code.
    private static final String SHELVES =
            FEATURES.replace(
                    "cross:",
                    """
                      circle: { from: user, type: category }
                      shelf:  { from: item, type: number }
                    cross:""");

    @TempDir private Path work;
    private Warehouse warehouse;
    private BundleStore bundles;
    private Workplace workplace;

    @BeforeEach
    void open() throws IOException {
        warehouse = Warehouse.open(work.resolve("wh"), new WarehouseSettings("500MB", 1));
        bundles = BundleStore.open(FileStore.folder(work.resolve("store")));
        workplace = TestWorkplace.of(work, warehouse, bundles);
        Files.writeString(work.resolve("small.yaml"), FEATURES);
        Files.writeString(work.resolve("shelves.yaml"), SHELVES);
        activate(
                "user_features",
                FeatureTable.builder(
                        List.of(
                                new EntityColumn("taste", EntityColumn.Kind.WEIGHTS),
                                new EntityColumn("circle", EntityColumn.Kind.CATEGORY))));
        activate(
                "item_features",
                FeatureTable.builder(
                        List.of(
                                new EntityColumn("tags", EntityColumn.Kind.TAGS),
                                new EntityColumn("age", EntityColumn.Kind.NUMBER),
                                new EntityColumn("shelf", EntityColumn.Kind.NUMBER))));
        writeWide();
    }

    private void activate(String name, FeatureTable.Builder table) {
        try (BundleWriter bundle = bundles.draft(BundleKind.FEATURES, name, D.minusDays(1))) {
            BundleRef ref = bundle.features(table).publish();
            bundles.activate(Map.of(name + "/live", ref), "test", "features first", Map.of());
        }
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    /// 12 days of exposures; users take items of their own parity.
    private void writeWide() throws IOException {
        FeatureSpec spec = FeatureSpec.parse("shelves.yaml", SHELVES);
        var random = new Random(3);
        var days = new TreeSet<String>();
        List<Object[]> rows = new ArrayList<>();
        for (int day = 0; day < 12; day++) {
            String ds = Days.ds(D.minusDays(10 - day));
            days.add(ds);
            for (int n = 0; n < 150; n++) {
                int user = random.nextInt(20);
                int item = random.nextInt(30) + day / 6;
                boolean click = random.nextInt(10) < (user % 2 == item % 2 ? 8 : 2);
                rows.add(
                        new Object[] {
                            "u" + user,
                            "i" + item,
                            click ? 1 : 0,
                            "drawn",
                            "r" + n,
                            "u" + user,
                            "i" + item,
                            List.of("t" + item % 5),
                            n % 9 == 0 ? null : Map.of("a", 1.0 + user, "b", 0.5),
                            n % 11 == 0 ? null : (Double) (item * 1.5),
                            n % 13 == 0 ? null : "c" + user % 10,
                            (double) (item % 6),
                            ds
                        });
            }
        }
        try (PartitionWrite write =
                warehouse.write("train_wide", days, new Writer("r", "wide", 1))) {
            write.rows(WideRows.columns(spec), rows);
            write.commit();
        }
    }

    private static final String SPLIT =
            "split: { from: train_wide, train: 8d, validate: 1d, test: 1d }";

    private OneNight night(LocalDate bizdate, String train) throws Exception {
        return night(bizdate, train, "small.yaml");
    }

    private OneNight night(LocalDate bizdate, String train, String features) throws Exception {
        var night = new OneNight(work.resolve("runs"), bizdate);
        night.run(SplitStep.kind(workplace), "split", SPLIT);
        night.run(
                TrainStep.kind(workplace),
                "model",
                "train: "
                        + train
                        + "\nfeatures: "
                        + features
                        + "\nfrom: split\ndrift: home_rank/champion\n");
        return night;
    }

    private Map<String, String> release(OneNight night) throws Exception {
        return release(night, -0.05);
    }

    /// @param least that the upper end of the interval of the difference from the champion must reach
    private Map<String, String> release(OneNight night, double least) throws Exception {
        night.run(
                EvaluateStep.kind(workplace),
                "test",
                "evaluate: model\non: split.test\nagainst: home_rank/champion\ninto: metrics_test\n");
        night.run(ExplainStep.kind(workplace), "why", "explain: model\ninto: importance\n");
        return night.run(
                ReleaseStep.kind(workplace),
                "release",
                """
                release: model
                to: home_rank/champion
                metrics: [test]
                when: "test.auc_minus_champion.high >= %s"
                """
                        .formatted(least));
    }

    @Test
    void eachAlgorithmGoesFromTheWideTableToALiveBundleThatIsTheSameTheSecondTime()
            throws Exception {
        for (String algorithm : List.of("linear", "fm\nk: 4\nepochs: 12", "ffm\nk: 2")) {
            Map<String, String> first = release(night(D, algorithm + "\nwatch: split.validate"));
            assertThat(first).as(algorithm).containsEntry("released", "true");
            BundleRef ref = bundles.resolve("home_rank/champion").orElseThrow();
            Ranker ranker = Ranker.open(bundles.open(ref));
            assertThat(algorithm).startsWith(ranker.algorithm());
            assertThat(ranker.verifyGolden()).isGreaterThanOrEqualTo(500);
            OneNight again = night(D, algorithm + "\nwatch: split.validate");
            release(again);
            assertThat(bundles.resolve("home_rank/champion")).contains(ref);
            assertThat(importances("item=")).isPositive();
            assertThat(importances("user#")).isPositive();
        }
        OneNight fm = night(D, "fm\nepochs: 20");
        Map<String, String> test =
                fm.run(
                        EvaluateStep.kind(workplace),
                        "test",
                        "evaluate: model\non: split.test\ninto: metrics_test\n");
        assertThat(Double.parseDouble(test.get("auc")))
                .as("of pairs, which only an FM sees")
                .isGreaterThan(0.6);
    }

    private long importances(String columns) {
        return warehouse.query(
                "SELECT count(*) FROM importance WHERE feature LIKE '"
                        + columns
                        + "%' AND gain > 0",
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    @Test
    void treesAreOfferedWhatIsDenseAndRatesAsTrainingRowsMaySeeThem() throws Exception {
        OneNight night = night(D, "gbdt\ntrees: 5\nmin-leaf-rows: 20");
        assertThat(night.log)
                .contains("for linear, fm and ffm alone, so not offered to gbdt: [user, age_tag]");
        release(night);
        BundleRef ref = bundles.resolve("home_rank/champion").orElseThrow();
        assertThat(Ranker.open(bundles.open(ref)).space().columns())
                .contains("item_rate", "taste=a", "tags=t1")
                .noneMatch(column -> column.startsWith("item="));
    }

    @Test
    void treesSplitCategoriesBySetsFromTheWideTableToALiveBundle() throws Exception {
        for (String algorithm : List.of("gbdt", "gbdt_lr")) {
            String params = "\ntrees: 20\nmin-leaf-rows: 5\ncategorical: circle, shelf";
            OneNight night =
                    night(D, algorithm + params + "\nwatch: split.validate", "shelves.yaml");
            assertThat(release(night)).as(algorithm).containsEntry("released", "true");
            Bundle bundle = bundles.open(bundles.resolve("home_rank/champion").orElseThrow());
            assertThat(bundle.parameters()).containsEntry("train.categorical", "circle, shelf");
            assertThat(bundle.text(Ranker.GBDT)).contains("isIn").contains("isNotIn");
            Ranker ranker = Ranker.open(bundle);
            assertThat(ranker.verifyGolden()).isGreaterThanOrEqualTo(500);
            assertThat(importances("circle")).as("gain of the code alone").isEqualTo(1);
            assertThat(importances("shelf")).isEqualTo(1);

            FeatureSpec spec = ranker.space().spec();
            FeatureRow row = FeatureRow.of(spec, Map.of("shelf", 3.0, "circle", "c5"));
            RankExplanation why = ranker.explain(row);
            double sum = why.base();
            for (RankExplanation.Part part : why.parts()) {
                sum += part.contribution();
            }
            assertThat(sum).isCloseTo(ranker.margin(row), within(1e-9));
            FeatureRow never = FeatureRow.of(spec, Map.of("shelf", 99.0, "circle", "c99"));
            assertThat(ranker.score(never)).isBetween(0.0, 1.0);
        }
    }

    @Test
    void watchedRowsEndTheTrainingOfTreesAndChooseTheRound() throws Exception {
        for (String algorithm : List.of("gbdt", "gbdt_lr")) {
            String params = algorithm + "\ntrees: 300\nlearning-rate: 0.3\nmin-leaf-rows: 5";
            OneNight night = night(D, params + "\nwatch: split.validate");
            Map<String, String> released = release(night);
            assertThat(released).as(algorithm).containsEntry("released", "true");
            String line =
                    night.log.stream()
                            .filter(each -> each.contains("trees are kept"))
                            .findFirst()
                            .orElseThrow();
            assertThat(line).contains("logloss on split.validate 0.");
            int kept = Integer.parseInt(line.substring(0, line.indexOf(' ')));
            assertThat(kept).isBetween(1, 299);
            BundleRef ref = bundles.resolve("home_rank/champion").orElseThrow();
            assertThat(bundles.open(ref).parameters())
                    .containsEntry("train.watch", "split.validate")
                    .containsEntry("train.early-stop-rounds", "20");
            // as many trees without watching: the same trees
            OneNight told = night(D, params.replace("trees: 300", "trees: " + kept));
            assertThat(auc(told)).isEqualTo(auc(night));
        }
    }

    private String auc(OneNight night) throws Exception {
        return night.run(
                        EvaluateStep.kind(workplace),
                        "test",
                        "evaluate: model\non: split.test\ninto: metrics_test\n")
                .get("auc");
    }

    @Test
    void aWarmStartGoesOnFromYesterdaysModelOverAVocabularyThatGrew() throws Exception {
        for (String algorithm : List.of("linear", "fm\nk: 4", "ffm\nk: 2")) {
            release(night(D, algorithm + "\nepochs: 8"));
            BundleRef before = bundles.resolve("home_rank/champion").orElseThrow();
            OneNight fresh = night(D.plusDays(1), algorithm + "\nepochs: 1");
            OneNight warm =
                    night(D.plusDays(1), algorithm + "\nepochs: 1\nwarm-start: home_rank/champion");
            assertThat(warm.log)
                    .as(algorithm)
                    .anyMatch(
                            line ->
                                    line.matches(
                                            "training begins where "
                                                    + before
                                                    + " ended: \\d+ of \\d+ columns go on,"
                                                    + " the others are new"));
            assertThat(firstLoss(warm)).as(algorithm).isLessThan(firstLoss(fresh) - 0.005);
            assertThat(release(warm)).containsEntry("released", "true");
            OneNight again =
                    night(D.plusDays(1), algorithm + "\nepochs: 1\nwarm-start: home_rank/champion");
            assertThat(firstLoss(again))
                    .as("released in between, the night starts from the same model")
                    .isEqualTo(firstLoss(warm));
            bundles.activate(Map.of("home_rank/champion", before), "test", "back", Map.of());
        }
    }

    private static double firstLoss(OneNight night) {
        String start = "epoch 1: logloss ";
        return night.log.stream()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsNoStartIsToldAndTrainingBeginsFromNothing() throws Exception {
        OneNight first = night(D, "fm\nk: 4\nwarm-start: home_rank/champion");
        assertThat(first.log)
                .contains(
                        "training begins from nothing: home_rank/champion names no model of an"
                                + " earlier day");
        release(first);
        BundleRef before = bundles.resolve("home_rank/champion").orElseThrow();
        OneNight linear = night(D.plusDays(1), "linear\nwarm-start: home_rank/champion");
        assertThat(linear.log)
                .contains("training begins from nothing: " + before + " is fm, not linear");
        OneNight wider = night(D.plusDays(1), "fm\nk: 8\nwarm-start: home_rank/champion");
        assertThat(wider.log)
                .contains(
                        "training begins from nothing: "
                                + before
                                + " has k 4 and scaling NONE, this one k 8 and NONE");
    }

    @Test
    void aNightTellsHowItsCodesDriftedFromTheOneBefore() throws Exception {
        OneNight first = night(D, "fm");
        assertThat(first.log)
                .anyMatch(line -> line.contains("drift of item: no codes of yesterday"));
        release(first);
        OneNight second = night(D.plusDays(1), "fm");
        assertThat(second.log)
                .anyMatch(line -> line.matches("drift of item: .* of yesterday's codes kept.*"));
        Map<String, String> trained =
                second.run(
                        TrainStep.kind(workplace),
                        "model",
                        "train: fm\nfeatures: small.yaml\nfrom: split\ndrift: home_rank/champion\n");
        assertThat(trained)
                .containsKeys("drift.psi", "champion_drift.kept", "champion_drift.unseen");
    }

    @Test
    void aReleaseIsBlockedWhenACodeChangedItsMeaning() throws Exception {
        release(night(D, "fm"));
        Optional<BundleRef> before = bundles.resolve("home_rank/champion");
        Files.writeString(work.resolve("small.yaml"), FEATURES.replace("seed: 1", "seed: 2"));
        OneNight changed = night(D.plusDays(1), "fm");
        Map<String, String> release = release(changed);
        assertThat(release).containsEntry("released", "false");
        assertThat(release.get("gate"))
                .startsWith("a code does not mean what it meant in home_rank/20260120-")
                .endsWith(
                        "feature user was the id of the user, hashed to 256 with seed 1 and is the"
                                + " id of the user, hashed to 256 with seed 2; give it another name");
        assertThat(bundles.resolve("home_rank/champion")).isEqualTo(before);
        Files.writeString(
                work.resolve("small.yaml"),
                FEATURES.replace("features: small", "features: small2")
                        .replace("seed: 1", "seed: 2"));
        // few epochs on few rows: how good the two models are is chance
        assertThat(release(night(D.plusDays(1), "fm"), -1)).containsEntry("released", "true");
    }

    /// The trainer is a script of awk: it counts, for each column, how often its rows were clicked.
    private static final String TRAINER =
            """
            set -e
            test -s "$1/watch.ffm" && test -s "$1/features.json"
            awk '{ for (i = 2; i <= NF; i++) { split($i, e, ":"); n[e[2]]++; c[e[2]] += $1
                       if (e[2] > max) max = e[2] } }
                 END { print "bias: -0.5"
                       for (i = 0; i <= max; i++)
                           printf "i_%d: %.6g\\n", i, n[i] ? c[i] / n[i] - 0.5 : 0 }' \
                "$1/train.ffm" > "$2/model.txt"
            """;

    @Test
    void aModelThatAnotherProgramTrainedComesBackAsABundleAndAFailureStopsTheNight()
            throws Exception {
        Files.writeString(work.resolve("trainer.sh"), TRAINER);
        var night = new OneNight(work.resolve("runs"), D);
        night.run(SplitStep.kind(workplace), "split", SPLIT);
        night.run(
                ExportStep.kind(workplace),
                "export",
                "export: libffm\nfeatures: small.yaml\nfrom: split\nwatch: split.validate\n");
        night.run(
                ProgramStep.kind(workplace),
                "program",
                """
                program: [sh, trainer.sh, "${in}", "${out}"]
                files: export
                gives: [model.txt]
                time-limit: 1m
                """);
        night.run(
                AdoptStep.kind(workplace),
                "model",
                "adopt: program\nexport: export\nfile: model.txt\nnorm: false\n");
        assertThat(release(night)).containsEntry("released", "true");
        Ranker ranker =
                Ranker.open(bundles.open(bundles.resolve("home_rank/champion").orElseThrow()));
        assertThat(ranker.algorithm()).isEqualTo("linear");
        assertThat(ranker.verifyGolden()).isGreaterThanOrEqualTo(500);
        assertThat(importances("item=")).isPositive();
        Files.writeString(work.resolve("trainer.sh"), "echo no licence; exit 4");
        StepOutcome outcome =
                night.attempt(
                        ProgramStep.kind(workplace), "program", "program: [sh, trainer.sh]\n");
        assertThat(((StepOutcome.Failed) outcome).cause())
                .hasMessage("sh ended with exit code 4; its last words: no licence");
    }

    @Test
    void whatATrainerDoesNotKnowIsToldWhenTheFileIsRead() {
        var night = new OneNight(work.resolve("runs"), D);
        assertThatThrownBy(
                        () ->
                                night.attempt(
                                        TrainStep.kind(workplace),
                                        "model",
                                        "train: fm\nfeatures: small.yaml\nfrom: split\nkk: 3\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kk is not a parameter");
        Map<String, String> wrong =
                Map.of(
                        "train: gbdt\nwatch: split.validate\nearly-stop-rounds: 0",
                        "early-stop-rounds is 0, so watch would change nothing",
                        "train: gbdt_lr\nearly-stop-rounds: 5",
                        "early-stop-rounds is 5, but no rows are watched",
                        "train: gbdt\nwarm-start: home_rank/champion",
                        "the trees of gbdt are grown anew",
                        "train: gbdt\ncategorical: town",
                        "categorical: names town, which is no feature of this file; trees split",
                        "train: gbdt_lr\ncategorical: age, tags",
                        "categorical: names tags, of type tags; trees split",
                        "train: gbdt_lr\ncategorical: user",
                        "categorical: names user, which trees are not offered",
                        "train: gbdt\ncategorical: age\nincreasing: age",
                        "[age] cannot be categorical and increasing or decreasing at once");
        wrong.forEach(
                (yaml, told) ->
                        assertThatThrownBy(
                                        () ->
                                                night.attempt(
                                                        TrainStep.kind(workplace),
                                                        "model",
                                                        yaml
                                                                + "\nfeatures: small.yaml\nfrom:"
                                                                + " split\n"))
                                .isInstanceOf(ConfigException.class)
                                .hasMessageContaining(told));
    }
}
