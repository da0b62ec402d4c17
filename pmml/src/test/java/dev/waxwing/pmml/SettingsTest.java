package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Settings that are easily overlooked: each changes a result, worked out by hand, or refuses the document.
class SettingsTest {
    private static final String FIELDS =
            """
            <DataField name="x" optype="continuous" dataType="double"/>
            <DataField name="y" optype="continuous" dataType="double"/>
            <DataField name="o" optype="ordinal" dataType="string">
            <Value value="low"/><Value value="mid"/><Value value="high"/></DataField>
            <DataField name="q" optype="ordinal" dataType="integer">
            <Value value="3"/><Value value="1"/><Value value="2"/></DataField>
            <DataField name="days" optype="continuous" dataType="dateDaysSince[1960]"/>
            <DataField name="later" optype="continuous" dataType="x-dateDaysSince[2020]"/>
            <DataField name="seconds" optype="continuous" dataType="dateTimeSecondsSince[1970]"/>
            <DataField name="clock" optype="continuous" dataType="timeSeconds"/>
            <DataField name="date" optype="continuous" dataType="date"/>
            <DataField name="moment" optype="continuous" dataType="dateTime"/>
            """;

    private static Evaluator read(String transformations, String model, String... treatments) {
        StringBuilder schema = new StringBuilder("<MiningSchema>");
        for (String name :
                new String[] {
                    "x", "o", "q", "days", "later", "seconds", "clock", "date", "moment"
                }) {
            schema.append("<MiningField name=\"").append(name).append("\"");
            schema.append(name.equals("x") ? String.join(" ", treatments) : "").append("/>");
        }
        schema.append("<MiningField name=\"y\" usageType=\"target\"/></MiningSchema>");
        String document =
                "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><DataDictionary>"
                        + FIELDS
                        + "</DataDictionary><TransformationDictionary>"
                        + transformations
                        + "</TransformationDictionary>"
                        + model.replace("SCHEMA", schema)
                        + "</PMML>";
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return Evaluator.of(XmlReader.read("m.pmml", new ByteArrayInputStream(bytes)));
    }

    /// 1 where the condition holds, else 2.
    private static Evaluator tree(String transformations, String condition, String... treatments) {
        return read(
                transformations,
                "<TreeModel functionName=\"regression\">SCHEMA<Node score=\"0\"><True/><Node score=\"1\">"
                        + condition
                        + "</Node><Node score=\"2\"><True/></Node></Node></TreeModel>",
                treatments);
    }

    private static String simple(String field, String operator, String value) {
        return "<SimplePredicate field=\""
                + field
                + "\" operator=\""
                + operator
                + "\" value=\""
                + value
                + "\"/>";
    }

    private static Evaluator telling(String outputs) {
        return read(
                "",
                "<RegressionModel functionName=\"regression\">SCHEMA<Output>"
                        + outputs
                        + "</Output><RegressionTable intercept=\"1\"><NumericPredictor name=\"x\""
                        + " coefficient=\"2\"/></RegressionTable></RegressionModel>");
    }

    private static Object applied(String function, String arguments, Map<String, ?> row) {
        return telling(
                        "<OutputField name=\"told\" feature=\"transformedValue\"><Apply function=\""
                                + function
                                + "\">"
                                + arguments
                                + "</Apply></OutputField>")
                .evaluate(row)
                .get("told");
    }

    @Test
    void functionsCompareOrdinalValuesInTheOrderOfTheirList() {
        String mid = "<Constant dataType=\"string\">mid</Constant>";
        String o = "<FieldRef field=\"o\"/>";
        assertThat(applied("lessThan", o + mid, Map.of("o", "high"))).isEqualTo(false);
        assertThat(applied("lessThan", o + mid, Map.of("o", "low"))).isEqualTo(true);
        assertThat(applied("greaterOrEqual", o + mid, Map.of("o", "mid"))).isEqualTo(true);
        assertThat(applied("lessThan", mid + o, Map.of("o", "high"))).isEqualTo(true);
        assertThat(applied("lessThan", o + mid, Map.of())).isNull();
        String one = "<FieldRef field=\"q\"/><Constant>1</Constant>";
        assertThat(applied("lessThan", one, Map.of("q", 3))).isEqualTo(true); // 3 is listed first
        assertThat(applied("lessThan", one, Map.of("q", 2))).isEqualTo(false);
        String none = o + "<Constant dataType=\"string\">kkk</Constant>";
        assertThatThrownBy(() -> applied("lessThan", none, Map.of("o", "low")))
                .hasMessage("'kkk' is none of the ordered values of 'o'");
    }

    @Test
    void aDerivedOrdinalFieldKeepsTheOrderOfTheFieldItRenames() {
        String renamed =
                "<DerivedField name=\"z\" optype=\"ordinal\" dataType=\"string\"><FieldRef"
                        + " field=\"o\"/></DerivedField>";
        Evaluator tree = tree(renamed, simple("z", "lessThan", "mid"));
        assertThat(tree.evaluate(Map.of("o", "low"))).containsEntry("y", 1.0);
        assertThat(tree.evaluate(Map.of("o", "high"))).containsEntry("y", 2.0);
    }

    @Test
    void theCompiledTreeOrdersNumbersOfAnOrdinalFieldByTheirListToo() {
        String model =
                "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><DataDictionary>"
                        + FIELDS
                        + "</DataDictionary><TreeModel functionName=\"regression\"><MiningSchema>"
                        + "<MiningField name=\"q\"/></MiningSchema><Node score=\"0\"><True/>"
                        + "<Node score=\"1\">"
                        + simple("q", "lessThan", "1")
                        + "</Node><Node score=\"2\"><True/></Node></Node></TreeModel></PMML>";
        byte[] bytes = model.getBytes(StandardCharsets.UTF_8);
        Scorer scorer =
                Scorer.of(XmlReader.read("m.pmml", new ByteArrayInputStream(bytes)), "1", false);
        assertThat(scorer.score(Map.of("q", 3))).isEqualTo(1.0);
        assertThat(scorer.score(Map.of("q", 2))).isEqualTo(2.0);
    }

    @Test
    void daysAndSecondsAreComparedWithNumbersAndWithDates() {
        for (String limit : new String[] {"9", "8.5", "1960-01-10"}) {
            Evaluator tree = tree("", simple("days", "lessThan", limit));
            assertThat(tree.evaluate(Map.of("days", "1960-01-09"))).containsEntry("y", 1.0);
            assertThat(tree.evaluate(Map.of("days", "1960-01-10"))).containsEntry("y", 2.0);
        }
        Evaluator later = tree("", simple("later", "lessThan", "366")); // 2020 is a leap year
        assertThat(later.evaluate(Map.of("later", "2020-12-31"))).containsEntry("y", 1.0);
        assertThat(later.evaluate(Map.of("later", "2021-01-01"))).containsEntry("y", 2.0);
        Evaluator seconds = tree("", simple("seconds", "lessOrEqual", "86400"));
        assertThat(seconds.evaluate(Map.of("seconds", "1970-01-02T00:00:00")))
                .containsEntry("y", 1.0);
        assertThat(seconds.evaluate(Map.of("seconds", "1970-01-02T00:00:01")))
                .containsEntry("y", 2.0);
    }

    @Test
    void secondsOfADayGoPastMidnightAndBeforeIt() {
        Evaluator tree = tree("", simple("clock", "lessThan", "90000"));
        assertThat(tree.evaluate(Map.of("clock", "24:59:59"))).containsEntry("y", 1.0);
        assertThat(tree.evaluate(Map.of("clock", "25:00:00"))).containsEntry("y", 2.0);
        assertThat(tree.evaluate(Map.of("clock", "-00:00:01"))).containsEntry("y", 1.0);
        assertThatThrownBy(() -> tree.evaluate(Map.of("clock", "10:61:00")))
                .hasMessage("'clock' does not admit '10:61:00'");
    }

    @Test
    void functionsOfDatesCountFromTheYearTheyAreGiven() {
        String date = "<FieldRef field=\"date\"/><Constant>1960</Constant>";
        String moment = "<FieldRef field=\"moment\"/>";
        Map<String, String> row = Map.of("date", "1961-01-01", "moment", "1960-01-02T01:02:03");
        assertThat(applied("dateDaysSinceYear", date, row)).isEqualTo(366L);
        assertThat(applied("dateSecondsSinceYear", moment + "<Constant>1960</Constant>", row))
                .isEqualTo(86400L + 3723);
        assertThat(applied("dateSecondsSinceMidnight", moment, row)).isEqualTo(3723L);
        assertThat(applied("dateDaysSinceYear", date, Map.of("date", "1959-12-31"))).isEqualTo(-1L);
    }

    @Test
    void asIsReplacesWhatIsInvalidWhereItSaysByWhat() {
        Evaluator tree =
                tree(
                        "",
                        simple("x", "lessThan", "1"),
                        " invalidValueTreatment=\"asIs\" invalidValueReplacement=\"0\"");
        assertThat(tree.evaluate(Map.of("x", "junk"))).containsEntry("y", 1.0);
    }

    @Test
    void anOutputMayBuildOnOutputsBeforeIt() {
        Map<String, Object> told =
                telling(
                                """
                                <OutputField name="h" feature="predictedValue"/>
                                <OutputField name="twice" feature="transformedValue">
                                <Apply function="*"><FieldRef field="h"/><Constant>2</Constant></Apply></OutputField>
                                <OutputField name="so" feature="decision" dataType="string">
                                <Apply function="if"><Apply function="greaterThan"><FieldRef field="twice"/><Constant>9</Constant></Apply>
                                <Constant>accept</Constant><Constant>review</Constant></Apply></OutputField>
                                """)
                        .evaluate(Map.of("x", 2));
        assertThat(told)
                .containsEntry("h", 5.0)
                .containsEntry("twice", 10.0)
                .containsEntry("so", "accept");
    }

    private static Evaluator verified(String fields, String cells) {
        return read(
                "",
                "<RegressionModel functionName=\"regression\">SCHEMA<Output><OutputField name=\"p\""
                        + " feature=\"predictedValue\"/></Output><ModelVerification><VerificationFields>"
                        + "<VerificationField field=\"x\" column=\"d:x\"/>"
                        + fields
                        + "</VerificationFields><InlineTable><row xmlns:d=\"urn:d\">"
                        + cells
                        + "</row></InlineTable></ModelVerification><RegressionTable intercept=\"1\">"
                        + "<NumericPredictor name=\"x\" coefficient=\"2\"/></RegressionTable></RegressionModel>");
    }

    @Test
    void verificationLooksAtTargetsOnlyWhereNoOutputIsVerified() {
        String y = "<VerificationField field=\"y\" column=\"d:y\"/>";
        String p = "<VerificationField field=\"p\" column=\"d:p\"/>";
        String wrong = "<d:x><![CDATA[1]]></d:x><d:y>4</d:y><d:p>3</d:p>";
        assertThat(verified(y + p, wrong).evaluate(Map.of("x", 1))).containsEntry("y", 3.0);
        assertThatThrownBy(() -> verified(y, wrong))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining(
                        "the document's own verification fails: 'y' is 3.0, it says 4");
    }

    @Test
    void verificationTakesAnAbsentInputAsMissingAndComparesNoAbsentResult() {
        String y = "<VerificationField field=\"y\" column=\"d:y\"/>";
        assertThat(verified(y, "<d:x>1</d:x>").evaluate(Map.of("x", 1))).containsEntry("y", 3.0);
        assertThatThrownBy(() -> verified(y, "<d:y>3</d:y>"))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("'y' is null, it says 3");
    }

    @Test
    void verificationComparesCategoriesAsTexts() {
        assertThat(word("high").evaluate(Map.of("x", 2))).containsEntry("w", "high");
        assertThatThrownBy(() -> word("low"))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("'w' is high, it says low");
    }

    /// Verified by a row whose x is 2.
    private static Evaluator word(String says) {
        return read(
                "",
                "<RegressionModel functionName=\"regression\">SCHEMA<Output><OutputField name=\"w\""
                        + " optype=\"categorical\" dataType=\"string\" feature=\"transformedValue\">"
                        + "<Apply function=\"if\"><Apply function=\"greaterThan\"><FieldRef field=\"x\"/>"
                        + "<Constant>1</Constant></Apply><Constant>high</Constant><Constant>low</Constant>"
                        + "</Apply></OutputField></Output><ModelVerification><VerificationFields>"
                        + "<VerificationField field=\"x\"/><VerificationField field=\"w\"/>"
                        + "</VerificationFields><InlineTable><row><x>2</x><w>"
                        + says
                        + "</w></row></InlineTable></ModelVerification><RegressionTable intercept=\"1\"/>"
                        + "</RegressionModel>");
    }

    @Test
    void anInputThatItsModelCallsCategoricalIsOneThoughItsNumbersAreContinuous() {
        Evaluator five = tree("", simple("x", "equal", "5"), " optype=\"categorical\"");
        assertThat(five.evaluate(Map.of("x", 5.0))).containsEntry("y", 1.0);
        assertThat(five.evaluate(Map.of("x", 6))).containsEntry("y", 2.0);
    }

    @Test
    void verificationAllowsForThePrecisionAndTheZeroThreshold() {
        String y = "<VerificationField field=\"y\" column=\"d:y\" ";
        String near = "<d:x>1</d:x><d:y>3.2</d:y>";
        String zero = "<d:x>-0.4995</d:x><d:y>0.0001</d:y>"; // gives 0.001
        verified(y + "precision=\"0.1\"/>", near);
        assertThatThrownBy(() -> verified(y + "precision=\"0.01\"/>", near))
                .hasMessageContaining("it says 3.2");
        verified(y + "zeroThreshold=\"0.01\"/>", zero);
        assertThatThrownBy(() -> verified(y + "zeroThreshold=\"0.0005\"/>", zero))
                .hasMessageContaining("it says 0.0001");
    }

    /// The hazard up to a time is its baseline times `exp(0.5 · (x − 2))`.
    private static Evaluator cox(String settings, String tables) {
        return read(
                "",
                "<GeneralRegressionModel functionName=\"regression\" modelType=\"CoxRegression\""
                        + " endTimeVariable=\"clock\" "
                        + settings
                        + ">SCHEMA<ParameterList><Parameter name=\"p\" referencePoint=\"2\"/></ParameterList>"
                        + "<CovariateList><Predictor name=\"x\"/></CovariateList><PPMatrix><PPCell value=\"1\""
                        + " predictorName=\"x\" parameterName=\"p\"/></PPMatrix><ParamMatrix><PCell"
                        + " parameterName=\"p\" beta=\"0.5\"/></ParamMatrix>"
                        + tables
                        + "</GeneralRegressionModel>");
    }

    private static Object hazard(Evaluator cox, Object... row) {
        return cox.evaluate(Map.of("x", 4, "clock", row[0], "o", row[1])).get("y");
    }

    @Test
    void theHazardOfACoxRegressionIsTheLastStepBeforeItsTime() {
        String steps =
                "<BaselineCell time=\"10\" cumHazard=\"0.1\"/><BaselineCell time=\"30\" cumHazard=\"0.3\"/>";
        Evaluator cox =
                cox("", "<BaseCumHazardTables maxTime=\"50\">" + steps + "</BaseCumHazardTables>");
        assertThat(hazard(cox, 9, "low")).isEqualTo(0.0);
        assertThat((Double) hazard(cox, 10, "low")).isCloseTo(0.1 * Math.E, within(1e-12));
        assertThat((Double) hazard(cox, 29, "low")).isCloseTo(0.1 * Math.E, within(1e-12));
        assertThat((Double) hazard(cox, 50, "low")).isCloseTo(0.3 * Math.E, within(1e-12));
        assertThat(hazard(cox, 51, "low")).isNull();
        assertThat(cox.evaluate(Map.of("clock", 9))).containsEntry("y", 0.0); // whatever x is
        assertThat(cox.evaluate(Map.of("clock", 10)).get("y")).isNull();
        Evaluator strata =
                cox(
                        "baselineStrataVariable=\"o\"",
                        "<BaseCumHazardTables><BaselineStratum value=\"low\" maxTime=\"50\">"
                                + steps
                                + "</BaselineStratum><BaselineStratum value=\"high\" maxTime=\"20\">"
                                + "<BaselineCell time=\"5\" cumHazard=\"2\"/></BaselineStratum></BaseCumHazardTables>");
        assertThat((Double) hazard(strata, 30, "low")).isCloseTo(0.3 * Math.E, within(1e-12));
        assertThat((Double) hazard(strata, 6, "high")).isCloseTo(2 * Math.E, within(1e-12));
        assertThat(hazard(strata, 30, "high")).isNull();
        assertThat(hazard(strata, 30, "mid")).isNull();
    }
}
