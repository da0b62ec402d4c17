package dev.waxwing.pmml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/// Writes a [GbdtDoc] as plain PMML 4.4 that any engine evaluates to the same numbers.
///
/// The document classifies `label` as 0 or 1: a chain of a sum of trees (its output `margin`, log-odds) and the logistic
/// link. Its outputs are for each tree `i` the number of the leaf that the row reached, `tree_<i>`, and the
/// probabilities. A chain answers with its last model alone, so the leaves are outputs `leaf(<i>)` of the sum that the
/// outermost model repeats. Inputs are floats; comparisons are `x < threshold`; a missing value goes to the node's default
/// child; nodes tell their cover as `recordCount`.
public final class GbdtPmml {
    static final String NAMESPACE = "http://www.dmg.org/PMML-4_4";
    static final String LABEL = "label";
    static final String MARGIN = "margin";
    static final String TREE = "tree_";
    private static final String LEAF = "leaf(";

    private final XmlText xml;
    private final GbdtDoc doc;

    private GbdtPmml(XmlText xml, GbdtDoc doc) {
        this.xml = xml;
        this.doc = doc;
    }

    /// Writes the document; an existing file is replaced.
    ///
    /// @throws IllegalArgumentException if an input has a name that the document needs for itself
    public static void write(Path file, GbdtDoc doc) {
        checkNames(doc.inputs(), doc.trees().size());
        try (XmlText xml = new XmlText(file)) {
            new GbdtPmml(xml, doc).document();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static void checkNames(List<String> inputs, int trees) {
        for (String input : inputs) {
            boolean taken =
                    input.equals(LABEL)
                            || input.equals(MARGIN)
                            || input.startsWith(LEAF)
                            || input.startsWith("probability(");
            if (input.startsWith(TREE) && input.length() <= TREE.length() + 9) {
                String number = input.substring(TREE.length());
                taken |= number.matches("[0-9]+") && Integer.parseInt(number) < trees;
            }
            if (taken) {
                throw new IllegalArgumentException(
                        "input '"
                                + input
                                + "' has a name that the document uses for an output or the label;"
                                + " rename the input");
            }
        }
    }

    private void document() throws IOException {
        xml.open("PMML", "xmlns", NAMESPACE, "version", "4.4");
        xml.open("Header").empty("Application", "name", "Waxwing").end();
        xml.open("DataDictionary", "numberOfFields", String.valueOf(doc.inputs().size() + 1));
        label(xml);
        for (String input : doc.inputs()) {
            xml.empty("DataField", "name", input, "optype", "continuous", "dataType", "float");
        }
        xml.end();
        xml.open("MiningModel", "functionName", "classification");
        xml.open("MiningSchema").empty("MiningField", "name", LABEL, "usageType", "target");
        activeInputs();
        xml.end();
        leaves();
        xml.open("Segmentation", "multipleModelMethod", "modelChain");
        xml.open("Segment", "id", "trees").empty("True");
        sumOfTrees();
        xml.end();
        xml.open("Segment", "id", "link").empty("True");
        link();
        xml.end();
        xml.end().end().end();
    }

    /// Declares the label, a class 0 or 1.
    static void label(XmlText xml) throws IOException {
        xml.open("DataField", "name", LABEL, "optype", "categorical", "dataType", "integer");
        xml.empty("Value", "value", "0").empty("Value", "value", "1").end();
    }

    /// The probabilities of both classes.
    static void probabilities(XmlText xml) throws IOException {
        xml.open("Output");
        for (String value : List.of("1", "0")) {
            xml.empty(
                    "OutputField",
                    "name",
                    "probability(" + value + ")",
                    "optype",
                    "continuous",
                    "dataType",
                    "double",
                    "feature",
                    "probability",
                    "value",
                    value);
        }
        xml.end();
    }

    /// The leaves once more, as outputs of the whole document.
    private void leaves() throws IOException {
        if (doc.trees().isEmpty()) {
            return;
        }
        xml.open("Output");
        for (int t = 0; t < doc.trees().size(); t++) {
            xml.open(
                    "OutputField",
                    "name",
                    TREE + t,
                    "optype",
                    "categorical",
                    "dataType",
                    "string",
                    "feature",
                    "transformedValue");
            xml.empty("FieldRef", "field", LEAF + t + ")").end();
        }
        xml.end();
    }

    private void activeInputs() throws IOException {
        for (String input : doc.inputs()) {
            xml.empty("MiningField", "name", input);
        }
    }

    private void sumOfTrees() throws IOException {
        xml.open("MiningModel", "functionName", "regression");
        xml.open("MiningSchema");
        activeInputs();
        xml.end();
        xml.open("Output");
        xml.empty(
                "OutputField",
                "name",
                MARGIN,
                "optype",
                "continuous",
                "dataType",
                "double",
                "feature",
                "predictedValue");
        for (int t = 0; t < doc.trees().size(); t++) {
            String number = String.valueOf(t);
            xml.empty(
                    "OutputField",
                    "name",
                    LEAF + number + ")",
                    "optype",
                    "categorical",
                    "dataType",
                    "string",
                    "feature",
                    "entityId",
                    "segmentId",
                    number);
        }
        xml.end();
        xml.open("Targets")
                .empty("Target", "rescaleConstant", XmlText.number(doc.baseMargin()))
                .end();
        xml.open("Segmentation", "multipleModelMethod", "sum");
        for (int t = 0; t < doc.trees().size(); t++) {
            xml.open("Segment", "id", String.valueOf(t)).empty("True");
            tree(doc.trees().get(t));
            xml.end();
        }
        xml.end().end();
    }

    private void tree(Tree tree) throws IOException {
        xml.open(
                "TreeModel",
                "functionName",
                "regression",
                "missingValueStrategy",
                "defaultChild",
                "splitCharacteristic",
                "binarySplit");
        xml.open("MiningSchema");
        TreeSet<Integer> used = new TreeSet<>();
        for (int n = 0; n < tree.nodes(); n++) {
            if (tree.left()[n] >= 0) {
                used.add(tree.feature()[n]);
            }
        }
        if (used.isEmpty() && !doc.inputs().isEmpty()) {
            used.add(0); // a leaf alone; the schema wants a field
        }
        for (int feature : used) {
            xml.empty("MiningField", "name", doc.inputs().get(feature));
        }
        xml.end();
        node(tree, 0, -1, "");
        xml.end();
    }

    /// Inner nodes are called `n<number>`; leaves go by their leaf number alone.
    private static String id(Tree tree, int node) {
        return tree.left()[node] < 0 ? String.valueOf(tree.leafIndex()[node]) : "n" + node;
    }

    private void node(Tree tree, int node, int parent, String operator) throws IOException {
        String cover = XmlText.number(tree.cover()[node]);
        if (tree.left()[node] < 0) {
            xml.open(
                    "Node",
                    "id",
                    id(tree, node),
                    "score",
                    XmlText.number(tree.value()[node]),
                    "recordCount",
                    cover);
            condition(tree, parent, operator);
        } else {
            int missing = tree.missingLeft()[node] ? tree.left()[node] : tree.right()[node];
            xml.open(
                    "Node",
                    "id",
                    id(tree, node),
                    "recordCount",
                    cover,
                    "defaultChild",
                    id(tree, missing));
            condition(tree, parent, operator);
            node(tree, tree.left()[node], node, "lessThan");
            node(tree, tree.right()[node], node, "greaterOrEqual");
        }
        xml.end();
    }

    private void condition(Tree tree, int parent, String operator) throws IOException {
        if (parent < 0) {
            xml.empty("True");
            return;
        }
        xml.empty(
                "SimplePredicate",
                "field",
                doc.inputs().get(tree.feature()[parent]),
                "operator",
                operator,
                "value",
                XmlText.number(tree.threshold()[parent]));
    }

    private void link() throws IOException {
        xml.open(
                "RegressionModel",
                "functionName",
                "classification",
                "normalizationMethod",
                "logit");
        xml.open("MiningSchema").empty("MiningField", "name", LABEL, "usageType", "target");
        xml.empty("MiningField", "name", MARGIN).end();
        probabilities(xml);
        xml.open("RegressionTable", "intercept", "0.0", "targetCategory", "1");
        xml.empty("NumericPredictor", "name", MARGIN, "coefficient", "1.0").end();
        xml.empty("RegressionTable", "intercept", "0.0", "targetCategory", "0").end();
    }
}
