package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FeatureRowsTest {
    private static final FeatureSpec SPEC =
            FeatureSpec.parse(
                    "small.yaml",
                    """
                    features: small
                    snapshots: { user: users, item: items }
                    columns:
                      whole: { from: item, type: number }
                      price: { from: item, type: number }
                      city:  { from: user, type: category }
                      tags:  { from: item, type: tags }
                      taste: { from: user, type: weights }
                    """);

    /// The columns in which a table's batch would bring these rows.
    static Object[] columns(FeatureSpec spec, List<FeatureRow> rows) {
        Object[] columns = new Object[spec.size()];
        for (int f = 0; f < columns.length; f++) {
            int feature = f;
            columns[f] =
                    switch (spec.features().get(f).type()) {
                        case NUMBER -> rows.stream().mapToDouble(r -> r.number(feature)).toArray();
                        case CATEGORY ->
                                rows.stream()
                                        .map(r -> (String) r.term(feature))
                                        .toArray(String[]::new);
                        case TAGS ->
                                rows.stream()
                                        .map(r -> r.terms(feature))
                                        .map(t -> t.map(l -> l.toArray(new String[0])).orElse(null))
                                        .toArray(String[][]::new);
                        case WEIGHTS ->
                                rows.stream()
                                        .map(r -> r.weights(feature))
                                        .map(w -> w.map(Weights::asMap).orElse(null))
                                        .toArray(Map[]::new);
                    };
        }
        return columns;
    }

    private static FeatureRow drawn(Random random) {
        Map<String, Object> values = new java.util.HashMap<>();
        values.put("whole", (double) random.nextInt(50));
        values.put("price", random.nextDouble());
        values.put("city", "c" + random.nextInt(3));
        values.put("tags", List.of("a", "t" + random.nextInt(3)));
        values.put("taste", Map.of("a", random.nextInt(3), "b", 0.5));
        values.keySet().removeIf(_ -> random.nextInt(5) == 0);
        return FeatureRow.of(SPEC, values);
    }

    @Test
    void rowsComeBackAsTheyWereWhateverTheBatchesWere() {
        long seed = 11;
        Random random = new Random(seed);
        List<FeatureRow> rows = new ArrayList<>();
        FeatureRows.Builder builder = FeatureRows.builder(SPEC);
        while (rows.size() < 10_000) {
            List<FeatureRow> batch = new ArrayList<>();
            for (int n = random.nextInt(3000); n >= 0; n--) {
                batch.add(drawn(random));
            }
            builder.add(batch.size(), columns(SPEC, batch));
            rows.addAll(batch);
        }
        assertThat(builder.build()).as("seed " + seed).isEqualTo(rows);
    }

    @Test
    void manyRowsAreEncodedToTheBitsOfOneByOne() {
        long seed = 12;
        Random random = new Random(seed);
        List<FeatureRow> rows = new ArrayList<>();
        while (rows.size() < 9000) {
            rows.add(drawn(random));
        }
        FeatureRows kept = FeatureRows.of(SPEC, rows);
        assertThat(kept).isEqualTo(rows);
        assertThat(FeatureRows.of(SPEC, kept)).isSameAs(kept);
        Map<String, List<String>> learnt =
                Map.of(
                        "city", List.of("c0", "c2"),
                        "tags", List.of("a", "t1"),
                        "taste", List.of("a", "b"));
        FeatureSpec narrow = SPEC.only(List.of("whole", "city", "taste"));
        for (FeatureSpace space :
                List.of(
                        new FeatureSpace(SPEC, Map.of(), learnt),
                        new FeatureSpace(
                                narrow,
                                Map.of(),
                                Map.of("city", List.of("c1"), "taste", List.of("b"))))) {
            float[] all = new float[(9000 - 4000) * space.width()];
            java.util.Arrays.fill(all, 7);
            space.encode(kept, 4000, 9000, all);
            float[] one = new float[all.length];
            for (int row = 4000; row < 9000; row++) {
                space.encode(rows.get(row), one, (row - 4000) * space.width());
            }
            assertThat(all).as("seed " + seed).isEqualTo(one);
        }
        assertThat(kept.as(narrow).get(8999)).isEqualTo(rows.get(8999).as(narrow));
        double[] prices = new double[5000];
        kept.numbers(1, 100, 5000, prices);
        assertThat(prices)
                .isEqualTo(
                        rows.subList(100, 5100).stream().mapToDouble(r -> r.number(1)).toArray());
    }

    @Test
    void aNumberThatIsNoFloatKeepsAllItsBits() {
        double third = 1 / 3.0;
        FeatureRows rows =
                FeatureRows.builder(SPEC)
                        .add(
                                2,
                                new double[] {-0.0, Double.NaN},
                                new double[] {third, 2},
                                new String[2],
                                new String[2][],
                                new Map<?, ?>[2])
                        .build();
        assertThat(rows.get(0).number(0)).isEqualTo(-0.0);
        assertThat(rows.get(0).number(1)).isEqualTo(third);
        assertThat(rows.get(1).isMissing(0)).isTrue();
        assertThat(rows.get(1).number(1)).isEqualTo(2);
        assertThat(rows.get(1).isMissing(2)).isTrue();
    }

    @Test
    void whatNoRowMayHoldIsRefusedAsInASingleRow() {
        FeatureRows.Builder rows = FeatureRows.builder(SPEC);
        double[] one = {1};
        assertThatThrownBy(
                        () ->
                                rows.add(
                                        1,
                                        one,
                                        new double[] {Double.POSITIVE_INFINITY},
                                        new String[1],
                                        new String[1][],
                                        new Map<?, ?>[1]))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("feature price is Infinity");
        assertThatThrownBy(
                        () ->
                                rows.add(
                                        1,
                                        one,
                                        one,
                                        new String[1],
                                        new String[][] {{"a", null}},
                                        new Map<?, ?>[1]))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("feature tags is of type tags, found null");
        assertThatThrownBy(() -> rows.add(1, one)).hasMessageContaining("takes 5 columns, got 1");
    }
}
