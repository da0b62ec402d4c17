package dev.waxwing.events;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// One item of one answer, as our server returned it: what tomorrow's sample begins with.
///
/// The night joins it with exactly the snapshots that `bundles` names, and must come to exactly these `features`.
///
/// @param position in the answer, from 1
/// @param sources the recalls that brought the item, the first one decided its place before ranking
/// @param score what it was ordered by; NaN if no ranker was live
/// @param bundles alias → bundle (`home_rank/champion` → `home_rank/20130801-1a2b3c4d`) of everything the answer rests on
/// @param features raw feature → `Double`, `String`, `List<String>` or `Map<String, Double>`, as they were assembled; a missing value is absent
/// @param request what the request itself said (hour, client, …), by key
/// @param own what the item's own event had said of it (`tags`, `author`), if no snapshot of `bundles` has the item and features were made of that instead
/// @param experiment which variant served it; empty = none ran
public record Served(
        String requestId,
        String scene,
        String user,
        String item,
        int position,
        Instant at,
        List<String> sources,
        double score,
        SequencedMap<String, String> bundles,
        SequencedMap<String, Object> features,
        SequencedMap<String, String> request,
        SequencedMap<String, Object> own,
        String experiment) {

    public Served {
        requireNonNull(experiment, "experiment is null");
        if (requestId.isEmpty() || scene.isEmpty() || user.isEmpty() || item.isEmpty()) {
            throw new IllegalArgumentException(
                    "a served item needs a request id, a scene, a user and an item; found \""
                            + requestId
                            + "\", \""
                            + scene
                            + "\", \""
                            + user
                            + "\", \""
                            + item
                            + "\"");
        }
        if (position < 1) {
            throw new IllegalArgumentException(
                    "position counts from 1, found " + position + " (request " + requestId + ")");
        }
        if (Double.isInfinite(score)) {
            throw new IllegalArgumentException(
                    "score of " + item + " is " + score + " (request " + requestId + ")");
        }
        sources = List.copyOf(sources);
        bundles = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(bundles));
        features = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(features));
        request = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(request));
        own = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(own));
    }

    /// The event of it; its id is the request's with the position, so that it is the same however often it is written.
    public Event toEvent() {
        ObjectNode fields = EventJson.MAPPER.createObjectNode();
        ArrayNode source = fields.putArray("sources");
        sources.forEach(source::add);
        if (!Double.isNaN(score)) {
            fields.put("score", score);
        }
        ObjectNode refs = fields.putObject("bundles");
        bundles.forEach(refs::put);
        ObjectNode values = fields.putObject("features");
        features.forEach((name, value) -> values.set(name, json(name, value)));
        ObjectNode said = fields.putObject("request");
        request.forEach(said::put);
        if (!own.isEmpty()) {
            ObjectNode told = fields.putObject("own");
            own.forEach((name, value) -> told.set(name, json(name, value)));
        }
        if (!experiment.isEmpty()) {
            fields.put("experiment", experiment);
        }
        return new Event(
                requestId + ":" + position,
                EventTypes.SERVED.name(),
                user,
                item,
                at,
                0,
                requestId,
                scene,
                position,
                fields.toString());
    }

    private static JsonNode json(String name, Object value) {
        var nodes = EventJson.MAPPER.getNodeFactory();
        return switch (value) {
            case Double d when Double.isFinite(d) -> nodes.numberNode(d);
            case String s -> nodes.textNode(s);
            case List<?> list -> {
                ArrayNode array = nodes.arrayNode();
                list.forEach(element -> array.add((String) element));
                yield array;
            }
            case Map<?, ?> weights -> {
                ObjectNode object = nodes.objectNode();
                weights.forEach((text, weight) -> object.set((String) text, json(name, weight)));
                yield object;
            }
            default ->
                    throw new IllegalArgumentException(
                            "feature "
                                    + name
                                    + " is "
                                    + value
                                    + "; wants a finite Double, a String, a list of Strings or a map"
                                    + " of String to Double");
        };
    }

    /// Reads what [#toEvent] made; numbers come back to the bit.
    ///
    /// @throws IllegalArgumentException if the event is not of this form; says why
    public static Served parse(Event event) {
        if (!event.type().equals(EventTypes.SERVED.name())) {
            throw new IllegalArgumentException(
                    "event " + event.id() + " is of type " + event.type() + ", not served");
        }
        JsonNode fields;
        try {
            fields = EventJson.MAPPER.readTree(event.fieldsJson());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "served event "
                            + event.id()
                            + ": fields are not JSON: "
                            + e.getOriginalMessage(),
                    e);
        }
        var sources = new ArrayList<String>();
        fields.path("sources").forEach(source -> sources.add(source.asText()));
        return new Served(
                event.requestId(),
                event.scene(),
                event.user(),
                event.item(),
                event.position(),
                event.at(),
                sources,
                fields.path("score").isNumber() ? fields.path("score").asDouble() : Double.NaN,
                texts(fields.path("bundles")),
                values(event, fields.path("features")),
                texts(fields.path("request")),
                values(event, fields.path("own")),
                fields.path("experiment").asText(""));
    }

    private static SequencedMap<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }

    private static SequencedMap<String, Object> values(Event event, JsonNode object) {
        var values = new LinkedHashMap<String, Object>();
        for (var member : object.properties()) {
            values.put(member.getKey(), value(event, member.getKey(), member.getValue()));
        }
        return values;
    }

    private static Object value(Event event, String name, JsonNode node) {
        if (node.isNumber()) {
            return node.asDouble();
        }
        if (node.isTextual()) {
            return node.asText();
        }
        if (node.isArray()) {
            var texts = new ArrayList<String>();
            node.forEach(element -> texts.add(element.asText()));
            return List.copyOf(texts);
        }
        if (node.isObject()) {
            var weights = new LinkedHashMap<String, Double>();
            node.properties()
                    .forEach(each -> weights.put(each.getKey(), each.getValue().asDouble()));
            return weights;
        }
        throw new IllegalArgumentException(
                "served event "
                        + event.id()
                        + ": feature "
                        + name
                        + " is "
                        + node
                        + "; wants a number, a text, a list of texts or weights");
    }
}
