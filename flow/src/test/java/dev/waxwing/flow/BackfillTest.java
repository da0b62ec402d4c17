package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;

class BackfillTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    private final FakeSteps fake = new FakeSteps();
    private final List<Pipeline> all =
            List.of(
                    fake.pipeline("pipeline: events\nsteps: { a: { fake: t }, b: { fake: u } }\n"),
                    fake.pipeline(
                            "pipeline: rank\nwaits: { events: same-day, other: same-day }\nsteps: { r: { fake: t } }\n"),
                    fake.pipeline(
                            "pipeline: report\nwaits: { rank: previous-day }\nsteps: { p: { fake: t } }\n"),
                    fake.pipeline("pipeline: other\nsteps: { o: { fake: t } }\n"));

    @Test
    void eachDateWaitsForTheOneThatIsAsFarBeforeItAsMayWorkAtOnce() {
        assertThat(told(new Backfill("events", DAY, DAY.plusDays(3), Set.of(), false, 2, false)))
                .containsExactly(
                        "events 2013-08-02 [] []",
                        "events 2013-08-03 [] []",
                        "events 2013-08-04 [events 2013-08-02] []",
                        "events 2013-08-05 [events 2013-08-03] []");
    }

    @Test
    void againstTheOrderOfDatesTheNewestIsFirst() {
        assertThat(told(new Backfill("events", DAY, DAY.plusDays(1), Set.of(), false, 1, true)))
                .containsExactly(
                        "events 2013-08-03 [] []", "events 2013-08-02 [events 2013-08-03] []");
    }

    @Test
    void whatIsLeftOutRunsDry() {
        assertThat(told(new Backfill("events", DAY, DAY, Set.of("b"), false, 1, false)))
                .containsExactly("events 2013-08-02 [] [b]");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () -> told(new Backfill("events", DAY, DAY, Set.of("c"), false, 1, false)))
                .withMessageStartingWith("\"c\" is not a step of events; ");
    }

    @Test
    void descendantsOfAnyDepthComeAlongAndWaitForWhatIsPartOfTheBackfill() {
        assertThat(told(new Backfill("events", DAY, DAY.plusDays(1), Set.of(), true, 9, false)))
                .containsExactly(
                        "events 2013-08-02 [] []",
                        "events 2013-08-03 [] []",
                        "rank 2013-08-02 [events 2013-08-02] []",
                        "rank 2013-08-03 [events 2013-08-03] []",
                        "report 2013-08-02 [] []",
                        "report 2013-08-03 [rank 2013-08-02] []");
    }

    @Test
    void aRangeThatEndsBeforeItBeginsAndAnUnknownPipelineAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () ->
                                new Backfill(
                                        "events", DAY, DAY.minusDays(1), Set.of(), false, 1, false))
                .withMessage("the last date, 2013-07-31, is before the first, 2013-08-01");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> told(new Backfill("evnts", DAY, DAY, Set.of(), false, 1, false)))
                .withMessage("there is no pipeline evnts; did you mean events?");
    }

    @Test
    void whatIsSetOfAPipelineThatItDoesNotRunIsRefused(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("one.yaml"),
                "pipeline: one\nsteps: { a: { train: t }, b: { train: t } }\n");
        Files.writeString(
                folder.resolve("two.yaml"),
                "pipeline: two\nwaits: { one: same-day }\nsteps: { b: { train: t } }\n");
        Pipelines pipelines = Pipelines.in(folder, fake.catalogue());
        var set = Map.of("one.a.trees", "5", "two.b.trees", "6");
        assertThat(new Backfill("one", DAY, DAY, Set.of(), true, 1, false).plan(pipelines, set))
                .extracting(each -> each.pipeline().overrides().toString())
                .containsExactly("{one.a.trees=5}", "{two.b.trees=6}");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () ->
                                new Backfill("one", DAY, DAY, Set.of(), false, 1, false)
                                        .plan(pipelines, set))
                .withMessage(
                        "cannot set two.b.trees: of what the backfill runs, which is one, none is"
                                + " named so");
    }

    @Test
    void pipelinesOfAListRunForTheirOwnCycle(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("one.yaml"), "pipeline: one\nsteps: { a: { fake: t } }\n");
        Files.writeString(folder.resolve("two.yaml"), "pipeline: two\nsteps: { b: { fake: t } }\n");
        Files.writeString(
                folder.resolve("night.yaml"),
                "pipeline: night\nschedule: \"30 1 * * *\"\nruns: [one, two]\n");
        List<Backfill.Wanted> wanted =
                new Backfill("night", DAY, DAY.plusDays(1), Set.of(), false, 1, false)
                        .plan(Pipelines.in(folder, fake.catalogue()).all());
        assertThat(wanted)
                .extracting(each -> each.pipeline().name() + " " + each.cycle())
                .containsExactly(
                        "one 2013-08-02T00:00",
                        "two 2013-08-02T00:00",
                        "one 2013-08-03T00:00",
                        "two 2013-08-03T00:00");
        assertThat(wanted.get(2).needs())
                .extracting(need -> need.pipeline() + " " + need.cycle())
                .containsExactly("one 2013-08-02T00:00", "two 2013-08-02T00:00");
    }

    private List<String> told(Backfill backfill) {
        return backfill.plan(all).stream()
                .map(
                        each ->
                                each.pipeline().name()
                                        + " "
                                        + each.cycle().toLocalDate()
                                        + " "
                                        + each.needs().stream()
                                                .map(
                                                        need ->
                                                                need.pipeline()
                                                                        + " "
                                                                        + need.cycle()
                                                                                .toLocalDate())
                                                .toList()
                                        + " "
                                        + each.dry())
                .toList();
    }
}
