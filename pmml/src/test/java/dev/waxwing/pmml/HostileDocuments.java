package dev.waxwing.pmml;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Documents that are made to exhaust memory, stack or time, and a process of its own that reads and scores them.
///
/// The process is started by [HostileDocumentTest] with a small heap and a small stack. For each document it prints a
/// line: name, what loading told, what scoring one row told.
final class HostileDocuments {
    interface Body {
        void write(Writer out) throws IOException;
    }

    private static final String HEAD =
            "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><Header/>\n";
    private static final String DICTIONARY =
            "<DataDictionary><DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>"
                    + "<DataField name=\"t\" optype=\"categorical\" dataType=\"string\"/></DataDictionary>\n";
    private static final String SCHEMA =
            "<MiningSchema><MiningField name=\"x\"/><MiningField name=\"t\"/></MiningSchema>\n";

    static final Map<String, Body> ALL = new LinkedHashMap<>();

    static {
        marks();
        expressions();
        models();
        texts();
    }

    private HostileDocuments() {}

    private static void marks() {
        ALL.put(
                "entity bomb",
                out -> {
                    out.write("<!DOCTYPE PMML [<!ENTITY e0 \"lol\">");
                    for (int i = 1; i < 60; i++) {
                        out.write(
                                "<!ENTITY e"
                                        + i
                                        + " \""
                                        + ("&e" + (i - 1) + ";").repeat(10)
                                        + "\">");
                    }
                    out.write("]>" + HEAD + "&e59;</PMML>");
                });
        ALL.put(
                "100 MB attribute",
                out -> {
                    out.write(HEAD + "<TreeModel modelName=\"");
                    repeat(out, "0123456789", 10_000_000);
                    out.write("\"/></PMML>");
                });
        ALL.put(
                "100 MB text",
                out -> {
                    out.write(HEAD + "<DataDictionary>");
                    repeat(out, "0123456789", 10_000_000);
                    out.write("</DataDictionary></PMML>");
                });
        ALL.put(
                "text in 3,000,000 pieces",
                out -> {
                    out.write(HEAD + "<DataDictionary>");
                    repeat(out, "abcdefgh<!---->", 3_000_000);
                    out.write("</DataDictionary></PMML>");
                });
        ALL.put(
                "a million attributes",
                out -> {
                    out.write(HEAD + "<TreeModel");
                    for (int i = 0; i < 1_000_000; i++) {
                        out.write(" a" + i + "=\"\"");
                    }
                    out.write("/></PMML>");
                });
        ALL.put(
                "a name of a megabyte",
                out -> {
                    out.write(HEAD + "<T");
                    repeat(out, "reeModel", 1 << 17);
                    out.write("/></PMML>");
                });
        ALL.put(
                "depth 100,000",
                out -> {
                    out.write(HEAD);
                    repeat(out, "<Node>", 100_000);
                });
        ALL.put(
                "extensions at depth 100,000",
                out -> {
                    out.write(HEAD);
                    repeat(out, "<Extension>", 100_000);
                });
        ALL.put(
                "a million fields",
                out -> {
                    out.write(HEAD + "<DataDictionary>\n");
                    for (int i = 0; i < 1_000_000; i++) {
                        out.write(
                                "<DataField name=\"field"
                                        + i
                                        + "\" optype=\"continuous\" dataType=\"double\"/>\n");
                    }
                    out.write(
                            "</DataDictionary>\n<TreeModel functionName=\"regression\"><MiningSchema/>"
                                    + "<Node score=\"1\"><True/></Node></TreeModel></PMML>");
                });
        ALL.put(
                "20,000 fields",
                out -> {
                    out.write(HEAD + "<DataDictionary>\n");
                    for (int i = 0; i < 20_000; i++) {
                        out.write(
                                "<DataField name=\"f"
                                        + i
                                        + "\" optype=\"continuous\" dataType=\"double\"/>\n");
                    }
                    out.write(
                            "</DataDictionary>\n<TreeModel functionName=\"regression\"><MiningSchema>");
                    for (int i = 0; i < 20_000; i++) {
                        out.write("<MiningField name=\"f" + i + "\"/>");
                    }
                    out.write("</MiningSchema><Node score=\"1\"><True/></Node></TreeModel></PMML>");
                });
        ALL.put(
                "100,000 element names of one hash",
                out -> {
                    out.write(HEAD + "<DataDictionary>\n");
                    for (String name : colliding(100_000)) {
                        out.write("<" + name + "/>\n");
                    }
                    out.write("</DataDictionary></PMML>");
                });
    }

    private static void expressions() {
        ALL.put(
                "derived fields in a circle",
                dictionary(
                        out -> {
                            for (int i = 0; i < 1_000; i++) {
                                out.write(
                                        derived(
                                                "d" + i,
                                                "<FieldRef field=\"d" + (i + 1) % 1_000 + "\"/>"));
                            }
                        },
                        "d0"));
        ALL.put(
                "a derived field that is itself",
                dictionary(out -> out.write(derived("d", "<FieldRef field=\"d\"/>")), "d"));
        ALL.put(
                "a chain of 100,000 derived fields",
                dictionary(
                        out -> {
                            for (int i = 0; i < 100_000; i++) {
                                out.write(
                                        derived("d" + i, "<FieldRef field=\"d" + (i + 1) + "\"/>"));
                            }
                            out.write(derived("d100000", "<FieldRef field=\"x\"/>"));
                        },
                        "d0"));
        ALL.put(
                "the same chain, declared backwards",
                dictionary(
                        out -> {
                            out.write(derived("d0", "<FieldRef field=\"x\"/>"));
                            for (int i = 1; i < 100_000; i++) {
                                out.write(
                                        derived("d" + i, "<FieldRef field=\"d" + (i - 1) + "\"/>"));
                            }
                        },
                        "d99999"));
        ALL.put(
                "a chain of 350 derived fields",
                dictionary(
                        out -> {
                            for (int i = 0; i < 350; i++) {
                                out.write(
                                        derived("d" + i, "<FieldRef field=\"d" + (i + 1) + "\"/>"));
                            }
                            out.write(derived("d350", "<FieldRef field=\"x\"/>"));
                        },
                        "d0"));
        ALL.put(
                "derived fields that double 200 times",
                dictionary(
                        out -> {
                            out.write(derived("d0", "<FieldRef field=\"x\"/>"));
                            for (int i = 1; i < 200; i++) {
                                String before = "<FieldRef field=\"d" + (i - 1) + "\"/>";
                                out.write(derived("d" + i, apply("+", before + before)));
                            }
                        },
                        "d199"));
        ALL.put(
                "functions that apply the one before twice",
                dictionary(
                        out -> {
                            out.write(
                                    function(
                                            "f0",
                                            apply(
                                                    "+",
                                                    "<FieldRef field=\"p\"/><FieldRef field=\"p\"/>")));
                            for (int i = 1; i < 60; i++) {
                                String before = apply("f" + (i - 1), "<FieldRef field=\"p\"/>");
                                out.write(function("f" + i, apply("+", before + before)));
                            }
                            out.write(derived("d", apply("f59", "<FieldRef field=\"x\"/>")));
                        },
                        "d"));
        ALL.put(
                "a function that applies itself",
                dictionary(
                        out -> {
                            out.write(function("f", apply("f", "<FieldRef field=\"p\"/>")));
                            out.write(derived("d", apply("f", "<FieldRef field=\"x\"/>")));
                        },
                        "d"));
        ALL.put(
                "a chain of 90,000 functions",
                dictionary(
                        out -> {
                            for (int i = 0; i < 90_000; i++) {
                                out.write(
                                        function(
                                                "f" + i,
                                                apply("f" + (i + 1), "<FieldRef field=\"p\"/>")));
                            }
                            out.write(function("f90000", "<FieldRef field=\"p\"/>"));
                            out.write(derived("d", apply("f0", "<FieldRef field=\"x\"/>")));
                        },
                        "d"));
        ALL.put(
                "300 derived fields that nest 300 functions each",
                dictionary(
                        out -> {
                            out.write(derived("d0", "<FieldRef field=\"x\"/>"));
                            for (int i = 1; i < 300; i++) {
                                out.write(
                                        derived(
                                                "d" + i,
                                                "<Apply function=\"ln\">".repeat(300)
                                                        + "<FieldRef field=\"d"
                                                        + (i - 1)
                                                        + "\"/>"
                                                        + "</Apply>".repeat(300)));
                            }
                        },
                        "d299"));
        ALL.put(
                "functions nested 790 deep",
                dictionary(
                        out ->
                                out.write(
                                        derived(
                                                "d",
                                                "<Apply function=\"abs\">".repeat(790)
                                                        + "<FieldRef field=\"x\"/>"
                                                        + "</Apply>".repeat(790))),
                        "d"));
        ALL.put(
                "functions nested 60 deep that look twice for missing values",
                dictionary(
                        out ->
                                out.write(
                                        derived(
                                                "d",
                                                "<Apply function=\"+\" mapMissingTo=\"0\">"
                                                                .repeat(60)
                                                        + "<FieldRef field=\"x\"/>"
                                                        + "<Constant>1</Constant></Apply>"
                                                                .repeat(60))),
                        "d"));
        ALL.put(
                "checks of validity nested 60 deep",
                dictionary(
                        out ->
                                out.write(
                                        derived(
                                                "d",
                                                apply(
                                                        "if",
                                                        "<Apply function=\"isValid\">".repeat(60)
                                                                + "<FieldRef field=\"x\"/>"
                                                                + "</Apply>".repeat(60)
                                                                + "<Constant>1</Constant><Constant>0</Constant>"))),
                        "d"));
        ALL.put(
                "a table of 50,000 pairs of one hash",
                dictionary(
                        out -> {
                            out.write(
                                    "<DerivedField name=\"d\" optype=\"continuous\" dataType=\"double\">"
                                            + "<MapValues outputColumn=\"to\" dataType=\"double\"><FieldColumnPair field=\"t\" column=\"a\"/>"
                                            + "<FieldColumnPair field=\"t\" column=\"b\"/><InlineTable>");
                            for (String name : colliding(50_000)) {
                                out.write(
                                        "<row><a>"
                                                + name
                                                + "</a><b>"
                                                + name
                                                + "</b><to>1</to></row>\n");
                            }
                            out.write("</InlineTable></MapValues></DerivedField>");
                        },
                        "d"));
    }

    private static void models() {
        ALL.put(
                "conditions nested 1,900 deep",
                tree(
                        "<CompoundPredicate booleanOperator=\"and\">".repeat(1_900)
                                + "<True/><True/>"
                                + "<True/></CompoundPredicate>".repeat(1_900)));
        ALL.put(
                "conditions nested 100,000 deep",
                tree("<CompoundPredicate booleanOperator=\"and\">".repeat(100_000) + "<True/>"));
        ALL.put(
                "nodes nested 1,900 deep",
                out -> {
                    out.write(
                            HEAD
                                    + DICTIONARY
                                    + "<TreeModel functionName=\"regression\" missingValueStrategy=\"aggregateNodes\">"
                                    + SCHEMA
                                    + "<Node score=\"1\" recordCount=\"1\"><True/>");
                    repeat(
                            out,
                            "<Node score=\"2\" recordCount=\"1\">"
                                    + "<SimplePredicate field=\"x\" operator=\"lessThan\" value=\"5\"/>",
                            1_900);
                    repeat(out, "</Node>", 1_900);
                    out.write("</Node></TreeModel></PMML>");
                });
        ALL.put(
                "models nested 600 deep",
                out -> {
                    out.write(HEAD + DICTIONARY);
                    for (int i = 0; i < 600; i++) {
                        out.write(
                                "<MiningModel functionName=\"regression\">"
                                        + SCHEMA
                                        + "<Segmentation multipleModelMethod=\"sum\"><Segment><True/>\n");
                    }
                    out.write(
                            "<TreeModel functionName=\"regression\">"
                                    + SCHEMA
                                    + "<Node score=\"1\"><True/></Node></TreeModel>");
                    repeat(out, "</Segment></Segmentation></MiningModel>", 600);
                    out.write("</PMML>");
                });
        ALL.put(
                "3,000 segments that replace missing values over 3,000 derived fields",
                out -> {
                    out.write(HEAD + DICTIONARY + "<TransformationDictionary>");
                    for (int i = 0; i < 3_000; i++) {
                        out.write(derived("d" + i, "<FieldRef field=\"x\"/>"));
                    }
                    out.write(
                            "</TransformationDictionary><MiningModel functionName=\"regression\">"
                                    + SCHEMA
                                    + "<Segmentation multipleModelMethod=\"sum\">");
                    for (int i = 0; i < 3_000; i++) {
                        out.write(
                                "<Segment><True/><TreeModel functionName=\"regression\"><MiningSchema>"
                                        + "<MiningField name=\"x\" missingValueReplacement=\"1\"/></MiningSchema>"
                                        + "<Node score=\"1\"><SimplePredicate field=\"d"
                                        + i
                                        + "\" operator=\"lessThan\" value=\"5\"/></Node></TreeModel></Segment>\n");
                    }
                    out.write("</Segmentation></MiningModel></PMML>");
                });
        ALL.put(
                "10,000 parameters with a cell each",
                out -> {
                    out.write(
                            HEAD
                                    + DICTIONARY
                                    + "<GeneralRegressionModel functionName=\"regression\" modelType=\"regression\">"
                                    + SCHEMA
                                    + "<ParameterList>");
                    for (int i = 0; i < 10_000; i++) {
                        out.write("<Parameter name=\"p" + i + "\"/>");
                    }
                    out.write(
                            "</ParameterList><CovariateList><Predictor name=\"x\"/></CovariateList><PPMatrix>");
                    for (int i = 0; i < 10_000; i++) {
                        out.write(
                                "<PPCell predictorName=\"x\" parameterName=\"p"
                                        + i
                                        + "\" value=\"1\"/>");
                    }
                    out.write("</PPMatrix><ParamMatrix>");
                    for (int i = 0; i < 10_000; i++) {
                        out.write("<PCell parameterName=\"p" + i + "\" beta=\"1\"/>");
                    }
                    out.write("</ParamMatrix></GeneralRegressionModel></PMML>");
                });
        ALL.put(
                "30,000 segments",
                out -> {
                    out.write(
                            HEAD
                                    + DICTIONARY
                                    + "<MiningModel functionName=\"regression\">"
                                    + SCHEMA);
                    out.write("<Segmentation multipleModelMethod=\"sum\">\n");
                    repeat(
                            out,
                            "<Segment><True/><TreeModel functionName=\"regression\"><MiningSchema>"
                                    + "<MiningField name=\"x\"/></MiningSchema><Node><True/>"
                                    + "<Node score=\"1\"><SimplePredicate field=\"x\" operator=\"lessThan\""
                                    + " value=\"5\"/></Node><Node score=\"2\"><True/></Node></Node>"
                                    + "</TreeModel></Segment>\n",
                            30_000);
                    out.write("</Segmentation></MiningModel></PMML>");
                });
        ALL.put(
                "2,000 outputs of 2,000 categories",
                out -> {
                    out.write(
                            HEAD
                                    + "<DataDictionary><DataField name=\"k\" optype=\"categorical\" dataType=\"string\">");
                    for (int i = 0; i < 2_000; i++) {
                        out.write("<Value value=\"c" + i + "\"/>");
                    }
                    out.write(
                            "</DataField></DataDictionary><TreeModel functionName=\"classification\"><MiningSchema>");
                    out.write(
                            "<MiningField name=\"k\" usageType=\"target\"/></MiningSchema><Output>");
                    for (int i = 0; i < 2_000; i++) {
                        out.write(
                                "<OutputField name=\"o"
                                        + i
                                        + "\" feature=\"probability\" value=\"d"
                                        + i
                                        + "\"/>");
                    }
                    out.write("</Output><Node score=\"c0\"><True/>");
                    for (int i = 0; i < 2_000; i++) {
                        out.write("<ScoreDistribution value=\"c" + i + "\" recordCount=\"1\"/>");
                    }
                    out.write("</Node></TreeModel></PMML>");
                });
        ALL.put("a number of a megabyte", out -> out.write(tree("1".repeat(1 << 20), "<True/>")));
        ALL.put("a score beyond all doubles", out -> out.write(tree("1e999999999", "<True/>")));
        ALL.put(
                "an array of 10 MB",
                out -> {
                    out.write(
                            HEAD
                                    + DICTIONARY
                                    + "<TreeModel functionName=\"regression\">"
                                    + SCHEMA
                                    + "<Node score=\"1\"><SimpleSetPredicate field=\"t\" booleanOperator=\"isNotIn\">"
                                    + "<Array type=\"string\" n=\"7\">");
                    repeat(out, "abcdefghi ", 1_000_000);
                    out.write("</Array></SimpleSetPredicate></Node></TreeModel></PMML>");
                });
    }

    private static void texts() {
        ALL.put(
                "a pattern that goes back for ever",
                text(
                        apply(
                                "matches",
                                constant("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
                                        + constant("^(a+)+\\1b$"))));
        ALL.put(
                "a pattern that recurses",
                text(apply("matches", constant("ab".repeat(200_000)) + constant("^(a|b)*$"))));
        ALL.put(
                "a pattern of empty choices",
                text(apply("matches", constant("x") + constant("(|)".repeat(50) + "(?!)"))));
        ALL.put(
                "a pattern that repeats nothing",
                text(apply("matches", constant("x") + constant("((){999999999}){999999999}"))));
        ALL.put(
                "a pattern of 100,000 brackets",
                text(
                        apply(
                                "matches",
                                constant("x")
                                        + constant("(".repeat(100_000) + ")".repeat(100_000)))));
        ALL.put(
                "a pattern of 4,000 brackets",
                text(
                        apply(
                                "matches",
                                constant("x") + constant("(".repeat(4_000) + ")".repeat(4_000)))));
        ALL.put(
                "a number of a thousand million digits",
                text(apply("formatNumber", constant("7") + constant("%1000000000d"))));
        ALL.put(
                "a text that doubles",
                dictionary(
                        out -> {
                            out.write(named("d0", constant("abcdefgh")));
                            for (int i = 1; i < 40; i++) {
                                String before = "<FieldRef field=\"d" + (i - 1) + "\"/>";
                                out.write(named("d" + i, apply("concat", before + before)));
                            }
                            out.write(
                                    derived(
                                            "d",
                                            apply("stringLength", "<FieldRef field=\"d39\"/>")));
                        },
                        "d"));
        ALL.put(
                "a normalization that doubles",
                index(
                        "<TextIndexNormalization recursive=\"true\" "
                                + "inField=\"in\" outField=\"out\" regexField=\"is\"><InlineTable>"
                                + "<row><in>a</in><out>aa</out><is>true</is></row></InlineTable></TextIndexNormalization>",
                        "",
                        "a"));
        ALL.put("a text of marks", index("", "", "!".repeat(900_000) + "a"));
        ALL.put(
                "a text of words that almost match",
                index(
                        "",
                        "maxLevenshteinDistance=\"99999999\"",
                        ("abcdefghij".repeat(500) + " ").repeat(100)));
        ALL.put(
                "a text of words that are counted for each",
                index("", "localTermWeights=\"augmentedNormalizedTermFrequency\"", words(100_000)));
    }

    private static String words(int count) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; i++) {
            words.append('w').append(i).append(' ');
        }
        return words.toString();
    }

    private static void repeat(Writer out, String what, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            out.write(what);
        }
    }

    /// Different names that hash alike: every choice of `Aa` or `BB`.
    private static List<String> colliding(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 17; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.add(name.toString());
        }
        return names;
    }

    private static String derived(String name, String body) {
        return "<DerivedField name=\""
                + name
                + "\" optype=\"continuous\" dataType=\"double\">"
                + body
                + "</DerivedField>\n";
    }

    private static String named(String name, String body) {
        return "<DerivedField name=\""
                + name
                + "\" optype=\"categorical\" dataType=\"string\">"
                + body
                + "</DerivedField>\n";
    }

    private static String function(String name, String body) {
        return "<DefineFunction name=\""
                + name
                + "\" optype=\"continuous\"><ParameterField name=\"p\"/>"
                + body
                + "</DefineFunction>\n";
    }

    private static String apply(String function, String arguments) {
        return "<Apply function=\"" + function + "\">" + arguments + "</Apply>";
    }

    private static String constant(String text) {
        return "<Constant dataType=\"string\">" + text + "</Constant>";
    }

    private static Body dictionary(Body transformations, String asked) {
        return out -> {
            out.write(HEAD + DICTIONARY + "<TransformationDictionary>\n");
            transformations.write(out);
            out.write("</TransformationDictionary>\n");
            out.write(
                    "<TreeModel functionName=\"regression\">"
                            + SCHEMA
                            + "<Node score=\"1\"><True/><Node score=\"2\"><SimplePredicate field=\""
                            + asked
                            + "\" operator=\"lessThan\" value=\"5\"/></Node></Node></TreeModel></PMML>");
        };
    }

    private static Body text(String body) {
        return dictionary(
                out ->
                        out.write(
                                derived(
                                        "d",
                                        apply(
                                                "if",
                                                apply("isMissing", body)
                                                        + "<Constant>1</Constant><Constant>0</Constant>"))),
                "d");
    }

    private static Body index(String normalization, String attributes, String text) {
        return dictionary(
                out -> {
                    out.write(named("long", constant(text)));
                    out.write(
                            derived(
                                    "d",
                                    "<TextIndex textField=\"long\" "
                                            + attributes
                                            + ">"
                                            + normalization
                                            + constant("abcdefghij".repeat(500))
                                            + "</TextIndex>"));
                },
                "d");
    }

    private static Body tree(String condition) {
        return out -> out.write(tree("1", condition));
    }

    private static String tree(String score, String condition) {
        return HEAD
                + DICTIONARY
                + "<TreeModel functionName=\"regression\">"
                + SCHEMA
                + "<Node score=\""
                + score
                + "\">"
                + condition
                + "</Node></TreeModel></PMML>";
    }

    /// @param folder where the documents are written, one after the other
    public static void main(String[] folder) throws Exception {
        for (Map.Entry<String, Body> one : ALL.entrySet()) {
            Path file = Path.of(folder[0], "hostile.pmml");
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                one.getValue().write(out);
            }
            System.out.println(one.getKey() + "\t" + told(file));
        }
    }

    private static String told(Path file) {
        String compiled;
        try {
            compiled = "compiles, " + Scorer.load(file).inputs().size() + " inputs";
        } catch (PmmlException e) {
            compiled = e.getMessage();
        } catch (RuntimeException | Error e) {
            compiled = "UNDOCUMENTED " + e;
        }
        try {
            Evaluator evaluator = Evaluator.load(file);
            Map<String, Object> row = new HashMap<>(Collections.singletonMap("x", 1));
            row.keySet().removeIf(name -> !evaluator.knows(name));
            return compiled + "\t" + "scores " + evaluator.evaluate(row).values();
        } catch (PmmlException | InvalidValueException e) {
            return compiled + "\t" + e.getMessage();
        } catch (RuntimeException | Error e) {
            return compiled + "\t" + "UNDOCUMENTED " + e;
        }
    }
}
