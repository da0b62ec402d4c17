package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class PipelineTest {
    @TempDir Path folder;

    private final FakeSteps fake = new FakeSteps();

    @Test
    void readsNameScheduleWaitsAndSteps() {
        Pipeline pipeline =
                fake.pipeline(
                        """
                        pipeline: rank
                        schedule: "30 1 * * *"
                        waits: { events: same-day, self: previous-day }
                        steps:
                          sample: { fake: train_sample, attempts: 3, pause: 2s }
                        """);
        assertThat(pipeline.name()).isEqualTo("rank");
        assertThat(pipeline.schedule()).isEqualTo(Schedule.Cron.parse("30 1 * * *"));
        assertThat(pipeline.waits())
                .containsExactly(
                        new Wait("events", Wait.Unit.DAY, 0, Wait.IfFailed.WAIT),
                        new Wait("self", Wait.Unit.DAY, -1, Wait.IfFailed.WAIT));
        PlannedStep sample = pipeline.step("sample").orElseThrow();
        assertThat(sample.kind()).isEqualTo("fake");
        assertThat(sample.where()).isEqualTo("t.yaml:5");
        assertThat(sample.rules().attempts()).isEqualTo(3);
        assertThat(sample.rules().pause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(pipeline.pipelines()).containsExactly(pipeline);
    }

    @Test
    void aStepRunsAfterWhatItIsToldToWhatItMentionsAndWhoWritesWhatItReads() {
        Pipeline pipeline =
                fake.pipeline(
                        """
                        pipeline: p
                        steps:
                          last:  { fake: [], after: [clean, train], reads: [side] }
                          train: { fake: model, from: split }
                          split: { fake: [], uses: [dwd, elsewhere] }
                          clean: { fake: [dwd, side], uses: dwd }
                        """);
        assertThat(pipeline.steps())
                .extracting(PlannedStep::name)
                .containsExactly("clean", "split", "train", "last");
        assertThat(pipeline.step("last").orElseThrow().after())
                .containsExactly(Map.entry("clean", "after"), Map.entry("train", "after"));
        assertThat(pipeline.step("train").orElseThrow().after())
                .containsEntry("split", "mentions it");
        assertThat(pipeline.step("split").orElseThrow().after())
                .containsExactly(Map.entry("clean", "reads dwd"));
        assertThat(pipeline.step("clean").orElseThrow().after()).as("its own table").isEmpty();
    }

    @Test
    void tellsAllProblemsOfAFileAtOnce() {
        refused(
                """
                pipeline: Rank 1
                shedule: "30 1 * * *"
                waits: { events: sameday, self: same-day }
                steps:
                  one: { fake: t, afer: two, attempts: 0 }
                  two: { fake: t, after: [oen, two], from: three, pause: 5 weeks }
                  three: { sqll: x }
                  four: { trees: 5 }
                  five: { train: bad }
                  six: { sql: x.sql, tree: 3 }
                  seven: { train: m, trees: many }
                  eight: 5
                  Nine: { fake: u, from: [Nine, thre] }
                """,
                "t.yaml:1 pipeline: \"Rank 1\" is not a name of a-z, 0-9, _ and -, beginning with a"
                        + " letter, of 60 characters at most: it names files and runs",
                "t.yaml:2 shedule: not a known key; did you mean schedule?",
                "t.yaml:3 waits.events: \"sameday\" is not one of same-day, previous-day,"
                        + " same-cycle, previous-cycle; did you mean same-day?",
                "t.yaml:3 waits.self: a run cannot wait for itself; must be previous-day"
                        + " or previous-cycle",
                "t.yaml:5 steps.one.attempts: 0 is not a whole number from 1 to 10",
                "t.yaml:5 steps.one.afer: not a known key; did you mean after?",
                "t.yaml:6 steps.two.pause: \"5 weeks\" is not a time span such as 27d, 12h, 15m,"
                        + " 30s or 500ms",
                "t.yaml:6 steps.two: writes t, which step one (t.yaml:5) writes already; a table"
                        + " has one writer",
                "t.yaml:6 steps.two.after: \"oen\" is not a step of this pipeline; did you mean"
                        + " one?",
                "t.yaml:6 steps.two.after: names the step itself",
                "t.yaml:7 steps.three: sqll is not a kind of step; did you mean sql?",
                "t.yaml:8 steps.four: none of its keys names a kind of step; known kinds: fake,"
                        + " sql, train, loop, for-each",
                "t.yaml:9 steps.five: bad is no good",
                "t.yaml:10 steps.six.tree: not a known key; did you mean trees?",
                "t.yaml:11 steps.seven.trees: \"many\" is not a whole number from 1 to 1000",
                "t.yaml:12 steps.eight: found 5; must be keys and values",
                "t.yaml:13 steps.Nine: a step's name must be a name of a-z, 0-9, _ and -, beginning"
                        + " with a letter, of 60 characters at most",
                "t.yaml:13 steps.Nine: mentions itself; a step cannot use its own result",
                "t.yaml:13 steps.Nine: \"thre\" is not a step of this pipeline; did you mean"
                        + " three?",
                "x.sql:1 ${bizdat}: not a known variable; did you mean bizdate?");
    }

    @Test
    void aCircleIsToldStepByStepWithItsReasons() {
        refused(
                """
                pipeline: p
                steps:
                  ok: { fake: [] }
                  a: { fake: ta, uses: tb }
                  b: { fake: tb, from: c }
                  c: { fake: tc, after: a }
                  d: { fake: td, uses: te }
                  e: { fake: te, uses: td }
                  behind: { fake: [], after: e }
                """,
                "t.yaml:4 steps.a: runs in a circle: a comes after b (reads tb), b comes after c"
                        + " (mentions it), c comes after a (after)",
                "t.yaml:7 steps.d: runs in a circle: d comes after e (reads te), e comes after d"
                        + " (reads td)");
    }

    @Test
    void refusesAFileWithoutStepsOrWithStepsAndRuns() {
        refused(
                "pipeline: p\n",
                "t.yaml:1 steps: missing; a file holds steps, or runs with the names of other"
                        + " pipelines");
        refused(
                "pipeline: p\nsteps: {}\n",
                "t.yaml:2 steps: holds no step; at least one is needed");
        refused(
                "pipeline: p\nsteps: [a]\n",
                "t.yaml:2 steps: found a list; must be keys and values");
        refused(
                """
                pipeline: p
                steps: { a: { fake: t } }
                runs: [x]
                """,
                "t.yaml:3 runs: a file has steps or runs, not both");
        refused(
                "pipeline: p\nruns: [x]\n",
                "t.yaml:2 runs: names pipelines; where this file is named, one with steps is"
                        + " needed");
        refused(
                "steps: { a: { fake: t } }\n",
                "t.yaml:1 pipeline: missing; must be " + PipelineReader.NAME_WANTED);
    }

    @Test
    void refusesAScheduleThatIsNotOne() {
        refused(
                """
                pipeline: p
                schedule: daily
                steps: { a: { fake: t } }
                """,
                "t.yaml:2 schedule: \"daily\" is not a cron line such as \"30 1 * * *\":"
                        + " it has 1 fields; five are needed: minute hour day month weekday");
    }

    @Test
    void aListRunsOtherPipelinesInItsOrder() throws IOException {
        write("events", "pipeline: events\nsteps: { a: { fake: t } }\n");
        write(
                "rank",
                """
                pipeline: rank
                waits: { events: same-day }
                steps: { a: { fake: t } }
                """);
        write(
                "night",
                """
                pipeline: night
                schedule: "0 1 * * *"
                runs: [events, rank]
                """);
        Files.writeString(folder.resolve("notes.txt"), "not a pipeline");
        Pipelines pipelines = Pipelines.in(folder, fake.catalogue());
        assertThat(pipelines.names()).containsExactly("events", "night", "rank");
        PipelineFile night = pipelines.named("night");
        assertThat(night).isInstanceOf(PipelineList.class);
        assertThat(night.pipelines()).extracting(Pipeline::name).containsExactly("events", "rank");
        assertThat(pipelines.named("rank")).isInstanceOf(Pipeline.class);
    }

    @Test
    void overridesStandForWhatTheFilesSayAlsoWithinAList() throws IOException {
        write("events", "pipeline: events\nsteps: { a: { fake: t } }\n");
        write("rank", "pipeline: rank\nsteps:\n  a: { fake: t }\n  b: { fake: u }\n");
        write("night", "pipeline: night\nruns: [events, rank]\n");
        Map<String, String> set = Map.of("rank.b.fake", "[v, w]", "rank.b.attempts", "3");
        Pipelines pipelines = Pipelines.in(folder, fake.catalogue(), set);
        PlannedStep b = pipelines.named("night").pipelines().getLast().step("b").orElseThrow();
        assertThat(b.step().writes()).containsExactly("v", "w");
        assertThat(b.rules().attempts()).isEqualTo(3);
        assertThat(pipelines.named("events").pipelines().getFirst().steps()).hasSize(1);
        String dir = folder.getFileName() + "/";
        refused(
                () ->
                        Pipelines.in(folder, fake.catalogue(), Map.of("rank.c.fake", "v"))
                                .named("night"),
                "cannot set rank.c.fake: there is no steps.c in " + dir + "rank.yaml");
        refused(
                () ->
                        Pipelines.in(folder, fake.catalogue(), Map.of("rank.b.attempts", "many"))
                                .named("rank"),
                dir + "rank.yaml:4 steps.b.attempts: \"many\" is not a whole number from 1 to 10");
    }

    @Test
    void aListTellsTheProblemsOfAllItsPipelinesTogether() throws IOException {
        write("events", "pipeline: event\nsteps: { a: { fake: t, x: 1 } }\n");
        write(
                "rank",
                """
                pipeline: rank
                waits: { late: same-day }
                steps: { a: { fake: t } }
                """);
        write("late", "pipeline: late\nsteps: { a: { fake: t } }\n");
        write("inner", "pipeline: inner\nruns: [late]\n");
        write(
                "night",
                """
                pipeline: night
                runs: [events, evnts, night, rank, rank, inner, late]
                extra: 1
                """);
        String dir = folder.getFileName() + "/";
        refused(
                () -> Pipelines.in(folder, fake.catalogue()).named("night"),
                dir + "night.yaml:2 runs: \"evnts\" is not another pipeline; did you mean events?",
                dir
                        + "night.yaml:2 runs: \"night\" is not another pipeline; known: events,"
                        + " inner, late, rank",
                dir + "night.yaml:2 runs: rank is named twice",
                dir
                        + "night.yaml:2 runs: rank waits for the same day of late, which stands"
                        + " after it",
                dir
                        + "night.yaml:3 extra: not a known key; known here: pipeline, waits, runs,"
                        + " steps, schedule, missed, concurrency",
                dir + "events.yaml:1 pipeline: \"event\" is not the file's name; it must be events",
                dir
                        + "events.yaml:2 steps.a.x: not a known key; known here: fake, uses, from,"
                        + " after, reads, attempts, pause, backoff, timeout, give-up, if,"
                        + " pool, join, always, on-failure",
                dir
                        + "inner.yaml:2 runs: names pipelines; where this file is named, one with"
                        + " steps is needed");
    }

    @Test
    void answersAnUnknownPipelineWithTheNearestOne() throws IOException {
        Pipelines pipelines = Pipelines.in(folder, fake.catalogue());
        refused(
                () -> pipelines.named("rank"),
                "there is no pipeline rank in " + folder + "; none is known here");
        write("rank", "pipeline: rank\nsteps: { a: { fake: t } }\n");
        refused(
                () -> pipelines.named("rnak"),
                "there is no pipeline rnak in " + folder + "; did you mean rank?");
        assertThat(Pipelines.in(folder.resolve("none"), fake.catalogue()).names()).isEmpty();
    }

    @Test
    void waitingForAPipelineThatDoesNotExistIsRefused() throws IOException {
        write("events", "pipeline: events\nsteps: { a: { fake: t } }\n");
        write(
                "rank",
                """
                pipeline: rank
                waits: { evnts: same-day, self: previous-day }
                steps: { a: { fake: t } }
                """);
        refused(
                () -> Pipelines.in(folder, fake.catalogue()).named("rank"),
                folder.getFileName()
                        + "/rank.yaml:2 waits.evnts: is not another pipeline; did you mean"
                        + " events?");
    }

    @Test
    void anEmptyListIsRefused() throws IOException {
        write("night", "pipeline: night\nruns: []\n");
        refused(
                () -> Pipelines.in(folder, fake.catalogue()).named("night"),
                folder.getFileName()
                        + "/night.yaml:2 runs: names no pipeline; at least one is needed");
    }

    @Test
    void kindsThatCannotBeToldApartAreRefused() {
        StepKind sql = fake.catalogue().find("sql").orElseThrow();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StepCatalogue.of(List.of(sql, sql)))
                .withMessage("two kinds of steps are named sql");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name + ".yaml"), text);
    }

    private void refused(String text, String... problems) {
        refused(() -> fake.pipeline(text), problems);
    }

    private static void refused(ThrowingCallable reading, String... problems) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reading)
                .satisfies(e -> assertThat(e.problems()).containsExactly(problems));
    }
}
