package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// How loops are read, and run in the foreground; what they promise on shift is in [ShiftContract].
class LoopTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    @TempDir Path home;
    private final FakeSteps fake = new FakeSteps();

    @Test
    void whatABodyReadsAndWritesIsWhatItsLoopDoes() {
        Pipeline pipeline =
                fake.pipeline(
                        """
                        pipeline: p
                        steps:
                          report: { fake: r, uses: made }
                          wait:
                            loop:
                              steps:
                                two: { fake: made, uses: one }
                                one: { fake: one, uses: raw, reads: other }
                              until: two.n > 0
                          films: { fake: raw }
                          others: { fake: other }
                        """);
        assertThat(pipeline.steps())
                .extracting(PlannedStep::name)
                .containsExactly("films", "others", "wait", "report");
        assertThat(pipeline.step("wait").orElseThrow().after())
                .containsExactly(
                        Map.entry("films", "reads raw"), Map.entry("others", "reads other"));
        LoopStep loop = (LoopStep) pipeline.step("wait").orElseThrow().step();
        assertThat(loop.body().steps()).extracting(PlannedStep::name).containsExactly("one", "two");
    }

    @Test
    void itsLimitTimesItsPauseIsToldBeforeItRuns() {
        assertThat(told("loop: { steps: { s: { fake: [] } }, until: s.n > 0, pause: 60s }"))
                .isEqualTo(
                        "at most 128 iterations with pauses of 1m: it waits 2h 7m in all, then"
                                + " fails");
        assertThat(told("loop: { steps: { s: { fake: [] } }, while: s.n > 0, max-iterations: 3 }"))
                .isEqualTo("at most 3 iterations, without a pause");
        assertThat(told("for-each: { over: b, steps: { s: { fake: [] } } }"))
                .isEqualTo("at most 128 iterations, 5 at once");
    }

    private String told(String loop) {
        return fake.pipeline("pipeline: p\nsteps: { b: { fake: [] }, a: { " + loop + " } }\n")
                .step("a")
                .orElseThrow()
                .rules()
                .loop()
                .told();
    }

    @Test
    void allThatIsWrongWithALoopIsToldAtOnce() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () ->
                                fake.pipeline(
                                        """
                                        pipeline: p
                                        steps:
                                          films: { fake: t }
                                          a: { loop: { steps: { s: { fake: [], afer: x } }, until: t.n > 0 }, attempts: 2 }
                                          b: { loop: { steps: { s: { fake: t } } }, timeout: 1h, pause: 5s }
                                          c: { for-each: { over: filmss, steps: { s: { sql: x.sql } }, parallelism: 21 } }
                                          d: { for-each: { over: films, steps: { s: { fake: [], after: films } } } }
                                          e: { loop: { steps: {}, until: "", while: s.n > 0, max-iterations: 2000 } }
                                        """))
                .satisfies(
                        refused ->
                                assertThat(refused.problems())
                                        .containsExactlyInAnyOrder(
                                                "t.yaml:4 steps.a.loop.until: \"t\" is not a step of"
                                                        + " this pipeline; did you mean s?",
                                                "t.yaml:4 steps.a.attempts: a loop does no work of"
                                                        + " its own; say it of the steps inside",
                                                "t.yaml:4 steps.a.loop.steps.s.afer: not a known"
                                                        + " key; did you mean after?",
                                                "t.yaml:5 steps.b.loop.until: exactly one of until"
                                                        + " and while says when it is enough",
                                                "t.yaml:5 steps.b.timeout: a loop does no work of"
                                                        + " its own; say it of the steps inside",
                                                "t.yaml:5 steps.b.pause: a loop does no work of its"
                                                        + " own; say it of the steps inside, or"
                                                        + " inside the loop for a pause between"
                                                        + " iterations",
                                                "t.yaml:6 steps.c.for-each.parallelism: 21 is not a"
                                                        + " whole number from 1 to 20",
                                                "t.yaml:7 steps.d.for-each.steps.s.after: \"films\""
                                                        + " is not a step of this pipeline; none is"
                                                        + " known here",
                                                "t.yaml:8 steps.e.loop.steps: holds no step; at"
                                                        + " least one is needed",
                                                "t.yaml:8 steps.e.loop.until: \"\" is not"
                                                        + " comparisons of outputs of earlier"
                                                        + " steps, such as \"count.rows > 1000\":"
                                                        + " it says nothing",
                                                "t.yaml:8 steps.e.loop.while: \"s\" is not a step"
                                                        + " of this pipeline; none is known here",
                                                "t.yaml:8 steps.e.loop.while: exactly one of until"
                                                        + " and while says when it is enough",
                                                "t.yaml:8 steps.e.loop.max-iterations: 2000 is not"
                                                        + " a whole number from 1 to 1024",
                                                "x.sql:1 ${bizdat}: not a known variable; did you"
                                                        + " mean bizdate?"));
    }

    @Test
    void namesThatAreTooLongTogetherAreRefused() {
        String pipeline = "p".repeat(40);
        String loop = "a".repeat(20);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () ->
                                fake.pipeline(
                                        "pipeline: %s\nsteps:\n  %s: { loop: { steps: { s: { fake: [] } }, until: s.n > 0 } }\n"
                                                .formatted(pipeline, loop)))
                .withMessageContaining(
                        "\"%s.%s\" has 61 characters; the names of a pipeline and its loops may"
                                + " have 60 together",
                        pipeline, loop);
    }

    @Test
    void variablesOfALoopAreKnownInsideItOnlyAndWithItsInputsOnly() {
        LoopVariables inside =
                new LoopVariables.Iteration(1, Map.of("films", List.of("1,Alien", "2,Brazil")));
        TimeVariables variables = TimeVariables.of(DAY).in(inside);
        assertThat(
                        variables.fill(
                                "t",
                                "${dag.loopTimes} ${dag.offset} ${dag.films} ${dag.films.length}"
                                        + " ${dag.films[${dag.offset}]} ${dag.films[0][1]} ${bizdate}"))
                .isEqualTo("2 1 1,Alien,2,Brazil 2 2,Brazil Alien 20130801");
        assertThat(variables.over(DAY.minusDays(1), DAY).fill("t", "${dag.offset}")).isEqualTo("1");
        refused(variables, "${dag.films[7]}", "there is no row 7; films has 2, counted from 0");
        refused(
                variables,
                "${dag.films[0][2]}",
                "there is no value 2; films[0] has 2, counted from 0");
        refused(variables, "${dag.film}", "film is not an input of this loop; did you mean films?");
        refused(variables, "${dag.offset.length}", "is not a variable of a loop");
        refused(TimeVariables.of(DAY), "${dag.offset}", "is known inside a loop only");
    }

    private static void refused(TimeVariables variables, String text, String why) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> variables.fill("t", text))
                .withMessageContaining(why);
    }

    @Test
    void aLoopRunsInTheForegroundAndTellsItsIterations() {
        fake.does(
                "look",
                context -> {
                    context.output("n", context.variables().fill("t", "${dag.loopTimes}"));
                    return new StepOutcome.Done(1);
                });
        Pipeline pipeline =
                fake.pipeline(
                        """
                        pipeline: p
                        steps:
                          a: { fake: [] }
                          wait: { loop: { steps: { look: { fake: [] } }, until: look.n = 3, pause: 1ms }, after: a }
                          b: { fake: [], after: wait }
                        """);
        var told = Collections.synchronizedList(new ArrayList<String>());
        try (Runs runs = Runs.open(home.resolve("waxwing.db"))) {
            RunReport report =
                    new Runner(runs, home, 1, InstantSource.system())
                            .run(
                                    pipeline,
                                    DAY,
                                    event -> {
                                        switch (event) {
                                            case RunEvent.IterationEnded(
                                                            var run,
                                                            var step,
                                                            int times,
                                                            var iteration) ->
                                                    told.add(
                                                            run
                                                                    + " "
                                                                    + step
                                                                    + " "
                                                                    + times
                                                                    + " "
                                                                    + iteration.state());
                                            case RunEvent.RunEnded(var run, _) ->
                                                    told.add(run + " ended");
                                            default -> {}
                                        }
                                    });
            assertThat(report.done()).as(report.message()).isTrue();
            assertThat(told)
                    .containsExactly(
                            "r-20130801-p-0001 wait 1 DONE",
                            "r-20130801-p-0001 wait 2 DONE",
                            "r-20130801-p-0001 wait 3 DONE",
                            "r-20130801-p-0001 ended");
        }
    }
}
