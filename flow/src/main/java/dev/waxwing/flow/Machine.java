package dev.waxwing.flow;

import dev.waxwing.flow.StepSheet.Stop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// Every transition of runs, steps and attempts, in one place: a run and what happened to it give the run as it is then.
/// It does nothing itself: no clock, no database, no thread.
///
/// What always holds: a step is queued only when what it starts after has ended as it must have; at most one attempt of a
/// step is at work, the one with the step's number, and what any other says is refused; a run whose steps have all ended has
/// ended.
final class Machine {
    /// How often a step may take its worker down, or lose it otherwise, before it is not tried again.
    static final int MOST_LOSSES = 3;

    private final Instant now;
    private final SequencedMap<String, StepSheet> steps;
    private final SequencedMap<String, SequencedMap<String, String>> outputs;
    private RunState state;
    private boolean cancelled;
    private boolean paused;
    private final boolean patient;
    private String message;
    private String refusal = "";

    private Machine(RunSheet run, Instant now) {
        this.now = now;
        this.steps = new LinkedHashMap<>(run.steps());
        this.outputs = new LinkedHashMap<>(run.outputs());
        this.state = run.state();
        this.cancelled = run.cancelled();
        this.paused = run.paused();
        this.patient = run.patient();
        this.message = run.message();
    }

    /// @param refusal why nothing came of it, for who asked; empty if something did, or nothing had to
    record Next(RunSheet run, String refusal) {
        boolean refused() {
            return !refusal.isEmpty();
        }
    }

    static Next after(RunSheet run, RunChange change, Instant now) {
        var machine = new Machine(run, now);
        machine.take(change);
        if (!machine.refusal.isEmpty()) {
            return new Next(run, machine.refusal);
        }
        machine.settle();
        return new Next(machine.sheet(), "");
    }

    private RunSheet sheet() {
        return new RunSheet(state, cancelled, paused, patient, message, steps, outputs);
    }

    private void take(RunChange change) {
        switch (change) {
            case RunChange.Start() -> {
                if (only(RunState.PLANNED, "started")) {
                    state = RunState.RUNNING;
                }
            }
            case RunChange.Hopeless(String why) -> {
                if (only(RunState.PLANNED, "given up")) {
                    endWithout(RunState.FAILED, StepState.SKIPPED, why);
                }
            }
            case RunChange.Abandoned(String why) -> {
                if (!state.ended()) {
                    endWithout(RunState.LOST, StepState.LOST, why);
                } else {
                    refusal = "it has ended";
                }
            }
            case RunChange.Claimed(String step) -> claimed(sheetOf(step));
            case RunChange.Ended(String step, int attempt, StepOutcome outcome, var left) -> {
                boolean loops = sheetOf(step).rules().loop().loops();
                if (isAt(loops ? StepState.LOOPING : StepState.RUNNING, step, attempt)) {
                    ended(sheetOf(step), outcome, left);
                }
            }
            case RunChange.Iterates(String step, int attempt, Instant next, String message) -> {
                if (isAt(StepState.LOOPING, step, attempt)) {
                    put(sheetOf(step).iterates(now, next, message));
                }
            }
            case RunChange.TimedOut(String step, int attempt) -> {
                if (isAtWork(step, attempt) && sheetOf(step).stop() == Stop.NONE) {
                    put(sheetOf(step).stopping(Stop.TIMEOUT));
                }
            }
            case RunChange.DidNotStop(String step, int attempt) -> {
                if (isAtWork(step, attempt)) {
                    didNotStop(sheetOf(step));
                }
            }
            case RunChange.Vanished(String step, int attempt, String why) -> {
                if (isAtWork(step, attempt)) {
                    vanished(sheetOf(step), why);
                }
            }
            case RunChange.GivenBack(String step, int attempt) -> {
                if (isAtWork(step, attempt)) {
                    givenBack(sheetOf(step));
                }
            }
            case RunChange.Due(String step) -> due(sheetOf(step));
            case RunChange.Cancel _ -> cancel();
            case RunChange.Pause _ -> {
                if (state.ended()) {
                    refusal = "it has ended";
                }
                paused = true;
            }
            case RunChange.Resume _ -> paused = false;
            case RunChange.Rerun(Set<String> chosen, _, _) -> rerun(chosen);
            case RunChange.MarkDone(String step, String by, String why) ->
                    markDone(sheetOf(step), by, why);
        }
    }

    private boolean only(RunState wanted, String what) {
        if (state != wanted) {
            refusal = "it is " + state + " and cannot be " + what;
        }
        return state == wanted;
    }

    private void claimed(StepSheet step) {
        if (state == RunState.RUNNING && !paused && step.state() == StepState.QUEUED) {
            put(step.claimed(now));
        } else {
            refusal = step.name() + " is " + step.state() + " and cannot be claimed";
        }
    }

    /// Whether an attempt is the one that may speak for its step; if not, it is a zombie and refused.
    private boolean isAtWork(String name, int attempt) {
        return isAt(StepState.RUNNING, name, attempt);
    }

    private boolean isAt(StepState wanted, String name, int attempt) {
        StepSheet step = sheetOf(name);
        boolean speaks = step.state() == wanted && step.attempt() == attempt;
        if (!speaks) {
            refusal =
                    "attempt %d of %s is not at work any more: the step is %s, its last attempt %d"
                            .formatted(attempt, name, step.state(), step.attempt());
        }
        return speaks;
    }

    private void ended(StepSheet step, StepOutcome outcome, SequencedMap<String, String> left) {
        switch (outcome) {
            case StepOutcome.Done _ -> {
                outputs.put(step.name(), left);
                put(step.to(StepState.DONE, now, ""));
            }
            case StepOutcome.Failed(Exception cause, _) when step.stop() == Stop.CANCEL ->
                    put(step.to(StepState.CANCELLED, now, FailureText.of(cause)));
            case StepOutcome.Waiting(String missing, _) when step.stop() == Stop.CANCEL ->
                    put(step.to(StepState.CANCELLED, now, missing));
            case StepOutcome.Failed _ when step.stop() == Stop.TIMEOUT ->
                    failed(
                            step,
                            true,
                            "took longer than its timeout, " + told(step.rules().timeout()));
            case StepOutcome.Failed(Exception cause, boolean worthRetrying) ->
                    failed(step, worthRetrying, FailureText.of(cause));
            case StepOutcome.Waiting(String missing, Duration askAgainIn) ->
                    waits(step, missing, askAgainIn);
        }
    }

    private void failed(StepSheet step, boolean worthRetrying, String why) {
        StepSheet counted = step.counted(1, 0);
        if (worthRetrying && counted.failures() < step.rules().attempts()) {
            Instant when = now.plus(step.rules().pauseAfter(counted.failures()));
            put(counted.parked(StepState.RETRYING, now, when, step.waitingSince(), why));
        } else {
            put(counted.to(StepState.FAILED, now, why));
        }
    }

    private void waits(StepSheet step, String missing, Duration askAgainIn) {
        Instant first = step.waitingSince().equals(Instant.EPOCH) ? now : step.waitingSince();
        Instant givesUp = first.plus(step.rules().giveUp());
        if (patient && !now.isBefore(givesUp)) {
            put(gaveUp(step, missing));
        } else {
            Instant ask = now.plus(askAgainIn);
            Instant when = ask.isAfter(givesUp) ? givesUp : ask;
            put(step.parked(StepState.WAITING, now, patient ? when : now, first, missing));
        }
    }

    private StepSheet gaveUp(StepSheet step, String missing) {
        return step.to(
                StepState.FAILED,
                now,
                "waited " + told(step.rules().giveUp()) + " for " + missing + " in vain");
    }

    private void due(StepSheet step) {
        switch (step.state()) {
            case RETRYING -> put(step.to(StepState.QUEUED, now, step.message()));
            case WAITING -> {
                if (patient) {
                    put(step.to(StepState.QUEUED, now, step.message()));
                } else {
                    refusal = step.name() + " does not wait in this run";
                }
            }
            default -> refusal = step.name() + " is " + step.state() + " and waits for no time";
        }
    }

    private void didNotStop(StepSheet step) {
        if (step.stop() == Stop.CANCEL) {
            put(
                    step.to(
                            StepState.CANCELLED,
                            now,
                            "was told to stop and did not; it can commit nothing"));
        } else {
            // Another attempt beside one that may still work would be two at once.
            put(
                    step.counted(1, 0)
                            .to(
                                    StepState.FAILED,
                                    now,
                                    "took longer than its timeout, "
                                            + told(step.rules().timeout())
                                            + ", and did not stop when told; it can commit nothing"));
        }
    }

    private void vanished(StepSheet step, String why) {
        StepSheet counted = step.counted(0, 1);
        if (step.stop() == Stop.CANCEL) {
            put(counted.to(StepState.CANCELLED, now, why));
        } else if (counted.losses() >= MOST_LOSSES) {
            put(
                    counted.to(
                            StepState.FAILED,
                            now,
                            why + "; that happened " + MOST_LOSSES + " times while it worked"));
        } else {
            put(counted.to(StepState.QUEUED, now, why));
        }
    }

    private void givenBack(StepSheet step) {
        boolean cancels = step.stop() == Stop.CANCEL;
        put(step.to(cancels ? StepState.CANCELLED : StepState.QUEUED, now, "its worker was ended"));
    }

    private void cancel() {
        if (state.ended()) {
            refusal = "it has ended";
            return;
        }
        if (state == RunState.PLANNED) {
            endWithout(RunState.CANCELLED, StepState.SKIPPED, "the run was cancelled");
            return;
        }
        cancelled = true;
        for (StepSheet step : List.copyOf(steps.values())) {
            switch (step.state()) {
                case RUNNING, LOOPING -> put(step.stopping(Stop.CANCEL));
                case RETRYING, WAITING -> put(step.to(StepState.CANCELLED, now, step.message()));
                case PENDING, QUEUED ->
                        put(step.to(StepState.SKIPPED, now, "the run was cancelled"));
                case DONE, FAILED, SKIPPED, CANCELLED, LOST, DRY, NOT_TAKEN -> {}
            }
        }
    }

    /// Ends the run though steps of it have not.
    /// @param running what becomes of steps that were at work
    private void endWithout(RunState end, StepState running, String why) {
        for (StepSheet step : List.copyOf(steps.values())) {
            if (step.state().atWork()) {
                put(step.to(running, now, why));
            } else if (!step.state().ended()) {
                put(step.to(StepState.SKIPPED, now, why));
            }
        }
        state = end;
        message = why;
    }

    private void rerun(Set<String> chosen) {
        if (state == RunState.PLANNED) {
            refusal = "it has not started";
            return;
        }
        Set<String> again = new LinkedHashSet<>();
        for (StepSheet step : steps.values()) {
            boolean notDone = (step.state().ended() && !step.state().good()) || isStuck(step);
            boolean asked = chosen.isEmpty() ? notDone : chosen.contains(step.name());
            if (asked || step.rules().after().stream().anyMatch(again::contains)) {
                again.add(step.name());
            }
        }
        chosen.forEach(this::sheetOf);
        if (isWorkedAt(again)) {
            return;
        }
        if (again.isEmpty()) {
            refusal = "every step is done; name a step to run again from";
            return;
        }
        again.forEach(name -> put(sheetOf(name).anew(now)));
        again.forEach(outputs::remove);
        reopen();
    }

    private boolean isStuck(StepSheet step) {
        return step.state() == StepState.WAITING && !patient;
    }

    private void markDone(StepSheet step, String by, String why) {
        if (step.state().atWork() || step.state() == StepState.DONE) {
            refusal = step.name() + " is " + step.state();
            return;
        }
        if (state == RunState.PLANNED) {
            refusal = "it has not started";
            return;
        }
        // What was skipped because of it gets its chance, and what came after that as well.
        Set<String> freed = new LinkedHashSet<>();
        for (StepSheet each : steps.values()) {
            List<String> after = each.rules().after();
            boolean skipped = each.state() == StepState.SKIPPED && after.contains(step.name());
            if (skipped || after.stream().anyMatch(freed::contains)) {
                freed.add(each.name());
            }
        }
        if (isWorkedAt(freed)) {
            return;
        }
        put(step.to(StepState.DONE, now, "taken for done by " + by + ": " + why));
        freed.forEach(name -> put(sheetOf(name).anew(now)));
        freed.forEach(outputs::remove);
        reopen();
    }

    /// Refuses what would change the ground under an attempt.
    private boolean isWorkedAt(Set<String> names) {
        for (String name : names) {
            if (sheetOf(name).state().atWork()) {
                refusal = name + " is at work; cancel the run first, or wait";
                return true;
            }
        }
        return false;
    }

    private void reopen() {
        state = RunState.RUNNING;
        cancelled = false;
        message = "";
    }

    /// Lets what follows from the steps' states come to pass. Each step comes after all that it depends on, so one pass is
    /// enough.
    private void settle() {
        if (state != RunState.RUNNING) {
            return;
        }
        for (StepSheet step : List.copyOf(steps.values())) {
            if (step.state() == StepState.PENDING) {
                advance(step);
            }
        }
        if (steps.values().stream().allMatch(this::hasEnded)) {
            end();
        }
    }

    private boolean hasEnded(StepSheet step) {
        return step.state().ended() || isStuck(step);
    }

    private void advance(StepSheet step) {
        boolean allEnded = true;
        String blame = "";
        int notTaken = 0;
        for (String name : step.rules().after()) { // every turn comes by here for every step
            StepSheet before = sheetOf(name);
            boolean ended = hasEnded(before);
            allEnded &= ended;
            if (ended && !before.state().good() && blame.isEmpty()) {
                blame = blame(before);
            }
            notTaken += before.state() == StepState.NOT_TAKEN ? 1 : 0;
        }
        boolean oneNotTaken = notTaken > 0;
        boolean noneTaken = oneNotTaken && notTaken == step.rules().after().size();
        switch (step.rules().starts()) {
            case DONE -> {
                if (!blame.isEmpty()) {
                    put(step.to(StepState.SKIPPED, now, blame));
                } else if (allEnded && oneNotTaken) {
                    notTaken(step);
                } else if (allEnded) {
                    ready(step);
                }
            }
            case JOIN -> {
                if (!blame.isEmpty()) {
                    put(step.to(StepState.SKIPPED, now, blame));
                } else if (allEnded && noneTaken) {
                    notTaken(step);
                } else if (allEnded) {
                    ready(step);
                }
            }
            case ALWAYS -> {
                if (allEnded) {
                    ready(step);
                }
            }
            case ON_FAILURE -> {
                if (allEnded && blame.isEmpty()) {
                    put(step.to(StepState.NOT_TAKEN, now, "nothing before it failed"));
                } else if (allEnded) {
                    ready(step);
                }
            }
        }
    }

    private void ready(StepSheet step) {
        if (step.dry()) {
            put(step.to(StepState.DRY, now, "left out on purpose"));
        } else if (!step.rules().condition().holds(outputs)) {
            put(
                    step.to(
                            StepState.NOT_TAKEN,
                            now,
                            step.rules().condition().text() + " does not hold"));
        } else if (step.rules().loop().loops()) {
            put(step.looping(now));
        } else {
            put(step.to(StepState.QUEUED, now, ""));
        }
    }

    private void notTaken(StepSheet step) {
        put(step.to(StepState.NOT_TAKEN, now, "its branch was not taken"));
    }

    private static String blame(StepSheet step) {
        return switch (step.state()) {
            case WAITING -> step.name() + " waits for " + step.message();
            case CANCELLED -> step.name() + " was cancelled";
            case SKIPPED -> step.message();
            default -> step.name() + " failed";
        };
    }

    private void end() {
        var blame = new ArrayList<String>();
        boolean good = true;
        for (StepSheet step : steps.values()) {
            good &= step.state().good();
            if (step.state() == StepState.FAILED) {
                blame.add(step.name() + " failed: " + step.message());
            } else if (step.state() == StepState.WAITING) {
                blame.add(
                        step.name()
                                + " waits for "
                                + step.message()
                                + ", and nothing here makes it");
            }
        }
        if (cancelled && !good) {
            blame.addFirst("the run was cancelled");
        }
        state = good ? RunState.DONE : cancelled ? RunState.CANCELLED : RunState.FAILED;
        message = String.join("\n", blame);
    }

    private StepSheet sheetOf(String name) {
        StepSheet step = steps.get(name);
        if (step == null) {
            throw new IllegalArgumentException(
                    "there is no step " + name + " in this run; its steps are " + steps.keySet());
        }
        return step;
    }

    private void put(StepSheet step) {
        steps.put(step.name(), step);
    }

    /// `2h`, `90s`, `200ms`
    private static String told(Duration span) {
        if (span.toMillisPart() != 0) {
            return span.toMillis() + "ms";
        }
        long seconds = span.toSeconds();
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
