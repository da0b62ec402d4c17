package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

class ScheduleTest {
    @Test
    void readsTheFiveFieldsOfACronLine() {
        Schedule.Cron cron = Schedule.Cron.parse("*/20 1,3-5 1 * 1-5,7");
        assertThat(cron.minutes()).containsExactly(0, 20, 40);
        assertThat(cron.hours()).containsExactly(1, 3, 4, 5);
        assertThat(cron.days()).containsExactly(1);
        assertThat(cron.months()).hasSize(12);
        assertThat(cron.weekdays()).as("Sunday is 0 and 7").containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(Schedule.Cron.parse("5/25 0 1 1 0").minutes()).containsExactly(5, 30, 55);
        assertThat(Schedule.Cron.parse("10-20/5 0 1 1 0").minutes()).containsExactly(10, 15, 20);
    }

    @Test
    void saysWhichFieldIsWrong() {
        refused("1 2 3", "it has 3 fields; five are needed: minute hour day month weekday");
        refused(
                "60 1 * * *",
                "its minute is 60; from 0 to 59 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused(
                "0 24 * * *",
                "its hour is 24; from 0 to 23 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused("0 0 0 * *", "its day is 0; from 1 to 31 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused(
                "0 0 * jan *",
                "its month is jan; from 1 to 12 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused(
                "0 0 * * 5-1",
                "its weekday is 5-1; from 0 to 7 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused(
                "*/0 0 * * *",
                "its minute is */0; from 0 to 59 are allowed, as *, 5, 1-5, 1,3 or */15");
        refused(
                "1, 0 * * *",
                "its minute is ; from 0 to 59 are allowed, as *, 5, 1-5, 1,3 or */15");
    }

    @Test
    void aLineThatNoDayFitsIsRefused() {
        refused("0 0 31 2,4 *", "no month of these has such a day, so it would never run");
        assertThat(cron("0 0 29 2 *").next(at("2097-01-01T00:00")))
                .as("over a century without its leap day")
                .hasValue(at("2104-02-29T00:00"));
    }

    @Test
    void cyclesFollowEachOtherAndAreAboutTheDayBefore() {
        Schedule.Cron daily = cron("30 1 * * *");
        assertThat(daily.next(at("2013-08-02T01:29"))).hasValue(at("2013-08-02T01:30"));
        assertThat(daily.next(at("2013-08-02T01:30"))).hasValue(at("2013-08-03T01:30"));
        assertThat(daily.previous(at("2013-08-02T01:30"))).hasValue(at("2013-08-01T01:30"));
        assertThat(daily.cyclesOf(LocalDate.of(2013, 8, 1)))
                .containsExactly(at("2013-08-02T01:30"));
        assertThat(Schedule.bizdate(at("2013-08-02T01:30"))).isEqualTo(LocalDate.of(2013, 8, 1));
        assertThat(cron("5,35 */6 * * *").cyclesOf(LocalDate.of(2013, 8, 1)))
                .hasSize(8)
                .startsWith(at("2013-08-02T00:05"), at("2013-08-02T00:35"), at("2013-08-02T06:05"));
        assertThat(cron("0 3 * * 1").cyclesOf(LocalDate.of(2013, 8, 1))).as("a Friday").isEmpty();
        assertThat(cron("0 3 13 * 5").next(at("2013-08-02T04:00")))
                .as("either day field will do")
                .hasValue(at("2013-08-09T03:00"));
        Schedule never = new Schedule.OnDemand();
        assertThat(never.next(at("2013-08-02T00:00"))).isEmpty();
        assertThat(never.cyclesOf(LocalDate.of(2013, 8, 1)))
                .containsExactly(at("2013-08-02T00:00"));
        assertThat(never.previous(at("2013-08-02T00:00"))).hasValue(at("2013-08-01T00:00"));
    }

    @Test
    void whereTheClockSpringsForwardACycleHappensAtTheJumpAndNoneIsLost() {
        // Berlin, 2025-03-30: 02:00 becomes 03:00.
        Schedule.Cron daily = cron("30 2 * * *");
        assertThat(moments(daily, "2025-03-29T00:00", 3))
                .containsExactly(
                        "2025-03-29T01:30:00Z", "2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z");
        assertThat(cron("0 * * * *").cyclesOf(LocalDate.of(2025, 3, 29))).hasSize(24);
        assertThat(moments(cron("0 * * * *"), "2025-03-30T00:30", 4))
                .containsExactly(
                        "2025-03-30T00:00:00Z",
                        "2025-03-30T01:00:00Z",
                        "2025-03-30T01:00:00Z",
                        "2025-03-30T02:00:00Z");
    }

    @Test
    void whereTheClockGoesBackACycleHappensOnceTheFirstTime() {
        // Berlin, 2025-10-26: 03:00 becomes 02:00.
        assertThat(moments(cron("30 2 * * *"), "2025-10-25T03:00", 2))
                .containsExactly("2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z");
        assertThat(moments(cron("0 * * * *"), "2025-10-26T00:30", 4))
                .containsExactly(
                        "2025-10-25T23:00:00Z",
                        "2025-10-26T00:00:00Z",
                        "2025-10-26T02:00:00Z",
                        "2025-10-26T03:00:00Z");
    }

    @Test
    void cyclesMissedDuringAStopAreCaughtUpSkippedOrOnlyTheLatestIsRun() {
        Schedule.Cron daily = cron("30 1 * * *");
        LocalDateTime last = at("2013-08-02T01:30");
        Instant now = Instant.parse("2013-08-05T07:00:00Z");
        assertThat(Missed.CATCH_UP.due(daily, last, now, ZoneOffset.UTC))
                .containsExactly(
                        at("2013-08-03T01:30"), at("2013-08-04T01:30"), at("2013-08-05T01:30"));
        assertThat(Missed.LATEST.due(daily, last, now, ZoneOffset.UTC))
                .containsExactly(at("2013-08-05T01:30"));
        assertThat(Missed.SKIP.due(daily, last, now, ZoneOffset.UTC)).isEmpty();
        Instant inTime = Instant.parse("2013-08-05T01:30:40Z");
        assertThat(Missed.SKIP.due(daily, last, inTime, ZoneOffset.UTC))
                .as("a little late is not missed")
                .containsExactly(at("2013-08-05T01:30"));
        assertThat(Missed.CATCH_UP.due(daily, at("2013-08-05T01:30"), now, ZoneOffset.UTC))
                .as("once is enough")
                .isEmpty();
    }

    /// Walking from cycle to cycle finds exactly what the days hold, in any zone, and moments never go back.
    @Test
    void noCycleIsLostOrDoubledWhateverTheLineAndTheZone() {
        List<String> lines =
                List.of(
                        "*/7 1-3 * * *",
                        "0 * * * *",
                        "30 2 1,15 * 1",
                        "59 23 28-31 * *",
                        "15,45 0,12 * 2-11 *");
        List<String> zones =
                List.of(
                        "UTC",
                        "Europe/Berlin",
                        "America/New_York",
                        "Australia/Lord_Howe",
                        "Africa/Casablanca");
        for (String line : lines) {
            Schedule.Cron cron = cron(line);
            for (String zone : zones) {
                var walked = new ArrayList<LocalDateTime>();
                Instant before = Instant.EPOCH;
                LocalDateTime cycle = at("2024-12-31T23:59");
                LocalDateTime end = at("2026-01-01T00:00");
                while (true) {
                    LocalDateTime next = cron.next(cycle).orElseThrow();
                    assertThat(next).as(line).isAfter(cycle);
                    if (!next.isBefore(end)) {
                        break;
                    }
                    assertThat(cron.previous(next.plusMinutes(1))).as(line).hasValue(next);
                    Instant moment = Schedule.moment(next, ZoneId.of(zone));
                    assertThat(moment).as("%s %s %s", line, zone, next).isAfterOrEqualTo(before);
                    before = moment;
                    walked.add(next);
                    cycle = next;
                }
                var held = new ArrayList<LocalDateTime>();
                for (LocalDate day = LocalDate.of(2024, 12, 31);
                        day.isBefore(LocalDate.of(2025, 12, 31));
                        day = day.plusDays(1)) {
                    held.addAll(cron.cyclesOf(day));
                }
                assertThat(walked).as("%s %s", line, zone).isEqualTo(held);
            }
        }
    }

    private static List<String> moments(Schedule schedule, String after, int count) {
        var moments = new ArrayList<String>();
        LocalDateTime cycle = at(after);
        for (int i = 0; i < count; i++) {
            cycle = schedule.next(cycle).orElseThrow();
            moments.add(Schedule.moment(cycle, ZoneId.of("Europe/Berlin")).toString());
        }
        return moments;
    }

    private static Schedule.Cron cron(String line) {
        return Schedule.Cron.parse(line);
    }

    private static LocalDateTime at(String text) {
        return LocalDateTime.parse(text);
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Schedule.Cron.parse(text))
                .withMessage(message);
    }
}
