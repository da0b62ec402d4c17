package dev.waxwing.flow;

import dev.waxwing.config.MapNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A step that repeats a graph of steps: `loop` until its test holds, `for-each` over the rows of a step before it.
final class LoopStep implements Step {
    private static final String LOOP = "loop";
    private static final String EACH = "for-each";
    private static final int MOST = 1024; // as DataWorks lets a for-each have
    private static final int AT_ONCE = 5;
    private static final int MOST_AT_ONCE = 20;

    private final Pipeline body;
    private final LoopRules rules;
    private final List<String> inputs;
    private final List<String> reads;

    private LoopStep(Pipeline body, LoopRules rules, List<String> inputs, List<String> reads) {
        this.body = body;
        this.rules = rules;
        this.inputs = inputs;
        this.reads = reads;
    }

    Pipeline body() {
        return body;
    }

    LoopRules rules() {
        return rules;
    }

    /// Steps before the loop whose rows its body may use.
    List<String> inputs() {
        return inputs;
    }

    @Override
    public List<String> needs() {
        return inputs;
    }

    @Override
    public List<String> reads() {
        return reads;
    }

    @Override
    public List<String> writes() {
        return body.steps().stream().flatMap(step -> step.step().writes().stream()).toList();
    }

    @Override
    public StepOutcome run(StepContext context) {
        throw new IllegalStateException(
                "a loop's body works, not the loop; this is an error of the engine");
    }

    static boolean isKind(String key) {
        return key.equals(LOOP) || key.equals(EACH);
    }

    static List<StepKind> kinds(StepCatalogue catalogue) {
        return List.of(doWhile(catalogue), forEach(catalogue));
    }

    private static StepKind doWhile(StepCatalogue catalogue) {
        return new StepKind() {
            @Override
            public String key() {
                return LOOP;
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                LOOP,
                                StepKey.Type.BODY,
                                "Steps that run again and again, until a test of what they left"
                                        + " holds."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                MapNode node = config.map(LOOP);
                List<String> inputs = distinct(node, "");
                PipelineReader.Body body = PipelineReader.body(name, node, catalogue, inputs);
                Condition until = test(node, "until", body);
                Condition unless = test(node, "while", body);
                if (config.isMap(LOOP) && node.has("until") == node.has("while")) {
                    node.problem(
                            node.has("until") ? "while" : "until",
                            "exactly one of until and while says when it is enough");
                }
                boolean waits = node.has("until");
                var rules =
                        new LoopRules(
                                waits ? LoopRules.Kind.UNTIL : LoopRules.Kind.WHILE,
                                waits ? until : unless,
                                node.whole("max-iterations", 1, MOST, LoopRules.MOST),
                                1,
                                node.duration("pause", Duration.ZERO),
                                "");
                body.check();
                return new LoopStep(body.pipeline(), rules, inputs, body.reads());
            }
        };
    }

    private static StepKind forEach(StepCatalogue catalogue) {
        return new StepKind() {
            @Override
            public String key() {
                return EACH;
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                EACH,
                                StepKey.Type.BODY,
                                "Steps that run once for each row that a step before has left."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                MapNode node = config.map(EACH);
                String over = node.text("over");
                List<String> inputs = distinct(node, over);
                PipelineReader.Body body = PipelineReader.body(name, node, catalogue, inputs);
                var rules =
                        new LoopRules(
                                LoopRules.Kind.EACH,
                                Condition.ALWAYS,
                                node.whole("max-iterations", 1, MOST, LoopRules.MOST),
                                node.whole("parallelism", 1, MOST_AT_ONCE, AT_ONCE),
                                Duration.ZERO,
                                over);
                body.check();
                return new LoopStep(body.pipeline(), rules, inputs, body.reads());
            }
        };
    }

    private static List<String> distinct(MapNode node, String over) {
        Set<String> inputs = new LinkedHashSet<>();
        if (!over.isEmpty()) {
            inputs.add(over);
        }
        inputs.addAll(node.texts("inputs"));
        for (String taken : List.of("offset", "loopTimes")) {
            if (inputs.contains(taken)) {
                node.problem(
                        "inputs",
                        taken + " is what ${dag." + taken + "} means; give the step another name");
            }
        }
        return new ArrayList<>(inputs);
    }

    private static Condition test(MapNode node, String key, PipelineReader.Body body) {
        if (!node.has(key)) {
            return Condition.ALWAYS;
        }
        Condition test =
                node.parsed(
                        key,
                        PipelineReader.CONDITION_WANTED,
                        LoopStep::condition,
                        Condition.ALWAYS);
        for (String step : test.steps()) {
            if (!body.names().contains(step)) {
                node.problem(key, PipelineReader.unknownStep(step, "", body.names()));
            }
        }
        return test;
    }

    private static Condition condition(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("it says nothing");
        }
        return Condition.parse(text);
    }
}
