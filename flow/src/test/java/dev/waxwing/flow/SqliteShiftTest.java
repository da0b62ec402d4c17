package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;

class SqliteShiftTest extends ShiftContract {
    @Override
    Runs openRuns(Path home) {
        return Runs.open(Path.of(where(home)));
    }

    @Override
    String where(Path home) {
        return home.resolve("waxwing.db").toString();
    }

    @Test
    void aCycleWhoseRunCouldNotBeWrittenDownIsMadeAtTheNextLook() {
        write("daily", "pipeline: daily\nschedule: \"30 1 * * *\"\nsteps: { a: { fake: t } }\n");
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T01:29:00Z"));
        change(
                "CREATE TRIGGER full BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'no room'); END");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> scheduler.tick(Instant.parse("2013-08-02T01:30:00Z")))
                .withMessageContaining("no room");
        change("DROP TRIGGER full");
        assertThat(scheduler.tick(Instant.parse("2013-08-02T01:30:10Z")))
                .containsExactly("r-20130801-daily-0001");
    }

    @Test
    void aLookThatIsCutOffAfterItsFirstTurnLeavesNothingOutAndMakesNothingTwice() {
        write("hourly", "pipeline: hourly\nschedule: \"0 * * * *\"\nsteps: { a: { fake: t } }\n");
        var scheduler = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        scheduler.tick(Instant.parse("2013-08-02T00:30:00Z"));
        change(
                "CREATE TRIGGER full BEFORE INSERT ON run WHEN NEW.cycle = '2013-08-07T12:00'"
                        + " BEGIN SELECT RAISE(ABORT, 'no room'); END");
        Instant late = Instant.parse("2013-08-12T00:30:00Z");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> scheduler.tick(late))
                .withMessageContaining("no room");
        change("DROP TRIGGER full");
        var restarted = new Scheduler(runs, pipelines(), ZoneOffset.UTC);
        assertThat(restarted.tick(late)).hasSize(240 - Scheduler.CYCLES_A_TURN);
        assertThat(runs.recent(1_000)).hasSize(240);
    }

    private void change(String sql) {
        runs.database().turn(handle -> handle.execute(sql));
    }
}
