package dev.waxwing.pmml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The field that a model predicts, and what `Targets` do with the prediction.
final class Target {
    static final String UNNAMED = "_target";

    private final String name;
    private final DataType type;
    private final boolean ordinal;
    private final Optional<Field> field;
    private final Map<Object, String> displays;
    private final Map<Object, Double> priors = new LinkedHashMap<>();
    private double min = Double.NEGATIVE_INFINITY;
    private double max = Double.POSITIVE_INFINITY;
    private double factor = 1;
    private double constant;
    private String castInteger = "";
    private Object defaultValue;

    Target(Element model, Scope scope, boolean classifies, Optional<Model> around) {
        String found = "";
        for (Element miningField : model.child("MiningSchema").children("MiningField")) {
            String usage = miningField.attribute("usageType", "active");
            if (found.isEmpty() && (usage.equals("target") || usage.equals("predicted"))) {
                found = miningField.attribute("name");
            }
        }
        Element own = null;
        if (model.hasChild("Targets")) {
            List<Element> targets = model.child("Targets").children("Target");
            for (Element target : targets) {
                if (targets.size() == 1 || target.attribute("field", "").equals(found)) {
                    own = target;
                }
            }
            if (own == null) {
                throw model.child("Targets").problem("no <Target> is about '" + found + "'");
            }
            if (found.isEmpty()) {
                found = own.attribute("field", "");
            }
        }
        this.name = found;
        this.field = found.isEmpty() ? Optional.empty() : scope.find(found);
        DataType fallback =
                around.isPresent() && around.get().classifies == classifies
                        ? around.get().target.type
                        : classifies ? DataType.STRING : DataType.DOUBLE;
        this.type = field.map(Field::type).orElse(fallback);
        this.displays = new LinkedHashMap<>(scope.displays(found));
        String optype = field.map(Field::optype).orElse("");
        if (own != null) {
            optype = own.attribute("optype", optype);
            read(own, classifies);
        }
        this.ordinal = optype.equals("ordinal");
    }

    private void read(Element target, boolean classifies) {
        min = target.number("min", min);
        max = target.number("max", max);
        factor = target.finite("rescaleFactor", 1);
        constant = target.finite("rescaleConstant", 0);
        if (target.has("castInteger")) {
            castInteger = target.word("castInteger", "", List.of("round", "ceiling", "floor"));
        }
        for (Element value : target.children()) {
            if (!value.name.equals("TargetValue")) {
                throw value.problem("<" + value.name + "> is not read in <Target>");
            }
            if (value.has("value")) {
                Object category = type.parse(value, value.attribute("value"));
                if (value.has("displayValue")) {
                    displays.put(category, value.attribute("displayValue"));
                }
                if (value.has("priorProbability") && classifies) {
                    priors.put(category, value.number("priorProbability"));
                }
            } else if (value.has("defaultValue")) {
                defaultValue = value.number("defaultValue");
            }
        }
    }

    boolean named() {
        return !name.isEmpty();
    }

    String name() {
        return named() ? name : UNNAMED;
    }

    DataType type() {
        return type;
    }

    boolean ordinal() {
        return ordinal;
    }

    Optional<Field> field() {
        return field;
    }

    /// A category as the document writes it, in the type of the target.
    Object category(Element at, String written) {
        return type.parse(at, written);
    }

    /// How a prediction is shown: as it is if the document does not say otherwise.
    Object display(Object value) {
        String display = displays.get(value);
        return display == null ? value : display;
    }

    Result finish(Result result) {
        if (result.predicted == null) {
            if (!priors.isEmpty()) {
                Result prior = Result.mostProbable(priors);
                result.predicted = prior.predicted;
                result.probabilities = prior.probabilities;
            }
            if (defaultValue == null || !priors.isEmpty()) {
                return result;
            }
            result.predicted = defaultValue; // is rescaled as a prediction is
        }
        if (result.predicted instanceof Number number) {
            boolean plain =
                    min == Double.NEGATIVE_INFINITY
                            && max == Double.POSITIVE_INFINITY
                            && factor == 1
                            && constant == 0
                            && castInteger.isEmpty();
            if (plain || !result.probabilities.isEmpty()) {
                return result;
            }
            if (number instanceof Float single) {
                float x = (float) Math.max(min, Math.min(max, single));
                result.predicted = cast(x * (float) factor + (float) constant, true);
            } else {
                double x = Math.max(min, Math.min(max, number.doubleValue()));
                result.predicted = cast(x * factor + constant, false);
            }
        }
        return result;
    }

    private Object cast(double x, boolean single) {
        if (!castInteger.isEmpty() && !(Math.abs(x) < 9e18)) {
            throw new InvalidValueException("'" + name() + "' is to be a whole number, got " + x);
        }
        return switch (castInteger) {
            case "round" -> (long) Math.floor(x + 0.5);
            case "ceiling" -> (long) Math.ceil(x);
            case "floor" -> (long) Math.floor(x);
            default -> single ? (Object) (float) x : (Object) x;
        };
    }
}
