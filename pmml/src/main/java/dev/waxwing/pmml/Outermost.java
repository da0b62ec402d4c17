package dev.waxwing.pmml;

import java.util.List;

/// The outermost element of a document: its version, and the model that it holds.
final class Outermost {
    private static final List<String> VERSIONS =
            List.of("3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1");

    private Outermost() {}

    static void check(Element document) {
        if (!document.name.equals("PMML")) {
            throw document.problem(
                    "the outermost element must be <PMML>, found <" + document.name + ">");
        }
        String version = document.attribute("version", "");
        if (document.has("version") && !VERSIONS.contains(version)) {
            throw document.problem("version=\"" + version + "\" is not read; " + VERSIONS + " are");
        }
    }

    static Element modelOf(Element document) {
        check(document);
        for (Element child : document.children()) {
            if (isModel(child)) {
                return child;
            }
        }
        throw document.problem("holds no model");
    }

    static boolean isModel(Element element) {
        return element.name.endsWith("Model")
                || element.name.equals("Scorecard")
                || element.name.equals("NeuralNetwork")
                || element.name.equals("SupportVectorMachine");
    }

    /// @throws PmmlException if a model predicts neither numbers nor classes, or says of itself that it cannot be scored
    static void checkScorable(Element model) {
        String function = model.attribute("functionName");
        if (!function.equals("classification")
                && !function.equals("regression")
                && !function.equals("mixed")) {
            throw model.problem(
                    "functionName=\""
                            + function
                            + "\" is not read; classification and regression are");
        }
        if (!model.flag("isScorable", true)) {
            throw model.problem(
                    "<" + model.name + "> says of itself that it cannot be scored (isScorable)");
        }
    }
}
