package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.FactorModel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class FeaturePlacesTest {
    private final List<FactorTable> tables = new ArrayList<>();

    @AfterEach
    void letGo() {
        tables.forEach(FactorTable::close);
    }

    private FactorTable opened(FactorTable table) {
        tables.add(table);
        return table;
    }

    /// Feature 0 in one row, 2 in four, 3 in nine; 1 and 4 in none.
    private static FactorRows someRows() {
        FactorRows.Builder rows = FactorRows.builder();
        for (int row = 0; row < 9; row++) {
            if (row == 5) {
                rows.add(0);
            }
            if (row < 4) {
                rows.add(2);
            }
            rows.add(3).endRow(1);
        }
        return rows.build();
    }

    @Test
    void whatManyRowsHaveComesFirstAndWhatNoneHasIsAStranger() {
        FeaturePlaces places = FeaturePlaces.of(someRows(), 5, false);
        assertThat(places.of(3)).isZero();
        assertThat(places.of(2)).isEqualTo(1);
        assertThat(places.of(0)).isEqualTo(2);
        assertThat(places.stranger()).isEqualTo(3);
        assertThat(places.of(1)).isEqualTo(3);
        assertThat(places.of(4)).isEqualTo(3);
        assertThat(places.of(1000)).as("a feature that nobody told of").isEqualTo(3);
        assertThat(places.size()).isEqualTo(4);
    }

    @Test
    void allFeaturesHavePlacesOfTheirOwnWhereThatIsAsked() {
        FeaturePlaces places = FeaturePlaces.of(someRows(), 5, true);
        Set<Integer> taken = new HashSet<>();
        for (int feature = 0; feature < 5; feature++) {
            taken.add(places.of(feature));
        }
        assertThat(taken).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(places.of(3)).isZero();
        assertThat(places.stranger()).isEqualTo(5);
        assertThat(places.met(0)).isTrue();
        assertThat(places.met(1)).isFalse();
    }

    @Test
    void rowsNameTheStrangerWhereTheTableDoesNotKnowTheFeatureOrTheField() {
        FactorRows known = FactorRows.builder().add(0, 0, 1).add(1, 1, 1).endRow(1).build();
        FactorParams params = FactorParams.of(Map.of("kind", "ffm", "k", 2));
        FactorTable table = opened(FactorTable.fresh(params, FeaturePlaces.of(known, 2, false), 2));
        FactorRows later =
                FactorRows.builder().add(1, 1, 1).add(0, 7, 1).add(2, 0, 1).endRow(1).build();
        PlacedRows placed = new PlacedRows(later, table, 0);
        int stranger = table.places.stranger();
        assertThat(placed.ids).containsExactly(table.places.of(1), stranger, stranger);
        assertThat(placed.farEnds).as("a table so small is near").containsExactly(0);
        assertThat(placed.field).containsExactly(1, 0, 0);
    }

    @Test
    void ofEachRowComesFirstWhatIsFarFromTheProcessorWithItsFieldAndValue() {
        int features = 300_000; // two numbers each: more than what is near
        FactorRows.Builder rows = FactorRows.builder();
        for (int feature = 0; feature < features; feature++) {
            rows.add(0, features - 1, 2).add(1, feature, feature).add(0, 0, 3).endRow(1);
        }
        FactorRows some = rows.build();
        FactorParams params = FactorParams.of(Map.of("kind", "linear"));
        FactorTable table =
                opened(FactorTable.fresh(params, FeaturePlaces.of(some, features, false), 2));
        PlacedRows placed = new PlacedRows(some, table, 0);
        int far = 0;
        for (int row = 0; row < features; row++) {
            int begin = some.starts[row];
            boolean farAway = table.places.of(row) >= table.near;
            far += farAway ? 1 : 0;
            assertThat(placed.farEnds[row]).isEqualTo(farAway ? begin + 1 : begin);
            int often = farAway ? begin + 1 : begin; // the first entry that many rows have
            assertThat(placed.ids[often]).isEqualTo(table.places.of(features - 1));
            assertThat(placed.value[often]).isEqualTo(2);
            int rare = farAway ? begin : begin + 1;
            assertThat(placed.ids[rare]).isEqualTo(table.places.of(row));
            assertThat(placed.value[rare]).isEqualTo(row);
        }
        assertThat(far).isPositive().isEqualTo(features - table.near);
    }

    /// The order of places must not show: it is the same model, to the bit, as when features are renamed.
    @Test
    void aModelDoesNotDependOnWhereItsFeaturesLie() {
        Random random = new Random(4);
        FactorRows.Builder rows = FactorRows.builder();
        for (int row = 0; row < 300; row++) {
            rows.add(random.nextInt(5)).add(5 + random.nextInt(40)).endRow(random.nextInt(2));
        }
        FactorRows some = rows.build();
        FactorParams params = FactorParams.of(Map.of("kind", "fm", "k", 3));
        FactorModel[] models = new FactorModel[2];
        FeaturePlaces[] all = {
            FeaturePlaces.asNumbered(45), FeaturePlaces.of(some, 45, true),
        };
        for (int i = 0; i < 2; i++) {
            FactorTable table = opened(FactorTable.fresh(params, all[i], 1));
            FactorKernel kernel =
                    FactorKernel.of(table, new PlacedRows(some, table, 0), params, false, 0);
            for (int row = 0; row < some.rows(); row++) {
                kernel.step((float) params.loss().slope(kernel.margin(row), some.label(row)));
            }
            models[i] = table.model();
        }
        for (int feature = 0; feature < 45; feature++) {
            assertThat(models[1].weight(feature)).isEqualTo(models[0].weight(feature));
            for (int f = 0; f < 3; f++) {
                assertThat(models[1].factor(feature, 0, f))
                        .isEqualTo(models[0].factor(feature, 0, f));
            }
        }
    }
}
