package dev.waxwing.flow;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A moment written by a pattern, moved by offsets: what may stand inside `${…}` and `$[…]`, as in DataWorks.
///
/// A pattern is made of `yyyy`, `yy`, `mm`, `dd`, `hh24`, `mi`, `ss` and `-`, `/`, `:`, `.`, `_` between them. An offset
/// is a signed number with factors and divisors: `-1`, `+7*2`, `-15/24/60`.
/// @param months how many months to go first, from `add_months`
/// @param amounts the offsets, in units of the pattern (`${…}`) or in seconds (`$[…]`)
record TimeExpression(List<String> pattern, int months, List<Long> amounts, ChronoUnit unit) {
    private static final String PART = "yyyy|yy|mm|dd|hh24|mi|ss|[-/:._](?=[a-z])";
    private static final Pattern PARTS = Pattern.compile("((?:" + PART + ")+)(.*)");
    private static final Pattern ONE_PART = Pattern.compile(PART);
    private static final Pattern ADD_MONTHS =
            Pattern.compile("add_months\\(([^,()]+),([-+]?[0-9]{1,4})(?:\\*([0-9]{1,3}))?\\)(.*)");
    private static final Pattern OFFSET =
            Pattern.compile("([-+][0-9]{1,6})((?:[*/][0-9]{1,5})*)(.*)");
    private static final Pattern FACTOR = Pattern.compile("([*/])([0-9]+)");
    private static final List<String> DAY = List.of("yyyy", "mm", "dd");
    private static final long SECONDS_A_DAY = 86_400;

    TimeExpression {
        pattern = List.copyOf(pattern);
        amounts = List.copyOf(amounts);
    }

    /// Whether a text begins with a pattern, rather than with a name.
    static boolean isPattern(String text) {
        return PARTS.matcher(text).matches() || text.startsWith("add_months");
    }

    /// What follows a name that stands for a day: `-6`, or nothing.
    /// @throws IllegalArgumentException that says what is wrong
    static TimeExpression day(String offset) {
        return new TimeExpression(DAY, 0, whole(offset), ChronoUnit.DAYS);
    }

    /// The inside of `${…}`: offsets are whole years, months or days, as the pattern ends with `yyyy`, `mm` or `dd`.
    /// @throws IllegalArgumentException that says what is wrong
    static TimeExpression ofDate(String text) {
        Matcher parts = parts(text, text);
        List<String> pattern = split(parts.group(1));
        if (pattern.stream().anyMatch(List.of("hh24", "mi", "ss")::contains)) {
            throw new IllegalArgumentException(
                    "a business date has no time of day; write $[" + text + "] for the cycle time");
        }
        ChronoUnit unit =
                pattern.contains("dd")
                        ? ChronoUnit.DAYS
                        : pattern.contains("mm") ? ChronoUnit.MONTHS : ChronoUnit.YEARS;
        return new TimeExpression(pattern, 0, whole(parts.group(2)), unit);
    }

    /// The inside of `$[…]`: offsets are days and parts of days, down to the second.
    /// @throws IllegalArgumentException that says what is wrong
    static TimeExpression ofTime(String text) {
        if (!text.startsWith("add_months")) {
            Matcher parts = parts(text, text);
            return new TimeExpression(
                    split(parts.group(1)), 0, seconds(parts.group(2)), ChronoUnit.SECONDS);
        }
        Matcher add = ADD_MONTHS.matcher(text);
        if (!add.matches() || !parts(add.group(1), text).group(2).isEmpty()) {
            throw new IllegalArgumentException(
                    "add_months takes a pattern and months, as $[add_months(yyyymmdd,-1)]");
        }
        int factor = add.group(3) == null ? 1 : Integer.parseInt(add.group(3));
        return new TimeExpression(
                split(add.group(1)),
                Math.multiplyExact(Integer.parseInt(add.group(2)), factor),
                seconds(add.group(4)),
                ChronoUnit.SECONDS);
    }

    /// The moment moved and written.
    String at(LocalDateTime moment) {
        LocalDateTime moved = moment.plusMonths(months);
        for (long amount : amounts) {
            moved = moved.plus(amount, unit);
        }
        var text = new StringBuilder();
        for (String part : pattern) {
            text.append(written(part, moved));
        }
        return text.toString();
    }

    private static String written(String part, LocalDateTime moment) {
        return switch (part) {
            case "yyyy" -> "%04d".formatted(moment.getYear());
            case "yy" -> "%02d".formatted(moment.getYear() % 100);
            case "mm" -> "%02d".formatted(moment.getMonthValue());
            case "dd" -> "%02d".formatted(moment.getDayOfMonth());
            case "hh24" -> "%02d".formatted(moment.getHour());
            case "mi" -> "%02d".formatted(moment.getMinute());
            case "ss" -> "%02d".formatted(moment.getSecond());
            default -> part;
        };
    }

    private static Matcher parts(String text, String whole) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + whole
                            + "\" does not begin with yyyy, yy, mm, dd, hh24, mi or ss in small"
                            + " letters");
        }
        return parts;
    }

    private static List<String> split(String pattern) {
        return ONE_PART.matcher(pattern).results().map(part -> part.group()).toList();
    }

    private static List<Long> whole(String text) {
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a business date moves by whole days, months or years; write $[…] for parts of"
                            + " a day");
        }
        return amounts(text, 1);
    }

    private static List<Long> seconds(String text) {
        return amounts(text, SECONDS_A_DAY);
    }

    private static List<Long> amounts(String text, long unit) {
        var amounts = new ArrayList<Long>();
        String rest = text;
        while (!rest.isEmpty()) {
            Matcher offset = OFFSET.matcher(rest);
            if (!offset.matches()) {
                throw new IllegalArgumentException(
                        "\""
                                + rest
                                + "\" is not an offset; write it without spaces, as -1, +7*2 or"
                                + " -15/24/60");
            }
            amounts.add(amount(Long.parseLong(offset.group(1)), offset.group(2), unit));
            rest = offset.group(3);
        }
        return amounts;
    }

    private static long amount(long number, String factors, long unit) {
        long times = Math.multiplyExact(number, unit);
        long parts = 1;
        for (var factor : FACTOR.matcher(factors).results().toList()) {
            long by = Long.parseLong(factor.group(2));
            if (factor.group(1).equals("*")) {
                times = Math.multiplyExact(times, by);
            } else if (by == 0) {
                throw new IllegalArgumentException("it divides by zero");
            } else {
                parts = Math.multiplyExact(parts, by);
            }
        }
        return Math.round((double) times / parts);
    }
}
