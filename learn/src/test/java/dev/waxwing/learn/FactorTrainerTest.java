package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Kind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FactorTrainerTest {
    private static FactorParams params(Object... namesAndValues) {
        Map<String, Object> named = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return FactorParams.of(named);
    }

    /// Rows of entries with values, fields and labels; features and fields may repeat in a row.
    private static FactorRows anyRows(Random random, int rows, int features, int fields) {
        FactorRows.Builder builder = FactorRows.builder();
        for (int row = 0; row < rows; row++) {
            int entries = row == 0 ? 0 : row == 1 ? 150 : random.nextInt(20);
            for (int e = 0; e < entries; e++) {
                float x = random.nextInt(10) == 0 ? 0 : (float) random.nextGaussian();
                builder.add(random.nextInt(fields), random.nextInt(features), x);
            }
            builder.endRow(random.nextInt(2));
        }
        return builder.build();
    }

    /// Clicks that depend on which of 30 users meets which of 30 items, by two hidden tastes: no feature alone tells anything.
    private static FactorRows tastes(long seed, int rows) {
        Random truth = new Random(7);
        double[][] taste = new double[60][2];
        for (double[] each : taste) {
            each[0] = 1.5 * truth.nextGaussian();
            each[1] = 1.5 * truth.nextGaussian();
        }
        Random random = new Random(seed);
        FactorRows.Builder builder = FactorRows.builder();
        for (int row = 0; row < rows; row++) {
            int user = random.nextInt(30);
            int item = 30 + random.nextInt(30);
            double margin = taste[user][0] * taste[item][0] + taste[user][1] * taste[item][1];
            builder.add(0, user, 1).add(1, item, 1);
            builder.endRow(random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0);
        }
        return builder.build();
    }

    private static double meanLoss(FactorModel model, FactorRows rows, FactorParams params) {
        double sum = 0;
        for (int row = 0; row < rows.rows(); row++) {
            sum += params.loss().of(margin(model, rows, row, params), rows.label[row]);
        }
        return sum / rows.rows();
    }

    private static double margin(FactorModel model, FactorRows rows, int row, FactorParams params) {
        int[] field = rows.field == null ? new int[rows.entries()] : rows.field;
        int from = rows.starts[row];
        int to = rows.starts[row + 1];
        return model.margin(rows.index, field, rows.value, from, to, params.scaling());
    }

    private FactorTable table(FactorParams params, FactorRows rows, Random random) {
        FeaturePlaces places = FeaturePlaces.of(rows, rows.features(), true);
        FactorTable table = FactorTable.fresh(params, places, rows.fields());
        tables.add(table);
        for (int feature = 0; feature < rows.features(); feature++) {
            long at = (long) places.of(feature) * table.numbers;
            FactorTable.set(table.linear, at, (float) random.nextGaussian() / 4);
        }
        FactorTable.set(table.bias(0), 0, 0.3f);
        return table;
    }

    @ParameterizedTest
    @CsvSource({
        "linear, logistic, false", "linear, squared, false",
        "fm, logistic, false", "fm, squared, false",
        "fm, logistic, true", "fm, squared, true",
        "ffm, logistic, false", "ffm, squared, false",
        "ffm, logistic, true", "ffm, squared, true"
    })
    void aStepGoesAgainstTheGradientOfTheLossOfTheModelsMargin(
            String kind, String loss, boolean norm) {
        FactorParams params =
                params(
                        "compat",
                        true,
                        "optimizer",
                        "sgd",
                        "kind",
                        kind,
                        "loss",
                        loss,
                        "norm",
                        norm,
                        "k",
                        3,
                        "lr",
                        1,
                        "lambda",
                        0,
                        "init",
                        1);
        FactorRows rows =
                FactorRows.builder().add(0, 1, 0.5f).add(1, 2, 2).add(2, 4, -1).endRow(1).build();
        FactorTable table = table(params, rows, new Random(5));
        FactorModel before = table.model();
        FactorKernel kernel =
                FactorKernel.of(table, new PlacedRows(rows, table, 0), params, false, 0);
        float margin = kernel.margin(0);
        assertThat(margin).isCloseTo((float) margin(before, rows, 0, params), within(1e-5f));
        kernel.step((float) params.loss().slope(margin, 1));
        FactorModel after = table.model();

        float[] was = numbers(before);
        float[] is = numbers(after);
        for (int i = 0; i < was.length; i++) {
            double up = lossWith(before, was, i, 1e-3f, rows, params);
            double down = lossWith(before, was, i, -1e-3f, rows, params);
            double slope = (up - down) / 2e-3;
            assertThat((double) was[i] - is[i]).as("number %d", i).isCloseTo(slope, within(3e-4));
        }
    }

    /// Bias, weights, factors.
    private static float[] numbers(FactorModel model) {
        int pairs = model.fields() * model.k();
        float[] all = new float[1 + model.features() * (1 + pairs)];
        all[0] = model.bias();
        for (int feature = 0; feature < model.features(); feature++) {
            all[1 + feature] = model.weight(feature);
            for (int i = 0; i < pairs; i++) {
                all[1 + model.features() + feature * pairs + i] =
                        model.factor(feature, i / model.k(), i % model.k());
            }
        }
        return all;
    }

    private static double lossWith(
            FactorModel like,
            float[] numbers,
            int at,
            float more,
            FactorRows rows,
            FactorParams p) {
        float[] changed = numbers.clone();
        changed[at] += more;
        int features = like.features();
        float[] linear = java.util.Arrays.copyOfRange(changed, 1, 1 + features);
        float[] factors = java.util.Arrays.copyOfRange(changed, 1 + features, changed.length);
        FactorModel model =
                switch (like.kind()) {
                    case LINEAR -> FactorModel.linear(changed[0], linear);
                    case FM -> FactorModel.fm(changed[0], linear, like.k(), factors);
                    case FFM ->
                            FactorModel.ffm(changed[0], linear, like.fields(), like.k(), factors);
                };
        double stepped = changed[at] - numbers[at]; // as the float took it
        double loss = p.loss().of(margin(model, rows, 0, p), 1);
        double still = p.loss().of(margin(like, rows, 0, p), 1);
        return still + (loss - still) * more / stepped;
    }

    private final List<FactorTable> tables = new ArrayList<>();

    @AfterEach
    void letGo() {
        tables.forEach(FactorTable::close);
    }

    @ParameterizedTest
    @CsvSource({
        "fm, 1, false", "fm, 8, false", "fm, 13, true", "fm, 16, true",
        "ffm, 1, false", "ffm, 4, true", "ffm, 7, false", "ffm, 8, true"
    })
    void vectorsAndTheirPlainTwinLeaveTheSameBits(String kind, int k, boolean norm) {
        assertThat(FactorTrainer.VECTORS).as("--add-modules jdk.incubator.vector").isTrue();
        long seed = System.nanoTime();
        FactorRows rows = anyRows(new Random(seed), 60, 40, 5);
        FactorParams params = params("kind", kind, "k", k, "norm", norm, "lr", 0.3, "init", 1);
        FactorTable plain = table(params, rows, new Random(1));
        FactorTable fast = table(params, rows, new Random(1));
        FactorKernel plainly =
                FactorKernel.of(plain, new PlacedRows(rows, plain, 0), params, false, 0);
        FactorKernel fastly = FactorKernel.of(fast, new PlacedRows(rows, fast, 0), params, true, 0);
        for (int row = 0; row < rows.rows(); row++) {
            float margin = plainly.margin(row);
            assertThat(Float.valueOf(fastly.margin(row))) // equal where both are NaN
                    .as("row %d, seed %d", row, seed)
                    .isEqualTo(Float.valueOf(margin));
            // big slopes at the end, so that infinity and NaN come about
            float slope = row < 55 ? (float) Math.tanh(margin) : 1e30f;
            plainly.step(slope);
            fastly.step(slope);
            long factors = plain.places.size() * plain.stride;
            assertThat(bits(fast.factors, factors))
                    .as("row %d, seed %d", row, seed)
                    .isEqualTo(bits(plain.factors, factors));
            long weights = (long) plain.places.size() * plain.numbers;
            assertThat(bits(fast.linear, weights)).isEqualTo(bits(plain.linear, weights));
        }
    }

    private static float[] bits(long from, long count) {
        return FactorTable.MEMORY
                .asSlice(from, count * Float.BYTES)
                .toArray(ValueLayout.JAVA_FLOAT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FM", "FFM"})
    void findsTheHiddenTastesThatNoFeatureAloneTells(Kind kind) {
        FactorParams linear = params("kind", "linear", "epochs", 10);
        FactorParams pairs =
                params("kind", kind, "k", 4, "epochs", 30, "init", 0.5, "lr", 0.1, "lambda", 1e-4);
        FactorRows rows = tastes(1, 20_000);
        FactorRows later = tastes(2, 4000);
        double alone =
                meanLoss(new FactorTrainer(linear).train(rows, later).model(), later, linear);
        double together =
                meanLoss(new FactorTrainer(pairs).train(rows, later).model(), later, pairs);
        assertThat(alone).isGreaterThan(0.66);
        assertThat(together).isLessThan(0.48); // the truth itself: 0.45
    }

    @ParameterizedTest
    @EnumSource
    void withoutLockFreeEveryNumberOfThreadsGivesTheSameBits(Kind kind) {
        FactorRows rows = tastes(1, 5000);
        FactorRows later = tastes(2, 3000);
        List<float[]> models = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3, 7}) {
            FactorParams params = params("kind", kind, "epochs", 3, "threads", threads, "init", 1);
            FactorFit fit = new FactorTrainer(params).train(rows, later);
            models.add(numbers(fit.model()));
            losses.add(fit.epochs().getLast().validationLoss().getAsDouble());
        }
        for (int i = 1; i < models.size(); i++) {
            assertThat(models.get(i)).isEqualTo(models.getFirst());
            assertThat(losses.get(i)).isEqualTo(losses.getFirst());
        }
    }

    @Test
    void lockFreeThreadsLearnAsWellAsOne() {
        FactorRows rows = tastes(1, 20_000);
        FactorRows later = tastes(2, 4000);
        Map<Integer, Double> losses = new HashMap<>();
        for (int threads : new int[] {1, 3, 16}) {
            FactorParams params =
                    params(
                            "k",
                            4,
                            "epochs",
                            20,
                            "init",
                            0.5,
                            "lr",
                            0.1,
                            "threads",
                            threads,
                            "lock-free",
                            true);
            losses.put(
                    threads,
                    meanLoss(new FactorTrainer(params).train(rows, later).model(), later, params));
        }
        assertThat(losses.get(3)).isCloseTo(losses.get(1), within(0.01));
        assertThat(losses.get(16)).isCloseTo(losses.get(1), within(0.01));
    }

    /// Each of many threads alone would walk as far as all together may.
    @ParameterizedTest
    @CsvSource({
        "linear, adagrad", "fm, adagrad", "ffm, adagrad",
        "linear, ftrl", "fm, ftrl", "ffm, ftrl",
        "linear, sgd", "fm, sgd", "ffm, sgd"
    })
    void manyLockFreeThreadsDoNotGoTooFarWithWhatAllRowsHave(String kind, String optimizer) {
        Random random = new Random(6);
        FactorRows.Builder shown = FactorRows.builder();
        for (int row = 0; row < 20_000; row++) {
            for (int feature = 0; feature < 10; feature++) {
                shown.add(feature, feature, 1);
            }
            shown.endRow(random.nextInt(10) < 9 ? 1 : 0);
        }
        FactorRows rows = shown.build();
        FactorParams params =
                params(
                        "compat",
                        optimizer.equals("sgd"),
                        "optimizer",
                        optimizer,
                        "kind",
                        kind,
                        "epochs",
                        1,
                        "threads",
                        16,
                        "lock-free",
                        true,
                        "lr",
                        optimizer.equals("sgd") ? 0.01 : 0.1);
        double loss = meanLoss(new FactorTrainer(params).train(rows).model(), rows, params);
        assertThat(loss).isCloseTo(0.325, within(0.05)); // what the share alone leaves
    }

    @Test
    void anotherSeedGivesAnotherModel() {
        FactorRows rows = tastes(1, 500);
        float[] one = numbers(new FactorTrainer(params("seed", 1)).train(rows).model());
        float[] two = numbers(new FactorTrainer(params("seed", 2)).train(rows).model());
        assertThat(one).isNotEqualTo(two);
    }

    @Test
    void earlyStoppingGivesBackTheBestEpochAndEndsAfterTheWindow() {
        FactorRows rows = tastes(1, 600); // too few for so many factors: soon it only gets worse
        FactorRows later = tastes(2, 2000);
        FactorParams params =
                params("k", 8, "epochs", 100, "init", 1, "lr", 0.5, "lambda", 0, "stop-window", 2);
        FactorFit fit = new FactorTrainer(params).train(rows, later);
        List<FactorEpoch> epochs = fit.epochs();
        double least =
                epochs.stream()
                        .mapToDouble(e -> e.validationLoss().getAsDouble())
                        .min()
                        .getAsDouble();
        assertThat(epochs.get(fit.bestEpoch() - 1).validationLoss().getAsDouble()).isEqualTo(least);
        assertThat(meanLoss(fit.model(), later, params)).isCloseTo(least, within(1e-5));
        assertThat(epochs).hasSizeLessThan(100);
        int n = epochs.size();
        for (int i = n - 3; i < n; i++) { // 2 and one more, each worse than the one before
            assertThat(epochs.get(i).validationLoss().getAsDouble())
                    .isGreaterThanOrEqualTo(epochs.get(i - 1).validationLoss().getAsDouble());
        }
    }

    @Test
    void withoutEarlyStoppingTheLastEpochStays() {
        FactorRows rows = tastes(1, 600);
        FactorRows later = tastes(2, 500);
        FactorParams params =
                params("epochs", 30, "init", 1, "lr", 0.5, "lambda", 0, "early-stopping", false);
        FactorFit fit = new FactorTrainer(params).train(rows, later);
        assertThat(fit.epochs()).hasSize(30);
        assertThat(fit.bestEpoch()).isEqualTo(30);
        assertThat(meanLoss(fit.model(), later, params))
                .isCloseTo(fit.epochs().getLast().validationLoss().getAsDouble(), within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"linear, adagrad", "fm, adagrad", "ffm, adagrad", "fm, ftrl", "ffm, ftrl"})
    void goingOnFromAModelWithItsStateIsAsIfTrainingHadNotPaused(String kind, String optimizer) {
        FactorRows rows = tastes(1, 1000);
        FactorParams once = params("kind", kind, "opt", optimizer, "epochs", 1, "init", 1, "k", 3);
        FactorFit first = new FactorTrainer(once).keepState().train(rows);
        FactorTrainer again = new FactorTrainer(once).startFrom(first.model(), first.state().get());
        float[] resumed = numbers(again.keepState().train(rows).model());

        // the same, by hand, on one table that is never unpacked
        FeaturePlaces places = FeaturePlaces.of(rows, rows.features(), false);
        FactorTable table = FactorTable.fresh(once, places, rows.fields());
        tables.add(table);
        FactorKernel kernel = FactorKernel.of(table, new PlacedRows(rows, table, 0), once, true, 0);
        for (int epoch = 0; epoch < 2; epoch++) {
            RowOrder order = new RowOrder(rows.rows(), 0, 1, once.seed());
            order.shuffle();
            for (int i = 0; i < rows.rows(); i++) {
                float label = rows.label[order.at(i)];
                float margin = kernel.margin(order.at(i));
                kernel.step((float) once.loss().slope(margin, label));
            }
        }
        assertThat(resumed).isEqualTo(numbers(table.model()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "fm", "ffm"})
    void aWarmStartKeepsWhatItKnowsAndTakesInNewFeaturesAndFields(String kind) {
        FactorRows yesterday = tastes(1, 5000);
        FactorParams params = params("kind", kind, "epochs", 3, "init", 0.5, "k", 4);
        FactorModel old = new FactorTrainer(params).train(yesterday).model();
        FactorRows.Builder today = FactorRows.builder();
        for (int row = 0;
                row < 400;
                row++) { // feature 75 is always clicked, old ones are not shown
            today.add(2, row % 2 == 0 ? 75 : 76, 1).endRow(row % 2 == 0 ? 1 : 0);
        }
        FactorModel grown = new FactorTrainer(params).startFrom(old).train(today.build()).model();
        assertThat(grown.features()).isEqualTo(77);
        assertThat(grown.fields()).isEqualTo(kind.equals("ffm") ? 3 : 1);
        assertThat(grown.weight(75)).isGreaterThan(0.2f);
        for (int feature = 0; feature < old.features(); feature++) {
            assertThat(grown.weight(feature)).isEqualTo(old.weight(feature));
            for (int field = 0; field < old.fields() && old.k() > 0; field++) {
                assertThat(grown.factor(feature, field, 3))
                        .isEqualTo(old.factor(feature, field, 3));
            }
        }
    }

    @Test
    void aModelOfAnotherShapeIsNoStart() {
        FactorModel linear = FactorModel.linear(0, new float[3]);
        FactorTrainer trainer = new FactorTrainer(params("kind", "fm", "k", 8)).startFrom(linear);
        assertThatThrownBy(() -> trainer.train(tastes(1, 10)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("fm with k 8 cannot go on from linear with k 0");
    }

    @Test
    void aWeightCountsAsSoManyRows() {
        FactorRows.Builder weighted = FactorRows.builder();
        FactorRows.Builder repeated = FactorRows.builder();
        FactorRows few = tastes(3, 300);
        for (int row = 0; row < few.rows(); row++) {
            int times = 1 + row % 3;
            for (int time = 0; time < times; time++) {
                copy(few, row, repeated).endRow(few.label[row]);
            }
            copy(few, row, weighted).endRow(few.label[row], times);
        }
        FactorParams params =
                params(
                        "compat", true, "opt", "sgd", "kind", "linear", "lr", 0.003, "lambda", 0,
                        "epochs", 300);
        FactorFit one = new FactorTrainer(params).train(weighted.build());
        FactorFit many = new FactorTrainer(params).train(repeated.build());
        // one step of three times the slope is nearly three steps, where steps are small
        for (int feature = 0; feature < 60; feature++) {
            assertThat(one.model().weight(feature))
                    .isCloseTo(many.model().weight(feature), within(0.05f));
        }
        assertThat(one.epochs().getLast().trainLoss())
                .isCloseTo(many.epochs().getLast().trainLoss(), within(0.002));
    }

    @Test
    void thePositiveWeightIsAWeightOfTheClickedRows() {
        FactorRows plain = tastes(3, 300);
        FactorRows.Builder weighted = FactorRows.builder();
        for (int row = 0; row < plain.rows(); row++) {
            copy(plain, row, weighted).endRow(plain.label[row], plain.label[row] > 0 ? 4 : 1);
        }
        float[] byClass =
                numbers(new FactorTrainer(params("positive-weight", 4)).train(plain).model());
        float[] byRow = numbers(new FactorTrainer(params()).train(weighted.build()).model());
        assertThat(byClass).isEqualTo(byRow);
    }

    private static FactorRows.Builder copy(FactorRows from, int row, FactorRows.Builder to) {
        for (int e = from.starts[row]; e < from.starts[row + 1]; e++) {
            to.add(from.field[e], from.index[e], 1);
        }
        return to;
    }

    @Test
    void aLossThatIsNoLongerFiniteStopsTheTrainingAndNamesEpochAndRow() {
        FactorRows.Builder rows = FactorRows.builder();
        for (int row = 0; row < 50; row++) {
            rows.add(0, row % 5, 1e15f).add(1, 5 + row % 7, -1e15f).endRow(row);
        }
        FactorParams params =
                params(
                        "compat", true, "kind", "fm", "loss", "squared", "opt", "sgd", "norm",
                        false);
        assertThatThrownBy(() -> new FactorTrainer(params).train(rows.build()))
                .isInstanceOf(TrainingException.class)
                .hasMessageMatching(
                        "fm: the loss became (Infinity|NaN) in epoch 1 at row \\d+ \\(from 0\\);"
                                + " lower the learning rate \\(0.2\\), or scale values to order 1");
    }

    @Test
    void withoutRowsThereIsNothingToLearn() {
        assertThatThrownBy(() -> new FactorTrainer(params()).train(FactorRows.builder().build()))
                .hasMessage("fm: there are no rows to learn from");
    }

    @Test
    void featuresThatOnlyTheValidationRowsHaveAddNothing() {
        FactorRows rows = tastes(1, 200);
        FactorRows.Builder strange = FactorRows.builder();
        strange.add(0, 1, 1).add(1, 40, 1).endRow(1);
        strange.add(0, 1, 1).add(1, 40, 1).add(7, 1_000_000, 1).endRow(1);
        FactorRows later = strange.build();
        for (Kind kind : Kind.values()) {
            FactorParams params = params("kind", kind, "epochs", 1);
            FactorFit fit = new FactorTrainer(params).train(rows, later);
            assertThat(fit.model().features()).isEqualTo(60);
            double known = params.loss().of(margin(fit.model(), later, 0, params), 1);
            assertThat(fit.epochs().getFirst().validationLoss().getAsDouble())
                    .isCloseTo(known, within(0.005));
        }
    }

    @Test
    void aFeatureThatNoTrainingRowHasAddsNothingToARowThatHasItOneDay() {
        FactorRows.Builder gap = FactorRows.builder();
        gap.add(0, 0, 1).add(1, 2, 1).endRow(1);
        gap.add(0, 0, 1).add(1, 3, 1).endRow(0);
        FactorRows training = gap.build();
        for (Kind kind : Kind.values()) {
            FactorParams params = params("kind", kind, "epochs", 3);
            FactorModel before =
                    new FactorTrainer(params)
                            .train(FactorRows.builder().add(0, 0, 1).endRow(1).build())
                            .model();
            FactorRows rows =
                    FactorRows.builder()
                            .add(0, 0, 1)
                            .add(1, 2, 1)
                            .endRow(1)
                            .add(0, 0, 1)
                            .add(1, 2, 1)
                            .add(1, 1, 1)
                            .endRow(1)
                            .build();
            for (FactorTrainer trainer :
                    List.of(
                            new FactorTrainer(params),
                            new FactorTrainer(params).startFrom(before))) {
                FactorModel model = trainer.train(training).model();
                assertThat(model.features()).isEqualTo(4);
                assertThat(margin(model, rows, 1, params))
                        .isEqualTo(margin(model, rows, 0, params));
            }
        }
    }

    @Test
    void theListenerIsToldOfEveryEpoch() {
        List<FactorEpoch> told = new ArrayList<>();
        FactorFit fit =
                new FactorTrainer(params("epochs", 4)).listener(told::add).train(tastes(1, 100));
        assertThat(told).isEqualTo(fit.epochs()).hasSize(4);
        assertThat(told.getLast().epoch()).isEqualTo(4);
        assertThat(told.getLast().validationLoss()).isEmpty();
    }

    @Test
    void everyParameterOutOfRangeAndEveryUnknownNameIsToldAtOnce() {
        assertThatThrownBy(() -> params("k", 0, "lr", -1, "epoch", 0, "opt", "sgd"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContainingAll(
                        "k is 0",
                        "learning-rate is -1",
                        "epochs is 0",
                        "sgd, which is there under");
        assertThatThrownBy(() -> params("depth", 3, "kind", "gbdt"))
                .hasMessageContainingAll("depth is not a parameter", "\"gbdt\" is not one of");
    }

    @Test
    void xlearnsNamesAndDefaultsAreTaken() {
        FactorParams params =
                params(
                        "compat",
                        true,
                        "opt",
                        "ftrl",
                        "lr",
                        0.3,
                        "epoch",
                        7,
                        "lambda_1",
                        0.5,
                        "nthread",
                        2);
        assertThat(params.optimizer()).isEqualTo(FactorOptimizer.FTRL);
        assertThat(params.learningRate()).isEqualTo(0.3);
        assertThat(params.epochs()).isEqualTo(7);
        assertThat(params.lambda1()).isEqualTo(0.5);
        assertThat(params.threads()).isEqualTo(2);
        assertThat(params.k()).isEqualTo(4);
        assertThat(params.norm()).isTrue();
        assertThat(params.init()).isEqualTo(0.66);
    }
}
