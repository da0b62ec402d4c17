package dev.waxwing.serve;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.DirectHandlers;

/// Answers what the listener refuses before a route can see it, such as a path that is no path: as JSON, like every other error.
public final class Unread {
    private static final int MOST_SHOWN = 120;

    private Unread() {}

    /// For the listener's builder.
    public static DirectHandlers answers() {
        DirectHandler answer =
                (request, type, status, headers, message) ->
                        DirectHandler.TransportResponse.builder()
                                .status(status)
                                .headers(headers)
                                .header(HeaderNames.CONTENT_TYPE, "application/json")
                                .keepAlive(false) // where this request ends is unknown
                                .entity(Json.bytes(Json.of(refusal(status.code(), message))))
                                .build();
        return DirectHandlers.builder()
                .addHandler(DirectHandler.EventType.BAD_REQUEST, answer)
                .addHandler(DirectHandler.EventType.OTHER, answer)
                .build();
    }

    private static ServeException refusal(int status, String message) {
        String found = message == null ? "" : message.replaceAll("\\p{Cntrl}", "?");
        return new ServeException(
                status,
                "the request cannot be read",
                "request",
                found.length() > MOST_SHOWN ? found.substring(0, MOST_SHOWN) + "…" : found,
                "a well-formed HTTP request; ids in a path or query are percent-encoded UTF-8");
    }
}
