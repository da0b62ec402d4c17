package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One model of a document: the fields it sees, its target, and what its outputs make of a result.
abstract class Model {
    /// Children of a model that say nothing about scores.
    private static final Set<String> SILENT =
            Set.of(
                    "MiningSchema",
                    "Output",
                    "ModelStats",
                    "ModelExplanation",
                    "Targets",
                    "LocalTransformations",
                    "ModelVerification",
                    "MiningBuildTask");

    final Element element;
    final Scope scope;
    final boolean classifies;
    final boolean floats; // x-mathContext="float"
    final Target target;
    private final List<OutputField> outputs;
    private Scope outputScope;

    /// @param around the model that this one is a part of
    Model(
            Element element,
            Scope outer,
            Optional<Model> around,
            Set<String> parts,
            Set<String> attributes) {
        this.element = element;
        this.scope =
                around.isEmpty()
                        ? outer.inner()
                        : outer.taking(element.child("MiningSchema"), false);
        Outermost.checkScorable(element);
        this.classifies = element.attribute("functionName").equals("classification");
        this.floats = element.attribute("x-mathContext", "double").equals("float");
        if (!floats && !element.attribute("x-mathContext", "double").equals("double")) {
            throw element.problem(
                    "x-mathContext=\"" + element.attribute("x-mathContext") + "\" is not read");
        }
        for (String attribute : element.attributeNames()) {
            if (attribute.startsWith("x-")
                    && !attribute.equals("x-mathContext")
                    && !attributes.contains(attribute)) {
                throw element.problem("<" + element.name + "> " + attribute + " is not read");
            }
        }
        for (Element child : element.children()) {
            if (!SILENT.contains(child.name) && !parts.contains(child.name)) {
                throw child.problem("<" + child.name + "> is not read in <" + element.name + ">");
            }
        }
        this.target = new Target(element, scope, classifies, around);
        if (element.hasChild("LocalTransformations")) {
            scope.derive(element.child("LocalTransformations"));
        }
        this.outputs = new ArrayList<>();
        this.outputScope = scope;
    }

    /// Reads outputs; called when everything they may refer to has been declared.
    final void readOutputs(Scope seen) {
        outputScope = seen;
        if (element.hasChild("Output")) {
            Set<String> names = new HashSet<>();
            for (Element output : element.child("Output").children()) {
                if (!output.name.equals("OutputField")) {
                    throw output.problem("<" + output.name + "> is not read in <Output>");
                }
                if (!names.add(output.attribute("name"))) {
                    throw output.problem(
                            "output '" + output.attribute("name") + "' is there twice");
                }
                outputs.add(new OutputField(output, seen, this));
            }
        }
    }

    /// Where the outputs are fields.
    Scope outputScope() {
        return outputScope;
    }

    List<OutputField> outputs() {
        return outputs;
    }

    /// Adds the names that a result of this model may have predictions and outputs by.
    void tells(Set<String> targets, Set<String> names) {
        if (targets.isEmpty()) {
            targets.add(target.name());
        }
        for (OutputField output : outputs) {
            if (output.tells()) {
                names.add(output.name());
            }
        }
    }

    boolean tellsProbabilities() {
        return outputs.stream().anyMatch(OutputField::isProbability);
    }

    /// Whether the result is that of another model, which has had its own `Targets`.
    boolean passesOn(Result result) {
        return false;
    }

    /// What the model computes, before `Targets`.
    abstract Result compute(Row row);

    final Result evaluate(Row row) {
        Result computed = compute(row);
        Result result = passesOn(computed) ? computed : target.finish(computed);
        if (result.targets.size() <= 1) {
            // In a chain, the last model may have a target of its own.
            String name = result.targets.keySet().stream().findFirst().orElse(target.name());
            result.targets.put(name, result.predicted);
        }
        Map<String, Object> own = new LinkedHashMap<>();
        for (OutputField output : outputs) {
            Object value = output.value(row, result);
            row.set(output.slot(), value);
            if (output.tells()) {
                own.put(output.name(), value);
            }
        }
        result.outputs.putAll(own);
        return result;
    }

    static Model read(Element element, Scope outer, Optional<Model> around) {
        return switch (element.name) {
            case "TreeModel" -> new TreeModel(element, outer, around);
            case "RegressionModel" -> new RegressionModel(element, outer, around);
            case "GeneralRegressionModel" -> new GeneralRegressionModel(element, outer, around);
            case "Scorecard" -> new Scorecard(element, outer, around);
            case "MiningModel" -> new MiningModel(element, outer, around);
            default ->
                    throw element.problem(
                            "<"
                                    + element.name
                                    + "> is not scored; TreeModel, MiningModel, RegressionModel,"
                                    + " GeneralRegressionModel and Scorecard are");
        };
    }
}
