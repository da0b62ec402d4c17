package dev.waxwing.serve;

import io.helidon.webserver.http.ServerRequest;

/// One thing that the server answers.
///
/// @param method of HTTP
/// @param path with its parameters in braces, as OpenAPI writes it
record Route(String method, String path, Work work) {

    /// Makes the reply, or throws a [ServeException].
    interface Work {
        Reply to(ServerRequest request);
    }

    /// What goes back.
    record Reply(int status, String contentType, Body body) {
        /// Written once the status is.
        interface Body {
            byte[] bytes();
        }

        static Reply json(int status, com.fasterxml.jackson.databind.JsonNode json) {
            return new Reply(status, "application/json", () -> Json.bytes(json));
        }
    }

    /// As Helidon writes it: a parameter that may hold slashes is `{+name}`.
    String pattern() {
        return path.replace("{bundle}", "{+bundle}");
    }
}
