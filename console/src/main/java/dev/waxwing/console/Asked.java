package dev.waxwing.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads a request's parameters and body; what will not do is refused with what would.
final class Asked {
    static final int LARGEST_BODY = 1 << 20;
    private static final String DATE_WANTED = "a day as yyyymmdd, such as 20130831";
    private static final int LONGEST_ID = 120;
    private static final int LONGEST_WHO = 120;
    private static final int LONGEST_WHY = 2000;

    private Asked() {}

    static String pathId(ServerRequest request, String name) {
        String id = request.path().pathParameters().get(name);
        if (!id.matches("[\\w.:-]{1," + LONGEST_ID + "}")) {
            throw Refusal.badRequest(
                    name,
                    shown(id),
                    "letters, digits, _ . : and -, at most " + LONGEST_ID + " of them");
        }
        return id;
    }

    private static String shown(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 60 ? clean.substring(0, 60) + "…" : clean;
    }

    /// Refuses parameters that the route does not know: a misspelt `pipeline` would be ignored in silence otherwise.
    static void known(ServerRequest request, List<String> names) {
        for (String name : request.query().names()) {
            if (!names.contains(name)) {
                throw Refusal.badRequest(
                        "?" + shown(name),
                        shown(name),
                        names.isEmpty() ? "no parameter" : DidYouMean.hint(name, names));
            }
            if (request.query().all(name).size() > 1) {
                throw Refusal.badRequest(
                        "?" + name, request.query().all(name).size() + " of them", "one " + name);
            }
        }
    }

    static Optional<String> text(ServerRequest request, String name) {
        return request.query().contains(name)
                ? request.query().first(name).asOptional().filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    static int whole(ServerRequest request, String name, int most, int absent) {
        Optional<String> text = text(request, name);
        if (text.isEmpty()) {
            return absent;
        }
        if (!text.get().matches("[1-9]\\d{0,8}") || Integer.parseInt(text.get()) > most) {
            throw Refusal.badRequest(name, shown(text.get()), "a whole number from 1 to " + most);
        }
        return Integer.parseInt(text.get());
    }

    static Optional<LocalDate> date(ServerRequest request, String name) {
        return text(request, name)
                .map(
                        text -> {
                            try {
                                return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
                            } catch (DateTimeException e) {
                                throw Refusal.badRequest(name, shown(text), DATE_WANTED);
                            }
                        });
    }

    static <E extends Enum<E>> Optional<E> word(
            ServerRequest request, String name, Class<E> words) {
        return text(request, name)
                .map(
                        text -> {
                            for (E each : words.getEnumConstants()) {
                                if (each.name().equals(text)) {
                                    return each;
                                }
                            }
                            throw Refusal.badRequest(
                                    name,
                                    shown(text),
                                    "one of " + List.of(words.getEnumConstants()));
                        });
    }

    /// Reads a body of keys and values; all that is wrong with it is told together.
    static <T> T body(ServerRequest request, Function<MapNode, T> read) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("nothing");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            // What a page of another site can make a browser send without being asked has another
            // type.
            throw new Refusal(
                    415, "the body is no JSON", "Content-Type", shown(type), "application/json");
        }
        byte[] bytes = bytes(request);
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            JsonNode json = Json.MAPPER.readTree(bytes);
            if (!json.isObject()) {
                throw Refusal.badRequest("body", "nothing, or no keys and values", "a JSON object");
            }
            MapNode doc = Config.parse("body", text);
            T value = read.apply(doc);
            doc.done();
            return value;
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("body", shown(e.getOriginalMessage()), "JSON");
        } catch (IOException e) {
            throw Refusal.badRequest("body", "what cannot be read: " + e.getMessage(), "JSON");
        } catch (ConfigException e) {
            throw Refusal.badRequest(
                    "body",
                    e.problems().stream()
                            .map(problem -> problem.replaceFirst("^body(:\\d+)? ", ""))
                            .collect(Collectors.joining("; ")),
                    "what /v1/openapi.json says of " + request.path().path());
        }
    }

    private static byte[] bytes(ServerRequest request) {
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(LARGEST_BODY + 1);
            if (bytes.length > LARGEST_BODY) {
                throw new Refusal(
                        413,
                        "the body is too large",
                        "body",
                        "more than " + LARGEST_BODY + " bytes",
                        "at most " + LARGEST_BODY + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw Refusal.badRequest(
                    "body", "what cannot be read: " + e.getMessage(), "a whole body");
        }
    }

    static LocalDate date(MapNode body, String key) {
        return body.parsed(
                key,
                DATE_WANTED,
                text -> LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE),
                LocalDate.EPOCH);
    }

    /// Who asks, and why: written down with what is asked for.
    record Asker(String by, String why) {
        static Asker of(MapNode body) {
            return new Asker(said(body, "by", LONGEST_WHO), said(body, "why", LONGEST_WHY));
        }

        private static String said(MapNode body, String key, int most) {
            String text = body.text(key);
            if (body.has(key) && (text.isBlank() || text.length() > most)) {
                body.problem(
                        key,
                        (text.isBlank() ? "blank" : text.length() + " characters")
                                + "; must be from 1 to "
                                + most
                                + " characters");
            }
            return text;
        }
    }
}
