package dev.waxwing.pmml;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes dates by the `%`-patterns of POSIX strftime that PMML names.
final class DatePattern {
    private DatePattern() {}

    static String format(Object value, String pattern) {
        LocalDateTime at;
        if (value instanceof LocalTime time) {
            at = LocalDate.EPOCH.atTime(time);
        } else {
            at = (LocalDateTime) DataType.DATE_TIME.cast(value);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                out.append(c);
                continue;
            }
            char code = pattern.charAt(++i);
            out.append(
                    code == '%'
                            ? "%"
                            : DateTimeFormatter.ofPattern(java(code), Locale.ENGLISH).format(at));
        }
        return out.toString();
    }

    private static String java(char code) {
        return switch (code) {
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'm' -> "MM";
            case 'd' -> "dd";
            case 'e' -> "ppd";
            case 'j' -> "DDD";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'D', 'x' -> "MM/dd/uu";
            case 'F' -> "uuuu-MM-dd";
            case 'T', 'X' -> "HH:mm:ss";
            case 'R' -> "HH:mm";
            default ->
                    throw new InvalidValueException(
                            "%" + code + " is no part of a date that is written");
        };
    }
}
