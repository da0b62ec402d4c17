package dev.waxwing.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/// How an event looks as JSON: in the log, and (less strictly, see [Intake]) in a posted body.
final class EventJson {
    /// Reads numbers as doubles that round-trip; a key that is there twice is an error.
    static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private EventJson() {}

    static byte[] write(Event event) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", event.id());
            json.writeStringField("type", event.type());
            json.writeStringField("user", event.user());
            if (!event.item().isEmpty()) {
                json.writeStringField("item", event.item());
            }
            json.writeStringField("at", event.at().toString());
            json.writeNumberField("weight", event.weight());
            if (!event.requestId().isEmpty()) {
                json.writeStringField("request_id", event.requestId());
            }
            if (!event.scene().isEmpty()) {
                json.writeStringField("scene", event.scene());
            }
            if (event.position() != 0) {
                json.writeNumberField("position", event.position());
            }
            if (!event.fieldsJson().equals("{}")) {
                json.writeFieldName("fields");
                json.writeRawValue(event.fieldsJson());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: bytes in memory", e);
        }
        return bytes.toByteArray();
    }

    /// Reads what [#write] wrote.
    static Event read(byte[] json) throws IOException {
        JsonNode node = MAPPER.readTree(json);
        JsonNode fields = node.path("fields");
        return new Event(
                node.path("id").asText(),
                node.path("type").asText(),
                node.path("user").asText(),
                node.path("item").asText(""),
                Instant.parse(node.path("at").asText()),
                node.path("weight").asDouble(),
                node.path("request_id").asText(""),
                node.path("scene").asText(""),
                node.path("position").asInt(0),
                fields.isObject() ? fields.toString() : "{}");
    }
}
