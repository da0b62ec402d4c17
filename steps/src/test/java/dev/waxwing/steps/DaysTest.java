package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.steps.Days.Range;

import org.junit.jupiter.api.Test;

import java.time.LocalDate;
import java.util.Set;

class DaysTest {
    private static final LocalDate D = LocalDate.of(2013, 8, 10);
    private static final LocalDate LONG_AGO = LocalDate.of(2013, 1, 1);

    @Test
    void withoutFillOnlyTheBusinessDateIsComputed() {
        assertThat(new Days(1, 0).toCompute(D, LONG_AGO, ds -> false))
                .containsExactly(new Range(D, D));
    }

    @Test
    void aFirstNightFillsItsHistoryInOneRange() {
        assertThat(new Days(31, 0).toCompute(D, LONG_AGO, ds -> false))
                .containsExactly(new Range(D.minusDays(30), D));
    }

    @Test
    void aLaterNightComputesItsOwnDayAlone() {
        Set<String> there = new Range(D.minusDays(40), D.minusDays(1)).ds();
        assertThat(new Days(31, 0).toCompute(D, LONG_AGO, there::contains))
                .containsExactly(new Range(D, D));
    }

    @Test
    void aRerunComputesItsOwnDayAgain() {
        Set<String> there = new Range(D.minusDays(40), D).ds();
        assertThat(new Days(31, 0).toCompute(D, LONG_AGO, there::contains))
                .containsExactly(new Range(D, D));
    }

    @Test
    void aHoleIsFilledByItself() {
        Set<String> there = new Range(D.minusDays(40), D.minusDays(1)).ds();
        there.remove("20130805");
        assertThat(new Days(31, 0).toCompute(D, LONG_AGO, there::contains))
                .containsExactly(
                        new Range(LocalDate.of(2013, 8, 5), LocalDate.of(2013, 8, 5)),
                        new Range(D, D));
    }

    @Test
    void rebuildComputesTheDaysBeforeAgain() {
        assertThat(new Days(31, 3).toCompute(D, LONG_AGO, ds -> true))
                .containsExactly(new Range(D.minusDays(3), D));
    }

    @Test
    void nothingIsComputedBeforeTheEarliestDayThatHasData() {
        assertThat(new Days(31, 0).toCompute(D, D.minusDays(4), ds -> false))
                .containsExactly(new Range(D.minusDays(4), D));
    }
}
