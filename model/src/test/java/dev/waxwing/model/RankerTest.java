package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.GbdtPmml;
import dev.waxwing.pmml.LrDoc;
import dev.waxwing.pmml.LrPmml;
import dev.waxwing.pmml.Tree;
import dev.waxwing.storage.FileStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Two stumps made by hand: tree 0 asks `user_actions_7d < 5` (missing goes left), tree 1 asks `genres=Drama < 0.5`.
class RankerTest {
    private static final double[][] LEAVES = {{-0.75, 0.5}, {-0.25, 1.0}};
    private static final double[][] CODES = {{-1.5, 0.25}, {0.125, 2.0}};
    private static final double BASE = -0.5;
    private static final double INTERCEPT = -1.0;
    private static final double MISSING_HOUR = 0.0625;

    @TempDir Path root;

    private BundleStore store;

    @BeforeEach
    void open() {
        store = BundleStore.open(FileStore.folder(root));
    }

    private static Tree stump(int feature, float threshold, double[] leaves) {
        return new Tree(
                new int[] {feature, -1, -1},
                new float[] {threshold, 0, 0},
                new int[] {1, -1, -1},
                new int[] {2, -1, -1},
                new boolean[] {true, false, false},
                new double[] {0, leaves[0], leaves[1]},
                new double[] {10, 4, 6},
                new int[] {-1, 0, 1});
    }

    private Bundle publish(String algorithm, List<GoldenRow> golden) {
        FeatureSpace space = RankSpec.space();
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            writer.ranker(algorithm, space).golden(space.spec(), golden);
            GbdtPmml.write(
                    writer.file(Ranker.GBDT),
                    new GbdtDoc(
                            List.of("genres=Drama", "user_actions_7d"),
                            List.of(stump(1, 5f, LEAVES[0]), stump(0, 0.5f, LEAVES[1])),
                            BASE));
            if (algorithm.equals("gbdt_lr")) {
                LrPmml.write(
                        writer.file(Ranker.LR),
                        new LrDoc(
                                INTERCEPT,
                                2,
                                CODES,
                                List.of("hour=(missing)"),
                                new double[] {MISSING_HOUR}));
                writer.file(LeafMap.FILE, new LeafMap(2, 2).toCsv());
            }
            return store.open(writer.publish());
        }
    }

    /// What a trainer would say: its own arithmetic, from the raw values.
    private static double margin(String algorithm, FeatureRow row) {
        double actions = row.number(0);
        int first = Double.isNaN(actions) || (float) actions < 5f ? 0 : 1;
        int second = row.terms(3).orElse(List.of()).contains("Drama") ? 1 : 0;
        return algorithm.equals("gbdt")
                ? BASE + LEAVES[0][first] + LEAVES[1][second]
                : INTERCEPT
                        + CODES[0][first]
                        + CODES[1][second]
                        + (row.isMissing(4) ? MISSING_HOUR : 0);
    }

    private static double logistic(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    private static List<FeatureRow> rows(int n) {
        var random = new Random(4);
        var rows = new ArrayList<FeatureRow>();
        for (int i = 0; i < n; i++) {
            var values = new HashMap<String, Object>();
            values.put("user_actions_7d", List.of(4.99, 5.0, 0.0, 17.25).get(random.nextInt(4)));
            values.put(
                    "genres",
                    List.of(List.of("Drama"), List.of("War"), List.of("Action", "Drama"))
                            .get(random.nextInt(3)));
            values.put("hour", "07");
            values.put("cf_score", random.nextDouble());
            values.keySet().removeIf(_ -> random.nextInt(4) == 0);
            rows.add(FeatureRow.of(RankSpec.spec(), values));
        }
        return rows;
    }

    private static List<GoldenRow> golden(String algorithm) {
        return rows(40).stream()
                .map(
                        row ->
                                new GoldenRow(
                                        row,
                                        margin(algorithm, row),
                                        logistic(margin(algorithm, row))))
                .toList();
    }

    @Test
    void scoresAsTheTrainerDoesOneByOneAndManyAtOnce() {
        for (String algorithm : List.of("gbdt", "gbdt_lr")) {
            Ranker ranker = Ranker.open(publish(algorithm, golden(algorithm)));
            List<FeatureRow> rows = rows(300);
            double[] scores = ranker.score(rows);
            for (int i = 0; i < rows.size(); i++) {
                double margin = margin(algorithm, rows.get(i));
                assertThat(ranker.margin(rows.get(i)))
                        .as("%s %s", algorithm, rows.get(i))
                        .isCloseTo(margin, within(1e-12));
                assertThat(ranker.score(rows.get(i))).isCloseTo(logistic(margin), within(1e-12));
                assertThat(scores[i]).isEqualTo(ranker.score(rows.get(i)));
            }
            assertThat(ranker.score(List.of())).isEmpty();
            assertThat(ranker.algorithm()).isEqualTo(algorithm);
            assertThat(ranker.verifyGolden()).isEqualTo(40);
            assertThat(ranker.needs()).isEqualTo(RankSpec.spec().needs());
            assertThat(ranker.space()).isEqualTo(RankSpec.space());
        }
    }

    @Test
    void explainsAMarginByItsRawFeatures() {
        Ranker ranker = Ranker.open(publish("gbdt_lr", golden("gbdt_lr")));
        for (FeatureRow row : rows(60)) {
            RankExplanation why = ranker.explain(row);
            assertThat(
                            why.base()
                                    + why.parts().stream()
                                            .mapToDouble(RankExplanation.Part::contribution)
                                            .sum())
                    .isCloseTo(why.margin(), within(1e-12));
            assertThat(why.margin()).isEqualTo(ranker.margin(row));
            assertThat(why.score()).isEqualTo(ranker.score(row));
        }
        // The mean of tree 1 is .4·.125 + .6·2 = 1.25, so Drama adds .75; tree 0: .4·-1.5 + .6·.25
        // = -.45, so 17 actions add .7.
        RankExplanation why =
                ranker.explain(
                        FeatureRow.of(
                                RankSpec.spec(),
                                Map.of("user_actions_7d", 17, "genres", List.of("Drama", "War"))));
        assertThat(why.parts())
                .extracting(RankExplanation.Part::feature)
                .containsExactlyElementsOf(
                        RankSpec.spec().features().stream().map(Feature::name).toList());
        assertThat(why.strongest().get(0).feature()).isEqualTo("genres");
        assertThat(why.strongest().get(0).value()).isEqualTo("[\"Drama\",\"War\"]");
        assertThat(why.strongest().get(0).contribution()).isCloseTo(0.75, within(1e-12));
        assertThat(why.strongest().get(1).feature()).isEqualTo("user_actions_7d");
        assertThat(why.strongest().get(1).contribution()).isCloseTo(0.7, within(1e-12));
        assertThat(why.strongest().get(2))
                .isEqualTo(new RankExplanation.Part("hour", "null", MISSING_HOUR));
        assertThat(why.parts().get(5)).isEqualTo(new RankExplanation.Part("cf_score", "null", 0));
    }

    @Test
    void aGoldenRowThatScoresDifferentlyIsNamed() {
        List<GoldenRow> golden = new ArrayList<>(golden("gbdt_lr"));
        GoldenRow third = golden.get(2);
        golden.set(2, new GoldenRow(third.row(), third.margin(), third.score() + 2e-9));
        Ranker ranker = Ranker.open(publish("gbdt_lr", golden));

        assertThatThrownBy(ranker::verifyGolden)
                .isInstanceOfSatisfying(
                        GoldenMismatch.class,
                        mismatch -> {
                            assertThat(mismatch.row()).isEqualTo(3);
                            assertThat(mismatch.expected()).isEqualTo(third.score() + 2e-9);
                            assertThat(mismatch.got()).isEqualTo(ranker.score(third.row()));
                        })
                .hasMessageStartingWith(
                        "golden row 3 of bundle " + ranker.ref() + ": the trainer's score is ")
                .hasMessageContaining("they may differ by 1.0E-9");
    }

    @Test
    void xgboostMayDifferByItsFloatsButNotMore() {
        List<GoldenRow> golden =
                golden("gbdt").stream()
                        .map(
                                row ->
                                        new GoldenRow(
                                                row.row(), row.margin() + 3e-7, row.score() + 2e-7))
                        .toList();
        assertThat(Ranker.open(publish("gbdt", golden)).verifyGolden()).isEqualTo(40);
        List<GoldenRow> worse =
                golden("gbdt").stream()
                        .map(row -> new GoldenRow(row.row(), row.margin() + 1e-4, row.score()))
                        .toList();
        assertThatThrownBy(() -> Ranker.open(publish("gbdt", worse)).verifyGolden())
                .isInstanceOf(GoldenMismatch.class)
                .hasMessageContaining("golden row 1")
                .hasMessageContaining("margin");
    }

    @Test
    void aRankerWithoutGoldenRowsIsNotTrusted() {
        Ranker ranker = Ranker.open(publish("gbdt", List.of()));
        assertThatThrownBy(ranker::verifyGolden)
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("has no golden rows");
    }

    @Test
    void filesThatDisagreeAreRefused() {
        FeatureSpace space = RankSpec.space();
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            writer.ranker("gbdt", space);
            writer.file(Ranker.FEATURE_MAP, space.featureMapCsv().replace("Drama", "Opera"));
            Bundle bundle = store.open(writer.publish());
            assertThatThrownBy(() -> Ranker.open(bundle))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining(
                            "feature_map.csv and features.json disagree on the encoded columns");
        }
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            writer.ranker("gbdt", space);
            GbdtPmml.write(
                    writer.file(Ranker.GBDT),
                    new GbdtDoc(List.of("genres=Opera"), List.of(stump(0, 0.5f, LEAVES[1])), BASE));
            Bundle bundle = store.open(writer.publish());
            assertThatThrownBy(() -> Ranker.open(bundle))
                    .hasMessageContaining(
                            "its PMML reads \"genres=Opera\", which is no column of its"
                                    + " features.json");
        }
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            Bundle bundle = store.open(writer.ranker("oracle", space).publish());
            assertThatThrownBy(() -> Ranker.open(bundle))
                    .hasMessage(
                            "ranker "
                                    + bundle.ref()
                                    + " is of algorithm \"oracle\"; this version knows gbdt,"
                                    + " gbdt_lr, linear, fm and ffm");
        }
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            writer.ranker("gbdt", space).file(Ranker.GBDT, "<PMML");
            Bundle bundle = store.open(writer.publish());
            assertThatThrownBy(() -> Ranker.open(bundle))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("ranker " + bundle.ref() + " is refused");
        }
    }

    @Test
    void aLeafMapOfOtherTreesIsRefused() {
        FeatureSpace space = RankSpec.space();
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            writer.ranker("gbdt_lr", space).file(LeafMap.FILE, new LeafMap(2, 2, 2).toCsv());
            GbdtPmml.write(
                    writer.file(Ranker.GBDT),
                    new GbdtDoc(
                            List.of("genres=Drama"),
                            List.of(stump(0, 5f, LEAVES[0]), stump(0, 0.5f, LEAVES[1])),
                            BASE));
            LrPmml.write(
                    writer.file(Ranker.LR),
                    new LrDoc(INTERCEPT, 2, CODES, List.of(), new double[0]));
            Bundle bundle = store.open(writer.publish());
            assertThatThrownBy(() -> Ranker.open(bundle))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("leaf_map.csv has 3 trees, gbdt.pmml has 2");
        }
    }

    @Test
    void aTrainedRowIsAServedRow() {
        FeatureTable users =
                RankSpec.users()
                        .add("ann", 7, "Drama", Map.of("m1", 1.0), Map.of("Drama", 3.0), "lee")
                        .build();
        FeatureTable items =
                RankSpec.items()
                        .add(
                                "m5",
                                12.5,
                                List.of("Drama"),
                                Map.of("m1", 0.1),
                                Map.of("Drama", 1),
                                "lee")
                        .build();
        Ranker ranker = Ranker.open(publish("gbdt_lr", golden("gbdt_lr")));
        var assembler = new Assembler(ranker.space().spec());
        FeatureRow row =
                assembler.assemble(
                        users.row("ann").orElseThrow(), items.row("m5").orElseThrow(), Map.of());

        FeatureRow logged = FeatureRow.fromJson(RankSpec.spec(), row.toJson());
        assertThat(Double.doubleToLongBits(ranker.score(logged)))
                .isEqualTo(Double.doubleToLongBits(ranker.score(row)));
        float[] encoded = new float[ranker.space().width()];
        ranker.space().encode(row, encoded, 0);
        float[] again = encoded.clone();
        Arrays.fill(again, -1);
        RankSpec.space().encode(logged, again, 0);
        assertThat(again).isEqualTo(encoded);
    }
}
