package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.config.Config;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Steps of one business date, run one after the other, with their outputs and logs at hand.
final class OneNight {
    final List<String> log = new ArrayList<>();
    private final Map<String, Map<String, String>> outputs = new HashMap<>();
    private final Path folder;
    private final LocalDate bizdate;

    OneNight(Path folder, LocalDate bizdate) {
        this.folder = folder;
        this.bizdate = bizdate;
    }

    /// Runs a step to its end.
    Map<String, String> run(StepKind kind, String name, String yaml) throws Exception {
        StepOutcome outcome = attempt(kind, name, yaml);
        assertThat(outcome).as("%s: %s", name, log).isInstanceOf(StepOutcome.Done.class);
        return outputs.get(name);
    }

    StepOutcome attempt(StepKind kind, String name, String yaml) throws Exception {
        var config = Config.parse("p.yaml", yaml);
        Step step = kind.parse(name, config);
        config.done();
        outputs.put(name, new HashMap<>());
        return step.run(new Context(name));
    }

    private final class Context implements StepContext {
        private final String step;
        private final Path work;

        Context(String step) throws IOException {
            this.step = step;
            Files.createDirectories(folder);
            this.work = Files.createTempDirectory(folder, step);
        }

        @Override
        public String pipeline() {
            return "rank";
        }

        @Override
        public String step() {
            return step;
        }

        @Override
        public LocalDate bizdate() {
            return bizdate;
        }

        @Override
        public String runId() {
            return "rank-" + bizdate;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public Path work() {
            return work;
        }

        @Override
        public Map<String, String> outputsOf(String other) {
            return outputs.get(other);
        }

        @Override
        public void output(String key, String value) {
            outputs.get(step).put(key, value);
        }

        @Override
        public void log(String line) {
            log.add(line);
        }
    }
}
