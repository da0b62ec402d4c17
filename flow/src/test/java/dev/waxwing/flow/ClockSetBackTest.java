package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;

class ClockSetBackTest {
    @TempDir private Path home;

    @Test
    void aRunThatEndsBeforeItBeganTookNoTime() {
        var clock = new FakeClock();
        FakeSteps fake =
                new FakeSteps()
                        .does(
                                "a",
                                _ -> {
                                    clock.pass(Duration.ofHours(-1));
                                    return new StepOutcome.Done(1);
                                });
        try (Runs runs = Runs.open(home.resolve("waxwing.db"))) {
            RunReport report =
                    new Runner(runs, home, 1, clock)
                            .run(
                                    fake.pipeline("pipeline: p\nsteps: { a: { fake: t } }\n"),
                                    LocalDate.of(2013, 8, 1),
                                    RunListener.none());
            assertThat(report.done()).isTrue();
            assertThat(report.took()).isZero();
            assertThat(report.steps().getFirst().took()).isZero();
            RunQuery all = new RunQuery("", Optional.empty(), Optional.empty(), "", 10);
            assertThat(runs.page(all).runs().getFirst().took()).isZero();
        }
    }
}
