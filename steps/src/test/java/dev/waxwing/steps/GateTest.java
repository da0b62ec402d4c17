package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.Map;

class GateTest {
    private static final Gate NOT_WORSE = Gate.parse("test.auc_minus_champion.high >= -0.002");

    @Test
    void opensWhenTheMetricIsWithinItsBoundAndSaysTheFigure() {
        Gate.Verdict verdict = NOT_WORSE.judge(Map.of("test.auc_minus_champion.high", 0.001), true);
        assertThat(verdict.open()).isTrue();
        assertThat(verdict.reason())
                .isEqualTo("test.auc_minus_champion.high = 0.00100 is >= -0.002");
        assertThat(verdict.figures()).containsEntry("test.auc_minus_champion.high", "0.001");
    }

    @Test
    void staysShutWhenTheMetricIsOutside() {
        Gate.Verdict verdict = NOT_WORSE.judge(Map.of("test.auc_minus_champion.high", -0.01), true);
        assertThat(verdict.open()).isFalse();
        assertThat(verdict.reason()).contains("is NOT >= -0.002");
    }

    @Test
    void staysShutOnNaN() {
        assertThat(NOT_WORSE.judge(Map.of("test.auc_minus_champion.high", Double.NaN), true).open())
                .isFalse();
    }

    @Test
    void passesWithoutAChampionAndSaysSo() {
        Gate.Verdict verdict = NOT_WORSE.judge(Map.of("test.auc", 0.7), false);
        assertThat(verdict.open()).isTrue();
        assertThat(verdict.reason()).startsWith("no champion yet");
    }

    @Test
    void refusesAMetricThatNobodyMeasured() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gate.parse("test.acu > 0.6").judge(Map.of("test.auc", 0.7), true))
                .withMessage(
                        "the gate asks for test.acu, which no step has measured; measured are"
                                + " [test.auc]");
    }

    @Test
    void everyPartMustHold() {
        Gate both = Gate.parse("test.auc > 0.6 and test.logloss < 0.5");
        assertThat(both.judge(Map.of("test.auc", 0.7, "test.logloss", 0.4), true).open()).isTrue();
        assertThat(both.judge(Map.of("test.auc", 0.7, "test.logloss", 0.6), true).open()).isFalse();
    }

    @Test
    void refusesWhatIsNotAComparison() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gate.parse("test.auc is fine"))
                .withMessageStartingWith("'test.auc is fine' is not a comparison");
    }
}
