package dev.waxwing.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All that this module answers over HTTP, for the listener that the caller owns. Register it last: what no route takes is answered here, too.
public final class Routes implements HttpService {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final Server server;
    private final List<Route> routes;

    public Routes(Server server) {
        this.server = server;
        this.routes =
                Stream.of(
                                new RecommendRoutes(server).routes(),
                                new ScoreRoute(server).routes(),
                                new EventRoute(server).routes(),
                                new HealthRoutes(server).routes())
                        .flatMap(List::stream)
                        .toList();
    }

    List<Route> all() {
        return routes;
    }

    @Override
    public void routing(HttpRules rules) {
        for (Route route : routes) {
            rules.route(
                    Method.create(route.method()),
                    route.pattern(),
                    (request, response) -> answer(route, request, response));
        }
        for (Route route : routes) {
            rules.any(
                    route.pattern(),
                    (request, response) -> answer(otherMethod(route), request, response));
        }
        rules.any((request, response) -> answer(noRoute(request), request, response));
    }

    private static Route otherMethod(Route route) {
        return new Route(
                "any",
                route.path(),
                request -> {
                    throw new ServeException(
                            405,
                            route.path() + " takes no " + request.prologue().method().text(),
                            "method",
                            request.prologue().method().text(),
                            route.method());
                });
    }

    private Route noRoute(ServerRequest asked) {
        String path = asked.path().path();
        return new Route(
                "any",
                "(none)",
                _ -> {
                    throw ServeException.notFound(
                            "there is nothing at this path",
                            "path",
                            path.length() > 100 ? path.substring(0, 100) + "…" : path,
                            routes.stream()
                                    .map(route -> route.method() + " " + route.path())
                                    .collect(Collectors.joining(", ")));
                });
    }

    private void answer(Route route, ServerRequest request, ServerResponse response) {
        Route.Reply reply;
        byte[] body;
        try {
            reply = route.work().to(request);
            body = reply.body().bytes();
        } catch (ServeException e) {
            reply = Route.Reply.json(e.status(), Json.of(e));
            body = reply.body().bytes();
        } catch (RuntimeException e) {
            String id = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("{} {} failed ({})", route.method(), route.path(), id, e);
            ObjectNode json =
                    Json.object()
                            .put("error", "the server failed")
                            .put("where", route.method() + " " + route.path())
                            .put("found", "a fault of ours, logged as " + id)
                            .put(
                                    "wouldDo",
                                    "ask the operator to look for " + id + " in the server's log");
            reply = Route.Reply.json(500, json);
            body = reply.body().bytes();
        }
        count(route, reply.status());
        response.status(Status.create(reply.status()))
                .header(HeaderNames.CONTENT_TYPE, reply.contentType())
                .send(body);
    }

    private void count(Route route, int status) {
        server.registry()
                .counter(
                        "waxwing.requests",
                        "route",
                        route.path(),
                        "status",
                        Integer.toString(status))
                .increment();
    }
}
