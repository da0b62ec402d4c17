package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class OverridesTest {
    @Test
    void theRecordHoldsThemALineEachAndGivesThemBack() {
        var overrides =
                new TreeMap<>(
                        Map.of("p.a.if", "b.rows = 3", "p.a.fake", "", "p.b.x", "[v, \"w\"]"));
        String text = "p.a.fake=\np.a.if=b.rows = 3\np.b.x=[v, \"w\"]";
        assertThat(Overrides.text(overrides)).isEqualTo(text);
        assertThat(Overrides.parse(text)).isEqualTo(overrides);
        assertThat(Overrides.parse("")).isEmpty();
    }

    @Test
    void aPipelineHasItsOwnOnly() {
        var overrides = Map.of("train.a.x", "1", "train2.a.x", "2", "trai.a.x", "3");
        assertThat(Overrides.of("train", overrides)).containsExactly(Map.entry("train.a.x", "1"));
    }

    @Test
    void whatNamesNoKeyOfAPipelineOrHasSeveralLinesIsRefused() {
        Overrides.check("p.a.x", "1", List.of("p"));
        for (String key : List.of("p", "p.a", "q.a.x", ".a.x", "p.a.x=1")) {
            refused(key, "1", "it must be PIPELINE.STEP.KEY, and pipelines are [p]");
        }
        for (String value : List.of("1\n", "1\r2", "\n1")) {
            refused("p.a.x", value, "its value must be one line");
        }
        refused("p.a.x\nq.a.x", "1", "its value must be one line");
    }

    private static void refused(String key, String value, String why) {
        assertThatExceptionOfType(ConfigException.class)
                .as("%s=%s", key, value)
                .isThrownBy(() -> Overrides.check(key, value, List.of("p")))
                .withMessageContaining("cannot set " + key + ": " + why);
    }
}
