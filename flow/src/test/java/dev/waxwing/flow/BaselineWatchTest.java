package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;

import dev.waxwing.config.Config;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Who is told of a baseline, when, and what becomes of it if he does not listen. Over a real port and with real programs.
class BaselineWatchTest {
    @TempDir Path home;

    private final FakeSteps fake = new FakeSteps();
    private final FakeClock clock = new FakeClock();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger answer = new AtomicInteger(200);
    private final List<BaselineWatch> watches = new ArrayList<>();
    private HttpServer server;
    private Runs runs;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home.resolve("pipelines"));
        Files.createDirectories(home.resolve("baselines"));
        runs = Runs.open(home.resolve("waxwing.db"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    told.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(answer.get(), -1);
                    exchange.close();
                });
        server.start();
        Files.writeString(
                home.resolve("pipelines/p.yaml"),
                "pipeline: p\nschedule: \"30 1 * * *\"\nsteps: { a: { fake: t } }\n");
        clock.pass(Duration.between(clock.instant(), Instant.parse("2013-08-11T01:30:00Z")));
    }

    @AfterEach
    void close() {
        watches.forEach(BaselineWatch::close);
        server.stop(0);
        runs.close();
    }

    private void baseline(String channel) throws IOException {
        Files.writeString(
                home.resolve("baselines/live.yaml"),
                "baseline: live\npipeline: p\nby: \"02:40\"\nmargin: 30m\npriority: 7\n" + channel);
    }

    private String webhook() {
        return "webhook: \"http://127.0.0.1:" + server.getAddress().getPort() + "/x\"\n";
    }

    private BaselineWatch watch() {
        var watch = new BaselineWatch(runs, home.resolve("baselines"), ZoneOffset.UTC);
        watches.add(watch);
        return watch;
    }

    private List<PipelineFile> files() {
        return Pipelines.in(home.resolve("pipelines"), fake.catalogue()).all();
    }

    private void tick(BaselineWatch watch, String time) {
        clock.pass(Duration.between(clock.instant(), Instant.parse("2013-08-11T" + time + "Z")));
        watch.tick(files(), clock.instant());
    }

    private void untilSettled(int alerts, String state) {
        ShiftContract.until(
                () ->
                        runs.alerts(99).size() == alerts
                                && runs.alerts(99).stream()
                                        .allMatch(alert -> alert.state().equals(state)));
    }

    private static String said(String json, String key) {
        return Config.parse("alert.json", json).text(key);
    }

    @Test
    void eachChangeIsToldOnceAndBeforeTheFact() throws IOException {
        baseline(webhook());
        BaselineWatch watch = watch();
        tick(watch, "01:30:00");
        tick(watch, "02:09:00");
        assertThat(runs.alerts(9)).as("all is safe").isEmpty();
        tick(watch, "02:11:00"); // still not begun: the estimate is past 02:10
        untilSettled(1, "SENT"); // before the clock moves on, or its lease would run out
        tick(watch, "02:12:00");
        tick(watch, "02:30:00");
        tick(watch, "02:41:00");
        tick(watch, "02:42:00");
        untilSettled(2, "SENT");
        assertThat(told)
                .extracting(body -> said(body, "was"), body -> said(body, "state"))
                .containsExactly(tuple("SAFE", "DANGEROUS"), tuple("DANGEROUS", "OVER"));
        assertThat(said(told.getFirst(), "baseline")).isEqualTo("live");
        assertThat(said(told.getFirst(), "bizdate")).isEqualTo("20130810");
        assertThat(said(told.getFirst(), "deadline")).isEqualTo("2013-08-11T02:40:00Z");
        assertThat(said(told.getFirst(), "estimate")).isEqualTo("2013-08-11T02:11:00Z");
        assertThat(said(told.getFirst(), "priority")).isEqualTo("7");
    }

    @Test
    void aRestartTellsNothingAgainAndTwoSchedulersTellOnce() throws IOException {
        baseline(webhook());
        tick(watch(), "02:11:00");
        untilSettled(1, "SENT");
        tick(watch(), "02:12:00");
        BaselineWatch one = watch();
        BaselineWatch two = watch();
        tick(one, "02:41:00");
        tick(two, "02:41:00");
        untilSettled(2, "SENT");
        tick(watch(), "02:43:00");
        assertThat(told).hasSize(2);
    }

    @Test
    void aPromiseThatWasBrokenWhileNobodyLookedIsToldAndOneBeforeTheBaselineIsNot()
            throws IOException {
        baseline(webhook());
        tick(watch(), "01:30:00");
        assertThat(runs.alerts(9)).as("yesterday's was broken before anybody promised").isEmpty();
        tick(watch(), "05:00:00");
        clock.pass(Duration.ofDays(1));
        watch().tick(files(), clock.instant());
        untilSettled(2, "SENT");
        assertThat(told)
                .extracting(body -> said(body, "bizdate"))
                .containsOnly("20130810", "20130811");
    }

    @Test
    void whoDoesNotListenIsToldAgainLaterAndTheFailureIsOnRecord() throws IOException {
        baseline(webhook());
        answer.set(503);
        BaselineWatch watch = watch();
        tick(watch, "02:11:00");
        ShiftContract.until(() -> !runs.alerts(9).getFirst().message().isEmpty());
        Alert failed = runs.alerts(9).getFirst();
        assertThat(failed.message()).isEqualTo("answered 503");
        assertThat(failed.state()).isEqualTo("OPEN");
        answer.set(204);
        tick(watch, "02:11:09");
        assertThat(runs.alerts(9).getFirst().tries()).as("its pause is not over").isEqualTo(1);
        tick(watch, "02:11:10");
        untilSettled(1, "SENT");
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isEqualTo(told.get(1));
    }

    @Test
    void aServerThatIsGoneIsTriedForADayAndThenGivenUpAloud() throws IOException {
        baseline(webhook());
        server.stop(0);
        BaselineWatch watch = watch();
        tick(watch, "02:11:00");
        ShiftContract.until(() -> !runs.alerts(9).getFirst().message().isEmpty());
        clock.pass(Duration.ofDays(1));
        Files.delete(home.resolve("baselines/live.yaml"));
        watch.tick(files(), clock.instant());
        untilSettled(1, "GIVEN_UP");
        assertThat(runs.alerts(9).getFirst().message()).contains("ConnectException");
    }

    @Test
    void pausesGrowToAnHour() {
        assertThat(AlertSender.pause(0)).hasSeconds(10);
        assertThat(AlertSender.pause(1)).hasSeconds(20);
        assertThat(AlertSender.pause(8)).hasSeconds(2560);
        assertThat(AlertSender.pause(9)).hasHours(1);
        assertThat(AlertSender.pause(5000)).hasHours(1);
    }

    @Test
    void whatAProcessLeftUnsentWhenItDiedIsSentByTheNext() throws IOException {
        baseline(webhook());
        runs.database()
                .turn(
                        handle -> {
                            var outlook =
                                    new Outlook(
                                            handle,
                                            files(),
                                            new History(ZoneOffset.UTC),
                                            ZoneOffset.UTC,
                                            Instant.parse("2013-08-11T02:11:00Z"));
                            Baseline baseline =
                                    Baselines.in(home.resolve("baselines")).all(files()).getFirst();
                            BaselineRecord.write(
                                    handle,
                                    outlook.of(baseline).getLast(),
                                    Instant.parse("2013-08-11T02:11:00Z"));
                            return true;
                        });
        Alert open = runs.alerts(9).getFirst();
        Instant taken = Instant.parse("2013-08-11T02:11:00Z");
        assertThat(take(open, taken)).isTrue();
        assertThat(take(open, taken)).as("it is being sent").isFalse();
        tick(watch(), "02:12:30");
        assertThat(told).isEmpty();
        tick(watch(), "02:13:00");
        untilSettled(1, "SENT");
    }

    private boolean take(Alert alert, Instant now) {
        return runs.database()
                .turn(handle -> BaselineRecord.take(handle, alert, now, Duration.ofMinutes(2)));
    }

    @Test
    void aCommandIsToldTheSameOnItsInputInTheProjectsFolder() throws IOException {
        baseline("command: [sh, -c, 'cat > told.json; exit $0', '0']\n");
        BaselineWatch watch = watch();
        tick(watch, "02:11:00");
        untilSettled(1, "SENT");
        String body = Files.readString(home.resolve("told.json"));
        assertThat(said(body, "state")).isEqualTo("DANGEROUS");
    }

    @Test
    void aCommandThatFailsSaysWhyAndIsTriedAgain() throws IOException {
        baseline("command: [sh, -c, 'echo no line; exit 3']\n");
        BaselineWatch watch = watch();
        tick(watch, "02:11:00");
        ShiftContract.until(() -> !runs.alerts(9).getFirst().message().isEmpty());
        assertThat(runs.alerts(9).getFirst().message()).isEqualTo("ended with 3: no line");
        baseline("command: [/no/such/program]\n");
        tick(watch, "02:41:00");
        ShiftContract.until(
                () ->
                        runs.alerts(9).stream()
                                .anyMatch(alert -> alert.message().contains("/no/such/program")));
    }

    @Test
    void whoClosesItWaitsForWhatIsBeingSent() throws IOException {
        baseline("command: [sh, -c, 'echo $$ > pid.new; mv pid.new pid; exec sleep 60']\n");
        BaselineWatch watch = watch();
        tick(watch, "02:11:00");
        Path pid = home.resolve("pid");
        ShiftContract.until(() -> Files.exists(pid));
        long command = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(command)).isPresent();
        watch.close();
        assertThat(ProcessHandle.of(command)).isEmpty();
    }

    @Test
    void whatIsSaidIsJsonWhateverStandsInIt() {
        var baseline =
                new Baseline(
                        "b",
                        "p",
                        "",
                        Baseline.Type.DAILY,
                        List.of(60),
                        Duration.ZERO,
                        1,
                        "",
                        List.of());
        var status =
                new BaselineStatus(
                        baseline,
                        java.time.LocalDate.of(2013, 8, 10),
                        java.time.LocalDateTime.of(2013, 8, 11, 0, 0),
                        BaselineState.ERROR,
                        clock.instant(),
                        clock.instant(),
                        false,
                        "a \"quoted\" \\ line\n\u0001 基线",
                        List.of());
        String body = Alert.body(status, BaselineState.SAFE);
        assertThat(said(body, "message")).isEqualTo(status.message());
    }
}
