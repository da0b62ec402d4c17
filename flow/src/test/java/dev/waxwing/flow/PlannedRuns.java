package dev.waxwing.flow;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;

/// Makes runs as a scheduler does, for tests.
final class PlannedRuns {
    private PlannedRuns() {}

    static List<String> make(
            Runs runs, PipelineFile file, LocalDateTime cycle, List<Need> needs, Instant now) {
        return runs.database()
                .turn(
                        handle -> {
                            var turn = new Turn(handle, now);
                            var newRuns = new NewRuns(handle, turn, now);
                            List<String> made = newRuns.plan(file, cycle, needs);
                            newRuns.write();
                            turn.save();
                            turn.pulse();
                            return made;
                        });
    }
}
