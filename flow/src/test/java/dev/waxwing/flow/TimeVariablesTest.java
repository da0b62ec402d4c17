package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.time.LocalDate;

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
        String text = "select '$5', \"a$b\", $1, $$ from t -- $bizdate {bizdate} \\1";
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
                                                        + " bizdate, yyyymmdd, from, to",
                                                "sql/x.sql:5 ${}: is not a variable; write a name"
                                                        + " and days at most, such as ${bizdate-6}",
                                                "sql/x.sql:6 ${to: is never closed; write it as"
                                                        + " ${bizdate}"));
    }
}
