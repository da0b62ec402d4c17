package dev.waxwing.pmml;

import dev.waxwing.pmml.Predicate.Answer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compiles `Apply`: built-in functions and those that the document defines.
final class Functions {
    /// Computes from values of which none is missing.
    interface Strict {
        Object apply(List<Object> arguments);
    }

    private static final Set<String> ORDERS =
            Set.of("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual");

    private Functions() {}

    static Expression apply(Element element, Scope scope) {
        String name = element.attribute("function");
        List<Expression> arguments = new ArrayList<>();
        for (Element child : element.children()) {
            arguments.add(ExpressionReader.read(child, scope));
        }
        Object missing =
                element.has("mapMissingTo") ? constant(element.attribute("mapMissingTo")) : null;
        Object otherwise =
                element.has("defaultValue") ? constant(element.attribute("defaultValue")) : null;
        boolean mapsMissing = element.has("mapMissingTo");
        if (mapsMissing) {
            scope.slots.budget.twice(element);
        }
        String invalid =
                element.word(
                        "invalidValueTreatment",
                        "returnInvalid",
                        List.of("returnInvalid", "asIs", "asMissing"));
        Expression function = function(element, name, arguments, scope);
        // Of the branches of an `if`, only the one that is taken may be missing.
        boolean branches = name.equals("if");
        return row -> {
            if (mapsMissing && !branches) {
                for (Expression argument : arguments) {
                    if (argument.value(row) == null) {
                        return missing;
                    }
                }
            }
            Object result;
            try {
                result = function.value(row);
                if (mapsMissing && branches && result == null) {
                    Object condition = arguments.get(0).value(row);
                    boolean untold =
                            condition != null && arguments.size() == 2 && !truth(condition);
                    return untold ? otherwise : missing;
                }
                if (!invalid.equals("asIs") && noNumber(result)) {
                    throw new InvalidValueException(
                            element.file
                                    + ":"
                                    + element.line
                                    + " function "
                                    + name
                                    + " has no result here");
                }
            } catch (InvalidValueException e) {
                if (invalid.equals("returnInvalid")) {
                    throw e;
                }
                result = null;
            }
            return result == null ? otherwise : result;
        };
    }

    private static boolean noNumber(Object result) {
        return (result instanceof Double wide && wide.isNaN())
                || (result instanceof Float narrow && narrow.isNaN());
    }

    /// A replacement has no type of its own; it is a number if it is written as one, and a text as in `007`.
    private static Object constant(String written) {
        if (written.matches("0|-?[1-9][0-9]{0,17}")) {
            return Long.valueOf(written);
        }
        return written.matches("-?(0|[1-9][0-9]*)\\.[0-9]+([eE]-?[0-9]+)?")
                ? (Object) DataType.toDouble(written)
                : written;
    }

    private static Expression function(
            Element element, String name, List<Expression> arguments, Scope scope) {
        String plain = name.startsWith("x-") ? name.substring(2) : name;
        Optional<Expression> special = special(element, plain, arguments);
        if (special.isPresent()) {
            return special.get();
        }
        Optional<Field> ordered = ordered(element, plain, scope);
        if (ordered.isPresent()) {
            return compared(ordered.get(), plain, arguments);
        }
        Optional<Builtin> builtin = Builtin.named(name);
        if (builtin.isPresent()) {
            Builtin found = builtin.get();
            if (arguments.size() < found.least() || arguments.size() > found.most()) {
                throw element.problem(
                        "function "
                                + name
                                + " takes "
                                + found.least()
                                + " to "
                                + found.most()
                                + " arguments, found "
                                + arguments.size());
            }
            Strict body = found.body();
            return row -> {
                List<Object> values = new ArrayList<>(arguments.size());
                for (Expression argument : arguments) {
                    Object value = argument.value(row);
                    if (value != null) {
                        values.add(value);
                    } else if (!found.skipsMissing()) {
                        return null;
                    }
                }
                return values.isEmpty() && !found.takesNone() ? null : body.apply(values);
            };
        }
        return defined(element, name, arguments, scope);
    }

    /// The ordinal field whose list orders the two values that are compared: the first one's, or the second's beside what is
    /// no field.
    private static Optional<Field> ordered(Element element, String name, Scope scope) {
        List<Element> sides = element.children();
        if (!ORDERS.contains(name) || sides.size() != 2) {
            return Optional.empty();
        }
        Element side = sides.get(sides.get(0).name.equals("FieldRef") ? 0 : 1);
        return side.name.equals("FieldRef")
                ? scope.ordinal(side.attribute("field"))
                : Optional.empty();
    }

    private static Expression compared(Field order, String name, List<Expression> arguments) {
        return row -> {
            Object a = arguments.get(0).value(row);
            Object b = arguments.get(1).value(row);
            if (a == null || b == null) {
                return null;
            }
            int sign = order.compare(order.type().cast(a), order.type().cast(b));
            return switch (name) {
                case "lessThan" -> sign < 0;
                case "lessOrEqual" -> sign <= 0;
                case "greaterThan" -> sign > 0;
                default -> sign >= 0;
            };
        };
    }

    /// Functions that look at missing or invalid arguments, or not at all of them.
    private static Optional<Expression> special(
            Element element, String name, List<Expression> arguments) {
        int wanted =
                switch (name) {
                    case "isMissing", "isNotMissing", "isValid", "isNotValid", "not" -> 1;
                    case "if" -> arguments.size() == 2 ? 2 : 3;
                    case "and", "or", "isIn", "isNotIn" -> Math.max(2, arguments.size());
                    default -> -1;
                };
        if (wanted < 0) {
            return Optional.empty();
        }
        if (arguments.size() != wanted) {
            throw element.problem(
                    "function "
                            + name
                            + " takes "
                            + wanted
                            + " arguments, found "
                            + arguments.size());
        }
        Expression first = arguments.get(0);
        return Optional.of(
                switch (name) {
                    case "isMissing" -> row -> first.value(row) == null;
                    case "isNotMissing" -> row -> first.value(row) != null;
                    case "isValid" -> row -> valid(first, row, false);
                    case "isNotValid" -> row -> !valid(first, row, true);
                    case "isIn" -> row -> among(arguments, row);
                    case "isNotIn" -> row -> !among(arguments, row);
                    case "not" ->
                            row -> {
                                Object value = first.value(row);
                                return value == null ? null : (Object) !truth(value);
                            };
                    case "if" ->
                            row -> {
                                Object value = first.value(row);
                                if (value == null) {
                                    return null;
                                }
                                return truth(value)
                                        ? arguments.get(1).value(row)
                                        : wanted == 3 ? arguments.get(2).value(row) : null;
                            };
                    default -> {
                        boolean decisive = name.equals("or");
                        yield row -> logical(arguments, row, decisive);
                    }
                });
    }

    /// Nothing that is missing is in a list, and nothing equals what is missing in one.
    private static boolean among(List<Expression> arguments, Row row) {
        Object value = arguments.get(0).value(row);
        for (int i = 1; value != null && i < arguments.size(); i++) {
            Object member = arguments.get(i).value(row);
            if (member != null && Builtin.same(value, member)) {
                return true;
            }
        }
        return false;
    }

    /// Whether there is a value that its field admits, or `ifMissing` if there is none.
    private static boolean valid(Expression expression, Row row, boolean ifMissing) {
        try {
            return expression.value(row) != null || ifMissing;
        } catch (InvalidValueException e) {
            return false;
        }
    }

    private static Object logical(List<Expression> arguments, Row row, boolean decisive) {
        Answer so = Answer.of(!decisive);
        for (Expression argument : arguments) {
            Object value = argument.value(row);
            if (value == null) {
                so = Answer.UNKNOWN;
            } else if (truth(value) == decisive) {
                return decisive;
            }
        }
        return so == Answer.UNKNOWN ? null : (Object) !decisive;
    }

    static boolean truth(Object value) {
        return (Boolean) DataType.BOOLEAN.cast(value);
    }

    /// Applies a `DefineFunction`.
    private static Expression defined(
            Element element, String name, List<Expression> arguments, Scope scope) {
        Definition definition = scope.slots.functions.get(name);
        if (definition == null) {
            throw element.problem(
                    "function '" + name + "' is neither built in nor defined in the document");
        }
        if (definition.types.size() != arguments.size()) {
            throw element.problem(
                    "function '"
                            + name
                            + "' takes "
                            + definition.types.size()
                            + " arguments, found "
                            + arguments.size());
        }
        scope.slots.budget.takes(element, definition.compile(element, scope));
        return row -> {
            Object[] values = new Object[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                Object value = arguments.get(i).value(row);
                Optional<DataType> type = definition.types.get(i);
                values[i] =
                        value == null || type.isEmpty()
                                ? value
                                : Scope.castOrInvalid(definition.element, type.get(), value);
            }
            Object result = row.with(values, definition.body);
            return result == null || definition.result.isEmpty()
                    ? result
                    : Scope.castOrInvalid(definition.element, definition.result.get(), result);
        };
    }

    /// A `DefineFunction`, compiled when first applied.
    static final class Definition {
        private final Element element;
        private final List<Optional<DataType>> types = new ArrayList<>();
        private final Map<String, Integer> parameters = new HashMap<>();
        private final Optional<DataType> result;
        private Expression body;
        private boolean begun;
        private Budget.Effort effort = new Budget.Effort(0, 0);

        Definition(Element element) {
            this.element = element;
            for (Element parameter : element.children("ParameterField")) {
                if (parameters.put(parameter.attribute("name"), parameters.size()) != null) {
                    throw parameter.problem(
                            "parameter '" + parameter.attribute("name") + "' is there twice");
                }
                types.add(type(parameter));
            }
            this.result = type(element);
        }

        private static Optional<DataType> type(Element element) {
            return element.has("dataType")
                    ? Optional.of(DataType.of(element, "dataType"))
                    : Optional.empty();
        }

        Budget.Effort compile(Element at, Scope scope) {
            if (body == null) {
                if (begun) {
                    throw at.problem("function '" + element.attribute("name") + "' applies itself");
                }
                begun = true;
                Scope outermost = scope;
                while (outermost.parent.isPresent()) {
                    outermost = outermost.parent.get();
                }
                Budget budget = scope.slots.budget;
                budget.begin(element);
                body = ExpressionReader.only(element, outermost.withParameters(parameters));
                effort = budget.endApart(element);
            }
            return effort;
        }
    }
}
