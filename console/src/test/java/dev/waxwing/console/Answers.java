package dev.waxwing.console;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Holds answers against the schemas of the OpenAPI document: as much of JSON Schema as the document uses, and a schema that uses
/// more is a failure.
final class Answers {
    private static final List<String> KNOWN =
            List.of(
                    "type",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "enum",
                    "pattern",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "format",
                    "$ref",
                    "description",
                    "examples",
                    "default");

    private final JsonNode document;
    private final List<String> wrong = new ArrayList<>();

    private Answers(JsonNode document) {
        this.document = document;
    }

    /// What is wrong with a value; empty if nothing is.
    static List<String> problems(JsonNode document, JsonNode schema, JsonNode value) {
        var answers = new Answers(document);
        answers.check(schema, value, "$");
        return answers.wrong;
    }

    /// The schema of a route's answer.
    static JsonNode schema(JsonNode document, String method, String path, int status) {
        return document.path("paths")
                .path(path)
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses")
                .path(Integer.toString(status))
                .path("content")
                .path("application/json")
                .path("schema");
    }

    private void check(JsonNode schema, JsonNode value, String at) {
        schema.fieldNames()
                .forEachRemaining(
                        key -> {
                            if (!KNOWN.contains(key)) {
                                wrong.add(at + ": the test knows no " + key);
                            }
                        });
        if (schema.has("$ref")) {
            check(document.at(schema.path("$ref").asText().substring(1)), value, at);
            return;
        }
        String type = schema.path("type").asText();
        boolean fits =
                switch (type) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isTextual();
                    case "integer" -> value.isIntegralNumber();
                    case "boolean" -> value.isBoolean();
                    default -> false;
                };
        if (!fits) {
            wrong.add(at + " is " + value.getNodeType() + ", not " + type);
            return;
        }
        switch (type) {
            case "object" -> object(schema, value, at);
            case "array" -> {
                for (int i = 0; i < value.size(); i++) {
                    check(schema.path("items"), value.get(i), at + "[" + i + "]");
                }
            }
            default -> scalar(schema, value, at);
        }
    }

    private void object(JsonNode schema, JsonNode value, String at) {
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                wrong.add(at + " has no " + required.asText());
            }
        }
        JsonNode others = schema.path("additionalProperties");
        value.properties()
                .forEach(
                        entry -> {
                            String key = entry.getKey();
                            if (schema.path("properties").has(key)) {
                                check(
                                        schema.path("properties").path(key),
                                        entry.getValue(),
                                        at + "." + key);
                            } else if (others.isObject()) {
                                check(others, entry.getValue(), at + "." + key);
                            } else {
                                wrong.add(at + " has an unknown " + key);
                            }
                        });
    }

    private void scalar(JsonNode schema, JsonNode value, String at) {
        if (schema.has("enum")) {
            boolean found = false;
            for (JsonNode each : schema.path("enum")) {
                found |= each.asText().equals(value.asText());
            }
            if (!found) {
                wrong.add(at + " is none of the words: " + value);
            }
        }
        if (schema.has("pattern")
                && !Pattern.compile(schema.path("pattern").asText())
                        .matcher(value.asText())
                        .find()) {
            wrong.add(at + " does not fit its pattern: " + value);
        }
        if (schema.has("minimum") && value.asLong() < schema.path("minimum").asLong()) {
            wrong.add(at + " is below its minimum: " + value);
        }
        if (schema.path("format").asText().equals("date-time")) {
            try {
                Instant.parse(value.asText());
            } catch (DateTimeException e) {
                wrong.add(at + " is no moment: " + value);
            }
        }
    }
}
