package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.config.MapNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The examples of `docs/pipeline-file.md` are what they say they are.
class PipelineFilePageTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Path PAGE = Path.of("..", "docs", "pipeline-file.md");

    @Test
    void itsPipelineIsReadAndItsOrderFollowsFromItsKeys() throws IOException {
        Pipeline pipeline = Pipeline.parse("pipeline-file.md", example(0), catalogue());
        assertThat(pipeline.step("gbdt_lr").orElseThrow().after()).containsKeys("split");
        assertThat(pipeline.step("test").orElseThrow().after()).containsKeys("split", "gbdt_lr");
        assertThat(pipeline.step("split").orElseThrow().after())
                .containsEntry("sample", "reads train_sample");
        assertThat(pipeline.step("report").orElseThrow().after())
                .containsEntry("test", "after")
                .containsEntry("sample", "reads train_sample");
        assertThat(pipeline.step("fetch").orElseThrow().rules().attempts()).isEqualTo(3);
    }

    @Test
    void itNamesEveryKeyOfAPipelineAndOfAStep() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(
                        Stream.concat(
                                Stream.of(
                                        "pipeline",
                                        "schedule",
                                        "waits",
                                        "missed",
                                        "concurrency",
                                        "steps",
                                        "runs"),
                                StepKey.COMMON.stream()))
                .allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    }

    @Test
    void itTellsEveryStateThatAStepCanEndIn() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(StepState.values())
                .filteredOn(state -> state.ended() || state == StepState.WAITING)
                .allSatisfy(state -> assertThat(page).contains("| " + state + " |"));
    }

    private static String example(int number) throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        for (int i = 0; i <= number; i++) {
            assertThat(example.find()).as("example %d", i).isTrue();
        }
        return example.group(1);
    }

    /// Kinds that take whatever they find, and know tables and steps the way the real ones do.
    private static StepCatalogue catalogue() {
        return StepCatalogue.of(
                Stream.of("sql", "split", "train", "evaluate").map(Anything::new).toList());
    }

    private record Anything(String key) implements StepKind {
        @Override
        public Step parse(String name, MapNode config) {
            List<String> writes = config.texts("into");
            List<String> reads = config.isMap(key) ? config.map(key).texts("from") : List.of();
            List<String> needs =
                    switch (key) {
                        case "train" -> config.texts("from");
                        case "evaluate" ->
                                List.of(
                                        config.text(key),
                                        config.text("on").replaceFirst("\\..*", ""));
                        default -> List.of();
                    };
            config.raw();
            if (config.isMap(key)) {
                config.map(key).raw();
            }
            return new Step() {
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
                public StepOutcome run(StepContext context) {
                    return new StepOutcome.Done(0);
                }
            };
        }
    }
}
