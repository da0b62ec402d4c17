package dev.waxwing.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a time span is written: a whole number and its unit.
final class TimeSpan {
    static final String WANTED = "a time span such as 27d, 12h, 15m, 30s or 500ms";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(d|h|m|s|ms)");

    private TimeSpan() {}

    static Optional<Duration> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(form.group(1));
        return Optional.of(
                switch (form.group(2)) {
                    case "d" -> Duration.ofDays(amount);
                    case "h" -> Duration.ofHours(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    default -> Duration.ofMillis(amount);
                });
    }
}
