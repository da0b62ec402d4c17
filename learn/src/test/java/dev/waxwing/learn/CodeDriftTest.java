package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class CodeDriftTest {
    private static final FeatureSpec SPEC =
            FeatureSpec.parse(
                    "x.yaml",
                    """
                    features: x
                    snapshots: { user: u, item: i }
                    columns:
                      genre: { from: item, type: category }
                      age:   { from: item, type: number, bins: 2 }
                      plain: { from: item, type: number }
                    """);

    private static FeatureSpace space(double edge, String... genres) {
        return new FeatureSpace(
                SPEC, Map.of("age", List.of(edge)), Map.of("genre", List.of(genres)));
    }

    private static List<FeatureRow> rows(int drama, int war, int noir) {
        List<FeatureRow> rows = new ArrayList<>();
        for (int i = 0; i < drama + war + noir; i++) {
            String genre = i < drama ? "drama" : i < drama + war ? "war" : "noir";
            rows.add(FeatureRow.of(SPEC, Map.of("genre", genre, "age", i % 2, "plain", i)));
        }
        return rows;
    }

    @Test
    void tellsWhichCodesWereKeptCameAndWentAndHowManyRowsMeetNone() {
        List<CodeDrift> drift =
                CodeDrift.of(
                        Optional.of(space(1, "drama", "war", "western")),
                        space(2, "drama", "noir", "war"),
                        rows(50, 50, 0),
                        rows(30, 50, 20));
        assertThat(drift).extracting(CodeDrift::feature).containsExactly("genre", "age");
        CodeDrift genre = drift.getFirst();
        assertThat(genre.kept()).isCloseTo(2.0 / 3, within(1e-15));
        assertThat(genre.fresh()).isEqualTo(1);
        assertThat(genre.gone()).isEqualTo(1);
        assertThat(genre.unseen()).isEqualTo(0.2);
        // drama, war, noir, missing, unseen; half a row each
        double[] q = {50.5, 50.5, 0.5, 0.5, 0.5};
        double[] p = {30.5, 50.5, 20.5, 0.5, 0.5};
        double psi = 0;
        for (int i = 0; i < 5; i++) {
            psi += (p[i] - q[i]) / 102.5 * Math.log(p[i] / q[i]);
        }
        assertThat(genre.psi()).isCloseTo(psi, within(1e-12));
        assertThat(genre.line())
                .startsWith(
                        "drift of genre: 66.7 % of yesterday's codes kept, 1 new, 1 gone, unseen by"
                                + " yesterday's in 20.0 % of the newest day's rows, PSI 0.");
        assertThat(drift.getLast().kept()).as("bins whose edge moved").isZero();
        assertThat(drift.getLast().psi()).isCloseTo(0, within(1e-12));
    }

    @Test
    void theSameSpaceAndTheSameRowsDoNotDrift() {
        FeatureSpace space = space(1, "drama", "war");
        CodeDrift genre =
                CodeDrift.of(Optional.of(space), space, rows(40, 60, 0), rows(40, 60, 0))
                        .getFirst();
        assertThat(genre).isEqualTo(new CodeDrift("genre", 1, 0, 0, 0, 0));
    }

    @Test
    void withoutYesterdayThereIsOnlyTheMovementOfTheRows() {
        CodeDrift genre =
                CodeDrift.of(Optional.empty(), space(1, "drama"), List.of(), rows(1, 1, 1))
                        .getFirst();
        assertThat(genre.kept()).isNaN();
        assertThat(genre.psi()).isNaN();
        assertThat(genre.line())
                .isEqualTo("drift of genre: no codes of yesterday, no two days to compare");
    }
}
