package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One input of a compiled model, and what becomes of its values before the model sees them.
///
/// A value is a double here; NaN is missing. A categorical column's values are codes, the places of its categories; a
/// category that the column does not list has the code after the last. What [InputRule] does with the objects of a
/// [Row], [#take(double)] does with these numbers.
final class Column {
    private enum OnInvalid {
        REFUSE,
        KEEP,
        MISSING,
        REPLACE
    }

    private static final double[] NONE = {};

    final String name;
    final DataType type;
    final boolean categorical;
    private final List<Object> categories = new ArrayList<>();
    private final Map<Object, Integer> codes = new HashMap<>();
    private int declared; // the first categories are the document's own; 0 if it declares none
    private boolean ordered; // an ordinal field that lists its values
    String oddity = ""; // why no compiled model can take it; empty if one can
    private double zero; // numbers within this of zero are missing; 0 if none is
    private boolean truncates; // whole numbers are wanted, and fractions are cut off
    private boolean towardsZero; // below zero too; else what is below zero is no category
    private boolean[] admitted = {}; // by code
    private double[] valid = {}; // sorted, as are the next two; empty if the document lists none
    private double[] invalid = {};
    private double[] missingNumbers = {};
    private Set<String> missingTexts = Set.of();
    private List<Interval> intervals = List.of();
    private OnInvalid onInvalid = OnInvalid.KEEP;
    private double invalidReplacement;
    private boolean refusesMissing;
    private double missingReplacement = Double.NaN;
    private boolean hasOutliers;
    private boolean clamps;
    private double low;
    private double high;

    private Column(String name, DataType type, boolean categorical) {
        this.name = name;
        this.type = type;
        this.categorical = categorical;
    }

    /// A number that is taken as it comes.
    static Column number(String name, DataType type) {
        return new Column(name, type, false);
    }

    /// A category's number; what stands after the point is cut off.
    ///
    /// @param towardsZero whether that makes a zero of −0.5; if not, it is no category
    static Column categoryNumber(String name, DataType type, boolean towardsZero) {
        Column column = new Column(name, type, false);
        column.truncates = true;
        column.towardsZero = towardsZero;
        return column;
    }

    /// A number that is missing where it is zero, give or take `zero`.
    static Column zeroMissing(String name, double zero) {
        Column column = new Column(name, DataType.DOUBLE, false);
        column.zero = zero;
        return column;
    }

    /// Whether an input is a category, by its `DataField` and `MiningField`.
    static boolean categorical(InputRule rule, Element miningField) {
        return !miningField.attribute("optype", rule.field.optype()).equals("continuous")
                || !rule.field.type().numeric();
    }

    /// An input as its `DataField` and `MiningField` have it.
    ///
    /// @param mentioned categories that the model asks for, as written
    static Column of(InputRule rule, Element miningField, List<String> mentioned) {
        DataType type = rule.field.type();
        String optype = miningField.attribute("optype", rule.field.optype());
        boolean categorical = categorical(rule, miningField);
        Column column = new Column(rule.field.name(), type, categorical);
        if (categorical) {
            for (Object value : rule.field.values()) {
                column.addCategory(value);
            }
            if (type == DataType.BOOLEAN && rule.valid.isEmpty()) {
                column.addCategory(false);
                column.addCategory(true);
            }
            column.declared = column.categories.size();
            column.ordered = optype.equals("ordinal") && column.declared > 0;
            List<String> more = new ArrayList<>(mentioned);
            for (String replacement :
                    List.of("missingValueReplacement", "invalidValueReplacement")) {
                if (miningField.has(replacement)) {
                    more.add(miningField.attribute(replacement));
                }
            }
            for (String written : more) {
                type.castIfAny(written).ifPresent(column::addCategory);
            }
        }
        column.admitted = new boolean[column.categories.size()];
        for (int code = 0; code < column.admitted.length; code++) {
            column.admitted[code] = rule.admits(column.categories.get(code));
        }
        column.missingTexts = rule.missing;
        if (!categorical) {
            column.valid = sorted(rule.valid);
            column.invalid = sorted(rule.invalid);
            column.missingNumbers = sorted(rule.missingValues);
            column.intervals = rule.intervals;
        }
        column.readTreatments(miningField);
        return column;
    }

    private static double[] sorted(Set<Object> numbers) {
        if (numbers.isEmpty()) {
            return NONE; // as most are
        }
        double[] sorted = new double[numbers.size()];
        int count = 0;
        for (Object number : numbers) {
            sorted[count++] = DataType.toDouble(number) + 0.0;
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private void addCategory(Object value) {
        if (codes.putIfAbsent(value, categories.size()) == null) {
            categories.add(value);
        }
    }

    private void readTreatments(Element miningField) {
        onInvalid =
                switch (miningField.word(
                        "invalidValueTreatment",
                        "returnInvalid",
                        List.of("returnInvalid", "asIs", "asMissing", "asValue"))) {
                    case "asIs" ->
                            InputRule.replacesInvalid(miningField)
                                    ? OnInvalid.REPLACE
                                    : OnInvalid.KEEP;
                    case "asMissing" -> OnInvalid.MISSING;
                    case "asValue" -> OnInvalid.REPLACE;
                    default -> OnInvalid.REFUSE;
                };
        InputRule.Replacement replacement = InputRule.Replacement.read(miningField, type);
        refusesMissing = replacement.refuses();
        if (replacement.value() != null) {
            missingReplacement = numberOf(replacement.value());
        }
        if (onInvalid == OnInvalid.REPLACE) {
            invalidReplacement =
                    numberOf(
                            type.parse(
                                    miningField, miningField.attribute("invalidValueReplacement")));
        }
        String outliers = InputRule.outliers(miningField);
        hasOutliers = !outliers.equals("asIs");
        if (hasOutliers && categorical) {
            oddity = "categorical and has outliers";
        } else if (!type.numeric() && type != DataType.STRING && type != DataType.BOOLEAN) {
            oddity = "a date or a time";
        }
        clamps = outliers.equals("asExtremeValues");
        low = cast(miningField.number("lowValue", Double.NEGATIVE_INFINITY));
        high = cast(miningField.number("highValue", Double.POSITIVE_INFINITY));
    }

    private double numberOf(Object value) {
        return categorical ? codes.get(value) : DataType.toDouble(value);
    }

    /// The categories in the order of their codes; empty for numbers.
    List<Object> categories() {
        return List.copyOf(categories);
    }

    /// Whether the document lists the categories in an order of their own.
    boolean ordered() {
        return ordered;
    }

    /// Whether a row may come to the model with this value missing.
    boolean mayBeMissing() {
        return !refusesMissing && Double.isNaN(missingReplacement);
    }

    /// Whether a row may come to the model with this category.
    boolean mayBe(int code) {
        return onInvalid == OnInvalid.KEEP
                || admitted[code]
                || code == missingReplacement
                || (onInvalid == OnInvalid.REPLACE && code == invalidReplacement);
    }

    /// Whether a row may come to the model with a category that is not listed.
    boolean mayBeOther() {
        return declared == 0 || (onInvalid == OnInvalid.KEEP && type != DataType.BOOLEAN);
    }

    /// Whether values pass as they come.
    boolean plain() {
        return !categorical
                && !truncates
                && zero == 0
                && type != DataType.INTEGER
                && unlimited()
                && missingNumbers.length == 0
                && !hasOutliers
                && mayBeMissing();
    }

    /// Gives away what a missing value counts as, so that whoever uses the column sees it missing and decides.
    ///
    /// @return NaN if it stayed missing anyway
    double handOverReplacement() {
        double handed = missingReplacement;
        missingReplacement = Double.NaN;
        return handed;
    }

    /// Whether a value that takes a row's place may be one that a float cannot hold.
    boolean needsDoubles() {
        return !isFloat(missingReplacement)
                || !isFloat(invalidReplacement)
                || (clamps && !(isFloat(low) && isFloat(high)));
    }

    private static boolean isFloat(double x) {
        return Double.isNaN(x) || (float) x == x;
    }

    private double cast(double x) {
        return type == DataType.FLOAT ? (float) x : x;
    }

    /// The number that the model sees where a row has `x`.
    ///
    /// @throws InvalidValueException if the document refuses the value
    double take(double x) {
        if (Double.isNaN(x)) {
            return missing();
        }
        return categorical ? takeCode(x) : takeNumber(x);
    }

    private double takeNumber(double x) {
        if (truncates) {
            return x < 0 ? (towardsZero ? Math.ceil(x) : -1) : Math.floor(x);
        }
        if (zero > 0 && x > -zero && x <= zero) {
            return Double.NaN;
        }
        double cast = cast(x);
        if (holds(missingNumbers, cast)) {
            return missing();
        }
        boolean whole = cast == Math.rint(cast) && Math.abs(cast) <= 9e18;
        if ((type == DataType.INTEGER && !whole) || !(unlimited() || admits(cast))) {
            return invalid(cast, cast);
        }
        if (hasOutliers && (cast < low || cast > high)) {
            return !clamps ? missing() : cast < low ? low : high;
        }
        return cast;
    }

    private boolean unlimited() {
        return valid.length == 0 && invalid.length == 0 && intervals.isEmpty();
    }

    private boolean admits(double x) {
        if (holds(invalid, x)) {
            return false;
        }
        if (holds(valid, x)) {
            return true;
        }
        for (int i = 0; i < intervals.size(); i++) {
            if (intervals.get(i).holds(x)) {
                return true;
            }
        }
        return intervals.isEmpty() && valid.length == 0;
    }

    private static boolean holds(double[] sorted, double x) {
        return sorted.length > 0 && Arrays.binarySearch(sorted, x + 0.0) >= 0;
    }

    private Object object(double x) {
        return switch (type) {
            case FLOAT -> (Object) (float) x;
            case INTEGER -> x == Math.rint(x) && Math.abs(x) <= 9e18 ? (Object) (long) x : x;
            default -> (Object) x;
        };
    }

    private double takeCode(double x) {
        int other = categories.size();
        boolean listed = x >= 0 && x < other && x == Math.rint(x);
        if (listed ? admitted[(int) x] : declared == 0) {
            return listed ? x : other;
        }
        return invalid(listed ? x : other, x);
    }

    private double missing() {
        if (refusesMissing) {
            throw new InvalidValueException("'" + name + "' must not be missing");
        }
        return missingReplacement;
    }

    private double invalid(double kept, double given) {
        return switch (onInvalid) {
            case KEEP -> kept;
            case MISSING -> missing();
            case REPLACE -> invalidReplacement;
            case REFUSE ->
                    throw new InvalidValueException(
                            "'"
                                    + name
                                    + "' does not admit "
                                    + (categorical
                                            ? "the code "
                                                    + given
                                                    + "; its categories have the codes 0 to "
                                                    + (categories.size() - 1)
                                            : "'" + object(given) + "'"));
        };
    }

    /// A named value as a number; still to be taken. A number, or a category's code.
    ///
    /// @throws IllegalArgumentException if the value is of another kind than the column
    double number(Object value) {
        if (value == null) {
            return Double.NaN;
        }
        checkKind(value);
        if (!categorical) {
            double x = ((Number) value).doubleValue();
            return Double.isNaN(x) ? x : cast(x);
        }
        if (missingTexts.contains(String.valueOf(value))
                || (value instanceof Number given && Double.isNaN(given.doubleValue()))) {
            return Double.NaN;
        }
        Integer code = null;
        try {
            code = codes.get(type.cast(value));
        } catch (IllegalArgumentException e) {
            return unlisted(value);
        }
        if (code == null || !admitted[code]) {
            unlisted(value);
        }
        return code == null ? categories.size() : code;
    }

    /// @throws IllegalArgumentException if the value is of another kind than the column
    void checkKind(Object value) {
        if (value == null) {
            return;
        }
        boolean number = value instanceof Number;
        switch (type) {
            case STRING -> {
                if (!(value instanceof String)) {
                    throw wrongKind("a category, a String", value);
                }
            }
            case BOOLEAN -> {
                if (!(number || value instanceof Boolean)) {
                    throw wrongKind("true or false", value);
                }
            }
            case INTEGER, FLOAT, DOUBLE -> {
                if (!number) {
                    throw wrongKind(categorical ? "a category, a number" : "a number", value);
                }
            }
            default -> {
                // dates and times, which the evaluator reads from texts too
            }
        }
    }

    private double unlisted(Object value) {
        if (onInvalid == OnInvalid.REFUSE && declared > 0) {
            throw new InvalidValueException(
                    "'"
                            + name
                            + "' does not admit '"
                            + value
                            + "'; its categories are "
                            + String.join(
                                    ", ",
                                    categories.stream().limit(20).map(String::valueOf).toList())
                            + (categories.size() > 20 ? ", …" : ""));
        }
        return categories.size();
    }

    private IllegalArgumentException wrongKind(String wanted, Object value) {
        return new IllegalArgumentException(
                "'"
                        + name
                        + "' is "
                        + wanted
                        + ", got '"
                        + value
                        + "' ("
                        + value.getClass().getSimpleName()
                        + ")");
    }

    /// The object that stands for a number of a row, for the general evaluator; null if missing.
    Object named(double x) {
        if (Double.isNaN(x)) {
            return null;
        }
        if (!categorical) {
            return object(x);
        }
        if (x >= 0 && x < categories.size() && x == Math.rint(x)) {
            return categories.get((int) x);
        }
        throw new InvalidValueException(
                "'"
                        + name
                        + "' has no category with the code "
                        + x
                        + "; there are "
                        + categories.size()
                        + ", give the row by name");
    }
}
