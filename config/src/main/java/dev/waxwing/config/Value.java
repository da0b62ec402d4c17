package dev.waxwing.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// What stands behind a key, with the line it stands on.
sealed interface Value {
    int line();

    /// The value as plain Java: `String`, `Long` or `BigInteger`, `Double`, `Boolean`, `List`, `SequencedMap`, or null.
    Object plain();

    /// How an error message names what it found.
    String found();

    /// How many values it holds, itself included: what an alias of it costs.
    int size();

    /// How many levels it holds, itself included.
    int height();

    /// What a scalar is by YAML 1.2's core schema. Hexadecimal, octal, infinities and NaN are left as text on purpose:
    /// no key of ours takes them, and an error is better than a surprise.
    enum Kind {
        TEXT,
        WHOLE,
        NUMBER,
        FLAG,
        NOTHING
    }

    record Scalar(String text, Kind kind, int line) implements Value {
        private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");
        private static final Pattern FLAG = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
        private static final Pattern NUMBER =
                Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
        private static final int SHOWN = 60;

        static Scalar quoted(String text, int line) {
            return new Scalar(text, Kind.TEXT, line);
        }

        static Scalar unquoted(String text, int line) {
            Kind kind = Kind.TEXT;
            if (NOTHING.matcher(text).matches()) {
                kind = Kind.NOTHING;
            } else if (FLAG.matcher(text).matches()) {
                kind = Kind.FLAG;
            } else if (WHOLE.matcher(text).matches()) {
                kind = Kind.WHOLE;
            } else if (NUMBER.matcher(text).matches()) {
                kind = Kind.NUMBER;
            }
            return new Scalar(text, kind, line);
        }

        @Override
        public Object plain() {
            return switch (kind) {
                case TEXT -> text;
                case WHOLE -> whole();
                case NUMBER -> Double.valueOf(text);
                case FLAG -> Boolean.valueOf(text);
                case NOTHING -> null;
            };
        }

        private Object whole() {
            var exact = new BigInteger(text);
            return exact.bitLength() < Long.SIZE ? (Object) exact.longValue() : exact;
        }

        @Override
        public String found() {
            String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
            return switch (kind) {
                case TEXT -> '"' + shown.replace("\n", "\\n") + '"';
                case WHOLE, NUMBER, FLAG -> shown;
                case NOTHING -> "nothing";
            };
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }
    }

    record Sequence(List<Value> items, int line, int size, int height) implements Value {
        @Override
        public Object plain() {
            var plain = new ArrayList<>();
            items.forEach(item -> plain.add(item.plain()));
            return plain;
        }

        @Override
        public String found() {
            return items.isEmpty() ? "an empty list" : "a list";
        }
    }

    /// @param keyLines the line of each key, which may differ from the line of its value
    record Mapping(
            SequencedMap<String, Value> entries,
            SequencedMap<String, Integer> keyLines,
            int line,
            int size,
            int height)
            implements Value {

        static Mapping empty(int line) {
            return new Mapping(new LinkedHashMap<>(), new LinkedHashMap<>(), line, 1, 1);
        }

        /// This mapping with another value at the end of a path; a new key takes its mapping's line.
        /// @param path at least one key
        /// @return empty if a key before the last is not there or holds no mapping
        Optional<Mapping> with(List<String> path, Value value) {
            String key = path.getFirst();
            Value set = value;
            if (path.size() > 1) {
                if (!(entries.get(key) instanceof Mapping below)) {
                    return Optional.empty();
                }
                Optional<Mapping> changed = below.with(path.subList(1, path.size()), value);
                if (changed.isEmpty()) {
                    return Optional.empty();
                }
                set = changed.get();
            }
            var newEntries = new LinkedHashMap<>(entries);
            newEntries.put(key, set);
            var newLines = new LinkedHashMap<>(keyLines);
            newLines.putIfAbsent(key, line);
            int grown = newEntries.values().stream().mapToInt(Value::size).sum() + 1;
            int high = newEntries.values().stream().mapToInt(Value::height).max().orElse(0) + 1;
            return Optional.of(new Mapping(newEntries, newLines, line, grown, high));
        }

        @Override
        public SequencedMap<String, Object> plain() {
            var plain = new LinkedHashMap<String, Object>();
            entries.forEach((key, value) -> plain.put(key, value.plain()));
            return plain;
        }

        @Override
        public String found() {
            return "keys and values";
        }
    }
}
