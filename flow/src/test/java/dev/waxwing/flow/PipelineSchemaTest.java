package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.config.Config;
import dev.waxwing.config.MapNode;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

class PipelineSchemaTest {
    private final FakeSteps fake = new FakeSteps();

    @Test
    void knowsExactlyTheKeysThatTheParserKnows() {
        MapNode doc = Config.parse("t.yaml", "pipeline: p\nsteps: { a: { fake: t } }\n");
        new PipelineReader(doc, fake.catalogue()).pipeline();
        MapNode schema = schema(PipelineSchema.base());
        assertThat(doc.asked())
                .containsExactlyInAnyOrderElementsOf(schema.map("properties").keys());

        Set<String> ofStep = new LinkedHashSet<>(doc.map("steps").map("a").asked());
        ofStep.removeAll(List.of("fake", "uses", "from"));
        MapNode step = schema.map("$defs").map("step");
        assertThat(ofStep).containsExactlyInAnyOrderElementsOf(step.map("properties").keys());
        assertThat(ofStep).containsExactlyInAnyOrderElementsOf(StepKey.COMMON);
        MapNode definitions = schema.map("$defs");
        assertThat(definitions.map("cycle").texts("enum")).isEqualTo(Wait.words());
        MapNode wait = definitions.map("wait").maps("oneOf").getLast().map("properties");
        assertThat(wait.keys()).containsExactlyInAnyOrder("on", "days", "cycles", "if-failed");
        assertThat(wait.map("if-failed").texts("enum")).isEqualTo(Wait.IfFailed.words());
        assertThat(schema.map("properties").map("missed").texts("enum")).isEqualTo(Missed.words());
    }

    @Test
    void knowsExactlyTheKeysOfLoops() {
        MapNode doc =
                Config.parse(
                        "t.yaml",
                        """
                        pipeline: p
                        steps:
                          a: { fake: [] }
                          b: { loop: { steps: { c: { fake: [] } }, until: c.n > 0 } }
                          d: { for-each: { over: a, steps: { e: { fake: [] } } } }
                        """);
        new PipelineReader(doc, fake.catalogue()).pipeline();
        MapNode definitions = schema(PipelineSchema.of(fake.catalogue())).map("$defs");
        assertThat(doc.map("steps").map("b").map("loop").asked())
                .containsExactlyInAnyOrderElementsOf(
                        definitions.map("loop").map("properties").keys());
        assertThat(doc.map("steps").map("d").map("for-each").asked())
                .containsExactlyInAnyOrderElementsOf(
                        definitions.map("for-each").map("properties").keys());
    }

    @Test
    void aKindsKeysAreThoseThatItReads() {
        MapNode doc = Config.parse("t.yaml", "pipeline: p\nsteps: { a: { fake: t } }\n");
        new PipelineReader(doc, fake.catalogue()).pipeline();
        MapNode kind = schema(PipelineSchema.of(fake.catalogue())).map("$defs").map("step-fake");
        assertThat(kind.map("properties").keys())
                .containsExactlyInAnyOrderElementsOf(doc.map("steps").map("a").asked());
        assertThat(kind.texts("required")).containsExactly("fake");
        assertThat(kind.flag("additionalProperties", true)).isFalse();
    }

    @Test
    void aKindThatTellsNoKeysStaysOpen() {
        MapNode schema = schema(PipelineSchema.of(fake.catalogue()));
        assertThat(schema.map("$defs").map("step-sql").has("additionalProperties")).isFalse();
        assertThat(schema.map("$defs").map("step").maps("anyOf"))
                .extracting(alternative -> alternative.text("$ref"))
                .containsExactly(
                        "#/$defs/step-fake",
                        "#/$defs/step-sql",
                        "#/$defs/step-train",
                        "#/$defs/step-loop",
                        "#/$defs/step-for-each");
    }

    @Test
    void isWrittenAsItIsRead() {
        MapNode base = schema(PipelineSchema.base());
        MapNode full = schema(PipelineSchema.of(fake.catalogue()));
        assertThat(full.raw("properties")).isEqualTo(base.raw("properties"));
        assertThat(full.keys()).isEqualTo(base.keys());
        assertThat(full.text("$id")).isEqualTo("urn:waxwing:pipeline");
    }

    /// An editor that cannot follow a reference shows nothing, and says nothing.
    @Test
    void everyReferenceLeadsSomewhere() {
        for (String text : List.of(PipelineSchema.base(), PipelineSchema.of(fake.catalogue()))) {
            Map<String, Object> schema = schema(text).raw();
            Set<?> defined = ((Map<?, ?>) schema.get("$defs")).keySet();
            var references = new ArrayList<String>();
            collect(schema, references);
            assertThat(references)
                    .isNotEmpty()
                    .allSatisfy(
                            reference ->
                                    assertThat(defined.contains(reference.replace("#/$defs/", "")))
                                            .as(reference)
                                            .isTrue());
        }
    }

    private static void collect(Object value, List<String> references) {
        switch (value) {
            case Map<?, ?> map ->
                    map.forEach(
                            (key, inner) -> {
                                if (key.equals("$ref")) {
                                    references.add((String) inner);
                                }
                                collect(inner, references);
                            });
            case List<?> list -> list.forEach(inner -> collect(inner, references));
            default -> {}
        }
    }

    private static MapNode schema(String text) {
        return Config.parse("schema.json", text);
    }
}
