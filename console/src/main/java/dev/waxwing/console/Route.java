package dev.waxwing.console;

import com.fasterxml.jackson.databind.JsonNode;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import java.nio.charset.StandardCharsets;

/// One thing that the console answers.
/// @param method of HTTP
/// @param path with its parameters in braces, as OpenAPI writes it
record Route(String method, String path, Work work) {
    /// Answers, or throws a [Refusal] before it has begun to.
    interface Work {
        void answer(ServerRequest request, ServerResponse response);
    }

    /// Makes what goes back.
    interface Reply {
        JsonNode to(ServerRequest request);
    }

    static Route json(String method, String path, int status, Reply reply) {
        return new Route(
                method, path, (request, response) -> send(response, status, reply.to(request)));
    }

    static void send(ServerResponse response, int status, JsonNode json) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(Json.bytes(json));
    }

    static void text(ServerResponse response, String text) {
        response.status(Status.OK_200)
                .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .send(text.getBytes(StandardCharsets.UTF_8));
    }
}
