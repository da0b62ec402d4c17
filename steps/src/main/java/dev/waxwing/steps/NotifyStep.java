package dev.waxwing.steps;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `notify: https://hooks/…` or `notify: [command, …]` tells people, or another system, what this run has to say. Who must know when
/// others fail says `on-failure: true`. That nobody could be told is a failure.
final class NotifyStep implements Step {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workplace workplace;
    private final Environment environment;
    private final String address;
    private final List<String> command;
    private final String text;
    private final Map<String, String> headers;
    private final Duration limit;

    private NotifyStep(
            Workplace workplace,
            Environment environment,
            String address,
            List<String> command,
            String text,
            Map<String, String> headers,
            Duration limit) {
        this.workplace = workplace;
        this.environment = environment;
        this.address = address;
        this.command = List.copyOf(command);
        this.text = text;
        this.headers = headers;
        this.limit = limit;
    }

    static StepKind kind(Workplace workplace, Environment environment) {
        return new StepKind() {
            @Override
            public String key() {
                return "notify";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "notify",
                                StepKey.Type.TEXTS,
                                "The address that is posted to, or a list: a command and its"
                                        + " arguments. ${env:NAME} is filled into an address."),
                        StepKey.required(
                                "text", StepKey.Type.TEXT, "What is said; dates are filled in."),
                        StepKey.optional(
                                "headers",
                                StepKey.Type.MAP,
                                "Headers of the post; a secret is named, such as ${env:TOKEN}."),
                        StepKey.optional(
                                "time-limit",
                                StepKey.Type.SPAN,
                                "How long telling may take; default 1m."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                boolean posts = !config.isList("notify");
                List<String> command = posts ? List.of() : config.texts("notify");
                if (!posts && command.isEmpty()) {
                    config.problem("notify", "is empty; a command and its arguments would do");
                }
                String address = posts ? HttpStep.address(config, "notify") : "";
                String text = config.text("text");
                HttpStep.checked(config, "text", text);
                Map<String, String> headers = HttpStep.headers(config);
                if (!posts && !headers.isEmpty()) {
                    config.problem("headers", "a command has none");
                }
                return new NotifyStep(
                        workplace,
                        environment,
                        address,
                        command,
                        text,
                        headers,
                        HttpStep.limit(config));
            }
        };
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException, InterruptedException {
        try {
            String said = environment.fill("text", text, context.variables());
            if (!workplace.sandbox().isEmpty()) {
                context.log("nobody is told from the sandbox " + workplace.sandbox() + ": " + said);
                return new StepOutcome.Done(0);
            }
            return address.isEmpty() ? start(context, said) : post(context, said);
        } catch (StepProblem e) {
            return new StepOutcome.Failed(e, false);
        }
    }

    private StepOutcome start(StepContext context, String said)
            throws IOException, InterruptedException {
        Map<String, String> told = new TreeMap<>();
        facts(context, said)
                .forEach(
                        (key, value) ->
                                told.put(
                                        "WAXWING_" + key.toUpperCase(java.util.Locale.ROOT),
                                        value));
        Program.Ended ended = Program.run(command, workplace.project(), told, limit, context::log);
        return ended.failure().isEmpty()
                ? new StepOutcome.Done(0)
                : new StepOutcome.Failed(
                        new StepProblem(command.getFirst() + " " + ended.failure()),
                        ended.worthRetrying());
    }

    private StepOutcome post(StepContext context, String said) throws InterruptedException {
        var all = new TreeMap<String, String>();
        all.put("Content-Type", "application/json");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            all.put(
                    header.getKey(),
                    environment.fill(header.getKey(), header.getValue(), context.variables()));
        }
        try {
            HttpCall.Answer answer =
                    new HttpCall(
                                    "POST",
                                    URI.create(
                                            environment.fill(
                                                    "notify", address, context.variables())),
                                    address,
                                    all,
                                    JSON.writeValueAsString(facts(context, said)),
                                    limit)
                            .send();
            context.log("posted to " + address + ": " + answer.status());
            return answer.status() / 100 == 2
                    ? new StepOutcome.Done(0)
                    : new StepOutcome.Failed(
                            new StepProblem(
                                    "nobody was told: "
                                            + address
                                            + " was answered "
                                            + answer.status()
                                            + "; "
                                            + answer.told()),
                            answer.mayPass());
        } catch (IllegalArgumentException e) {
            throw new StepProblem(address + " is no address once it is filled in", e);
        } catch (IOException e) {
            return new StepOutcome.Failed(
                    new StepProblem(
                            "nobody was told: " + address + " gave no answer: " + e.getMessage(),
                            e),
                    true);
        }
    }

    private static Map<String, String> facts(StepContext context, String said) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("text", said);
        facts.put("pipeline", context.pipeline());
        facts.put("run", context.runId());
        facts.put("step", context.step());
        facts.put("bizdate", Days.ds(context.bizdate()));
        return facts;
    }
}
