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

    private void change(String sql) {
        runs.database().turn(handle -> handle.execute(sql));
    }
}
