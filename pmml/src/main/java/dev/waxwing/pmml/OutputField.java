package dev.waxwing.pmml;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One `OutputField`: a name for something that a result tells.
final class OutputField {
    /// Tells something of a result; null is missing.
    private interface Telling {
        Object tell(Row row, Result result);
    }

    private final Element element;
    private final String name;
    private final int slot;
    private final Optional<DataType> type;
    private final Telling telling;

    OutputField(Element element, Scope scope, Model model) {
        this.element = element;
        this.name = element.attribute("name");
        this.type =
                element.has("dataType")
                        ? Optional.of(DataType.of(element, "dataType"))
                        : Optional.empty();
        if (tells()) {
            checkPlain(model);
        }
        Telling own = telling(scope, model);
        if (element.has("segmentId")) {
            if (!(model instanceof MiningModel mining)) {
                throw element.problem("segmentId outside of a <MiningModel>");
            }
            String segment = element.attribute("segmentId");
            mining.requireSegment(element, segment);
            this.telling =
                    (row, result) -> {
                        Result part = result.segments.get(segment);
                        return part == null ? null : own.tell(row, part);
                    };
        } else {
            this.telling = own;
        }
        this.slot = scope.slots.addEmpty();
        DataType declared = type.orElse(DataType.DOUBLE);
        String optype =
                element.attribute("optype", declared.numeric() ? "continuous" : "categorical");
        scope.add(new Field(name, slot, declaredType(model), optype, List.of(), element));
    }

    /// One value, of the one prediction that there is.
    private void checkPlain(Model model) {
        if (!element.attribute("isMultiValued", "0").equals("0")) {
            throw element.problem(
                    "isMultiValued=\""
                            + element.attribute("isMultiValued")
                            + "\" is not read; an output has one value");
        }
        String feature = element.attribute("feature", "predictedValue");
        boolean own =
                !element.has("targetField")
                        || !model.target.named()
                        || element.attribute("targetField").equals(model.target.name());
        boolean chained = model instanceof MiningModel;
        if (!own && !(feature.equals("predictedValue") && chained)) {
            throw element.problem(
                    "targetField=\""
                            + element.attribute("targetField")
                            + "\" is not read here; the model predicts '"
                            + model.target.name()
                            + "'");
        }
    }

    private DataType declaredType(Model model) {
        return switch (element.attribute("feature", "predictedValue")) {
            case "predictedValue" -> type.orElse(model.target.type());
            case "entityId", "reasonCode", "predictedDisplayValue", "warning" ->
                    type.orElse(DataType.STRING);
            default -> type.orElse(DataType.DOUBLE);
        };
    }

    String name() {
        return name;
    }

    int slot() {
        return slot;
    }

    /// Whether a result lists it; vendors' own features (`x-…`) are left out.
    boolean tells() {
        return !element.attribute("feature", "predictedValue").startsWith("x-");
    }

    boolean isProbability() {
        return element.attribute("feature", "predictedValue").equals("probability");
    }

    Object value(Row row, Result result) {
        Object value = telling.tell(row, result);
        if (value == null || type.isEmpty()) {
            return value;
        }
        return Scope.castOrInvalid(element, type.get(), value);
    }

    private Telling telling(Scope scope, Model model) {
        String feature = element.attribute("feature", "predictedValue");
        return switch (feature) {
            case "predictedValue" -> {
                if (element.has("targetField")) {
                    String target = element.attribute("targetField");
                    yield (row, result) -> {
                        if (result.targets.containsKey(target)) {
                            return result.targets.get(target);
                        }
                        if (target.equals(model.target.name())) {
                            return result.predicted;
                        }
                        throw new InvalidValueException(
                                element.file
                                        + ":"
                                        + element.line
                                        + " output '"
                                        + name
                                        + "' is about '"
                                        + target
                                        + "', which nothing predicts; "
                                        + result.targets.keySet()
                                        + " are predicted");
                    };
                }
                yield (row, result) -> result.predicted;
            }
            case "predictedDisplayValue" ->
                    (row, result) ->
                            result.predicted == null
                                    ? null
                                    : model.target.display(result.predicted);
            case "probability" -> category(model, result -> result.probabilities);
            case "confidence" ->
                    category(
                            model,
                            result ->
                                    result.confidences.isEmpty()
                                            ? result.probabilities
                                            : result.confidences);
            case "transformedValue", "decision" -> {
                if (element.has("segmentId") && element.has("value")) {
                    String inner = element.attribute("value");
                    yield (row, result) -> result.outputs.get(inner);
                }
                Expression expression = ExpressionReader.only(element, scope);
                yield (row, result) -> expression.value(row);
            }
            case "entityId" -> {
                if (element.whole("rank", 1) != 1) {
                    throw element.problem(
                            "rank=\""
                                    + element.attribute("rank")
                                    + "\" of an entityId is not read: one leaf or segment gives"
                                    + " the result");
                }
                yield (row, result) -> result.entityId.orElse(null);
            }
            case "reasonCode" -> {
                int rank = element.whole("rank", 1);
                if (rank < 1) {
                    throw element.problem("rank=\"" + rank + "\" is not read; the first is 1");
                }
                element.word("rankOrder", "descending", List.of("descending"));
                yield (row, result) ->
                        rank <= result.reasonCodes.size() ? result.reasonCodes.get(rank - 1) : null;
            }
            case "residual" -> residual(model);
            case "warning" ->
                    (row, result) ->
                            null; // there is nothing to warn of: what is not exact is refused
            default -> {
                if (feature.startsWith("x-")) {
                    yield (row, result) -> null; // never told
                }
                throw element.problem(
                        "feature=\""
                                + feature
                                + "\" is not read; predictedValue, predictedDisplayValue,"
                                + " probability, confidence, transformedValue, decision,"
                                + " entityId, reasonCode, residual and warning are");
            }
        };
    }

    private interface ByCategory {
        Map<Object, Double> of(Result result);
    }

    private Telling category(Model model, ByCategory numbers) {
        if (!element.has("value")) {
            return (row, result) ->
                    result.predicted == null ? null : numbers.of(result).get(result.predicted);
        }
        String written = element.attribute("value");
        return (row, result) -> {
            Map<Object, Double> of = numbers.of(result);
            if (of.isEmpty()) {
                return null;
            }
            for (Map.Entry<Object, Double> entry : of.entrySet()) {
                if (String.valueOf(entry.getKey()).equals(written)) {
                    return entry.getValue();
                }
            }
            try {
                Double found = of.get(model.target.type().cast(written));
                return found == null ? 0.0 : found;
            } catch (IllegalArgumentException e) {
                return 0.0;
            }
        };
    }

    /// How far off the prediction is, where the row brings the true value along.
    private Telling residual(Model model) {
        Field field =
                model.target
                        .field()
                        .orElseThrow(
                                () ->
                                        element.problem(
                                                "a residual needs a target field in the"
                                                        + " <DataDictionary>"));
        if (!model.classifies) {
            return (row, result) -> {
                Object actual = row.get(field.slot());
                return actual == null || result.predicted == null
                        ? null
                        : (Object)
                                (DataType.toDouble(actual) - DataType.toDouble(result.predicted));
            };
        }
        String written = element.attribute("value", "");
        return (row, result) -> {
            Object actual = row.get(field.slot());
            if (actual == null || result.predicted == null) {
                return null;
            }
            Object category = written.isEmpty() ? result.predicted : field.type().cast(written);
            double one = DataType.same(field.type().cast(actual), category) ? 1 : 0;
            return one - result.probabilities.getOrDefault(category, 0.0);
        };
    }
}
