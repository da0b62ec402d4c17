package dev.waxwing.console;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.flow.Baselines;
import dev.waxwing.flow.Pipelines;
import dev.waxwing.flow.Runs;

import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The console of a project: all that people may do with its runs, over HTTP. The caller opens what it works with, and closes
/// this before it.
public final class Console implements HttpService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    private final Tail tail;
    private final List<Route> routes;

    /// @param home the project's `.waxwing`, below which logs are
    public Console(
            Runs runs,
            Path home,
            Pipelines pipelines,
            Baselines baselines,
            ZoneId zone,
            InstantSource clock) {
        this.tail = new Tail(runs);
        var files = new PipelineFiles(pipelines);
        this.routes =
                Stream.of(
                                new RunRoutes(runs, home, files, clock).routes(),
                                new PipelineRoutes(files).routes(),
                                new BaselineRoutes(runs, files, baselines, zone, clock).routes(),
                                new EventRoute(runs, tail).routes(),
                                new OpenApiRoute().routes())
                        .flatMap(List::stream)
                        .toList();
    }

    /// A listener for the console alone, not started yet.
    /// @throws IllegalArgumentException if the host is not a loopback address: there are no access tokens yet
    public WebServerConfig.Builder listener(String host, int port) {
        if (!isLoopback(host)) {
            throw new IllegalArgumentException(
                    "the console cannot listen on "
                            + host
                            + ": it has no access tokens yet, so that everybody could do everything."
                            + " 127.0.0.1 will do; from elsewhere reach it by a tunnel such as ssh -L");
        }
        return WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(routing -> routing.register(this));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    List<Route> all() {
        return routes;
    }

    @Override
    public void routing(HttpRules rules) {
        for (Route route : routes) {
            rules.route(
                    Method.create(route.method()),
                    route.path(),
                    (request, response) -> answer(route, request, response));
        }
        for (Route route : routes) {
            rules.any(
                    route.path(),
                    (request, response) -> answer(otherMethod(route), request, response));
        }
        rules.any((request, response) -> answer(noRoute(), request, response));
    }

    private Route otherMethod(Route route) {
        String allowed =
                routes.stream()
                        .filter(each -> each.path().equals(route.path()))
                        .map(Route::method)
                        .collect(Collectors.joining(", "));
        return new Route(
                "any",
                route.path(),
                (request, _) -> {
                    String method = request.prologue().method().text();
                    throw new Refusal(
                            405, route.path() + " takes no " + method, "method", method, allowed);
                });
    }

    private Route noRoute() {
        return new Route(
                "any",
                "(none)",
                (request, _) -> {
                    String path = request.path().path();
                    throw new Refusal(
                            404,
                            "there is nothing at this path",
                            "path",
                            path.length() > 100 ? path.substring(0, 100) + "…" : path,
                            "GET /v1/openapi.json says what there is");
                });
    }

    private static void answer(Route route, ServerRequest request, ServerResponse response) {
        try {
            Guard.check(request);
            route.work().answer(request, response);
        } catch (Refusal e) {
            Route.send(response, e.status(), e.json());
        } catch (RuntimeException e) {
            if (response.isSent()) {
                LOG.debug("{} {}: the client is gone", route.method(), route.path(), e);
                return;
            }
            String id = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("{} {} failed ({})", route.method(), route.path(), id, e);
            ObjectNode json =
                    Json.object()
                            .put("error", "the console failed")
                            .put("where", route.method() + " " + route.path())
                            .put("found", "a fault of ours, logged as " + id)
                            .put("wouldDo", "look for " + id + " in the log of `waxwing up`");
            Route.send(response, 500, json);
        }
    }

    /// Ends all streams of events.
    @Override
    public void close() {
        tail.close();
    }
}
