package dev.waxwing.flow;

import dev.waxwing.config.Config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The JSON Schema of pipeline files, for editors.
///
/// `pipeline.schema.json` beside this class knows what every pipeline and every step may hold, and leaves a step's own
/// keys open. [#of] closes them: it adds one alternative for each kind of step of a catalogue.
public final class PipelineSchema {
    private static final String RESOURCE = "pipeline.schema.json";

    private PipelineSchema() {}

    /// The schema without any kind's own keys.
    public static String base() {
        try (InputStream file = PipelineSchema.class.getResourceAsStream(RESOURCE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    /// The schema for an installation with these kinds of steps.
    public static String of(StepCatalogue catalogue) {
        SequencedMap<String, Object> schema =
                new LinkedHashMap<>(Config.parse(RESOURCE, base()).raw());
        SequencedMap<String, Object> definitions = copy(schema.get("$defs"));
        SequencedMap<String, Object> common = copy(copy(definitions.get("step")).get("properties"));
        var alternatives = new ArrayList<>();
        for (StepKind kind : catalogue.kinds()) {
            String name = "step-" + kind.key();
            definitions.put(name, step(kind, common));
            alternatives.add(Map.of("$ref", "#/$defs/" + name));
        }
        definitions.put("step", map("anyOf", alternatives));
        schema.put("$defs", definitions);
        var text = new StringBuilder();
        write(schema, "", text);
        return text.append('\n').toString();
    }

    private static SequencedMap<String, Object> step(
            StepKind kind, SequencedMap<String, Object> common) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>(List.of(kind.key()));
        for (StepKey key : kind.keys()) {
            properties.put(key.name(), property(key));
            if (key.required() && !required.contains(key.name())) {
                required.add(key.name());
            }
        }
        properties.putIfAbsent(kind.key(), new LinkedHashMap<>());
        common.forEach(properties::putIfAbsent);
        SequencedMap<String, Object> step = map("type", "object");
        step.put("required", required);
        step.put("properties", properties);
        if (!kind.keys().isEmpty()) {
            step.put("additionalProperties", false);
        }
        return step;
    }

    private static SequencedMap<String, Object> property(StepKey key) {
        SequencedMap<String, Object> property = map("description", key.about());
        switch (key.type()) {
            case TEXT -> property.put("type", List.of("string", "number", "boolean"));
            case WHOLE -> property.put("type", "integer");
            case NUMBER -> property.put("type", "number");
            case FLAG -> property.put("type", "boolean");
            case TEXTS -> property.put("$ref", "#/$defs/texts");
            case MAP -> property.put("type", "object");
            case SPAN -> property.put("$ref", "#/$defs/span");
            case BODY -> property.put("$ref", "#/$defs/" + key.name());
            case ANY -> {}
        }
        return property;
    }

    private static SequencedMap<String, Object> map(String key, Object value) {
        var map = new LinkedHashMap<String, Object>();
        map.put(key, value);
        return map;
    }

    /// A copy of an object of the schema that may be changed.
    private static SequencedMap<String, Object> copy(Object object) {
        var copy = new LinkedHashMap<String, Object>();
        ((Map<?, ?>) object).forEach((key, value) -> copy.put((String) key, value));
        return copy;
    }

    private static void write(Object value, String indent, StringBuilder text) {
        switch (value) {
            case Map<?, ?> map when map.isEmpty() -> text.append("{}");
            case Map<?, ?> map -> {
                text.append("{\n");
                for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                        entries.hasNext(); ) {
                    Map.Entry<?, ?> entry = entries.next();
                    text.append(indent).append("  ");
                    write(entry.getKey(), indent, text);
                    text.append(": ");
                    write(entry.getValue(), indent + "  ", text);
                    text.append(entries.hasNext() ? ",\n" : "\n");
                }
                text.append(indent).append('}');
            }
            case List<?> list -> {
                text.append('[');
                for (int i = 0; i < list.size(); i++) {
                    text.append(i == 0 ? "" : ", ");
                    write(list.get(i), indent + "  ", text);
                }
                text.append(']');
            }
            case String string -> text.append(quoted(string));
            default -> text.append(value); // a number or a flag
        }
    }

    private static String quoted(String string) {
        return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
