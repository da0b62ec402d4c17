package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Pages of runs, all of one, what happened, and what is dropped.
class RunListsTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    @TempDir Path home;

    private final FakeSteps fake = new FakeSteps();
    private final FakeClock clock = new FakeClock();
    private Runs runs;
    private Runner runner;

    @BeforeEach
    void open() {
        runs = Runs.open(home.resolve("waxwing.db"));
        runner = new Runner(runs, home, 2, clock);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private RunReport run(String pipeline, LocalDate day) {
        clock.pass(Duration.ofMinutes(1));
        Pipeline file =
                fake.pipeline(
                        "pipeline: "
                                + pipeline
                                + "\nsteps: { a: { fake: t }, b: { fake: u, uses: t } }\n");
        return runner.run(file, day, RunListener.none());
    }

    private static RunQuery first(int limit) {
        return new RunQuery("", Optional.empty(), Optional.empty(), "", limit);
    }

    @Test
    void pagesShowEveryRunOnceNewestFirst() {
        var all = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            all.addFirst(run("p", DAY.plusDays(i)).run());
        }
        var seen = new ArrayList<String>();
        String before = "";
        int pages = 0;
        do {
            RunPage page =
                    runs.page(new RunQuery("", Optional.empty(), Optional.empty(), before, 3));
            page.runs().forEach(run -> seen.add(run.run()));
            before = page.next();
            pages++;
        } while (!before.isEmpty());
        assertThat(seen).isEqualTo(all);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void runsOfOneMomentAreToldApartByTheirIds() {
        Pipeline file = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        for (int i = 0; i < 5; i++) {
            runner.run(file, DAY.plusDays(i), RunListener.none()); // the clock stands still
        }
        RunPage one = runs.page(first(2));
        RunPage two =
                runs.page(new RunQuery("", Optional.empty(), Optional.empty(), one.next(), 5));
        assertThat(one.runs()).hasSize(2);
        assertThat(two.runs()).hasSize(3).doesNotContainAnyElementsOf(one.runs());
        assertThat(two.next()).isEmpty();
    }

    @Test
    void aPageIsNarrowedToAPipelineAStateAndADate() {
        run("p", DAY);
        run("q", DAY);
        fake.does("b", _ -> new StepOutcome.Failed(new IOException("planned"), false));
        run("p", DAY.plusDays(1));
        assertThat(runs.page(new RunQuery("p", Optional.empty(), Optional.empty(), "", 9)).runs())
                .extracting(RunHead::pipeline, RunHead::state, RunHead::steps, RunHead::good)
                .containsExactly(
                        tuple("p", RunState.FAILED, 2, 1), tuple("p", RunState.DONE, 2, 2));
        assertThat(
                        runs.page(
                                        new RunQuery(
                                                "",
                                                Optional.of(RunState.DONE),
                                                Optional.of(DAY),
                                                "",
                                                9))
                                .runs())
                .extracting(RunHead::pipeline)
                .containsExactly("q", "p");
    }

    @Test
    void aPlaceInTheListThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new RunQuery("", Optional.empty(), Optional.empty(), "x' OR 1", 9))
                .withMessage(
                        "before is no place in the list of runs: \"x' OR 1\"; take it from the page"
                                + " before");
        assertThatIllegalArgumentException().isThrownBy(() -> first(0));
    }

    @Test
    void allOfARunTellsItsGraphItsAttemptsAndWhatWasAsked() {
        fake.does("b", _ -> new StepOutcome.Failed(new IOException("planned"), false));
        RunReport report = run("p", DAY);
        runs.rerun(report.run(), Set.of(), "ann", "again", clock.instant());
        RunDetail detail = runs.detail(report.run()).orElseThrow();
        assertThat(detail.steps())
                .extracting(step -> step.report().step(), RunDetail.StepDetail::after)
                .containsExactly(tuple("a", List.of()), tuple("b", List.of("a")));
        assertThat(detail.steps().getLast().attempts())
                .extracting(RunDetail.Attempt::state, RunDetail.Attempt::message)
                .containsExactly(tuple("FAILED", "IOException: planned"));
        assertThat(detail.notes()).extracting(RunNote::who).containsExactly("ann");
        assertThat(runs.detail("r-none")).isEmpty();
    }

    @Test
    void whatHappenedIsToldInOrderAndFromAnyPlaceOn() {
        RunReport report = run("p", DAY);
        List<Happened> all = runs.happened(0, 100);
        assertThat(all)
                .extracting(Happened::step, Happened::state)
                .containsExactly(
                        tuple("", "PLANNED"),
                        tuple("", "RUNNING"),
                        tuple("a", "RUNNING"),
                        tuple("a", "DONE"),
                        tuple("b", "RUNNING"),
                        tuple("b", "DONE"),
                        tuple("", "DONE"));
        assertThat(all).extracting(Happened::id).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(all).extracting(Happened::run).containsOnly(report.run());
        assertThat(runs.happened(4, 2)).isEqualTo(all.subList(4, 6));
        assertThat(runs.lastHappened()).isEqualTo(7);
    }

    @Test
    void whatHappenedLongAgoIsCutAndNumbersGoOn() {
        run("p", DAY);
        runs.database()
                .turn(
                        handle -> {
                            Journal.cut(handle, 2);
                            return true;
                        });
        assertThat(runs.happened(0, 100)).extracting(Happened::id).containsExactly(6L, 7L);
        run("p", DAY.plusDays(1));
        assertThat(runs.happened(0, 100).get(2).id()).isEqualTo(8);
    }

    @Test
    void whatIsTooOldIsDroppedWithItsLogsAndALittleAtATime() {
        for (int i = 0; i < Retention.AT_ONCE + 1; i++) {
            run("p", DAY.plusDays(i));
        }
        Path logs = home.resolve("logs");
        var retention = new Retention(runs, home, Duration.ofDays(400));
        assertThat(retention.tick(clock.instant())).isEmpty();
        clock.pass(Duration.ofDays(400));
        RunReport young = run("p", DAY.minusDays(1));
        assertThat(retention.tick(clock.instant())).hasSize(Retention.AT_ONCE);
        List<String> rest = retention.tick(clock.instant());
        assertThat(rest).hasSize(1);
        assertThat(runs.page(first(9)).runs())
                .extracting(RunHead::run)
                .containsExactly(young.run());
        assertThat(Files.exists(logs.resolve(rest.getFirst()))).isFalse();
        assertThat(Files.exists(logs.resolve(young.run()))).isTrue();
    }

    @Test
    void aRunThatIsStillWantedIsNeverTooOld() {
        PipelineFile file = fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");
        LocalDateTime cycle = DAY.plusDays(1).atStartOfDay();
        List<String> planned =
                runs.make(
                        List.of(
                                new Backfill.Wanted(
                                        file.pipelines().getFirst(), cycle, Set.of(), List.of())),
                        clock.instant());
        clock.pass(Duration.ofDays(5000));
        assertThat(new Retention(runs, home, Duration.ofDays(1)).tick(clock.instant())).isEmpty();
        assertThat(runs.find(planned.getFirst())).isPresent();
    }
}
