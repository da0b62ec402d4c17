package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts dates into text: `${bizdate}` and `${yyyymmdd}` (the business date), `${from}` and `${to}` (the first and last
/// business date of a range; the business date itself unless a step fills a range), each with an offset in days where
/// wanted: `${bizdate-6}`. A date is written `yyyymmdd`.
///
/// Substitution is by text and happens before anything reads the text. What begins with `${` and is none of these is
/// an error that names file and line.
public final class TimeVariables {
    private static final List<String> NAMES = List.of("bizdate", "yyyymmdd", "from", "to");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}\\n]*)(}?)");
    private static final Pattern INSIDE = Pattern.compile("([A-Za-z_.]+)([-+][0-9]{1,5})?");

    private final LocalDate bizdate;
    private final LocalDate from;
    private final LocalDate to;

    private TimeVariables(LocalDate bizdate, LocalDate from, LocalDate to) {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("from " + from + " is after to " + to);
        }
        this.bizdate = bizdate;
        this.from = from;
        this.to = to;
    }

    public static TimeVariables of(LocalDate bizdate) {
        return new TimeVariables(bizdate, bizdate, bizdate);
    }

    /// For one statement that fills all days from `from` to `to`; the business date is the last of them.
    public static TimeVariables range(LocalDate from, LocalDate to) {
        return new TimeVariables(to, from, to);
    }

    /// `20130801`
    public static String ds(LocalDate date) {
        return date.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    /// Looks for unknown variables without filling any in, for reading a file before its date is known.
    /// @param fileName how messages call the text
    /// @throws ConfigException with every unknown variable and its line
    public static void check(String fileName, String text) {
        of(LocalDate.EPOCH).fill(fileName, text);
    }

    /// The text with all variables filled in.
    /// @param fileName how messages call the text
    /// @throws ConfigException with every unknown variable and its line
    public String fill(String fileName, String text) {
        var filled = new StringBuilder();
        var problems = new ArrayList<String>();
        Matcher variable = VARIABLE.matcher(text);
        int line = 1;
        int counted = 0;
        while (variable.find()) {
            for (; counted < variable.start(); counted++) {
                line += text.charAt(counted) == '\n' ? 1 : 0;
            }
            Matcher inside = INSIDE.matcher(variable.group(1));
            String where = fileName + ":" + line + " " + variable.group();
            if (variable.group(2).isEmpty()) {
                problems.add(where + ": is never closed; write it as ${bizdate}");
            } else if (!inside.matches()) {
                problems.add(
                        where
                                + ": is not a variable; write a name and days at most, such as"
                                + " ${bizdate-6}");
            } else if (!NAMES.contains(inside.group(1))) {
                problems.add(
                        where
                                + ": not a known variable; "
                                + DidYouMean.hint(inside.group(1), NAMES));
            } else {
                variable.appendReplacement(filled, ds(date(inside)));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return variable.appendTail(filled).toString();
    }

    private LocalDate date(Matcher inside) {
        LocalDate date =
                switch (inside.group(1)) {
                    case "from" -> from;
                    case "to" -> to;
                    default -> bizdate;
                };
        return inside.group(2) == null ? date : date.plusDays(Integer.parseInt(inside.group(2)));
    }
}
