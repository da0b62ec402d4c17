package dev.waxwing.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.model.FeatureException;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;

import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Scores rows of raw features that the caller has: an array of maps in, an array of `{score}` in the same order out, as EAS services answer.
final class ScoreRoute {
    static final int MOST_ROWS = 5000;
    static final int LARGEST_BODY = 8 << 20;

    private final Server server;

    ScoreRoute(Server server) {
        this.server = server;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/v1/score/{bundle}", this::score));
    }

    private Route.Reply score(ServerRequest request) {
        Asked.known(request, List.of());
        Ranker ranker = ranker(server.live(), request.path().pathParameters().get("bundle"));
        JsonNode body = parsed(Asked.body(request, LARGEST_BODY));
        if (!body.isArray() || body.size() > MOST_ROWS) {
            throw ServeException.badRequest(
                    "body",
                    body.isArray()
                            ? body.size() + " rows"
                            : body.getNodeType().toString().toLowerCase(java.util.Locale.ROOT),
                    "an array of at most " + MOST_ROWS + " rows, such as [{\"hour\": \"12\"}]");
        }
        var rows = new ArrayList<FeatureRow>(body.size());
        for (JsonNode row : body) {
            rows.add(row(ranker.space().spec(), row, rows.size()));
        }
        ArrayNode scores = Json.MAPPER.createArrayNode();
        for (double score : ranker.score(rows)) {
            scores.addObject().put("score", score);
        }
        return Route.Reply.json(200, scores);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw ServeException.badRequest(
                    "body",
                    "not JSON: " + e.getOriginalMessage(),
                    "an array of rows, such as [{\"hour\": \"12\"}]");
        } catch (IOException e) {
            throw ServeException.badRequest(
                    "body", "not JSON: " + e.getMessage(), "an array of rows");
        }
    }

    /// By alias (`home_rank/champion`), by bundle (`home_rank/20130801-1a2b3c4d`), or by name where one ranker of it is live.
    private static Ranker ranker(Live live, String name) {
        Live.Ranking byAlias = live.rankings().get(name);
        if (byAlias != null) {
            return byAlias.ranker();
        }
        for (Live.Ranking ranking : live.rankings().values()) {
            if (ranking.ranker().ref().toString().equals(name)
                    || ranking.ranker().ref().name().equals(name)) {
                return ranking.ranker();
            }
        }
        var known = new TreeSet<>(live.rankings().keySet());
        throw ServeException.notFound(
                "no ranker " + name + " is live",
                "bundle",
                name,
                known.isEmpty() ? "none is live; release one" : DidYouMean.hint(name, known));
    }

    private static FeatureRow row(FeatureSpec spec, JsonNode json, int index) {
        String where = "row " + index;
        if (!json.isObject()) {
            throw ServeException.badRequest(
                    where, json.toString(), "an object of raw features by name");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (spec.indexOf(member.getKey()) < 0) {
                throw ServeException.badRequest(
                        where + ", " + member.getKey(),
                        member.getKey(),
                        DidYouMean.hint(
                                member.getKey(),
                                spec.features().stream().map(f -> f.name()).toList()));
            }
            values.put(member.getKey(), value(member.getValue()));
        }
        try {
            return FeatureRow.of(spec, values);
        } catch (FeatureException e) {
            throw ServeException.badRequest(
                    where, e.getMessage(), "values of the types that the ranker was fitted on");
        }
    }

    private static Object value(JsonNode json) {
        if (json.isNull()) {
            return null; // a missing value, as FeatureRow takes it
        }
        if (json.isNumber()) {
            return json.asDouble();
        }
        if (json.isTextual()) {
            return json.asText();
        }
        if (json.isObject()) {
            var weights = new LinkedHashMap<String, Object>();
            json.properties().forEach(each -> weights.put(each.getKey(), value(each.getValue())));
            return weights;
        }
        var texts = new ArrayList<Object>();
        json.forEach(element -> texts.add(element.isTextual() ? element.asText() : element));
        return json.isArray() ? texts : json;
    }
}
