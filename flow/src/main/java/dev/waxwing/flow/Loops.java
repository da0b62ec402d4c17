package dev.waxwing.flow;

import dev.waxwing.flow.StepSheet.Stop;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the iterations of loops, and says what comes after each.
///
/// An iteration is a run of its own, of the loop's body, for the same date and cycle and the same workers as the run that
/// holds the loop. Meanwhile the loop's step is LOOPING and holds no slot, and it asks for no place beside its pipeline's other runs:
/// so a loop cannot wait for itself. All of it is rows, changed in the turn in which an iteration ends; who dies in the middle of one
/// leaves that iteration to another worker, as it is.
final class Loops {
    /// When an iteration is to begin that waits for the end of another.
    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Handle handle;
    private final Turn turn;
    private final Instant now;

    Loops(Handle handle, Turn turn, Instant now) {
        this.handle = handle;
        this.turn = turn;
        this.now = now;
    }

    /// Finds what a loop repeats.
    interface Bodies {
        /// @throws RuntimeException if the pipeline cannot be read, or has no such loop any more
        Pipeline of(RunRow run, String step);
    }

    /// The iterations of one attempt of a loop.
    /// @param notDone how many have ended otherwise than DONE
    private record Tally(int made, int live, int notDone) {}

    /// Begins the iterations of a loop that are due.
    void begin(String run, String step, Bodies bodies) {
        RunRow above = turn.row(run);
        StepSheet sheet = above.sheet().step(step);
        if (sheet.state() != StepState.LOOPING || sheet.stop() != Stop.NONE) {
            return;
        }
        LoopRules rules = sheet.rules().loop();
        Tally tally = tally(above, sheet);
        int total = total(above, rules);
        if (total > rules.most()) {
            fail(
                    above,
                    sheet,
                    "%s has %d rows, and max-iterations is %d"
                            .formatted(rules.over(), total, rules.most()));
            return;
        }
        if (total == 0) {
            finish(above, sheet, 0);
            return;
        }
        int count = Math.min(rules.atOnce() - tally.live(), total - tally.made());
        boolean begins = count > 0 && tally.notDone() == 0;
        int begun = tally.made() + (begins ? count : 0);
        iterates(
                above,
                sheet,
                NEVER,
                rules.kind() == LoopRules.Kind.EACH
                        ? begun + " of " + total + " iterations have begun"
                        : "iteration " + begun + " (" + rules.told() + ")");
        if (begins) {
            make(above, sheet, bodies, tally, count);
        }
    }

    private void make(RunRow above, StepSheet sheet, Bodies bodies, Tally tally, int count) {
        Pipeline body;
        try {
            body = bodies.of(above, sheet.name());
        } catch (RuntimeException e) {
            if (tally.live() == 0) { // otherwise it is asked again when the next of them ends
                finish(above, sheet, new StepOutcome.Failed(e, false), Map.of());
            }
            return;
        }
        for (int i = 1; i <= count; i++) {
            make(above, sheet, body, tally.made() + i);
            if (above.sheet().step(sheet.name()).state() != StepState.LOOPING) {
                return; // an iteration without anything to do ends at once, and may end the loop
            }
        }
    }

    private int total(RunRow above, LoopRules rules) {
        if (rules.kind() != LoopRules.Kind.EACH) {
            return rules.most();
        }
        return handle.createQuery(
                        """
                        SELECT value FROM run_output WHERE run_id = :run AND step = :over AND name = :rows
                        """)
                .bind("run", above.id)
                .bind("over", rules.over())
                .bind("rows", LoopVariables.ROWS)
                .mapTo(String.class)
                .findOne()
                .map(rows -> LoopVariables.rows(rows).size())
                .orElse(0);
    }

    private void make(RunRow above, StepSheet sheet, Pipeline body, int iteration) {
        String pipeline = bodyOf(above.pipeline, sheet.name());
        int number = RunPlace.lastNumber(handle, pipeline, above.bizdate) + 1;
        String run = "r-%s-%s-%04d".formatted(TimeVariables.ds(above.bizdate), pipeline, number);
        handle.createUpdate(
                        """
                        INSERT INTO run (id, pipeline, bizdate, cycle, number, state, started_at, worker, patient,
                                         concurrency, overrides, parent, parent_step, root, round,
                                         iteration)
                        SELECT :id, :pipeline, bizdate, cycle, :number, 'PLANNED', :now, worker, patient,
                               concurrency, overrides, id, :step, :root, :round, :iteration
                        FROM   run WHERE id = :above
                        """)
                .bind("id", run)
                .bind("pipeline", pipeline)
                .bind("number", number)
                .bind("now", now.toEpochMilli())
                .bind("step", sheet.name())
                .bind("root", above.root)
                .bind("round", sheet.attempt())
                .bind("iteration", iteration)
                .bind("above", above.id)
                .execute();
        RunPlace.insertSteps(handle, run, body, java.util.Set.of());
        turn.apply(run, new RunChange.Start());
        turn.flush();
    }

    /// What runs of a loop's body are recorded under. No pipeline is called so, for names have no dot.
    static String bodyOf(String pipeline, String step) {
        return pipeline + "." + step;
    }

    /// An iteration has ended, and its row says so.
    void after(RunRow iteration) {
        RunRow above = turn.row(iteration.parent);
        StepSheet sheet = above.sheet().step(iteration.parentStep);
        if (sheet.state() != StepState.LOOPING || sheet.attempt() != iteration.round) {
            return; // nobody waits for it any more
        }
        LoopRules rules = sheet.rules().loop();
        Tally tally = tally(above, sheet);
        boolean ending = sheet.stop() != Stop.NONE || tally.notDone() > 0;
        if (tally.live() > 0 && ending) {
            return; // what is at work may finish, but nothing else begins
        }
        if (sheet.stop() != Stop.NONE) {
            fail(above, sheet, "the run was cancelled");
        } else if (tally.notDone() > 0) {
            fail(above, sheet, blame(above, sheet));
        } else if (rules.kind() != LoopRules.Kind.EACH) {
            test(above, sheet, iteration);
        } else if (tally.made() < total(above, rules)) {
            iterates(above, sheet, now, sheet.message());
        } else if (tally.live() == 0) {
            finish(above, sheet, tally.made());
        }
    }

    private void test(RunRow above, StepSheet sheet, RunRow iteration) {
        LoopRules rules = sheet.rules().loop();
        Condition test = rules.test();
        var outputs = RunReading.outputs(handle, iteration.id);
        for (Condition.Comparison each : test.comparisons()) {
            boolean done = iteration.sheet().step(each.step()).state() == StepState.DONE;
            Map<String, String> left = outputs.get(each.step());
            if (done && (left == null || !left.containsKey(each.output()))) {
                fail(
                        above,
                        sheet,
                        "the loop looks at "
                                + test.text()
                                + ", but "
                                + each.step()
                                + " left no "
                                + each.output()
                                + " in "
                                + iteration.id);
                return;
            }
        }
        boolean holds = test.holds(outputs);
        if (holds == (rules.kind() == LoopRules.Kind.UNTIL)) {
            finish(above, sheet, iteration.iteration);
        } else if (iteration.iteration >= rules.most()) {
            fail(
                    above,
                    sheet,
                    "after %d iterations, its max-iterations, %s %s"
                            .formatted(
                                    rules.most(),
                                    test.text(),
                                    holds ? "still holds" : "does not hold yet"));
        } else {
            iterates(
                    above,
                    sheet,
                    now.plus(rules.pause()),
                    "iteration " + iteration.iteration + " is done (" + rules.told() + ")");
        }
    }

    /// What a run was told goes for the iterations below it as well.
    /// @param before the run as it was when it was told
    void carry(RunRow above, RunSheet before, RunChange change) {
        boolean carried =
                change instanceof RunChange.Cancel
                        || change instanceof RunChange.Pause
                        || change instanceof RunChange.Resume
                        || change instanceof RunChange.Abandoned;
        if (!carried) {
            return;
        }
        for (StepSheet was : before.steps().values()) {
            if (was.state() != StepState.LOOPING) {
                continue;
            }
            List<String> live = live(above, was);
            for (String iteration : live) {
                if (change instanceof RunChange.Abandoned(String why)) {
                    turn.abandon(iteration, why);
                } else {
                    turn.apply(iteration, change);
                }
            }
            StepSheet sheet = above.sheet().step(was.name());
            if (live.isEmpty() && sheet.state() == StepState.LOOPING && sheet.stop() != Stop.NONE) {
                fail(above, sheet, "the run was cancelled");
            }
        }
    }

    private void iterates(RunRow above, StepSheet sheet, Instant next, String message) {
        turn.apply(above.id, new RunChange.Iterates(sheet.name(), sheet.attempt(), next, message));
    }

    private void finish(RunRow above, StepSheet sheet, int iterations) {
        finish(
                above,
                sheet,
                new StepOutcome.Done(rows(above, sheet)),
                Map.of("iterations", Integer.toString(iterations)));
    }

    private void fail(RunRow above, StepSheet sheet, String why) {
        finish(above, sheet, new StepOutcome.Failed(new LoopFailure(why), false), Map.of());
    }

    private void finish(
            RunRow above, StepSheet sheet, StepOutcome outcome, Map<String, String> outputs) {
        Instant began = turn.beganAt(above.id, sheet);
        turn.ended(
                above.id,
                new RunChange.Ended(
                        sheet.name(), sheet.attempt(), outcome, new LinkedHashMap<>(outputs)),
                began.isAfter(now) ? Duration.ZERO : Duration.between(began, now));
    }

    private Tally tally(RunRow above, StepSheet sheet) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*),
                               COALESCE(SUM(CASE WHEN state IN ('PLANNED', 'RUNNING') THEN 1 ELSE 0 END), 0),
                               COALESCE(SUM(CASE WHEN state IN ('PLANNED', 'RUNNING', 'DONE') THEN 0 ELSE 1 END), 0)
                        FROM   run WHERE parent <> '' AND parent = :run AND parent_step = :step AND round = :round
                        """)
                .bind("run", above.id)
                .bind("step", sheet.name())
                .bind("round", sheet.attempt())
                .map((row, _) -> new Tally(row.getInt(1), row.getInt(2), row.getInt(3)))
                .one();
    }

    private List<String> live(RunRow above, StepSheet sheet) {
        return handle.createQuery(
                        """
                        SELECT id FROM run
                        WHERE  parent <> '' AND parent = :run AND parent_step = :step AND round = :round
                        AND    state IN ('PLANNED', 'RUNNING')
                        ORDER  BY iteration
                        """)
                .bind("run", above.id)
                .bind("step", sheet.name())
                .bind("round", sheet.attempt())
                .mapTo(String.class)
                .list();
    }

    /// The first iteration that was not done, and why.
    private String blame(RunRow above, StepSheet sheet) {
        return handle.createQuery(
                        """
                        SELECT id, iteration, message FROM run
                        WHERE  parent <> '' AND parent = :run AND parent_step = :step AND round = :round
                        AND    state NOT IN ('PLANNED', 'RUNNING', 'DONE')
                        ORDER  BY iteration LIMIT 1
                        """)
                .bind("run", above.id)
                .bind("step", sheet.name())
                .bind("round", sheet.attempt())
                .map(
                        (row, _) ->
                                "iteration "
                                        + row.getInt(2)
                                        + ", "
                                        + row.getString(1)
                                        + ": "
                                        + row.getString(3))
                .one();
    }

    private long rows(RunRow above, StepSheet sheet) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(s.rows_written), 0) FROM run r JOIN run_step s ON s.run_id = r.id
                        WHERE  r.parent <> '' AND r.parent = :run AND r.parent_step = :step AND r.round = :round
                        """)
                .bind("run", above.id)
                .bind("step", sheet.name())
                .bind("round", sheet.attempt())
                .mapTo(Long.class)
                .one();
    }
}
