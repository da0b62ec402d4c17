package dev.waxwing.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import dev.waxwing.config.DidYouMean;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/// What became of one posted body: events that are good, and the reasons why others are not.
///
/// The body is one event or an array of them:
///
/// ```json
/// {"id": "…", "type": "click", "user": "u1", "item": "i7", "at": "2026-01-31T12:00:00Z",
///  "request_id": "…", "scene": "home", "position": 3, "weight": 1, "fields": {"stars": 4}}
/// ```
///
/// Only `type` and `user` are always needed. `at` is ISO 8601 with an offset, or milliseconds since 1970; absent, it is the time of arrival. An
/// event without an id gets one made from what it says, so that the same body sent twice counts once; without `at` and `id` it counts each time.
///
/// @param indices of the accepted events in the body
public record Intake(List<Event> accepted, List<Integer> indices, List<Refusal> refused) {
    /// How many events one body may hold.
    public static final int MOST_EVENTS = 2000;

    private static final List<String> KEYS =
            List.of(
                    "id",
                    "type",
                    "user",
                    "item",
                    "at",
                    "weight",
                    "request_id",
                    "scene",
                    "position",
                    "fields");

    /// @param index of the event in the body; -1 = the body itself
    public record Refusal(int index, List<String> problems) {
        public Refusal {
            problems = List.copyOf(problems);
        }
    }

    public Intake {
        accepted = List.copyOf(accepted);
        indices = List.copyOf(indices);
        refused = List.copyOf(refused);
    }

    /// Reads a body. Never throws for what it holds.
    public static Intake read(byte[] body, EventTypes types, Instant arrival) {
        Instant now = arrival.truncatedTo(ChronoUnit.MILLIS);
        JsonNode root;
        try {
            root = EventJson.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where =
                    at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            return none("not JSON" + where + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            return none("not JSON: " + e.getMessage());
        }
        if (root.isObject()) {
            return read(List.of(root), types, now);
        }
        if (!root.isArray() || root.isEmpty()) {
            return none(
                    "wants an event, or an array of events, found "
                            + EventCheck.shown(root.isMissingNode() ? "nothing" : root.toString()));
        }
        if (root.size() > MOST_EVENTS) {
            return none("holds " + root.size() + " events; at most " + MOST_EVENTS + " at once");
        }
        return read(root, types, now);
    }

    private static Intake none(String problem) {
        return new Intake(
                List.of(), List.of(), List.of(new Refusal(-1, List.of("body: " + problem))));
    }

    private static Intake read(Iterable<JsonNode> nodes, EventTypes types, Instant arrival) {
        var accepted = new ArrayList<Event>();
        var indices = new ArrayList<Integer>();
        var refused = new ArrayList<Refusal>();
        var check = new EventCheck(types);
        int index = 0;
        for (JsonNode node : nodes) {
            var problems = new ArrayList<String>();
            if (node.isObject()) {
                Event event = event(node, types, arrival, problems);
                check.check(
                        event,
                        node.path("fields").isObject()
                                ? node.path("fields")
                                : EventCheck.noFields(),
                        arrival,
                        problems);
                if (problems.isEmpty()) {
                    accepted.add(event);
                    indices.add(index);
                }
            } else {
                problems.add("wants an object, found " + EventCheck.shown(node.toString()));
            }
            if (!problems.isEmpty()) {
                refused.add(new Refusal(index, problems));
            }
            index++;
        }
        return new Intake(accepted, indices, refused);
    }

    /// The event with harmless values where a problem was found.
    private static Event event(
            JsonNode node, EventTypes types, Instant arrival, List<String> problems) {
        for (var member : node.properties()) {
            if (!KEYS.contains(member.getKey())) {
                problems.add(
                        EventCheck.shown(member.getKey())
                                + ": not a key of an event; "
                                + DidYouMean.hint(member.getKey(), KEYS));
            }
        }
        String type = text(node, "type", problems);
        String item = text(node, "item", problems);
        if (type.isEmpty()) {
            item = item.isEmpty() ? "-" : item; // whether one is wanted depends on the type
            problems.add("type: missing");
            type = "served"; // its other problems are still found; the event itself goes nowhere
        } else if (type.equals(EventTypes.SERVED.name())) {
            problems.add(
                    "type: served is written by the server itself, for every answer; for what was"
                            + " on the screen send the type with role seen");
        }
        String fields = "{}";
        if (node.hasNonNull("fields")) {
            if (node.path("fields").isObject()) {
                fields = node.path("fields").toString();
            } else {
                problems.add(
                        "fields: wants an object, found "
                                + EventCheck.shown(node.path("fields").toString()));
            }
        }
        double usual = types.type(type).map(EventType::weight).orElse(0.0);
        String id = text(node, "id", problems);
        return new Event(
                id.isEmpty() ? madeId(node) : id,
                type,
                text(node, "user", problems),
                item,
                at(node, arrival, problems),
                weight(node, usual, problems),
                text(node, "request_id", problems),
                text(node, "scene", problems),
                position(node, problems),
                fields);
    }

    /// Ids are texts; a whole number is taken as it is written.
    private static String text(JsonNode node, String key, List<String> problems) {
        JsonNode value = node.path(key);
        if (value.isTextual() || value.isIntegralNumber()) {
            return value.asText();
        }
        if (!value.isMissingNode() && !value.isNull()) {
            problems.add(key + ": wants a text, found " + EventCheck.shown(value.toString()));
            return "-";
        }
        return "";
    }

    private static Instant at(JsonNode node, Instant arrival, List<String> problems) {
        JsonNode value = node.path("at");
        if (value.isMissingNode() || value.isNull()) {
            return arrival;
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Instant.ofEpochMilli(value.asLong());
        }
        try {
            return OffsetDateTime.parse(value.asText()).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            problems.add(
                    "at: found "
                            + EventCheck.shown(value.toString())
                            + "; wants a time with its offset, such as 2026-01-31T12:00:00Z, or"
                            + " milliseconds since 1970");
            return arrival;
        }
    }

    private static double weight(JsonNode node, double usual, List<String> problems) {
        JsonNode value = node.path("weight");
        if (value.isMissingNode() || value.isNull()) {
            return usual;
        }
        if (value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= 1) {
            return value.asDouble();
        }
        problems.add(
                "weight: found "
                        + EventCheck.shown(value.toString())
                        + "; wants a number from 0 to 1");
        return usual;
    }

    private static int position(JsonNode node, List<String> problems) {
        JsonNode value = node.path("position");
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (value.isInt() && value.asInt() >= 1) {
            return value.asInt();
        }
        problems.add(
                "position: found "
                        + EventCheck.shown(value.toString())
                        + "; wants a place in an answer, from 1");
        return 0;
    }

    private static String madeId(JsonNode node) {
        if (!node.hasNonNull("at")) {
            return UUID.randomUUID().toString();
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(node.toString().getBytes(StandardCharsets.UTF_8));
            return "made-" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
