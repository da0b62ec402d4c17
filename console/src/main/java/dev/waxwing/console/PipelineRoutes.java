package dev.waxwing.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.config.ConfigException;

import io.helidon.webserver.http.ServerRequest;

import java.util.List;

/// What pipelines there are, and how each looks.
final class PipelineRoutes {
    private final PipelineFiles files;

    PipelineRoutes(PipelineFiles files) {
        this.files = files;
    }

    List<Route> routes() {
        return List.of(
                Route.json("GET", "/v1/pipelines", 200, this::list),
                Route.json("GET", "/v1/pipelines/{name}", 200, this::one));
    }

    /// One that cannot be read keeps no other from being shown.
    private JsonNode list(ServerRequest request) {
        Asked.known(request, List.of());
        ObjectNode json = Json.object();
        ArrayNode pipelines = json.putArray("pipelines");
        ArrayNode broken = json.putArray("broken");
        for (String name : files.names()) {
            try {
                pipelines.add(Json.of(files.asItStands(name)));
            } catch (ConfigException e) {
                ObjectNode one = broken.addObject().put("pipeline", name);
                Json.texts(one.putArray("problems"), e.problems());
            }
        }
        return json;
    }

    private JsonNode one(ServerRequest request) {
        Asked.known(request, List.of());
        return Json.detail(files.named(Asked.pathId(request, "name")));
    }
}
