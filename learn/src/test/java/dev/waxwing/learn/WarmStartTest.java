package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class WarmStartTest {
    private static FeatureSpace space(String columns, Map<String, List<String>> words) {
        String head = "features: s\nsnapshots: { user: u, item: i }\ncolumns:\n";
        return new FeatureSpace(FeatureSpec.parse("s.yaml", head + columns), Map.of(), words);
    }

    private static final String CITY = "  city: { from: user, type: category }\n";
    private static final String TAGS = "  tags: { from: item, type: tags }\n";

    private final FeatureSpace yesterday =
            space(CITY + TAGS, Map.of("city", List.of("a", "b"), "tags", List.of("x", "y")));

    /// `aa` comes before all that were known, `b` is gone, and a field lies before the others.
    private final FeatureSpace today =
            space(
                    "  age: { from: item, type: number }\n" + CITY + TAGS,
                    Map.of("city", List.of("a", "aa"), "tags", List.of("w", "y")));

    private static float[] counting(int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = i + 1;
        }
        return numbers;
    }

    private static int column(FeatureSpace space, String name) {
        return IntStream.range(0, space.sparseWidth())
                .filter(column -> space.sparseColumn(column).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void columnsGoOnByNameWhereverTheyLieAndOthersBeginFresh() {
        int width = yesterday.sparseWidth();
        FactorModel before = FactorModel.fm(0.5f, counting(width), 2, counting(2 * width));
        FactorParams params = FactorParams.of(Map.of("kind", "fm", "k", 2, "init", 0.1));
        WarmStart start = WarmStart.of(before, yesterday, today, params);
        FactorModel model = start.model();
        assertThat(model.features()).isEqualTo(today.sparseWidth());
        assertThat(model.bias()).isEqualTo(0.5f);
        for (String name : List.of("city=a", "city=(unseen)", "tags=y", "tags=(missing)")) {
            int now = column(today, name);
            int then = column(yesterday, name);
            assertThat(model.weight(now)).as(name).isEqualTo(before.weight(then));
            assertThat(model.factor(now, 0, 1)).as(name).isEqualTo(before.factor(then, 0, 1));
        }
        for (String name : List.of("age", "city=aa", "tags=w")) {
            int now = column(today, name);
            assertThat(model.weight(now)).as(name).isZero();
            assertThat(Math.abs(model.factor(now, 0, 1))).as(name).isBetween(1e-9f, 0.08f);
        }
        assertThat(start.kept()).isEqualTo(6); // a, y, and missing and unseen of both
    }

    @Test
    void anFfmsFieldsGoByNameToo() {
        int width = yesterday.sparseWidth();
        FactorModel before = FactorModel.ffm(0, counting(width), 2, 1, counting(2 * width));
        FactorParams params = FactorParams.of(Map.of("kind", "ffm", "k", 1, "init", 0.1));
        FactorModel model = WarmStart.of(before, yesterday, today, params).model();
        int now = column(today, "tags=y");
        int then = column(yesterday, "tags=y");
        assertThat(model.fields()).isEqualTo(3);
        assertThat(model.factor(now, 1, 0)).as("to city").isEqualTo(before.factor(then, 0, 0));
        assertThat(model.factor(now, 2, 0)).as("to tags").isEqualTo(before.factor(then, 1, 0));
        assertThat(Math.abs(model.factor(now, 0, 0))).as("to age").isLessThan(0.11f);
    }
}
