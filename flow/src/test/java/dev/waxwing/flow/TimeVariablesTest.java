package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.time.LocalDate;
import java.time.LocalDateTime;

class TimeVariablesTest {
    private static final LocalDate DAY = LocalDate.of(2013, 3, 1);

    @Test
    void fillsInTheBusinessDateAndDaysAroundIt() {
        assertThat(
                        TimeVariables.of(DAY)
                                .fill(
                                        "x.sql",
                                        "ds in ('${bizdate}', '${bizdate-1}', '${yyyymmdd-29}',"
                                                + " '${bizdate+1}', '${from}', '${to}')"))
                .isEqualTo(
                        "ds in ('20130301', '20130228', '20130131', '20130302', '20130301',"
                                + " '20130301')");
    }

    /// The documented table of DataWorks, for the daily run of 2025-11-01 00:00 and for one at 08:30.
    @Test
    void knowsEveryFormThatDataWorksKnows() {
        TimeVariables midnight = TimeVariables.of(LocalDate.of(2025, 10, 31));
        is(midnight, "${bdp.system.bizdate} $bizdate ${yyyymmdd}", "20251031 20251031 20251031");
        is(midnight, "$cyctime $[yyyymmddhh24miss]", "20251101000000 20251101000000");
        is(midnight, "${bdp.system.cyctime}", "20251101000000");
        is(midnight, "$gmtdate $bizmonth", "20251101 202510");

        TimeVariables morning =
                TimeVariables.of(LocalDate.of(2025, 11, 1), LocalDateTime.of(2025, 11, 2, 8, 30));
        is(morning, "$bizmonth", "202510");
        is(
                morning,
                "${yyyy-1} ${yyyymm-1} ${yyyymm+2} ${yyyymmdd-1}",
                "2024 202510 202601 20251031");
        is(morning, "${yyyymmdd-7*2} ${yyyy-mm-dd} ${yy}/${mm-1}", "20251018 2025-11-01 25/10");
        is(morning, "${yyyy-mm-dd-1}", "2025-10-31");
        is(morning, "$[yyyymmdd-1] $[yyyymmdd+7*1]", "20251101 20251109");
        is(morning, "$[hh24-1/24] $[hh24miss-1/24] $[hh24miss-15/24/60]", "07 073000 081500");
        is(morning, "$[yyyymmddhh24miss-9/24]", "20251101233000");
        is(morning, "$[yyyymmdd-1-9/24]", "20251031");
        is(morning, "$[add_months(yyyymmdd,-1)] $[add_months(yyyy,-12*2)]", "20251002 2023");
    }

    @Test
    void monthsEndWhereTheMonthEnds() {
        TimeVariables run =
                TimeVariables.of(LocalDate.of(2024, 3, 30), LocalDateTime.of(2024, 3, 31, 1, 0));
        is(run, "$[add_months(yyyymmdd,-1)]", "20240229");
        is(run, "$[add_months(yyyymmdd,-12*1)]", "20230331");
        is(run, "$[add_months(yyyymmdd,1)-1]", "20240429");
        is(run, "$[yyyymmddhh24mi-1/24/2]", "202403310030");
    }

    @Test
    void aRangeKeepsTheCyclesDistanceFromTheBusinessDate() {
        TimeVariables run = TimeVariables.of(DAY, LocalDateTime.of(2013, 3, 2, 1, 30));
        is(
                run.over(DAY.minusDays(9), DAY.minusDays(3)),
                "${from} ${to} $bizdate $cyctime",
                "20130220 20130226 20130226 20130227013000");
    }

    @Test
    void saysWhatIsWrongWithATimeAndWhere() {
        refused("${hh24}", "a business date has no time of day; write $[hh24] for the cycle time");
        refused(
                "${yyyymmdd-1/24}",
                "a business date moves by whole days, months or years; write $[…] for parts of a"
                        + " day");
        refused("$[yyyymmdd", "is never closed; write it as $[yyyymmdd]");
        refused(
                "$[YYYYMMDD]",
                "\"YYYYMMDD\" does not begin with yyyy, yy, mm, dd, hh24, mi or ss in small letters");
        refused(
                "$[yyyymmdd - 1]",
                "\" - 1\" is not an offset; write it without spaces, as -1, +7*2 or -15/24/60");
        refused("$[hh24-1/0]", "it divides by zero");
        refused(
                "$[add_months(yyyymmdd)]",
                "add_months takes a pattern and months, as $[add_months(yyyymmdd,-1)]");
        refused(
                "${add_months(yyyymmdd,-1)}",
                "add_months moves the cycle time; write $[add_months(yyyymmdd,-1)]");
        refused(
                "$jobid",
                "there are no workflow ids here; a step's own name and run are in its log");
    }

    private static void is(TimeVariables variables, String text, String filled) {
        assertThat(variables.fill("x.sql", text)).as(text).isEqualTo(filled);
    }

    private static void refused(String variable, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TimeVariables.check("sql/x.sql", "select 1\n" + variable))
                .withMessage("sql/x.sql:2 " + variable + ": " + message);
    }

    @Test
    void aRangeHasItsOwnEnds() {
        assertThat(
                        TimeVariables.range(DAY.minusDays(2), DAY)
                                .fill("x.sql", "${from-29} ${from} ${to} ${bizdate}"))
                .isEqualTo("20130129 20130227 20130301 20130301");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TimeVariables.range(DAY, DAY.minusDays(1)))
                .withMessage("from 2013-03-01 is after to 2013-02-28");
    }

    @Test
    void leavesOtherDollarsAlone() {
        String text =
                "select '$5', \"a$b\", $1, $$ from t -- $bizdates {bizdate} \\1"
                        + " '$[0]' '$.a' $[*]";
        assertThat(TimeVariables.of(DAY).fill("x.sql", text)).isEqualTo(text);
    }

    @Test
    void namesFileAndLineOfEveryUnknownVariable() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () ->
                                TimeVariables.check(
                                        "sql/x.sql",
                                        """
                                        a ${bizdat}

                                        b ${bizdate} ${BIZDATE-1}
                                        ${bizdate -1} ${hour}
                                        ${}
                                        ${to
                                        """))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .containsExactly(
                                                "sql/x.sql:1 ${bizdat}: not a known variable; did"
                                                        + " you mean bizdate?",
                                                "sql/x.sql:3 ${BIZDATE-1}: not a known variable;"
                                                        + " did you mean bizdate?",
                                                "sql/x.sql:4 ${bizdate -1}: is not a variable;"
                                                        + " write a name and days at most, such as"
                                                        + " ${bizdate-6}",
                                                "sql/x.sql:4 ${hour}: not a known variable; known:"
                                                        + " bizdate, yyyymmdd, from, to,"
                                                        + " bdp.system.bizdate,"
                                                        + " bdp.system.cyctime",
                                                "sql/x.sql:5 ${}: is not a variable; write a name"
                                                        + " and days at most, such as ${bizdate-6}",
                                                "sql/x.sql:6 ${to: is never closed; write it as"
                                                        + " ${bizdate}"));
    }
}
