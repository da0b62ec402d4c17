package dev.waxwing.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.events.EventLogException;
import dev.waxwing.events.Intake;

import io.helidon.webserver.http.ServerRequest;

import java.time.Instant;
import java.util.List;

/// Takes events in. The good ones of a body are on the disk before the answer goes out, also where others of it are refused; the answer is 202 if all
/// were good, else 400 with every problem by its event's place in the body. Sending a body again is harmless where its events have ids or times.
final class EventRoute {
    static final int LARGEST_BODY = 2 << 20;

    private final Server server;

    EventRoute(Server server) {
        this.server = server;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/v1/events", this::take));
    }

    private Route.Reply take(ServerRequest request) {
        Asked.known(request, List.of());
        Live live = server.live();
        Instant arrival = server.now();
        Intake intake = Intake.read(Asked.body(request, LARGEST_BODY), live.types(), arrival);
        if (!intake.accepted().isEmpty()) {
            try {
                server.take(intake.accepted(), live, arrival);
            } catch (EventLogException e) {
                throw new ServeException(
                        503,
                        "the events could not be stored",
                        "event log",
                        e.getMessage(),
                        "send the same body again, a little later");
            }
        }
        server.registry().counter("waxwing.events.accepted").increment(intake.accepted().size());
        server.registry().counter("waxwing.events.refused").increment(intake.refused().size());
        if (!intake.refused().isEmpty() && intake.refused().getFirst().index() < 0) {
            throw new ServeException(
                    400,
                    "the body cannot be read",
                    "body",
                    String.join("; ", intake.refused().getFirst().problems()),
                    "an event, or an array of at most " + Intake.MOST_EVENTS + " events, as JSON");
        }
        ObjectNode json = Json.object();
        if (!intake.refused().isEmpty()) {
            json.put("error", "some events cannot be taken")
                    .put("where", "body")
                    .put(
                            "found",
                            intake.refused().size()
                                    + " that are not as they should be; "
                                    + intake.accepted().size()
                                    + " were stored")
                    .put(
                            "wouldDo",
                            "mend or drop those under problems; the stored ones need not be sent"
                                    + " again");
        }
        json.put("accepted", intake.accepted().size());
        ArrayNode ids = json.putArray("ids");
        intake.accepted().forEach(event -> ids.add(event.id()));
        if (!intake.refused().isEmpty()) {
            ArrayNode problems = json.putArray("problems");
            for (Intake.Refusal refusal : intake.refused()) {
                ArrayNode texts =
                        problems.addObject().put("index", refusal.index()).putArray("problems");
                refusal.problems().forEach(texts::add);
            }
        }
        return Route.Reply.json(intake.refused().isEmpty() ? 202 : 400, json);
    }
}
