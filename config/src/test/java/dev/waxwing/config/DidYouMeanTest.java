package dev.waxwing.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class DidYouMeanTest {
    private static final List<String> KNOWN =
            List.of("deadline", "schedule", "from", "into", "minCount");

    @Test
    void forgivesASlipEveryThirdLetter() {
        assertThat(DidYouMean.closest("dead-line", KNOWN)).hasValue("deadline");
        assertThat(DidYouMean.closest("shcedule", KNOWN)).hasValue("schedule");
        assertThat(DidYouMean.closest("intoo", KNOWN)).hasValue("into");
        assertThat(DidYouMean.closest("MINCOUNT", KNOWN)).hasValue("minCount");
        assertThat(DidYouMean.closest("min_count", KNOWN)).hasValue("minCount");
    }

    @Test
    void suggestsNothingForAWordThatIsFarFromAll() {
        assertThat(DidYouMean.closest("colour", KNOWN)).isEmpty();
        assertThat(DidYouMean.closest("", KNOWN)).isEmpty();
        assertThat(DidYouMean.closest("x", List.of())).isEmpty();
    }

    @Test
    void aSwapOfNeighboursIsOneSlip() {
        assertThat(DidYouMean.closest("form", KNOWN)).hasValue("from");
    }

    @Test
    void hintsAtAllThatIsKnownWhenNothingIsNear() {
        assertThat(DidYouMean.hint("form", KNOWN)).isEqualTo("did you mean from?");
        assertThat(DidYouMean.hint("colour", List.of("a", "b"))).isEqualTo("known: a, b");
        assertThat(DidYouMean.hint("colour", List.of())).isEqualTo("none is known here");
    }
}
