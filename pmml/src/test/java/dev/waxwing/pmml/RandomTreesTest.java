package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Drawn trees, with every strategy and treatment that compiles and with conditions that fit together badly, score by the
/// compiled tree as by the evaluator, and explain what they score.
class RandomTreesTest {
    private static final List<String> GENRES = List.of("drama", "comedy", "horror", "docu");

    private Random random;

    @Test
    void compiledTreesDecideAsTheEvaluatorDoes() {
        int compiled = 0;
        int explained = 0;
        for (int seed = 0; seed < 400; seed++) {
            random = new Random(seed);
            Element document =
                    XmlReader.read(
                            "drawn.pmml",
                            new ByteArrayInputStream(document().getBytes(StandardCharsets.UTF_8)));
            Evaluator evaluator = Evaluator.of(document);
            Scorer scorer = Scorer.of(document, "1", false);
            compiled += scorer.compiled() ? 1 : 0;
            for (int r = 0; r < 40; r++) {
                Map<String, Object> row = row();
                String what = "seed " + seed + " " + row;
                double expected;
                if (evaluator.refused(row).isEmpty()) {
                    Object told = evaluator.result(row).predicted;
                    expected = told == null ? Double.NaN : ((Number) told).doubleValue();
                } else {
                    expected = Double.POSITIVE_INFINITY;
                }
                assertThat(orRefused(() -> scorer.score(row)))
                        .as(what)
                        .isCloseTo(expected, within(1e-12));
                assertThat(orRefused(() -> scorer.score(scorer.encode(row))))
                        .as("floats of " + what)
                        .isCloseTo(expected, within(1e-12));
                if (scorer.compiled() && Double.isFinite(expected)) {
                    explained += explains(scorer, row, what) ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "Drawn trees: %d of 400 compile, %d rows explained%n", compiled, explained);
        assertThat(compiled).isGreaterThan(300);
        assertThat(explained).isGreaterThan(2000);
    }

    private static boolean explains(Scorer scorer, Map<String, Object> row, String what) {
        Explanation why;
        try {
            why = scorer.explain(row);
        } catch (UnsupportedOperationException e) {
            return false;
        }
        double sum = why.base();
        for (double part : why.contributions().values()) {
            sum += part;
        }
        if (Double.isNaN(sum)) {
            return false; // some rows, but not this one, get no prediction
        }
        assertThat(sum).as(what).isCloseTo(why.margin(), within(1e-9));
        return true;
    }

    private interface Scores {
        double score();
    }

    private static double orRefused(Scores scores) {
        try {
            return scores.score();
        } catch (InvalidValueException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private String document() {
        boolean records = random.nextBoolean();
        String strategy = pick("none", "lastPrediction", "nullPrediction", "defaultChild");
        String noTrue = pick("returnNullPrediction", "returnLastPrediction");
        StringBuilder trees = new StringBuilder();
        int count = 1 + random.nextInt(3);
        for (int t = 0; t < count; t++) {
            trees.append(
                    """
                    <Segment weight="%d"><True/>
                    <TreeModel functionName="regression" missingValueStrategy="%s" noTrueChildStrategy="%s">
                    <MiningSchema><MiningField name="x"/><MiningField name="n"/><MiningField name="genre"/><MiningField name="hd"/></MiningSchema>
                    %s</TreeModel></Segment>
                    """
                            .formatted(
                                    1 + random.nextInt(3),
                                    strategy,
                                    noTrue,
                                    node("<True/>", "0", 3, 64, records, strategy)));
        }
        return """
               <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
               <DataDictionary>
               <DataField name="x" optype="continuous" dataType="%s"/>
               <DataField name="n" optype="continuous" dataType="integer"/>
               <DataField name="genre" optype="categorical" dataType="string">%s</DataField>
               <DataField name="hd" optype="categorical" dataType="boolean"/>
               </DataDictionary>
               <MiningModel functionName="regression">
               <MiningSchema><MiningField name="x"%s/><MiningField name="n"%s/><MiningField name="genre"%s/><MiningField name="hd"/></MiningSchema>
               <Targets><Target rescaleConstant="0.5" rescaleFactor="%s"/></Targets>
               <Segmentation multipleModelMethod="%s">%s</Segmentation>
               </MiningModel></PMML>
               """
                .formatted(
                        pick("float", "double"),
                        pick(
                                "",
                                "<Value value=\"drama\"/><Value value=\"comedy\"/><Value"
                                        + " value=\"horror\"/>"),
                        pick(
                                "",
                                " missingValueReplacement=\"0.5\"",
                                " outliers=\"asExtremeValues\" lowValue=\"-2\" highValue=\"1\""),
                        pick(
                                "",
                                " missingValueReplacement=\"1\"",
                                " invalidValueTreatment=\"asMissing\""),
                        pick(
                                "",
                                " invalidValueTreatment=\"asIs\"",
                                " invalidValueTreatment=\"asMissing\"",
                                " missingValueReplacement=\"drama\""),
                        pick("1", "2"),
                        pick("sum", "average", "weightedAverage", "x-weightedSum"),
                        trees);
    }

    private String node(
            String condition, String id, int depth, int records, boolean counts, String strategy) {
        boolean leaf = depth == 0 || random.nextInt(5) == 0;
        int children = leaf ? 0 : 1 + random.nextInt(3);
        StringBuilder text = new StringBuilder("<Node id=\"").append(id).append('"');
        if (leaf || random.nextInt(3) > 0) {
            text.append(" score=\"").append(random.nextInt(100) / 4.0).append('"');
        }
        if (counts) {
            text.append(" recordCount=\"").append(records).append('"');
        }
        if (children > 0 && strategy.equals("defaultChild")) {
            text.append(" defaultChild=\"").append(id).append(random.nextInt(children)).append('"');
        }
        text.append('>').append(condition);
        String first = question(2);
        for (int i = 0; i < children; i++) {
            String own = i == 0 ? first : random.nextInt(3) == 0 ? "<True/>" : question(2);
            if (i == 1 && first.contains("lessThan") && !first.startsWith("<C")) {
                own = first.replace("lessThan", "greaterOrEqual"); // as most trees have it
            }
            text.append(node(own, id + i, depth - 1, records / 2, counts, strategy));
        }
        return text.append("</Node>").toString();
    }

    private String question(int depth) {
        if (depth > 0 && random.nextInt(4) == 0) {
            return "<CompoundPredicate booleanOperator=\""
                    + pick("and", "or", "xor", "surrogate")
                    + "\">"
                    + question(depth - 1)
                    + question(depth - 1)
                    + "</CompoundPredicate>";
        }
        String operator =
                pick(
                        "lessThan",
                        "lessThan",
                        "lessOrEqual",
                        "greaterThan",
                        "greaterOrEqual",
                        "equal");
        return switch (random.nextInt(6)) {
            case 0 -> simple("x", operator, pick("-1", "0", "0.5", "0.1"));
            case 1 -> simple("n", operator, pick("0", "1", "2", "1.5"));
            case 2 -> simple("genre", pick("equal", "notEqual"), pick("drama", "comedy", "docu"));
            case 3 -> simple("hd", pick("equal", "notEqual"), pick("true", "false"));
            case 4 ->
                    "<SimplePredicate field=\""
                            + pick("x", "n", "genre", "hd")
                            + "\" operator=\""
                            + pick("isMissing", "isNotMissing")
                            + "\"/>";
            default ->
                    "<SimpleSetPredicate field=\"genre\" booleanOperator=\""
                            + pick("isIn", "isNotIn")
                            + "\"><Array type=\"string\">"
                            + pick("drama comedy", "horror", "docu drama")
                            + "</Array></SimpleSetPredicate>";
        };
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

    /// Values that a float holds, so that both ways may be compared.
    private Map<String, Object> row() {
        Map<String, Object> row = new HashMap<>();
        if (random.nextInt(4) > 0) {
            row.put("x", List.of(-1.0, -3.0, 0.0, 0.5, 0.25, 2.0, 7.0).get(random.nextInt(7)));
        }
        if (random.nextInt(4) > 0) {
            row.put("n", random.nextInt(4));
        }
        if (random.nextInt(4) > 0) {
            row.put("genre", GENRES.get(random.nextInt(4)));
        }
        if (random.nextInt(4) > 0) {
            row.put("hd", random.nextBoolean());
        }
        return row;
    }
}
