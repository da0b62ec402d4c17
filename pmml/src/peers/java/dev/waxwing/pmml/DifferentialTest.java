package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Drawn documents give the values that JPMML-Evaluator gives; `docs/pmml-coverage.md` argues what is left.
///
/// A row that JPMML refuses is not compared: it also stops at missing arguments, where we answer "missing".
class DifferentialTest {
    private static final int DOCUMENTS = 150;
    private static final int ROWS = 20;

    /// Seeds of the documents that differ; `docs/pmml-coverage.md` tells which are understood.
    private static final Map<RandomPmml.Kind, List<Long>> KNOWN =
            Map.of(
                    RandomPmml.Kind.TEXT, List.of(5L, 6L, 106L, 136L),
                    RandomPmml.Kind.GENERAL, List.of(11L, 42L),
                    RandomPmml.Kind.CHAIN, List.of(35L));

    @ParameterizedTest
    @EnumSource
    void answersAsJpmmlDoes(RandomPmml.Kind kind) {
        List<String> different = new ArrayList<>();
        List<Long> seeds = new ArrayList<>();
        int refused = 0;
        int values = 0;
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            RandomPmml drawn = new RandomPmml(kind, seed);
            Peer.Outcome outcome = Peer.compare(drawn.document(), drawn.rows(ROWS));
            values += outcome.values();
            refused += outcome.refusal().isEmpty() ? 0 : 1;
            if (!outcome.differences().isEmpty() && outcome.unread().isEmpty()) {
                seeds.add(seed);
                different.add("seed " + seed + ": " + outcome.differences().get(0));
            }
        }
        System.out.printf(
                "%s: %d documents, %d values compared, %d documents differ, %d refused%n",
                kind, DOCUMENTS, values, different.size(), refused);
        assertThat(values).isGreaterThan(1000);
        assertThat(seeds)
                .as(String.join("\n", different))
                .isEqualTo(KNOWN.getOrDefault(kind, List.of()));
    }
}
