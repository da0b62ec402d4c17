package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.concurrent.CountDownLatch;

class PostgresShiftTest extends ShiftContract {
    private String url;

    @Override
    Runs openRuns(Path home) throws Exception {
        if (url == null) {
            url = TestPostgres.freshDatabase();
        }
        return Runs.open(url);
    }

    @Override
    String where(Path home) {
        return url;
    }

    @Test
    void readingAgainOpensNoConnectionUnlessTheLastOneBroke() throws Exception {
        int first = backend();
        assertThat(backend()).isEqualTo(first);
        TestPostgres.crashAndComeBack(() -> {});
        assertThat(backend()).isNotEqualTo(first);
    }

    @Test
    void aWorkerThatStandsStillInTheMiddleOfItsTurnIsGivenUpByTheServer() {
        assertThat(setting("idle_in_transaction_session_timeout")).isEqualTo("2min");
        assertThat(setting("tcp_keepalives_idle")).isEqualTo("60");
        assertThat(setting("tcp_keepalives_interval")).isEqualTo("10");
        assertThat(setting("tcp_keepalives_count")).isEqualTo("6");
    }

    private String setting(String name) {
        return runs.database()
                .read(handle -> handle.createQuery("SHOW " + name).mapTo(String.class).one());
    }

    @Test
    void aWayToTheDatabaseThatIsCutIsNoticedAndAnotherIsFound() throws Exception {
        try (var way = new CutCable(TestPostgres.port());
                Runs far = Runs.open(way.through(url) + "&socketTimeout=1")) {
            assertThat(far.recent(1)).isEmpty();
            way.cut();
            assertThatExceptionOfType(RuntimeException.class)
                    .isThrownBy(() -> far.announce("t", Instant.now()));
            way.mend();
            far.announce("t", Instant.now());
        }
    }

    /// The server's process that answers.
    private int backend() {
        return runs.database()
                .read(
                        handle ->
                                handle.createQuery("SELECT pg_backend_pid()")
                                        .mapTo(Integer.class)
                                        .one());
    }

    @Test
    void aDatabaseThatCrashesAndComesBackLosesNothing() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        fake.does(
                "a",
                _ -> {
                    entered.countDown();
                    leave.await();
                    return new StepOutcome.Done(1);
                });
        write("p", "pipeline: p\nsteps: { a: { fake: t }, b: { fake: u, uses: t } }\n");
        String run = plan("p", LocalDateTime.of(2013, 8, 2, 0, 0));
        shift(another(), 1);
        entered.await();
        TestPostgres.crashAndComeBack(leave::countDown);
        Runs after = another();
        until(() -> after.find(run).orElseThrow().state().ended());
        RunReport report = after.find(run).orElseThrow();
        assertThat(report.done()).as(report.message()).isTrue();
        assertThat(report.steps()).extracting(StepReport::attempts).containsExactly(1, 1);
    }
}
