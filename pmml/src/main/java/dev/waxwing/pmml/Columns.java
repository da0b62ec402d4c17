package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The columns of a compiled document, and which field of it stands for which column.
///
/// Besides the inputs themselves these are derived fields that only rename or cast one (`FieldRef`).
final class Columns {
    private static final Set<String> TREATMENTS =
            Set.of(
                    "invalidValueTreatment",
                    "invalidValueReplacement",
                    "missingValueTreatment",
                    "missingValueReplacement",
                    "outliers",
                    "lowValue",
                    "highValue");

    /// A field as a model sees it.
    ///
    /// @param rounds whether the number is rounded to a float first
    record Source(int column, DataType type, boolean rounds) {}

    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Element> schema = new HashMap<>(); // of the document's own model
    private final Map<String, Source> sources = new HashMap<>();
    private final Map<String, Element> derived = new HashMap<>();

    /// @param model the document's own model
    Columns(Element document, Element model) {
        Map<String, InputRule> rules = new HashMap<>();
        Map<String, List<String>> mentioned = new HashMap<>();
        for (Element field : document.child("DataDictionary").children()) {
            if (!field.name.equals("DataField")) {
                if (field.name.equals("Taxonomy")) {
                    continue;
                }
                throw field.problem("<" + field.name + "> is not read in <DataDictionary>");
            }
            InputRule rule = new InputRule(field, 0);
            if (rules.put(rule.field.name(), rule) != null) {
                throw field.problem("field '" + rule.field.name() + "' is declared twice");
            }
        }
        if (document.hasChild("TransformationDictionary")) {
            derive(document.child("TransformationDictionary"));
        }
        if (takesCategories(model, rules)) {
            mention(model, mentioned);
            for (Element alias : derived.values()) { // one step will do: longer ways are rare
                if (alias.hasChild("FieldRef") && mentioned.containsKey(alias.attribute("name"))) {
                    mentioned
                            .computeIfAbsent(
                                    alias.child("FieldRef").attribute("field"),
                                    name -> new ArrayList<>())
                            .addAll(mentioned.get(alias.attribute("name")));
                }
            }
        }
        for (Element field : model.child("MiningSchema").children("MiningField")) {
            String name = field.attribute("name");
            if (schema.put(name, field) != null) {
                throw field.problem("field '" + name + "' is there twice");
            }
            if (!InputRule.usage(field).equals("active")) {
                continue;
            }
            InputRule rule = rules.get(name);
            if (rule == null && !derived.containsKey(name)) {
                throw field.problem("'" + name + "' is not in the <DataDictionary>");
            }
            if (rule == null) {
                continue;
            }
            List<String> words = mentioned.containsKey(name) ? mentioned.get(name) : List.of();
            Column column = Column.of(rule, field, words);
            sources.put(name, new Source(columns.size(), column.type, false));
            columns.add(column);
        }
    }

    /// Whether an input of the model is a category; if none is, nobody asks which categories it mentions.
    private static boolean takesCategories(Element model, Map<String, InputRule> rules) {
        for (Element field : model.child("MiningSchema").children("MiningField")) {
            InputRule rule = rules.get(field.attribute("name", ""));
            if (rule != null
                    && field.attribute("usageType", "active").equals("active")
                    && Column.categorical(rule, field)) {
                return true;
            }
        }
        return false;
    }

    /// Collects the values that predicates and predictors ask for, by field.
    private static void mention(Element element, Map<String, List<String>> by) {
        switch (element.name) {
            case "SimplePredicate" -> {
                if (element.has("value")) {
                    by.computeIfAbsent(element.attribute("field"), name -> new ArrayList<>())
                            .add(element.attribute("value"));
                }
            }
            case "SimpleSetPredicate" ->
                    by.computeIfAbsent(element.attribute("field"), name -> new ArrayList<>())
                            .addAll(PredicateReader.words(element.child("Array")));
            case "CategoricalPredictor" ->
                    by.computeIfAbsent(element.attribute("name"), name -> new ArrayList<>())
                            .add(element.attribute("value"));
            default -> {
                for (Element child : element.children()) {
                    mention(child, by);
                }
            }
        }
    }

    List<Column> all() {
        return columns;
    }

    /// Takes note of derived fields; which of them are understood shows when they are used.
    void derive(Element transformations) {
        for (Element field : transformations.children("DerivedField")) {
            derived.put(field.attribute("name"), field);
        }
    }

    /// Makes sure that a model inside the document's own takes its fields as that one does.
    void checkInner(Element model) throws NotPlain {
        for (Element field : model.child("MiningSchema").children("MiningField")) {
            String usage = InputRule.usage(field);
            if (usage.equals("target")
                    || usage.equals("predicted")
                    || !(InputRule.says(field) || field.has("optype"))) {
                continue;
            }
            Element outer = schema.get(field.attribute("name"));
            if (field.attribute("optype", "").equals("ordinal")) {
                throw new NotPlain(
                        field, "an inner model orders '" + field.attribute("name") + "' anew");
            }
            for (String treatment : TREATMENTS) {
                String own = field.attribute(treatment, "");
                boolean harmless =
                        own.isEmpty()
                                || own.equals("asIs")
                                || (outer != null && own.equals(outer.attribute(treatment, "")));
                if (!harmless) {
                    throw new NotPlain(
                            field,
                            "an inner model treats '"
                                    + field.attribute("name")
                                    + "' in its own way");
                }
            }
        }
    }

    Column column(Source source) {
        return columns.get(source.column());
    }

    Source source(Element at, String name) throws NotPlain {
        Source known = sources.get(name);
        if (known != null) {
            return known;
        }
        Optional<Source> found = find(name, 0);
        if (found.isEmpty()) {
            throw new NotPlain(at, "'" + name + "' is no input, cast or renaming of one");
        }
        return found.get();
    }

    private Optional<Source> find(String name, int steps) {
        Source known = sources.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Element field = derived.get(name);
        if (field == null || steps > 20 || !onlyRefers(field)) {
            return Optional.empty();
        }
        Optional<Source> from = find(field.child("FieldRef").attribute("field"), steps + 1);
        if (from.isEmpty()) {
            return from;
        }
        DataType to = DataType.of(field, "dataType");
        Column column = column(from.get());
        boolean continuous = field.attribute("optype").equals("continuous");
        if (continuous == column.categorical) {
            return Optional.empty();
        }
        if (to == from.get().type()) {
            return from;
        }
        boolean floats = !column.categorical && (to == DataType.DOUBLE || to == DataType.FLOAT);
        return floats
                ? Optional.of(
                        new Source(
                                from.get().column(),
                                to,
                                from.get().rounds() || (to == DataType.FLOAT && column.type != to)))
                : Optional.empty();
    }

    private static boolean onlyRefers(Element field) {
        return field.children().size() == 1
                && field.hasChild("FieldRef")
                && !field.child("FieldRef").has("mapMissingTo");
    }
}
