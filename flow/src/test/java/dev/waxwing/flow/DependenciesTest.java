package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

class DependenciesTest {
    private static final String DAILY = "30 1 * * *";
    private static final String HOURLY = "10 * * * *";

    private final List<Pipeline> pipelines = new ArrayList<>();

    @Test
    void aDailyPipelineMeetsTheDayOfAnotherDailyOneAtAnyHour() {
        add("events", "0 23 * * *", "");
        add("rank", DAILY, "events: same-day");
        add("late", DAILY, "events: { days: -2 }");
        assertThat(needs("rank", "2013-08-02T01:30")).containsExactly("events 2013-08-02T23:00");
        assertThat(needs("late", "2013-08-02T01:30")).containsExactly("events 2013-07-31T23:00");
    }

    @Test
    void aPipelineWithoutAScheduleHasOneCycleADayAtMidnight() {
        add("events", "", "");
        add("rank", DAILY, "events: same-cycle");
        assertThat(needs("rank", "2013-08-02T01:30")).containsExactly("events 2013-08-02T00:00");
    }

    @Test
    void ofItselfItWaitsForTheCycleOrTheDayBefore() {
        add("daily", DAILY, "self: previous-day");
        add("hourly", HOURLY, "self: previous-cycle");
        add("both", "15,45 8 * * *", "self: previous-day");
        add("third", HOURLY, "self: { cycles: -3 }");
        assertThat(needs("daily", "2013-08-02T01:30"))
                .containsExactly("daily 2013-08-01T01:30 if made");
        assertThat(needs("hourly", "2013-08-02T00:10"))
                .containsExactly("hourly 2013-08-01T23:10 if made");
        assertThat(needs("both", "2013-08-02T08:45"))
                .containsExactly("both 2013-08-01T08:15 if made", "both 2013-08-01T08:45 if made");
        assertThat(needs("third", "2013-08-02T02:10"))
                .containsExactly("third 2013-08-01T23:10 if made");
    }

    @Test
    void aDailyPipelineWaitsForAll24HourlyCyclesOfItsDay() {
        add("hourly", HOURLY, "");
        add("daily", DAILY, "hourly: same-cycle");
        add("before", DAILY, "hourly: previous-cycle");
        assertThat(needs("daily", "2013-08-02T01:30"))
                .hasSize(24)
                .startsWith("hourly 2013-08-02T00:10")
                .endsWith("hourly 2013-08-02T23:10");
        assertThat(needs("before", "2013-08-02T01:30"))
                .hasSize(24)
                .startsWith("hourly 2013-08-01T00:10")
                .endsWith("hourly 2013-08-01T23:10");
    }

    @Test
    void anHourlyPipelineWaitsForTheDailyOneOfItsDayAndForTheHourOfAnother() {
        add("daily", DAILY, "");
        add("hourly", HOURLY, "");
        add("quarters", "*/15 * * * *", "hourly: same-cycle, daily: same-cycle");
        add("earlier", "5 * * * *", "hourly: previous-cycle");
        assertThat(needs("quarters", "2013-08-02T05:15"))
                .containsExactly("hourly 2013-08-02T05:10", "daily 2013-08-02T01:30");
        assertThat(needs("quarters", "2013-08-02T05:00"))
                .as("the last hour that is not after it")
                .startsWith("hourly 2013-08-02T04:10");
        assertThat(needs("earlier", "2013-08-02T05:05")).containsExactly("hourly 2013-08-02T03:10");
    }

    @Test
    void aWeeklyPipelineHoldsADailyOneUpOnItsOwnDayOnly() {
        add("weekly", "0 3 * * 1", "");
        add("daily", DAILY, "weekly: same-cycle");
        add("report", "0 9 * * 1", "daily: previous-cycle");
        assertThat(needs("daily", "2013-08-05T01:30")).containsExactly("weekly 2013-08-05T03:00");
        assertThat(needs("daily", "2013-08-06T01:30")).isEmpty();
        assertThat(needs("report", "2013-08-12T09:00"))
                .as("a week is the report's cycle")
                .containsExactly("daily 2013-08-05T01:30");
    }

    @Test
    void itsChildrenAreThoseThatWaitForIt() {
        add("events", DAILY, "children: previous-cycle");
        add("rank", "0 4 * * *", "events: same-day");
        add("recall", "0 5 * * *", "events: { on: same-day, if-failed: go-on }");
        add("other", DAILY, "");
        assertThat(needs("events", "2013-08-02T01:30"))
                .containsExactly(
                        "rank 2013-08-01T04:00 if made", "recall 2013-08-01T05:00 if made");
    }

    @Test
    void aWaitSaysWhatHappensIfTheOtherWasNotDone() {
        add("a", DAILY, "");
        add("b", DAILY, "a: { on: same-day, if-failed: fail }");
        add("c", DAILY, "a: { on: same-day, if-failed: go-on }");
        assertThat(needs("b", "2013-08-02T01:30")).containsExactly("a 2013-08-02T01:30 else FAIL");
        assertThat(needs("c", "2013-08-02T01:30"))
                .containsExactly("a 2013-08-02T01:30 else GO_ON if made");
    }

    @Test
    void whatIsSaidTwiceIsWaitedForOnce() {
        add("a", DAILY, "");
        add("b", DAILY, "self: previous-day, children: previous-day, a: same-day");
        add("c", DAILY, "b: same-day");
        assertThat(needs("b", "2013-08-02T01:30"))
                .containsExactly(
                        "b 2013-08-01T01:30 if made",
                        "c 2013-08-01T01:30 if made",
                        "a 2013-08-02T01:30");
    }

    @Test
    void pipelinesThatWaitForEachOthersSameDayAreTold() {
        add("a", DAILY, "b: same-day");
        add("b", DAILY, "c: same-cycle");
        add("c", DAILY, "a: previous-day");
        assertThat(new Dependencies(pipelines).circle()).isEmpty();
        pipelines.removeLast();
        add("c", DAILY, "a: same-day");
        assertThat(new Dependencies(pipelines).circle())
                .hasValue(
                        "a comes after b (waits), b comes after c (waits), c comes after a (waits)");
    }

    @Test
    void aWaitThatSaysTooMuchTooLittleOrTheFutureIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () ->
                                new FakeSteps()
                                        .pipeline(
                                                """
                                                pipeline: p
                                                waits:
                                                  self: same-cycle
                                                  children: same-day
                                                  a: { if-failed: wait }
                                                  b: { days: -1, cycles: -1 }
                                                  c: { days: 1 }
                                                  d: next-day
                                                steps: { s: { fake: t } }
                                                """))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .containsExactly(
                                                "t.yaml:3 waits.self: a run cannot wait for itself;"
                                                        + " must be previous-day or previous-cycle",
                                                "t.yaml:4 waits.children: those after a run cannot"
                                                        + " be done before it; must be previous-day"
                                                        + " or previous-cycle",
                                                "t.yaml:5 waits.a.on: exactly one of on, days and"
                                                        + " cycles says which of its cycles are meant",
                                                "t.yaml:6 waits.b.cycles: exactly one of on, days"
                                                        + " and cycles says which of its cycles are"
                                                        + " meant",
                                                "t.yaml:7 waits.c.days: 1 is not a whole number from"
                                                        + " -1000 to 0",
                                                "t.yaml:8 waits.d: \"next-day\" is not one of"
                                                        + " same-day, previous-day, same-cycle,"
                                                        + " previous-cycle"));
    }

    private void add(String name, String schedule, String waits) {
        String text =
                "pipeline: "
                        + name
                        + "\n"
                        + (schedule.isEmpty() ? "" : "schedule: \"" + schedule + "\"\n")
                        + (waits.isEmpty() ? "" : "waits: { " + waits + " }\n")
                        + "steps: { s: { fake: t } }\n";
        pipelines.add(new FakeSteps().pipeline(text));
    }

    private List<String> needs(String pipeline, String cycle) {
        return new Dependencies(pipelines)
                .of(pipeline, LocalDateTime.parse(cycle)).stream()
                        .map(
                                need ->
                                        need.pipeline()
                                                + " "
                                                + need.cycle()
                                                + (need.ifFailed() == Wait.IfFailed.WAIT
                                                        ? ""
                                                        : " else " + need.ifFailed())
                                                + (need.onlyIfMade() ? " if made" : ""))
                        .toList();
    }
}
