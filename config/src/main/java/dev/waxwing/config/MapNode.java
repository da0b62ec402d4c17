package dev.waxwing.config;

import dev.waxwing.config.Value.Kind;
import dev.waxwing.config.Value.Mapping;
import dev.waxwing.config.Value.Scalar;
import dev.waxwing.config.Value.Sequence;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Function;

/// Keys and values at one place of a file. To ask for a key is to know it: what nobody asked for is reported by
/// [#done()].
///
/// A getter never throws. It collects what is wrong and returns a placeholder that does no harm: `"missing"`, the
/// default, the smallest number allowed, an empty list, a node without keys. One wrong key is one problem: what is asked
/// of a placeholder node is not reported again. Not for several threads.
public final class MapNode {
    private static final String MISSING = "missing";

    private final Mapping mapping;
    private final Problems problems;
    private final String path;
    private final int line;
    private final boolean placeholder;
    private final SequencedSet<String> asked = new LinkedHashSet<>();
    private final Map<String, MapNode> children = new HashMap<>();
    private final MapNode root;

    private MapNode(Mapping mapping, Problems problems) {
        this.mapping = mapping;
        this.problems = problems;
        this.path = "";
        this.line = mapping.line();
        this.placeholder = false;
        this.root = this;
    }

    private MapNode(MapNode parent, String key, Mapping mapping, int line, boolean placeholder) {
        this.mapping = mapping;
        this.problems = parent.problems;
        this.path = parent.pathOf(key);
        this.line = line;
        this.placeholder = placeholder;
        this.root = parent.root;
    }

    static MapNode root(Mapping mapping, Problems problems) {
        return new MapNode(mapping, problems);
    }

    /// The file as it would be with another value at one place, for a root of which nothing was asked yet. Problems of that value
    /// are told with the place's line.
    /// @param path keys with dots between them, such as `steps.train.rounds`; all but the last must be there
    /// @param yaml the value as a file would hold it, on one line
    /// @throws IllegalArgumentException if there is no such place
    /// @throws ConfigException if the value is not YAML
    public MapNode with(String path, String yaml) {
        Value value = Config.parse(path, "value: " + yaml).mapping.entries().get("value");
        Mapping changed =
                mapping.with(List.of(path.split("\\.")), value)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "there is no "
                                                        + path.substring(
                                                                0,
                                                                Math.max(0, path.lastIndexOf('.')))
                                                        + " in "
                                                        + problems.file()));
        return new MapNode(changed, problems);
    }

    /// A text; numbers and flags are taken as they are written.
    public String text(String key) {
        return scalar(key, "a text").map(Scalar::text).orElse(MISSING);
    }

    public String text(String key, String absent) {
        return has(key) ? text(key) : absent;
    }

    /// A text that is one of a few words; a near miss is answered with the word that was meant.
    public String choice(String key, List<String> allowed) {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("nothing is allowed for " + key);
        }
        Optional<Scalar> found = scalar(key, "one of " + String.join(", ", allowed));
        if (found.isEmpty() || allowed.contains(found.get().text())) {
            return found.map(Scalar::text).orElse(allowed.getFirst());
        }
        String text = found.get().text();
        problem(
                key,
                found.get().found()
                        + " is not one of "
                        + String.join(", ", allowed)
                        + DidYouMean.closest(text, allowed)
                                .map(word -> "; did you mean " + word + "?")
                                .orElse(""));
        return allowed.getFirst();
    }

    public String choice(String key, List<String> allowed, String absent) {
        return has(key) ? choice(key, allowed) : absent;
    }

    /// A text made into something by a function whose [IllegalArgumentException] or [DateTimeException] says what is
    /// wrong with it.
    public <T> T parsed(String key, String wanted, Function<String, T> parse, T placeholder) {
        Optional<Scalar> found = scalar(key, wanted);
        if (found.isEmpty()) {
            return placeholder;
        }
        try {
            return parse.apply(found.get().text());
        } catch (IllegalArgumentException | DateTimeException e) {
            problem(key, found.get().found() + " is not " + wanted + ": " + e.getMessage());
            return placeholder;
        }
    }

    /// A whole number from `min` to `max`, both allowed.
    public int whole(String key, int min, int max) {
        String wanted =
                max == Integer.MAX_VALUE ? "a whole number, at least " + min : range(min, max);
        Optional<Scalar> found = scalar(key, wanted);
        if (found.isEmpty()) {
            return min;
        }
        Scalar scalar = found.get();
        if (scalar.kind() == Kind.WHOLE
                && scalar.plain() instanceof Long value
                && value >= min
                && value <= max) {
            return value.intValue();
        }
        problem(key, scalar.found() + " is not " + wanted + unquote(scalar));
        return min;
    }

    public int whole(String key, int min, int max, int absent) {
        return has(key) ? whole(key, min, max) : absent;
    }

    private static String range(int min, int max) {
        return "a whole number from " + min + " to " + max;
    }

    /// Any finite number.
    public double number(String key) {
        return number(key, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    public double number(String key, double absent) {
        return has(key) ? number(key) : absent;
    }

    /// A number from `min` to `max`, both allowed.
    public double number(String key, double min, double max) {
        boolean bounded = min > -Double.MAX_VALUE || max < Double.MAX_VALUE;
        String wanted = bounded ? "a number from " + plain(min) + " to " + plain(max) : "a number";
        Optional<Scalar> found = scalar(key, wanted);
        double harmless = min <= 0 && max >= 0 ? 0 : min;
        if (found.isEmpty()) {
            return harmless;
        }
        Scalar scalar = found.get();
        if (scalar.kind() == Kind.WHOLE || scalar.kind() == Kind.NUMBER) {
            double value = Double.parseDouble(scalar.text());
            if (value >= min && value <= max) {
                return value;
            }
        }
        problem(key, scalar.found() + " is not " + wanted + unquote(scalar));
        return harmless;
    }

    public double number(String key, double min, double max, double absent) {
        return has(key) ? number(key, min, max) : absent;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) && Math.abs(bound) < 1e15
                ? Long.toString((long) bound)
                : Double.toString(bound);
    }

    private static String unquote(Scalar scalar) {
        return scalar.kind() == Kind.TEXT
                        && Scalar.unquoted(scalar.text(), scalar.line()).kind() == Kind.WHOLE
                ? "; write it without quotes"
                : "";
    }

    /// `true` or `false`.
    public boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        Optional<Scalar> found = scalar(key, "true or false");
        if (found.isPresent() && found.get().kind() != Kind.FLAG) {
            problem(key, found.get().found() + " is not true or false");
            return absent;
        }
        return found.map(scalar -> Boolean.parseBoolean(scalar.text())).orElse(absent);
    }

    /// A time span such as `27d`, `12h`, `15m`, `30s`, `500ms`.
    public Duration duration(String key) {
        Optional<Scalar> found = scalar(key, TimeSpan.WANTED);
        Optional<Duration> span = found.flatMap(scalar -> TimeSpan.parse(scalar.text()));
        if (found.isPresent() && span.isEmpty()) {
            problem(key, found.get().found() + " is not " + TimeSpan.WANTED);
        }
        return span.orElse(Duration.ZERO);
    }

    public Duration duration(String key, Duration absent) {
        return has(key) ? duration(key) : absent;
    }

    /// A list of texts. A single text is a list of one; an absent key or an empty value is an empty list.
    public List<String> texts(String key) {
        return switch (value(key)) {
            case null -> List.of();
            case Scalar scalar when scalar.kind() == Kind.NOTHING -> List.of();
            case Scalar scalar -> List.of(scalar.text());
            case Mapping mapping -> {
                wrong(key, mapping, "a list of texts");
                yield List.of();
            }
            case Sequence sequence -> {
                var texts = new ArrayList<String>();
                for (int i = 0; i < sequence.items().size(); i++) {
                    Value item = sequence.items().get(i);
                    if (item instanceof Scalar scalar && scalar.kind() != Kind.NOTHING) {
                        texts.add(scalar.text());
                    } else {
                        report(item.line(), key + "[" + i + "]", item.found() + " is not a text");
                    }
                }
                yield Collections.unmodifiableList(texts);
            }
        };
    }

    /// Keys and values below a key.
    public MapNode map(String key) {
        Value value = value(key);
        if (value instanceof Mapping mapping) {
            return child(key, mapping, lineOf(key));
        }
        if (value == null) {
            missing(key, "keys and values");
        } else {
            wrong(key, value, "keys and values");
        }
        return nothing(key);
    }

    /// A list whose every element holds keys and values. An absent key is an empty list.
    public List<MapNode> maps(String key) {
        Value value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Sequence sequence)) {
            wrong(key, value, "a list of keys and values");
            return List.of();
        }
        var maps = new ArrayList<MapNode>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Value item = sequence.items().get(i);
            String at = key + "[" + i + "]";
            if (item instanceof Mapping mapping) {
                maps.add(child(at, mapping, item.line()));
            } else {
                report(item.line(), at, item.found() + " is not keys and values");
            }
        }
        return Collections.unmodifiableList(maps);
    }

    /// Names with keys and values each: `columns: { age: { type: number }, … }`. An absent key is no names.
    public SequencedMap<String, MapNode> mapEntries(String key) {
        return has(key) ? map(key).mapEntries() : Collections.emptyNavigableMap();
    }

    /// Every key of this node with the keys and values below it.
    public SequencedMap<String, MapNode> mapEntries() {
        var entries = new LinkedHashMap<String, MapNode>();
        for (String key : mapping.entries().keySet()) {
            entries.put(key, map(key));
        }
        return Collections.unmodifiableSequencedMap(entries);
    }

    /// What stands below a key as plain Java (`String`, `Long`, `BigInteger`, `Double`, `Boolean`, `List`, `Map`, null
    /// for an empty value), for keys that belong to somebody else. Everything below counts as asked for.
    public SequencedMap<String, Object> raw(String key) {
        return has(key) ? map(key).raw() : Collections.emptyNavigableMap();
    }

    /// All of this node as plain Java; every key counts as asked for.
    public SequencedMap<String, Object> raw() {
        mapping.entries().keySet().forEach(this::ask);
        return Collections.unmodifiableSequencedMap(mapping.plain());
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    /// Whether keys and values stand below the key.
    public boolean isMap(String key) {
        return value(key) instanceof Mapping;
    }

    public boolean isList(String key) {
        return value(key) instanceof Sequence;
    }

    /// The keys that the file has here, in its order. Does not count as asking for them.
    public SequencedSet<String> keys() {
        return Collections.unmodifiableSequencedSet(mapping.entries().sequencedKeySet());
    }

    /// The keys that were asked for here so far, present or not, in that order: what this place is known to take.
    public SequencedSet<String> asked() {
        return Collections.unmodifiableSequencedSet(asked);
    }

    /// `file.yaml:12`: the key's place, or that of the whole node if it has no such key.
    public String where(String key) {
        return problems.where(lineOf(key));
    }

    /// `file.yaml:12`: where this node begins.
    public String where() {
        return problems.where(line);
    }

    /// Collects something that is wrong with a key's value. Say what was found and what would do.
    public void problem(String key, String message) {
        report(lineOf(key), key, message);
    }

    /// How many problems the whole file has so far: lets a reader see whether what it got are placeholders.
    public int problemCount() {
        return problems.count();
    }

    /// Ends the reading of the file, from whichever of its nodes it is called.
    /// @throws ConfigException if anything was wrong anywhere in the file, or a key was not asked for
    public void done() {
        root.reportUnasked();
        if (problems.count() > 0) {
            throw problems.thrown();
        }
    }

    private void reportUnasked() {
        for (String key : mapping.entries().keySet()) {
            if (!asked.contains(key)) {
                // What the file has already is no likely meaning of a key that it has as well.
                List<String> others =
                        asked.stream().filter(k -> !mapping.entries().containsKey(k)).toList();
                Optional<String> meant = DidYouMean.closest(key, others);
                problem(
                        key,
                        "not a known key; "
                                + meant.map(word -> "did you mean " + word + "?")
                                        .orElseGet(() -> known()));
            }
        }
        children.values().forEach(MapNode::reportUnasked);
    }

    private String known() {
        return asked.isEmpty() ? "no key is known here" : "known here: " + String.join(", ", asked);
    }

    private Optional<Scalar> scalar(String key, String wanted) {
        switch (value(key)) {
            case null -> missing(key, wanted);
            case Scalar scalar when scalar.kind() != Kind.NOTHING -> {
                return Optional.of(scalar);
            }
            case Value other -> wrong(key, other, wanted);
        }
        return Optional.empty();
    }

    private void missing(String key, String wanted) {
        report(line, key, "missing; must be " + wanted);
    }

    private void wrong(String key, Value found, String wanted) {
        problem(key, "found " + found.found() + "; must be " + wanted);
    }

    private void report(int at, String key, String message) {
        if (!placeholder) {
            problems.add(at, pathOf(key), message);
        }
    }

    private Value value(String key) {
        ask(key);
        return mapping.entries().get(key);
    }

    private void ask(String key) {
        asked.add(key);
    }

    private int lineOf(String key) {
        return mapping.keyLines().getOrDefault(key, line);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private MapNode child(String key, Mapping below, int at) {
        return children.computeIfAbsent(key, _ -> new MapNode(this, key, below, at, placeholder));
    }

    private MapNode nothing(String key) {
        return new MapNode(this, key, Mapping.empty(lineOf(key)), lineOf(key), true);
    }

    @Override
    public String toString() {
        return where() + " " + path + mapping.entries().keySet();
    }
}
