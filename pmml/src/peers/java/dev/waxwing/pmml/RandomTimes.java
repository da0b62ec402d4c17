package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws documents over dates, times, ordered values, Cox regressions and outputs that build on outputs, and rows for them.
final class RandomTimes {
    private static final List<String> ORDERS =
            List.of(
                    "lessThan",
                    "lessOrEqual",
                    "greaterThan",
                    "greaterOrEqual",
                    "equal",
                    "notEqual");
    private static final List<String> DAYS =
            List.of("1960-02-29", "1969-12-31", "1980-01-01", "2003-04-01", "2020-02-29");
    private static final List<String> CLOCKS = List.of("00:00:00", "10:20:30", "23:59:59");

    private final Random random;
    private final String year;

    RandomTimes(Random random) {
        this.random = random;
        this.year = any(List.of("1960", "1970", "1980"));
    }

    private boolean chance(double p) {
        return random.nextDouble() < p;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String moment() {
        return any(DAYS) + "T" + any(CLOCKS);
    }

    List<Map<String, String>> rows(int count) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, String> row = new LinkedHashMap<>();
            put(row, "date", any(DAYS));
            put(row, "moment", moment());
            put(row, "time", any(CLOCKS));
            put(row, "days", any(DAYS));
            put(row, "seconds", moment());
            put(row, "clock", any(List.of("00:00:00", "10:20:30", "25:00:00", "-01:00:00")));
            put(row, "o", any(List.of("low", "mid", "high")));
            put(row, "p", any(List.of("low", "mid", "high")));
            put(row, "q", any(List.of("1", "2", "3")));
            put(row, "x", any(List.of("-1", "0", "0.5", "2", "4")));
            rows.add(row);
        }
        return rows;
    }

    private void put(Map<String, String> row, String name, String value) {
        if (!chance(0.05)) {
            row.put(name, value);
        }
    }

    private static String field(String name, String optype, String type, String values) {
        return "<DataField name=\"%s\" optype=\"%s\" dataType=\"%s\">%s</DataField>"
                .formatted(name, optype, type, values);
    }

    private static String values(String... values) {
        StringBuilder all = new StringBuilder();
        for (String value : values) {
            all.append("<Value value=\"").append(value).append("\"/>");
        }
        return all.toString();
    }

    private String document(String transformations, String model) {
        String temporal = any(List.of("continuous", "ordinal"));
        return "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><Header/><DataDictionary>"
                + field("date", temporal, "date", "")
                + field("moment", temporal, "dateTime", "")
                + field("time", temporal, "time", "")
                + field("days", "continuous", "dateDaysSince[" + year + "]", "")
                + field("seconds", "continuous", "dateTimeSecondsSince[" + year + "]", "")
                + field("clock", "continuous", "timeSeconds", "")
                + field("o", "ordinal", "string", values("low", "mid", "high"))
                + field("p", "ordinal", "string", values("high", "low", "mid"))
                + field("q", "ordinal", "integer", values("3", "1", "2"))
                + field("x", "continuous", "double", "")
                + field("y", "continuous", "double", "")
                + "</DataDictionary>"
                + (transformations.isEmpty()
                        ? ""
                        : "<TransformationDictionary>"
                                + transformations
                                + "</TransformationDictionary>")
                + model.replace("SCHEMA", schema())
                + "</PMML>";
    }

    private static String schema() {
        StringBuilder out = new StringBuilder("<MiningSchema>");
        for (String name :
                List.of("date", "moment", "time", "days", "seconds", "clock", "o", "p", "q", "x")) {
            out.append("<MiningField name=\"").append(name).append("\"/>");
        }
        return out + "<MiningField name=\"y\" usageType=\"target\"/></MiningSchema>";
    }

    private static String derived(String name, String optype, String type, String body) {
        return "<DerivedField name=\"%s\" optype=\"%s\" dataType=\"%s\">%s</DerivedField>"
                .formatted(name, optype, type, body);
    }

    private static String ref(String name) {
        return "<FieldRef field=\"" + name + "\"/>";
    }

    private static String constant(String type, String value) {
        return "<Constant dataType=\"%s\">%s</Constant>".formatted(type, value);
    }

    private static String apply(String function, String... arguments) {
        return "<Apply function=\"%s\">%s</Apply>".formatted(function, String.join("", arguments));
    }

    private static String told(String name, String optype, String type, String body) {
        return ("<OutputField name=\"%s\" feature=\"transformedValue\" optype=\"%s\""
                        + " dataType=\"%s\">%s</OutputField>")
                .formatted(name, optype, type, body);
    }

    // Dates and times

    String times() {
        return switch (random.nextInt(3)) {
            case 0 -> timeTree();
            case 1 -> document("", cox());
            default -> timeFunctions();
        };
    }

    private String timePredicate() {
        String name = any(List.of("date", "moment", "time", "days", "seconds", "clock"));
        String value =
                switch (name) {
                    case "date" -> any(DAYS);
                    case "moment" -> moment();
                    case "time" -> any(CLOCKS);
                    case "days" -> any(List.of("0", "366", "7305.5", any(DAYS)));
                    case "seconds" -> any(List.of("0", "31622400", moment()));
                    default -> any(List.of("0", "37230", "86400", "10:20:30", "25:00:00"));
                };
        return "<SimplePredicate field=\"%s\" operator=\"%s\" value=\"%s\"/>"
                .formatted(name, any(ORDERS), value);
    }

    private String timeTree() {
        StringBuilder nodes = new StringBuilder("<Node id=\"0\" score=\"0\"><True/>");
        for (int i = 1; i < 6; i++) {
            nodes.append("<Node id=\"%d\" score=\"%d\">".formatted(i, i))
                    .append(timePredicate())
                    .append("</Node>");
        }
        return document(
                "",
                "<TreeModel functionName=\"regression\">SCHEMA" + nodes + "</Node></TreeModel>");
    }

    private String timeFunctions() {
        String number =
                derived("n1", "continuous", "double", ref("days"))
                        + derived("n2", "continuous", "integer", ref("seconds"))
                        + derived("n3", "continuous", "double", ref("clock"));
        String from = constant("integer", any(List.of("1960", "1970", "2000")));
        String outputs =
                told("a", "continuous", "integer", apply("dateDaysSinceYear", ref("date"), from))
                        + told(
                                "b",
                                "continuous",
                                "integer",
                                apply("dateSecondsSinceYear", ref("moment"), from))
                        + told(
                                "c",
                                "continuous",
                                "integer",
                                apply(
                                        "dateSecondsSinceMidnight",
                                        ref(any(List.of("moment", "time")))))
                        + told("d", "continuous", "double", apply("+", ref("n1"), ref("n3")))
                        + told("e", "continuous", "integer", ref("n2"))
                        + told(
                                "f",
                                "categorical",
                                "boolean",
                                apply(any(ORDERS), ref("date"), constant("date", any(DAYS))))
                        + told(
                                "g",
                                "categorical",
                                "string",
                                apply(
                                        "formatDatetime",
                                        ref("moment"),
                                        constant("string", "%Y-%m-%d %H:%M:%S")));
        return document(number, regression(outputs));
    }

    private String regression(String outputs) {
        return "<RegressionModel functionName=\"regression\">SCHEMA<Output>"
                + outputs
                + "</Output><RegressionTable intercept=\"1\"><NumericPredictor name=\"x\""
                + " coefficient=\"2\"/></RegressionTable></RegressionModel>";
    }

    private String cox() {
        String steps =
                "<BaselineCell time=\"0\" cumHazard=\"0.1\"/><BaselineCell time=\"1\" cumHazard=\"0.3\"/>"
                        + "<BaselineCell time=\"3\" cumHazard=\"0.7\"/>";
        boolean strata = chance(0.5);
        StringBuilder tables = new StringBuilder("<BaseCumHazardTables");
        if (strata) {
            tables.append(">");
            for (String level : List.of("low", "mid", "high")) {
                if (!chance(0.2)) {
                    tables.append(
                            "<BaselineStratum value=\"%s\" maxTime=\"%s\">%s</BaselineStratum>"
                                    .formatted(level, any(List.of("1", "3", "5")), steps));
                }
            }
            tables.append("<BaselineStratum value=\"none\" maxTime=\"1\">")
                    .append(steps)
                    .append("</BaselineStratum>");
        } else {
            tables.append(" maxTime=\"").append(any(List.of("1", "3"))).append("\">").append(steps);
        }
        return "<GeneralRegressionModel functionName=\"regression\" modelType=\"CoxRegression\""
                + " endTimeVariable=\"x\""
                + (chance(0.3) ? " startTimeVariable=\"clock\" statusVariable=\"q\"" : "")
                + (strata ? " baselineStrataVariable=\"o\"" : "")
                + ">SCHEMA<Output><OutputField name=\"h\" feature=\"predictedValue\"/></Output>"
                + "<ParameterList><Parameter name=\"p0\" referencePoint=\"0.5\"/>"
                + "<Parameter name=\"p1\" referencePoint=\"0.25\"/></ParameterList><FactorList>"
                + "<Predictor name=\"p\"/></FactorList><CovariateList><Predictor name=\"x\"/></CovariateList>"
                + "<PPMatrix><PPCell value=\"1\" predictorName=\"x\" parameterName=\"p0\"/>"
                + "<PPCell value=\"low\" predictorName=\"p\" parameterName=\"p1\"/></PPMatrix><ParamMatrix>"
                + "<PCell parameterName=\"p0\" beta=\"0.3\"/><PCell parameterName=\"p1\" beta=\"-0.7\"/>"
                + "</ParamMatrix>"
                + tables
                + "</BaseCumHazardTables></GeneralRegressionModel>";
    }

    // Outputs over outputs, and ordered values

    String outputs() {
        String renamed = derived("z", "ordinal", "string", ref("o"));
        StringBuilder outputs =
                new StringBuilder("<OutputField name=\"h\" feature=\"predictedValue\"/>");
        for (int i = 0; i < 4; i++) {
            String level = constant("string", any(List.of("low", "mid", "high")));
            String left = any(List.of("o", "p", "z"));
            String condition =
                    switch (random.nextInt(4)) {
                        case 0 -> apply(any(ORDERS), ref(left), level);
                        case 1 -> apply(any(ORDERS), ref(left), ref(any(List.of("o", "p", "z"))));
                        case 2 -> apply(any(ORDERS), ref("q"), constant("integer", "1"));
                        default -> apply(any(ORDERS), ref("h"), constant("double", "1.0"));
                    };
            outputs.append(told("c" + i, "categorical", "boolean", condition));
            outputs.append(
                    "<OutputField name=\"d%d\" feature=\"decision\" optype=\"categorical\" dataType=\"string\">%s</OutputField>"
                            .formatted(
                                    i,
                                    apply(
                                            "if",
                                            ref("c" + random.nextInt(i + 1)),
                                            constant("string", "yes"),
                                            i == 0
                                                    ? constant("string", "no")
                                                    : ref("d" + random.nextInt(i)))));
        }
        outputs.append(
                told(
                        "s",
                        "continuous",
                        any(List.of("double", "float")),
                        apply("*", ref("h"), constant("double", "0.5"))));
        return document(renamed, regression(outputs.toString()));
    }
}
