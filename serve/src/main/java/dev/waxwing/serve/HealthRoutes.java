package dev.waxwing.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// Is it up, what does it serve, and what can be asked.
final class HealthRoutes {
    private final Server server;

    HealthRoutes(Server server) {
        this.server = server;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/health", this::health),
                new Route("GET", "/openapi", this::openapi));
    }

    /// 200 if it can answer, else 503; either way it lives, and says what is wrong.
    private Route.Reply health(ServerRequest request) {
        Optional<Live> live = server.swap().live();
        ObjectNode json = Json.object();
        json.put("live", true).put("ready", live.isPresent());
        live.ifPresent(
                set -> {
                    json.put("activation", set.number());
                    Json.bundles(json, set.aliases());
                    ArrayNode missing = json.putArray("missing");
                    set.missing().forEach(missing::add);
                });
        server.swap()
                .refused()
                .ifPresent(
                        r ->
                                json.putObject("refused")
                                        .put("activation", r.number())
                                        .put("why", r.why())
                                        .put("at", r.at().toString()));
        if (!server.swap().unreachable().isEmpty()) {
            json.put("unreachable", server.swap().unreachable());
        }
        if (live.isEmpty() && !json.has("refused")) {
            json.put(
                    "why",
                    "no alias "
                            + ServingBundle.ALIAS
                            + " is set; run the pipelines that publish and activate");
        }
        return Route.Reply.json(live.isPresent() ? 200 : 503, json);
    }

    private Route.Reply openapi(ServerRequest request) {
        return new Route.Reply(200, "application/json", HealthRoutes::document);
    }

    static byte[] document() {
        try (InputStream in = HealthRoutes.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException(
                        "openapi.json is not in the jar beside " + HealthRoutes.class);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read openapi.json: " + e.getMessage(), e);
        }
    }
}
