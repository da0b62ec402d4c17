package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a `DataField` admits, and what a `MiningField` does with a value that is missing, invalid or an outlier.
final class InputRule {
    private static final List<String> OPTYPES = List.of("continuous", "categorical", "ordinal");
    private static final List<String> PROPERTIES = List.of("valid", "invalid", "missing");
    private static final List<String> USAGES =
            List.of(
                    "active",
                    "target",
                    "predicted",
                    "supplementary",
                    "group",
                    "order",
                    "frequencyWeight",
                    "analysisWeight");

    final Field field;
    final Map<Object, String> displays = new HashMap<>();
    final Set<Object> valid = new HashSet<>();
    final Set<Object> invalid = new HashSet<>();
    final Set<String> missing = new HashSet<>();
    final Set<Object> missingValues = new HashSet<>();
    final List<Interval> intervals = new ArrayList<>();

    InputRule(Element dataField, int slot) {
        DataType type = DataType.of(dataField, "dataType");
        String optype = dataField.word("optype", "", OPTYPES);
        List<Object> order = new ArrayList<>();
        for (Element child : dataField.children()) {
            switch (child.name) {
                case "Interval" -> intervals.add(Interval.read(child));
                case "Value" -> {
                    String written = child.attribute("value");
                    switch (child.word("property", "valid", PROPERTIES)) {
                        case "missing" -> {
                            missing.add(written);
                            missingNumber(type, written);
                        }
                        case "invalid" -> invalid.add(type.parse(child, written));
                        default -> {
                            Object value = type.parse(child, written);
                            if (!valid.add(value)) {
                                throw child.problem("value '" + written + "' is there twice");
                            }
                            order.add(value);
                            if (child.has("displayValue")) {
                                displays.put(value, child.attribute("displayValue"));
                            }
                        }
                    }
                }
                default -> throw child.problem("<" + child.name + "> is not read in <DataField>");
            }
        }
        this.field = new Field(dataField.attribute("name"), slot, type, optype, order, dataField);
    }

    /// A number that stands for missing does so however it is written; `-` and the like do as they are.
    private void missingNumber(DataType type, String written) {
        try {
            missingValues.add(type.cast(written));
        } catch (IllegalArgumentException e) {
            // no value of the type: only its text counts
        }
    }

    boolean admits(Object value) {
        if (invalid.contains(value)) {
            return false;
        }
        if (!valid.isEmpty()) {
            return valid.contains(value); // they are all the valid ones there are
        }
        if (value instanceof Number number) {
            double x = number.doubleValue();
            return !Double.isNaN(x)
                    && (intervals.isEmpty() || intervals.stream().anyMatch(i -> i.holds(x)));
        }
        return true;
    }

    /// Compiles how a model takes the values of `source`.
    Expression taken(Element miningField, Expression source) {
        String onInvalid =
                miningField.word(
                        "invalidValueTreatment",
                        "returnInvalid",
                        List.of("returnInvalid", "asIs", "asMissing", "asValue"));
        boolean replaces = replacesInvalid(miningField);
        Object invalidReplacement =
                replaces
                        ? field.type()
                                .parse(
                                        miningField,
                                        miningField.attribute("invalidValueReplacement"))
                        : null;
        boolean hasOutliers = hasOutliers(miningField, field.type());
        double low = miningField.number("lowValue", Double.NEGATIVE_INFINITY);
        double high = miningField.number("highValue", Double.POSITIVE_INFINITY);
        boolean clamps = miningField.attribute("outliers", "asIs").equals("asExtremeValues");
        Replacement replacement = Replacement.read(miningField, field.type());
        return row -> {
            Object value = source.value(row);
            if (value == null
                    || (value instanceof Double number && number.isNaN())
                    || (value instanceof Float single && single.isNaN())
                    || missing.contains(String.valueOf(value))) {
                return replacement.missing(field.name());
            }
            Object cast;
            boolean fits;
            try {
                cast = field.type().cast(value);
                if (missingValues.contains(cast)) {
                    return replacement.value();
                }
                fits = admits(cast);
            } catch (IllegalArgumentException e) {
                cast = value;
                fits = false;
            }
            if (!fits) {
                switch (onInvalid) {
                    case "returnInvalid" ->
                            throw new InvalidValueException(
                                    "'" + field.name() + "' does not admit '" + value + "'");
                    case "asMissing" -> {
                        return replacement.value();
                    }
                    default -> {
                        return replaces ? invalidReplacement : cast;
                    }
                }
            }
            if (hasOutliers && cast instanceof Number number) {
                double x = number.doubleValue();
                if (x < low || x > high) {
                    return clamps
                            ? field.type().cast(x < low ? (Object) low : (Object) high)
                            : replacement.value();
                }
            }
            return cast;
        };
    }

    /// Whether invalid values are replaced: always for `asValue`, and for `asIs` where there is a replacement.
    static boolean replacesInvalid(Element miningField) {
        String treatment = miningField.attribute("invalidValueTreatment", "returnInvalid");
        return treatment.equals("asValue")
                || (treatment.equals("asIs") && miningField.has("invalidValueReplacement"));
    }

    static String outliers(Element miningField) {
        String kind =
                miningField.word(
                        "outliers", "asIs", List.of("asIs", "asMissingValues", "asExtremeValues"));
        if (!kind.equals("asIs") && !miningField.has("lowValue") && !miningField.has("highValue")) {
            throw miningField.problem(
                    "outliers=\"" + kind + "\" needs a lowValue, a highValue or both");
        }
        return kind;
    }

    private static boolean hasOutliers(Element miningField, DataType type) {
        String kind = outliers(miningField);
        if (!kind.equals("asIs") && !type.numeric()) {
            throw miningField.problem("outliers=\"" + kind + "\" needs a numeric field");
        }
        return !kind.equals("asIs");
    }

    /// What the field is for. Weights of records are for training and change no score.
    static String usage(Element miningField) {
        return miningField.word("usageType", "active", USAGES);
    }

    /// Whether a `MiningField` says more than that its field is used.
    static boolean says(Element miningField) {
        return miningField.has("missingValueReplacement")
                || miningField.has("missingValueTreatment")
                || miningField.has("outliers")
                || treatsInvalid(miningField);
    }

    /// Whether it treats invalid values in another way than one that says nothing.
    static boolean treatsInvalid(Element miningField) {
        return !miningField
                .attribute("invalidValueTreatment", "returnInvalid")
                .equals("returnInvalid");
    }

    /// What stands in for a missing value. Only one that the row does not have is refused, not one that counts as missing
    /// for being invalid or an outlier: those have treatments of their own.
    record Replacement(Object value, boolean refuses) {
        static Replacement read(Element miningField, DataType type) {
            String treatment =
                    miningField.word(
                            "missingValueTreatment",
                            "asIs",
                            List.of(
                                    "asIs",
                                    "asMean",
                                    "asMode",
                                    "asMedian",
                                    "asValue",
                                    "returnInvalid"));
            Object value =
                    miningField.has("missingValueReplacement")
                            ? type.parse(
                                    miningField, miningField.attribute("missingValueReplacement"))
                            : null;
            return new Replacement(value, treatment.equals("returnInvalid"));
        }

        Object missing(String name) {
            if (refuses) {
                throw new InvalidValueException("'" + name + "' must not be missing");
            }
            return value;
        }
    }

    /// Compiles how a model inside another takes a field of the outer one: only what it says itself is applied.
    static Expression retaken(Element miningField, Field outer) {
        Replacement replacement = Replacement.read(miningField, outer.type());
        boolean hasOutliers = hasOutliers(miningField, outer.type());
        double low = miningField.number("lowValue", Double.NEGATIVE_INFINITY);
        double high = miningField.number("highValue", Double.POSITIVE_INFINITY);
        boolean clamps = miningField.attribute("outliers", "asIs").equals("asExtremeValues");
        return row -> {
            Object value = row.get(outer.slot());
            if (value == null) {
                return replacement.missing(outer.name());
            }
            if (hasOutliers && value instanceof Number number) {
                double x = number.doubleValue();
                if (x < low || x > high) {
                    return clamps
                            ? outer.type().cast(x < low ? (Object) low : (Object) high)
                            : replacement.value();
                }
            }
            return value;
        };
    }
}
