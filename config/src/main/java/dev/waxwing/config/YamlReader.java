package dev.waxwing.config;

import dev.waxwing.config.Value.Mapping;
import dev.waxwing.config.Value.Scalar;
import dev.waxwing.config.Value.Sequence;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes a tree of values from YAML text.
///
/// It works on the parser's events, not on its finished nodes, so that depth and the size of what aliases unfold to are
/// refused before anything recursive or large is built.
final class YamlReader {
    static final int MAX_DEPTH = 40;
    static final int MAX_VALUES = 100_000;

    private final Problems problems;
    private final Map<Anchor, Value> anchored = new HashMap<>();
    private final Set<Anchor> open = new HashSet<>();
    private Iterator<Event> events = List.<Event>of().iterator();
    private int values;

    YamlReader(Problems problems) {
        this.problems = problems;
    }

    /// The mapping that the text holds; an empty text is an empty mapping.
    /// @throws ConfigException if the text is not YAML, breaks a limit, or holds something else than a mapping.
    ///     A key given twice is only collected, since the rest can be read.
    Mapping read(String text) {
        if (text.length() > Config.MAX_BYTES) {
            throw refused(
                    1,
                    text.length()
                            + " characters are too many; a file may have "
                            + Config.MAX_BYTES);
        }
        var settings = LoadSettings.builder().setCodePointLimit(Config.MAX_BYTES).build();
        try {
            events = new Parse(settings).parseString(withoutByteOrderMark(text)).iterator();
            return document();
        } catch (MarkedYamlEngineException e) {
            throw refused(e);
        } catch (ReaderException e) {
            int line =
                    1
                            + (int)
                                    text.codePoints()
                                            .limit(e.getPosition())
                                            .filter(c -> c == '\n')
                                            .count();
            throw refused(
                    line,
                    "not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            throw refused(1, "not YAML: " + e.getMessage());
        }
    }

    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Mapping document() {
        Mapping root = Mapping.empty(1);
        boolean seen = false;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (seen) {
                        throw refused(
                                line(event),
                                "a second document begins here (---); a file holds one");
                    }
                    seen = true;
                    Event first = events.next();
                    root = mapping(value(first, 1), line(first));
                }
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                default -> throw new IllegalStateException("unexpected " + event);
            }
        }
        return root;
    }

    private Mapping mapping(Value value, int line) {
        return switch (value) {
            case Mapping mapping -> mapping;
            case Scalar scalar when scalar.kind() == Value.Kind.NOTHING -> Mapping.empty(line);
            case Scalar _, Sequence _ ->
                    throw refused(line, "must hold keys and values; found " + value.found());
        };
    }

    private Value value(Event event, int depth) {
        int line = line(event);
        if (depth > MAX_DEPTH) {
            throw refused(line, "nested deeper than " + MAX_DEPTH + " levels");
        }
        count(line, 1);
        return switch (event) {
            case AliasEvent alias -> aliased(alias, depth);
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), line);
                boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
                Value value =
                        plain
                                ? Scalar.unquoted(scalar.getValue(), line)
                                : Scalar.quoted(scalar.getValue(), line);
                scalar.getAnchor().ifPresent(anchor -> anchored.put(anchor, value));
                yield value;
            }
            case CollectionStartEvent start -> {
                refuseTag(start.getTag(), line);
                start.getAnchor().ifPresent(open::add);
                Value value =
                        start.getEventId() == Event.ID.MappingStart
                                ? entries(line, depth)
                                : items(line, depth);
                start.getAnchor()
                        .ifPresent(
                                anchor -> {
                                    open.remove(anchor);
                                    anchored.put(anchor, value);
                                });
                yield value;
            }
            default -> throw new IllegalStateException("unexpected " + event);
        };
    }

    private Sequence items(int line, int depth) {
        var items = new ArrayList<Value>();
        int size = 1;
        int height = 0;
        for (Event e = next(); e.getEventId() != Event.ID.SequenceEnd; e = next()) {
            Value item = value(e, depth + 1);
            items.add(item);
            size += item.size();
            height = Math.max(height, item.height());
        }
        return new Sequence(List.copyOf(items), line, size, height + 1);
    }

    private Mapping entries(int line, int depth) {
        var entries = new LinkedHashMap<String, Value>();
        var lines = new LinkedHashMap<String, Integer>();
        int size = 1;
        int height = 0;
        for (Event e = next(); e.getEventId() != Event.ID.MappingEnd; e = next()) {
            int keyLine = line(e);
            String key = key(value(e, depth + 1));
            Value value = value(next(), depth + 1);
            size += 1 + value.size();
            height = Math.max(height, value.height());
            if (entries.putIfAbsent(key, value) == null) {
                lines.put(key, keyLine);
            } else {
                problems.add(
                        keyLine,
                        key,
                        "given twice; it stands on line " + lines.get(key) + " already");
            }
        }
        return new Mapping(entries, lines, line, size, height + 1);
    }

    private String key(Value value) {
        if (value instanceof Scalar scalar && !scalar.text().isEmpty()) {
            return scalar.text();
        }
        throw refused(value.line(), "a key must be a word; found " + value.found());
    }

    private Value aliased(AliasEvent alias, int depth) {
        int line = line(alias);
        if (open.contains(alias.getAlias())) {
            throw refused(line, "*" + alias.getAlias() + " refers to what it is itself part of");
        }
        Value value = anchored.get(alias.getAlias());
        if (value == null) {
            throw refused(
                    line, "*" + alias.getAlias() + " has no &" + alias.getAlias() + " above it");
        }
        if (depth + value.height() - 1 > MAX_DEPTH) {
            throw refused(line, "nested deeper than " + MAX_DEPTH + " levels");
        }
        count(line, value.size());
        return value;
    }

    private void count(int line, int more) {
        values += more;
        if (values > MAX_VALUES) {
            throw refused(line, "more than " + MAX_VALUES + " values, aliases unfolded");
        }
    }

    private Event next() {
        Event event = events.next();
        return event.getEventId() == Event.ID.Comment ? next() : event;
    }

    private void refuseTag(Optional<?> tag, int line) {
        if (tag.isPresent()) {
            throw refused(
                    line,
                    "the tag " + tag.get() + " is not supported; write the value without a tag");
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private ConfigException refused(int line, String message) {
        problems.add(line, "", message);
        return problems.thrown();
    }

    private ConfigException refused(MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        problems.add(line, "column " + column, "not YAML: " + e.getProblem());
        return problems.thrown();
    }
}
