package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Two small trees whose answers can be worked out by hand.
class GbdtScoringTest {
    /// age < 30 ? (clicks < 2.5 ? -1 : 0.5) : 2, a missing age goes right, missing clicks go left.
    private static final Tree FIRST =
            new Tree(
                    new int[] {0, 1, 0, 0, 0},
                    new float[] {30, 2.5f, 0, 0, 0},
                    new int[] {1, 2, -1, -1, -1},
                    new int[] {4, 3, -1, -1, -1},
                    new boolean[] {false, true, false, false, false},
                    new double[] {0, 0, -1, 0.5, 2},
                    new double[] {10, 6, 4, 2, 4},
                    new int[] {-1, -1, 0, 1, 2});

    /// clicks < 1 ? 0.25 : 0.75, missing clicks go right.
    private static final Tree SECOND =
            new Tree(
                    new int[] {1, 0, 0},
                    new float[] {1, 0, 0},
                    new int[] {1, -1, -1},
                    new int[] {2, -1, -1},
                    new boolean[] {false, false, false},
                    new double[] {0, 0.25, 0.75},
                    new double[] {10, 5, 5},
                    new int[] {-1, 0, 1});

    private static final GbdtDoc GBDT =
            new GbdtDoc(List.of("age", "clicks"), List.of(FIRST, SECOND), -0.5);

    private static final LrDoc LR =
            new LrDoc(
                    0.125,
                    2,
                    new double[][] {{-2, 0, 4}, {0.5, -0.5}},
                    List.of("clicks", "hour=20"),
                    new double[] {0.25, 8});

    @TempDir Path folder;

    private Path gbdt;
    private Path lr;

    @BeforeEach
    void writeBothDocuments() {
        gbdt = folder.resolve("gbdt.pmml");
        lr = folder.resolve("lr.pmml");
        GbdtPmml.write(gbdt, GBDT);
        LrPmml.write(lr, LR);
    }

    @Test
    void addsTheBaseAndOneLeafOfEachTree() {
        Scorer scorer = Scorer.load(gbdt);
        assertThat(scorer.inputs()).containsExactly("age", "clicks");
        assertThat(scorer.margin(new float[] {20, 0})).isEqualTo(-0.5 - 1 + 0.25);
        assertThat(scorer.margin(new float[] {20, 2.5f})).isEqualTo(-0.5 + 0.5 + 0.75);
        assertThat(scorer.margin(new float[] {30, 1})).isEqualTo(-0.5 + 2 + 0.75);
        assertThat(scorer.score(new float[] {30, 1})).isEqualTo(1 / (1 + Math.exp(-2.25)));
    }

    @Test
    void sendsAMissingValueWhereTheTreeSays() {
        Scorer scorer = Scorer.load(gbdt);
        assertThat(scorer.margin(new float[] {Float.NaN, Float.NaN})).isEqualTo(-0.5 + 2 + 0.75);
        assertThat(scorer.margin(new float[] {29, Float.NaN})).isEqualTo(-0.5 - 1 + 0.75);
    }

    @Test
    void tellsTheLeafOfEachTreeLeftFirst() {
        Scorer scorer = Scorer.load(gbdt);
        assertThat(scorer.leaves(new float[] {29, 3})).containsExactly(1, 1);
        assertThat(scorer.leaves(new float[] {31, 0})).containsExactly(2, 0);
    }

    @Test
    void tellsTheLeavesAsOutputsOfTheWholeDocument() {
        assertThat(Evaluator.load(gbdt).evaluate(Map.of("age", 29, "clicks", 3)))
                .containsEntry("tree_0", "1")
                .containsEntry("tree_1", "1");
    }

    /// `sum-of-trees.pmml` holds the same trees as a sum of segments whose leaves the chain repeats, as they were written
    /// before.
    @Test
    void readsDocumentsWhoseTreesAreASumOfSegments() throws IOException {
        String text;
        try (InputStream in = getClass().getResourceAsStream("/sum-of-trees.pmml")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path repeated = Files.writeString(folder.resolve("repeated.pmml"), text);
        int from = text.indexOf("<Output>");
        int to = text.indexOf("</Output>") + "</Output>".length();
        Path inner =
                Files.writeString(
                        folder.resolve("inner.pmml"),
                        (text.substring(0, from) + text.substring(to))
                                .replaceAll("leaf\\(([0-9])\\)", "tree_$1"));
        float[] row = {20, 4, 0};
        for (Path old : List.of(repeated, inner)) {
            assertThat(Scorer.load(old).margin(new float[] {20, 4})).isEqualTo(-0.5 + 0.5 + 0.75);
            assertThat(Scorer.load(old, lr).margin(row)).isEqualTo(0.125 + 0 - 0.5 + 1);
        }
    }

    @Test
    void writesThresholdsThatFloatsAndDoublesAreComparedAlikeWith() {
        Random random = new Random(8);
        for (int i = 0; i < 200_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(x)) {
                continue;
            }
            String text = XmlText.threshold(x);
            double read = Double.parseDouble(text);
            assertThat(Float.parseFloat(text)).as(text).isEqualTo(x);
            assertThat(x < read).as("%s < %s", x, text).isFalse();
            assertThat(Math.nextDown(x) < read).as("before %s < %s", x, text).isTrue();
            assertThat(text.length()).as(text).isLessThanOrEqualTo(15); // -1.23456789E-12
        }
    }

    @Test
    void scoresAsManyRowsAsAreAsked() {
        Scorer scorer = Scorer.load(gbdt);
        double[] out = {9, 9, 9};
        scorer.score(new float[] {20, 0, 30, 1, 1, 1}, 2, out);
        assertThat(out[0]).isEqualTo(scorer.score(new float[] {20, 0}));
        assertThat(out[1]).isEqualTo(scorer.score(new float[] {30, 1}));
        assertThat(out[2]).isEqualTo(9);
        assertThatThrownBy(() -> scorer.score(new float[5], 3, out))
                .hasMessage(
                        "3 rows of 2 inputs need as many floats and places, got 5 floats and 3"
                                + " places");
        assertThatThrownBy(() -> scorer.score(new float[3]))
                .hasMessage("a row has 2 inputs, got 3 floats");
    }

    @Test
    void putsTheRegressionsCoefficientsInPlaceOfTheLeaves() {
        Scorer scorer = Scorer.load(gbdt, lr);
        assertThat(scorer.inputs()).containsExactly("age", "clicks", "hour=20");
        assertThat(scorer.margin(new float[] {20, 0, 1})).isEqualTo(0.125 - 2 + 0.5 + 0 + 8);
        assertThat(scorer.margin(new float[] {20, 4, 0})).isEqualTo(0.125 + 0 - 0.5 + 1);
        assertThat(scorer.margin(new float[] {Float.NaN, Float.NaN, Float.NaN}))
                .isEqualTo(0.125 + 4 - 0.5);
    }

    @Test
    void scoresByNameAndTakesAbsentNamesAsMissing() {
        Scorer scorer = Scorer.load(gbdt, lr);
        assertThat(scorer.score(Map.of("clicks", 4, "age", 20L, "hour=20", 0.0)))
                .isEqualTo(scorer.score(new float[] {20, 4, 0}));
        assertThat(scorer.score(Map.of("age", 20)))
                .isEqualTo(scorer.score(new float[] {20, Float.NaN, Float.NaN}));
        assertThatThrownBy(() -> scorer.score(Map.of("agee", 20)))
                .hasMessage("'agee' is no input of the model; its inputs are age, clicks, hour=20");
        assertThatThrownBy(() -> scorer.score(Map.of("age", "old")))
                .hasMessage("'age' is a number, got 'old' (String)");
    }

    @Test
    void explainsAScoreAlongThePaths() {
        Explanation why = Scorer.load(gbdt).explain(new float[] {20, 0});
        // means: clicks node (4·-1 + 2·0.5)/6 = -0.5, root (6·-0.5 + 4·2)/10 = 0.5; second root 0.5
        assertThat(why.base()).isEqualTo(-0.5 + 0.5 + 0.5);
        assertThat(why.of("age")).isEqualTo(-1.0);
        assertThat(why.of("clicks")).isEqualTo(-0.5 - 0.25);
        assertThat(why.margin()).isEqualTo(-1.25);
        assertThat(why.base() + why.of("age") + why.of("clicks")).isEqualTo(why.margin());
        assertThatThrownBy(() -> why.of("shoes")).hasMessage("no input 'shoes'");
    }

    @Test
    void explainsTheFusedScoreWithLinearTerms() {
        Scorer scorer = Scorer.load(gbdt, lr);
        float[] row = {20, 4, 1};
        Explanation why = scorer.explain(row);
        assertThat(why.contributions().keySet()).containsExactly("age", "clicks", "hour=20");
        assertThat(why.of("hour=20")).isEqualTo(8);
        double sum = why.base();
        for (double part : why.contributions().values()) {
            sum += part;
        }
        assertThat(sum).isCloseTo(scorer.margin(row), within(1e-12));
        assertThat(why.score()).isEqualTo(scorer.score(row));
    }

    @Test
    void refusesTwoFilesThatDoNotFit() {
        Path other = folder.resolve("other.pmml");
        LrPmml.write(
                other, new LrDoc(0, 3, new double[][] {{}, {}, {1}}, List.of(), new double[] {}));
        assertThatThrownBy(() -> Scorer.load(gbdt, other))
                .isInstanceOf(PmmlException.class)
                .hasMessageMatching(
                        "other.pmml:\\d+:\\d+ 'tree_2' is no leaf output of the trees; they have"
                                + " tree_0, tree_1");
        Path deeper = folder.resolve("deeper.pmml");
        LrPmml.write(
                deeper, new LrDoc(0, 1, new double[][] {{1, 1, 1, 1}}, List.of(), new double[] {}));
        assertThatThrownBy(() -> Scorer.load(gbdt, deeper))
                .hasMessageContaining("'tree_0' has no leaf '3'");
        assertThatThrownBy(() -> Scorer.load(gbdt, gbdt))
                .hasMessageContaining(
                        "a <RegressionModel> over leaves is needed here, found <MiningModel>");
    }

    @Test
    void refusesInputsThatClashWithItsOwnNames() {
        GbdtDoc clash = new GbdtDoc(List.of("tree_1", "clicks"), List.of(FIRST, SECOND), 0);
        assertThatThrownBy(() -> GbdtPmml.write(gbdt, clash))
                .hasMessage(
                        "input 'tree_1' has a name that the document uses for an output or the"
                                + " label; rename the input");
    }

    @Test
    void refusesTreesThatAreNone() {
        assertThatThrownBy(
                        () ->
                                new Tree(
                                        new int[] {0, 0, 0},
                                        new float[] {Float.NaN, 0, 0},
                                        new int[] {1, -1, -1},
                                        new int[] {2, -1, -1},
                                        new boolean[3],
                                        new double[3],
                                        new double[3],
                                        new int[] {-1, 0, 1}))
                .hasMessage("node 0 has the threshold NaN");
        assertThatThrownBy(
                        () ->
                                new Tree(
                                        new int[] {0, 0, 0},
                                        new float[] {1, 0, 0},
                                        new int[] {1, -1, -1},
                                        new int[] {1, -1, -1},
                                        new boolean[3],
                                        new double[3],
                                        new double[3],
                                        new int[] {-1, 0, 1}))
                .hasMessage("node 1 is reached twice");
        assertThatThrownBy(() -> new GbdtDoc(List.of("age"), List.of(FIRST), 0))
                .hasMessage("tree 0 node 1 compares feature 1 of 1");
    }

    private static Tree asksForCategories(int... categories) {
        return new Tree(
                new int[] {0, 0, 0},
                new float[3],
                new int[] {1, -1, -1},
                new int[] {2, -1, -1},
                new boolean[] {true, false, false},
                new double[] {0, 1, 2},
                new double[] {3, 1, 2},
                new int[] {-1, 0, 1},
                new int[][] {categories, null, null});
    }

    @Test
    void sendsCategoriesOfTheSetLeftAndAllOthersRight() {
        GbdtDoc doc = new GbdtDoc(List.of("city"), List.of(asksForCategories(1, 4)), 0);
        GbdtPmml.write(gbdt, doc);
        Scorer scorer = Scorer.load(gbdt);
        for (float left : new float[] {1, 4, Float.NaN}) {
            assertThat(scorer.margin(new float[] {left})).as("%s", left).isEqualTo(1);
        }
        // listed, not listed, no whole number, no category at all
        for (float right : new float[] {0, 3, 5, 1e6f, 1.5f, -1, Float.POSITIVE_INFINITY}) {
            assertThat(scorer.margin(new float[] {right})).as("%s", right).isEqualTo(2);
        }
        assertThat(scorer.score(Map.of("city", 4))).isEqualTo(1 / (1 + Math.exp(-1)));
        assertThat(scorer.score(Map.of("city", 7))).isEqualTo(1 / (1 + Math.exp(-2)));
        assertThat(scorer.leaves(new float[] {4})).containsExactly(0);
        assertThat(Evaluator.load(gbdt).evaluate(Map.of("city", 4))).containsEntry("tree_0", "0");
        assertThat(Evaluator.load(gbdt).evaluate(Map.of("city", 9))).containsEntry("tree_0", "1");
    }

    @Test
    void refusesCategoriesThatAreNone() {
        assertThatThrownBy(() -> asksForCategories()).hasMessage("node 0 asks for no category");
        assertThatThrownBy(() -> asksForCategories(3, 3))
                .hasMessage(
                        "node 0: categories must be whole numbers from 0 that rise, got 3 after 3");
        assertThatThrownBy(
                        () ->
                                new GbdtDoc(
                                        List.of("age", "clicks"),
                                        List.of(FIRST, asksForCategories(1)),
                                        0))
                .hasMessage(
                        "input 'age' is compared with thresholds and with categories; it can be"
                                + " only one of both");
    }
}
