package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws small valid documents over the whole range of what is read, and rows for them.
final class RandomPmml {
    /// What a document is mostly about.
    enum Kind {
        INPUT,
        EXPRESSION,
        TEXT,
        TREE,
        REGRESSION,
        GENERAL,
        SCORECARD,
        ENSEMBLE,
        CHAIN,
        TIME,
        OUTPUT
    }

    private static final List<String> NUMBERS = List.of("x", "y", "f", "n");
    private static final List<String> LETTERS = List.of("a", "b", "c");
    private static final List<String> LEVELS = List.of("low", "mid", "high");

    private static final List<String> TRUTHS =
            List.of(
                    "equal",
                    "notEqual",
                    "lessThan",
                    "lessOrEqual",
                    "greaterThan",
                    "greaterOrEqual",
                    "and",
                    "or",
                    "not",
                    "isMissing",
                    "isNotMissing",
                    "isValid",
                    "isNotValid",
                    "isIn",
                    "isNotIn",
                    "matches");
    private static final List<String> TEXTS =
            List.of(
                    "uppercase",
                    "lowercase",
                    "trimBlanks",
                    "substring",
                    "concat",
                    "replace",
                    "formatDatetime",
                    "formatNumber",
                    "if");

    private final Random random;
    private final Kind kind;
    private final RandomTimes times;
    private final List<String> classes;
    private final boolean classClassesAreNumbers;
    private final String context;
    private final List<String> derivedNumbers = new ArrayList<>();
    private final List<String> derivedTexts = new ArrayList<>();
    private final String document;
    private int ids;
    private boolean functions;

    RandomPmml(Kind kind, long seed) {
        this.random = new Random(seed);
        this.kind = kind;
        this.times = new RandomTimes(new Random(seed));
        this.classClassesAreNumbers = chance(0.25);
        this.classes =
                classClassesAreNumbers
                        ? List.of("0", "1")
                        : chance(0.4) ? List.of("yes", "no") : List.of("yes", "no", "maybe");
        this.context = chance(0.15) ? " x-mathContext=\"float\"" : "";
        this.document = draw();
    }

    String document() {
        return document;
    }

    private boolean chance(double p) {
        return random.nextDouble() < p;
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String small() {
        return any("-1.5", "-1", "-0.5", "0", "0.25", "0.5", "1", "1.5", "2", "3", "5");
    }

    private String positive() {
        return any("0.25", "0.5", "1", "1.5", "2", "3");
    }

    List<Map<String, String>> rows(int count) {
        if (kind == Kind.TIME || kind == Kind.OUTPUT) {
            return times.rows(count);
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, String> row = new LinkedHashMap<>();
            boolean odd = chance(0.3);
            for (String name : List.of("x", "y", "f")) {
                put(row, name, odd && chance(0.1) ? any("junk", "NaN", "1e3", "-99") : small());
            }
            put(
                    row,
                    "n",
                    odd && chance(0.1)
                            ? any("1.5", "2.0", "-7", "x")
                            : any("0", "1", "2", "3", "4"));
            put(row, "c", odd && chance(0.2) ? any("z", "A", "-") : any(LETTERS));
            put(row, "t", any("a", "b", "some text", "Some Text", "12", "x y z", "a.b"));
            put(row, "o", odd && chance(0.2) ? any("top", "-") : any(LEVELS));
            put(row, "k", odd && chance(0.2) ? any("9", "1.0", "q") : any("1", "2", "3"));
            put(row, "b", odd && chance(0.2) ? any("1", "TRUE", "maybe") : any("true", "false"));
            put(row, "d", any("2020-02-29", "1999-12-31", "1960-01-01", "2003-04-01"));
            put(row, "w", any("2020-02-29T10:20:30", "1999-12-31T00:00:01"));
            put(row, "s", sentence(3 + random.nextInt(8)));
            rows.add(row);
        }
        return rows;
    }

    private String sentence(int words) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < words; i++) {
            out.append(i == 0 ? "" : any(" ", " ", " ", "  ", ", ", ". ", "-"))
                    .append(
                            any(
                                    "the", "Sun", "sun", "moon", "soon", "rises", "rise", "sets",
                                    "(sun)", "a"));
        }
        return out.toString();
    }

    private void put(Map<String, String> row, String name, String value) {
        if (!chance(0.12)) {
            row.put(name, value);
        }
    }

    private String draw() {
        if (kind == Kind.TIME || kind == Kind.OUTPUT) {
            return kind == Kind.TIME ? times.times() : times.outputs();
        }
        StringBuilder out = new StringBuilder();
        out.append("<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><Header/>\n");
        boolean classifies =
                switch (kind) {
                    case SCORECARD -> false;
                    default -> chance(0.5);
                };
        out.append(dictionary());
        String schema = schema(classifies ? "cls" : "num", true);
        String transformations = transformations();
        out.append(transformations);
        String model =
                switch (kind) {
                    case INPUT, EXPRESSION, TEXT, TIME, OUTPUT -> plain(schema);
                    case TREE -> tree(schema, classifies, 3);
                    case REGRESSION -> regression(schema, classifies);
                    case GENERAL -> general(schema, classifies);
                    case SCORECARD -> scorecard(schema);
                    case ENSEMBLE -> ensemble(schema, classifies, true);
                    case CHAIN -> chain(schema, classifies);
                };
        return out.append(model).append("</PMML>\n").toString();
    }

    private String dictionary() {
        boolean rich = kind == Kind.INPUT || chance(0.1);
        StringBuilder out = new StringBuilder("<DataDictionary>\n");
        for (String name : NUMBERS) {
            String type = name.equals("f") ? "float" : name.equals("n") ? "integer" : "double";
            out.append("<DataField name=\"")
                    .append(name)
                    .append("\" optype=\"continuous\" dataType=\"")
                    .append(type)
                    .append("\">");
            if (rich && chance(0.4)) {
                out.append("<Interval closure=\"")
                        .append(any("openOpen", "openClosed", "closedOpen", "closedClosed"))
                        .append("\"");
                if (chance(0.8)) {
                    out.append(" leftMargin=\"").append(any("-1", "0", "1")).append("\"");
                }
                out.append(" rightMargin=\"").append(any("2", "3", "4")).append("\"/>");
            }
            if (rich && chance(0.2)) {
                out.append("<Value value=\"-99\" property=\"missing\"/>");
            }
            if (rich && chance(0.2)) {
                out.append("<Value value=\"2\" property=\"")
                        .append(any("invalid", "missing", "valid"))
                        .append("\"/>");
            }
            out.append("</DataField>\n");
        }
        values(out, "c", "categorical", "string", LETTERS, rich);
        values(out, "t", "categorical", "string", List.of(), rich);
        values(out, "o", "ordinal", "string", LEVELS, rich);
        values(out, "k", "categorical", "integer", List.of("1", "2", "3"), rich);
        values(out, "b", "categorical", "boolean", List.of(), rich);
        values(out, "d", chance(0.5) ? "ordinal" : "continuous", "date", List.of(), false);
        values(out, "w", "ordinal", "dateTime", List.of(), false);
        values(out, "s", "categorical", "string", List.of(), false);
        values(
                out,
                "cls",
                "categorical",
                classClassesAreNumbers ? "integer" : "string",
                chance(0.8) ? classes : List.of(),
                false);
        values(out, "num", "continuous", any("double", "double", "float"), List.of(), false);
        return out.append("</DataDictionary>\n").toString();
    }

    private void values(
            StringBuilder out,
            String name,
            String optype,
            String type,
            List<String> values,
            boolean rich) {
        out.append("<DataField name=\"")
                .append(name)
                .append("\" optype=\"")
                .append(optype)
                .append("\" dataType=\"")
                .append(type)
                .append("\">");
        for (String value : values) {
            out.append("<Value value=\"").append(value).append("\"");
            if (name.equals("cls") && chance(0.3)) {
                out.append(" displayValue=\"")
                        .append(value.toUpperCase(java.util.Locale.ROOT))
                        .append("!\"");
            }
            out.append("/>");
        }
        if (rich && type.equals("string") && chance(0.4)) {
            out.append("<Value value=\"-\" property=\"")
                    .append(any("missing", "invalid"))
                    .append("\"/>");
        }
        out.append("</DataField>\n");
    }

    private String schema(String target, boolean outermost) {
        StringBuilder out = new StringBuilder("<MiningSchema>");
        for (String name : List.of("x", "y", "f", "n", "c", "t", "o", "k", "b", "d", "w", "s")) {
            out.append("<MiningField name=\"").append(name).append("\"");
            double p = outermost ? (kind == Kind.INPUT ? 0.5 : 0.15) : 0.05;
            boolean number = NUMBERS.contains(name);
            String value =
                    number
                            ? any("0", "1", "2")
                            : name.equals("k")
                                    ? any("1", "3")
                                    : name.equals("c")
                                            ? any("a", "b")
                                            : name.equals("o")
                                                    ? "mid"
                                                    : name.equals("b")
                                                            ? "true"
                                                            : name.equals("t") ? "a" : "";
            if (!value.isEmpty()) {
                if (chance(p)) {
                    out.append(" missingValueReplacement=\"").append(value).append("\"");
                    if (chance(0.5)) {
                        out.append(" missingValueTreatment=\"")
                                .append(any("asMean", "asMode", "asIs", "asValue", "asMedian"))
                                .append("\"");
                    }
                } else if (outermost && chance(0.05)) {
                    out.append(" missingValueTreatment=\"returnInvalid\"");
                }
                if (chance(outermost ? Math.max(p, 0.4) : p)) {
                    String treatment =
                            any("asIs", "asMissing", "returnInvalid", "asMissing", "asValue");
                    out.append(" invalidValueTreatment=\"").append(treatment).append("\"");
                    if (treatment.equals("asValue")) {
                        out.append(" invalidValueReplacement=\"").append(value).append("\"");
                    }
                }
                if (number && out.indexOf("returnInvalid", out.lastIndexOf("<")) < 0 && chance(p)) {
                    out.append(" outliers=\"")
                            .append(any("asIs", "asMissingValues", "asExtremeValues"))
                            .append("\" lowValue=\"")
                            .append(any("0", "-1"))
                            .append("\" highValue=\"")
                            .append(any("2", "3"))
                            .append("\"");
                }
            }
            out.append("/>");
        }
        out.append("<MiningField name=\"")
                .append(target)
                .append("\" usageType=\"")
                .append(any("target", "predicted"))
                .append("\"/>");
        return out.append("</MiningSchema>\n").toString();
    }

    // Transformations

    private String transformations() {
        int count = kind == Kind.EXPRESSION || kind == Kind.TEXT ? 6 : chance(0.3) ? 2 : 0;
        if (count == 0) {
            return "";
        }
        StringBuilder out = new StringBuilder("<TransformationDictionary>\n");
        functions = true;
        out.append("<DefineFunction name=\"twice\" optype=\"continuous\"")
                .append(chance(0.5) ? " dataType=\"double\"" : "")
                .append("><ParameterField name=\"p\"")
                .append(chance(0.5) ? " optype=\"continuous\" dataType=\"double\"" : "")
                .append(
                        "/><Apply function=\"+\"><FieldRef field=\"p\"/><FieldRef field=\"p\"/></Apply></DefineFunction>\n");
        for (int i = 0; i < count; i++) {
            String name = "v" + i;
            int what = random.nextInt(kind == Kind.TEXT ? 4 : 3);
            if (kind == Kind.TEXT && what > 0) {
                out.append(derived(name, any("integer", "double"), "continuous", textIndex()));
                derivedNumbers.add(name);
            } else if (what < 2) {
                String type = any("double", "double", "double", "float", "integer");
                out.append(derived(name, type, "continuous", number(3)));
                derivedNumbers.add(name);
            } else {
                String type = "string";
                out.append(derived(name, type, "categorical", text(3)));
                derivedTexts.add(name);
            }
        }
        return out.append("</TransformationDictionary>\n").toString();
    }

    private static String derived(String name, String type, String optype, String body) {
        return "<DerivedField name=\""
                + name
                + "\" optype=\""
                + optype
                + "\" dataType=\""
                + type
                + "\">"
                + body
                + "</DerivedField>\n";
    }

    private String textIndex() {
        StringBuilder out = new StringBuilder("<TextIndex textField=\"s\"");
        if (chance(0.7)) {
            out.append(" localTermWeights=\"")
                    .append(
                            any(
                                    "termFrequency",
                                    "binary",
                                    "logarithmic",
                                    "augmentedNormalizedTermFrequency"))
                    .append("\"");
        }
        if (chance(0.4)) {
            out.append(" isCaseSensitive=\"").append(any("true", "false")).append("\"");
        }
        if (chance(0.4)) {
            out.append(" maxLevenshteinDistance=\"").append(any("0", "1", "2")).append("\"");
        }
        if (chance(0.4)) {
            out.append(" countHits=\"").append(any("allHits", "bestHits")).append("\"");
        }
        if (chance(0.4)) {
            out.append(" wordSeparatorCharacterRE=\"")
                    .append(any("\\s+", "[\\s,.]+", "\\W+", "\\s", " "))
                    .append("\"");
        }
        if (chance(0.2)) {
            out.append(" tokenize=\"").append(any("true", "false")).append("\"");
        }
        out.append(">");
        boolean recursive = chance(0.4);
        if (chance(0.4)) {
            out.append("<TextIndexNormalization")
                    .append(recursive ? " recursive=\"true\"" : "")
                    .append(chance(0.4) ? " isCaseSensitive=\"" + any("true", "false") + "\"" : "")
                    .append(chance(0.3) ? " tokenize=\"" + any("true", "false") + "\"" : "")
                    .append("><InlineTable>");
            out.append("<row><string>rises</string><stem>rise</stem></row>");
            if (chance(0.5)) {
                out.append("<row><string>moon</string><stem>sun</stem></row>");
            }
            if (!recursive && chance(0.5)) {
                out.append(
                        "<row><string>s[aeo]t?s?</string><stem>see</stem><regex>true</regex></row>");
            }
            out.append("</InlineTable></TextIndexNormalization>");
        }
        out.append("<Constant>")
                .append(any("sun", "Sun", "rise", "the sun", "sun rises", "moon", "a"))
                .append("</Constant></TextIndex>");
        return out.toString();
    }

    private String apply(String function, String... arguments) {
        StringBuilder out = new StringBuilder("<Apply function=\"").append(function).append("\"");
        String replacement =
                TRUTHS.contains(function)
                        ? "true"
                        : TEXTS.contains(function) ? "gone" : any("1", "2.5");
        if (chance(0.06)) {
            out.append(" mapMissingTo=\"").append(replacement).append("\"");
        }
        if (chance(0.06)) {
            out.append(" defaultValue=\"").append(replacement).append("\"");
        }
        if (chance(0.1)) {
            out.append(" invalidValueTreatment=\"")
                    .append(any("asMissing", "returnInvalid", "asIs"))
                    .append("\"");
        }
        out.append(">");
        for (String argument : arguments) {
            out.append(argument);
        }
        return out.append("</Apply>").toString();
    }

    private String ref(String name) {
        return "<FieldRef field=\""
                + name
                + "\""
                + (NUMBERS.contains(name) && chance(0.05) ? " mapMissingTo=\"1\"" : "")
                + "/>";
    }

    private String constant(String value, String type) {
        return "<Constant"
                + (chance(0.5) ? " dataType=\"" + type + "\"" : "")
                + ">"
                + value
                + "</Constant>";
    }

    private String number(int depth) {
        if (depth == 0 || chance(0.2)) {
            return chance(0.3)
                    ? constant(small(), "double")
                    : ref(
                            !derivedNumbers.isEmpty() && chance(0.3)
                                    ? any(derivedNumbers)
                                    : any(NUMBERS));
        }
        int d = depth - 1;
        return switch (random.nextInt(26)) {
            case 0, 1, 2 -> apply(any("+", "-", "*", "/"), number(d), number(d));
            case 3 ->
                    apply(
                            any("min", "max", "sum", "avg", "product", "median"),
                            number(d),
                            number(d),
                            number(d));
            case 4 ->
                    apply(
                            any(
                                    "log10", "ln", "sqrt", "abs", "exp", "floor", "ceil", "round",
                                    "ln1p", "expm1", "rint"),
                            number(d));
            case 5 ->
                    apply(
                            any(
                                    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
                                    "tanh"),
                            number(d));
            case 6 ->
                    apply(
                            any("pow", "threshold", "hypot", "atan2", "modulo"),
                            number(d),
                            number(d));
            case 7 -> apply("if", truth(d), number(d), number(d));
            case 8 -> apply("if", truth(d), number(d));
            case 9 -> apply(any("erf", "stdNormalCDF", "stdNormalPDF"), number(d));
            case 10 ->
                    apply(
                            any("normalCDF", "normalPDF"),
                            number(d),
                            number(d),
                            constant(positive(), "double"));
            case 11 -> apply(any("stdNormalIDF"), constant(any("0.25", "0.5", "0.9"), "double"));
            case 12 -> apply("stringLength", text(d));
            case 13 ->
                    apply(
                            "dateDaysSinceYear",
                            ref(any("d", "w")),
                            constant(any("1960", "2000"), "integer"));
            case 14 ->
                    apply(
                            "dateSecondsSinceYear",
                            ref("w"),
                            constant(any("1960", "2000"), "integer"));
            case 15 -> apply("dateSecondsSinceMidnight", ref("w"));
            case 16, 17 -> normContinuous();
            case 18 ->
                    "<NormDiscrete field=\""
                            + "c"
                            + "\" value=\""
                            + any("a", "b")
                            + "\""
                            + (chance(0.3) ? " mapMissingTo=\"0.5\"" : "")
                            + "/>";
            case 19 -> discretize("double");
            case 20, 21 -> mapValues("double");
            case 22 -> functions ? apply("twice", number(d)) : number(d);
            case 23 -> "<NormDiscrete field=\"k\" value=\"" + any("1", "2") + "\"/>";
            default -> apply(any("+", "*"), number(d), number(d));
        };
    }

    private String normContinuous() {
        StringBuilder out =
                new StringBuilder("<NormContinuous field=\"").append(any(NUMBERS)).append("\"");
        if (chance(0.5)) {
            out.append(" outliers=\"")
                    .append(any("asIs", "asMissingValues", "asExtremeValues"))
                    .append("\"");
        }
        if (chance(0.2)) {
            out.append(" mapMissingTo=\"0.5\"");
        }
        out.append("><LinearNorm orig=\"0\" norm=\"")
                .append(small())
                .append("\"/><LinearNorm orig=\"1\" norm=\"")
                .append(small())
                .append("\"/>");
        if (chance(0.5)) {
            out.append("<LinearNorm orig=\"2\" norm=\"").append(small()).append("\"/>");
        }
        return out.append("</NormContinuous>").toString();
    }

    private String discretize(String type) {
        boolean numeric = type.equals("double");
        StringBuilder out =
                new StringBuilder("<Discretize field=\"").append(any(NUMBERS)).append("\"");
        if (chance(0.7)) {
            out.append(" dataType=\"").append(type).append("\"");
        }
        if (chance(0.3)) {
            out.append(" mapMissingTo=\"").append(numeric ? "7" : "gone").append("\"");
        }
        if (chance(0.4)) {
            out.append(" defaultValue=\"").append(numeric ? "9" : "other").append("\"");
        }
        out.append(">");
        for (int i = 0; i < 3; i++) {
            out.append("<DiscretizeBin binValue=\"")
                    .append(numeric ? String.valueOf(i) : "bin" + i)
                    .append("\"><Interval closure=\"")
                    .append(any("openOpen", "openClosed", "closedOpen", "closedClosed"))
                    .append("\"");
            if (i > 0 || chance(0.5)) {
                out.append(" leftMargin=\"").append(i - 1).append("\"");
            }
            if (i < 2 || chance(0.5)) {
                out.append(" rightMargin=\"").append(i).append("\"");
            } else if (i == 0) {
                out.append(" leftMargin=\"0\"");
            }
            out.append("/></DiscretizeBin>");
        }
        return out.append("</Discretize>").toString();
    }

    private String mapValues(String type) {
        boolean numeric = type.equals("double");
        boolean two = chance(0.4);
        StringBuilder out = new StringBuilder("<MapValues outputColumn=\"out\"");
        if (chance(0.7)) {
            out.append(" dataType=\"").append(type).append("\"");
        }
        if (chance(0.3)) {
            out.append(" mapMissingTo=\"").append(numeric ? "7" : "gone").append("\"");
        }
        if (chance(0.4)) {
            out.append(" defaultValue=\"").append(numeric ? "9" : "other").append("\"");
        }
        out.append("><FieldColumnPair field=\"c\" column=\"c1\"/>");
        if (two) {
            out.append("<FieldColumnPair field=\"")
                    .append(any("k", "n"))
                    .append("\" column=\"k1\"/>");
        }
        out.append("<InlineTable>");
        for (String c : LETTERS) {
            for (int k = 1; k <= (two ? 3 : 1); k++) {
                if (chance(0.8)) {
                    out.append("<row><c1>")
                            .append(c)
                            .append("</c1>")
                            .append(two ? "<k1>" + k + "</k1>" : "")
                            .append("<out>")
                            .append(numeric ? small() : any("red", "blue"))
                            .append("</out></row>");
                }
            }
        }
        out.append("<row><c1>q</c1>")
                .append(two ? "<k1>1</k1>" : "")
                .append("<out>")
                .append(numeric ? "4" : "green")
                .append("</out></row>");
        return out.append("</InlineTable></MapValues>").toString();
    }

    private String text(int depth) {
        if (depth == 0 || chance(0.2)) {
            return chance(0.3)
                    ? constant(any("a", "bc", "Dog"), "string")
                    : ref(
                            !derivedTexts.isEmpty() && chance(0.3)
                                    ? any(derivedTexts)
                                    : any("c", "t", "o"));
        }
        int d = depth - 1;
        return switch (random.nextInt(10)) {
            case 0 -> apply(any("uppercase", "lowercase", "trimBlanks"), text(d));
            case 1 ->
                    apply(
                            "substring",
                            text(d),
                            constant(any("1", "2"), "integer"),
                            constant(any("1", "3"), "integer"));
            case 2 ->
                    apply("concat", text(d), chance(0.5) ? text(d) : ref(any("n", "x", "b", "k")));
            case 3 ->
                    apply(
                            "replace",
                            text(d),
                            constant(any("a", "[a-c]", "^."), "string"),
                            constant(any("z", "ab"), "string"));
            case 4 -> apply("if", truth(d), text(d), text(d));
            case 5 -> discretize("string");
            case 6 -> mapValues("string");
            case 7 ->
                    apply(
                            "formatDatetime",
                            ref("w"),
                            constant(
                                    any("%Y-%m-%d", "%d/%m/%y", "%b", "%j", "%H:%M:%S", "%A %B"),
                                    "string"));
            case 8 ->
                    apply(
                            "formatNumber",
                            ref(any("n", "k")),
                            constant(any("%3d", "%05d"), "string"));
            default -> apply("concat", text(d), text(d));
        };
    }

    private String truth(int depth) {
        int d = Math.max(0, depth - 1);
        if (depth == 0) {
            return apply(any("equal", "lessThan"), ref(any(NUMBERS)), constant(small(), "double"));
        }
        return switch (random.nextInt(9)) {
            case 0, 1 ->
                    apply(
                            any(
                                    "equal",
                                    "notEqual",
                                    "lessThan",
                                    "lessOrEqual",
                                    "greaterThan",
                                    "greaterOrEqual"),
                            number(d),
                            number(d));
            case 2 -> apply(any("and", "or"), truth(d), truth(d));
            case 3 -> apply("not", truth(d));
            case 4 ->
                    apply(
                            any("isMissing", "isNotMissing", "isValid", "isNotValid"),
                            ref(any("x", "c", "k", "n")));
            case 5 ->
                    apply(
                            any("isIn", "isNotIn"),
                            text(d),
                            constant("a", "string"),
                            constant("b", "string"));
            case 6 -> apply("matches", text(d), constant(any("a", "^[a-c]$", "x"), "string"));
            case 7 ->
                    apply(
                            any("equal", "notEqual"),
                            text(d),
                            constant(any("a", "b", "low"), "string"));
            default ->
                    apply(
                            any("isIn", "isNotIn"),
                            ref(any("n", "k")),
                            constant("1", "integer"),
                            constant("2", "integer"));
        };
    }

    /// A model that tells what its inputs and expressions are.
    private String plain(String schema) {
        StringBuilder out = new StringBuilder("<RegressionModel functionName=\"regression\">");
        out.append(
                schema.replaceAll(
                        "<MiningField name=\"(cls|num)\"[^>]*/>",
                        "<MiningField name=\"num\" usageType=\"target\"/>"));
        out.append("<Output>");
        List<String> told =
                new ArrayList<>(
                        kind == Kind.INPUT
                                ? List.of("x", "y", "f", "n", "c", "t", "o", "k", "b")
                                : List.of());
        told.addAll(derivedNumbers);
        told.addAll(derivedTexts);
        for (String name : told) {
            out.append("<OutputField name=\"told ")
                    .append(name)
                    .append("\" feature=\"transformedValue\"><FieldRef field=\"")
                    .append(name)
                    .append("\"/></OutputField>");
        }
        return out.append("</Output><RegressionTable intercept=\"1\"/></RegressionModel>\n")
                .toString();
    }

    // Predicates

    private String predicate(int depth) {
        if (depth > 0 && chance(0.3)) {
            StringBuilder out =
                    new StringBuilder("<CompoundPredicate booleanOperator=\"")
                            .append(any("and", "or", "xor", "surrogate"))
                            .append("\">");
            int count = 2 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                out.append(predicate(depth - 1));
            }
            return out.append("</CompoundPredicate>").toString();
        }
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 ->
                    simple(
                            any(NUMBERS),
                            any(
                                    "lessThan",
                                    "lessOrEqual",
                                    "greaterThan",
                                    "greaterOrEqual",
                                    "equal",
                                    "notEqual"),
                            any("0", "1", "2"));
            case 4 -> simple("c", any("equal", "notEqual"), any(LETTERS));
            case 5 ->
                    simple(
                            "o",
                            any(
                                    "equal",
                                    "notEqual",
                                    "lessThan",
                                    "lessOrEqual",
                                    "greaterThan",
                                    "greaterOrEqual"),
                            any(LEVELS));
            case 6 -> simple("k", any("equal", "notEqual"), any("1", "2", "3"));
            case 7 -> simple("b", any("equal", "notEqual"), any("true", "false"));
            case 8 ->
                    "<SimplePredicate field=\""
                            + any("x", "c", "k")
                            + "\" operator=\""
                            + any("isMissing", "isNotMissing")
                            + "\"/>";
            case 9 ->
                    "<SimpleSetPredicate field=\"c\" booleanOperator=\""
                            + any("isIn", "isNotIn")
                            + "\"><Array n=\"2\" type=\"string\">"
                            + any("a b", "\"b\" \"c\"", "a z")
                            + "</Array></SimpleSetPredicate>";
            case 10 ->
                    "<SimpleSetPredicate field=\"k\" booleanOperator=\""
                            + any("isIn", "isNotIn")
                            + "\"><Array n=\"2\" type=\"int\">1 3</Array></SimpleSetPredicate>";
            default ->
                    derivedNumbers.isEmpty()
                            ? any("<True/>", "<False/>")
                            : simple(
                                    any(derivedNumbers),
                                    any("lessThan", "greaterOrEqual"),
                                    any("0", "1"));
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

    // Targets and outputs

    private String targets(boolean classifies) {
        if (!chance(0.25)) {
            return "";
        }
        String name = classifies ? "cls" : "num";
        StringBuilder out =
                new StringBuilder("<Targets><Target field=\"").append(name).append("\"");
        if (!classifies) {
            if (chance(0.4)) {
                out.append(" rescaleConstant=\"").append(small()).append("\"");
            }
            if (chance(0.4)) {
                out.append(" rescaleFactor=\"").append(small()).append("\"");
            }
            if (chance(0.3)) {
                out.append(" min=\"").append(any("-1", "0")).append("\"");
            }
            if (chance(0.3)) {
                out.append(" max=\"").append(any("1", "2")).append("\"");
            }
            if (chance(0.3)) {
                out.append(" castInteger=\"").append(any("round", "ceiling", "floor")).append("\"");
            }
            out.append(">");
            if (chance(0.1)) {
                out.append("<TargetValue defaultValue=\"0.75\"/>");
            }
        } else {
            out.append(">");
            boolean priors = chance(0.7);
            for (String value : classes) {
                out.append("<TargetValue value=\"").append(value).append("\"");
                if (chance(0.5)) {
                    out.append(" displayValue=\"show ").append(value).append("\"");
                }
                if (priors) {
                    out.append(" priorProbability=\"")
                            .append(
                                    value.equals(classes.get(0))
                                            ? "0.2"
                                            : classes.size() == 2 ? "0.8" : "0.4")
                            .append("\"");
                }
                out.append("/>");
            }
        }
        return out.append("</Target></Targets>").toString();
    }

    private String output(boolean classifies, boolean entity, boolean segments) {
        if (!chance(0.6)) {
            return "";
        }
        int id = ids++;
        StringBuilder out = new StringBuilder("<Output>");
        out.append("<OutputField name=\"p")
                .append(id)
                .append("\" feature=\"predictedValue\"")
                .append(
                        chance(0.4)
                                ? (classifies
                                        ? " dataType=\"string\" optype=\"categorical\""
                                        : " dataType=\"double\" optype=\"continuous\"")
                                : "")
                .append("/>");
        if (classifies) {
            for (String value : classes) {
                if (chance(0.6)) {
                    out.append("<OutputField name=\"prob")
                            .append(id)
                            .append(value)
                            .append("\" feature=\"probability\" value=\"")
                            .append(value)
                            .append("\"")
                            .append(chance(0.4) ? " dataType=\"double\" optype=\"continuous\"" : "")
                            .append("/>");
                }
            }
            if (chance(0.3)) {
                out.append("<OutputField name=\"top")
                        .append(id)
                        .append("\" feature=\"probability\"/>");
            }
            if (chance(0.3) && entity) {
                out.append("<OutputField name=\"conf")
                        .append(id)
                        .append("\" feature=\"confidence\"")
                        .append(chance(0.5) ? " value=\"" + any(classes) + "\"" : "")
                        .append("/>");
            }
            if (chance(0.3)) {
                out.append("<OutputField name=\"rank")
                        .append(id)
                        .append("\" feature=\"predictedValue\" rank=\"")
                        .append(any("1", "2"))
                        .append("\"")
                        .append(chance(0.3) ? " rankOrder=\"ascending\"" : "")
                        .append("/>");
            }
        }
        if (chance(0.3)) {
            out.append("<OutputField name=\"disp")
                    .append(id)
                    .append("\" feature=\"predictedDisplayValue\"/>");
        }
        if (entity && chance(0.4)) {
            out.append("<OutputField name=\"id").append(id).append("\" feature=\"entityId\"/>");
        }
        if (chance(0.3)) {
            out.append("<OutputField name=\"tr")
                    .append(id)
                    .append("\" feature=\"transformedValue\"")
                    .append(chance(0.4) ? " dataType=\"double\" optype=\"continuous\"" : "")
                    .append(">")
                    .append(
                            classifies
                                    ? number(1)
                                    : "<Apply function=\"+\"><FieldRef field=\"p"
                                            + id
                                            + "\"/>"
                                            + number(1)
                                            + "</Apply>")
                    .append("</OutputField>");
        }
        if (chance(0.2)) {
            out.append("<OutputField name=\"dec")
                    .append(id)
                    .append(
                            "\" feature=\"decision\"><Decisions><Decision value=\"1\"/><Decision value=\"2\"/></Decisions>")
                    .append("<Apply function=\"if\">")
                    .append(truth(0))
                    .append("<Constant>1</Constant><Constant>2</Constant></Apply></OutputField>");
        }
        if (segments && chance(0.5)) {
            out.append("<OutputField name=\"seg")
                    .append(id)
                    .append("\" feature=\"predictedValue\" segmentId=\"")
                    .append(any("s0", "s1"))
                    .append("\"/>");
        }
        return out.append("</Output>").toString();
    }

    // Models

    private String tree(String schema, boolean classifies, int depth) {
        String strategy = any("none", "lastPrediction", "nullPrediction", "defaultChild");
        StringBuilder out =
                new StringBuilder("<TreeModel functionName=\"")
                        .append(classifies ? "classification" : "regression")
                        .append("\"")
                        .append(context);
        if (chance(0.85)) {
            out.append(" missingValueStrategy=\"").append(strategy).append("\"");
        }
        if (chance(0.6)) {
            out.append(" noTrueChildStrategy=\"")
                    .append(any("returnNullPrediction", "returnLastPrediction"))
                    .append("\"");
        }
        if (chance(0.2)) {
            out.append(" missingValuePenalty=\"0.8\"");
        }
        out.append(" splitCharacteristic=\"multiSplit\">").append(schema);
        out.append(output(classifies, true, false)).append(targets(classifies)).append(local());
        boolean scored = chance(0.98);
        boolean distributed = chance(0.8) || !scored;
        int[] next = {0};
        node(
                out,
                classifies,
                depth,
                scored,
                distributed,
                chance(0.5),
                chance(0.9) ? "<True/>" : predicate(0),
                next,
                chance(0.8));
        return out.append("</TreeModel>\n").toString();
    }

    private void node(
            StringBuilder out,
            boolean classifies,
            int depth,
            boolean scored,
            boolean distributed,
            boolean innerScored,
            String predicate,
            int[] next,
            boolean identified) {
        int me = next[0]++;
        int children = depth == 0 ? 0 : random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(3);
        boolean score = children == 0 || innerScored;
        StringBuilder below = new StringBuilder();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            ids.add(next[0]);
            node(
                    below,
                    classifies,
                    depth - 1,
                    scored,
                    distributed,
                    innerScored,
                    i == children - 1 && chance(0.3) ? "<True/>" : predicate(1),
                    next,
                    true);
        }
        out.append("<Node");
        if (identified) {
            out.append(" id=\"n").append(me).append("\"");
        }
        if (score && (scored || !classifies)) {
            out.append(" score=\"").append(classifies ? any(classes) : small()).append("\"");
        }
        int[] counts = new int[classes.size()];
        int total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(6) + (i == 0 ? 1 : 0);
            total += counts[i];
        }
        out.append(" recordCount=\"").append(total).append("\"");
        if (children > 0 && chance(0.8)) {
            out.append(" defaultChild=\"n").append(any(ids)).append("\"");
        }
        out.append(">").append(predicate);
        if (classifies && distributed && score) {
            boolean probability = chance(0.3);
            boolean confidence = chance(0.3);
            for (int i = 0; i < counts.length; i++) {
                out.append("<ScoreDistribution value=\"")
                        .append(classes.get(i))
                        .append("\" recordCount=\"")
                        .append(counts[i])
                        .append("\"");
                if (probability) {
                    out.append(" probability=\"")
                            .append(i == 0 ? 0.5 : 0.5 / (counts.length - 1))
                            .append("\"");
                }
                if (confidence) {
                    out.append(" confidence=\"").append(small().replace("-", "")).append("\"");
                }
                out.append("/>");
            }
        }
        out.append(below).append("</Node>");
    }

    private String local() {
        if (!chance(0.1)) {
            return "";
        }
        String name = "l" + ids++;
        String out =
                "<LocalTransformations>"
                        + derived(name, "double", "continuous", number(2))
                        + "</LocalTransformations>";
        return out;
    }

    private String table(String attributes) {
        StringBuilder out =
                new StringBuilder("<RegressionTable intercept=\"")
                        .append(small())
                        .append("\"")
                        .append(attributes)
                        .append(">");
        for (String name : NUMBERS) {
            if (chance(0.4)) {
                out.append("<NumericPredictor name=\"")
                        .append(name)
                        .append("\"")
                        .append(chance(0.3) ? " exponent=\"" + any("1", "2") + "\"" : "")
                        .append(" coefficient=\"")
                        .append(small())
                        .append("\"/>");
            }
        }
        for (String value : LETTERS) {
            if (chance(0.3)) {
                out.append("<CategoricalPredictor name=\"c\" value=\"")
                        .append(value)
                        .append("\" coefficient=\"")
                        .append(small())
                        .append("\"/>");
            }
        }
        if (chance(0.2)) {
            out.append("<CategoricalPredictor name=\"k\" value=\"2\" coefficient=\"")
                    .append(small())
                    .append("\"/>");
        }
        if (chance(0.2)) {
            out.append("<PredictorTerm coefficient=\"")
                    .append(small())
                    .append("\"><FieldRef field=\"x\"/><FieldRef field=\"")
                    .append(any("y", "n"))
                    .append("\"/></PredictorTerm>");
        }
        return out.append("</RegressionTable>").toString();
    }

    private String regression(String schema, boolean classifies) {
        StringBuilder out =
                new StringBuilder("<RegressionModel functionName=\"")
                        .append(classifies ? "classification" : "regression")
                        .append("\"")
                        .append(context);
        if (classifies) {
            out.append(" normalizationMethod=\"")
                    .append(
                            any(
                                    "none",
                                    "simplemax",
                                    "softmax",
                                    "logit",
                                    "probit",
                                    "cloglog",
                                    "loglog",
                                    "cauchit",
                                    "exp",
                                    "softmax",
                                    "logit"))
                    .append("\"");
        } else if (chance(0.6)) {
            out.append(" normalizationMethod=\"")
                    .append(
                            any(
                                    "none", "softmax", "logit", "exp", "probit", "cloglog",
                                    "loglog", "cauchit"))
                    .append("\"");
        }
        out.append(">")
                .append(schema)
                .append(output(classifies, false, false))
                .append(targets(classifies))
                .append(local());
        if (classifies) {
            for (int i = 0; i < classes.size(); i++) {
                boolean bare = i == classes.size() - 1 && chance(0.5);
                String category = " targetCategory=\"" + classes.get(i) + "\"";
                out.append(
                        bare
                                ? "<RegressionTable intercept=\"0\"" + category + "/>"
                                : table(category));
            }
        } else {
            out.append(table(""));
        }
        return out.append("</RegressionModel>\n").toString();
    }

    private String general(String schema, boolean classifies) {
        String type =
                classifies
                        ? any(
                                "multinomialLogistic",
                                "ordinalMultinomial",
                                classes.size() == 2 ? "generalizedLinear" : "multinomialLogistic")
                        : any("regression", "generalLinear", "generalizedLinear");
        StringBuilder out =
                new StringBuilder("<GeneralRegressionModel functionName=\"")
                        .append(classifies ? "classification" : "regression")
                        .append("\" modelType=\"")
                        .append(type)
                        .append("\"")
                        .append(context);
        if (classifies && chance(0.5)) {
            out.append(" targetReferenceCategory=\"").append(any(classes)).append("\"");
        }
        if (type.equals("ordinalMultinomial")) {
            out.append(" cumulativeLink=\"")
                    .append(any("logit", "probit", "cloglog", "loglog", "cauchit"))
                    .append("\"");
        }
        if (type.equals("generalizedLinear")) {
            String link =
                    classifies
                            ? any("logit", "probit", "cloglog", "loglog")
                            : any(
                                    "identity",
                                    "log",
                                    "logit",
                                    "probit",
                                    "cloglog",
                                    "loglog",
                                    "power",
                                    "logc",
                                    "negbin",
                                    "oddspower",
                                    "cauchit");
            out.append(" linkFunction=\"").append(link).append("\"");
            if (link.equals("power") || link.equals("oddspower")) {
                out.append(" linkParameter=\"").append(any("2", "0.5", "-1", "0")).append("\"");
            }
            if (link.equals("negbin")) {
                out.append(" distParameter=\"0.5\"");
            }
        }
        if (chance(0.3)) {
            out.append(chance(0.5) ? " offsetVariable=\"y\"" : " offsetValue=\"0.5\"");
        }
        if (chance(0.2)) {
            out.append(chance(0.5) ? " trialsVariable=\"n\"" : " trialsValue=\"3\"");
        }
        out.append(">")
                .append(schema)
                .append(output(classifies, false, false))
                .append(targets(classifies));
        out.append(
                "<ParameterList><Parameter name=\"p0\"/><Parameter name=\"p1\"/><Parameter name=\"p2\"/><Parameter name=\"p3\"/></ParameterList>");
        boolean matrix = chance(0.2);
        out.append("<FactorList><Predictor name=\"c\"");
        if (matrix) {
            out.append(
                    " contrastMatrixType=\"simple\"><Categories><Category value=\"a\"/><Category value=\"b\"/><Category value=\"c\"/></Categories><Matrix nbRows=\"3\" nbCols=\"2\" kind=\"any\"><Array type=\"real\" n=\"2\">1 0</Array><Array type=\"real\" n=\"2\">0 1</Array><Array type=\"real\" n=\"2\">-1 -0.5</Array></Matrix></Predictor>");
        } else {
            out.append("/>");
        }
        out.append(
                "</FactorList><CovariateList><Predictor name=\"x\"/><Predictor name=\"f\"/></CovariateList><PPMatrix>");
        out.append("<PPCell value=\"")
                .append(any("1", "2"))
                .append("\" predictorName=\"x\" parameterName=\"p1\"/>");
        out.append("<PPCell value=\"")
                .append(any("a", "b"))
                .append("\" predictorName=\"c\" parameterName=\"p2\"/>");
        out.append("<PPCell value=\"1\" predictorName=\"f\" parameterName=\"p3\"/>");
        if (chance(0.5)) {
            out.append("<PPCell value=\"")
                    .append(any("a", "b"))
                    .append("\" predictorName=\"c\" parameterName=\"p3\"/>");
        }
        out.append("</PPMatrix><ParamMatrix>");
        if (classifies) {
            int last = classes.size() - (chance(0.9) ? 1 : 0);
            for (int i = 0; i < last; i++) {
                for (int p = 0; p < 4; p++) {
                    if (p == 0 || !type.equals("ordinalMultinomial")) {
                        out.append("<PCell targetCategory=\"")
                                .append(classes.get(i))
                                .append("\" parameterName=\"p")
                                .append(p)
                                .append("\" beta=\"")
                                .append(
                                        type.equals("ordinalMultinomial")
                                                ? String.valueOf(i)
                                                : small())
                                .append("\"/>");
                    }
                }
            }
            if (type.equals("ordinalMultinomial")) {
                for (int p = 1; p < 4; p++) {
                    out.append("<PCell parameterName=\"p")
                            .append(p)
                            .append("\" beta=\"")
                            .append(small())
                            .append("\"/>");
                }
            }
        } else {
            for (int p = 0; p < 4; p++) {
                out.append("<PCell parameterName=\"p")
                        .append(p)
                        .append("\" beta=\"")
                        .append(small())
                        .append("\"/>");
            }
        }
        return out.append("</ParamMatrix></GeneralRegressionModel>\n").toString();
    }

    private String scorecard(String schema) {
        boolean reasons = chance(0.8);
        StringBuilder out =
                new StringBuilder("<Scorecard functionName=\"regression\"").append(context);
        out.append(chance(0.8) ? " initialScore=\"10\"" : "");
        out.append(
                reasons
                        ? chance(0.5) ? " useReasonCodes=\"true\"" : ""
                        : " useReasonCodes=\"false\"");
        out.append(
                chance(0.6)
                        ? " reasonCodeAlgorithm=\"" + any("pointsAbove", "pointsBelow") + "\""
                        : "");
        boolean global = chance(0.4);
        out.append(global ? " baselineScore=\"1\"" : "");
        out.append(
                        chance(0.3)
                                ? " baselineMethod=\""
                                        + any("max", "min", "mean", "neutral", "other")
                                        + "\""
                                : "")
                .append(">")
                .append(schema);
        out.append("<Output><OutputField name=\"score\" feature=\"predictedValue\"/>");
        if (reasons) {
            for (int i = 1; i <= 4; i++) {
                out.append("<OutputField name=\"r")
                        .append(i)
                        .append("\" feature=\"reasonCode\" rank=\"")
                        .append(i)
                        .append("\"/>");
            }
        }
        out.append("</Output>").append(targets(false)).append("<Characteristics>");
        for (int i = 0; i < 4; i++) {
            boolean codeAbove = chance(0.5);
            out.append("<Characteristic name=\"ch")
                    .append(i)
                    .append("\"")
                    .append(codeAbove ? " reasonCode=\"R" + random.nextInt(4) + "\"" : "")
                    .append(global && chance(0.5) ? "" : " baselineScore=\"" + small() + "\"")
                    .append(">");
            for (int a = 0; a < 3; a++) {
                boolean complex = chance(0.15);
                out.append("<Attribute")
                        .append(complex ? "" : " partialScore=\"" + small() + "\"")
                        .append(
                                !codeAbove || chance(0.3)
                                        ? " reasonCode=\"R" + random.nextInt(6) + "\""
                                        : "")
                        .append(">")
                        .append(a == 2 && chance(0.7) ? "<True/>" : predicate(1))
                        .append(
                                complex
                                        ? "<ComplexPartialScore>"
                                                + number(2)
                                                + "</ComplexPartialScore>"
                                        : "")
                        .append("</Attribute>");
            }
            out.append("</Characteristic>");
        }
        return out.append("</Characteristics></Scorecard>\n").toString();
    }

    private String ensemble(String schema, boolean classifies, boolean outermost) {
        String method =
                classifies
                        ? any(
                                "majorityVote",
                                "weightedMajorityVote",
                                "average",
                                "weightedAverage",
                                "max",
                                "median",
                                "selectFirst",
                                "majorityVote")
                        : any(
                                "sum",
                                "x-weightedSum",
                                "average",
                                "weightedAverage",
                                "median",
                                "weightedMedian",
                                "selectFirst");
        StringBuilder out =
                new StringBuilder("<MiningModel functionName=\"")
                        .append(classifies ? "classification" : "regression")
                        .append("\"")
                        .append(context)
                        .append(">")
                        .append(schema);
        out.append(output(classifies, method.equals("selectFirst"), true))
                .append(targets(classifies));
        out.append("<Segmentation multipleModelMethod=\"").append(method).append("\"");
        if (chance(0.5)) {
            out.append(" missingPredictionTreatment=\"")
                    .append(any("continue", "skipSegment", "returnMissing"))
                    .append("\"");
            if (chance(0.5)) {
                out.append(" missingThreshold=\"")
                        .append(any("0.25", "0.5", "1", "0"))
                        .append("\"");
            }
        }
        out.append(">");
        int count = 2 + random.nextInt(4);
        String inner = schema(classifies ? "cls" : "num", false);
        for (int i = 0; i < count; i++) {
            out.append("<Segment id=\"s")
                    .append(i)
                    .append("\"")
                    .append(chance(0.7) ? " weight=\"" + positive() + "\"" : "")
                    .append(">");
            out.append(chance(0.7) ? "<True/>" : predicate(1));
            int what = random.nextInt(outermost ? 6 : 5);
            out.append(
                    what < 4
                            ? tree(inner, classifies, 2)
                            : what == 4
                                    ? regression(inner, classifies)
                                    : ensemble(inner, classifies, false));
            out.append("</Segment>\n");
        }
        return out.append("</Segmentation></MiningModel>\n").toString();
    }

    private String chain(String schema, boolean classifies) {
        StringBuilder out =
                new StringBuilder("<MiningModel functionName=\"")
                        .append(classifies ? "classification" : "regression")
                        .append("\"")
                        .append(context)
                        .append(">")
                        .append(schema);
        out.append(output(classifies, false, true)).append(targets(classifies));
        out.append("<Segmentation multipleModelMethod=\"modelChain\"")
                .append(
                        chance(0.3)
                                ? " missingPredictionTreatment=\""
                                        + any("continue", "returnMissing", "skipSegment")
                                        + "\""
                                : "")
                .append(">");
        String inner =
                schema("num", false).replaceAll("<MiningField name=\"(cls|num)\"[^>]*/>", "");
        String first =
                chance(0.5)
                        ? tree(inner, false, 2)
                        : chance(0.5) ? regression(inner, false) : ensemble(inner, false, false);
        first =
                first.replaceFirst(
                        "</MiningSchema>\\s*(<Output>.*?</Output>)?",
                        "</MiningSchema><Output><OutputField name=\"z\" optype=\"continuous\" dataType=\""
                                + any("double", "float")
                                + "\" feature=\"predictedValue\""
                                + (chance(0.3) ? " isFinalResult=\"false\"" : "")
                                + "/>"
                                + (chance(0.3)
                                        ? "<OutputField name=\"zz\" optype=\"continuous\" dataType=\"double\" feature=\"transformedValue\" isFinalResult=\"false\"><Apply function=\"*\"><FieldRef field=\"z\"/><Constant>2</Constant></Apply></OutputField>"
                                        : "")
                                + "</Output>");
        first = first.replaceAll("<Targets>.*?</Targets>", "");
        out.append("<Segment id=\"s0\">")
                .append(chance(0.8) ? "<True/>" : predicate(1))
                .append(first)
                .append("</Segment>");
        String last =
                schema(classifies ? "cls" : "num", false)
                        .replace("</MiningSchema>", "<MiningField name=\"z\"/></MiningSchema>");
        String model = chance(0.5) ? tree(last, classifies, 2) : regression(last, classifies);
        model =
                model.replace("field=\"x\" operator", "field=\"z\" operator")
                        .replace("<NumericPredictor name=\"x\"", "<NumericPredictor name=\"z\"");
        out.append("<Segment id=\"s1\">")
                .append(chance(0.8) ? "<True/>" : predicate(1))
                .append(model)
                .append("</Segment>");
        return out.append("</Segmentation></MiningModel>\n").toString();
    }
}
