package dev.waxwing.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.Baselines;
import dev.waxwing.flow.Runs;

import io.helidon.webserver.http.ServerRequest;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

/// How promises stand, and who was told.
final class BaselineRoutes {
    private static final int ALERTS = 100;

    private final Runs runs;
    private final PipelineFiles files;
    private final Baselines baselines;
    private final ZoneId zone;
    private final InstantSource clock;

    BaselineRoutes(
            Runs runs, PipelineFiles files, Baselines baselines, ZoneId zone, InstantSource clock) {
        this.runs = runs;
        this.files = files;
        this.baselines = baselines;
        this.zone = zone;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.json("GET", "/v1/baselines", 200, this::list));
    }

    private JsonNode list(ServerRequest request) {
        Asked.known(request, List.of());
        ObjectNode json = Json.object();
        ArrayNode found = json.putArray("baselines");
        try {
            baselines
                    .look(runs, files.all(), zone, clock.instant())
                    .forEach(status -> found.add(Json.of(status)));
        } catch (ConfigException e) {
            throw new Refusal(
                    409,
                    "files of the project are wrong",
                    "baselines",
                    String.join("; ", e.problems()),
                    "mend them, then ask again");
        }
        ArrayNode alerts = json.putArray("alerts");
        runs.alerts(ALERTS).forEach(alert -> alerts.add(Json.of(alert)));
        return json;
    }
}
