package dev.waxwing.pmml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns `TreeModel`s with two-way numeric splits into a [Forest].
final class TreeReader {
    private final Map<String, Integer> place;
    private final Map<String, String> types;
    private final Forest.Builder builder = new Forest.Builder();

    TreeReader(Map<String, Integer> place, Map<String, String> types) {
        this.place = place;
        this.types = types;
    }

    Forest forest(int columns) {
        return builder.build(columns);
    }

    /// Adds one tree.
    ///
    /// @return the leaves' ids with their numbers
    Map<String, Integer> read(Element model) throws NotPlain {
        if (!model.attribute("functionName").equals("regression")) {
            throw new NotPlain(model, "functionName " + model.attribute("functionName"));
        }
        for (Element child : model.children()) {
            switch (child.name) {
                case "MiningSchema", "Output", "Node" -> {}
                default ->
                        throw new NotPlain(
                                child, "<" + child.name + "> is no part of a plain tree");
            }
        }
        for (String attribute : model.attributeNames()) {
            switch (attribute) {
                case "functionName",
                        "modelName",
                        "algorithmName",
                        "splitCharacteristic",
                        "noTrueChildStrategy" -> {}
                case "missingValueStrategy" -> {
                    if (!model.attribute(attribute).equals("defaultChild")) {
                        throw new NotPlain(
                                model, "missingValueStrategy " + model.attribute(attribute));
                    }
                }
                default -> throw new NotPlain(model, "<TreeModel> " + attribute);
            }
        }
        Element root = model.child("Node");
        if (!root.hasChild("True")) {
            throw new NotPlain(root, "the outermost node has a condition");
        }
        if (!root.children("Node").isEmpty()
                && !model.attribute("missingValueStrategy", "none").equals("defaultChild")) {
            throw new NotPlain(model, "missing values have no default child");
        }
        builder.tree();
        Map<String, Integer> leaves = new HashMap<>();
        node(root, leaves);
        return leaves;
    }

    private void node(Element node, Map<String, Integer> leaves) throws NotPlain {
        for (Element child : node.children()) {
            switch (child.name) {
                case "Node", "SimplePredicate", "True" -> {}
                default ->
                        throw new NotPlain(
                                child, "<" + child.name + "> is no part of a plain tree");
            }
        }
        double cover = node.number("recordCount", Double.NaN);
        List<Element> children = node.children("Node");
        if (children.isEmpty()) {
            double score = node.finite("score");
            builder.leaf(score, cover);
            if (node.has("id") && leaves.putIfAbsent(node.attribute("id"), leaves.size()) != null) {
                throw node.problem(
                        "leaf '" + node.attribute("id") + "' is there twice in its tree");
            }
            return;
        }
        if (children.size() != 2) {
            throw new NotPlain(node, "a node with " + children.size() + " children");
        }
        Split first = split(children.get(0));
        Split second = split(children.get(1));
        if (!first.field.equals(second.field)
                || first.below != second.below
                || first.isBelow == second.isBelow) {
            throw new NotPlain(
                    children.get(1), "its condition is not the contrary of its sibling's");
        }
        Element left = first.isBelow ? children.get(0) : children.get(1);
        Element right = first.isBelow ? children.get(1) : children.get(0);
        String missing = node.attribute("defaultChild");
        boolean missingLeft = missing.equals(left.attribute("id"));
        if (!missingLeft && !missing.equals(right.attribute("id"))) {
            throw node.problem("defaultChild '" + missing + "' is none of its children");
        }
        int at = builder.inner(place.get(first.field), first.below, missingLeft, cover);
        node(left, leaves);
        builder.right(at);
        node(right, leaves);
    }

    /// `field < below`, or the contrary.
    private record Split(String field, double below, boolean isBelow) {}

    private Split split(Element node) throws NotPlain {
        if (!node.hasChild("SimplePredicate")) {
            throw new NotPlain(node, "a node without a <SimplePredicate>");
        }
        Element predicate = node.child("SimplePredicate");
        String field = predicate.attribute("field");
        if (!place.containsKey(field)) {
            throw predicate.problem("'" + field + "' is not an active field of the model");
        }
        double written = predicate.number("value");
        boolean single = types.get(field).endsWith("float");
        double value = single ? (float) written : written;
        double next = single ? Math.nextUp((float) written) : Math.nextUp(written);
        String operator = predicate.attribute("operator");
        boolean strict = operator.equals("lessThan") || operator.equals("greaterOrEqual");
        if (!strict && value == Double.POSITIVE_INFINITY) {
            throw new NotPlain(predicate, "a comparison with infinity");
        }
        return switch (operator) {
            case "lessThan" -> new Split(field, value, true);
            case "greaterOrEqual" -> new Split(field, value, false);
            case "lessOrEqual" -> new Split(field, next, true);
            case "greaterThan" -> new Split(field, next, false);
            default -> throw new NotPlain(predicate, "operator " + operator);
        };
    }
}
