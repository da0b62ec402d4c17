package dev.waxwing.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;

import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.Served;
import dev.waxwing.model.ScoredId;

import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/// Over a real port, from real bundles.
class HttpTest {
    @TempDir Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private SimpleMeterRegistry registry;
    private Community community;
    private EventLog log;
    private LiveSwap swap;
    private Server server;
    private WebServer web;

    @BeforeEach
    void begin() {
        community = new Community(folder);
    }

    @AfterEach
    void end() {
        stop();
    }

    private void start() {
        registry = new SimpleMeterRegistry();
        log = EventLog.open(folder.resolve("events-log"));
        swap = new LiveSwap(community.store, registry, () -> Community.NOON);
        server =
                Server.start(
                        swap,
                        log,
                        LogPosition.START,
                        OnlineState.Bounds.USUAL,
                        registry,
                        () -> Community.NOON);
        web = Listening.start(listener(0), "127.0.0.1", 0);
    }

    private WebServer listener(int port) {
        return WebServer.builder()
                .host("127.0.0.1")
                .port(port)
                .directHandlers(Unread.answers())
                .routing(routing -> routing.register(new Routes(server)))
                .build();
    }

    private void stop() {
        if (web != null) {
            web.stop();
            server.close();
            log.close();
            web = null;
        }
    }

    private record Got(int status, JsonNode json) {}

    private Got get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private Got post(String path, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build());
    }

    private Got send(HttpRequest request) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return new Got(response.statusCode(), Json.MAPPER.readTree(response.body()));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + web.port() + path);
    }

    private static List<String> items(JsonNode json) {
        var items = new ArrayList<String>();
        json.path("items").forEach(item -> items.add(item.path("item").asText()));
        return items;
    }

    @Test
    void recommendsAndTheNightIsToldWhatWasServed() throws Exception {
        community.publishAll(true);
        start();
        Got got = get("/v1/scenes/home/recommend?user=old&size=3");
        assertThat(got.status).isEqualTo(200);
        assertThat(items(got.json)).containsExactly("h5", "c", "h1");
        assertThat(got.json.path("ranker").asText())
                .isEqualTo(community.set.get("home_rank/champion").toString());
        assertThat(got.json.at("/items/0/score").asDouble())
                .isCloseTo(Community.logistic(2.5), within(1e-12));
        assertThat(got.json.at("/items/1/sources").toString())
                .isEqualTo("[\"item_cf\",\"user_cf\"]");
        assertThat(got.json.at("/items/2/title").asText()).isEqualTo("Second");
        assertThat(got.json.at("/bundles/hot~1live").asText()).startsWith("hot/20260130-");
        assertThat(
                        items(
                                get("/v1/scenes/home/recommend?user=old&size=2&exclude=h5,c&exclude=h1")
                                        .json))
                .containsExactly("b", "d");
        stop();
        var served = new ArrayList<Served>();
        try (EventLog reopened = EventLog.open(folder.resolve("events-log"))) {
            reopened.reader()
                    .read(
                            LogPosition.START,
                            reopened.end(),
                            logged -> served.add(Served.parse(logged.event())));
        }
        assertThat(served).extracting(Served::item).containsExactly("h5", "c", "h1", "b", "d");
        assertThat(served.getFirst().requestId()).isEqualTo(got.json.path("request_id").asText());
        assertThat(served.getFirst().score()).isEqualTo(got.json.at("/items/0/score").asDouble());
    }

    @Test
    void eventsAreDurableBeforeTheyAreAcceptedChangeTheNextAnswerAndSurviveARestart()
            throws Exception {
        community.publishAll(true);
        start();
        Got got =
                post(
                        "/v1/events",
                        "[{'type':'seen','user':'u','item':'h5'},{'type':'hide','user':'u','item':'h0'},{'type':'publish','user':'zoe','item':'new1','fields':{'title':'New'}}]");
        assertThat(got.status).isEqualTo(202);
        assertThat(got.json.path("accepted").asInt()).isEqualTo(3);
        var durable = new ArrayList<String>();
        log.reader()
                .read(
                        LogPosition.START,
                        log.reader().end(),
                        logged -> durable.add(logged.event().item()));
        assertThat(durable).containsExactly("h5", "h0", "new1");
        List<String> before = items(get("/v1/scenes/home/recommend?user=u&size=50").json);
        assertThat(before).contains("new1").doesNotContain("h5", "h0");
        stop();
        start();
        assertThat(items(get("/v1/scenes/home/recommend?user=u&size=50").json)).isEqualTo(before);
    }

    @Test
    void badEventsAreNamedByTheirPlaceAndTheGoodOnesOfTheSameBodyAreStored() throws Exception {
        community.publishAll(false);
        start();
        Got got =
                post(
                        "/v1/events",
                        "[{'type':'clik','user':'u','item':'i'},{'id':'ok','type':'click','user':'u','item':'i'},{'user':'u'}]");
        assertThat(got.status).isEqualTo(400);
        assertThat(got.json.path("ids").toString()).isEqualTo("[\"ok\"]");
        assertThat(got.json.path("found").asText())
                .isEqualTo("2 that are not as they should be; 1 were stored");
        assertThat(got.json.at("/problems/0/index").asInt()).isZero();
        assertThat(got.json.at("/problems/0/problems/0").asText())
                .isEqualTo("type: no event type \"clik\"; did you mean click?");
        assertThat(got.json.at("/problems/1/index").asInt()).isEqualTo(2);
        assertThat(post("/v1/events", "{'type':").status).isEqualTo(400);
        assertThat(post("/v1/events", "'" + "x".repeat(EventRoute.LARGEST_BODY) + "'").status)
                .isEqualTo(413);
        assertThat(registry.counter("waxwing.events.accepted").count()).isEqualTo(1);
        log.close();
        Got full = post("/v1/events", "{'type':'click','user':'u','item':'i'}");
        assertThat(full.status).isEqualTo(503);
        assertThat(full.json.path("wouldDo").asText())
                .isEqualTo("send the same body again, a little later");
    }

    @Test
    void similarItemsAreAnsweredAndAnUnknownItemIsA404ThatSaysSo() throws Exception {
        community.publishAll(false);
        start();
        Got got = get("/v1/items/a/similar?size=2");
        assertThat(items(got.json)).containsExactly("b", "c");
        assertThat(items(get("/v1/items/a/similar").json)).containsExactly("b", "c", "h1");
        assertThat(get("/v1/items/lonely/similar").json.path("items")).isEmpty();
        Got unknown = get("/v1/items/nonsense/similar");
        assertThat(unknown.status).isEqualTo(404);
        assertThat(unknown.json.path("error").asText())
                .isEqualTo("nothing is known of item nonsense");
        assertThat(unknown.json.path("wouldDo").asText())
                .isEqualTo("the id of an item that was published, or that a live bundle holds");
    }

    @Test
    void rowsAreScoredInTheirOrderAndABadRowIsNamed() throws Exception {
        community.publishAll(true);
        start();
        String rows = "[{'item_acts':60,'tags':['Drama'],'hour':'12'},{'item_acts':1},{}]";
        for (String name :
                List.of(
                        "home_rank/champion",
                        "home_rank",
                        community.set.get("home_rank/champion").toString())) {
            Got got = post("/v1/score/" + name, rows);
            assertThat(got.status).as(name).isEqualTo(200);
            assertThat(got.json.at("/0/score").asDouble())
                    .isCloseTo(Community.logistic(2.5), within(1e-12));
            assertThat(got.json.at("/1/score").asDouble())
                    .isCloseTo(Community.logistic(-1.25), within(1e-12));
            assertThat(got.json).hasSize(3);
        }
        Got unknown = post("/v1/score/home_rank", "[{},{'item_act':1}]");
        assertThat(unknown.status).isEqualTo(400);
        assertThat(unknown.json.path("where").asText()).isEqualTo("row 1, item_act");
        assertThat(unknown.json.path("wouldDo").asText()).isEqualTo("did you mean item_acts?");
        assertThat(
                        post("/v1/score/home_rank", "[{'item_acts':'many'}]")
                                .json
                                .path("where")
                                .asText())
                .isEqualTo("row 0");
        assertThat(post("/v1/score/home_rank", "[{'item_acts':{}}]").status).isEqualTo(400);
        assertThat(post("/v1/score/home_rank", "{}").status).isEqualTo(400);
        assertThat(post("/v1/score/home_rank", "[{").status).isEqualTo(400);
        assertThat(post("/v1/score/side_rank", "[]").json.path("error").asText())
                .isEqualTo("no ranker side_rank is live");
    }

    @Test
    void anExplanationAddsUp() throws Exception {
        community.publishAll(true);
        start();
        JsonNode why = get("/v1/explain?scene=home&user=old&item=c").json;
        double sum = why.at("/ranking/base").asDouble();
        for (JsonNode part : why.at("/ranking/contributions")) {
            sum += part.path("contribution").asDouble();
        }
        assertThat(sum).isCloseTo(why.at("/ranking/margin").asDouble(), within(1e-9));
        assertThat(why.at("/ranking/score").asDouble())
                .isCloseTo(Community.logistic(0.25), within(1e-12));
        assertThat(why.path("place").asInt()).isEqualTo(2);
        assertThat(why.at("/sources/item_cf/place").asInt()).isEqualTo(2);
        assertThat(why.at("/features/item_acts").asDouble()).isEqualTo(90);
        assertThat(get("/v1/explain?scene=home&user=old&item=nonsense").status).isEqualTo(404);
    }

    @Test
    void whatCannotBeUsedIsAnsweredWithWhatCan() throws Exception {
        community.publishAll(false);
        start();
        assertThat(get("/v1/scenes/home/recommend").json.toString())
                .isEqualTo(
                        "{\"error\":\"user is not"
                                + " usable\",\"where\":\"user\",\"found\":\"nothing\",\"wouldDo\":\"?user=…"
                                + " with an id\"}");
        assertThat(get("/v1/scenes/home/recommend?user=u&size=0").json.path("wouldDo").asText())
                .isEqualTo("a whole number from 1 to 50");
        assertThat(get("/v1/scenes/home/recommend?user=u&size=51").json.path("wouldDo").asText())
                .isEqualTo("a whole number from 1 to 50");
        assertThat(get("/v1/scenes/home/recommend?user=u&exclud=x").json.path("wouldDo").asText())
                .isEqualTo("did you mean exclude?");
        assertThat(get("/v1/scenes/home/recommend?user=" + "x".repeat(201)).status).isEqualTo(400);
        Got scene = get("/v1/scenes/hime/recommend?user=u");
        assertThat(scene.status).isEqualTo(404);
        assertThat(scene.json.path("wouldDo").asText()).isEqualTo("did you mean home?");
    }

    @Test
    void aPathThatIsNotThereAndAMethodThatItDoesNotTakeAreAnsweredWithWhatThereIs()
            throws Exception {
        community.publishAll(true);
        start();
        Got nothing = get("/v1/scene/home/recommend?user=old");
        assertThat(nothing.status).isEqualTo(404);
        assertThat(nothing.json.path("error").asText()).isEqualTo("there is nothing at this path");
        assertThat(nothing.json.path("found").asText()).isEqualTo("/v1/scene/home/recommend");
        assertThat(nothing.json.path("wouldDo").asText())
                .contains("GET /v1/scenes/{scene}/recommend")
                .contains("POST /v1/events");

        Got read = get("/v1/events");
        assertThat(read.status).isEqualTo(405);
        assertThat(read.json.path("error").asText()).isEqualTo("/v1/events takes no GET");
        assertThat(read.json.path("wouldDo").asText()).isEqualTo("POST");
        assertThat(post("/v1/scenes/home/recommend?user=old", "{}").status).isEqualTo(405);
        assertThat(get("/v1/score/home_rank/champion").status).isEqualTo(405);
    }

    @Test
    void whatNoRouteCouldReadIsAnsweredAsJsonToo() throws Exception {
        community.publishAll(true);
        start();
        String answer = raw("GET /v1/scenes/home/recommend?user=1%zz HTTP/1.1");
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/json")
                .contains("\"error\":\"the request cannot be read\"")
                .contains("percent-encoded");
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1"))
                .startsWith("HTTP/1.1 414 ")
                .contains("\"error\":\"the request cannot be read\"")
                .hasSizeLessThan(1_000);
    }

    private String raw(String line) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), web.port())) {
            socket.getOutputStream()
                    .write((line + "\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aParameterThatIsSaidTwiceIsRefusedAndABodyThatIsNoneIsToldAsSuch() throws Exception {
        community.publishAll(true);
        start();
        Got twice = get("/v1/scenes/home/recommend?user=a&user=b");
        assertThat(twice.status).isEqualTo(400);
        assertThat(twice.json.path("wouldDo").asText()).isEqualTo("one user");
        for (String body : List.of("", "[]", "null", "{'type':")) {
            Got none = post("/v1/events", body);
            assertThat(none.status).isEqualTo(400);
            assertThat(none.json.path("error").asText()).isEqualTo("the body cannot be read");
            assertThat(none.json.path("found").asText()).startsWith("body: ");
            assertThat(none.json.path("wouldDo").asText()).contains("an array of at most 2000");
        }
        Got empty = post("/v1/events", "{}");
        assertThat(empty.json.at("/problems/0/problems").toString())
                .isEqualTo("[\"type: missing\",\"user: missing\"]");
    }

    @Test
    void aThousandRequestsAtOnceAreAllAnswered() throws Exception {
        community.publishAll(true);
        start();
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Got>>();
            for (int n = 0; n < 1000; n++) {
                String user = n % 3 == 0 ? "old" : "newcomer-" + n;
                answers.add(
                        askers.submit(() -> get("/v1/scenes/home/recommend?size=2&user=" + user)));
            }
            for (Future<Got> answer : answers) {
                assertThat(answer.get().status).isEqualTo(200);
                assertThat(items(answer.get().json)).hasSize(2);
            }
        }
        assertThat(
                        registry.counter(
                                        "waxwing.requests",
                                        "route",
                                        "/v1/scenes/{scene}/recommend",
                                        "status",
                                        "200")
                                .count())
                .isEqualTo(1000);
    }

    @Test
    void healthSaysWhatIsLiveWhatIsMissingAndWhatWasRefused() throws Exception {
        start();
        Got nothing = get("/health");
        assertThat(nothing.status).isEqualTo(503);
        assertThat(nothing.json.path("live").asBoolean()).isTrue();
        assertThat(nothing.json.path("ready").asBoolean()).isFalse();
        Got early = get("/v1/scenes/home/recommend?user=u");
        assertThat(early.status).isEqualTo(503);
        assertThat(early.json.path("error").asText()).isEqualTo("nothing is live yet");
        community.publishAll(false);
        swap.look();
        Got ready = get("/health");
        assertThat(ready.status).isEqualTo(200);
        assertThat(ready.json.path("activation").asInt()).isEqualTo(1);
        assertThat(ready.json.path("missing").toString()).isEqualTo("[\"home_rank/champion\"]");
        assertThat(ready.json.at("/bundles/hot~1live").asText())
                .isEqualTo(community.set.get("hot/live").toString());
        community.ranker(0, true);
        community.activate("bad");
        swap.look();
        Got refused = get("/health");
        assertThat(refused.status).as("yesterday's set still answers").isEqualTo(200);
        assertThat(refused.json.at("/refused/activation").asInt()).isEqualTo(2);
        assertThat(refused.json.path("activation").asInt()).isEqualTo(1);
        assertThat(get("/v1/scenes/home/recommend?user=u").json.path("ranker").asText())
                .isEqualTo("none");
        assertThat(registry.counter("waxwing.recommend.unranked", "scene", "home").count())
                .isEqualTo(1);
    }

    @Test
    void noRequestFailsWhileBundlesAreSwapped() throws Exception {
        community.publishAll(true);
        start();
        var stop = new AtomicBoolean();
        var started = new CountDownLatch(4);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var asking = new ArrayList<Future<Integer>>();
            for (int t = 0; t < 4; t++) {
                asking.add(
                        pool.submit(
                                () -> {
                                    int asked = 0;
                                    while (!stop.get()) {
                                        Got got = get("/v1/scenes/home/recommend?user=old&size=3");
                                        assertThat(got.status).isEqualTo(200);
                                        assertThat(items(got.json)).startsWith("h5", "c");
                                        assertThat(got.json.path("ranker").asText())
                                                .startsWith("home_rank/");
                                        if (asked++ == 0) {
                                            started.countDown();
                                        }
                                    }
                                    return asked;
                                }));
            }
            started.await();
            for (int round = 1; round <= 12; round++) {
                community.ranker(round % 3, false);
                community.list("fresh", List.of(new ScoredId("f" + round, 1)));
                community.activate("round " + round);
                assertThat(swap.look()).isInstanceOf(LiveSwap.Look.Swapped.class);
            }
            stop.set(true);
            for (Future<Integer> one : asking) {
                assertThat(one.get()).isPositive();
            }
        }
        assertThat(get("/health").json.path("activation").asInt()).isEqualTo(13);
    }

    @Test
    void theOpenApiDocumentNamesExactlyTheRoutesThereAre() throws Exception {
        community.publishAll(false);
        start();
        JsonNode document = get("/openapi").json;
        assertThat(document.path("openapi").asText()).startsWith("3.1");
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
        new Routes(server).all().forEach(route -> there.add(route.method() + " " + route.path()));
        assertThat(told).isEqualTo(there);
        var refs = new TreeSet<String>();
        document.findValuesAsText("$ref")
                .forEach(ref -> refs.add(ref.replace("#/components/schemas/", "")));
        var schemas = new TreeSet<String>();
        document.at("/components/schemas").fieldNames().forEachRemaining(schemas::add);
        assertThat(refs).as("every schema is there, and used").isEqualTo(schemas);
        for (Route route : new Routes(server).all()) {
            var inPath = new TreeSet<String>();
            Pattern.compile("\\{(\\w+)}")
                    .matcher(route.path())
                    .results()
                    .forEach(m -> inPath.add(m.group(1)));
            var declared = new TreeSet<String>();
            document.path("paths")
                    .path(route.path())
                    .path(route.method().toLowerCase(Locale.ROOT))
                    .path("parameters")
                    .forEach(
                            p -> {
                                if (p.path("in").asText().equals("path")) {
                                    declared.add(p.path("name").asText());
                                }
                            });
            assertThat(declared).as(route.path()).isEqualTo(inPath);
        }
    }

    @Test
    void aPortInUseIsAClearError() {
        community.publishAll(false);
        start();
        int taken = web.port();
        assertThatThrownBy(() -> Listening.start(listener(taken), "127.0.0.1", taken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("cannot listen on 127.0.0.1:" + taken + ": ")
                .hasMessageContaining("stop it, or choose another port");
    }
}
