package dev.waxwing.console;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.flow.Happened;
import dev.waxwing.flow.Runs;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What happens to runs and steps, as it happens: server-sent events, in the order of commits and in whatever process they
/// happen. Who comes back with the last id that he saw (`Last-Event-ID`) misses nothing, also across a restart; if what he
/// missed is not kept any more, an event `gap` says so, and he had better read the runs anew.
///
/// Source: WHATWG HTML, section 9.2, "Server-sent events".
final class EventRoute {
    static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(EventRoute.class);
    private static final int AT_ONCE = 500;

    private final Runs runs;
    private final Tail tail;

    EventRoute(Runs runs, Tail tail) {
        this.runs = runs;
        this.tail = tail;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/v1/events", this::events));
    }

    private void events(ServerRequest request, ServerResponse response) {
        Asked.known(request, List.of("run", "pipeline", "after"));
        String run = Asked.text(request, "run").orElse("");
        String pipeline = Asked.text(request, "pipeline").orElse("");
        Optional<Long> seen = seen(request);
        if (!tail.join()) {
            throw new Refusal(
                    503,
                    "too many follow already",
                    "events",
                    Tail.MOST_FOLLOWERS + " streams",
                    "close some, or come back later");
        }
        try {
            response.status(Status.OK_200)
                    .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
                    .header(HeaderNames.CACHE_CONTROL, "no-store");
            try (OutputStream out = response.outputStream()) {
                follow(out, seen, run, pipeline);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("a follower is gone: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tail.leave();
        }
    }

    private static Optional<Long> seen(ServerRequest request) {
        Optional<String> said =
                request.headers()
                        .first(HeaderNames.create("Last-Event-ID"))
                        .filter(text -> !text.isEmpty())
                        .or(() -> Asked.text(request, "after"));
        return said.map(
                text -> {
                    if (!text.matches("\\d{1,18}")) {
                        throw Refusal.badRequest(
                                "Last-Event-ID",
                                text.length() > 40 ? text.substring(0, 40) + "…" : text,
                                "the id of the last event that was seen, a number");
                    }
                    return Long.parseLong(text);
                });
    }

    private void follow(OutputStream out, Optional<Long> seen, String run, String pipeline)
            throws IOException, InterruptedException {
        long last = runs.lastHappened();
        long at = seen.orElse(last);
        long oldest = runs.firstHappened();
        write(out, ": waxwing\nretry: 2000\n\n");
        if (at > last || (at < oldest - 1 && at < last)) {
            long from = at > last ? last : oldest - 1;
            ObjectNode gap = Json.object().put("seen", at).put("goes_on_after", from);
            write(out, "id: " + from + "\nevent: gap\ndata: " + gap + "\n\n");
            at = from;
        }
        while (true) {
            List<Happened> news = runs.happened(at, AT_ONCE);
            for (Happened each : news) {
                at = each.id();
                boolean wanted =
                        (run.isEmpty() || run.equals(each.run()))
                                && (pipeline.isEmpty() || pipeline.equals(each.pipeline()));
                if (wanted) {
                    String kind = each.step().isEmpty() ? "run" : "step";
                    write(
                            out,
                            "id: " + at + "\nevent: " + kind + "\ndata: " + Json.of(each) + "\n\n");
                }
            }
            out.flush();
            if (news.size() == AT_ONCE) {
                continue;
            }
            switch (tail.await(at, HEARTBEAT)) {
                case NEWS -> {}
                case NOTHING -> {
                    write(out, ": still here\n\n");
                    out.flush();
                }
                case THE_END -> {
                    return;
                }
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
