package dev.waxwing.pmml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates any document that is covered, by name and with all its outputs. Immutable: one serves all threads.
///
/// This is the general way, for documents that [Scorer] does not compile to a plain tree ensemble and for callers who
/// want classes, probabilities and outputs rather than one number. It allocates for every row.
public final class Evaluator {
    private final Model model;
    private final Scope.Slots slots;
    private final Map<String, Integer> raw = new HashMap<>();
    private final Set<String> active = new LinkedHashSet<>();

    private Evaluator(Element document) {
        Outermost.check(document);
        Scope fields = Scope.outermost();
        this.slots = fields.slots;
        List<Element> models = new ArrayList<>();
        for (Element child : document.children()) {
            switch (child.name) {
                case "Header", "DataDictionary", "TransformationDictionary", "MiningBuildTask" -> {
                    // read below, or nothing to do with scores
                }
                default -> models.add(child);
            }
        }
        if (models.isEmpty()) {
            throw document.problem("holds no model");
        }
        models.removeIf(
                other ->
                        other != models.get(0)
                                && Outermost.isModel(other)); // alternatives to the first
        if (models.size() > 1) {
            throw models.get(1).problem("<" + models.get(1).name + "> is not read in <PMML>");
        }
        readDataDictionary(document.child("DataDictionary"), fields);
        Element element = models.get(0);
        if (!element.hasChild("MiningSchema")) {
            Model.read(
                    element,
                    fields,
                    Optional.empty()); // refuses a class that is not scored by its name
            throw element.problem("<" + element.name + "> needs a <MiningSchema>");
        }
        Scope taken = fields.taking(element.child("MiningSchema"), true);
        if (document.hasChild("TransformationDictionary")) {
            Element dictionary = document.child("TransformationDictionary");
            for (Element function : dictionary.children("DefineFunction")) {
                if (slots.functions.put(
                                function.attribute("name"), new Functions.Definition(function))
                        != null) {
                    throw function.problem(
                            "function '" + function.attribute("name") + "' is defined twice");
                }
            }
            for (Element derived : dictionary.children("DerivedField")) {
                slots.dictionary.put(derived.attribute("name"), derived);
            }
            taken.derive(dictionary);
        }
        this.model = Model.read(element, taken, Optional.empty());
        active.addAll(slots.taken.keySet());
        if (element.hasChild("ModelVerification")) {
            new Verification(element.child("ModelVerification")).check(this);
        }
    }

    private void readDataDictionary(Element dictionary, Scope fields) {
        for (Element child : dictionary.children()) {
            if (child.name.equals("Taxonomy")) {
                continue;
            }
            if (!child.name.equals("DataField")) {
                throw child.problem("<" + child.name + "> is not read in <DataDictionary>");
            }
            int given = slots.addEmpty();
            InputRule rule = new InputRule(child, given);
            String name = rule.field.name();
            if (raw.put(name, given) != null) {
                throw child.problem("field '" + name + "' is declared twice");
            }
            slots.inputs.put(name, rule);
            fields.add(rule.field.at(given));
        }
    }

    /// Reads a document.
    ///
    /// @throws PmmlException if the file is malformed or asks for something that is not covered; says what and where
    public static Evaluator load(Path file) {
        return new Evaluator(XmlReader.read(file));
    }

    static Evaluator of(Element document) {
        return new Evaluator(document);
    }

    /// Names of the fields that the model takes.
    public Set<String> inputs() {
        return Collections.unmodifiableSet(active);
    }

    /// Whether the document declares a field of that name; [#evaluate] takes any of them.
    public boolean knows(String field) {
        return raw.containsKey(field);
    }

    /// Evaluates one row.
    ///
    /// @param values by field name; numbers, texts, booleans, dates, or texts of any of these. A name that is absent or has a
    ///     null value is missing.
    /// @return the predictions by target name (`_target` if the document names none), then the outputs by name; null
    ///     where a result is missing
    /// @throws InvalidValueException if the document refuses a value, or a result is undefined
    /// @throws IllegalArgumentException if a name is not in the document's dictionary
    public Map<String, Object> evaluate(Map<String, ?> values) {
        for (String name : values.keySet()) {
            if (!raw.containsKey(name)) {
                throw new IllegalArgumentException(
                        PmmlException.clip(
                                "'"
                                        + name
                                        + "' is no field of the document; its inputs are "
                                        + String.join(", ", active.stream().limit(20).toList())
                                        + (active.size() > 20 ? ", …" : "")));
            }
        }
        Result result = result(values);
        Map<String, Object> told = new LinkedHashMap<>(result.targets);
        told.putAll(result.outputs);
        return told;
    }

    /// Names of what rows are told, in order: targets, outputs, and probabilities where no output tells them.
    List<String> results() {
        Set<String> targets = new LinkedHashSet<>();
        Set<String> outputs = new LinkedHashSet<>();
        model.tells(targets, outputs);
        Set<String> all = new LinkedHashSet<>(targets);
        all.addAll(outputs);
        if (model.classifies && !model.tellsProbabilities()) {
            for (Object category : model.target.field().map(Field::values).orElse(List.of())) {
                all.add("probability(" + category + ")");
            }
        }
        return List.copyOf(all);
    }

    /// What is wrong with the values of a row, by the fields that refuse them.
    List<String> refused(Map<String, ?> values) {
        Row row = row(values);
        List<String> refused = new ArrayList<>();
        slots.taken.forEach(
                (name, slot) -> {
                    try {
                        row.get(slot);
                    } catch (IllegalArgumentException e) {
                        refused.add("column " + name + ": " + e.getMessage());
                    }
                });
        return refused;
    }

    private Row row(Map<String, ?> values) {
        Row row = new Row(slots.rules);
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            Integer slot = raw.get(entry.getKey());
            if (slot != null) {
                row.set(slot, entry.getValue());
            }
        }
        return row;
    }

    Result result(Map<String, ?> values) {
        return model.evaluate(row(values));
    }
}
