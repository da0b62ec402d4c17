package dev.waxwing.pmml;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The data types of dates and times, and of those that count days or seconds.
final class Times {
    /// `timeSeconds` goes past midnight and before it.
    private static final Pattern CLOCK =
            Pattern.compile("(-?)([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])");

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");

    private static final Pattern SINCE =
            Pattern.compile("(?:x-)?date(Days|TimeSeconds)Since\\[([0-9]{1,4})]");

    private Times() {}

    /// The type that counts days or seconds since the beginning of a year; JPMML writes the years from 1990 on with `x-`.
    static Optional<DataType> counting(String named) {
        Matcher name = SINCE.matcher(named);
        if (!name.matches()) {
            return Optional.empty();
        }
        String unit = name.group(1).equals("Days") ? "DAYS_SINCE_" : "SECONDS_SINCE_";
        for (DataType type : DataType.values()) {
            if (type.name().equals(unit + name.group(2))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static boolean isWhole(String written) {
        return WHOLE.matcher(written).matches();
    }

    /// The value as a type of dates, times, days or seconds has it.
    ///
    /// @throws InvalidValueException if there is none; the text says what was found
    static Object cast(DataType type, Object value) {
        try {
            return switch (type) {
                case DATE ->
                        value instanceof LocalDateTime at
                                ? at.toLocalDate()
                                : value instanceof LocalDate ? value : LocalDate.parse(text(value));
                case TIME ->
                        value instanceof LocalDateTime at
                                ? at.toLocalTime()
                                : value instanceof LocalTime ? value : LocalTime.parse(text(value));
                case DATE_TIME -> toDateTime(value);
                case SECONDS_OF_DAY -> secondsOfDay(value);
                default ->
                        type.name().startsWith("DAYS")
                                ? days(value, LocalDate.of(type.year, 1, 1))
                                : seconds(value, LocalDate.of(type.year, 1, 1));
            };
        } catch (DateTimeException e) {
            throw new InvalidValueException(
                    DataType.shown(value) + " is no " + type.name().toLowerCase(Locale.ROOT), e);
        }
    }

    private static String text(Object value) {
        return String.valueOf(value).trim();
    }

    private static LocalDateTime toDateTime(Object value) {
        if (value instanceof LocalDateTime at) {
            return at;
        }
        if (value instanceof LocalDate day) {
            return day.atStartOfDay();
        }
        String written = text(value).replace(' ', 'T');
        return written.indexOf('T') < 0
                ? LocalDate.parse(written).atStartOfDay()
                : LocalDateTime.parse(written);
    }

    private static Object days(Object value, LocalDate since) {
        return value instanceof Number
                ? DataType.toWhole(value)
                : (Object) ChronoUnit.DAYS.between(since, toDateTime(value).toLocalDate());
    }

    private static Object seconds(Object value, LocalDate since) {
        return value instanceof Number
                ? DataType.toWhole(value)
                : (Object) ChronoUnit.SECONDS.between(since.atStartOfDay(), toDateTime(value));
    }

    private static Object secondsOfDay(Object value) {
        if (value instanceof Number) {
            return DataType.toWhole(value);
        }
        Matcher clock = CLOCK.matcher(text(value));
        if (!clock.matches()) {
            return (long) ((LocalTime) cast(DataType.TIME, value)).toSecondOfDay();
        }
        long seconds =
                Long.parseLong(clock.group(2)) * 3600
                        + Long.parseLong(clock.group(3)) * 60
                        + Long.parseLong(clock.group(4));
        return clock.group(1).isEmpty() ? seconds : -seconds;
    }
}
