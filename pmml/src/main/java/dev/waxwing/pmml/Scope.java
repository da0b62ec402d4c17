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
    final Optional<Scope> parent;
    final Slots slots;
    private final Map<String, Field> fields = new HashMap<>();
    private final Map<String, Element> waiting =
            new HashMap<>(); // derived fields that nobody has asked for
    private final Map<String, Element> begun =
            new HashMap<>(); // derived fields that are being compiled
    private final Map<String, Integer> parameters; // of the user-defined function being read
    private boolean derivesAnew;

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
            String usage = InputRule.usage(field);
            boolean plain = usage.equals("target") || usage.equals("predicted");
            InputRule rule = slots.inputs.get(name);
            if (outermost) {
                if (rule != null) {
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
                boolean again = rule != null && InputRule.treatsInvalid(field);
                int slot =
                        slots.addOver(
                                from.slot(),
                                again
                                        ? rule.taken(field, row -> row.get(from.slot()))
                                        : InputRule.retaken(field, from));
                seen.add(from.at(slot).as(field.attribute("optype", from.optype())));
            } else if (outer.isPresent()
                    && field.has("optype")
                    && !field.attribute("optype").equals(outer.get().optype())) {
                seen.add(outer.get().as(field.attribute("optype")));
            }
        }
        // What the document derives follows from values as this model takes them.
        seen.derivesAnew = !outermost && !seen.fields.isEmpty();
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
            Field known = fields.get(derived.attribute("name"));
            if (known != null) {
                throw derived.problem(
                        "derived field '"
                                + known.name()
                                + "' has the name of a field in line "
                                + known.from().line);
            }
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
        if (derived == null && derivesAnew) {
            derived = slots.dictionary.get(name);
        }
        if (derived != null) {
            return Optional.of(compile(name, derived));
        }
        return parent.isPresent() ? parent.get().find(name) : Optional.empty();
    }

    /// A field, not a parameter, whose values the document lists in their order.
    Optional<Field> ordinal(String name) {
        return parameter(name).isPresent()
                ? Optional.empty()
                : find(name).filter(f -> f.optype().equals("ordinal") && !f.values().isEmpty());
    }

    private Field compile(String name, Element derived) {
        if (begun.putIfAbsent(name, derived) != null) {
            throw derived.problem("derived field '" + name + "' refers to itself");
        }
        slots.budget.begin(derived);
        DataType type = DataType.of(derived, "dataType");
        Expression body = ExpressionReader.only(derived, this);
        List<Object> values = new ArrayList<>();
        for (Element value : derived.children("Value")) {
            if (value.attribute("property", "valid").equals("valid")) {
                values.add(type.parse(value, value.attribute("value")));
            }
        }
        if (values.isEmpty()
                && derived.attribute("optype").equals("ordinal")
                && derived.hasChild("FieldRef")) { // the same values, in the same order
            ordinal(derived.child("FieldRef").attribute("field"))
                    .filter(from -> from.type() == type)
                    .ifPresent(from -> values.addAll(from.values()));
        }
        int slot =
                slots.add(
                        row -> {
                            Object value = body.value(row);
                            return value == null ? null : castOrInvalid(derived, type, value);
                        });
        slots.computed(derived, slot);
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
        final Map<String, Element> dictionary =
                new HashMap<>(); // derived fields of the whole document
        final Map<String, InputRule> inputs = new HashMap<>();
        final Map<String, Integer> taken =
                new LinkedHashMap<>(); // inputs of the document's own model
        final Budget budget = new Budget();
        private final List<Integer> levels = new ArrayList<>(); // how deep computing a slot nests

        int add(Expression rule) {
            rules.add(rule);
            levels.add(0);
            return rules.size() - 1;
        }

        /// A field that is computed from another.
        int addOver(int other, Expression rule) {
            int slot = add(rule);
            levels.set(slot, levels.get(other) + 1);
            return slot;
        }

        /// A field that stays missing until something sets it.
        int addEmpty() {
            return add(row -> null);
        }

        private void computed(Element at, int slot) {
            levels.set(slot, budget.endApart(at).levels());
        }

        /// Notes that the expression being compiled reads this slot.
        void reads(Element at, int slot) {
            budget.takes(at, new Budget.Effort(levels.get(slot), 1));
        }
    }
}
