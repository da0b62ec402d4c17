package dev.waxwing.steps;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One call over HTTP, and whether its failure may pass by itself: a connection that broke or a server in trouble may, a request
/// that the server does not want will be refused again.
///
/// @param shown the address as messages may show it, without what the environment put in
/// @param limit how long the whole of it may take, the answer's last byte included
record HttpCall(
        String method,
        URI address,
        String shown,
        Map<String, String> headers,
        String body,
        Duration limit) {
    /// The longest answer that is taken.
    static final int LONGEST = 16 << 20;

    private static final int TOLD = 300; // characters of a refusal

    HttpCall {
        headers = Map.copyOf(headers);
    }

    /// What a server said.
    static final class Answer {
        private final int status;
        private final byte[] body;

        private Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        byte[] body() {
            return body.clone();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// Its first words, for a message.
        String told() {
            String text = text().strip().replaceAll("\\s+", " ");
            return text.isEmpty()
                    ? "it said nothing more"
                    : "it said: " + text.substring(0, Math.min(TOLD, text.length()));
        }

        boolean mayPass() {
            return status >= 500 || status == 408 || status == 429;
        }
    }

    /// @throws IOException if there was no whole answer; that may pass
    Answer send() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        headers.forEach(request::header);
        request.method(
                method,
                body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        try (HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(limit)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build()) {
            CompletableFuture<HttpResponse<byte[]>> asked =
                    client.sendAsync(
                            request.build(),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), LONGEST));
            try {
                HttpResponse<byte[]> answer = asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return new Answer(answer.statusCode(), answer.body());
            } catch (TimeoutException e) {
                throw new IOException(
                        "no whole answer within its time limit of " + limit.toSeconds() + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(
                        e.getCause() == null ? e.toString() : e.getCause().toString(), e);
            } finally {
                asked.cancel(true);
                client.shutdownNow();
            }
        }
    }
}
