package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class NearCopiesTest {
    private static FactorTable table(FactorRows rows) {
        return table(rows, 2);
    }

    private static FactorTable table(FactorRows rows, int threads) {
        return table(rows, params("fm", threads, 0.2));
    }

    private static FactorTable table(FactorRows rows, FactorParams params) {
        FeaturePlaces places = FeaturePlaces.of(rows, rows.features(), false);
        return FactorTable.fresh(params, places, rows.fields());
    }

    private static FactorParams params(String kind, int threads, double learningRate) {
        Map<String, Object> named = new HashMap<>();
        named.put("kind", kind);
        named.put("k", 3);
        named.put("threads", threads);
        named.put("lock-free", true);
        named.put("lr", learningRate);
        return FactorParams.of(named);
    }

    private static FactorRows rows() {
        FactorRows.Builder rows = FactorRows.builder();
        for (int feature = 0; feature < 5; feature++) {
            rows.add(feature).endRow(1);
        }
        return rows.build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatBothLearntIsAddedUpAndReachesBoth(boolean vectors) {
        try (FactorTable table = table(rows())) {
            NearCopies copies = new NearCopies(table, 0.2, vectors);
            copies.putTogether(0, 1);
            copies.putTogether(1, 1);
            long one = table.linear + 8L * table.ownPlaces(1); // w, G of place 0
            long other = table.linear + 8L * table.ownPlaces(2);
            assertThat(FactorTable.get(one, 1)).as("as the shared one").isEqualTo(1);
            FactorTable.set(one, 0, 0.5f);
            FactorTable.set(one, 1, 3);
            FactorTable.set(other, 0, -2);
            FactorTable.set(other, 1, 1.5f);
            FactorTable.set(table.bias(1), 0, 7);
            copies.putTogether(0, 1);
            assertThat(FactorTable.get(table.linear, 0)).isEqualTo(0.5f);
            copies.putTogether(1, 1);
            assertThat(FactorTable.get(other, 0)).isEqualTo(-1.5f);
            assertThat(FactorTable.get(other, 1)).isEqualTo(3.5f); // 1 + 2 + 0.5
            assertThat(FactorTable.get(one, 0)).as("not told yet").isEqualTo(0.5f);
            copies.putTogether(0, 1);
            assertThat(FactorTable.get(one, 0)).isEqualTo(-1.5f);
            assertThat(FactorTable.get(one, 1)).isEqualTo(3.5f);
            assertThat(FactorTable.get(table.linear, 0)).isEqualTo(-1.5f);
            assertThat(FactorTable.get(table.bias(0), 0)).isEqualTo(7);
            assertThat(FactorTable.get(table.bias(2), 0)).isEqualTo(7);
        }
    }

    @Test
    void vectorsAndTheirPlainTwinPutTheSameBitsTogether() {
        try (FactorTable fast = table(rows());
                FactorTable plain = table(rows())) {
            FactorTable[] tables = {fast, plain};
            for (int i = 0; i < 2; i++) {
                Random random = new Random(3);
                NearCopies copies = new NearCopies(tables[i], 0.2, i == 0);
                for (int time = 0; time < 20; time++) {
                    copies.putTogether(time % 2, 1);
                    long own = tables[i].ownPlaces(1 + time % 2) * tables[i].stride;
                    for (int at = 0; at < tables[i].near * tables[i].stride; at++) {
                        float moved = (float) random.nextGaussian();
                        FactorTable.set(tables[i].factors, own + at, moved);
                    }
                }
            }
            for (int at = 0; at < fast.near * fast.stride; at++) {
                assertThat(FactorTable.get(fast.factors, at))
                        .isEqualTo(FactorTable.get(plain.factors, at))
                        .isNotZero();
            }
        }
    }

    @Test
    void nothingIsLostWhereManyPutTogetherAtOnce() throws Exception {
        int learners = 4;
        int times = 2000;
        try (FactorTable table = table(rows(), learners);
                ExecutorService pool = Executors.newFixedThreadPool(learners)) {
            NearCopies copies = new NearCopies(table, 0.2, true);
            float[] first = factors(table);
            List<Callable<Void>> work = new ArrayList<>();
            for (int learner = 0; learner < learners; learner++) {
                int me = learner;
                work.add(
                        () -> {
                            for (int time = 0; time < times; time++) {
                                copies.putTogether(me, 1);
                                learnOne(table, me);
                            }
                            copies.putTogether(me, 1);
                            return null;
                        });
            }
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
            assertThat(FactorTable.get(table.bias(0), 0)).isEqualTo(learners * times);
            for (int place = 0; place < table.near; place++) {
                assertThat(FactorTable.get(table.linear, 2L * place)).isEqualTo(learners * times);
            }
            float[] last = factors(table);
            for (int i = 0; i < first.length; i++) {
                assertThat(last[i] - first[i]).isCloseTo(learners * times, within(1f));
            }
        }
    }

    /// Adds 1 to all that the learner has.
    private static void learnOne(FactorTable table, int learner) {
        long bias = table.bias(1 + learner);
        FactorTable.set(bias, 0, FactorTable.get(bias, 0) + 1);
        int own = table.ownPlaces(1 + learner);
        for (int place = own; place < own + table.near; place++) {
            long weight = 2L * place;
            FactorTable.set(table.linear, weight, FactorTable.get(table.linear, weight) + 1);
            for (long at = table.at(place); at < table.at(place + 1); at++) {
                FactorTable.set(table.factors, at, FactorTable.get(table.factors, at) + 1);
            }
        }
    }

    private static float[] factors(FactorTable table) {
        float[] all = new float[table.near * (int) table.stride];
        for (int i = 0; i < all.length; i++) {
            all[i] = FactorTable.get(table.factors, i);
        }
        return all;
    }

    /// Rows between grow with the root of the rows seen, up to a limit; more learners and longer steps make them fewer.
    @Test
    void isPutTogetherOftenAtFirstAndWhereManyLearn() {
        try (FactorTable ofTwo = table(rows());
                FactorTable ofEight = table(rows(), 8)) {
            NearCopies two = new NearCopies(ofTwo, 0.2, false);
            assertThat(two.putTogether(0, 0)).isEqualTo(1);
            assertThat(two.putTogether(1, 40_000)).isEqualTo(100);
            assertThat(two.putTogether(0, 100_000_000)).isEqualTo(4096);
            assertThat(new NearCopies(ofTwo, 0.4, false).putTogether(0, 40_000)).isEqualTo(50);
            assertThat(new NearCopies(ofEight, 0.2, false).putTogether(5, 40_000)).isEqualTo(14);
        }
    }

    @Test
    void learnersComeOneAfterAnotherAsStepsGetShorter() {
        try (FactorTable table = table(rows(), 8)) {
            NearCopies copies = new NearCopies(table, 0.2, false);
            assertThat(copies.tryEnter()).isTrue();
            assertThat(copies.tryEnter()).as("nothing was seen yet").isFalse();
            copies.putTogether(0, 16); // four rows of a step of 0.05 each
            assertThat(copies.tryEnter()).isTrue();
            assertThat(copies.tryEnter()).isTrue();
            assertThat(copies.tryEnter()).isFalse();
            copies.leave();
            assertThat(copies.tryEnter()).isTrue();
        }
    }

    /// As bad as threads may run: what each learnt comes to the others when all have learnt as much. Everybody's rows have all the features.
    @ParameterizedTest
    @CsvSource({
        "linear, 2, 0.1", "fm, 2, 0.1", "ffm, 2, 0.1",
        "linear, 16, 0.1", "fm, 16, 0.1", "ffm, 16, 0.1",
        "linear, 16, 0.5", "fm, 16, 0.5", "ffm, 16, 0.5",
        "fm, 64, 0.2", "ffm, 64, 0.2"
    })
    void learnersThatAllRunAtOnceDoNotGoTooFar(String kind, int learners, double learningRate) {
        Random random = new Random(6);
        FactorRows.Builder shown = FactorRows.builder();
        for (int row = 0; row < 20_000; row++) {
            for (int feature = 0; feature < 39; feature++) {
                shown.add(feature, feature, 1);
            }
            shown.endRow(random.nextInt(10) < 9 ? 1 : 0);
        }
        FactorRows rows = shown.build();
        FactorParams params = params(kind, learners, learningRate);
        try (FactorTable table = table(rows, params)) {
            learnAtOnce(rows, table, params);
            PlacedRows placed = new PlacedRows(rows, table, 0);
            FactorKernel kernel = FactorKernel.of(table, placed, params, false, 0);
            double sum = 0;
            for (int row = 0; row < rows.rows(); row++) {
                sum += params.loss().of(kernel.margin(row), rows.label[row]);
            }
            assertThat(sum / rows.rows()).isCloseTo(0.325, within(0.05)); // the share's entropy
        }
    }

    private static void learnAtOnce(FactorRows rows, FactorTable table, FactorParams params) {
        int learners = params.learners();
        NearCopies copies = new NearCopies(table, params.learningRate(), false);
        PlacedRows placed = new PlacedRows(rows, table, learners);
        FactorKernel[] kernels = new FactorKernel[learners];
        int[] next = new int[learners]; // row
        int[] some = new int[learners];
        Arrays.setAll(next, learner -> learner);
        for (int left = learners; left > 0; ) {
            for (int me = 0; me < learners; me++) {
                if (next[me] >= rows.rows()) {
                    continue;
                }
                if (kernels[me] == null) {
                    if (!copies.tryEnter()) {
                        continue;
                    }
                    kernels[me] = FactorKernel.of(table, placed, params, false, 1 + me);
                }
                int most = copies.putTogether(me, some[me]);
                for (some[me] = 0; some[me] < most && next[me] < rows.rows(); some[me]++) {
                    float margin = kernels[me].margin(next[me]);
                    kernels[me].step((float) params.loss().slope(margin, rows.label[next[me]]));
                    next[me] += learners;
                }
                if (next[me] >= rows.rows()) {
                    copies.putTogether(me, some[me]);
                    copies.leave();
                    left--;
                }
            }
        }
    }

    @Test
    void eachRowNamesThePlacesOfItsLearner() {
        FactorRows rows = rows();
        try (FactorTable table = table(rows)) {
            PlacedRows placed = new PlacedRows(rows, table, 2);
            assertThat(table.near).as("all of so small a table").isEqualTo(6);
            for (int row = 0; row < 5; row++) {
                int place = table.places.of(row);
                assertThat(placed.ids[row]).isEqualTo(table.ownPlaces(1 + row % 2) + place);
            }
        }
    }
}
