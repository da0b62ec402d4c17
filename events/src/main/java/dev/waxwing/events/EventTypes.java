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

/// The event types of a project, from `events/*.yaml`:
///
/// ```yaml
/// events:
///   click:   { role: click, weight: 0.5 }
///   like:    { role: action }                       # weight 1 unless said
///   rate:    { role: action, fields: { stars: { type: whole, required: true } } }
///   publish: { role: publish }                      # title, tags and author need no declaration
/// ```
///
/// `item:` is `required` unless said (`optional`, `none`). The type `served` is always there; nobody outside may send it.
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
                                    + ": no event types; put a file such as events.yaml with"
                                    + " `events: { click: { role: click } }` there"));
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
                        List<EventType> found = read(doc, places);
                        doc.done();
                        found.forEach(type -> types.put(type.name(), type));
                    } catch (ConfigException e) {
                        problems.addAll(e.problems());
                    }
                });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return of(types.values());
    }

    private static List<EventType> read(MapNode doc, Map<String, String> places) {
        var types = new ArrayList<EventType>();
        MapNode events = doc.map("events");
        events.mapEntries()
                .forEach(
                        (name, node) -> {
                            if (name.equals(SERVED.name())) {
                                events.problem(
                                        name,
                                        "is our own type, written for every answer; choose another"
                                                + " name");
                                return;
                            }
                            String before = places.putIfAbsent(name, events.where(name));
                            if (before != null) {
                                events.problem(
                                        name,
                                        "is there already at "
                                                + before
                                                + "; a type is declared once");
                            }
                            Role role =
                                    Role.valueOf(
                                            node.choice("role", roles()).toUpperCase(Locale.ROOT));
                            double weight = node.number("weight", 0, 1, usualWeight(role));
                            Presence item =
                                    Presence.valueOf(
                                            node.choice(
                                                            "item",
                                                            words(Presence.values()),
                                                            "required")
                                                    .toUpperCase(Locale.ROOT));
                            var fields = new LinkedHashMap<String, Field>();
                            node.mapEntries("fields")
                                    .forEach((field, f) -> fields.put(field, field(f)));
                            int soFar = doc.problemCount();
                            try {
                                types.add(new EventType(name, role, weight, item, fields));
                            } catch (IllegalArgumentException e) {
                                if (soFar == doc.problemCount()) {
                                    events.problem(name, e.getMessage());
                                }
                            }
                        });
        return types;
    }

    private static Field field(MapNode node) {
        FieldKind kind =
                FieldKind.valueOf(
                        node.choice("type", words(FieldKind.values())).toUpperCase(Locale.ROOT));
        return new Field(
                kind,
                node.flag("required", false),
                node.whole("max-length", 1, 100_000, Field.USUAL_MAX_LENGTH));
    }

    private static List<String> roles() {
        return Arrays.stream(Role.values()).filter(r -> r != Role.SERVED).map(Role::word).toList();
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    }

    private static double usualWeight(Role role) {
        return role.isLiking() ? 1 : 0;
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
