package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

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

    private static void refused(String text, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Schedule.Cron.parse(text))
                .withMessage(message);
    }
}
