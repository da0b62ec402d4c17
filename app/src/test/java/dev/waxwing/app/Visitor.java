package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// A seeded visitor who uses a server over HTTP as many users, each with a hidden taste: two genres that they like. Looks at the
/// top of a page, opens most of what they like and little else, and keeps a journal of what was shown and done.
///
/// What a user saw or hid must never be shown to them again: each page is checked for that. One thread.
final class Visitor {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> GENRES =
            List.of(
                    "Action",
                    "Comedy",
                    "Crime",
                    "Drama",
                    "Horror",
                    "Romance",
                    "Sci-Fi",
                    "Thriller");

    /// How much of a page fits the screen.
    private static final int SCREEN = 5;

    private final String name;
    private final MovingClock clock;
    private final Random chance;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Page> pages = new ArrayList<>();
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private final Set<Exposure> taken = new HashSet<>();
    private final Map<String, Set<String>> gone = new HashMap<>();
    private int port;
    private int events;

    /// An item of an answer; every answer has an id of its own.
    record Exposure(String request, String item) {}

    /// An answer.
    record Page(
            String request,
            String user,
            Instant at,
            List<Shown> items,
            Map<String, String> bundles,
            String ranker) {
        List<String> ids() {
            return items.stream().map(Shown::item).toList();
        }

        Set<String> sources() {
            Set<String> sources = new TreeSet<>();
            items.forEach(shown -> sources.addAll(shown.sources()));
            return sources;
        }
    }

    record Shown(
            int position, String item, String title, List<String> tags, List<String> sources) {}

    Visitor(String name, MovingClock clock, long seed) {
        this.name = name;
        this.clock = clock;
        this.chance = new Random(seed);
    }

    /// Where the server is from now on.
    Visitor at(int serversPort) {
        port = serversPort;
        return this;
    }

    List<Page> pages() {
        return pages;
    }

    /// Ids of all events that the server said it has.
    Set<String> acknowledged() {
        return acknowledged;
    }

    /// What was opened or rated where it was shown.
    Set<Exposure> taken() {
        return taken;
    }

    /// Asks for a page, looks at its top, and does with it what the user's taste says.
    Page browse(String user) {
        Page page = ask(user, 12, Set.of());
        List<Shown> screen = page.items.subList(0, Math.min(SCREEN, page.items.size()));
        look(page, screen);
        Set<String> liked = taste(user);
        for (Shown shown : screen) {
            boolean likes = shown.tags.stream().anyMatch(liked::contains);
            if (chance.nextDouble() < (likes ? 0.6 : 0.05)) {
                take(page, shown, "click");
                if (chance.nextDouble() < 0.4) {
                    take(page, shown, "rate");
                }
            }
        }
        return page;
    }

    private Set<String> taste(String user) {
        Random hidden = new Random(user.hashCode());
        return Set.of(
                GENRES.get(hidden.nextInt(GENRES.size() / 2)),
                GENRES.get(GENRES.size() / 2 + hidden.nextInt(GENRES.size() / 2)));
    }

    Page ask(String user, int size, Set<String> exclude) {
        Instant at = clock.advance(Duration.ofSeconds(3));
        JsonNode json =
                get(
                        "/v1/scenes/home/recommend?size="
                                + size
                                + "&user="
                                + coded(user)
                                + "&exclude="
                                + coded(String.join(",", exclude)));
        assertThat(json.path("note").asText()).isEmpty();
        List<Shown> items = new ArrayList<>();
        for (JsonNode one : json.path("items")) {
            items.add(
                    new Shown(
                            one.path("position").asInt(),
                            one.path("item").asText(),
                            one.path("title").asText(),
                            texts(one.path("tags")),
                            texts(one.path("sources"))));
        }
        Map<String, String> bundles = new LinkedHashMap<>();
        json.path("bundles")
                .properties()
                .forEach(member -> bundles.put(member.getKey(), member.getValue().asText()));
        Page page =
                new Page(
                        json.path("request_id").asText(),
                        user,
                        at,
                        items,
                        bundles,
                        json.path("ranker").asText());
        Set<String> never = new HashSet<>(gone.getOrDefault(user, Set.of()));
        never.addAll(exclude);
        assertThat(page.ids()).isNotEmpty().doesNotHaveDuplicates().noneMatch(never::contains);
        pages.add(page);
        return page;
    }

    /// Turns pages until an item is found.
    Shown find(String user, String item) {
        Set<String> had = new LinkedHashSet<>();
        while (true) {
            Page page = ask(user, 100, had);
            for (Shown shown : page.items) {
                if (shown.item.equals(item)) {
                    return shown;
                }
            }
            had.addAll(page.ids());
            assertThat(page.items)
                    .as("%s was on none of the pages, which held %s", item, had)
                    .hasSize(100);
        }
    }

    /// The viewport beacons of one screen, sent in one body.
    private void look(Page page, List<Shown> screen) {
        ArrayNode body = JSON.createArrayNode();
        for (Shown shown : screen) {
            body.add(event("seen", page, shown));
            leave(page.user, shown.item);
        }
        post(body);
    }

    /// A click or a rating of something on a page.
    void take(Page page, Shown shown, String type) {
        ObjectNode event = event(type, page, shown);
        if (type.equals("rate")) {
            event.putObject("fields").put("stars", 8);
        }
        post(JSON.createArrayNode().add(event));
        taken.add(new Exposure(page.request, shown.item));
        leave(page.user, shown.item);
    }

    void hide(Page page, Shown shown) {
        post(JSON.createArrayNode().add(event("hide", page, shown)));
        leave(page.user, shown.item);
    }

    /// A rating of what was found elsewhere.
    void rate(String user, String item) {
        post(JSON.createArrayNode().add(event("rate", user, item)));
        leave(user, item);
    }

    /// @return the body, so that it can be sent again
    ArrayNode publish(String author, String item, String title, List<String> tags) {
        ObjectNode event = event("publish", author, item);
        ObjectNode fields = event.putObject("fields").put("title", title).put("author", author);
        tags.forEach(fields.putArray("tags")::add);
        ArrayNode body = JSON.createArrayNode().add(event);
        post(body);
        return body;
    }

    private void leave(String user, String item) {
        gone.computeIfAbsent(user, _ -> new HashSet<>()).add(item);
    }

    private ObjectNode event(String type, Page page, Shown shown) {
        return event(type, page.user, shown.item)
                .put("request_id", page.request)
                .put("scene", "home")
                .put("position", shown.position);
    }

    private ObjectNode event(String type, String user, String item) {
        return JSON.createObjectNode()
                .put("id", name + "-" + events++)
                .put("type", type)
                .put("user", user)
                .put("item", item)
                .put("at", clock.advance(Duration.ofSeconds(1)).toString());
    }

    void post(ArrayNode body) {
        HttpResponse<String> response =
                send(
                        HttpRequest.newBuilder(uri("/v1/events"))
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                                .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        List<String> ids = texts(json(response).path("ids"));
        assertThat(ids)
                .isEqualTo(
                        IntStream.range(0, body.size())
                                .mapToObj(i -> body.get(i).path("id").asText())
                                .toList());
        acknowledged.addAll(ids);
    }

    /// Why an item is not offered to a user.
    List<String> filtered(String user, String item) {
        return texts(
                get("/v1/explain?scene=home&user=" + coded(user) + "&item=" + coded(item))
                        .path("filtered"));
    }

    /// The activation that answers now.
    long activation() {
        return get("/health").path("activation").asLong();
    }

    /// How many items of answers this server has put into the log.
    long logged() {
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/metrics")).build());
        return response.body()
                .lines()
                .filter(line -> line.startsWith("waxwing_served_written_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode get(String path) {
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri(path)).build());
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return json(response);
    }

    private URI uri(String path) {
        return URI.create("http://" + RunningServer.HOST + ":" + port + path);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + request.uri(), e);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + response.body(), e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static String coded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
