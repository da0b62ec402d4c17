package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.warehouse.WarehouseException;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

class SegmentsTest {
    private static final String[] SCENES = {"home", "home", "home", "home", "topic", "topic", null};

    /// Two users; in scene home the first pair is in the right order and the second is not; in topic nobody clicked.
    private static WideTable.Scored scored(double... scores) {
        return new WideTable.Scored(
                scores, new float[] {1, 0, 1, 0, 0, 0, 1}, new int[] {0, 0, 1, 1, 0, 1, 1});
    }

    @Test
    void eachValueIsJudgedOnItsOwnRowsAlone() {
        List<Segments.Segment> segments =
                Segments.of(
                        "scene",
                        SCENES,
                        scored(0.9, 0.1, 0.3, 0.4, 0.99, 0.98, 0.01),
                        Optional.of(scored(0.9, 0.1, 0.8, 0.2, 0.5, 0.5, 0.5)));
        assertThat(segments)
                .extracting(Segments.Segment::value)
                .containsExactly("(missing)", "home", "topic");
        Segments.Segment home = segments.get(1);
        assertThat(home.metrics())
                .containsEntry("rows", 4.0)
                .containsEntry("positives", 2.0)
                .containsEntry("auc", 0.75) // three of four pairs
                .containsEntry("gauc", 0.5); // one user right, one wrong
        assertThat(home.champion()).containsEntry("auc", 1.0);
        assertThat(home.name("auc")).isEqualTo("scene=home.auc");
    }

    @Test
    void aSegmentOfOneClassHasRowsAndLossButNoAuc() {
        Map<String, Double> topic =
                Segments.of(
                                "scene",
                                SCENES,
                                scored(0.9, 0.1, 0.3, 0.4, 0.5, 0.5, 0.01),
                                Optional.empty())
                        .getLast()
                        .metrics();
        assertThat(topic)
                .containsEntry("rows", 2.0)
                .containsEntry("positives", 0.0)
                .containsEntry("auc", Double.NaN)
                .containsEntry("gauc", Double.NaN)
                .containsEntry("logloss", Math.log(2));
    }

    @Test
    void aColumnWithTooManyValuesIsNoSegment() {
        int rows = Segments.MOST + 1;
        var many =
                new WideTable.Scored(
                        new double[rows], new float[rows], IntStream.range(0, rows).toArray());
        String[] ids = IntStream.range(0, rows).mapToObj(i -> "i" + i).toArray(String[]::new);
        assertThatThrownBy(() -> Segments.of("item_id", ids, many, Optional.empty()))
                .isInstanceOf(WarehouseException.class)
                .hasMessage(
                        "by: item_id has 101 values in these rows; a segment column has at most"
                                + " 100. Put it into buckets, or leave it out");
        Arrays.fill(ids, "one");
        assertThat(Segments.of("item_id", ids, many, Optional.empty())).hasSize(1);
    }
}
