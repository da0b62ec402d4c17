package dev.waxwing.console;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// What can be asked.
final class OpenApiRoute {
    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/v1/openapi.json",
                        (_, response) ->
                                response.status(Status.OK_200)
                                        .header(HeaderNames.CONTENT_TYPE, "application/json")
                                        .send(document())));
    }

    static byte[] document() {
        try (InputStream in = OpenApiRoute.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read openapi.json: " + e.getMessage(), e);
        }
    }
}
