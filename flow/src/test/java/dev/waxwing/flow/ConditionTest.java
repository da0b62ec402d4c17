package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

class ConditionTest {
    private static final Map<String, Map<String, String>> LEFT =
            Map.of("count", Map.of("rows", "7", "auc.low", "0.6", "name", "x"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "count.rows >= 7",
                "count.rows>=7",
                "count.rows<=7",
                "count.rows!=8",
                "count.rows>6 and count.auc.low<0.7",
                "count.name=x",
                "count.name != y"
            })
    void holdsWithSpacesAndWithout(String text) {
        assertThat(Condition.parse(text).holds(LEFT)).isTrue();
    }

    @Test
    void doesNotHoldOfWhatIsNotThere() {
        assertThat(Condition.parse("count.rows>=8").holds(LEFT)).isFalse();
        assertThat(Condition.parse("count.columns >= 0").holds(LEFT)).isFalse();
        assertThat(Condition.parse("other.rows >= 0").holds(LEFT)).isFalse();
    }
}
