package dev.waxwing.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.TreeSet;

/// JSON of this module's files. Numbers are doubles written so that they read back to the same bits; a key that is there twice is refused.
final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode parse(String where, String text) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CorruptFileException(
                    where + " is not JSON: " + e.getOriginalMessage() + at(e), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new CorruptFileException(
                where + " should hold one JSON object, found " + node.getNodeType());
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line "
                        + e.getLocation().getLineNr()
                        + ", column "
                        + e.getLocation().getColumnNr()
                        + ")";
    }

    /// One line, members as they lie.
    static String line(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    /// Indented, for people; members as they lie.
    static String pretty(JsonNode node) {
        return node.toPrettyString() + "\n";
    }

    /// The same object with the members of all objects in the order of their names, so that equal content is equal text.
    static JsonNode canonical(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode sorted = object();
                var names = new TreeSet<String>();
                object.fieldNames().forEachRemaining(names::add);
                names.forEach(name -> sorted.set(name, canonical(object.get(name))));
                yield sorted;
            }
            case ArrayNode array -> {
                ArrayNode copy = MAPPER.createArrayNode();
                array.forEach(element -> copy.add(canonical(element)));
                yield copy;
            }
            default -> node;
        };
    }

    static String text(String where, ObjectNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null || !value.isTextual()) {
            throw wrong(where, key, "a text", value);
        }
        return value.textValue();
    }

    static Optional<String> optionalText(String where, ObjectNode object, String key) {
        return object.hasNonNull(key) ? Optional.of(text(where, object, key)) : Optional.empty();
    }

    static long whole(String where, ObjectNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null || !value.canConvertToLong() || !value.isIntegralNumber()) {
            throw wrong(where, key, "a whole number", value);
        }
        return value.longValue();
    }

    static double number(String where, ObjectNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null || !value.isNumber()) {
            throw wrong(where, key, "a number", value);
        }
        return value.doubleValue();
    }

    static ObjectNode object(String where, ObjectNode object, String key) {
        if (object.get(key) instanceof ObjectNode found) {
            return found;
        }
        throw wrong(where, key, "an object", object.get(key));
    }

    static ArrayNode array(String where, ObjectNode object, String key) {
        if (object.get(key) instanceof ArrayNode found) {
            return found;
        }
        throw wrong(where, key, "a list", object.get(key));
    }

    static CorruptFileException wrong(String where, String key, String wanted, JsonNode found) {
        return new CorruptFileException(
                where
                        + ": \""
                        + key
                        + "\" should be "
                        + wanted
                        + ", found "
                        + (found == null ? "nothing" : found));
    }
}
