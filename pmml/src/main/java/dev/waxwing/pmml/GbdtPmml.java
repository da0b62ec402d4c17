package dev.waxwing.pmml;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Writes a [GbdtDoc] as plain PMML 4.4 that any engine evaluates to the same numbers.
///
/// The document classifies `label` as 0 or 1. It is a chain of the trees and of a regression with the logistic link,
/// which adds up what the trees tell, `value(<i>)`, and the base margin. Its outputs are the probabilities and for each
/// tree `i` the number of the leaf that the row reached, `tree_<i>`. The trees are no sum of segments, of which not every
/// engine tells the leaves, and the regression repeats the leaves, since a chain answers with its last model alone. Inputs are floats and comparisons are `x < threshold`, but an input
/// of categories lists them, from 0 to the greatest that any node asks for, and one that it does not list is in no set; a missing value goes to the node's default child; nodes
/// tell their cover as `recordCount`.
public final class GbdtPmml {
    static final String NAMESPACE = "http://www.dmg.org/PMML-4_4";
    static final String LABEL = "label";
    static final String TREE = "tree_";
    private static final String VALUE = "value(";
    private static final String LEAF = "leaf(";
    private static final String LARGEST =
            "3.4028235E38"; // of all floats; as a double not less than it

    private final XmlText xml;
    private final GbdtDoc doc;
    private final int[] greatest; // category by input, -1 for numbers

    private GbdtPmml(XmlText xml, GbdtDoc doc) {
        this.xml = xml;
        this.doc = doc;
        this.greatest = doc.greatestCategories();
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
                            || input.startsWith(VALUE)
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
        for (int input = 0; input < greatest.length; input++) {
            dataField(input);
        }
        xml.end();
        xml.open("MiningModel", "functionName", "classification");
        xml.open("MiningSchema").empty("MiningField", "name", LABEL, "usageType", "target");
        for (int input = 0; input < greatest.length; input++) {
            miningField(input);
        }
        xml.end();
        xml.open("Segmentation", "multipleModelMethod", "modelChain");
        for (int t = 0; t < doc.trees().size(); t++) {
            xml.open("Segment", "id", String.valueOf(t)).empty("True");
            tree(t);
            xml.end();
        }
        xml.open("Segment", "id", "link").empty("True");
        link();
        xml.end();
        xml.end().end().end();
    }

    private void dataField(int input) throws IOException {
        String name = doc.inputs().get(input);
        if (greatest[input] < 0) {
            xml.empty("DataField", "name", name, "optype", "continuous", "dataType", "float");
            return;
        }
        xml.open("DataField", "name", name, "optype", "categorical", "dataType", "integer");
        for (int category = 0; category <= greatest[input]; category++) {
            xml.empty("Value", "value", String.valueOf(category));
        }
        xml.end();
    }

    private void miningField(int input) throws IOException {
        String name = doc.inputs().get(input);
        if (greatest[input] < 0) {
            xml.empty("MiningField", "name", name);
        } else {
            xml.empty("MiningField", "name", name, "invalidValueTreatment", "asIs");
        }
    }

    /// Declares the label, a class 0 or 1.
    static void label(XmlText xml) throws IOException {
        xml.open("DataField", "name", LABEL, "optype", "categorical", "dataType", "integer");
        xml.empty("Value", "value", "0").empty("Value", "value", "1").end();
    }

    /// The probabilities of both classes.
    static void probabilities(XmlText xml) throws IOException {
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
    }

    private void tree(int number) throws IOException {
        Tree tree = doc.trees().get(number);
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
            miningField(feature);
        }
        xml.end();
        xml.open("Output");
        xml.empty(
                "OutputField",
                "name",
                value(number),
                "optype",
                "continuous",
                "dataType",
                "double",
                "feature",
                "predictedValue");
        xml.empty(
                "OutputField",
                "name",
                leaf(number),
                "optype",
                "categorical",
                "dataType",
                "string",
                "feature",
                "entityId");
        xml.end();
        node(tree, 0, -1, true);
        xml.end();
    }

    private static String value(int tree) {
        return VALUE + tree + ")";
    }

    private static String leaf(int tree) {
        return LEAF + tree + ")";
    }

    /// Inner nodes are called `n<number>`; leaves go by their leaf number alone.
    private static String id(Tree tree, int node) {
        return tree.left()[node] < 0 ? String.valueOf(tree.leafIndex()[node]) : "n" + node;
    }

    private void node(Tree tree, int node, int parent, boolean left) throws IOException {
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
            condition(tree, parent, left);
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
            condition(tree, parent, left);
            node(tree, tree.left()[node], node, true);
            node(tree, tree.right()[node], node, false);
        }
        xml.end();
    }

    /// Which rows go from a parent to its left or right child.
    ///
    /// Infinite thresholds are not written, because not every engine reads `INF`: nothing is below −INF, and all that is
    /// not +INF itself is at most the largest float.
    private void condition(Tree tree, int parent, boolean left) throws IOException {
        if (parent < 0) {
            xml.empty("True");
            return;
        }
        String field = doc.inputs().get(tree.feature()[parent]);
        int[] categories = tree.categories()[parent];
        if (categories != null) {
            String operator = left ? "isIn" : "isNotIn";
            xml.open("SimpleSetPredicate", "field", field, "booleanOperator", operator);
            xml.open("Array", "type", "int", "n", String.valueOf(categories.length));
            xml.text(IntStream.of(categories).mapToObj(String::valueOf).collect(joining(" ")));
            xml.end().end();
            return;
        }
        float threshold = tree.threshold()[parent];
        if (threshold == Float.POSITIVE_INFINITY) {
            compare(field, left ? "lessOrEqual" : "greaterThan", LARGEST);
        } else if (threshold > Float.NEGATIVE_INFINITY) {
            compare(field, left ? "lessThan" : "greaterOrEqual", XmlText.threshold(threshold));
        } else if (tree.missingLeft()[parent]) {
            String operator = left ? "isMissing" : "isNotMissing";
            xml.empty("SimplePredicate", "field", field, "operator", operator);
        } else {
            xml.empty(left ? "False" : "True"); // nothing goes left
        }
    }

    private void compare(String field, String operator, String value) throws IOException {
        xml.empty("SimplePredicate", "field", field, "operator", operator, "value", value);
    }

    private void link() throws IOException {
        xml.open(
                "RegressionModel",
                "functionName",
                "classification",
                "normalizationMethod",
                "logit");
        xml.open("MiningSchema").empty("MiningField", "name", LABEL, "usageType", "target");
        for (int t = 0; t < doc.trees().size(); t++) {
            xml.empty("MiningField", "name", value(t));
            xml.empty("MiningField", "name", leaf(t));
        }
        xml.end();
        xml.open("Output");
        probabilities(xml);
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
            xml.empty("FieldRef", "field", leaf(t)).end();
        }
        xml.end();
        String base = XmlText.number(doc.baseMargin());
        xml.open("RegressionTable", "intercept", base, "targetCategory", "1");
        for (int t = 0; t < doc.trees().size(); t++) {
            xml.empty("NumericPredictor", "name", value(t), "coefficient", "1.0");
        }
        xml.end();
        xml.empty("RegressionTable", "intercept", "0.0", "targetCategory", "0").end();
    }
}
