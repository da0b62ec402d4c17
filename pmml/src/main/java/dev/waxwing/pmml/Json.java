package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One value of a JSON text, with its place.
///
/// Numbers are kept as places in the text, so that long arrays of them are small and a float is read in one step: by way of
/// double it could be rounded twice. `NaN` and `Infinity` are read too, since XGBoost writes them.
final class Json {
    private static final int MAX_DEPTH = 200;

    private final SourceText source;
    private final int at;
    private final int end;
    private final Map<String, Json> members; // null unless an object
    private final List<Json> items; // null unless an array that holds more than plain values
    private final int[] places; // null unless an array of plain values: where each begins and ends

    private Json(
            SourceText source,
            int at,
            int end,
            Map<String, Json> members,
            List<Json> items,
            int[] places) {
        this.source = source;
        this.at = at;
        this.end = end;
        this.members = members;
        this.items = items;
        this.places = places;
    }

    /// @throws PmmlException if the text is no JSON; names line and column
    static Json read(SourceText source) {
        Parser parser = new Parser(source);
        Json value = parser.value(0);
        parser.blank();
        if (parser.at < source.text().length()) {
            throw source.problem(parser.at, "is not well-formed JSON: text after the end");
        }
        return value;
    }

    PmmlException problem(String what) {
        return source.problem(at, what);
    }

    boolean has(String member) {
        return members != null && members.containsKey(member);
    }

    Json get(String member) {
        Json found = members == null ? null : members.get(member);
        if (found == null) {
            throw problem("has no \"" + member + "\"");
        }
        return found;
    }

    /// A text without its quotes, or a plain value as written.
    String text() {
        if (members != null || items != null || places != null) {
            throw problem("a text is needed here");
        }
        return text(at, end);
    }

    private String text(int from, int to) {
        String written = source.text().substring(from, to);
        if (!written.startsWith("\"")) {
            return written;
        }
        if (written.indexOf('\\') < 0) {
            return written.substring(1, written.length() - 1);
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < written.length() - 1; i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = written.charAt(++i);
            switch (escaped) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'r' -> plain.append('\r');
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(written.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> plain.append(escaped);
            }
        }
        return plain.toString();
    }

    /// A whole number, as such or as a text.
    int whole() {
        return whole(at, end);
    }

    private int whole(int from, int to) {
        try {
            return Integer.parseInt(text(from, to));
        } catch (NumberFormatException e) {
            throw source.problem(from, "a whole number is needed, found " + some(from, to));
        }
    }

    private String some(int from, int to) {
        return source.text().substring(from, Math.min(to, from + 40));
    }

    List<Json> items() {
        if (items != null) {
            return items;
        }
        List<Json> plain = new ArrayList<>();
        for (int i = 0; i < plainCount(); i++) {
            plain.add(new Json(source, places[2 * i], places[2 * i + 1], null, null, null));
        }
        return plain;
    }

    private int plainCount() {
        if (places == null) {
            throw problem("an array of plain values is needed here");
        }
        return places.length / 2;
    }

    int[] wholes() {
        int[] numbers = new int[plainCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = whole(places[2 * i], places[2 * i + 1]);
        }
        return numbers;
    }

    float[] floats() {
        float[] numbers = new float[plainCount()];
        for (int i = 0; i < numbers.length; i++) {
            int from = places[2 * i];
            int to = places[2 * i + 1];
            try {
                numbers[i] = Float.parseFloat(source.text().substring(from, to));
            } catch (NumberFormatException e) {
                throw source.problem(from, "a number is needed, found " + some(from, to));
            }
        }
        return numbers;
    }

    /// Truth values, written as such or as 0 and 1.
    boolean[] flags() {
        boolean[] flags = new boolean[plainCount()];
        for (int i = 0; i < flags.length; i++) {
            int from = places[2 * i];
            int to = places[2 * i + 1];
            switch (source.text().substring(from, to)) {
                case "true", "1" -> flags[i] = true;
                case "false", "0" -> flags[i] = false;
                default ->
                        throw source.problem(
                                from, "true or false is needed, found " + some(from, to));
            }
        }
        return flags;
    }

    private static final class Parser {
        private final SourceText source;
        private final String text;
        private int at;

        Parser(SourceText source) {
            this.source = source;
            this.text = source.text();
            if (text.startsWith("\uFEFF")) {
                at = 1;
            }
        }

        private PmmlException broken(String what) {
            return source.problem(at, "is not well-formed JSON: " + what);
        }

        void blank() {
            while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char next() {
            blank();
            if (at >= text.length()) {
                throw broken("the text ends too early");
            }
            return text.charAt(at);
        }

        Json value(int depth) {
            if (depth > MAX_DEPTH) {
                throw broken("nested deeper than " + MAX_DEPTH);
            }
            char c = next();
            return switch (c) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                default -> {
                    int from = at;
                    plain();
                    yield new Json(source, from, at, null, null, null);
                }
            };
        }

        private Json object(int depth) {
            int from = at++;
            Map<String, Json> members = new LinkedHashMap<>();
            if (next() == '}') {
                at++;
                return new Json(source, from, at, members, null, null);
            }
            while (true) {
                if (next() != '"') {
                    throw broken("a name in quotes is needed");
                }
                int nameAt = at;
                plain();
                String name = new Json(source, nameAt, at, null, null, null).text();
                if (next() != ':') {
                    throw broken("':' is needed");
                }
                at++;
                if (members.put(name, value(depth + 1)) != null) {
                    throw source.problem(nameAt, "\"" + name + "\" is there twice");
                }
                if (!more('}')) {
                    return new Json(source, from, at, members, null, null);
                }
            }
        }

        private Json array(int depth) {
            int from = at++;
            if (next() == ']') {
                at++;
                return new Json(source, from, at, null, null, new int[0]);
            }
            int[] places = new int[16];
            int count = 0;
            List<Json> items = null;
            do {
                char c = next();
                boolean nested = c == '{' || c == '[';
                if (nested && items == null) {
                    items = new ArrayList<>();
                    for (int i = 0; i < count; i += 2) {
                        items.add(new Json(source, places[i], places[i + 1], null, null, null));
                    }
                }
                if (items != null) {
                    items.add(value(depth + 1));
                    continue;
                }
                if (count == places.length) {
                    places = Arrays.copyOf(places, 2 * count);
                }
                places[count++] = at;
                plain();
                places[count++] = at;
            } while (more(']'));
            return items != null
                    ? new Json(source, from, at, null, items, null)
                    : new Json(source, from, at, null, null, Arrays.copyOf(places, count));
        }

        /// Steps over a comma, or over the end.
        private boolean more(char close) {
            char c = next();
            if (c != ',' && c != close) {
                throw broken("',' or '" + close + "' is needed");
            }
            at++;
            return c == ',';
        }

        /// Steps over a text, number, truth value or null.
        private void plain() {
            if (text.charAt(at) == '"') {
                quoted();
                return;
            }
            int from = at;
            while (at < text.length() && ",]} \n\r\t:".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(from, Math.min(at, from + 64));
            switch (word) {
                case "true", "false", "null", "NaN", "Infinity", "-Infinity" -> {}
                default -> {
                    if (!word.matches("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
                        at = from;
                        throw broken("a value is needed, found '" + word + "'");
                    }
                }
            }
        }

        private void quoted() {
            int from = at++;
            while (at < text.length() && text.charAt(at) != '"') {
                char c = text.charAt(at);
                if (c < ' ') {
                    throw broken("a text goes over the end of its line");
                }
                if (c == '\\') {
                    at++;
                    boolean hex = at < text.length() && text.charAt(at) == 'u';
                    if (hex
                            && !(at + 4 < text.length()
                                    && text.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}"))) {
                        throw broken("\\u needs four digits");
                    }
                    if (at >= text.length() || "\"\\/bfnrtu".indexOf(text.charAt(at)) < 0) {
                        throw broken("a text has an escape that is none");
                    }
                }
                at++;
            }
            if (at >= text.length()) {
                at = from;
                throw broken("a text does not end");
            }
            at++;
        }
    }
}
