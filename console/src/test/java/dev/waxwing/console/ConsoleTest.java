package dev.waxwing.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Baselines;
import dev.waxwing.flow.Pipelines;
import dev.waxwing.flow.RunListener;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.Shift;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepCatalogue;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import io.helidon.webserver.WebServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Over a real port, with a real shift behind it that runs steps which do what the test says.
class ConsoleTest {
    private static final String ASK = ", 'by': 'ann', 'why': 'a test'}";

    @TempDir Path home;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Work> works = new ConcurrentHashMap<>();
    private Runs runs;
    private Shift shift;
    private Console console;
    private WebServer web;
    private JsonNode document;

    private interface Work {
        StepOutcome run(StepContext context) throws Exception;
    }

    /// `fake: table`, which does what the test gave it by the step's name.
    private final class Fake implements StepKind {
        @Override
        public String key() {
            return "fake";
        }

        @Override
        public Step parse(String name, MapNode config) {
            List<String> writes = config.texts("fake");
            return new Step() {
                @Override
                public List<String> writes() {
                    return writes;
                }

                @Override
                public StepOutcome run(StepContext context) throws Exception {
                    Work work = works.get(context.step());
                    return work == null ? new StepOutcome.Done(1) : work.run(context);
                }
            };
        }
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(home.resolve("pipelines"));
        Files.createDirectories(home.resolve("baselines"));
        write("p", "steps:\n  a: { fake: t }\n  b: { fake: u, after: a }\n");
        write("night", "schedule: \"30 1 * * *\"\nruns: [p]\n");
        Files.writeString(
                home.resolve("baselines/live.yaml"),
                "baseline: live\npipeline: p\nby: \"07:30\"\n");
        runs = Runs.open(home.resolve("waxwing.db"));
        open();
        document = Json.MAPPER.readTree(OpenApiRoute.document());
    }

    private void open() {
        var pipelines = Pipelines.in(home.resolve("pipelines"), StepCatalogue.of(new Fake()));
        console =
                new Console(
                        runs,
                        home,
                        pipelines,
                        Baselines.in(home.resolve("baselines")),
                        ZoneOffset.UTC,
                        InstantSource.system());
        web = console.listener("127.0.0.1", 0).build().start();
    }

    private void work() {
        var pipelines = Pipelines.in(home.resolve("pipelines"), StepCatalogue.of(new Fake()));
        shift =
                Shift.start(
                        runs,
                        home,
                        pipelines,
                        new Shift.Settings(2, ZoneOffset.UTC, Map.of(), false),
                        InstantSource.system(),
                        RunListener.none());
    }

    @AfterEach
    void stop() {
        console.close();
        web.stop();
        if (shift != null) {
            shift.close();
        }
        runs.close();
        client.close();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(
                home.resolve("pipelines/" + name + ".yaml"), "pipeline: " + name + "\n" + text);
    }

    private record Got(int status, JsonNode json) {}

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + web.port() + path);
    }

    private Got get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private Got post(String path, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build());
    }

    /// Every answer is held against the document: as a route's own where there is one, as an error otherwise.
    private Got send(HttpRequest request) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode json = Json.MAPPER.readTree(response.body());
        int status = response.statusCode();
        JsonNode schema = document.at("/components/schemas/Error");
        if (status != 404 && status != 405) {
            String path = declared(request.uri().getPath());
            schema = Answers.schema(document, request.method(), path, status);
            assertThat(schema.isMissingNode())
                    .as("%s %s may answer %d", request.method(), path, status)
                    .isFalse();
        }
        assertThat(Answers.problems(document, schema, json)).as(response.body()).isEmpty();
        return new Got(status, json);
    }

    private String declared(String path) {
        return console.all().stream()
                .map(Route::path)
                .filter(each -> path.matches(each.replaceAll("\\{\\w+}", "[^/]+")))
                .findFirst()
                .orElseThrow();
    }

    private String run(String bizdate) throws Exception {
        Got made = post("/v1/runs", "{'pipeline': 'p', 'bizdate': '" + bizdate + "'" + ASK);
        assertThat(made.status).as("%s", made.json).isEqualTo(201);
        return made.json.path("runs").get(0).asText();
    }

    private void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come to pass").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    private void ended(String run) {
        until(() -> runs.find(run).orElseThrow().hasEnded());
    }

    // ---- the document

    @Test
    void everyRouteIsInTheDocumentAndTheOtherWayRound() {
        var told = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .fieldNames()
                                        .forEachRemaining(
                                                method ->
                                                        told.add(
                                                                method.toUpperCase(Locale.ROOT)
                                                                        + " "
                                                                        + path.getKey())));
        var there = new TreeSet<String>();
        console.all().forEach(route -> there.add(route.method() + " " + route.path()));
        assertThat(told).isEqualTo(there);
        assertThat(document.path("openapi").asText()).startsWith("3.1");
        var refs = new TreeSet<String>();
        document.findValuesAsText("$ref")
                .forEach(ref -> refs.add(ref.replace("#/components/schemas/", "")));
        var schemas = new TreeSet<String>();
        document.at("/components/schemas").fieldNames().forEachRemaining(schemas::add);
        assertThat(refs).as("every schema is there, and used").isEqualTo(schemas);
    }

    @Test
    void theDocumentIsServed() throws Exception {
        HttpResponse<String> got =
                client.send(
                        HttpRequest.newBuilder(uri("/v1/openapi.json")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(Json.MAPPER.readTree(got.body())).isEqualTo(document);
    }

    // ---- runs

    @Test
    void aRunIsMadeDoneAndShownWithItsGraphAndWhoWantedIt() throws Exception {
        works.put(
                "a",
                context -> {
                    for (int i = 0; i < 300; i++) {
                        context.log("line " + i);
                    }
                    context.output("auc", "0.7");
                    return new StepOutcome.Done(42);
                });
        work();
        String id = run("20130801");
        assertThat(id).isEqualTo("r-20130801-p-0001");
        ended(id);
        JsonNode run = get("/v1/runs/" + id).json;
        assertThat(run.at("/run/state").asText()).isEqualTo("DONE");
        assertThat(run.at("/run/good").asInt()).isEqualTo(2);
        assertThat(run.path("edges").toString()).isEqualTo("[{\"from\":\"a\",\"to\":\"b\"}]");
        assertThat(run.at("/steps/0/rows").asInt()).isEqualTo(42);
        assertThat(run.at("/steps/0/outputs/auc").asText()).isEqualTo("0.7");
        assertThat(run.at("/steps/0/attempts/0/state").asText()).isEqualTo("DONE");
        assertThat(run.at("/notes/0/by").asText()).isEqualTo("ann");
        assertThat(run.at("/notes/0/what").asText()).isEqualTo("run");
        HttpResponse<String> log =
                client.send(
                        HttpRequest.newBuilder(uri("/v1/runs/" + id + "/logs/a?tail=2")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(log.body().lines()).hasSize(2);
        assertThat(log.body()).contains("line 299").doesNotContain("line 297");
    }

    @Test
    void pagesFollowEachOtherAndAreNarrowed() throws Exception {
        for (int day = 1; day <= 5; day++) {
            run("2013080" + day);
        }
        var seen = new ArrayList<String>();
        String cursor = "";
        do {
            JsonNode page =
                    get("/v1/runs?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)).json;
            page.path("runs").forEach(run -> seen.add(run.path("run").asText()));
            cursor = page.path("next").asText();
        } while (!cursor.isEmpty());
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        assertThat(get("/v1/runs?bizdate=20130803&state=PLANNED&pipeline=p").json.path("runs"))
                .hasSize(1);
        assertThat(get("/v1/runs?state=DONE").json.path("runs")).isEmpty();
    }

    @Test
    void aRunIsPausedResumedCancelledRerunAndTakenForDone() throws Exception {
        var entered = new CountDownLatch(1);
        works.put(
                "a",
                _ -> {
                    entered.countDown();
                    new CountDownLatch(1).await();
                    return new StepOutcome.Done(1);
                });
        work();
        String id = run("20130801");
        entered.await();
        Got paused = post("/v1/runs/" + id + "/pause", "{'by': 'ann', 'why': 'wait'}");
        assertThat(paused.json.at("/run/paused").asBoolean()).isTrue();
        assertThat(
                        post("/v1/runs/" + id + "/resume", "{'by': 'ann', 'why': 'go'}")
                                .json
                                .at("/run/paused")
                                .asBoolean())
                .isFalse();
        assertThat(post("/v1/runs/" + id + "/cancel", "{'by': 'bob', 'why': 'no'}").status)
                .isEqualTo(200);
        ended(id);
        assertThat(get("/v1/runs/" + id).json.at("/run/state").asText()).isEqualTo("CANCELLED");
        Got again = post("/v1/runs/" + id + "/cancel", "{'by': 'bob', 'why': 'no'}");
        assertThat(again.status).isEqualTo(409);
        assertThat(again.json.path("found").asText()).isEqualTo(id + ": it has ended");
        works.put("a", _ -> new StepOutcome.Failed(new IOException("planned"), false));
        assertThat(post("/v1/runs/" + id + "/rerun", "{'steps': ['a']" + ASK).status)
                .isEqualTo(200);
        ended(id);
        assertThat(post("/v1/runs/" + id + "/mark-done", "{'step': 'a'" + ASK).status)
                .isEqualTo(200);
        ended(id);
        JsonNode run = get("/v1/runs/" + id).json;
        assertThat(run.at("/run/state").asText()).isEqualTo("DONE");
        assertThat(run.path("notes").findValuesAsText("what"))
                .containsExactly(
                        "run", "pause", "resume", "cancel", "rerun from a", "take a for done");
    }

    @Test
    void aBackfillIsPlannedBeforeItIsMade() throws Exception {
        String asked = "{'pipeline': 'p', 'from': '20130801', 'to': '20130803', 'exclude': ['b']";
        Got plan = post("/v1/backfills", asked + ", 'plan': true}");
        assertThat(plan.status).isEqualTo(200);
        assertThat(plan.json.path("plan")).hasSize(3);
        assertThat(plan.json.at("/plan/0/dry/0").asText()).isEqualTo("b");
        assertThat(plan.json.at("/plan/1/waits_for/0/cycle").asText())
                .isEqualTo("2013-08-02T00:00");
        assertThat(get("/v1/runs").json.path("runs")).as("nothing was made").isEmpty();
        Got nobody = post("/v1/backfills", asked + "}");
        assertThat(nobody.status).isEqualTo(400);
        assertThat(nobody.json.path("found").asText()).contains("by: missing", "why: missing");
        Got unsaid = post("/v1/backfills", asked + ASK);
        assertThat(unsaid.status).as("only who says so writes what is live").isEqualTo(400);
        assertThat(unsaid.json.path("where").asText()).isEqualTo("production");
        assertThat(get("/v1/runs").json.path("runs")).as("nothing was made").isEmpty();
        asked += ", 'production': true";
        Got made = post("/v1/backfills", asked + ASK);
        assertThat(made.status).isEqualTo(201);
        assertThat(made.json.path("runs")).hasSize(3);
        Got twice = post("/v1/backfills", asked + ASK);
        assertThat(twice.status).isEqualTo(409);
        assertThat(twice.json.path("found").asText()).contains("p is planned for 20130801 already");
        String cancel = "/v1/backfills/" + made.json.path("backfill").asText() + "/cancel";
        Got cancelled = post(cancel, ASK.replaceFirst(", ", "{"));
        assertThat(cancelled.status).isEqualTo(200);
        assertThat(cancelled.json.path("cancelled").asInt()).isEqualTo(3);
        Got again = post(cancel, ASK.replaceFirst(", ", "{"));
        assertThat(again.status).isEqualTo(409);
        assertThat(again.json.path("found").asText()).contains("all of its 3 runs have ended");
        assertThat(post("/v1/backfills/b-0/cancel", ASK.replaceFirst(", ", "{")).status)
                .isEqualTo(404);
    }

    @Test
    void whatABackfillSetsIsInItsPlanAndInItsRunsWithWhoAsked() throws Exception {
        String asked =
                "{'pipeline': 'night', 'from': '20130801', 'to': '20130801', 'production': true";
        String set = ", 'set': {'p.a.attempts': 3}";
        Got plan = post("/v1/backfills", asked + set + ", 'plan': true}");
        assertThat(plan.status).isEqualTo(200);
        assertThat(plan.json.at("/plan/0/set/p.a.attempts").asText()).isEqualTo("3");
        Got made = post("/v1/backfills", asked + set + ASK);
        assertThat(made.status).isEqualTo(201);
        JsonNode run = get("/v1/runs/" + made.json.at("/runs/0").asText()).json;
        assertThat(run.path("set").toString()).isEqualTo("{\"p.a.attempts\":\"3\"}");
        assertThat(run.at("/notes/0/what").asText())
                .isEqualTo(
                        "backfill " + made.json.path("backfill").asText() + " with p.a.attempts=3");
        Got typo = post("/v1/backfills", asked + ", 'set': {'p.c.attempts': 3}" + ASK);
        assertThat(typo.status).isEqualTo(400);
        assertThat(typo.json.path("where").asText()).isEqualTo("set");
        assertThat(typo.json.path("found").asText())
                .isEqualTo("cannot set p.c.attempts: there is no steps.c in pipelines/p.yaml");
        Got many = post("/v1/backfills", asked + ", 'set': {'p.a.attempts': 'many'}" + ASK);
        assertThat(many.status).isEqualTo(400);
        assertThat(many.json.path("found").asText()).contains("\"many\" is not a whole number");
    }

    @Test
    void pipelinesAreShownWithTheirPictureAndBrokenOnesAreSaidToBe() throws Exception {
        write("bad", "steps: { a: { fakee: t } }\n");
        JsonNode list = get("/v1/pipelines").json;
        assertThat(list.path("pipelines").findValuesAsText("pipeline"))
                .containsExactly("night", "p");
        assertThat(list.at("/broken/0/pipeline").asText()).isEqualTo("bad");
        assertThat(list.at("/broken/0/problems/0").asText()).contains("did you mean fake?");
        JsonNode one = get("/v1/pipelines/p").json;
        assertThat(one.path("mermaid").asText())
                .isEqualTo(
                        """
                        flowchart LR
                          n0["a<br/>fake"]
                          n1["b<br/>fake"]
                          n0 -->|"after"| n1
                        """);
        assertThat(get("/v1/pipelines/night").json.path("mermaid").asText()).contains("\"p\"");
        assertThat(get("/v1/pipelines/bad").status).isEqualTo(409);
        Got none = get("/v1/pipelines/nigth");
        assertThat(none.status).isEqualTo(404);
        assertThat(none.json.path("wouldDo").asText()).contains("night");
    }

    @Test
    void baselinesAreShownAsTheyStand() throws Exception {
        JsonNode list = get("/v1/baselines").json;
        assertThat(list.at("/baselines/0/baseline").asText()).isEqualTo("live");
        assertThat(list.at("/baselines/0/deadline").asText()).endsWith("T07:30:00Z");
        assertThat(list.path("alerts")).isEmpty();
        Files.writeString(home.resolve("baselines/live.yaml"), "baseline: live\npipeline: q\n");
        Got wrong = get("/v1/baselines");
        assertThat(wrong.status).isEqualTo(409);
        assertThat(wrong.json.path("found").asText()).contains("\"q\" is not a pipeline");
    }

    // ---- what will not do

    @Test
    void whatWillNotDoIsAnsweredWithWhatWould() throws Exception {
        assertThat(get("/v1/runs/r-none").status).isEqualTo(404);
        assertThat(get("/v1/runs/a%20b").status).isEqualTo(400);
        assertThat(get("/v1/runs/r-none/logs/a").status).isEqualTo(404);
        assertThat(get("/v1/runs/..%2F..%2Fetc%2Fpasswd").status).isIn(400, 404);
        assertThat(get("/v1/nothing").status).isEqualTo(404);
        assertThat(get("/v1/runs?limit=0").status).isEqualTo(400);
        assertThat(get("/v1/runs?limit=501").status).isEqualTo(400);
        assertThat(get("/v1/runs?bizdate=2013-08-01").status).isEqualTo(400);
        assertThat(get("/v1/runs?cursor=x").status).isEqualTo(400);
        Got state = get("/v1/runs?state=done");
        assertThat(state.json.path("wouldDo").asText()).contains("DONE");
        Got misspelt = get("/v1/runs?pipelin=p");
        assertThat(misspelt.status).isEqualTo(400);
        assertThat(misspelt.json.path("wouldDo").asText()).contains("pipeline");
        assertThat(get("/v1/runs?pipeline=p&pipeline=q").status).isEqualTo(400);
        Got method =
                send(
                        HttpRequest.newBuilder(uri("/v1/runs"))
                                .method("DELETE", HttpRequest.BodyPublishers.noBody())
                                .build());
        assertThat(method.status).isEqualTo(405);
        assertThat(method.json.path("wouldDo").asText()).isEqualTo("GET, POST");
    }

    @Test
    void allThatIsWrongWithABodyIsToldTogether() throws Exception {
        Got got = post("/v1/runs", "{'pipline': 'p', 'bizdate': '2013', 'by': ' '}");
        assertThat(got.status).isEqualTo(400);
        assertThat(got.json.path("found").asText())
                .contains(
                        "pipeline: missing",
                        "pipline: not a known key; did you mean pipeline?",
                        "bizdate: \"2013\" is not a day as yyyymmdd",
                        "by: blank",
                        "why: missing");
        assertThat(post("/v1/runs", "{'pipeline': 'p'").status).isEqualTo(400);
        assertThat(post("/v1/runs", "{'by': 'a', 'by': 'b'}").status).isEqualTo(400);
        assertThat(post("/v1/runs", "[]").status).isEqualTo(400);
        assertThat(post("/v1/runs", "").status).isEqualTo(400);
        assertThat(post("/v1/runs", "[".repeat(5000)).status).isEqualTo(400);
        assertThat(post("/v1/runs", "{'by': '" + "x".repeat(Asked.LARGEST_BODY) + "'}").status)
                .isEqualTo(413);
        Got none = post("/v1/runs", "{'pipeline': 'q', 'bizdate': '20130801'" + ASK);
        assertThat(none.status).isEqualTo(404);
        String id = run("20130801");
        assertThat(post("/v1/runs/" + id + "/mark-done", "{'step': 'c'" + ASK).status)
                .isIn(400, 409);
        assertThat(
                        post(
                                        "/v1/backfills",
                                        "{'pipeline': 'p', 'from': '20130802', 'to': '20130801'"
                                                + ASK)
                                .status)
                .isEqualTo(400);
    }

    @Test
    void aBodyThatAPageOfAnotherSiteCouldSendIsRefused() throws Exception {
        Got form =
                send(
                        HttpRequest.newBuilder(uri("/v1/runs"))
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build());
        assertThat(form.status).isEqualTo(415);
    }

    // ---- who is let in

    @Test
    void onlyLoopbackIsListenedOn() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> console.listener(host, 0))
                    .withMessageContaining("cannot listen on " + host);
        }
    }

    @Test
    void aNameThatWasBoundAnewToThisMachineIsRefused() throws Exception {
        assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: evil.example:80\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: localhost:1\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: [::1]:8081\r\n")).startsWith("HTTP/1.1 200");
        String other =
                "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n";
        assertThat(raw(other)).startsWith("HTTP/1.1 403").contains("\"where\":\"Origin\"");
        assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: null\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    private String raw(String head) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), web.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return until(socket, "}");
        }
    }

    /// What comes until it ends so; the connection itself may stay open.
    private static String until(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            text.append((char) next);
        }
        return text.toString();
    }

    // ---- events

    /// A follower with a thread of its own.
    private final class Follower implements AutoCloseable {
        final List<JsonNode> events = java.util.Collections.synchronizedList(new ArrayList<>());
        final List<String> kinds = java.util.Collections.synchronizedList(new ArrayList<>());
        private final Socket socket;
        private final CountDownLatch begun = new CountDownLatch(1);

        Follower(String query, String lastSeen) throws Exception {
            socket = new Socket(InetAddress.getLoopbackAddress(), web.port());
            String head =
                    "GET /v1/events"
                            + query
                            + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            + (lastSeen.isEmpty() ? "" : "Last-Event-ID: " + lastSeen + "\r\n")
                            + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(this::read);
            begun.await();
        }

        private void read() {
            try (var in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.UTF_8))) {
                String line;
                while ((line = in.readLine()) != null) {
                    if (line.startsWith(": waxwing")) {
                        begun.countDown();
                    } else if (line.startsWith("event: ")) {
                        kinds.add(line.substring(7));
                    } else if (line.startsWith("data: ")) {
                        events.add(Json.MAPPER.readTree(line.substring(6)));
                    }
                }
            } catch (IOException e) {
                begun.countDown(); // closed by the test
            }
        }

        List<String> told() {
            synchronized (events) {
                return events.stream()
                        .map(
                                event ->
                                        event.path("step").asText("")
                                                + " "
                                                + event.path("state").asText())
                        .toList();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final List<String> NIGHT =
            List.of(" PLANNED", " RUNNING", "a RUNNING", "a DONE", "b RUNNING", "b DONE", " DONE");

    @Test
    void whoFollowsIsToldEverythingInOrderAndWhoComesBackMissesNothing() throws Exception {
        try (var follower = new Follower("", "")) {
            work();
            ended(run("20130801"));
            until(() -> follower.events.size() >= NIGHT.size());
            assertThat(follower.told()).isEqualTo(NIGHT);
            JsonNode schema = document.at("/components/schemas/Event");
            for (JsonNode event : follower.events) {
                assertThat(Answers.problems(document, schema, event)).isEmpty();
            }
            assertThat(follower.kinds).startsWith("run", "run", "step");
        }
        ended(run("20130802")); // nobody looks
        String third = Long.toString(runs.happened(0, 3).getLast().id());
        try (var back = new Follower("", third)) {
            until(() -> back.events.size() >= 2 * NIGHT.size() - 3);
            var rest = new ArrayList<>(NIGHT.subList(3, NIGHT.size()));
            rest.addAll(NIGHT);
            assertThat(back.told()).isEqualTo(rest);
        }
    }

    @Test
    void aRestartOfTheConsoleLosesNoEvent() throws Exception {
        work();
        ended(run("20130801"));
        console.close();
        web.stop();
        open();
        try (var back = new Follower("", "0")) {
            until(() -> back.events.size() >= NIGHT.size());
            assertThat(back.told()).isEqualTo(NIGHT);
        }
    }

    @Test
    void aFollowerMayWantOneRunOrOnePipelineAlone() throws Exception {
        work();
        write("q", "steps: { x: { fake: v } }\n");
        String one = run("20130801");
        ended(one);
        ended(run("20130802"));
        post("/v1/runs", "{'pipeline': 'q', 'bizdate': '20130801'" + ASK);
        until(() -> runs.lastHappened() >= 2L * NIGHT.size() + 5);
        try (var follower = new Follower("?after=0&run=" + one, "");
                var other = new Follower("?after=0&pipeline=q", "")) {
            until(() -> follower.events.size() >= NIGHT.size() && other.events.size() >= 5);
            assertThat(follower.told()).isEqualTo(NIGHT);
            assertThat(other.told())
                    .containsExactly(" PLANNED", " RUNNING", "x RUNNING", "x DONE", " DONE");
        }
    }

    @Test
    void whatIsNotKeptAnyMoreIsSaidToBeMissing() throws Exception {
        try (var follower = new Follower("", "99999")) {
            until(() -> !follower.kinds.isEmpty());
            assertThat(follower.kinds.getFirst()).isEqualTo("gap");
        }
        assertThat(get("/v1/events?after=x").status).isEqualTo(400);
    }

    @Test
    void manyFollowersAndOneThatNeverReadsHoldUpNobody() throws Exception {
        var followers = new ArrayList<Follower>();
        try (var deaf = new Socket(InetAddress.getLoopbackAddress(), web.port())) {
            deaf.setReceiveBufferSize(1024);
            deaf.getOutputStream()
                    .write(
                            "GET /v1/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 50; i++) {
                followers.add(new Follower("", ""));
            }
            work();
            works.put("a", _ -> new StepOutcome.Failed(new IOException("x".repeat(20_000)), false));
            for (int day = 10; day < 30; day++) {
                ended(run("201308" + day));
            }
            for (Follower follower : followers) {
                until(() -> follower.told().stream().filter(" FAILED"::equals).count() == 20);
            }
        } finally {
            for (Follower follower : followers) {
                follower.close();
            }
        }
    }

    @Test
    void streamsEndWhenTheConsoleDoes() throws Exception {
        var socket = new Socket(InetAddress.getLoopbackAddress(), web.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(
                        "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        var first = new byte[1];
        assertThat(socket.getInputStream().read(first)).isEqualTo(1);
        console.close();
        assertThat(until(socket, "\r\n0\r\n\r\n"))
                .contains("text/event-stream", ": waxwing")
                .endsWith("\r\n0\r\n\r\n");
        socket.close();
    }
}
