package dev.waxwing.serve;

import io.helidon.webserver.http.ServerRequest;
import io.micrometer.core.instrument.Timer;

import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/// Recommend, explain, similar: what products ask all day.
final class RecommendRoutes {
    private static final int LARGEST_PAGE = 1000;

    private final Server server;
    private final Recommender recommender = Recommender.withDeadlines();

    RecommendRoutes(Server server) {
        this.server = server;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/scenes/{scene}/recommend", this::recommend),
                new Route("GET", "/v1/items/{id}/similar", this::similar),
                new Route("GET", "/v1/explain", this::explain));
    }

    private Route.Reply recommend(ServerRequest request) {
        Asked.known(request, List.of("user", "size", "exclude", "client"));
        Live live = server.live(); // one set for the whole request
        String scene = Asked.pathId(request, "scene");
        int size = Asked.size(request, ServeException.scene(live, scene).maxSize());
        Timer.Sample timing = Timer.start(server.registry());
        Answer answer =
                recommender.recommend(
                        live,
                        server.user(Asked.id(request, "user"), server.now()),
                        wanted(request, scene, size));
        timing.stop(server.registry().timer("waxwing.recommend", "scene", scene));
        if (!answer.isRanked()) {
            server.registry().counter("waxwing.recommend.unranked", "scene", scene).increment();
        }
        server.served(answer);
        return Route.Reply.json(200, Json.of(answer));
    }

    private RecommendRequest wanted(ServerRequest request, String scene, int size) {
        var said = new TreeMap<String, String>();
        if (request.query().contains("client")) {
            said.put("client", Asked.id(request, "client"));
        }
        Instant now = server.now();
        return new RecommendRequest(
                UUID.randomUUID().toString(),
                scene,
                Asked.id(request, "user"),
                size,
                Asked.exclude(request),
                said,
                now);
    }

    private Route.Reply explain(ServerRequest request) {
        Asked.known(request, List.of("scene", "user", "item", "exclude", "client"));
        Live live = server.live();
        String user = Asked.id(request, "user");
        String item = Asked.id(request, "item");
        UserView view = server.user(user, server.now());
        return Route.Reply.json(
                200,
                Json.of(
                        Explanation.of(
                                live, view, wanted(request, Asked.id(request, "scene"), 0), item)));
    }

    private Route.Reply similar(ServerRequest request) {
        Asked.known(request, List.of("size"));
        int size = Asked.size(request, LARGEST_PAGE);
        UserView nobody = server.user("", server.now());
        return Route.Reply.json(
                200,
                Json.of(
                        KnownItems.similar(
                                server.live(),
                                nobody,
                                Asked.pathId(request, "id"),
                                size == 0 ? 20 : size)));
    }
}
