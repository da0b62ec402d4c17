package dev.waxwing.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.events.EventType.Field;
import dev.waxwing.events.EventType.Presence;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Says what is wrong with an event: everything at once, so that whoever sends it mends it once.
public final class EventCheck {
    /// Clocks of phones run ahead; an event later than this is from a clock that cannot be trusted.
    public static final Duration FUTURE_ALLOWED = Duration.ofMinutes(5);

    /// Nothing we are told is older; an earlier time is a unit mixed up (seconds taken for milliseconds).
    static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

    static final int LONGEST_ID = 200;
    static final int LARGEST_FIELDS = 16 << 10;
    static final int LARGEST_POSITION = 100_000;

    private final EventTypes types;

    public EventCheck(EventTypes types) {
        this.types = types;
    }

    /// @param arrival when the event was taken in
    /// @return what is wrong, a sentence each; empty = nothing
    public List<String> problems(Event event, Instant arrival) {
        JsonNode fields;
        try {
            fields = EventJson.MAPPER.readTree(event.fieldsJson());
        } catch (JsonProcessingException e) {
            return List.of("fields: not JSON: " + e.getOriginalMessage());
        }
        var problems = new ArrayList<String>();
        check(event, fields, arrival, problems);
        return problems;
    }

    void check(Event event, JsonNode fields, Instant arrival, List<String> problems) {
        checkId("id", event.id(), true, problems);
        checkId("user", event.user(), true, problems);
        checkId("item", event.item(), false, problems);
        checkId("request_id", event.requestId(), false, problems);
        checkId("scene", event.scene(), false, problems);
        if (event.position() > LARGEST_POSITION) {
            problems.add(
                    "position: found "
                            + event.position()
                            + "; a place in an answer, 1 to "
                            + LARGEST_POSITION);
        }
        if (event.at().isAfter(arrival.plus(FUTURE_ALLOWED))) {
            problems.add(
                    "at: "
                            + event.at()
                            + " is "
                            + Duration.between(arrival, event.at()).toMinutes()
                            + " minutes in the future (it is "
                            + arrival
                            + "); at most "
                            + FUTURE_ALLOWED.toMinutes()
                            + " minutes are allowed");
        } else if (event.at().isBefore(EARLIEST)) {
            problems.add(
                    "at: "
                            + event.at()
                            + " is before "
                            + EARLIEST
                            + "; were seconds sent as milliseconds?");
        }
        types.type(event.type())
                .ifPresentOrElse(
                        type -> checkOfType(event, fields, type, problems),
                        () ->
                                problems.add(
                                        "type: no event type \""
                                                + shown(event.type())
                                                + "\"; "
                                                + DidYouMean.hint(
                                                        event.type(), types.all().keySet())));
    }

    private static void checkOfType(
            Event event, JsonNode fields, EventType type, List<String> problems) {
        if (type.item() == Presence.REQUIRED && event.item().isEmpty()) {
            problems.add("item: missing; " + type.name() + " is about an item");
        } else if (type.item() == Presence.NONE && !event.item().isEmpty()) {
            problems.add(
                    "item: found \""
                            + shown(event.item())
                            + "\"; "
                            + type.name()
                            + " is not about an item");
        }
        if (type.role() == EventType.Role.SERVED) {
            return; // written by our own server, checked when it is parsed
        }
        int size = fields.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > LARGEST_FIELDS) {
            problems.add("fields: " + size + " bytes; at most " + LARGEST_FIELDS);
            return;
        }
        fields.properties()
                .forEach(
                        member -> {
                            Field field = type.fields().get(member.getKey());
                            if (field == null) {
                                problems.add(
                                        "fields."
                                                + shown(member.getKey())
                                                + ": "
                                                + type.name()
                                                + " has no such field; "
                                                + DidYouMean.hint(
                                                        member.getKey(), type.fields().keySet()));
                            } else {
                                checkField(member.getKey(), member.getValue(), field, problems);
                            }
                        });
        type.fields()
                .forEach(
                        (name, field) -> {
                            if (field.required()
                                    && (fields.path(name).isMissingNode()
                                            || fields.path(name).isNull())) {
                                problems.add(
                                        "fields."
                                                + name
                                                + ": missing; "
                                                + type.name()
                                                + " must say it");
                            }
                        });
    }

    private static void checkField(
            String name, JsonNode value, Field field, List<String> problems) {
        if (value.isNull()) {
            return;
        }
        String wrong =
                switch (field.kind()) {
                    case TEXT -> value.isTextual() ? tooLong(value, field) : "wants a text";
                    case NUMBER ->
                            value.isNumber() && Double.isFinite(value.asDouble())
                                    ? outside(value, field)
                                    : "wants a finite number";
                    case WHOLE ->
                            value.isIntegralNumber() && value.canConvertToLong()
                                    ? outside(value, field)
                                    : "wants a whole number";
                    case FLAG -> value.isBoolean() ? "" : "wants true or false";
                    case TEXTS -> texts(value, field);
                };
        if (!wrong.isEmpty()) {
            problems.add("fields." + name + ": found " + shown(value.toString()) + "; " + wrong);
        }
    }

    private static String outside(JsonNode number, Field field) {
        double value = number.asDouble();
        return value < field.min()
                ? "at least " + field.min()
                : value > field.max() ? "at most " + field.max() : "";
    }

    private static String texts(JsonNode value, Field field) {
        if (!value.isArray()) {
            return "wants a list of texts";
        }
        for (JsonNode element : value) {
            String wrong =
                    element.isTextual() ? tooLong(element, field) : "wants texts in its list";
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return "";
    }

    private static String tooLong(JsonNode text, Field field) {
        int length = text.asText().length();
        return length > field.maxLength()
                ? "has " + length + " characters, at most " + field.maxLength()
                : "";
    }

    private static void checkId(String name, String id, boolean required, List<String> problems) {
        if (id.isEmpty()) {
            if (required) {
                problems.add(name + ": missing");
            }
        } else if (id.length() > LONGEST_ID) {
            problems.add(name + ": has " + id.length() + " characters, at most " + LONGEST_ID);
        } else if (id.isBlank() || !wellFormed(id)) {
            problems.add(name + ": found \"" + shown(id) + "\"; an id is printable text");
        }
    }

    private static boolean wellFormed(String id) {
        return id.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(id);
    }

    /// Short enough for a message, and on one line.
    static String shown(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    static JsonNode noFields() {
        return JsonNodeFactory.instance.objectNode();
    }
}
