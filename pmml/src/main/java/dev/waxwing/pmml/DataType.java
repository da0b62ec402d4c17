package dev.waxwing.pmml;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Locale;
import java.util.Optional;

/// PMML's data types, each with the Java type that stands for it.
///
/// `integer` is Long, `float` is Float, `double` is Double, `string` is String, `boolean` is Boolean, dates and times
/// are their java.time twins, and the types that count days or seconds are Long.
enum DataType {
    STRING,
    INTEGER,
    FLOAT,
    DOUBLE,
    BOOLEAN,
    DATE,
    TIME,
    DATE_TIME,
    DAYS_SINCE_0(0),
    DAYS_SINCE_1960(1960),
    DAYS_SINCE_1970(1970),
    DAYS_SINCE_1980(1980),
    DAYS_SINCE_1990(1990),
    DAYS_SINCE_2000(2000),
    DAYS_SINCE_2010(2010),
    DAYS_SINCE_2020(2020),
    SECONDS_OF_DAY(0),
    SECONDS_SINCE_0(0),
    SECONDS_SINCE_1960(1960),
    SECONDS_SINCE_1970(1970),
    SECONDS_SINCE_1980(1980),
    SECONDS_SINCE_1990(1990),
    SECONDS_SINCE_2000(2000),
    SECONDS_SINCE_2010(2010),
    SECONDS_SINCE_2020(2020);

    private static final int NONE = Integer.MIN_VALUE;

    final int year; // from whose beginning it counts; NONE if it counts nothing

    DataType() {
        this(NONE);
    }

    DataType(int year) {
        this.year = year;
    }

    static DataType of(Element element, String attribute) {
        String name = element.attribute(attribute);
        Optional<DataType> type = named(name);
        if (type.isEmpty()) {
            throw element.problem(
                    "<"
                            + element.name
                            + "> "
                            + attribute
                            + "=\""
                            + name
                            + "\" is no data type that is read");
        }
        return type.get();
    }

    private static Optional<DataType> named(String name) {
        return switch (name) {
            case "string" -> Optional.of(STRING);
            case "integer" -> Optional.of(INTEGER);
            case "float" -> Optional.of(FLOAT);
            case "double" -> Optional.of(DOUBLE);
            case "boolean" -> Optional.of(BOOLEAN);
            case "date" -> Optional.of(DATE);
            case "time" -> Optional.of(TIME);
            case "dateTime" -> Optional.of(DATE_TIME);
            case "timeSeconds" -> Optional.of(SECONDS_OF_DAY);
            default -> Times.counting(name);
        };
    }

    /// Whether its values are numbers of days or seconds.
    boolean counts() {
        return year != NONE;
    }

    boolean numeric() {
        return this == INTEGER || this == FLOAT || this == DOUBLE;
    }

    /// The value as this type has it.
    ///
    /// @throws InvalidValueException if there is none; the text says what was found
    Object cast(Object value) {
        return switch (this) {
            case STRING -> value instanceof String ? value : String.valueOf(value);
            case DOUBLE -> toDouble(value);
            case FLOAT -> value instanceof Float ? value : (Object) (float) toDouble(value);
            case INTEGER -> toWhole(value);
            case BOOLEAN -> toBoolean(value);
            default -> Times.cast(this, value);
        };
    }

    /// The value as this type has it, if it has it.
    Optional<Object> castIfAny(Object value) {
        try {
            return Optional.of(cast(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static double toDouble(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (value instanceof String text) {
            return parseDouble(text);
        }
        throw new InvalidValueException(shown(value) + " is no number");
    }

    /// Reads a number as XML Schema writes it.
    ///
    /// @throws InvalidValueException if it is none, or so large that only infinity would do
    static double parseDouble(String written) {
        double plain = Decimal.parse(written);
        if (!Double.isNaN(plain)) {
            return plain;
        }
        String trimmed = written.trim();
        switch (trimmed) {
            case "INF", "+INF" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-INF" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                // a number, or none, below
            }
        }
        // Java also takes "1d", "0x1p3" and the like, which are no numbers in XML.
        char last = trimmed.isEmpty() ? ' ' : trimmed.charAt(trimmed.length() - 1);
        if ("dDfF".indexOf(last) >= 0 || trimmed.indexOf('x') >= 0 || trimmed.indexOf('X') >= 0) {
            throw new InvalidValueException(shown(written) + " is no number");
        }
        double parsed;
        try {
            parsed = Double.parseDouble(trimmed);
        } catch (NumberFormatException e) {
            throw new InvalidValueException(shown(written) + " is no number", e);
        }
        if (Double.isInfinite(parsed) && !trimmed.endsWith("Infinity")) {
            throw new InvalidValueException(shown(written) + " is too large for a double");
        }
        return parsed;
    }

    /// A value as a message shows it.
    static String shown(Object value) {
        return "'" + PmmlException.clip(String.valueOf(value)) + "'";
    }

    static Object toWhole(Object value) {
        if (value instanceof Long) {
            return value;
        }
        if (value instanceof String text) {
            try {
                return Long.valueOf(text.trim());
            } catch (NumberFormatException e) {
                // "5.0" is looked at below
            }
        }
        double number = toDouble(value);
        if (number != Math.rint(number) || Math.abs(number) > 9e18) {
            throw new InvalidValueException(shown(value) + " is no whole number");
        }
        return (long) number;
    }

    private static Object toBoolean(Object value) {
        if (value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number
                && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            return number.doubleValue() == 1;
        }
        if (value instanceof String text) {
            switch (text.trim().toLowerCase(Locale.ROOT)) {
                case "true", "1", "1.0" -> {
                    return true;
                }
                case "false", "0", "0.0" -> {
                    return false;
                }
                default -> {
                    // refused below
                }
            }
        }
        throw new InvalidValueException(shown(value) + " is neither true nor false");
    }

    /// Reads a value as it stands in the document, where days and seconds may also be told as numbers.
    Object parse(Element at, String written) {
        try {
            if (counts() && Times.isWhole(written.trim())) {
                return Long.valueOf(written.trim());
            }
            return cast(this == STRING ? written : written.trim());
        } catch (IllegalArgumentException e) {
            throw at.problem("<" + at.name + "> " + e.getMessage(), e);
        }
    }

    /// Whether two values of whatever types are one value; numbers are compared as numbers.
    static boolean same(Object a, Object b) {
        if (a instanceof Number left && b instanceof Number right) {
            return left.doubleValue() == right.doubleValue();
        }
        return a.equals(b);
    }

    /// Orders two values of one kind.
    static int compare(Object a, Object b) {
        if (a instanceof Number left && b instanceof Number right) {
            return left instanceof Long && right instanceof Long
                    ? Long.compare(left.longValue(), right.longValue())
                    : comparePrimitive(left.doubleValue(), right.doubleValue());
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        if (a instanceof LocalDate left && b instanceof LocalDate right) {
            return left.compareTo(right);
        }
        if (a instanceof LocalTime left && b instanceof LocalTime right) {
            return left.compareTo(right);
        }
        if (a instanceof LocalDateTime left && b instanceof LocalDateTime right) {
            return left.compareTo(right);
        }
        if (a instanceof Boolean left && b instanceof Boolean right) {
            return Boolean.compare(left, right);
        }
        if (a instanceof Boolean left && b instanceof Number) {
            return compare(left ? 1.0 : 0.0, b);
        }
        throw new InvalidValueException(shown(a) + " and " + shown(b) + " cannot be compared");
    }

    /// −0 equals 0 here, unlike in [Double#compare]; what is no number comes last, as there.
    private static int comparePrimitive(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : Double.compare(a, b);
    }
}
