package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/// Drawn documents give the values that JPMML-Evaluator gives; `docs/pmml-coverage.md` argues what is left.
///
/// A row that JPMML refuses is not compared: it also stops at missing arguments, where we answer "missing".
class DifferentialTest {
    private static final int DOCUMENTS = 150;
    private static final int ROWS = 20;

    /// Share of the documents that may differ, for the reasons the coverage page lists.
    private static final double ARGUED = 0.1;

    @ParameterizedTest
    @EnumSource
    void answersAsJpmmlDoes(RandomPmml.Kind kind) {
        List<String> different = new ArrayList<>();
        int refused = 0;
        int values = 0;
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            RandomPmml drawn = new RandomPmml(kind, seed);
            Peer.Outcome outcome = Peer.compare(drawn.document(), drawn.rows(ROWS));
            values += outcome.values();
            refused += outcome.refusal().isEmpty() ? 0 : 1;
            if (!outcome.differences().isEmpty() && outcome.unread().isEmpty()) {
                different.add("seed " + seed + ": " + outcome.differences().get(0));
            }
        }
        System.out.printf(
                "%s: %d documents, %d values compared, %d documents differ, %d refused%n",
                kind, DOCUMENTS, values, different.size(), refused);
        assertThat(values).isGreaterThan(1000);
        assertThat(different)
                .as(String.join("\n", different))
                .hasSizeLessThanOrEqualTo((int) (DOCUMENTS * ARGUED));
    }
}
