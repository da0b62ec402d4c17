package dev.waxwing.events;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.events.EventType.Field;
import dev.waxwing.events.EventType.FieldKind;
import dev.waxwing.events.EventType.Presence;
import dev.waxwing.events.EventType.Role;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The event types of a project, one a file of `events/*.yaml`:
///
/// ```yaml
/// event: rate
/// role: action          # impression, seen, click, action, publish, hide
/// weight: 0.7           # where the event itself does not say; 1 for click and action, else 0
/// item: required        # or optional, none
/// fields:
///   stars: { type: whole, min: 0, max: 10, required: true }
///   note:  { type: text, max-length: 200 }      # text, texts, number, whole, flag
/// ```
///
/// A publish event may always say `title`, `tags` and `author`. The type `served` is always there, declared or not; nobody outside may send it.
public final class EventTypes {
    /// The type of what our server writes about its own answers.
    public static final EventType SERVED =
            new EventType("served", Role.SERVED, 0, Presence.REQUIRED, new LinkedHashMap<>());

    private final SequencedMap<String, EventType> types;

    private EventTypes(SequencedMap<String, EventType> types) {
        this.types = Collections.unmodifiableSequencedMap(types);
    }

    public static EventTypes of(Collection<EventType> types) {
        var byName = new LinkedHashMap<String, EventType>();
        byName.put(SERVED.name(), SERVED);
        for (EventType type : types) {
            if (byName.put(type.name(), type) != null) {
                throw new IllegalArgumentException("event type " + type.name() + " is there twice");
            }
        }
        return new EventTypes(byName);
    }

    /// Reads every `*.yaml` of a folder.
    ///
    /// @throws ConfigException with all problems of all files
    public static EventTypes read(Path folder) {
        var texts = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                texts.put(folder.getFileName() + "/" + file.getFileName(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the event types in " + folder + ": " + e.getMessage(), e);
        }
        if (texts.isEmpty()) {
            throw new ConfigException(
                    List.of(
                            folder
                                    + ": no event types; put a file such as click.yaml with `event:"
                                    + " click` and `role: click` there"));
        }
        return parse(texts);
    }

    /// The same from texts by file name; a server gets them so from its bundle.
    public static EventTypes parse(Map<String, String> files) {
        var problems = new ArrayList<String>();
        var types = new LinkedHashMap<String, EventType>();
        var places = new LinkedHashMap<String, String>();
        files.forEach(
                (file, text) -> {
                    try {
                        MapNode doc = Config.parse(file, text);
                        Optional<EventType> type = read(doc, places);
                        doc.done();
                        type.ifPresent(t -> types.put(t.name(), t));
                    } catch (ConfigException e) {
                        problems.addAll(e.problems());
                    }
                });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return of(types.values());
    }

    /// Empty for the declaration of `served`, which adds nothing, and where there are problems.
    private static Optional<EventType> read(MapNode doc, Map<String, String> places) {
        String name = doc.text("event");
        Role role = Role.valueOf(doc.choice("role", words(Role.values())).toUpperCase(Locale.ROOT));
        boolean served = name.equals(SERVED.name());
        if (served != (role == Role.SERVED)) {
            doc.problem(
                    "role",
                    "found "
                            + role.word()
                            + " for event "
                            + name
                            + "; the role served belongs to the event served, which our server"
                            + " writes");
        }
        String before = places.putIfAbsent(name, doc.where("event"));
        if (before != null) {
            doc.problem(
                    "event", name + " is there already at " + before + "; a type is declared once");
        }
        if (served) {
            return Optional.empty();
        }
        double weight = doc.number("weight", 0, 1, role.isLiking() ? 1 : 0);
        Presence item =
                Presence.valueOf(
                        doc.choice("item", words(Presence.values()), "required")
                                .toUpperCase(Locale.ROOT));
        var fields = new LinkedHashMap<String, Field>();
        doc.mapEntries("fields").forEach((field, node) -> fields.put(field, field(node)));
        if (doc.problemCount() > 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EventType(name, role, weight, item, fields));
        } catch (IllegalArgumentException e) {
            doc.problem("event", e.getMessage());
            return Optional.empty();
        }
    }

    private static Field field(MapNode node) {
        FieldKind kind =
                FieldKind.valueOf(
                        node.choice("type", words(FieldKind.values())).toUpperCase(Locale.ROOT));
        double min = node.number("min", -Double.MAX_VALUE);
        double max = node.number("max", Double.MAX_VALUE);
        boolean number = kind == FieldKind.NUMBER || kind == FieldKind.WHOLE;
        if (!number && (node.has("min") || node.has("max"))) {
            node.problem(
                    "type", "is " + kind.word() + ", but min and max are for number and whole");
        } else if (min > max) {
            node.problem("min", "is above max: " + min + " > " + max);
            max = min;
        }
        return new Field(
                kind,
                node.flag("required", false),
                node.whole("max-length", 1, 100_000, Field.USUAL_MAX_LENGTH),
                min,
                max);
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    }

    public Optional<EventType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /// Every type by name; ours, `served`, is the first.
    public SequencedMap<String, EventType> all() {
        return types;
    }

    /// What an event of this type means; an event of a type that is no longer declared means nothing.
    public Optional<Role> role(Event event) {
        return type(event.type()).map(EventType::role);
    }
}
