package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// How promises are read, when they fall due, how they stand, and what is expected of a night.
class BaselineTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 10);
    private static final String TWO_STEPS =
            "schedule: \"30 1 * * *\"\nsteps: { a: { fake: t }, b: { fake: u, uses: t } }\n";

    @TempDir Path home;

    private final FakeSteps fake = new FakeSteps();
    private final FakeClock clock = new FakeClock();
    private Runs runs;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home.resolve("pipelines"));
        Files.createDirectories(home.resolve("baselines"));
        runs = Runs.open(home.resolve("waxwing.db"));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private Pipelines pipelines() {
        return Pipelines.in(home.resolve("pipelines"), fake.catalogue());
    }

    private void pipeline(String name, String text) throws IOException {
        Files.writeString(
                home.resolve("pipelines/" + name + ".yaml"), "pipeline: " + name + "\n" + text);
    }

    private void baseline(String name, String text) throws IOException {
        Files.writeString(
                home.resolve("baselines/" + name + ".yaml"), "baseline: " + name + "\n" + text);
    }

    /// The newest promise of the only baseline.
    private BaselineStatus look() {
        return Baselines.in(home.resolve("baselines"))
                .look(runs, pipelines().all(), ZoneOffset.UTC, clock.instant())
                .getFirst();
    }

    private void at(String time) {
        clock.pass(Duration.between(clock.instant(), Instant.parse(time)));
    }

    /// Runs a pipeline on the nights before, each step taking as long as it always does.
    private void nights(String pipeline, LocalDate until, Map<String, Duration> took) {
        took.forEach(
                (step, time) ->
                        fake.does(
                                step,
                                _ -> {
                                    clock.pass(time);
                                    return new StepOutcome.Done(1);
                                }));
        PipelineFile file = pipelines().named(pipeline);
        for (int i = 5; i > 0; i--) {
            LocalDate day = until.minusDays(i);
            LocalDateTime cycle = file.schedule().cyclesOf(day).getFirst();
            at(cycle + ":00Z");
            new Runner(runs, home, 1, clock)
                    .run(file.pipelines().getFirst(), day, RunListener.none());
            runs.database()
                    .turn(
                            handle ->
                                    handle.execute(
                                            "UPDATE run SET cycle = ? WHERE bizdate = ?",
                                            cycle.toString(),
                                            TimeVariables.ds(day)));
        }
    }

    private String plan(String pipeline) {
        PipelineFile file = pipelines().named(pipeline);
        LocalDateTime cycle = file.schedule().cyclesOf(DAY).getFirst();
        return PlannedRuns.make(runs, file, cycle, List.of(), clock.instant()).getFirst();
    }

    private void state(String run, String step, StepState state, String since) {
        runs.database()
                .turn(
                        handle ->
                                handle.execute(
                                        "UPDATE run_step SET state = ?, since = ? WHERE run_id = ?"
                                                + " AND step = ?",
                                        state.name(),
                                        Instant.parse(since).toEpochMilli(),
                                        run,
                                        step));
    }

    private void runs(String run, String since) {
        runs.database()
                .turn(
                        handle ->
                                handle.execute(
                                        "UPDATE run SET state = 'RUNNING', started_at = ? WHERE id = ?",
                                        Instant.parse(since).toEpochMilli(),
                                        run));
    }

    /// a takes 10 minutes and b 20, from 01:30 on; promised by 02:40, dangerous from 02:10 on.
    private String nightOfTwoSteps() throws IOException {
        pipeline("p", TWO_STEPS);
        baseline("live", "pipeline: p\nby: \"02:40\"\nmargin: 30m\npriority: 8\n");
        nights("p", DAY, Map.of("a", Duration.ofMinutes(10), "b", Duration.ofMinutes(20)));
        at("2013-08-11T01:30:00Z");
        return plan("p");
    }

    @Test
    void aPromiseIsSafeWhileTheEstimateIsBeforeTheMargin() throws IOException {
        String run = nightOfTwoSteps();
        BaselineStatus planned = look();
        assertThat(planned.state()).isEqualTo(BaselineState.SAFE);
        assertThat(planned.estimate()).isEqualTo("2013-08-11T02:00:00Z");
        assertThat(planned.deadline()).isEqualTo("2013-08-11T02:40:00Z");
        assertThat(planned.bizdate()).isEqualTo(DAY);
        assertThat(planned.path())
                .extracting(BaselineStatus.Leg::step, BaselineStatus.Leg::finish)
                .containsExactly(
                        tuple("a", Instant.parse("2013-08-11T01:40:00Z")),
                        tuple("b", Instant.parse("2013-08-11T02:00:00Z")));
        at("2013-08-11T01:40:00Z");
        assertThat(look().estimate()).as("not begun yet").isEqualTo("2013-08-11T02:10:00Z");
        assertThat(look().state()).as("on the margin").isEqualTo(BaselineState.SAFE);
        runs(run, "2013-08-11T01:30:00Z");
        state(run, "a", StepState.DONE, "2013-08-11T01:35:00Z");
        state(run, "b", StepState.RUNNING, "2013-08-11T01:35:00Z");
        assertThat(look().estimate()).isEqualTo("2013-08-11T01:55:00Z");
    }

    @Test
    void aPromiseIsDangerousBeforeTheTimeHasCome() throws IOException {
        nightOfTwoSteps();
        at("2013-08-11T01:41:00Z");
        BaselineStatus late = look();
        assertThat(late.state()).isEqualTo(BaselineState.DANGEROUS);
        assertThat(late.estimate()).isEqualTo("2013-08-11T02:11:00Z");
    }

    @Test
    void aPromiseIsOverOnceTheTimeHasPassedWhateverComesThen() throws IOException {
        String run = nightOfTwoSteps();
        at("2013-08-11T02:40:00Z");
        assertThat(look().state()).isEqualTo(BaselineState.DANGEROUS);
        at("2013-08-11T02:40:01Z");
        assertThat(look().state()).isEqualTo(BaselineState.OVER);
        runs(run, "2013-08-11T02:20:00Z");
        state(run, "a", StepState.DONE, "2013-08-11T02:30:00Z");
        state(run, "b", StepState.DONE, "2013-08-11T02:50:00Z");
        at("2013-08-11T03:00:00Z");
        assertThat(look().state()).as("finished late").isEqualTo(BaselineState.OVER);
        assertThat(look().finished()).isTrue();
        assertThat(look().estimate()).isEqualTo("2013-08-11T02:50:00Z");
        state(run, "b", StepState.DONE, "2013-08-11T02:40:00Z");
        assertThat(look().state()).as("finished on time").isEqualTo(BaselineState.SAFE);
    }

    @Test
    void whatFailedOrIsPausedIsAnErrorUntilSomebodyHelps() throws IOException {
        String run = nightOfTwoSteps();
        runs(run, "2013-08-11T01:30:00Z");
        state(run, "a", StepState.FAILED, "2013-08-11T01:33:00Z");
        at("2013-08-11T01:35:00Z");
        assertThat(look().state()).isEqualTo(BaselineState.ERROR);
        assertThat(look().message()).isEqualTo(run + ": a is FAILED");
        state(run, "a", StepState.RUNNING, "2013-08-11T01:34:00Z");
        assertThat(look().state()).isEqualTo(BaselineState.SAFE);
        assertThat(look().estimate())
                .as("a began again and needs its 10 minutes")
                .isEqualTo("2013-08-11T02:04:00Z");
        runs.pause(run, "ann", "the disk", clock.instant());
        assertThat(look().state()).isEqualTo(BaselineState.ERROR);
        assertThat(look().message()).isEqualTo(run + " is paused");
        runs.resume(run, "ann", "", clock.instant());
        runs.cancel(run, "ann", "no", clock.instant());
        at("2013-08-11T02:41:00Z");
        assertThat(look().state()).as("and then it is over").isEqualTo(BaselineState.OVER);
    }

    @Test
    void aPromiseOnOneStepIsKeptThoughLaterOnesAreNot() throws IOException {
        String run = nightOfTwoSteps();
        baseline("live", "pipeline: p\nstep: a\nby: \"02:40\"\n");
        runs(run, "2013-08-11T01:30:00Z");
        assertThat(look().estimate()).isEqualTo("2013-08-11T01:40:00Z");
        state(run, "a", StepState.DONE, "2013-08-11T01:39:00Z");
        state(run, "b", StepState.FAILED, "2013-08-11T01:40:00Z");
        at("2013-08-11T01:50:00Z");
        assertThat(look().state()).isEqualTo(BaselineState.SAFE);
        assertThat(look().finished()).isTrue();
    }

    @Test
    void whatIsWaitedForIsOnThePathThoughNobodyMadeItYet() throws IOException {
        pipeline("events", "schedule: \"0 1 * * *\"\nsteps: { e: { fake: x } }\n");
        pipeline("p", "waits: { events: same-day }\n" + TWO_STEPS);
        baseline("live", "pipeline: p\nby: \"02:40\"\n");
        nights("events", DAY, Map.of("e", Duration.ofMinutes(45)));
        clock.pass(Duration.ofDays(-10));
        nights("p", DAY, Map.of("a", Duration.ofMinutes(10), "b", Duration.ofMinutes(20)));
        at("2013-08-11T00:30:00Z");
        BaselineStatus status = look();
        assertThat(status.estimate()).isEqualTo("2013-08-11T02:15:00Z");
        assertThat(status.path())
                .extracting(leg -> leg.pipeline() + "." + leg.step())
                .containsExactly("events.e", "p.a", "p.b");
        assertThat(status.state()).isEqualTo(BaselineState.DANGEROUS);
    }

    @Test
    void aPipelineOfAListComesAfterThoseBeforeItInTheList() throws IOException {
        pipeline("first", "steps: { f: { fake: x } }\n");
        pipeline("p", "steps: { a: { fake: t } }\n");
        pipeline("night", "schedule: \"0 3 * * *\"\nruns: [first, p]\n");
        baseline("live", "pipeline: p\nby: \"04:00\"\n");
        nights("first", DAY, Map.of("f", Duration.ofMinutes(20)));
        clock.pass(Duration.ofDays(-10));
        nights("p", DAY, Map.of("a", Duration.ofMinutes(5)));
        at("2013-08-11T00:30:00Z");
        assertThat(look().estimate()).isEqualTo("2013-08-11T03:25:00Z");
        baseline("live", "pipeline: night\nby: \"04:00\"\n");
        assertThat(look().estimate()).isEqualTo("2013-08-11T03:25:00Z");
    }

    @Test
    void aStepThatNeverWasDoneIsSaidToBeUnknown() throws IOException {
        pipeline("p", TWO_STEPS);
        baseline("live", "pipeline: p\nby: \"02:40\"\n");
        at("2013-08-11T01:30:00Z");
        assertThat(look().message())
                .isEqualTo("never done before, so taken to need no time: p.a, p.b");
        assertThat(look().estimate()).isEqualTo("2013-08-11T01:30:00Z");
    }

    /// Where every step takes what it always took, what is expected at any moment is what comes.
    @Test
    void inANightLikeAllOthersEveryEstimateIsTheEndThatComes() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            String name = "p" + round;
            int size = 1 + random.nextInt(9);
            var text = new StringBuilder("schedule: \"30 1 * * *\"\nsteps:\n");
            var after = new ArrayList<List<Integer>>();
            var took = new ArrayList<Duration>();
            for (int i = 0; i < size; i++) {
                var before = new ArrayList<Integer>();
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(3) == 0) {
                        before.add(j);
                    }
                }
                after.add(before);
                took.add(Duration.ofSeconds(random.nextInt(600)));
                text.append("  s").append(i).append(": { fake: t").append(i).append(", after: [");
                text.append(String.join(", ", before.stream().map(j -> "s" + j).toList()));
                text.append("] }\n");
            }
            pipeline(name, text.toString());
            Instant start = Instant.parse("2013-08-11T01:30:00Z");
            Instant[] ready = new Instant[size];
            Instant[] end = new Instant[size];
            Instant last = start;
            for (int i = 0; i < size; i++) {
                ready[i] = start;
                for (int j : after.get(i)) {
                    ready[i] = end[j].isAfter(ready[i]) ? end[j] : ready[i];
                }
                end[i] = ready[i].plus(took.get(i));
                last = end[i].isAfter(last) ? end[i] : last;
            }
            for (int night = 1; night <= 4; night++) {
                at(start.minus(Duration.ofDays(night)).toString());
                asOf(name, DAY.minusDays(night), ready, end, night, last);
            }
            Instant now = start.plusSeconds(random.nextInt(1200));
            at(now.toString());
            asOf(name, DAY, ready, end, 0, now);
            for (Path old : baselineFiles()) {
                Files.delete(old);
            }
            baseline("live", "pipeline: " + name + "\nby: \"09:00\"\n");
            Instant longest = last;
            assertThat(look().estimate())
                    .as("seed %d, round %d, at %s", seed, round, now)
                    .isEqualTo(longest);
            assertThat(look().finished()).isEqualTo(!longest.isAfter(now));
        }
    }

    private List<Path> baselineFiles() throws IOException {
        try (var files = Files.list(home.resolve("baselines"))) {
            return files.toList();
        }
    }

    /// A run as it stands at a moment, if it began at its cycle; so many nights ago.
    private void asOf(
            String pipeline, LocalDate day, Instant[] ready, Instant[] end, int ago, Instant now) {
        PipelineFile file = pipelines().named(pipeline);
        LocalDateTime cycle = file.schedule().cyclesOf(day).getFirst();
        String run = PlannedRuns.make(runs, file, cycle, List.of(), clock.instant()).getFirst();
        Duration back = Duration.ofDays(ago);
        runs(run, Instant.parse("2013-08-11T01:30:00Z").minus(back).toString());
        var states = new HashMap<Integer, StepState>();
        for (int i = 0; i < end.length; i++) {
            StepState state =
                    !end[i].isAfter(now)
                            ? StepState.DONE
                            : !ready[i].isAfter(now) ? StepState.RUNNING : StepState.PENDING;
            states.put(i, state);
            Instant since = state == StepState.DONE ? end[i] : ready[i];
            state(run, "s" + i, state, since.minus(back).toString());
            long work = Duration.between(ready[i], end[i]).toMillis();
            int step = i;
            runs.database()
                    .turn(
                            handle ->
                                    handle.execute(
                                            "UPDATE run_step SET took_ms = ? WHERE run_id = ? AND"
                                                    + " step = ?",
                                            work,
                                            run,
                                            "s" + step));
        }
        if (Set.copyOf(states.values()).equals(Set.of(StepState.DONE))) {
            Instant last = List.of(end).stream().max(Instant::compareTo).orElseThrow();
            runs.database()
                    .turn(
                            handle ->
                                    handle.execute(
                                            "UPDATE run SET state = 'DONE', ended_at = ? WHERE id = ?",
                                            last.minus(back).toEpochMilli(),
                                            run));
        }
    }

    @Test
    void aHungNightDoesNotFrightenForWeeks() {
        var nights = new ArrayList<Duration>();
        for (int i = 1; i <= 20; i++) {
            nights.add(Duration.ofMinutes(i));
        }
        assertThat(History.quantile(nights)).isEqualTo(Duration.ofMinutes(15));
        nights.set(19, Duration.ofDays(3));
        assertThat(History.quantile(nights)).isEqualTo(Duration.ofMinutes(15));
        assertThat(History.quantile(List.of(Duration.ofMinutes(7)))).hasMinutes(7);
    }

    @Test
    void committedTimesGoOnPastMidnightAndFollowTheWallClock() {
        var berlin = ZoneId.of("Europe/Berlin");
        Schedule daily = Schedule.Cron.parse("30 1 * * *");
        Schedule hourly = Schedule.Cron.parse("0 * * * *");
        Baseline late = of(Baseline.Type.DAILY, List.of(25 * 60 + 30));
        assertThat(late.of(DAY, daily, berlin))
                .extracting(Baseline.Commitment::deadline)
                .containsExactly(Instant.parse("2013-08-11T23:30:00Z")); // 01:30 on the 12th
        Baseline gap = of(Baseline.Type.DAILY, List.of(2 * 60 + 30));
        assertThat(gap.of(LocalDate.of(2014, 3, 29), daily, berlin))
                .as("02:30 is left out that night")
                .extracting(Baseline.Commitment::deadline)
                .containsExactly(Instant.parse("2014-03-30T01:00:00Z"));
        Baseline each = of(Baseline.Type.HOURLY, List.of(20, 80, 140));
        assertThat(each.of(DAY, hourly, ZoneOffset.UTC))
                .extracting(
                        commitment -> commitment.cycle().toString(), Baseline.Commitment::deadline)
                .containsExactly(
                        tuple("2013-08-11T00:00", Instant.parse("2013-08-11T00:20:00Z")),
                        tuple("2013-08-11T01:00", Instant.parse("2013-08-11T01:20:00Z")),
                        tuple("2013-08-11T02:00", Instant.parse("2013-08-11T02:20:00Z")));
        assertThat(of(Baseline.Type.DAILY, List.of(60)).of(DAY, hourly, ZoneOffset.UTC))
                .singleElement()
                .satisfies(all -> assertThat(all.cycles()).hasSize(24));
        assertThat(
                        of(Baseline.Type.DAILY, List.of(60))
                                .of(DAY, Schedule.Cron.parse("0 1 * * 1"), ZoneOffset.UTC))
                .as("the 11th is a Sunday, and Mondays alone have a cycle")
                .isEmpty();
    }

    private static Baseline of(Baseline.Type type, List<Integer> by) {
        return new Baseline("b", "p", "", type, by, Duration.ofMinutes(30), 1, "", List.of());
    }

    @Test
    void allProblemsOfAFileAreToldTogether() throws IOException {
        pipeline("p", TWO_STEPS);
        baseline(
                "live",
                """
                pipeline: p
                step: bb
                type: dayly
                by: ["48:00", "7:5"]
                margin: soon
                priority: 4
                webhook: ftp://x
                notify: me
                """);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Baselines.in(home.resolve("baselines")).all(pipelines().all()))
                .satisfies(
                        e ->
                                assertThat(String.join("\n", e.problems()))
                                        .contains(
                                                "live.yaml:3 step: \"bb\" is not a step of p; did you mean b?",
                                                "live.yaml:4 type: \"dayly\" is not one of daily, hourly; did you mean daily?",
                                                "live.yaml:5 by: \"48:00\" is not a time hh:mm from 00:00 to 47:59",
                                                "live.yaml:5 by: \"7:5\" is not a time hh:mm",
                                                "live.yaml:5 by: 2 times; a daily baseline has one",
                                                "live.yaml:6 margin: \"soon\" is not",
                                                "live.yaml:7 priority: 4 is not one of [1, 3, 5, 7, 8]",
                                                "live.yaml:8 webhook: \"ftp://x\" is not a URL",
                                                "live.yaml:9 notify: not a known key"));
    }

    @Test
    void theSchemaKnowsExactlyTheKeysThatAreRead() throws IOException {
        pipeline("p", TWO_STEPS);
        MapNode doc =
                Config.parse(
                        "live.yaml",
                        "baseline: live\npipeline: p\nby: \"02:40\"\nwebhook: \"http://x/\"\n");
        Baselines.read(doc, "live", pipelines().all());
        MapNode schema = Config.parse("schema.json", Baselines.schema());
        assertThat(doc.asked())
                .containsExactlyInAnyOrderElementsOf(schema.map("properties").keys());
        MapNode priority = schema.map("properties").map("priority");
        assertThat(priority.texts("enum"))
                .isEqualTo(Baseline.PRIORITIES.stream().map(String::valueOf).toList());
    }
}
