package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The fields that one model sees: its own and, through them, those of the model around it.
///
/// Derived fields are compiled when first referred to, so their order in the document does not matter; one that
/// refers to itself, over whatever detours, is refused.
final class Scope {
    private static final int MOST_STEPS = 400;

    final Optional<Scope> parent;
    final Slots slots;
    private final Map<String, Field> fields = new HashMap<>();
    private final Map<String, Element> waiting =
            new HashMap<>(); // derived fields that nobody has asked for
    private final Map<String, Element> begun =
            new HashMap<>(); // derived fields that are being compiled
    private final Map<String, Integer> parameters; // of the user-defined function being read

    private Scope(Optional<Scope> parent, Slots slots, Map<String, Integer> parameters) {
        this.parent = parent;
        this.slots = slots;
        this.parameters = parameters;
    }

    static Scope outermost() {
        return new Scope(Optional.empty(), new Slots(), Map.of());
    }

    Scope inner() {
        return new Scope(Optional.of(this), slots, Map.of());
    }

    Scope withParameters(Map<String, Integer> names) {
        return new Scope(Optional.of(this), slots, names);
    }

    /// The fields of a model's `MiningSchema`: the outermost model takes inputs, one inside another what that one sees.
    Scope taking(Element schema, boolean outermost) {
        Scope seen = inner();
        for (Element field : schema.children()) {
            if (!field.name.equals("MiningField")) {
                throw field.problem("<" + field.name + "> is not read in <MiningSchema>");
            }
            String name = field.attribute("name");
            if (seen.fields.containsKey(name)) {
                throw field.problem("field '" + name + "' is there twice");
            }
            String usage = field.attribute("usageType", "active");
            boolean plain = usage.equals("target") || usage.equals("predicted");
            InputRule rule = slots.inputs.get(name);
            if (outermost) {
                if (rule != null && !plain) {
                    Integer raw = find(name).orElseThrow().slot();
                    int slot = slots.add(rule.taken(field, row -> row.get(raw)));
                    seen.add(
                            rule.field.at(slot).as(field.attribute("optype", rule.field.optype())));
                    if (usage.equals("active")) {
                        slots.taken.put(name, slot);
                    }
                }
                continue;
            }
            Optional<Field> outer = find(name);
            if (outer.isPresent() && !plain && InputRule.says(field)) {
                Field from = outer.get();
                boolean again = rule != null && field.has("invalidValueTreatment");
                int slot =
                        slots.add(
                                again
                                        ? rule.taken(field, row -> row.get(from.slot()))
                                        : InputRule.retaken(field, from));
                seen.add(from.at(slot));
            }
        }
        if (!outermost && !seen.fields.isEmpty()) {
            // What the document derives follows from values as this model takes them.
            for (Element derived : slots.dictionary) {
                seen.waiting.put(derived.attribute("name"), derived);
            }
        }
        return seen;
    }

    Map<Object, String> displays(String name) {
        InputRule rule = slots.inputs.get(name);
        return rule == null ? Map.of() : rule.displays;
    }

    Optional<Integer> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    void add(Field field) {
        fields.put(field.name(), field);
    }

    /// Declares the derived fields of a `TransformationDictionary` or `LocalTransformations`.
    void derive(Element element) {
        for (Element derived : element.children("DerivedField")) {
            Element twin = waiting.putIfAbsent(derived.attribute("name"), derived);
            if (twin != null) {
                throw derived.problem(
                        "derived field '"
                                + derived.attribute("name")
                                + "' is there twice, first in line "
                                + twin.line);
            }
        }
        for (Element derived : element.children("DerivedField")) {
            find(derived.attribute("name"));
        }
    }

    Field field(Element at, String name) {
        return find(name).orElseThrow(() -> at.problem("there is no field '" + name + "' here"));
    }

    Optional<Field> find(String name) {
        Field known = fields.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Element derived = waiting.get(name);
        if (derived != null) {
            return Optional.of(compile(name, derived));
        }
        return parent.isPresent() ? parent.get().find(name) : Optional.empty();
    }

    private Field compile(String name, Element derived) {
        if (begun.putIfAbsent(name, derived) != null) {
            throw derived.problem("derived field '" + name + "' refers to itself");
        }
        slots.deeper(derived, MOST_STEPS);
        DataType type = DataType.of(derived, "dataType");
        Expression body = ExpressionReader.only(derived, this);
        List<Object> values = new ArrayList<>();
        for (Element value : derived.children("Value")) {
            values.add(type.parse(value, value.attribute("value")));
        }
        int slot =
                slots.add(
                        row -> {
                            Object value = body.value(row);
                            return value == null ? null : castOrInvalid(derived, type, value);
                        });
        slots.shallower(slot);
        Field field = new Field(name, slot, type, derived.attribute("optype"), values, derived);
        fields.put(name, field);
        return field;
    }

    static Object castOrInvalid(Element at, DataType type, Object value) {
        if (type == DataType.INTEGER && (value instanceof Double || value instanceof Float)) {
            double number = ((Number) value).doubleValue();
            if (number != Math.rint(number)) {
                throw new InvalidValueException(
                        at.file
                                + ":"
                                + at.line
                                + " '"
                                + at.attribute("name", at.name)
                                + "' is a whole number, got "
                                + value);
            }
        }
        try {
            return type.cast(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                    at.file
                            + ":"
                            + at.line
                            + " '"
                            + at.attribute("name", at.name)
                            + "': "
                            + e.getMessage());
        }
    }

    /// The slots of all scopes of a document.
    static final class Slots {
        final List<Expression> rules = new ArrayList<>();
        final Map<String, Functions.Definition> functions = new HashMap<>();
        final List<Element> dictionary = new ArrayList<>(); // derived fields of the whole document
        final Map<String, InputRule> inputs = new HashMap<>();
        final Map<String, Integer> taken =
                new LinkedHashMap<>(); // inputs of the document's own model
        private final List<Integer> steps = new ArrayList<>();
        private final List<Integer> pending = new ArrayList<>();

        int add(Expression rule) {
            rules.add(rule);
            steps.add(0);
            return rules.size() - 1;
        }

        /// A field that stays missing until something sets it.
        int addEmpty() {
            return add(row -> null);
        }

        private void deeper(Element at, int limit) {
            pending.add(0);
            if (pending.size() > limit) {
                throw at.problem(
                        "derived fields refer to each other over more than " + limit + " steps");
            }
        }

        private void shallower(int slot) {
            int last = pending.size() - 1;
            int longest = pending.get(last) + 1;
            pending.subList(last, last + 1).clear();
            steps.set(slot, longest);
        }

        /// Notes that the derived field being compiled reads this slot, so that chains stay short enough for the stack.
        void reads(Element at, int slot) {
            if (!pending.isEmpty()) {
                int last = pending.size() - 1;
                int longest = Math.max(pending.get(last), steps.get(slot));
                if (longest > MOST_STEPS) {
                    throw at.problem(
                            "derived fields refer to each other over more than "
                                    + MOST_STEPS
                                    + " steps");
                }
                pending.set(last, longest);
            }
        }
    }
}
