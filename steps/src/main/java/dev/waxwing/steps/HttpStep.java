package dev.waxwing.steps;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// `http: https://trainer/jobs` asks another server for something, and leaves what it answered for later steps.
final class HttpStep implements Step {
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD");
    private static final String FILE = "[A-Za-z0-9_][A-Za-z0-9._-]*";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workplace workplace;
    private final Environment environment;
    private final Request request;
    private final List<Integer> expect;
    private final String file;
    private final SequencedMap<String, JsonPointer> outputs;

    /// What is asked, as it is written.
    private record Request(
            String address,
            String method,
            Map<String, String> headers,
            String body,
            Duration limit) {}

    private HttpStep(
            Workplace workplace,
            Environment environment,
            Request request,
            List<Integer> expect,
            String file,
            SequencedMap<String, JsonPointer> outputs) {
        this.workplace = workplace;
        this.environment = environment;
        this.request = request;
        this.expect = expect;
        this.file = file;
        this.outputs = outputs;
    }

    static StepKind kind(Workplace workplace, Environment environment) {
        return new StepKind() {
            @Override
            public String key() {
                return "http";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "http",
                                StepKey.Type.TEXT,
                                "The address; dates and ${env:NAME} are filled in."),
                        StepKey.optional(
                                "method",
                                StepKey.Type.TEXT,
                                "GET, POST, PUT, PATCH, DELETE or HEAD; POST if there is a body."),
                        StepKey.optional(
                                "headers",
                                StepKey.Type.MAP,
                                "Headers; a secret is named, such as Bearer ${env:TOKEN}."),
                        StepKey.optional(
                                "body", StepKey.Type.TEXT, "What is sent; dates are filled in."),
                        StepKey.optional(
                                "expect",
                                StepKey.Type.TEXTS,
                                "Status codes that are well; otherwise 200 to 299."),
                        StepKey.optional(
                                "file",
                                StepKey.Type.TEXT,
                                "The file that the answer is handed on in, to a program for"
                                        + " example."),
                        StepKey.optional(
                                "outputs",
                                StepKey.Type.MAP,
                                "Outputs by name, with the place in a JSON answer each, such as"
                                        + " /job/id."),
                        StepKey.optional(
                                "time-limit",
                                StepKey.Type.SPAN,
                                "How long the whole call may take; default 1m."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                String address = address(config, "http");
                Map<String, String> headers = headers(config);
                String body = config.text("body", "");
                checked(config, "body", body);
                String method = config.choice("method", METHODS, body.isEmpty() ? "GET" : "POST");
                String file = config.text("file", "");
                if (!file.isEmpty() && !file.matches(FILE)) {
                    config.problem(
                            "file",
                            "found \"" + file + "\"; a file's name without a folder would do");
                }
                Request request = new Request(address, method, headers, body, limit(config));
                return new HttpStep(
                        workplace, environment, request, statuses(config), file, outputs(config));
            }
        };
    }

    static Duration limit(MapNode config) {
        Duration limit = config.duration("time-limit", Duration.ofMinutes(1));
        if (limit.isZero()) {
            config.problem("time-limit", "must be longer than 0");
        }
        return limit;
    }

    static String address(MapNode config, String key) {
        String address = config.text(key);
        if (config.has(key) && !address.matches("(https?://|\\$\\{env:).+")) {
            config.problem(
                    key,
                    "\""
                            + address
                            + "\" is no address; http:// or https:// begins one, or"
                            + " ${env:NAME}");
        }
        checked(config, key, address);
        return address;
    }

    static Map<String, String> headers(MapNode config) {
        var headers = new TreeMap<String, String>();
        if (config.has("headers")) {
            MapNode node = config.map("headers");
            for (String header : node.keys()) {
                headers.put(header, node.text(header));
                checked(node, header, headers.get(header));
            }
        }
        return headers;
    }

    static void checked(MapNode config, String key, String text) {
        try {
            Environment.check(key, text);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> config.problem(key, problem));
        }
    }

    private static List<Integer> statuses(MapNode config) {
        return config.texts("expect").stream()
                .map(
                        text -> {
                            if (!text.matches("[1-5][0-9][0-9]")) {
                                config.problem(
                                        "expect", "\"" + text + "\" is no status such as 202");
                                return 200;
                            }
                            return Integer.parseInt(text);
                        })
                .toList();
    }

    private static SequencedMap<String, JsonPointer> outputs(MapNode config) {
        var outputs = new LinkedHashMap<String, JsonPointer>();
        if (config.has("outputs")) {
            MapNode node = config.map("outputs");
            for (String name : node.keys()) {
                outputs.put(
                        name,
                        node.parsed(
                                name,
                                "a place in JSON such as /job/id",
                                JsonPointer::compile,
                                JsonPointer.empty()));
            }
        }
        return outputs;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException, InterruptedException {
        try {
            HttpCall call = call(context);
            HttpCall.Answer answer = call.send();
            context.log(
                    call.method()
                            + " "
                            + call.shown()
                            + ": "
                            + answer.status()
                            + ", "
                            + answer.body().length
                            + " bytes");
            boolean well =
                    expect.isEmpty()
                            ? answer.status() / 100 == 2
                            : expect.contains(answer.status());
            return well ? left(context, answer) : refused(call, answer);
        } catch (StepProblem e) {
            return new StepOutcome.Failed(e, false);
        } catch (IOException e) {
            return new StepOutcome.Failed(
                    new StepProblem(request.address() + " gave no answer: " + e.getMessage(), e),
                    true);
        }
    }

    /// What is done in a sandbox must not be seen outside.
    private void checkSandbox() {
        boolean onlyLooks = request.method().equals("GET") || request.method().equals("HEAD");
        if (!workplace.sandbox().isEmpty() && !onlyLooks) {
            throw new StepProblem(
                    request.method()
                            + " "
                            + request.address()
                            + " may change something outside of the sandbox "
                            + workplace.sandbox()
                            + ", where only GET and HEAD are sent; exclude the step");
        }
    }

    private HttpCall call(StepContext context) {
        checkSandbox();
        String address = environment.fill("http", request.address(), context.variables());
        var headers = new TreeMap<String, String>();
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            headers.put(
                    header.getKey(),
                    environment.fill(header.getKey(), header.getValue(), context.variables()));
        }
        String body = environment.fill("body", request.body(), context.variables());
        try {
            return new HttpCall(
                    request.method(),
                    URI.create(address),
                    request.address(),
                    headers,
                    body,
                    request.limit());
        } catch (IllegalArgumentException e) {
            throw new StepProblem(request.address() + " is no address once it is filled in", e);
        }
    }

    private static StepOutcome refused(HttpCall call, HttpCall.Answer answer) {
        return new StepOutcome.Failed(
                new StepProblem(
                        call.method()
                                + " "
                                + call.shown()
                                + " was answered "
                                + answer.status()
                                + "; "
                                + answer.told()),
                answer.mayPass());
    }

    private StepOutcome left(StepContext context, HttpCall.Answer answer) throws IOException {
        context.output("status", Integer.toString(answer.status()));
        if (!file.isEmpty()) {
            Path out = Files.createDirectories(context.work().resolve("out"));
            Files.write(out.resolve(file), answer.body());
            context.output(ProgramStep.FILES, out.toString());
        }
        if (!outputs.isEmpty()) {
            JsonNode json = json(answer);
            for (Map.Entry<String, JsonPointer> output : outputs.entrySet()) {
                JsonNode found = json.at(output.getValue());
                if (found.isMissingNode()) {
                    throw new StepProblem(
                            "the answer has nothing at "
                                    + output.getValue()
                                    + "; "
                                    + answer.told());
                }
                context.output(
                        output.getKey(), found.isValueNode() ? found.asText() : found.toString());
            }
        }
        return new StepOutcome.Done(0);
    }

    private static JsonNode json(HttpCall.Answer answer) {
        try {
            return JSON.readTree(answer.text());
        } catch (JsonProcessingException e) {
            throw new StepProblem("the answer is not JSON; " + answer.told(), e);
        }
    }
}
