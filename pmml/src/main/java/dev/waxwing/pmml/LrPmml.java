package dev.waxwing.pmml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Writes an [LrDoc] as plain PMML 4.4 that any engine evaluates to the same numbers.
///
/// A `RegressionModel` with the logistic link over the leaf codes `tree_<i>` that a [GbdtPmml] document puts out, and over
/// plain float columns, of which a missing one counts as 0. Coefficients that are 0 are left out.
public final class LrPmml {
    private LrPmml() {}

    /// Writes the document; an existing file is replaced.
    ///
    /// @throws IllegalArgumentException if an input has a name that the document needs for itself
    public static void write(Path file, LrDoc doc) {
        GbdtPmml.checkNames(doc.inputs(), doc.trees());
        try (XmlText xml = new XmlText(file)) {
            document(xml, doc);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void document(XmlText xml, LrDoc doc) throws IOException {
        xml.open("PMML", "xmlns", GbdtPmml.NAMESPACE, "version", "4.4");
        xml.open("Header").empty("Application", "name", "Waxwing").end();
        int fields = 1 + doc.trees() + doc.inputs().size();
        xml.open("DataDictionary", "numberOfFields", String.valueOf(fields));
        GbdtPmml.label(xml);
        for (int t = 0; t < doc.trees(); t++) {
            String name = GbdtPmml.TREE + t;
            xml.open("DataField", "name", name, "optype", "categorical", "dataType", "string");
            for (int leaf = 0; leaf < doc.leafCoefficients()[t].length; leaf++) {
                xml.empty("Value", "value", String.valueOf(leaf));
            }
            xml.end();
        }
        for (String input : doc.inputs()) {
            xml.empty("DataField", "name", input, "optype", "continuous", "dataType", "float");
        }
        xml.end();
        xml.open(
                "RegressionModel",
                "functionName",
                "classification",
                "normalizationMethod",
                "logit");
        xml.open("MiningSchema")
                .empty("MiningField", "name", GbdtPmml.LABEL, "usageType", "target");
        for (int t = 0; t < doc.trees(); t++) {
            xml.empty("MiningField", "name", GbdtPmml.TREE + t);
        }
        for (String input : doc.inputs()) {
            xml.empty(
                    "MiningField",
                    "name",
                    input,
                    "missingValueReplacement",
                    "0",
                    "missingValueTreatment",
                    "asValue");
        }
        xml.end();
        xml.open("Output");
        GbdtPmml.probabilities(xml);
        xml.end();
        xml.open(
                "RegressionTable",
                "intercept",
                XmlText.number(doc.intercept()),
                "targetCategory",
                "1");
        for (int i = 0; i < doc.inputs().size(); i++) {
            double coefficient = doc.inputCoefficients()[i];
            if (coefficient != 0) {
                xml.empty(
                        "NumericPredictor",
                        "name",
                        doc.inputs().get(i),
                        "coefficient",
                        XmlText.number(coefficient));
            }
        }
        for (int t = 0; t < doc.trees(); t++) {
            double[] leaves = doc.leafCoefficients()[t];
            for (int leaf = 0; leaf < leaves.length; leaf++) {
                if (leaves[leaf] != 0) {
                    xml.empty(
                            "CategoricalPredictor",
                            "name",
                            GbdtPmml.TREE + t,
                            "value",
                            String.valueOf(leaf),
                            "coefficient",
                            XmlText.number(leaves[leaf]));
                }
            }
        }
        xml.end();
        xml.empty("RegressionTable", "intercept", "0.0", "targetCategory", "0");
        xml.end().end();
    }
}
