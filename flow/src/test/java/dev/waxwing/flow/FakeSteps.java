package dev.waxwing.flow;

import dev.waxwing.config.MapNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A catalogue of one kind, `fake`, whose steps do what a test gave them by their name, and nothing otherwise.
///
///     steps:
///       a: { fake: [table written, …], uses: [table read, …], from: [step, …] }
final class FakeSteps {
    /// What a step does.
    interface Work {
        StepOutcome run(StepContext context) throws Exception;
    }

    private volatile Work otherwise = _ -> new StepOutcome.Done(0);
    private final Map<String, Work> works = new ConcurrentHashMap<>();
    final List<String> ran = java.util.Collections.synchronizedList(new ArrayList<>());

    /// What steps do that were given nothing else.
    FakeSteps otherwise(Work work) {
        otherwise = work;
        return this;
    }

    FakeSteps does(String step, Work work) {
        works.put(step, work);
        return this;
    }

    Pipeline pipeline(String text) {
        return Pipeline.parse("t.yaml", text, catalogue());
    }

    StepCatalogue catalogue() {
        return StepCatalogue.of(new Fake(), new Named("sql"), new Named("train"));
    }

    private final class Fake implements StepKind {
        @Override
        public String key() {
            return "fake";
        }

        @Override
        public Step parse(String name, MapNode config) {
            List<String> writes = config.texts("fake");
            List<String> uses = config.texts("uses");
            List<String> from = config.texts("from");
            return new FakeStep(name, writes, uses, from);
        }

        @Override
        public List<StepKey> keys() {
            return List.of(
                    StepKey.required("fake", StepKey.Type.TEXTS, "Tables that it writes."),
                    StepKey.optional("uses", StepKey.Type.TEXTS, "Tables that it reads."),
                    StepKey.optional("from", StepKey.Type.TEXTS, "Steps that it mentions."));
        }
    }

    private final class FakeStep implements Step {
        private final String name;
        private final List<String> writes;
        private final List<String> reads;
        private final List<String> needs;

        FakeStep(String name, List<String> writes, List<String> reads, List<String> needs) {
            this.name = name;
            this.writes = writes;
            this.reads = reads;
            this.needs = needs;
        }

        @Override
        public List<String> needs() {
            return needs;
        }

        @Override
        public List<String> reads() {
            return reads;
        }

        @Override
        public List<String> writes() {
            return writes;
        }

        @Override
        public StepOutcome run(StepContext context) throws Exception {
            ran.add(name);
            Work work = works.get(name);
            return (work == null ? otherwise : work).run(context);
        }
    }

    /// A kind with one text, which must not be `bad` and may name a file that is bad itself.
    private record Named(String key) implements StepKind {
        @Override
        public Step parse(String name, MapNode config) {
            String text = config.text(key);
            int trees = config.whole("trees", 1, 1000, 100);
            if (text.equals("bad")) {
                throw new IllegalArgumentException("bad is no good");
            }
            if (text.endsWith(".sql")) {
                TimeVariables.check(text, "select ${bizdat}");
            }
            return _ -> new StepOutcome.Done(trees);
        }
    }
}
