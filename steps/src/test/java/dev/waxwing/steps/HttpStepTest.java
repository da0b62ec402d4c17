package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.storage.StoreSettings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Steps that talk to other systems, and a real server that answers well, badly, late and not at all.
@Timeout(60)
class HttpStepTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 20);
    private static final String SECRET = "hush-7";

    @TempDir private Path work;
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private String at;
    private OneNight night;
    private int status = 200;
    private String answer = "";

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(
                task -> Thread.ofVirtual().start(task)); // one that hangs holds up no other
        server.createContext(
                "/",
                exchange -> {
                    asked.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization")
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.createContext(
                "/hangs",
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.close();
                });
        server.start();
        at = "http://127.0.0.1:" + server.getAddress().getPort();
        night = new OneNight(work.resolve("runs"), D);
    }

    @AfterEach
    void close() {
        end.countDown();
        server.stop(0);
    }

    private StepKind http() {
        return HttpStep.kind(workplace(""), new Environment(Map.of("TOKEN", SECRET)));
    }

    private StepKind tells() {
        return NotifyStep.kind(workplace(""), new Environment(Map.of("TOKEN", SECRET)));
    }

    private Workplace workplace(String sandbox) {
        return TestWorkplace.of(
                work, null, null, StoreSettings.DEFAULTS, () -> Instant.EPOCH, sandbox);
    }

    private StepOutcome.Failed fails(StepKind kind, String yaml) throws Exception {
        StepOutcome outcome = night.attempt(kind, "h", yaml);
        assertThat(outcome).isInstanceOf(StepOutcome.Failed.class);
        return (StepOutcome.Failed) outcome;
    }

    @Test
    void itAsksWithDatesAndSecretsAndLeavesWhatWasAnswered() throws Exception {
        answer = "{\"job\":{\"id\":17,\"tags\":[\"a\"]}}";
        Map<String, String> outputs =
                night.run(
                        http(),
                        "h",
                        """
                        http: %s/jobs?day=${bizdate}
                        headers: { Authorization: "Bearer ${env:TOKEN}" }
                        body: '{"from": "${bizdate-6}"}'
                        file: answer.json
                        outputs: { id: /job/id, tags: /job/tags }
                        """
                                .formatted(at));
        assertThat(asked)
                .containsExactly("POST /jobs?day=20260120 Bearer hush-7 {\"from\": \"20260114\"}");
        assertThat(outputs)
                .containsEntry("status", "200")
                .containsEntry("id", "17")
                .containsEntry("tags", "[\"a\"]");
        assertThat(Files.readString(Path.of(outputs.get("files")).resolve("answer.json")))
                .isEqualTo(answer);
        assertThat(night.log).noneMatch(line -> line.contains(SECRET));
    }

    @Test
    void aServerInTroubleIsAskedAgainAndARefusalIsNot() throws Exception {
        answer = "no such\n  job";
        for (int code : List.of(500, 503, 429, 408)) {
            status = code;
            assertThat(fails(http(), "http: " + at + "/x\n").worthRetrying()).isTrue();
        }
        for (int code : List.of(400, 401, 404, 409)) {
            status = code;
            StepOutcome.Failed failed = fails(http(), "http: " + at + "/x\n");
            assertThat(failed.worthRetrying()).isFalse();
            assertThat(failed.cause())
                    .hasMessage(
                            "GET %s/x was answered %d; it said: no such job".formatted(at, code));
        }
        night.run(http(), "h", "http: " + at + "/x\nexpect: [404, 409]\n");
        status = 200;
        assertThat(fails(http(), "http: " + at + "/x\nexpect: 202\n").worthRetrying()).isFalse();
    }

    @Test
    void whoDoesNotAnswerInTimeOrAtAllMayLater() throws Exception {
        StepOutcome.Failed late = fails(http(), "http: " + at + "/hangs\ntime-limit: 300ms\n");
        assertThat(late.worthRetrying()).isTrue();
        server.stop(0);
        StepOutcome.Failed gone = fails(http(), "http: " + at + "/x\n");
        assertThat(gone.worthRetrying()).isTrue();
        assertThat(gone.cause()).hasMessageStartingWith(at + "/x gave no answer: ");
    }

    @Test
    void anAnswerThatIsNotWhatWasToldFailsByName() throws Exception {
        answer = "{}";
        assertThat(fails(http(), "http: " + at + "/x\noutputs: { id: /job/id }\n").cause())
                .hasMessage("the answer has nothing at /job/id; it said: {}");
        answer = "<html>";
        assertThat(fails(http(), "http: " + at + "/x\noutputs: { id: /id }\n").cause())
                .hasMessage("the answer is not JSON; it said: <html>");
        assertThat(fails(http(), "http: \"" + at + "/${env:NONE}\"\n").cause())
                .hasMessage(
                        "http names ${env:NONE}, which the environment of this process does not"
                                + " have");
    }

    @Test
    void allThatIsWrongIsToldBeforeAnythingIsAsked() {
        assertThatThrownBy(
                        () ->
                                night.attempt(
                                        http(),
                                        "h",
                                        """
                                        http: ftp://x
                                        method: POTS
                                        body: ${bizdat}
                                        expect: [2xx]
                                        file: a/b
                                        outputs: { id: id }
                                        time-limit: 0s
                                        retries: 3
                                        """))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(8));
    }

    @Test
    void aNotificationIsPostedAsJsonAndItsFailureIsTheSteps() throws Exception {
        night.run(
                tells(),
                "tell",
                """
                notify: %s/hook
                text: rank of ${bizdate} "failed"
                headers: { Authorization: "${env:TOKEN}" }
                """
                        .formatted(at));
        assertThat(asked)
                .containsExactly(
                        "POST /hook hush-7 {\"text\":\"rank of 20260120 \\\"failed\\\"\",\"pipeline\":\"rank\","
                                + "\"run\":\"rank-2026-01-20\",\"step\":\"tell\",\"bizdate\":\"20260120\"}");
        status = 403;
        StepOutcome.Failed failed = fails(tells(), "notify: " + at + "/hook\ntext: x\n");
        assertThat(failed.cause())
                .hasMessage(
                        "nobody was told: %s/hook was answered 403; it said nothing more"
                                .formatted(at));
        assertThat(failed.worthRetrying()).isFalse();
    }

    @Test
    void fromASandboxNobodyIsToldAndNothingIsChangedOutside() throws Exception {
        var environment = new Environment(Map.of());
        StepKind tells = NotifyStep.kind(workplace("trial"), environment);
        night.run(tells, "tell", "notify: " + at + "/hook\ntext: x\n");
        assertThat(night.log).containsExactly("nobody is told from the sandbox trial: x");
        StepKind asks = HttpStep.kind(workplace("trial"), environment);
        assertThat(fails(asks, "http: " + at + "/x\nmethod: DELETE\n").cause())
                .hasMessage(
                        "DELETE %s/x may change something outside of the sandbox trial, where only"
                                + " GET and HEAD are sent; exclude the step",
                        at);
        assertThat(asked).isEmpty();
        night.run(asks, "h", "http: " + at + "/x\n");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aCommandIsToldTooAndItsFailureIsTheSteps() throws Exception {
        Files.writeString(
                work.resolve("tell.sh"),
                "echo \"$WAXWING_TEXT/$WAXWING_PIPELINE/$WAXWING_STEP/$WAXWING_BIZDATE\"; exit $1\n");
        night.run(tells(), "tell", "notify: [sh, tell.sh, 0]\ntext: hello\n");
        assertThat(night.log).containsExactly("hello/rank/tell/20260120");
        assertThat(fails(tells(), "notify: [sh, tell.sh, 3]\ntext: hello\n").cause())
                .hasMessageStartingWith("sh ended with exit code 3");
    }
}
