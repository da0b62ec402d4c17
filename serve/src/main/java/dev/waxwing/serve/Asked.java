package dev.waxwing.serve;

import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads a request's parameters and body; what will not do is answered with 400 or 413 that says what would.
final class Asked {
    private static final int LONGEST_ID = 200;
    private static final int MOST_EXCLUDED = 2000;

    private Asked() {}

    /// A part of the path that is an id.
    static String pathId(ServerRequest request, String name) {
        return checkedId(name, request.path().pathParameters().get(name));
    }

    static String id(ServerRequest request, String name) {
        String value = request.query().first(name).orElse("");
        if (value.isEmpty()) {
            throw ServeException.badRequest(name, "nothing", "?" + name + "=… with an id");
        }
        return checkedId(name, value);
    }

    private static String checkedId(String name, String id) {
        if (id.isBlank()
                || id.length() > LONGEST_ID
                || id.chars().anyMatch(Character::isISOControl)) {
            String shown =
                    id.length() > 40
                            ? id.substring(0, 40) + "… (" + id.length() + " characters)"
                            : id;
            throw ServeException.badRequest(
                    name,
                    shown.replaceAll("\\p{Cntrl}", "?"),
                    "an id of printable text, at most " + LONGEST_ID + " characters");
        }
        return id;
    }

    /// @return 0 if it is not said
    static int size(ServerRequest request, int most) {
        String value = request.query().first("size").orElse("");
        if (value.isEmpty()) {
            return 0;
        }
        if (!value.matches("[1-9]\\d{0,5}") || Integer.parseInt(value) > most) {
            throw ServeException.badRequest("size", value, "a whole number from 1 to " + most);
        }
        return Integer.parseInt(value);
    }

    /// `exclude=a,b&exclude=c`
    static Set<String> exclude(ServerRequest request) {
        var excluded = new LinkedHashSet<String>();
        if (request.query().contains("exclude")) {
            for (String some : request.query().all("exclude")) {
                for (String id : some.split(",", -1)) {
                    if (!id.isEmpty()) {
                        excluded.add(checkedId("exclude", id));
                    }
                }
            }
        }
        if (excluded.size() > MOST_EXCLUDED) {
            throw ServeException.badRequest(
                    "exclude", excluded.size() + " items", "at most " + MOST_EXCLUDED);
        }
        return excluded;
    }

    /// Refuses parameters that the route does not know: a misspelt `exclude` would be ignored in silence otherwise.
    static void known(ServerRequest request, List<String> names) {
        for (String name : request.query().names()) {
            if (!names.contains(name)) {
                throw ServeException.badRequest(
                        "?" + name, name, dev.waxwing.config.DidYouMean.hint(name, names));
            }
            List<String> values = request.query().all(name);
            if (values.size() > 1 && !name.equals("exclude")) { // which of them is meant?
                throw ServeException.badRequest(
                        "?" + name, values.size() + " of them", "one " + name);
            }
        }
    }

    static byte[] body(ServerRequest request, int most) {
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new ServeException(
                        413,
                        "the body is too large",
                        "body",
                        "more than " + most + " bytes",
                        "at most " + most + " bytes; send it in parts");
            }
            return bytes;
        } catch (IOException e) {
            throw ServeException.badRequest(
                    "body", "what cannot be read: " + e.getMessage(), "a whole body");
        }
    }
}
