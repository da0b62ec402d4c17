package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Small documents that can be worked out by hand, as a stranger would use them.
class ScorerTest {
    /// P(yes): drama .75 of 8 rows, comedy .5 of 4, else by age < 30 (.25 of 4, 0 of 4); a missing genre is not drama.
    private static final String TREE =
            """
            <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
            <DataDictionary>
            <DataField name="watches" optype="categorical" dataType="string"><Value value="yes"/><Value value="no"/></DataField>
            <DataField name="genre" optype="categorical" dataType="string"><Value value="comedy"/><Value value="drama"/><Value value="horror"/></DataField>
            <DataField name="age" optype="continuous" dataType="integer"><Interval closure="closedClosed" leftMargin="0" rightMargin="120"/></DataField>
            </DataDictionary>
            <TreeModel functionName="classification" missingValueStrategy="none" noTrueChildStrategy="returnLastPrediction">
            <MiningSchema><MiningField name="watches" usageType="target"/><MiningField name="genre"/><MiningField name="age" invalidValueTreatment="asMissing"/></MiningSchema>
            <Node score="yes" recordCount="20"><True/>
            <ScoreDistribution value="yes" recordCount="9"/><ScoreDistribution value="no" recordCount="11"/>
            <Node score="yes" recordCount="8"><SimplePredicate field="genre" operator="equal" value="drama"/>
            <ScoreDistribution value="yes" recordCount="6"/><ScoreDistribution value="no" recordCount="2"/></Node>
            <Node score="yes" recordCount="4"><SimpleSetPredicate field="genre" booleanOperator="isIn"><Array type="string" n="1">comedy</Array></SimpleSetPredicate>
            <ScoreDistribution value="yes" recordCount="2"/><ScoreDistribution value="no" recordCount="2"/></Node>
            <Node score="no" recordCount="8"><True/>
            <ScoreDistribution value="yes" recordCount="1"/><ScoreDistribution value="no" recordCount="7"/>
            <Node score="no" recordCount="4"><SimplePredicate field="age" operator="lessThan" value="30"/>
            <ScoreDistribution value="yes" recordCount="1"/><ScoreDistribution value="no" recordCount="3"/></Node>
            <Node score="no" recordCount="4"><SimplePredicate field="age" operator="greaterOrEqual" value="30"/>
            <ScoreDistribution value="yes" recordCount="0"/><ScoreDistribution value="no" recordCount="4"/></Node>
            </Node></Node></TreeModel></PMML>
            """;

    private static final String REGRESSION =
            """
            <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
            <DataDictionary>
            <DataField name="clicked" optype="categorical" dataType="integer"><Value value="0"/><Value value="1"/></DataField>
            <DataField name="genre" optype="categorical" dataType="string"/>
            <DataField name="price" optype="continuous" dataType="double"/>
            </DataDictionary>
            <RegressionModel functionName="classification" normalizationMethod="logit">
            <MiningSchema><MiningField name="clicked" usageType="target"/><MiningField name="genre"/><MiningField name="price" missingValueReplacement="0.1"/></MiningSchema>
            <RegressionTable intercept="-1" targetCategory="1"><NumericPredictor name="price" coefficient="2"/>
            <CategoricalPredictor name="genre" value="drama" coefficient="0.5"/><CategoricalPredictor name="genre" value="comedy" coefficient="0.25"/></RegressionTable>
            <RegressionTable intercept="0" targetCategory="0"/>
            </RegressionModel></PMML>
            """;

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("model.pmml"), text);
    }

    @Test
    void scoresByNameByFloatsAndSaysWhy() throws IOException {
        Scorer scorer = Scorer.load(file(TREE), "yes");
        assertThat(scorer.compiled()).isTrue();
        assertThat(scorer.inputs()).containsExactly("genre", "age");
        assertThat(scorer.categories("genre")).containsExactly("comedy", "drama", "horror");
        assertThat(scorer.categories("age")).isEmpty();

        double p = scorer.score(Map.of("age", 31, "genre", "drama"));
        assertThat(p).isEqualTo(0.75);

        float[] rows = {1, 31, 2, 29, Float.NaN, 30}; // drama, 31; horror, 29; unknown, 30
        double[] out = new double[3];
        scorer.score(rows, out);
        assertThat(out).containsExactly(0.75, 0.25, 0);

        Explanation why = scorer.explain(scorer.encode(Map.of("genre", "horror", "age", 29)));
        assertThat(why.base()).isCloseTo(9.0 / 20, within(1e-15)); // the mean of all rows
        assertThat(why.of("genre")).isCloseTo(1.0 / 8 - 9.0 / 20, within(1e-15));
        assertThat(why.of("age")).isCloseTo(1.0 / 4 - 1.0 / 8, within(1e-15));
        assertThat(why.base() + why.of("genre") + why.of("age"))
                .isCloseTo(why.score(), within(1e-15));
    }

    @Test
    void asksForTheClassThatIsMeant() throws IOException {
        assertThatThrownBy(() -> Scorer.load(file(TREE)))
                .isInstanceOf(PmmlException.class)
                .hasMessage(
                        "model.pmml:7:113 there is no class '1'; the classes are 'yes', 'no'. Say"
                                + " which one to score: Scorer.load(path, class)");
        assertThatThrownBy(() -> Scorer.load(file(TREE), "maybe"))
                .hasMessageContaining("there is no class 'maybe'");
        assertThat(Scorer.load(file(TREE), "no").score(Map.of("genre", "drama"))).isEqualTo(0.25);
        assertThat(Scorer.load(file(REGRESSION), "0").score(Map.of("genre", "drama", "price", 1)))
                .isCloseTo(1 / (1 + Math.exp(1.5)), within(1e-15));
    }

    @Test
    void checksNamesKindsAndValues() throws IOException {
        Scorer scorer = Scorer.load(file(TREE), "yes");
        assertThatThrownBy(() -> scorer.score(Map.of("gender", "f")))
                .hasMessage("'gender' is no input of the model; its inputs are genre, age");
        assertThatThrownBy(() -> scorer.score(Map.of("age", "31")))
                .hasMessage("'age' is a number, got '31' (String)");
        assertThatThrownBy(() -> scorer.score(Map.of("genre", 2)))
                .hasMessage("'genre' is a category, a String, got '2' (Integer)");
        assertThatThrownBy(() -> scorer.score(Map.of("genre", "western")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage(
                        "'genre' does not admit 'western'; its categories are comedy, drama,"
                                + " horror");
        assertThatThrownBy(() -> scorer.score(new float[] {1, 20, 7, 20}, new double[2]))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage(
                        "row 1: 'genre' does not admit the code 7.0; its categories have the codes"
                                + " 0 to 2");
        assertThatThrownBy(() -> scorer.categories("gender"))
                .hasMessageStartingWith("'gender' is no input");
    }

    @Test
    void treatsInvalidValuesAsTheDocumentSaysInBothWays() throws IOException {
        Scorer scorer = Scorer.load(file(TREE), "yes");
        double unknownAge = scorer.score(Map.of("genre", "horror"));
        assertThat(unknownAge).isEqualTo(0.125); // the inner node's own share
        for (float age : new float[] {-1, 121, 29.5f, Float.NaN}) {
            assertThat(scorer.score(new float[] {2, age})).isEqualTo(unknownAge);
            assertThat(scorer.score(Map.of("genre", "horror", "age", age))).isEqualTo(unknownAge);
        }
        Scorer lenient =
                Scorer.load(
                        file(
                                TREE.replace(
                                        "name=\"genre\"/><MiningField",
                                        "name=\"genre\" invalidValueTreatment=\"asIs\"/><MiningField")),
                        "yes");
        assertThat(lenient.score(Map.of("genre", "western", "age", 29))).isEqualTo(0.25);
        assertThat(lenient.score(new float[] {17, 29})).isEqualTo(0.25);
    }

    @Test
    void replacesMissingValuesExactlyInBothWays() throws IOException {
        Scorer scorer = Scorer.load(file(REGRESSION));
        assertThat(scorer.categories("genre")).containsExactly("drama", "comedy");
        assertThat(scorer.score(Map.of("genre", "western")))
                .isEqualTo(1 / (1 + Math.exp(1 - 2 * 0.1)));
        assertThat(scorer.score(new float[] {2, Float.NaN}))
                .isEqualTo(1 / (1 + Math.exp(1 - 2 * 0.1)));
        assertThat(scorer.margin(new float[] {0, 2})).isEqualTo(-1 + 4 + 0.5);
        Explanation why = scorer.explain(Map.of("genre", "drama", "price", 2));
        assertThat(why.base()).isEqualTo(-1);
        assertThat(why.of("genre")).isEqualTo(0.5);
        assertThat(why.of("price")).isEqualTo(4);
    }

    @Test
    void comparesDoublesAsDoublesByName() throws IOException {
        String tree =
                """
                <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
                <DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
                <DataField name="n" optype="continuous" dataType="integer"/></DataDictionary>
                <TreeModel functionName="regression" missingValueStrategy="defaultChild">
                <MiningSchema><MiningField name="x" missingValueReplacement="0.1"/><MiningField name="n"/></MiningSchema>
                <Node defaultChild="2" score="3"><True/>
                <Node id="1" defaultChild="3"><SimplePredicate field="x" operator="lessOrEqual" value="0.1"/>
                <Node id="3" score="1"><SimplePredicate field="n" operator="lessThan" value="16777217"/></Node>
                <Node id="4" score="2"><SimplePredicate field="n" operator="greaterOrEqual" value="16777217"/></Node></Node>
                <Node id="2" score="5"><SimplePredicate field="x" operator="greaterThan" value="0.1"/></Node>
                </Node></TreeModel></PMML>
                """;
        Scorer scorer = Scorer.load(file(tree));
        assertThat(scorer.score(Map.of("x", 0.1, "n", 16777216))).isEqualTo(1);
        assertThat(scorer.score(Map.of("x", 0.1, "n", 16777217))).isEqualTo(2);
        assertThat(scorer.score(Map.of("x", Math.nextUp(0.1), "n", 1))).isEqualTo(5);
        // The float next to 0.1 is above it; the replacement of a missing value is not.
        assertThat(scorer.score(new float[] {0.1f, 1})).isEqualTo(5);
        assertThat(scorer.score(new float[] {Float.NaN, 1})).isEqualTo(1);
        assertThatThrownBy(() -> scorer.explain(new float[] {0, 0}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("recordCount");
    }

    @Test
    void explainsByTheScoresOfInnerNodesAndOverAverages() throws IOException {
        String tree =
                """
                <TreeModel functionName="regression" missingValueStrategy="lastPrediction">
                <MiningSchema><MiningField name="x"/><MiningField name="y"/></MiningSchema>
                <Node score="%s"><True/>
                <Node score="1"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
                <Node score="6"><SimplePredicate field="x" operator="greaterOrEqual" value="0"/>
                <Node score="4"><SimplePredicate field="y" operator="lessThan" value="0"/></Node>
                <Node score="8"><SimplePredicate field="y" operator="greaterOrEqual" value="0"/></Node></Node>
                </Node></TreeModel>
                """;
        String forest =
                """
                <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
                <DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
                <DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
                <MiningModel functionName="regression">
                <MiningSchema><MiningField name="x" missingValueReplacement="1"/><MiningField name="y" missingValueReplacement="1"/></MiningSchema>
                <Segmentation multipleModelMethod="average">
                <Segment><True/>%s</Segment><Segment><True/>%s</Segment>
                </Segmentation></MiningModel></PMML>
                """
                        .formatted(tree.formatted("5"), tree.formatted("7"));
        Scorer scorer = Scorer.load(file(forest));
        assertThat(scorer.compiled()).isTrue();
        Explanation why = scorer.explain(Map.of("x", 1, "y", -1));
        assertThat(why.score()).isEqualTo(4);
        assertThat(why.base()).isEqualTo(6);
        assertThat(why.of("x")).isEqualTo(0);
        assertThat(why.of("y")).isEqualTo(-2);
    }

    @Test
    void leavesToTheEvaluatorWhatDoesNotCompileAndSaysWhy() throws IOException {
        String power = REGRESSION.replace("coefficient=\"2\"", "coefficient=\"2\" exponent=\"2\"");
        Scorer scorer = Scorer.load(file(power));
        assertThat(scorer.compiled()).isFalse();
        assertThat(scorer.whyNotCompiled())
                .hasValueSatisfying(
                        why ->
                                assertThat(why)
                                        .startsWith("model.pmml:9:")
                                        .endsWith("a power of 'price'"));
        double expected = 1 / (1 + Math.exp(1 - 2 * 9 - 0.5));
        assertThat(scorer.score(Map.of("genre", "drama", "price", 3))).isEqualTo(expected);
        assertThat(scorer.score(scorer.encode(Map.of("genre", "drama", "price", 3))))
                .isEqualTo(expected);
        assertThatThrownBy(() -> scorer.score(Map.of("price", "3")))
                .hasMessage("'price' is a number, got '3' (String)");
        assertThatThrownBy(() -> scorer.explain(new float[] {0, 0}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("a power of 'price'");
        assertThatThrownBy(() -> scorer.score(new float[] {9, 0}))
                .hasMessage(
                        "'genre' has no category with the code 9.0; there are 2, give the row by"
                                + " name");
    }

    @Test
    void refusesATreeThatTellsClassesAlone() throws IOException {
        String bare = TREE.replaceAll("<ScoreDistribution[^>]*/>", "");
        assertThatThrownBy(() -> Scorer.load(file(bare), "yes"))
                .hasMessageContaining("tells no probability (<ScoreDistribution>)");
    }

    @Test
    void treatsValuesWithoutAllocating() throws IOException {
        Scorer scorer = Scorer.load(file(TREE), "yes");
        float[] rows = {1, 31, 2, 29, Float.NaN, 130};
        double[] out = new double[3];
        scorer.score(rows, out);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            scorer.score(rows, out);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("bytes for 3000 rows").isLessThan(3000);
    }

    @Test
    void readsADeepChainOnAnOrdinaryStack() throws Exception {
        StringBuilder deep = new StringBuilder();
        int depth = 950; // elements nest at most 2,000 deep
        for (int i = 0; i < depth; i++) {
            deep.append("<Node score=\"").append(i).append("\"><SimplePredicate field=\"x\"");
            deep.append(" operator=\"greaterThan\" value=\"").append(i).append("\"/>");
        }
        String tree =
                """
                <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
                <DataDictionary><DataField name="x" optype="continuous" dataType="double"/></DataDictionary>
                <TreeModel functionName="regression" noTrueChildStrategy="returnLastPrediction">
                <MiningSchema><MiningField name="x"/></MiningSchema><Node score="-1"><True/>
                """
                        + deep
                        + "</Node>".repeat(depth)
                        + "</Node></TreeModel></PMML>";
        Scorer scorer = Scorer.load(file(tree));
        for (double x : List.of(-1.0, 0.5, 7.0, 949.5)) {
            double expected = x <= 0 ? -1 : Math.min(depth - 1, Math.ceil(x) - 1);
            assertThat(scorer.score(Map.of("x", x))).isEqualTo(expected);
        }
        assertThat(scorer.score(Map.of())).isEqualTo(-1);
    }
}
