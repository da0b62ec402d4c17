package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Corners of the standard, each with a result that was worked out by hand.
class EvaluatorTest {
    private static final String FIELDS =
            """
            <DataDictionary>
            <DataField name="x" optype="continuous" dataType="double"/>
            <DataField name="n" optype="continuous" dataType="integer"/>
            <DataField name="o" optype="ordinal" dataType="string">
            <Value value="low"/><Value value="mid"/><Value value="high"/></DataField>
            <DataField name="c" optype="categorical" dataType="string">
            <Value value="a"/><Value value="b"/><Value value="c"/></DataField>
            </DataDictionary>
            """;
    private static final String SCHEMA =
            "<MiningSchema><MiningField name=\"x\"/><MiningField name=\"n\"/><MiningField name=\"o\"/>"
                    + "<MiningField name=\"c\"/></MiningSchema>";

    private static Evaluator read(String model) {
        String document =
                "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">"
                        + FIELDS
                        + model
                        + "</PMML>";
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return Evaluator.of(XmlReader.read("m.pmml", new ByteArrayInputStream(bytes)));
    }

    private static Object told(String expression, Map<String, ?> row) {
        return read("<RegressionModel functionName=\"regression\">"
                        + SCHEMA
                        + "<Output><OutputField name=\"told\" feature=\"transformedValue\">"
                        + expression
                        + "</OutputField></Output><RegressionTable intercept=\"0\"/></RegressionModel>")
                .evaluate(row)
                .get("told");
    }

    private static String apply(String function, String arguments) {
        return "<Apply function=\"" + function + "\">" + arguments + "</Apply>";
    }

    @Test
    void weightsOfRecordsChangeNoScore() {
        for (String usage : List.of("frequencyWeight", "analysisWeight")) {
            Evaluator weighted =
                    read(
                            "<RegressionModel functionName=\"regression\"><MiningSchema><MiningField name=\"x\"/>"
                                    + "<MiningField name=\"n\" usageType=\""
                                    + usage
                                    + "\"/></MiningSchema><RegressionTable intercept=\"1\">"
                                    + "<NumericPredictor name=\"x\" coefficient=\"2\"/></RegressionTable></RegressionModel>");
            assertThat(weighted.evaluate(Map.of("x", 3, "n", 5))).containsEntry("_target", 7.0);
            assertThat(weighted.evaluate(Map.of("x", 3))).containsEntry("_target", 7.0);
        }
    }

    @Test
    void hasNothingToWarnOf() {
        Evaluator regression =
                read(
                        "<RegressionModel functionName=\"regression\">"
                                + SCHEMA
                                + "<Output><OutputField name=\"w\" dataType=\"string\" feature=\"warning\"/></Output>"
                                + "<RegressionTable intercept=\"1\"/></RegressionModel>");
        assertThat(regression.evaluate(Map.of()))
                .containsEntry("_target", 1.0)
                .containsEntry("w", null);
    }

    @Test
    void comparesOrdinalValuesInTheOrderOfTheirList() {
        Evaluator tree =
                read(
                        "<TreeModel functionName=\"regression\">"
                                + SCHEMA
                                + """
                                <Node id="r"><True/>
                                <Node id="1" score="1"><SimplePredicate field="o" operator="greaterOrEqual" value="mid"/></Node>
                                <Node id="2" score="2"><True/></Node></Node></TreeModel>
                                """);
        assertThat(tree.evaluate(Map.of("o", "high"))).containsEntry("_target", 1.0);
        assertThat(tree.evaluate(Map.of("o", "mid"))).containsEntry("_target", 1.0);
        assertThat(tree.evaluate(Map.of("o", "low"))).containsEntry("_target", 2.0);
    }

    @Test
    void dividesWholeNumbersToWholeNumbersAndOthersByIeee() {
        String n = "<FieldRef field=\"n\"/>";
        String x = "<FieldRef field=\"x\"/>";
        assertThat(told(apply("/", n + "<Constant>2</Constant>"), Map.of("n", -7))).isEqualTo(-3L);
        assertThat(told(apply("/", x + "<Constant>0</Constant>"), Map.of("x", 1)))
                .isEqualTo(Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> told(apply("/", n + "<Constant>0</Constant>"), Map.of("n", 1)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("/ by zero");
        assertThatThrownBy(() -> told(apply("ln", x), Map.of("x", -1)))
                .hasMessageContaining("function ln has no result here");
    }

    @Test
    void keepsTheBlanksOfTexts() {
        String blank = "<Constant dataType=\"string\"> </Constant>";
        String word = "<Constant dataType=\"string\">a </Constant>";
        assertThat(told(apply("concat", blank + word), Map.of())).isEqualTo(" a ");
    }

    @Test
    void findsNothingMissingInAListAndJoinsOnlyWhatIsThere() {
        String x = "<FieldRef field=\"x\"/>";
        String n = "<FieldRef field=\"n\"/>";
        assertThat(told(apply("isIn", x + "<Constant>1</Constant>"), Map.of())).isEqualTo(false);
        assertThat(told(apply("concat", x + n), Map.of("n", 1))).isEqualTo("1");
        assertThat(told(apply("x-sinh", x), Map.of("x", 1))).isEqualTo(Math.sinh(1));
    }

    private static Evaluator vote(String method, String... distributions) {
        StringBuilder model =
                new StringBuilder("<MiningModel functionName=\"classification\"><MiningSchema>")
                        .append("<MiningField name=\"x\"/>")
                        .append(
                                "<MiningField name=\"c\" usageType=\"target\"/></MiningSchema><Output>");
        for (String category : new String[] {"a", "b", "c"}) {
            model.append("<OutputField name=\"p")
                    .append(category)
                    .append("\" feature=\"probability\" value=\"")
                    .append(category)
                    .append("\"/>");
        }
        model.append("</Output><Segmentation multipleModelMethod=\"").append(method).append("\">");
        for (String distribution : distributions) {
            model.append(
                            "<Segment><True/><TreeModel functionName=\"classification\"><MiningSchema>")
                    .append("<MiningField name=\"x\"/></MiningSchema><Node score=\"")
                    .append(distribution.charAt(0))
                    .append("\"><True/>");
            for (String part : distribution.split(" ")) {
                model.append("<ScoreDistribution value=\"")
                        .append(part.charAt(0))
                        .append("\" recordCount=\"")
                        .append(part.charAt(1))
                        .append("\"/>");
            }
            model.append("</Node></TreeModel></Segment>");
        }
        return read(model.append("</Segmentation></MiningModel>").toString());
    }

    @Test
    void breaksATieOfVotesForTheFirstThatWasVotedFor() {
        assertThat(vote("majorityVote", "c1", "a1", "b1").evaluate(Map.of()))
                .containsEntry("c", "c");
        assertThat(vote("majorityVote", "b1", "b1", "a1", "a1").evaluate(Map.of()))
                .containsEntry("c", "b");
    }

    @Test
    void takesTheMiddleSegmentsOfTheCategoryWithTheHighestMedian() {
        // c: .6 and .25, median .425, is the highest; a is (.2 + .5) / 2 and b is (.2 + .25) / 2
        // there
        Map<String, Object> told = vote("median", "c3 a1 b1", "a2 b1 c1", "b1").evaluate(Map.of());
        assertThat(told).containsEntry("c", "c");
        assertThat((Double) told.get("pa")).isCloseTo(0.35, within(1e-12));
        assertThat((Double) told.get("pb")).isCloseTo(0.225, within(1e-12));
        assertThat((Double) told.get("pc")).isCloseTo(0.425, within(1e-12));
    }

    @Test
    void codesFactorsByTheirContrastMatrix() {
        Evaluator model =
                read(
                        "<GeneralRegressionModel functionName=\"regression\" modelType=\"generalLinear\""
                                + " offsetValue=\"100\">"
                                + SCHEMA
                                + """
                                <ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>
                                <FactorList><Predictor name="c"><Matrix>
                                <Array type="real" n="2">1 0.25</Array><Array type="real" n="2">0.5 1</Array>
                                <Array type="real" n="2">-1 -0.5</Array></Matrix></Predictor></FactorList>
                                <CovariateList><Predictor name="x"/></CovariateList>
                                <PPMatrix><PPCell value="b" predictorName="c" parameterName="p1"/>
                                <PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
                                <ParamMatrix><PCell parameterName="p0" beta="3"/><PCell parameterName="p1" beta="8"/></ParamMatrix>
                                </GeneralRegressionModel>
                                """);
        assertThat(model.evaluate(Map.of("x", 1, "c", "a"))).containsEntry("_target", 5.0);
        assertThat(model.evaluate(Map.of("x", 2, "c", "b"))).containsEntry("_target", 19.0);
        assertThat(model.evaluate(Map.of("x", 1, "c", "c"))).containsEntry("_target", -1.0);
    }

    @Test
    void refusesARowThatReachesAConditionOnAFieldThatIsNotThere() {
        Evaluator tree =
                read(
                        "<TreeModel functionName=\"regression\">"
                                + SCHEMA
                                + """
                                <Node><True/>
                                <Node score="1"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
                                <Node score="2"><SimplePredicate field="lost" operator="equal" value="0"/></Node></Node></TreeModel>
                                """);
        assertThat(tree.evaluate(Map.of("x", -1))).containsEntry("_target", 1.0);
        assertThatThrownBy(() -> tree.evaluate(Map.of("x", 1)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("there is no field 'lost' here");
    }

    @Test
    void readsAnOutermostNodeWithoutAConditionAsTrue() {
        Evaluator tree =
                read(
                        "<TreeModel functionName=\"regression\">"
                                + SCHEMA
                                + "<Node><Node score=\"1\"><True/></Node></Node></TreeModel>");
        assertThat(tree.evaluate(Map.of())).containsEntry("_target", 1.0);
    }

    private static final String THREE =
            "<MiningSchema><MiningField name=\"x\"/><MiningField name=\"c\" usageType=\"target\"/></MiningSchema>";

    @Test
    void returnsNoLastPredictionOfANodeWithoutAScore() {
        for (String strategy :
                List.of(
                        "noTrueChildStrategy=\"returnLastPrediction\"",
                        "missingValueStrategy=\"lastPrediction\"")) {
            String model =
                    "<TreeModel functionName=\"regression\" "
                            + strategy
                            + ">"
                            + SCHEMA
                            + """
                            <Node score="7"><True/><Node%s><SimplePredicate field="n" operator="lessThan" value="5"/>
                            <Node score="1"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
                            <Node score="2"><SimplePredicate field="x" operator="lessThan" value="1"/></Node></Node></Node></TreeModel>
                            """;
            Map<String, Object> row =
                    strategy.startsWith("no") ? Map.of("n", 1, "x", 3) : Map.of("n", 1);
            assertThat(read(model.formatted("")).evaluate(row)).containsEntry("_target", null);
            assertThat(read(model.formatted(" score=\"4\"")).evaluate(row))
                    .containsEntry("_target", 4.0);
        }
    }

    /// "If the parent has a score attribute return the value of the score attribute. Otherwise, do the same as
    /// returnNullPrediction."
    @Test
    void asksForTheScoreItselfWhereNoChildIsTrue() {
        String model =
                "<TreeModel functionName=\"classification\" noTrueChildStrategy=\"returnLastPrediction\">"
                        + THREE
                        + """
                        <Node%s><True/><ScoreDistribution value="a" recordCount="1"/><ScoreDistribution value="b" recordCount="2"/>
                        <Node score="a"><SimplePredicate field="x" operator="lessThan" value="0"/></Node></Node></TreeModel>
                        """;
        assertThat(read(model.formatted("")).evaluate(Map.of("x", 1))).containsEntry("c", null);
        assertThat(read(model.formatted(" score=\"b\"")).evaluate(Map.of("x", 1)))
                .containsEntry("c", "b");
    }

    @Test
    void appliesTargetsToAChainThatAMissingPredictionEnds() {
        Evaluator chain =
                read(
                        "<MiningModel functionName=\"classification\">"
                                + THREE
                                + """
                                <Targets><Target field="c"><TargetValue value="a" priorProbability="0.25"/>
                                <TargetValue value="b" priorProbability="0.75"/></Target></Targets>
                                <Segmentation multipleModelMethod="modelChain" missingPredictionTreatment="returnMissing">
                                <Segment><True/><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>
                                <Output><OutputField name="z" feature="predictedValue"/></Output>
                                <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel></Segment>
                                <Segment><True/><TreeModel functionName="classification">
                                """
                                + THREE
                                + "<Node score=\"c\"><True/></Node></TreeModel></Segment></Segmentation></MiningModel>");
        assertThat(chain.evaluate(Map.of("x", 1))).containsEntry("c", "c").containsEntry("z", 2.0);
        assertThat(chain.evaluate(Map.of())).containsEntry("c", "b").containsEntry("z", null);
    }

    @Test
    void tellsTheResultOfAnUnnamedLastModelByBothNames() {
        Evaluator chain =
                read(
                        "<MiningModel functionName=\"regression\">"
                                + "<MiningSchema><MiningField name=\"x\"/><MiningField name=\"n\" usageType=\"target\"/></MiningSchema>"
                                + """
                                <Segmentation multipleModelMethod="modelChain">
                                <Segment><True/><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>
                                <RegressionTable intercept="1"/></RegressionModel></Segment></Segmentation></MiningModel>
                                """);
        assertThat(chain.evaluate(Map.of()).get("_target"))
                .isEqualTo(chain.evaluate(Map.of()).get("n"));
        assertThat(chain.evaluate(Map.of())).containsEntry("_target", 1.0);
    }

    /// The weights of missing predictions count towards the threshold of a vote that goes on without them, too.
    @Test
    void hasNoResultOfAVoteWhereTooManyPredictionsAreMissing() {
        String model =
                "<MiningModel functionName=\"classification\">"
                        + THREE
                        + """
                        <Segmentation multipleModelMethod="majorityVote" missingPredictionTreatment="continue" missingThreshold="%s">
                        <Segment><True/><TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema>
                        <Node score="a"><True/></Node></TreeModel></Segment>
                        <Segment><True/><TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema>
                        <Node score="a"><True/></Node></TreeModel></Segment>
                        <Segment weight="2"><True/><TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema>
                        <Node score="b"><SimplePredicate field="x" operator="greaterThan" value="0"/></Node></TreeModel></Segment>
                        </Segmentation></MiningModel>
                        """;
        assertThat(read(model.formatted("0.5")).evaluate(Map.of())).containsEntry("c", "a");
        assertThat(read(model.formatted("0.4")).evaluate(Map.of())).containsEntry("c", null);
        String before44 = model.replace(" missing", " x-missing");
        assertThat(read(before44.formatted("0.5")).evaluate(Map.of())).containsEntry("c", "a");
        assertThat(read(before44.formatted("0.4")).evaluate(Map.of())).containsEntry("c", null);
    }

    /// The segments are skipped, and the threshold of 1 tolerates that all of them are.
    @Test
    void sumsNothingToNoughtWhereAllSegmentsAreSkipped() {
        String model =
                "<MiningModel functionName=\"regression\">"
                        + SCHEMA
                        + """
                        <Segmentation multipleModelMethod="%s" missingPredictionTreatment="skipSegment" missingThreshold="%s">
                        <Segment weight="2"><True/><TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>
                        <Node score="3"><SimplePredicate field="x" operator="greaterThan" value="0"/></Node></TreeModel></Segment>
                        </Segmentation></MiningModel>
                        """;
        for (String method : List.of("sum", "weightedSum", "x-weightedSum")) {
            assertThat(read(model.formatted(method, "1")).evaluate(Map.of("x", 0)))
                    .containsEntry("_target", 0.0);
            assertThat(read(model.formatted(method, "0.9")).evaluate(Map.of("x", 0)))
                    .containsEntry("_target", null);
        }
        assertThat(read(model.formatted("average", "1")).evaluate(Map.of("x", 0)))
                .containsEntry("_target", null);
        assertThat(read(model.formatted("median", "1")).evaluate(Map.of("x", 0)))
                .containsEntry("_target", null);
    }

    @Test
    void prefersTheFirstCategoryWhereTheMaximaAreEqual() {
        // a is .75 in the second, b is .75 in the first
        assertThat(vote("max", "b3 a1", "a3 b1").evaluate(Map.of())).containsEntry("c", "b");
        assertThat(vote("max", "a1 b3", "a3 b1").evaluate(Map.of()))
                .containsEntry("c", "a")
                .containsEntry("pb", 0.25);
    }

    private static Evaluator general(String attributes, String cells) {
        return read(
                "<GeneralRegressionModel functionName=\"classification\" "
                        + attributes
                        + ">"
                        + THREE
                        + """
                        <Output><OutputField name="pa" feature="probability" value="a"/><OutputField name="pb" feature="probability" value="b"/>
                        <OutputField name="pc" feature="probability" value="c"/></Output>
                        <ParameterList><Parameter name="p"/></ParameterList><CovariateList><Predictor name="x"/></CovariateList>
                        <PPMatrix><PPCell value="1" predictorName="x" parameterName="p"/></PPMatrix><ParamMatrix>
                        """
                        + cells
                        + "</ParamMatrix></GeneralRegressionModel>");
    }

    @Test
    void leavesTheReferenceCategoryWhatTheOthersDoNotTake() {
        Evaluator model =
                general(
                        "modelType=\"generalizedLinear\" linkFunction=\"logit\" targetReferenceCategory=\"a\"",
                        "<PCell targetCategory=\"a\" parameterName=\"p\" beta=\"9\"/>"
                                + "<PCell targetCategory=\"b\" parameterName=\"p\" beta=\"1\"/>"
                                + "<PCell targetCategory=\"c\" parameterName=\"p\" beta=\"-2\"/>");
        Map<String, Object> told = model.evaluate(Map.of("x", 1));
        double b = 1 / (1 + Math.exp(-1));
        double c = 1 / (1 + Math.exp(2));
        assertThat(told).containsEntry("c", "b").containsEntry("pb", b).containsEntry("pc", c);
        assertThat((Double) told.get("pa")).isCloseTo(1 - b - c, within(1e-12));
    }

    @Test
    void comparesExponentialsThatWouldOverflow() {
        Evaluator model =
                general(
                        "modelType=\"multinomialLogistic\"",
                        "<PCell targetCategory=\"a\" parameterName=\"p\" beta=\"1000\"/>"
                                + "<PCell targetCategory=\"b\" parameterName=\"p\" beta=\"1001\"/>");
        Map<String, Object> told = model.evaluate(Map.of("x", 1));
        assertThat(told).containsEntry("c", "b").containsEntry("pc", 0.0);
        assertThat((Double) told.get("pa")).isCloseTo(1 / (1 + Math.E), within(1e-12));
    }

    @Test
    void takesAFieldInsideAsItIsUnlessTheInnerModelTreatsItInAnotherWay() {
        String model =
                "<MiningModel functionName=\"regression\">"
                        + "<MiningSchema><MiningField name=\"c\" invalidValueTreatment=\"asIs\"/></MiningSchema>"
                        + """
                        <Segmentation multipleModelMethod="sum"><Segment><True/><TreeModel functionName="regression">
                        <MiningSchema><MiningField name="c" invalidValueTreatment="%s"/></MiningSchema>
                        <Node score="1"><True/><Node score="2"><SimplePredicate field="c" operator="isMissing"/></Node>
                        <Node score="3"><SimplePredicate field="c" operator="equal" value="z"/></Node></Node></TreeModel></Segment>
                        </Segmentation></MiningModel>
                        """;
        assertThat(read(model.formatted("returnInvalid")).evaluate(Map.of("c", "z")))
                .containsEntry("_target", 3.0);
        assertThat(read(model.formatted("asMissing")).evaluate(Map.of("c", "z")))
                .containsEntry("_target", 2.0);
    }

    @Test
    void tellsATrueValueInTheTypeOfItsField() {
        Evaluator model =
                read(
                        "<RegressionModel functionName=\"regression\"><MiningSchema><MiningField name=\"n\"/>"
                                + "<MiningField name=\"x\" usageType=\"target\"/></MiningSchema>"
                                + """
                                <Output><OutputField name="text" feature="transformedValue" dataType="string" optype="categorical">
                                <FieldRef field="x"/></OutputField><OutputField name="off" feature="residual"/></Output>
                                <RegressionTable intercept="30"/></RegressionModel>
                                """);
        assertThat(model.evaluate(Map.of("x", "36")))
                .containsEntry("text", "36.0")
                .containsEntry("off", 6.0);
    }
}
