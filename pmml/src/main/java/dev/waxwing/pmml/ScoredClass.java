package dev.waxwing.pmml;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The class of a classifying document whose probability is the score.
///
/// @param category in the type of the document's target
record ScoredClass(DataType type, Object category) {
    static final String DEFAULT = "1";

    /// Finds the class in a document.
    ///
    /// @param model the document's own model, a classifying one
    /// @param wanted as the document writes it, or the same number
    /// @throws PmmlException if there is no such class; names those that there are
    static ScoredClass find(Element document, Element model, String wanted) {
        DataType type = DataType.STRING;
        Set<Object> classes = new LinkedHashSet<>();
        for (Element taken : model.child("MiningSchema").children("MiningField")) {
            String usage = taken.attribute("usageType", "active");
            if (usage.equals("target") || usage.equals("predicted")) {
                for (Element field : document.child("DataDictionary").children("DataField")) {
                    if (field.attribute("name").equals(taken.attribute("name"))) {
                        InputRule rule = new InputRule(field, 0);
                        type = rule.field.type();
                        classes.addAll(rule.field.values());
                    }
                }
                break;
            }
        }
        if (classes.isEmpty()) {
            mentioned(model, type, classes);
        }
        for (Object one : classes) {
            if (String.valueOf(one).equals(wanted) || sameNumber(one, wanted)) {
                return new ScoredClass(type, one);
            }
        }
        throw model.problem(
                "there is no class '"
                        + wanted
                        + "'; the classes are "
                        + classes.stream()
                                .map(one -> "'" + one + "'")
                                .collect(Collectors.joining(", "))
                        + ". Say which one to score: Scorer.load(path, class)");
    }

    /// Classes that nothing declares, but the model names.
    private static void mentioned(Element element, DataType type, Set<Object> classes) {
        if (!element.attribute("functionName", "classification").equals("classification")) {
            return;
        }
        for (String attribute : List.of("targetCategory", "targetReferenceCategory")) {
            if (element.has(attribute)) {
                classes.add(type.parse(element, element.attribute(attribute)));
            }
        }
        if (element.name.equals("ScoreDistribution")) {
            classes.add(type.parse(element, element.attribute("value")));
        }
        if (element.name.equals("Node") && element.has("score")) {
            classes.add(type.parse(element, element.attribute("score")));
        }
        element.children().forEach(child -> mentioned(child, type, classes));
    }

    private static boolean sameNumber(Object one, String wanted) {
        if (!(one instanceof Number)) {
            return false;
        }
        try {
            return DataType.same(one, DataType.DOUBLE.cast(wanted));
        } catch (IllegalArgumentException e) {
            return false; // not a number at all
        }
    }

    /// Whether an element writes this class.
    boolean is(Element at, String written) {
        return type.parse(at, written).equals(category);
    }

    /// Whether a result names this class, in whatever type.
    boolean is(Object told) {
        return told.equals(category) || String.valueOf(told).equals(String.valueOf(category));
    }
}
