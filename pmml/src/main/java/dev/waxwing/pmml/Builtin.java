package dev.waxwing.pmml;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;

/// A built-in function of PMML that gives missing for a missing argument, or skips it.
///
/// @param skipsMissing whether it goes by the arguments that are there
/// @param takesNone whether it has a result when none is
record Builtin(
        int least, int most, boolean skipsMissing, boolean takesNone, Functions.Strict body) {
    private static final Map<String, Builtin> NAMED = new HashMap<>();
    private static final Pattern WIDE = Pattern.compile("[0-9]{4}");

    static {
        arithmetic();
        aggregates();
        mathematics();
        comparisons();
        texts();
        dates();
    }

    /// Converters wrote functions with the prefix `x-` before the standard had them.
    static Optional<Builtin> named(String name) {
        return Optional.ofNullable(NAMED.get(name.startsWith("x-") ? name.substring(2) : name));
    }

    private static void put(String name, int least, int most, Functions.Strict body) {
        NAMED.put(name, new Builtin(least, most, false, false, body));
    }

    private static void math(String name, DoubleUnaryOperator function) {
        put(name, 1, 1, a -> function.applyAsDouble(number(a.get(0))));
    }

    private static double number(Object value) {
        return DataType.toDouble(value);
    }

    /// A float stays a float through functions of one number.
    private static Object single(Object argument, double result) {
        return argument instanceof Float ? (Object) (float) result : (Object) result;
    }

    private static Object both(Object a, Object b, DoubleBinaryOperator function) {
        double result = function.applyAsDouble(number(a), number(b));
        boolean wide = a instanceof Double || b instanceof Double;
        boolean narrow = a instanceof Float || b instanceof Float;
        return narrow && !wide ? (Object) (float) result : (Object) result;
    }

    private static boolean wholes(Object a, Object b) {
        return a instanceof Long && b instanceof Long;
    }

    private static Object plus(Object a, Object b) {
        return wholes(a, b)
                ? (Object) exact(() -> Math.addExact((Long) a, (Long) b))
                : both(a, b, (x, y) -> x + y);
    }

    private static Object times(Object a, Object b) {
        return wholes(a, b)
                ? (Object) exact(() -> Math.multiplyExact((Long) a, (Long) b))
                : both(a, b, (x, y) -> x * y);
    }

    /// Whole numbers give a whole number, cut towards zero; others follow IEEE 754, where `1 / 0` is infinite.
    private static Object over(Object a, Object b) {
        return wholes(a, b)
                ? (Object) exact(() -> (Long) a / (Long) b)
                : both(a, b, (x, y) -> x / y);
    }

    private static long exact(java.util.function.LongSupplier result) {
        try {
            return result.getAsLong();
        } catch (ArithmeticException e) {
            throw new InvalidValueException("whole numbers have no such result: " + e.getMessage());
        }
    }

    private static void arithmetic() {
        put("+", 2, 2, a -> plus(a.get(0), a.get(1)));
        put(
                "-",
                2,
                2,
                a ->
                        wholes(a.get(0), a.get(1))
                                ? (Object)
                                        exact(
                                                () ->
                                                        Math.subtractExact(
                                                                (Long) a.get(0), (Long) a.get(1)))
                                : both(a.get(0), a.get(1), (x, y) -> x - y));
        put("*", 2, 2, a -> times(a.get(0), a.get(1)));
        put("/", 2, 2, a -> over(a.get(0), a.get(1)));
        put(
                "modulo",
                2,
                2,
                a ->
                        wholes(a.get(0), a.get(1))
                                ? (Object)
                                        exact(() -> Math.floorMod((Long) a.get(0), (Long) a.get(1)))
                                : both(a.get(0), a.get(1), (x, by) -> x - by * Math.floor(x / by)));
    }

    private static void aggregate(String name, Functions.Strict body) {
        NAMED.put(name, new Builtin(1, Integer.MAX_VALUE, true, false, body));
    }

    private static void aggregates() {
        aggregate("min", a -> widest(a, a.stream().min(DataType::compare).orElseThrow()));
        aggregate("max", a -> widest(a, a.stream().max(DataType::compare).orElseThrow()));
        aggregate("sum", a -> a.stream().reduce(Builtin::plus).orElseThrow());
        aggregate("product", a -> a.stream().reduce(Builtin::times).orElseThrow());
        aggregate("avg", Builtin::average);
        aggregate(
                "median",
                a -> {
                    double[] sorted = a.stream().mapToDouble(Builtin::number).sorted().toArray();
                    int half = sorted.length / 2;
                    return sorted.length % 2 == 1
                            ? sorted[half]
                            : (sorted[half - 1] + sorted[half]) / 2;
                });
    }

    /// A number in the widest type among the arguments: a double, else a float, else a whole number.
    private static Object widest(List<Object> arguments, Object value) {
        if (!(value instanceof Number)) {
            return value;
        }
        return arguments.stream().anyMatch(Double.class::isInstance)
                ? (Object) number(value)
                : arguments.stream().anyMatch(Float.class::isInstance)
                        ? (Object) (float) number(value)
                        : value;
    }

    private static Object average(List<Object> a) {
        double mean = a.stream().mapToDouble(Builtin::number).sum() / a.size();
        return widest(a, 0L) instanceof Float ? (Object) (float) mean : (Object) mean;
    }

    private static void mathematics() {
        math("log10", Math::log10);
        math("ln", Math::log);
        math("ln1p", Math::log1p);
        math("exp", Math::exp);
        math("expm1", Math::expm1);
        math("sqrt", Math::sqrt);
        put("rint", 1, 1, a -> single(a.get(0), Math.rint(number(a.get(0)))));
        math("sin", Math::sin);
        math("asin", Math::asin);
        math("sinh", Math::sinh);
        math("cos", Math::cos);
        math("acos", Math::acos);
        math("cosh", Math::cosh);
        math("tan", Math::tan);
        math("atan", Math::atan);
        math("tanh", Math::tanh);
        math("erf", Normal::erf);
        math("stdNormalCDF", Normal::cdf);
        math("stdNormalPDF", Normal::pdf);
        math("stdNormalIDF", Normal::inverse);
        put(
                "normalCDF",
                3,
                3,
                a -> Normal.cdf((number(a.get(0)) - number(a.get(1))) / number(a.get(2))));
        put(
                "normalPDF",
                3,
                3,
                a -> {
                    double sigma = number(a.get(2));
                    return Normal.pdf((number(a.get(0)) - number(a.get(1))) / sigma) / sigma;
                });
        put(
                "normalIDF",
                3,
                3,
                a -> number(a.get(1)) + number(a.get(2)) * Normal.inverse(number(a.get(0))));
        put(
                "abs",
                1,
                1,
                a ->
                        a.get(0) instanceof Long whole
                                ? (Object) Math.abs(whole)
                                : single(a.get(0), Math.abs(number(a.get(0)))));
        put("floor", 1, 1, a -> whole(a.get(0), Math.floor(number(a.get(0)))));
        put("ceil", 1, 1, a -> whole(a.get(0), Math.ceil(number(a.get(0)))));
        put("round", 1, 1, a -> whole(a.get(0), Math.floor(number(a.get(0)) + 0.5)));
        put("pow", 2, 2, a -> power(a.get(0), a.get(1)));
        put("hypot", 2, 2, a -> Math.hypot(number(a.get(0)), number(a.get(1))));
        put("atan2", 2, 2, a -> Math.atan2(number(a.get(0)), number(a.get(1))));
        put("threshold", 2, 2, a -> number(a.get(0)) > number(a.get(1)) ? 1L : 0L);
    }

    private static Object whole(Object argument, double result) {
        return argument instanceof Long || Math.abs(result) > 9e18 || Double.isNaN(result)
                ? argument
                : (Object) (long) result;
    }

    /// A whole number to the power of another stays whole where it can.
    private static Object power(Object a, Object b) {
        double power = Math.pow(number(a), number(b));
        return wholes(a, b) && (Long) b >= 0 && Math.abs(power) < 1L << 53
                ? (Object) (long) power
                : both(a, b, Math::pow);
    }

    private static int compare(Object a, Object b) {
        return DataType.compare(a, alike(a, b));
    }

    static boolean same(Object a, Object b) {
        return DataType.same(a, alike(a, b));
    }

    /// A text beside a value of another type is read as that type.
    private static Object alike(Object a, Object b) {
        if (a instanceof Number && (b instanceof String || b instanceof Boolean)) {
            return DataType.toDouble(b);
        }
        if (a instanceof String && !(b instanceof String)) {
            return String.valueOf(b);
        }
        if (a instanceof Boolean && !(b instanceof Boolean)) {
            return DataType.BOOLEAN.cast(b);
        }
        if (a instanceof LocalDate && b instanceof String) {
            return DataType.DATE.cast(b);
        }
        if (a instanceof LocalDateTime && b instanceof String) {
            return DataType.DATE_TIME.cast(b);
        }
        return b;
    }

    private static void comparisons() {
        put("equal", 2, 2, a -> same(a.get(0), a.get(1)));
        put("notEqual", 2, 2, a -> !same(a.get(0), a.get(1)));
        put("lessThan", 2, 2, a -> compare(a.get(0), a.get(1)) < 0);
        put("lessOrEqual", 2, 2, a -> compare(a.get(0), a.get(1)) <= 0);
        put("greaterThan", 2, 2, a -> compare(a.get(0), a.get(1)) > 0);
        put("greaterOrEqual", 2, 2, a -> compare(a.get(0), a.get(1)) >= 0);
    }

    private static String text(Object value) {
        return String.valueOf(value);
    }

    private static void texts() {
        put("uppercase", 1, 1, a -> text(a.get(0)).toUpperCase(Locale.ROOT));
        put("lowercase", 1, 1, a -> text(a.get(0)).toLowerCase(Locale.ROOT));
        put("stringLength", 1, 1, a -> (long) text(a.get(0)).length());
        put("trimBlanks", 1, 1, a -> text(a.get(0)).strip());
        NAMED.put(
                "concat",
                new Builtin(
                        2,
                        Integer.MAX_VALUE,
                        true,
                        true,
                        a -> {
                            StringBuilder all = new StringBuilder();
                            for (Object part : a) {
                                all.append(text(part));
                                Regex.checkLength(all.length());
                            }
                            return all.toString();
                        }));
        put(
                "substring",
                3,
                3,
                a -> {
                    String whole = text(a.get(0));
                    long from = (Long) DataType.INTEGER.cast(a.get(1));
                    long length = (Long) DataType.INTEGER.cast(a.get(2));
                    if (from < 1 || length < 0) {
                        throw new InvalidValueException(
                                "substring begins at 1 or later and has a length, got "
                                        + from
                                        + " and "
                                        + length);
                    }
                    int begin = (int) Math.min(from - 1, whole.length());
                    return whole.substring(begin, (int) Math.min(begin + length, whole.length()));
                });
        put(
                "replace",
                3,
                3,
                a -> Regex.compile(text(a.get(1))).replaceAll(text(a.get(0)), text(a.get(2))));
        put("matches", 2, 2, a -> Regex.compile(text(a.get(1))).occursIn(text(a.get(0))));
        put(
                "formatNumber",
                2,
                2,
                a -> {
                    try {
                        Object value = a.get(0);
                        if (WIDE.matcher(text(a.get(1))).find()) {
                            throw new InvalidValueException(
                                    "'" + a.get(1) + "' asks for more than 999 digits");
                        }
                        return String.format(Locale.ROOT, text(a.get(1)), value);
                    } catch (java.util.IllegalFormatException e) {
                        throw new InvalidValueException(
                                "'" + a.get(1) + "' is no pattern for " + a.get(0));
                    }
                });
        put("formatDatetime", 2, 2, a -> DatePattern.format(a.get(0), text(a.get(1))));
    }

    private static void dates() {
        put(
                "dateDaysSinceYear",
                2,
                2,
                a ->
                        ChronoUnit.DAYS.between(
                                newYear(a.get(1)),
                                ((LocalDateTime) DataType.DATE_TIME.cast(a.get(0))).toLocalDate()));
        put(
                "dateSecondsSinceYear",
                2,
                2,
                a ->
                        ChronoUnit.SECONDS.between(
                                newYear(a.get(1)).atStartOfDay(),
                                (LocalDateTime) DataType.DATE_TIME.cast(a.get(0))));
        put(
                "dateSecondsSinceMidnight",
                1,
                1,
                a -> (long) ((LocalTime) DataType.TIME.cast(a.get(0))).toSecondOfDay());
    }

    private static LocalDate newYear(Object year) {
        long number = (Long) DataType.INTEGER.cast(year);
        if (number < 0 || number > 9999) {
            throw new InvalidValueException("'" + year + "' is no year");
        }
        return LocalDate.of((int) number, 1, 1);
    }
}
