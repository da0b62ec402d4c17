package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.StepOutcome.Done;
import dev.waxwing.flow.StepOutcome.Failed;
import dev.waxwing.flow.StepOutcome.Waiting;
import dev.waxwing.flow.StepRules.Starts;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Each transition by itself; what holds for all of them together is [MachinePropertyTest].
class MachineTest {
    private static final Instant START = Instant.parse("2013-08-02T01:30:00Z");

    private Instant now = START;
    private RunSheet run;

    @Test
    void stepsAreQueuedWhenAllBeforeThemAreDone() {
        run(step("a"), step("b"), step("c", "a", "b"));
        told("a QUEUED, b QUEUED, c PENDING");
        done("a");
        told("a DONE, b QUEUED, c PENDING");
        done("b");
        told("a DONE, b DONE, c QUEUED");
        done("c");
        assertThat(run.state()).isEqualTo(RunState.DONE);
    }

    @Test
    void aPlannedRunStartsNothingUntilItIsStarted() {
        run = sheet(RunState.PLANNED, true, step("a"));
        now(new RunChange.Due("a"), true);
        told("a PENDING");
        now(new RunChange.Start(), false);
        told("a QUEUED");
        now(new RunChange.Start(), true);
    }

    @Test
    void aPlannedRunWithoutHopeFailsAndSaysWhy() {
        run = sheet(RunState.PLANNED, true, step("a"));
        now(new RunChange.Hopeless("events of 20130801 failed"), false);
        told("a SKIPPED");
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.message()).isEqualTo("events of 20130801 failed");
    }

    @Test
    void eachPauseIsLongerByTheBackoffAndNoneLongerThanAnHour() {
        StepRules rules = rules(Starts.DONE, 9, Duration.ofSeconds(30), 4);
        run(StepSheet.fresh("a", rules, false));
        var pauses = new ArrayList<Long>();
        for (int i = 0; i < 6; i++) {
            fail("a", true);
            told("a RETRYING");
            pauses.add(Duration.between(now, run.step("a").due()).toSeconds());
            now(new RunChange.Due("a"), false);
            told("a QUEUED");
        }
        assertThat(pauses).containsExactly(30L, 120L, 480L, 1920L, 3600L, 3600L);
        assertThat(run.step("a").attempt()).isEqualTo(6);
    }

    @Test
    void aFailureIsFinalAfterTheLastAttemptOrIfItIsNotWorthAnother() {
        StepRules rules = rules(Starts.DONE, 2, Duration.ZERO, 1);
        run(StepSheet.fresh("a", rules, false), StepSheet.fresh("b", rules, false), step("c", "b"));
        fail("b", false);
        told("a QUEUED, b FAILED, c SKIPPED");
        fail("a", true);
        now(new RunChange.Due("a"), false);
        fail("a", true);
        told("a FAILED, b FAILED, c SKIPPED");
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.message())
                .isEqualTo("a failed: IOException: planned\nb failed: IOException: planned");
    }

    @Test
    void alwaysComesAfterFailureTooAndOnFailureOnlyThen() {
        run(
                step("a"),
                starts("clean", Starts.ALWAYS, "a"),
                starts("alarm", Starts.ON_FAILURE, "a"));
        fail("a", false);
        told("a FAILED, clean QUEUED, alarm QUEUED");
        done("clean");
        done("alarm");
        assertThat(run.state()).as("it failed all the same").isEqualTo(RunState.FAILED);

        run(
                step("a"),
                starts("clean", Starts.ALWAYS, "a"),
                starts("alarm", Starts.ON_FAILURE, "a"));
        done("a");
        told("a DONE, clean QUEUED, alarm NOT_TAKEN");
        done("clean");
        assertThat(run.state()).isEqualTo(RunState.DONE);
    }

    @Test
    void aBranchThatIsNotTakenTakesAlongWhatComesAfterItUntilAJoin() {
        run(
                step("count"),
                when("many", "count.rows > 1000", "count"),
                when("few", "count.rows <= 1000", "count"),
                step("train", "many"),
                starts("join", Starts.JOIN, "train", "few"),
                step("report", "join"));
        claim("count");
        now(ended("count", new Done(1), Map.of("rows", "7")), false);
        told(
                "count DONE, many NOT_TAKEN, few QUEUED, train NOT_TAKEN, join PENDING, report PENDING");
        assertThat(run.step("many").message()).isEqualTo("count.rows > 1000 does not hold");
        done("few");
        told("count DONE, many NOT_TAKEN, few DONE, train NOT_TAKEN, join QUEUED, report PENDING");
        done("join");
        done("report");
        assertThat(run.state()).isEqualTo(RunState.DONE);
    }

    @Test
    void aJoinOfBranchesThatWereAllNotTakenIsNotTaken() {
        run(
                step("a"),
                when("b", "a.x = y", "a"),
                when("c", "a.x != z", "a"),
                starts("d", Starts.JOIN, "b", "c"));
        done("a"); // it left no x, so neither comparison holds
        told("a DONE, b NOT_TAKEN, c NOT_TAKEN, d NOT_TAKEN");
        assertThat(run.state()).isEqualTo(RunState.DONE);
    }

    @Test
    void aDryStepCountsAsDoneWithoutRunning() {
        run(StepSheet.fresh("a", step("a").rules(), true), step("b", "a"));
        told("a DRY, b QUEUED");
        assertThat(run.step("a").attempt()).isZero();
    }

    @Test
    void whatIsMissingIsAskedForAgainUntilItsTimeIsOver() {
        run = sheet(RunState.PLANNED, true, step("a"));
        now(new RunChange.Start(), false);
        claim("a");
        now(
                ended("a", new Waiting("ods_event/ds=20130801", Duration.ofMinutes(5)), Map.of()),
                false);
        told("a WAITING");
        assertThat(run.step("a").due()).isEqualTo(START.plus(Duration.ofMinutes(5)));
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
        now(new RunChange.Due("a"), false);
        told("a QUEUED");
        now = START.plus(Duration.ofHours(23).plusMinutes(58));
        claim("a");
        now(
                ended("a", new Waiting("ods_event/ds=20130801", Duration.ofMinutes(5)), Map.of()),
                false);
        assertThat(run.step("a").due())
                .as("not later than its deadline")
                .isEqualTo(START.plus(Duration.ofDays(1)));
        now(new RunChange.Due("a"), false);
        now = START.plus(Duration.ofDays(1));
        claim("a");
        now(
                ended("a", new Waiting("ods_event/ds=20130801", Duration.ofMinutes(5)), Map.of()),
                false);
        told("a FAILED");
        assertThat(run.message())
                .isEqualTo("a failed: waited 24h for ods_event/ds=20130801 in vain");
        assertThat(run.step("a").failures()).as("waiting is not failing").isZero();
    }

    @Test
    void anImpatientRunEndsWithWhatItWaitsFor() {
        run(step("a"), step("b", "a"));
        claim("a");
        now(ended("a", new Waiting("x", Duration.ofMinutes(5)), Map.of()), false);
        told("a WAITING, b SKIPPED");
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.message()).isEqualTo("a waits for x, and nothing here makes it");
    }

    @Test
    void anAttemptThatTakesTooLongIsStoppedAndTriedAgainAndNotBesideOneThatDoesNotStop() {
        run(StepSheet.fresh("a", rules(Starts.DONE, 3, Duration.ZERO, 1), false));
        claim("a");
        now(new RunChange.TimedOut("a", 1), false);
        told("a RUNNING");
        assertThat(run.step("a").stop()).isEqualTo(StepSheet.Stop.TIMEOUT);
        fail("a", false);
        told("a RETRYING");
        assertThat(run.step("a").message()).isEqualTo("took longer than its timeout, 2h");
        now(new RunChange.Due("a"), false);
        claim("a");
        now(new RunChange.TimedOut("a", 2), false);
        now(new RunChange.DidNotStop("a", 2), false);
        told("a FAILED");
        assertThat(run.message()).endsWith("and did not stop when told; it can commit nothing");
    }

    @Test
    void anAttemptThatWasFasterThanItsOrderToStopIsDone() {
        run(step("a"));
        claim("a");
        now(new RunChange.Cancel("ann", "typo"), false);
        now(ended("a", new Done(3), Map.of()), false);
        told("a DONE");
        assertThat(run.state()).isEqualTo(RunState.DONE);
    }

    @Test
    void aCancelledRunStopsWhatWorksAndStartsNothing() {
        run(step("a"), step("b"), step("c", "a"));
        claim("a");
        now(new RunChange.Cancel("ann", "typo"), false);
        told("a RUNNING, b SKIPPED, c SKIPPED");
        fail("a", true);
        told("a CANCELLED, b SKIPPED, c SKIPPED");
        assertThat(run.state()).isEqualTo(RunState.CANCELLED);
        now(new RunChange.Cancel("ann", "again"), true);
    }

    @Test
    void aPausedRunKeepsItsQueueButNobodyMayClaimFromIt() {
        run(step("a"));
        now(new RunChange.Pause("ann", "disk"), false);
        now(new RunChange.Claimed("a"), true);
        now(new RunChange.Resume("ann", "bought one"), false);
        claim("a");
    }

    @Test
    void whatAZombieSaysIsRefused() {
        run(step("a"));
        claim("a");
        now(new RunChange.Vanished("a", 1, "its worker is gone"), false);
        told("a QUEUED");
        now(ended("a", 1, new Done(1)), true);
        claim("a");
        Machine.Next next = Machine.after(run, ended("a", 1, new Done(1)), now);
        assertThat(next.refusal())
                .isEqualTo(
                        "attempt 1 of a is not at work any more: the step is RUNNING, its last"
                                + " attempt 2");
        now(ended("a", 2, new Done(1)), false);
        told("a DONE");
    }

    @Test
    void aStepThatTakesItsWorkerDownIsNotTriedForEver() {
        run(step("a"));
        for (int attempt = 1; attempt <= Machine.MOST_LOSSES; attempt++) {
            claim("a");
            now(new RunChange.Vanished("a", attempt, "its worker is gone"), false);
        }
        told("a FAILED");
        assertThat(run.message())
                .isEqualTo("a failed: its worker is gone; that happened 3 times while it worked");
    }

    @Test
    void aRunAgainOfWhatFailedTakesWhatCameAfterAlongAndLeavesTheRest() {
        run(step("a"), step("b", "a"), step("c", "b"), step("d", "a"));
        done("a");
        fail("b", false);
        done("d");
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        now(new RunChange.Rerun(Set.of(), "ann", "mended"), false);
        told("a DONE, b QUEUED, c PENDING, d DONE");
        assertThat(run.step("b").attempt()).as("numbers go on").isEqualTo(1);
        done("b");
        done("c");
        assertThat(run.state()).isEqualTo(RunState.DONE);
        now(new RunChange.Rerun(Set.of(), "ann", "why not"), true);
        now(new RunChange.Rerun(Set.of("b"), "ann", "new data"), false);
        told("a DONE, b QUEUED, c PENDING, d DONE");
        claim("b");
        now(new RunChange.Rerun(Set.of("a"), "ann", "hasty"), true);
    }

    @Test
    void aStepTakenForDoneFreesWhatWasSkippedBecauseOfIt() {
        run(step("a"), step("b", "a"), step("c", "b"));
        fail("a", false);
        now(new RunChange.MarkDone("a", "ann", "did it by hand"), false);
        told("a DONE, b QUEUED, c PENDING");
        assertThat(run.step("a").message()).isEqualTo("taken for done by ann: did it by hand");
        now(new RunChange.MarkDone("a", "ann", "again"), true);
    }

    @Test
    void aRunWhoseOnlyProcessIsGoneIsLost() {
        run(step("a"), step("b"), step("c", "b"));
        done("a");
        claim("b");
        now(new RunChange.Abandoned("its process 7 is gone"), false);
        told("a DONE, b LOST, c SKIPPED");
        assertThat(run.state()).isEqualTo(RunState.LOST);
        assertThat(run.message()).isEqualTo("its process 7 is gone");
    }

    @Test
    void aStepThatMustWaitForItsPoolHoldsUpNoOther() {
        var queued =
                List.of(
                        new Admission.Queued("r", "gbdt", "training"),
                        new Admission.Queued("r", "fm", "training"),
                        new Admission.Queued("r", "sql", ""),
                        new Admission.Queued("q", "copy", "disk"));
        assertThat(Admission.steps(queued, 9, Map.of("disk", 2), Map.of("disk", 1)))
                .extracting(Admission.Queued::step)
                .containsExactly("gbdt", "sql", "copy");
        assertThat(Admission.steps(queued, 9, Map.of("training", 2), Map.of("disk", 1)))
                .extracting(Admission.Queued::step)
                .containsExactly("gbdt", "fm", "sql");
        assertThat(Admission.steps(queued, 1, Map.of(), Map.of("training", 1)))
                .extracting(Admission.Queued::step)
                .containsExactly("sql");
    }

    // ---- a run and what happens to it

    static StepRules rules(
            Starts starts, int attempts, Duration pause, double backoff, String... after) {
        return new StepRules(
                List.of(after),
                starts,
                Condition.ALWAYS,
                attempts,
                pause,
                backoff,
                Duration.ofHours(2),
                Duration.ofDays(1),
                "");
    }

    private static StepSheet step(String name, String... after) {
        return starts(name, Starts.DONE, after);
    }

    private static StepSheet starts(String name, Starts starts, String... after) {
        return StepSheet.fresh(name, rules(starts, 1, Duration.ofSeconds(10), 1, after), false);
    }

    private static StepSheet when(String name, String condition, String... after) {
        StepRules rules =
                new StepRules(
                        List.of(after),
                        Starts.DONE,
                        Condition.parse(condition),
                        1,
                        Duration.ZERO,
                        1,
                        Duration.ZERO,
                        Duration.ofDays(1),
                        "");
        return StepSheet.fresh(name, rules, false);
    }

    private static RunSheet sheet(RunState state, boolean patient, StepSheet... steps) {
        var byName = new LinkedHashMap<String, StepSheet>();
        for (StepSheet step : steps) {
            byName.put(step.name(), step);
        }
        return new RunSheet(state, false, false, patient, "", byName, Map.of());
    }

    /// An impatient run that has started.
    private void run(StepSheet... steps) {
        run = sheet(RunState.PLANNED, false, steps);
        now(new RunChange.Start(), false);
    }

    private void now(RunChange change, boolean refused) {
        Machine.Next next = Machine.after(run, change, now);
        assertThat(next.refused()).as("%s: %s", change, next.refusal()).isEqualTo(refused);
        run = next.run();
    }

    private void claim(String step) {
        now(new RunChange.Claimed(step), false);
    }

    private void done(String step) {
        claim(step);
        now(ended(step, new Done(1), Map.of()), false);
    }

    private void fail(String step, boolean worthRetrying) {
        if (run.step(step).state() == StepState.QUEUED) {
            claim(step);
        }
        now(ended(step, new Failed(new IOException("planned"), worthRetrying), Map.of()), false);
    }

    private RunChange ended(String step, StepOutcome outcome, Map<String, String> outputs) {
        return new RunChange.Ended(
                step, run.step(step).attempt(), outcome, new LinkedHashMap<>(outputs));
    }

    private static RunChange ended(String step, int attempt, StepOutcome outcome) {
        return new RunChange.Ended(step, attempt, outcome, new LinkedHashMap<>());
    }

    private void told(String states) {
        var told = new ArrayList<String>();
        run.steps().values().forEach(step -> told.add(step.name() + " " + step.state()));
        assertThat(String.join(", ", told)).isEqualTo(states);
    }
}
