package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

class RunsTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);
    private static final Instant NOW = Instant.parse("2013-08-02T01:30:00Z");

    private static final AtomicInteger WORKERS = new AtomicInteger();

    @TempDir Path folder;

    private final Pipeline pipeline =
            new FakeSteps().pipeline("pipeline: p\nsteps: { a: { fake: t } }\n");

    @Test
    void runsOfOnePipelineAndDateAreNumberedAndTheirIdsSortByTime() {
        try (Runs runs = Runs.open(file())) {
            for (int i = 1; i <= 11; i++) {
                String run = begin(runs, DAY, NOW.plusSeconds(i)).run();
                assertThat(run).isEqualTo("r-20130801-p-%04d", i);
                runs.abandon(run, "planned", NOW);
            }
            assertThat(begin(runs, DAY.plusDays(1), NOW).run()).isEqualTo("r-20130802-p-0001");
            assertThat(runs.recent(2))
                    .extracting(RunReport::run)
                    .containsExactly("r-20130801-p-0011", "r-20130801-p-0010");
            assertThat(runs.latest("p", DAY).orElseThrow().run()).isEqualTo("r-20130801-p-0011");
            assertThat(runs.latest("q", DAY)).isEmpty();
            assertThat(runs.find("r-none")).isEmpty();
        }
    }

    @Test
    void aRunThatHasJustBegunIsRunningAndItsFirstStepsAreQueued() {
        try (Runs runs = Runs.open(file())) {
            String run = begin(runs, DAY, NOW).run();
            RunReport report = runs.find(run).orElseThrow();
            assertThat(report.state()).isEqualTo(RunState.RUNNING);
            assertThat(report.steps())
                    .extracting(StepReport::state)
                    .containsExactly(StepState.QUEUED);
        }
    }

    @Test
    void aProcessIdThatIsUsedAgainOrIsOfAnEarlierBootDoesNotHoldARun() throws SQLException {
        try (Runs runs = Runs.open(file())) {
            String first = begin(runs, DAY, NOW).run();
            sql("UPDATE worker SET process_started = 'ticks 1'");
            Runs.Begun second = begin(runs, DAY, NOW);
            assertThat(second.tookOver()).isEqualTo(first);
            sql("UPDATE worker SET boot = 'before'");
            assertThat(begin(runs, DAY, NOW).tookOver()).isEqualTo(second.run());
            assertThat(runs.find(first).orElseThrow().state()).isEqualTo(RunState.LOST);
        }
    }

    @Test
    void aRunOfAnotherMachineIsNotTakenOverUntilItIsMarkedLost() throws SQLException {
        try (Runs runs = Runs.open(file())) {
            String first = begin(runs, DAY, NOW).run();
            sql("UPDATE worker SET host = 'elsewhere', pid = 7");
            assertThatExceptionOfType(AlreadyRunning.class)
                    .isThrownBy(() -> begin(runs, DAY, NOW))
                    .withMessage(
                            "p runs for 20130801 already: r-20130801-p-0001, pid 7 on elsewhere,"
                                    + " since 2013-08-02T01:30:00Z. Whether it lives cannot be seen"
                                    + " from here; if it does not, mark the run lost first.");
            runs.markLost(first, NOW);
            assertThat(runs.find(first).orElseThrow().message()).isEqualTo("marked lost by hand");
            assertThat(begin(runs, DAY, NOW).tookOver()).isEmpty();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> runs.markLost(first, NOW))
                    .withMessage("r-20130801-p-0001 is not running");
        }
    }

    @Test
    void manyMayOpenANewRecordAtOnceAndOnlyOneOfThemGetsARun() throws Exception {
        var begun = new ArrayList<Future<String>>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                begun.add(
                        threads.submit(
                                () -> {
                                    try (Runs runs = Runs.open(file())) {
                                        return begin(runs, DAY, NOW).run();
                                    } catch (AlreadyRunning e) {
                                        return "refused";
                                    }
                                }));
            }
        }
        var outcomes = new ArrayList<String>();
        for (Future<String> each : begun) {
            outcomes.add(each.get());
        }
        assertThat(outcomes)
                .containsExactlyInAnyOrder(
                        "r-20130801-p-0001", "refused", "refused", "refused", "refused", "refused");
    }

    @Test
    void livesBesideOtherTablesOfTheSameFile() throws SQLException {
        sql("CREATE TABLE alias_lease (name TEXT)");
        try (Runs runs = Runs.open(file())) {
            assertThat(runs.recent(1)).isEmpty();
        }
        sql("INSERT INTO alias_lease VALUES ('x')");
    }

    @Test
    void aRecordOfANewerWaxwingIsRefused() throws SQLException {
        Runs.open(file()).close();
        sql("UPDATE flow_migration SET version = '99' WHERE version = '2'");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Runs.open(file()))
                .withMessage(
                        "jdbc:sqlite:%s holds runs in form 99, which a newer Waxwing wrote; this"
                                + " one knows form 4. Use the newer one.",
                        file());
    }

    @Test
    void theNewestMigrationIsTheOneThatTheCodeKnows() throws Exception {
        Path migrations =
                Path.of(RunSchema.class.getResource("migration/V1__runs.sql").toURI()).getParent();
        try (Stream<Path> files = Files.list(migrations)) {
            List<Integer> versions =
                    files.map(
                                    file ->
                                            Integer.parseInt(
                                                    file.getFileName()
                                                            .toString()
                                                            .replaceFirst("^V(\\d+)__.*", "$1")))
                            .sorted()
                            .toList();
            assertThat(versions.getLast()).isEqualTo(RunSchema.VERSION);
        }
    }

    @Test
    void aProcessIsAliveUntilItEnds() throws Exception {
        assertThat(Owner.self().life()).isEqualTo(Owner.Life.ALIVE);
        Owner self = Owner.self();
        assertThat(new Owner(self.pid(), "ticks 1", self.host(), self.boot()).life())
                .isEqualTo(Owner.Life.GONE);
        assertThat(new Owner(self.pid(), self.started(), self.host(), "other").life())
                .isEqualTo(Owner.Life.GONE);
        assertThat(new Owner(self.pid(), self.started(), "other", self.boot()).life())
                .isEqualTo(Owner.Life.ELSEWHERE);
        assertThat(new Owner(Long.MAX_VALUE, self.started(), self.host(), self.boot()).life())
                .isEqualTo(Owner.Life.GONE);
    }

    /// As a process would that is on shift for this run alone.
    private Runs.Begun begin(Runs runs, LocalDate bizdate, Instant now) {
        String worker = "w" + WORKERS.incrementAndGet();
        runs.database()
                .turn(
                        handle -> {
                            new Workers(worker, Owner.self()).beat(handle, now);
                            return worker;
                        });
        return runs.begin(pipeline, bizdate.plusDays(1).atStartOfDay(), worker, now);
    }

    private Path file() {
        return folder.resolve("meta/waxwing.db");
    }

    private void sql(String statement) throws SQLException {
        RunSchema.makeFolder(file().getParent());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement each = connection.createStatement()) {
            each.execute(statement);
        }
    }
}
