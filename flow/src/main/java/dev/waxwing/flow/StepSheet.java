package dev.waxwing.flow;

import java.time.Instant;

/// One step of a run, as the [Machine] sees it.
/// @param attempt the number of the last attempt; 0 = it never started. Only the attempt with this number may commit.
/// @param failures how many attempts failed since the step was last asked for
/// @param losses how many attempts vanished with their worker since then
/// @param stop why the attempt at work was told to stop
/// @param dry whether it is to be left out and counted as done
/// @param since when it got its state
/// @param due when it is to be looked at again, for RETRYING and WAITING; when its next iteration is to begin, for LOOPING
/// @param waitingSince when it first found that something is missing; [Instant#EPOCH] = it did not
record StepSheet(
        String name,
        StepRules rules,
        StepState state,
        int attempt,
        int failures,
        int losses,
        Stop stop,
        boolean dry,
        Instant since,
        Instant due,
        Instant waitingSince,
        String message) {
    /// Why an attempt was told to stop.
    enum Stop {
        NONE,
        TIMEOUT,
        CANCEL
    }

    static StepSheet fresh(String name, StepRules rules, boolean dry) {
        return new StepSheet(
                name,
                rules,
                StepState.PENDING,
                0,
                0,
                0,
                Stop.NONE,
                dry,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                "");
    }

    StepSheet to(StepState to, Instant now, String why) {
        return new StepSheet(
                name,
                rules,
                to,
                attempt,
                failures,
                losses,
                Stop.NONE,
                dry,
                now,
                now,
                waitingSince,
                why);
    }

    /// To be looked at again at `when`.
    StepSheet parked(StepState to, Instant now, Instant when, Instant waiting, String why) {
        return new StepSheet(
                name, rules, to, attempt, failures, losses, Stop.NONE, dry, now, when, waiting,
                why);
    }

    StepSheet claimed(Instant now) {
        return new StepSheet(
                name,
                rules,
                StepState.RUNNING,
                attempt + 1,
                failures,
                losses,
                Stop.NONE,
                dry,
                now,
                now,
                waitingSince,
                message);
    }

    /// Its body begins to run, again and again, as one attempt.
    StepSheet looping(Instant now) {
        return claimed(now).iterates(now, now, "");
    }

    /// @param next when another iteration is to begin
    StepSheet iterates(Instant now, Instant next, String why) {
        return new StepSheet(
                name,
                rules,
                StepState.LOOPING,
                attempt,
                failures,
                losses,
                stop,
                dry,
                now,
                next,
                waitingSince,
                why);
    }

    StepSheet counted(int failed, int lost) {
        return new StepSheet(
                name,
                rules,
                state,
                attempt,
                failures + failed,
                losses + lost,
                stop,
                dry,
                since,
                due,
                waitingSince,
                message);
    }

    StepSheet stopping(Stop why) {
        return new StepSheet(
                name,
                rules,
                state,
                attempt,
                failures,
                losses,
                why,
                dry,
                since,
                due,
                waitingSince,
                message);
    }

    /// As if it had never been tried, but for the attempt number, which never goes back.
    StepSheet anew(Instant now) {
        return new StepSheet(
                name,
                rules,
                StepState.PENDING,
                attempt,
                0,
                0,
                Stop.NONE,
                dry,
                now,
                now,
                Instant.EPOCH,
                "");
    }
}
