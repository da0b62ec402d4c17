package dev.waxwing.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.AlreadyRunning;
import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.LogTail;
import dev.waxwing.flow.RunDetail;
import dev.waxwing.flow.RunPage;
import dev.waxwing.flow.RunQuery;
import dev.waxwing.flow.RunState;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.StepReport;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// What runs there are, and what people ask of them.
final class RunRoutes {
    private static final int PAGE = 50;
    private static final int TAIL = 200;
    private static final int LONGEST_TAIL = 10_000;

    private final Runs runs;
    private final Path home;
    private final PipelineFiles files;
    private final InstantSource clock;

    RunRoutes(Runs runs, Path home, PipelineFiles files, InstantSource clock) {
        this.runs = runs;
        this.home = home;
        this.files = files;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.json("GET", "/v1/runs", 200, this::list),
                Route.json("POST", "/v1/runs", 201, this::run),
                Route.json("GET", "/v1/runs/{id}", 200, this::one),
                new Route("GET", "/v1/runs/{id}/logs/{step}", this::log),
                Route.json("POST", "/v1/runs/{id}/cancel", 200, this::cancel),
                Route.json("POST", "/v1/runs/{id}/pause", 200, this::pause),
                Route.json("POST", "/v1/runs/{id}/resume", 200, this::resume),
                Route.json("POST", "/v1/runs/{id}/rerun", 200, this::rerun),
                Route.json("POST", "/v1/runs/{id}/mark-done", 200, this::markDone),
                new Route("POST", "/v1/backfills", this::backfill),
                Route.json("POST", "/v1/backfills/{id}/cancel", 200, this::cancelBackfill));
    }

    private JsonNode list(ServerRequest request) {
        Asked.known(request, List.of("pipeline", "state", "bizdate", "cursor", "limit"));
        RunQuery query;
        try {
            query =
                    new RunQuery(
                            Asked.text(request, "pipeline").orElse(""),
                            Asked.word(request, "state", RunState.class),
                            Asked.date(request, "bizdate"),
                            Asked.text(request, "cursor").orElse(""),
                            Asked.whole(request, "limit", RunQuery.MOST, PAGE));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("cursor", e.getMessage(), "`next` of the page before");
        }
        RunPage page = runs.page(query);
        ObjectNode json = Json.object();
        ArrayNode array = json.putArray("runs");
        page.runs().forEach(run -> array.add(Json.of(run)));
        return page.next().isEmpty() ? json : json.put("next", page.next());
    }

    private JsonNode one(ServerRequest request) {
        Asked.known(request, List.of());
        return Json.of(found(Asked.pathId(request, "id")));
    }

    private RunDetail found(String id) {
        return runs.detail(id).orElseThrow(() -> Refusal.noRun(id));
    }

    private void log(ServerRequest request, ServerResponse response) {
        Asked.known(request, List.of("tail"));
        int lines = Asked.whole(request, "tail", LONGEST_TAIL, TAIL);
        RunDetail run = found(Asked.pathId(request, "id"));
        String step = Asked.pathId(request, "step");
        StepReport report =
                run.steps().stream()
                        .map(RunDetail.StepDetail::report)
                        .filter(each -> each.step().equals(step))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                404,
                                                run.head().run() + " has no step " + step,
                                                "step",
                                                step,
                                                "one of "
                                                        + run.steps().stream()
                                                                .map(each -> each.report().step())
                                                                .toList()));
        Route.text(response, LogTail.of(home.resolve(report.log()), lines));
    }

    private JsonNode run(ServerRequest request) {
        Asked.known(request, List.of());
        record Wanted(String pipeline, LocalDate bizdate, Asked.Asker asker) {}
        Wanted wanted =
                Asked.body(
                        request,
                        body ->
                                new Wanted(
                                        body.text("pipeline"),
                                        Asked.date(body, "bizdate"),
                                        Asked.Asker.of(body)));
        files.named(wanted.pipeline());
        var one =
                new Backfill(
                        wanted.pipeline(),
                        wanted.bizdate(),
                        wanted.bizdate(),
                        Set.of(),
                        false,
                        1,
                        false);
        return made(
                one,
                Map.of(),
                plan ->
                        ids(
                                runs.make(
                                        plan,
                                        "run",
                                        wanted.asker().by(),
                                        wanted.asker().why(),
                                        clock.instant())));
    }

    private static ObjectNode ids(List<String> made) {
        ObjectNode json = Json.object();
        Json.texts(json.putArray("runs"), made);
        return json;
    }

    private JsonNode made(
            Backfill backfill,
            Map<String, String> set,
            Function<List<Backfill.Wanted>, JsonNode> make) {
        try {
            return make.apply(files.plan(backfill, set));
        } catch (AlreadyRunning e) {
            throw new Refusal(
                    409, "it runs already", e.run(), e.getMessage(), "wait for it, or cancel it");
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("body", e.getMessage(), "what the project has");
        }
    }

    private JsonNode made(WantedBackfill wanted) {
        return made(
                wanted.backfill(),
                wanted.set(),
                plan -> {
                    Asked.Asker asker = wanted.asker();
                    Runs.MadeBackfill made =
                            runs.backfill(plan, asker.by(), asker.why(), clock.instant());
                    return ids(made.runs()).put("backfill", made.backfill());
                });
    }

    private JsonNode cancelBackfill(ServerRequest request) {
        Asked.known(request, List.of());
        String id = Asked.pathId(request, "id");
        Asked.Asker asker = Asked.body(request, Asked.Asker::of);
        try {
            return Json.object()
                    .put(
                            "cancelled",
                            runs.cancelBackfill(id, asker.by(), asker.why(), clock.instant()));
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    404, "no such backfill", id, e.getMessage(), "what POST /v1/backfills gave");
        } catch (IllegalStateException e) {
            throw new Refusal(409, "the backfill refuses", id, e.getMessage(), "see GET /v1/runs");
        }
    }

    /// @param set where steps differ from their files
    /// @param plan whether only to tell what would be made
    private record WantedBackfill(
            Backfill backfill, SortedMap<String, String> set, boolean plan, Asked.Asker asker) {}

    private void backfill(ServerRequest request, ServerResponse response) {
        Asked.known(request, List.of());
        WantedBackfill wanted = Asked.body(request, RunRoutes::backfill);
        files.named(wanted.backfill().pipeline());
        if (!wanted.plan()) {
            Route.send(response, 201, made(wanted));
            return;
        }
        ObjectNode json = Json.object();
        ArrayNode plan = json.putArray("plan");
        try {
            files.plan(wanted.backfill(), wanted.set()).forEach(each -> plan.add(Json.of(each)));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("body", e.getMessage(), "what the project has");
        }
        Route.send(response, 200, json);
    }

    private static WantedBackfill backfill(MapNode body) {
        String pipeline = body.text("pipeline");
        LocalDate from = Asked.date(body, "from");
        LocalDate to = Asked.date(body, "to");
        Set<String> exclude = Set.copyOf(body.texts("exclude"));
        SortedMap<String, String> set = set(body);
        boolean descendants = body.flag("descendants", false);
        int parallel = body.whole("parallel", 1, 1000, 1);
        boolean newestFirst = body.flag("newest_first", false);
        boolean production = body.flag("production", false);
        boolean plan = body.flag("plan", false);
        Asked.Asker asker = plan ? nobody(body) : Asked.Asker.of(body);
        body.done();
        if (!plan && !production) { // nobody is to overwrite what is live by leaving a word out
            throw Refusal.badRequest(
                    "production",
                    "false",
                    "true, for runs that write where every night writes; `waxwing backfill` makes them"
                            + " in a sandbox");
        }
        try {
            return new WantedBackfill(
                    new Backfill(pipeline, from, to, exclude, descendants, parallel, newestFirst),
                    set,
                    plan,
                    asker);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("body", e.getMessage(), "other dates");
        }
    }

    private static SortedMap<String, String> set(MapNode body) {
        var set = new TreeMap<String, String>();
        if (body.has("set")) {
            MapNode values = body.map("set");
            values.keys().forEach(key -> set.put(key, values.text(key)));
        }
        return set;
    }

    /// Who only looks need not say who and why, but may.
    private static Asked.Asker nobody(MapNode body) {
        return new Asked.Asker(body.text("by", ""), body.text("why", ""));
    }

    private JsonNode cancel(ServerRequest request) {
        return asked(
                request,
                Asked.Asker::of,
                (run, asker) -> runs.cancel(run, asker.by(), asker.why(), clock.instant()));
    }

    private JsonNode pause(ServerRequest request) {
        return asked(
                request,
                Asked.Asker::of,
                (run, asker) -> runs.pause(run, asker.by(), asker.why(), clock.instant()));
    }

    private JsonNode resume(ServerRequest request) {
        return asked(
                request,
                Asked.Asker::of,
                (run, asker) -> runs.resume(run, asker.by(), asker.why(), clock.instant()));
    }

    private JsonNode rerun(ServerRequest request) {
        record Again(Set<String> steps, Asked.Asker asker) {}
        return asked(
                request,
                body -> new Again(Set.copyOf(body.texts("steps")), Asked.Asker.of(body)),
                (run, again) ->
                        runs.rerun(
                                run,
                                again.steps(),
                                again.asker().by(),
                                again.asker().why(),
                                clock.instant()));
    }

    private JsonNode markDone(ServerRequest request) {
        record Done(String step, Asked.Asker asker) {}
        return asked(
                request,
                body -> new Done(body.text("step"), Asked.Asker.of(body)),
                (run, done) ->
                        runs.markDone(
                                run,
                                done.step(),
                                done.asker().by(),
                                done.asker().why(),
                                clock.instant()));
    }

    private interface Change<T> {
        void of(String run, T wanted);
    }

    private <T> JsonNode asked(ServerRequest request, Function<MapNode, T> read, Change<T> change) {
        Asked.known(request, List.of());
        String id = Asked.pathId(request, "id");
        T wanted = Asked.body(request, read);
        found(id);
        try {
            change.of(id, wanted);
        } catch (IllegalStateException e) {
            throw new Refusal(409, "the run refuses", id, e.getMessage(), "see GET /v1/runs/" + id);
        } catch (IllegalArgumentException e) { // no such step
            throw Refusal.badRequest("body", e.getMessage(), "a step of the run");
        }
        return Json.of(found(id));
    }
}
