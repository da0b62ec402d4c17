package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

class StepRuleTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void letGo() {
        arena.close();
    }

    private long outsideTheHeap(float... floats) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, floats).address();
    }

    @Test
    void anAdaGradStepIsTheOneWorkedOutByHand() {
        long table = outsideTheHeap(0.5f, 1); // w, G
        new StepRule.AdaGrad(0.2f, 0.1f).move(table, 0, 1, 0.7f);
        assertThat(FactorTable.get(table, 1))
                .isCloseTo(1.5625f, within(1e-6f)); // 1 + (0.7 + 0.1 · 0.5)²
        assertThat(FactorTable.get(table, 0))
                .isCloseTo(0.38f, within(1e-4f)); // 0.5 − 0.2 · 0.75 / 1.25
    }

    @Test
    void anSgdStepIsTheOneWorkedOutByHand() {
        long table = outsideTheHeap(0.5f);
        new StepRule.Sgd(0.2f, 0.1f).move(table, 0, 0, 0.7f);
        assertThat(FactorTable.get(table, 0)).isCloseTo(0.35f, within(1e-6f)); // 0.5 − 0.2 · 0.75
    }

    @Test
    void anFtrlStepIsTheOneWorkedOutByHand() {
        long table = outsideTheHeap(0.5f, 9, -4); // w, n, z
        new StepRule.Ftrl(0.5f, 1, 0.25f, 0).move(table, 0, 1, 4);
        assertThat(FactorTable.get(table, 1)).isEqualTo(25); // 9 + 16
        assertThat(FactorTable.get(table, 2)).isEqualTo(-2); // −4 + 4 − (5 − 3) / 0.5 · 0.5
        assertThat(FactorTable.get(table, 0))
                .isCloseTo(1.75f / 12, within(1e-6f)); // (2 − 0.25) / ((1 + 5) / 0.5)
        new StepRule.Ftrl(0.5f, 1, 5, 0).move(table, 0, 1, 0);
        assertThat(FactorTable.get(table, 0)).as("|z| within lambda-1").isZero();
    }
}
