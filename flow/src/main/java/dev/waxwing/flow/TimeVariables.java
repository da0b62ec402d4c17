package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts dates and times into text, written as in DataWorks. All follow from two values that are fixed when a run is
/// made: its business date and its cycle time, the moment it was planned for, in the project's time zone.
///
/// - `${bizdate}`, `${bdp.system.bizdate}`, `$bizdate`: the business date as `yyyymmdd`; `${bizdate-6}` days before it
/// - `${yyyymmdd-1}`, `${yyyy-mm-dd}`, `${yyyymm-1}`, `${yyyy-1}`: the business date in a pattern, moved by days, months or
///   years, whichever the pattern ends with
/// - `$cyctime`, `${bdp.system.cyctime}`: the cycle time as `yyyymmddhh24miss`
/// - `$[yyyymmdd-1]`, `$[hh24-1/24]`, `$[add_months(yyyymm,-1)]`: the cycle time in a pattern, moved by days and parts of days
/// - `$gmtdate`: the cycle's day; `$bizmonth`: the business date's month, or the one before if the cycle is in the same month
/// - `${from}`, `${to}`: the first and last business date of a range; the business date itself unless a step fills a range
///
/// - inside a loop: `${dag.offset}` and the others of [LoopVariables]
///
/// Substitution is by text and happens before anything reads the text. What begins with `${`, or with `$[` and a letter, and is
/// none of these is an error that names file and line.
public final class TimeVariables {
    private static final List<String> NAMES =
            List.of(
                    "bizdate",
                    "yyyymmdd",
                    "from",
                    "to",
                    "bdp.system.bizdate",
                    "bdp.system.cyctime");
    private static final Pattern VARIABLE =
            Pattern.compile(
                    "\\$\\{(dag\\.(?:\\$\\{dag\\.offset}|[^}\\n$])*|[^}\\n]*)(}?)|\\$\\[([A-Za-z][^\\]\\n]*)(]?)"
                            + "|\\$(bizdate|cyctime|gmtdate|bizmonth|jobid)(?![A-Za-z0-9_])");
    private static final Pattern NAMED = Pattern.compile("([A-Za-z_.]+)((?:[-+][0-9*/]+)?)");
    private static final String DAY = "yyyymmdd";
    private static final String SECOND = "yyyymmddhh24miss";

    private final LocalDate bizdate;
    private final LocalDateTime cycle;
    private final LocalDate from;
    private final LoopVariables loop;

    private TimeVariables(
            LocalDate bizdate, LocalDateTime cycle, LocalDate from, LoopVariables loop) {
        if (from.isAfter(bizdate)) {
            throw new IllegalArgumentException("from " + from + " is after to " + bizdate);
        }
        this.bizdate = bizdate;
        this.cycle = cycle;
        this.from = from;
        this.loop = loop;
    }

    /// For a run that was planned for the first moment after its business date.
    public static TimeVariables of(LocalDate bizdate) {
        return of(bizdate, bizdate.plusDays(1).atStartOfDay());
    }

    /// @param cycle the moment that the run was planned for
    public static TimeVariables of(LocalDate bizdate, LocalDateTime cycle) {
        LoopVariables loop =
                LoopVariables.READING.isBound()
                        ? LoopVariables.READING.get()
                        : new LoopVariables.Outside();
        return new TimeVariables(bizdate, cycle, bizdate, loop);
    }

    /// The same run's variables inside a loop.
    TimeVariables in(LoopVariables iteration) {
        return new TimeVariables(bizdate, cycle, from, iteration);
    }

    /// For one statement that fills all days from `from` to `to`; the business date is the last of them.
    public static TimeVariables range(LocalDate from, LocalDate to) {
        return of(to).over(from, to);
    }

    /// The same run's variables in one statement that fills all days from `from` to `to`: the business date is the last of
    /// them, and the cycle time is as far from it as before.
    public TimeVariables over(LocalDate from, LocalDate to) {
        return new TimeVariables(
                to, cycle.plusDays(ChronoUnit.DAYS.between(bizdate, to)), from, loop);
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
            try {
                variable.appendReplacement(filled, Matcher.quoteReplacement(value(variable)));
            } catch (IllegalArgumentException | ArithmeticException e) {
                problems.add(
                        fileName + ":" + line + " " + variable.group() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return variable.appendTail(filled).toString();
    }

    private String value(Matcher variable) {
        if (variable.group(5) != null) {
            return bare(variable.group(5));
        }
        if (variable.group(3) != null) {
            if (variable.group(4).isEmpty()) {
                throw new IllegalArgumentException("is never closed; write it as $[yyyymmdd]");
            }
            return TimeExpression.ofTime(variable.group(3)).at(cycle);
        }
        if (variable.group(2).isEmpty()) {
            throw new IllegalArgumentException("is never closed; write it as ${bizdate}");
        }
        return inBraces(variable.group(1));
    }

    private String bare(String name) {
        return switch (name) {
            case "bizdate" -> ds(bizdate);
            case "cyctime" -> TimeExpression.ofTime(SECOND).at(cycle);
            case "gmtdate" -> TimeExpression.ofTime(DAY).at(cycle);
            case "bizmonth" -> {
                boolean sameMonth =
                        bizdate.getYear() == cycle.getYear()
                                && bizdate.getMonth() == cycle.getMonth();
                LocalDate month = sameMonth ? bizdate.minusMonths(1) : bizdate;
                yield TimeExpression.ofDate("yyyymm").at(month.atStartOfDay());
            }
            default ->
                    throw new IllegalArgumentException(
                            "there are no workflow ids here; a step's own name and run are in its"
                                    + " log");
        };
    }

    private String inBraces(String inside) {
        if (inside.startsWith(LoopVariables.PREFIX)) {
            return loop.value(inside);
        }
        if (TimeExpression.isPattern(inside)) {
            if (inside.startsWith("add_months")) {
                throw new IllegalArgumentException(
                        "add_months moves the cycle time; write $[" + inside + "]");
            }
            return TimeExpression.ofDate(inside).at(bizdate.atStartOfDay());
        }
        Matcher named = NAMED.matcher(inside);
        if (!named.matches()) {
            throw new IllegalArgumentException(
                    "is not a variable; write a name and days at most, such as ${bizdate-6}");
        }
        String name = named.group(1);
        String offset = named.group(2);
        return switch (name) {
            case "bizdate", "bdp.system.bizdate", "to" ->
                    TimeExpression.day(offset).at(bizdate.atStartOfDay());
            case "from" -> TimeExpression.day(offset).at(from.atStartOfDay());
            case "bdp.system.cyctime" -> TimeExpression.ofTime(SECOND + offset).at(cycle);
            default ->
                    throw new IllegalArgumentException(
                            "not a known variable; " + DidYouMean.hint(name, NAMES));
        };
    }
}
