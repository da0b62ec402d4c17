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
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// What a worker asks of the database.
class QuietTurnsTest {
    private static final int LOOKS = 60;

    @TempDir private Path home;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private final Map<String, Integer> statements = new ConcurrentHashMap<>();

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
                assertThat(turns.get()).as("turns are seen").isPositive();
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

    @Test
    void aTurnThatEndsAndClaimsStepsAsksLittleHoweverManyTheyAre() throws Exception {
        var text = new StringBuilder("pipeline: p\nsteps:\n");
        for (int i = 0; i < 40; i++) {
            text.append("  s").append(i).append(": { fake: t").append(i).append(" }\n");
        }
        Files.createDirectories(home.resolve("pipelines"));
        Files.writeString(home.resolve("pipelines/p.yaml"), text.toString());
        Pipelines pipelines = Pipelines.in(home.resolve("pipelines"), new FakeSteps().catalogue());
        LocalDate day = LocalDate.of(2013, 8, 1);
        var backfill = new Backfill("p", day, day.plusDays(4), Set.of(), false, 5, false);
        try (Runs runs = Runs.open(home.resolve("waxwing.db"));
                Runs asking = Runs.open(home.resolve("waxwing.db"))) {
            List<String> made = runs.make(backfill.plan(pipelines.all()), Instant.now());
            runs.database().watch(counter());
            try (Shift _ =
                    Shift.start(
                            runs,
                            home,
                            pipelines,
                            new Shift.Settings(8, ZoneOffset.UTC, Map.of(), false),
                            InstantSource.system(),
                            RunListener.none())) {
                for (String run : made) {
                    ShiftContract.until(() -> asking.find(run).orElseThrow().done());
                }
            }
        }
        assertThat(turns.get()).as("turns for 200 steps").isGreaterThan(200 / 8);
        int all = statements.values().stream().mapToInt(times -> times).sum() - looks.get();
        assertThat(all / turns.get())
                .as("%d statements in %d turns: %s", all, turns.get(), statements)
                .isLessThanOrEqualTo(12);
    }

    private SqlLogger counter() {
        return new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                String sql = context.getRawSql();
                if (sql.startsWith("SELECT n FROM pulse")) {
                    looks.incrementAndGet();
                } else if (sql.startsWith("SELECT 'MINE'")) {
                    turns.incrementAndGet(); // each looks once for what there is
                }
                statements.merge(sql.replaceAll("\\s+", " "), 1, Integer::sum);
            }
        };
    }
}
