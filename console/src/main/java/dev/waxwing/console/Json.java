package dev.waxwing.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.flow.Alert;
import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.BaselineStatus;
import dev.waxwing.flow.Happened;
import dev.waxwing.flow.Mermaid;
import dev.waxwing.flow.Need;
import dev.waxwing.flow.Pipeline;
import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.PipelineList;
import dev.waxwing.flow.PlannedStep;
import dev.waxwing.flow.RunDetail;
import dev.waxwing.flow.RunHead;
import dev.waxwing.flow.RunNote;
import dev.waxwing.flow.Schedule;
import dev.waxwing.flow.StepReport;
import dev.waxwing.flow.Wait;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;

/// How answers look as JSON, and how requests are read. Moments are ISO 8601 in UTC; cycles are wall-clock times in the
/// project's zone; dates are yyyymmdd.
final class Json {
    static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(16)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree in memory can always be written", e);
        }
    }

    static ObjectNode of(RunHead run) {
        return object().put("run", run.run())
                .put("pipeline", run.pipeline())
                .put("bizdate", ds(run.bizdate()))
                .put("cycle", run.cycle().toString())
                .put("state", run.state().name())
                .put("paused", run.paused())
                .put("started_at", run.startedAt().toString())
                .put("took_ms", run.took().toMillis())
                .put("steps", run.steps())
                .put("good", run.good())
                .put("message", run.message());
    }

    static ObjectNode of(RunDetail run) {
        ObjectNode json = object();
        json.set("run", of(run.head()));
        ArrayNode steps = json.putArray("steps");
        ArrayNode edges = json.putArray("edges");
        for (RunDetail.StepDetail step : run.steps()) {
            steps.add(of(step));
            for (String before : step.after()) {
                edges.addObject().put("from", before).put("to", step.report().step());
            }
        }
        run.overrides().forEach(json.putObject("set")::put);
        ArrayNode waits = json.putArray("waits_for");
        for (RunDetail.Awaited each : run.waitsFor()) {
            ObjectNode wait =
                    waits.addObject()
                            .put("pipeline", each.pipeline())
                            .put("cycle", each.cycle().toString());
            each.state().ifPresent(state -> wait.put("run", each.run()).put("state", state.name()));
        }
        ArrayNode notes = json.putArray("notes");
        for (RunNote note : run.notes()) {
            notes.addObject()
                    .put("at", note.at().toString())
                    .put("by", note.who())
                    .put("what", note.what())
                    .put("why", note.why());
        }
        return json;
    }

    private static ObjectNode of(RunDetail.StepDetail step) {
        StepReport report = step.report();
        ObjectNode json =
                object().put("step", report.step())
                        .put("state", report.state().name())
                        .put("rows", report.rows())
                        .put("took_ms", report.took().toMillis())
                        .put("message", report.message());
        if (!step.since().equals(Instant.EPOCH)) {
            json.put("since", step.since().toString());
        }
        if (!step.worker().isEmpty()) {
            json.put("worker", step.worker());
        }
        texts(json.putArray("after"), step.after());
        ObjectNode outputs = json.putObject("outputs");
        report.outputs().forEach(outputs::put);
        ArrayNode attempts = json.putArray("attempts");
        for (RunDetail.Attempt attempt : step.attempts()) {
            ObjectNode one =
                    attempts.addObject()
                            .put("attempt", attempt.number())
                            .put("state", attempt.state())
                            .put("started_at", attempt.startedAt().toString())
                            .put("rows", attempt.rows())
                            .put("message", attempt.message());
            attempt.endedAt().ifPresent(end -> one.put("ended_at", end.toString()));
        }
        ArrayNode iterations = json.putArray("iterations");
        step.iterations().forEach(run -> iterations.add(of(run)));
        return json;
    }

    static ObjectNode of(Happened event) {
        ObjectNode json =
                object().put("id", event.id())
                        .put("at", event.at().toString())
                        .put("run", event.run())
                        .put("pipeline", event.pipeline())
                        .put("bizdate", ds(event.bizdate()));
        if (!event.step().isEmpty()) {
            json.put("step", event.step()).put("attempt", event.attempt());
        }
        return json.put("state", event.state()).put("message", event.message());
    }

    static ObjectNode of(Backfill.Wanted wanted) {
        ObjectNode json =
                object().put("pipeline", wanted.pipeline().name())
                        .put("cycle", wanted.cycle().toString())
                        .put("steps", wanted.pipeline().steps().size());
        texts(json.putArray("dry"), wanted.dry().stream().sorted().toList());
        wanted.pipeline().overrides().forEach(json.putObject("set")::put);
        ArrayNode waits = json.putArray("waits_for");
        for (Need need : wanted.needs()) {
            waits.addObject()
                    .put("pipeline", need.pipeline())
                    .put("cycle", need.cycle().toString());
        }
        return json;
    }

    static ObjectNode of(PipelineFile file) {
        ObjectNode json = object().put("pipeline", file.name());
        if (file.schedule() instanceof Schedule.Cron cron) {
            json.put("schedule", cron.text());
        }
        ArrayNode waits = json.putArray("waits");
        for (Wait wait : file.waits()) {
            waits.addObject()
                    .put("pipeline", wait.pipeline())
                    .put("unit", wait.unit().name())
                    .put("offset", wait.offset())
                    .put("if_failed", wait.ifFailed().name());
        }
        switch (file) {
            case Pipeline pipeline -> json.put("steps", pipeline.steps().size());
            case PipelineList list ->
                    texts(
                            json.putArray("runs"),
                            list.pipelines().stream().map(Pipeline::name).toList());
        }
        return json;
    }

    static ObjectNode detail(PipelineFile file) {
        ObjectNode json = object();
        json.set("pipeline", of(file));
        ArrayNode steps = json.putArray("steps");
        if (file instanceof Pipeline pipeline) {
            for (PlannedStep step : pipeline.steps()) {
                ObjectNode one =
                        steps.addObject()
                                .put("step", step.name())
                                .put("kind", step.kind())
                                .put("where", step.where());
                texts(one.putArray("reads"), step.reads());
                texts(one.putArray("writes"), step.step().writes());
                ArrayNode after = one.putArray("after");
                step.after()
                        .forEach(
                                (before, why) ->
                                        after.addObject().put("step", before).put("why", why));
            }
        }
        return json.put("mermaid", Mermaid.of(file));
    }

    static ObjectNode of(BaselineStatus status) {
        ObjectNode json =
                object().put("baseline", status.baseline().name())
                        .put("pipeline", status.baseline().pipeline())
                        .put("step", status.baseline().step())
                        .put("priority", status.baseline().priority())
                        .put("margin_ms", status.baseline().margin().toMillis())
                        .put("bizdate", ds(status.bizdate()))
                        .put("cycle", status.cycle().toString())
                        .put("state", status.state().name())
                        .put("deadline", status.deadline().toString())
                        .put("estimate", status.estimate().toString())
                        .put("finished", status.finished())
                        .put("message", status.message());
        ArrayNode path = json.putArray("path");
        for (BaselineStatus.Leg leg : status.path()) {
            path.addObject()
                    .put("pipeline", leg.pipeline())
                    .put("step", leg.step())
                    .put("run", leg.run())
                    .put("finish", leg.finish().toString())
                    .put("done", leg.done());
        }
        return json;
    }

    /// The target stays out: a webhook's URL may hold a secret.
    static ObjectNode of(Alert alert) {
        return object().put("id", alert.id())
                .put("baseline", alert.baseline())
                .put("channel", alert.channel())
                .put("state", alert.state())
                .put("tries", alert.tries())
                .put("made_at", alert.madeAt().toString())
                .put("message", alert.message());
    }

    static String ds(LocalDate date) {
        return date.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    static void texts(ArrayNode array, Collection<String> texts) {
        texts.forEach(array::add);
    }
}
