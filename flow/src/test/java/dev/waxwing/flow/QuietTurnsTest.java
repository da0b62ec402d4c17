package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.StepOutcome.Done;

import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// What a worker asks of the database while there is nothing to do.
class QuietTurnsTest {
    private static final int LOOKS = 60;

    @TempDir private Path home;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();

    @Test
    void aStepWithATimeoutCostsNoTurnsWhileItWorks() throws Exception {
        var atWork = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        FakeSteps fake =
                new FakeSteps()
                        .does(
                                "a",
                                _ -> {
                                    atWork.countDown();
                                    leave.await();
                                    return new Done(1);
                                });
        Files.createDirectories(home.resolve("pipelines"));
        Files.writeString(
                home.resolve("pipelines/p.yaml"),
                "pipeline: p\nsteps: { a: { fake: t, timeout: 1h } }\n");
        Pipelines pipelines = Pipelines.in(home.resolve("pipelines"), fake.catalogue());
        try (Runs runs = Runs.open(home.resolve("waxwing.db"))) {
            runs.database().watch(counter());
            LocalDateTime cycle = LocalDateTime.of(2013, 8, 2, 0, 0);
            Pipeline pipeline = pipelines.named("p").pipelines().getFirst();
            String run =
                    runs.make(
                                    List.of(
                                            new Backfill.Wanted(
                                                    pipeline, cycle, Set.of(), List.of())),
                                    Instant.now())
                            .getFirst();
            try (Shift _ =
                    Shift.start(
                            runs,
                            home,
                            pipelines,
                            new Shift.Settings(1, ZoneOffset.UTC, Map.of(), false),
                            InstantSource.system(),
                            RunListener.none())) {
                atWork.await();
                looks.set(0);
                turns.set(0);
                ShiftContract.until(() -> looks.get() >= LOOKS);
                assertThat(turns.get())
                        .as("of %d looks, only a beat or a sweep now and then is a turn", LOOKS)
                        .isLessThan(LOOKS / 2);
                leave.countDown();
                ShiftContract.until(() -> runs.find(run).orElseThrow().done());
            }
        }
    }

    private SqlLogger counter() {
        return new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                String sql = context.getRawSql();
                if (sql.startsWith("SELECT n FROM pulse")) {
                    looks.incrementAndGet();
                } else if (sql.startsWith("SELECT run_id, step FROM run_step")) {
                    turns.incrementAndGet(); // each looks once for what is due
                }
            }
        };
    }
}
