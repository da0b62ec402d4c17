package dev.waxwing.bench.score;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.LrDoc;
import dev.waxwing.pmml.Tree;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes trees as converters do: `binarySplit`, `defaultChild`, a sum of segments that a logistic regression follows.
///
/// [dev.waxwing.pmml.GbdtPmml] tells every leaf as an output too, which general engines pay for; this form does not.
final class PlainPmml {
    private final Writer out;
    private final GbdtDoc doc;

    private PlainPmml(Writer out, GbdtDoc doc) {
        this.out = out;
        this.doc = doc;
    }

    static void writeTrees(Path file, GbdtDoc doc) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            PlainPmml pmml = new PlainPmml(out, doc);
            pmml.begin();
            pmml.sum(false);
            pmml.beginRegression("<MiningField name=\"margin\"/>");
            out.write("<NumericPredictor name=\"margin\" coefficient=\"1\"/>\n");
            pmml.end();
        }
    }

    /// One document: leaf ids as outputs of the trees, and a regression over them.
    static void writeTreesAndRegression(Path file, GbdtDoc doc, LrDoc lr) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            PlainPmml pmml = new PlainPmml(out, doc);
            pmml.begin();
            pmml.sum(true);
            StringBuilder fields = new StringBuilder();
            for (int t = 0; t < doc.trees().size(); t++) {
                fields.append("<MiningField name=\"leaf").append(t).append("\"/>\n");
            }
            pmml.beginRegression(fields.toString(), lr.intercept());
            for (int t = 0; t < doc.trees().size(); t++) {
                double[] coefficients = lr.leafCoefficients()[t];
                for (int leaf = 0; leaf < coefficients.length; leaf++) {
                    out.write(
                            "<CategoricalPredictor name=\"leaf%d\" value=\"%d\" coefficient=\"%s\"/>\n"
                                    .formatted(t, leaf, coefficients[leaf]));
                }
            }
            pmml.end();
        }
    }

    private void begin() throws IOException {
        out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.write("<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n<Header/>\n");
        out.write(
                "<DataDictionary>\n<DataField name=\"label\" optype=\"categorical\" dataType=\"integer\">");
        out.write("<Value value=\"0\"/><Value value=\"1\"/></DataField>\n");
        for (String input : doc.inputs()) {
            out.write(
                    "<DataField name=\"%s\" optype=\"continuous\" dataType=\"float\"/>\n"
                            .formatted(input));
        }
        out.write("</DataDictionary>\n<MiningModel functionName=\"classification\">\n");
        schema("<MiningField name=\"label\" usageType=\"target\"/>\n");
        out.write("<Segmentation multipleModelMethod=\"modelChain\">\n<Segment id=\"1\"><True/>\n");
    }

    private void schema(String more) throws IOException {
        out.write("<MiningSchema>\n" + more);
        for (String input : doc.inputs()) {
            out.write("<MiningField name=\"%s\"/>\n".formatted(input));
        }
        out.write("</MiningSchema>\n");
    }

    private void sum(boolean leaves) throws IOException {
        out.write("<MiningModel functionName=\"regression\">\n");
        schema("");
        out.write(
                "<Output><OutputField name=\"margin\" optype=\"continuous\" dataType=\"double\" feature=\"predictedValue\"/>\n");
        for (int t = 0; leaves && t < doc.trees().size(); t++) {
            out.write(
                    ("<OutputField name=\"leaf%d\" optype=\"categorical\" dataType=\"string\""
                                    + " feature=\"entityId\" segmentId=\"%d\"/>\n")
                            .formatted(t, t));
        }
        out.write(
                "</Output>\n<Targets><Target rescaleConstant=\""
                        + doc.baseMargin()
                        + "\"/></Targets>\n");
        out.write("<Segmentation multipleModelMethod=\"sum\">\n");
        for (int t = 0; t < doc.trees().size(); t++) {
            out.write("<Segment id=\"%d\"><True/>\n".formatted(t));
            out.write(
                    "<TreeModel functionName=\"regression\" missingValueStrategy=\"defaultChild\""
                            + " splitCharacteristic=\"binarySplit\">\n");
            schema("");
            node(doc.trees().get(t), 0, "<True/>");
            out.write("</TreeModel></Segment>\n");
        }
        out.write("</Segmentation></MiningModel></Segment>\n");
    }

    private static String id(Tree tree, int node) {
        return tree.left()[node] < 0 ? String.valueOf(tree.leafIndex()[node]) : "n" + node;
    }

    private void node(Tree tree, int node, String condition) throws IOException {
        int left = tree.left()[node];
        if (left < 0) {
            out.write(
                    "<Node id=\"%s\" score=\"%s\">%s</Node>\n"
                            .formatted(id(tree, node), tree.value()[node], condition));
            return;
        }
        int right = tree.right()[node];
        out.write(
                "<Node id=\"%s\" defaultChild=\"%s\">%s%n"
                        .formatted(
                                id(tree, node),
                                id(tree, tree.missingLeft()[node] ? left : right),
                                condition));
        String predicate = "<SimplePredicate field=\"%s\" operator=\"%s\" value=\"%s\"/>";
        String field = doc.inputs().get(tree.feature()[node]);
        float threshold = tree.threshold()[node];
        node(tree, left, predicate.formatted(field, "lessThan", threshold));
        node(tree, right, predicate.formatted(field, "greaterOrEqual", threshold));
        out.write("</Node>\n");
    }

    private void beginRegression(String fields) throws IOException {
        beginRegression(fields, 0);
    }

    private void beginRegression(String fields, double intercept) throws IOException {
        out.write(
                "<Segment id=\"2\"><True/>\n<RegressionModel functionName=\"classification\" normalizationMethod=\"logit\">\n");
        out.write(
                "<MiningSchema><MiningField name=\"label\" usageType=\"target\"/>"
                        + fields
                        + "</MiningSchema>\n");
        out.write("<Output>");
        for (int label = 1; label >= 0; label--) {
            out.write(
                    ("<OutputField name=\"probability(%d)\" optype=\"continuous\" dataType=\"double\""
                                    + " feature=\"probability\" value=\"%d\"/>\n")
                            .formatted(label, label));
        }
        out.write(
                "</Output>\n<RegressionTable intercept=\""
                        + intercept
                        + "\" targetCategory=\"1\">\n");
    }

    private void end() throws IOException {
        out.write("</RegressionTable>\n<RegressionTable intercept=\"0\" targetCategory=\"0\"/>\n");
        out.write("</RegressionModel></Segment></Segmentation></MiningModel></PMML>\n");
    }
}
