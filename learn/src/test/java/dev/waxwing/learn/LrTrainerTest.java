package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.FactorModel;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Random;

class LrTrainerTest {
    private static LrParams params(LrPenalty penalty, double level) {
        return new LrParams(penalty, level, 2000, 1e-15, 1);
    }

    /// 400 rows of 3 one-hot groups and one number.
    private static SparseRows rows(Random random, float[] labels) {
        SparseRows.Builder rows = SparseRows.builder(12);
        double[] truth = {1, -1, 0.5, 0, -0.5, 2, -2, 0.3, 0, 0, 0};
        for (int row = 0; row < labels.length; row++) {
            int a = random.nextInt(4);
            int b = 4 + random.nextInt(4);
            int c = 8 + random.nextInt(3);
            float x = (float) random.nextGaussian();
            rows.add(a).add(b).add(c).add(11, x).endRow();
            double margin = truth[a] + truth[b] + truth[c] + 0.8 * x - 0.5;
            labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
        }
        return rows.build();
    }

    @Test
    void withoutPenaltyAOneHotColumnLearnsTheLogOddsOfItsRows() {
        // group A: 3 of 4 clicked, group B: 1 of 4
        SparseRows.Builder rows = SparseRows.builder(1);
        float[] labels = {1, 1, 1, 0, 1, 0, 0, 0};
        for (int row = 0; row < 8; row++) {
            if (row < 4) {
                rows.add(0);
            }
            rows.endRow();
        }
        LrModel model = LrTrainer.train(rows.build(), labels, params(LrPenalty.NONE, 0));
        assertThat(model.intercept()).isCloseTo(Math.log(1 / 3.0), within(1e-6));
        assertThat(model.coefficients()[0])
                .isCloseTo(Math.log(3) - Math.log(1 / 3.0), within(1e-6));
        assertThat(model.converged()).isTrue();
    }

    @Test
    void underL2EveryCoefficientBalancesItsRowsAgainstThePenalty() {
        float[] labels = new float[400];
        SparseRows rows = rows(new Random(1), labels);
        LrModel model = LrTrainer.train(rows, labels, params(LrPenalty.L2, 2));
        double[] pull = pull(model, rows, labels);
        for (int c = 0; c < 12; c++) {
            assertThat(pull[c]).isCloseTo(-2 * model.coefficients()[c], within(1e-4));
        }
        assertThat(pull[12]).as("the intercept is not penalised").isCloseTo(0, within(1e-4));
    }

    @Test
    void underL1ACoefficientIsZeroExactlyWhereTheRowsPullLessThanThePenalty() {
        float[] labels = new float[400];
        SparseRows rows = rows(new Random(2), labels);
        LrModel model = LrTrainer.train(rows, labels, params(LrPenalty.L1, 6));
        double[] pull = pull(model, rows, labels);
        int zeros = 0;
        for (int c = 0; c < 12; c++) {
            double w = model.coefficients()[c];
            if (w == 0) {
                zeros++;
                assertThat(Math.abs(pull[c])).isLessThanOrEqualTo(6 + 1e-3);
            } else {
                assertThat(pull[c]).isCloseTo(-6 * Math.signum(w), within(1e-3));
            }
        }
        assertThat(zeros).isBetween(2, 10);
    }

    /// Derivative of the summed log loss by each coefficient, the intercept last.
    private static double[] pull(LrModel model, SparseRows rows, float[] labels) {
        double[] p = model.predict(rows);
        double[] residuals = new double[p.length];
        double[] pull = new double[rows.features() + 1];
        for (int row = 0; row < p.length; row++) {
            residuals[row] = p[row] - labels[row];
            pull[rows.features()] += residuals[row];
        }
        rows.addGradient(0, residuals, pull);
        return pull;
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        float[] labels = new float[30_000];
        SparseRows rows = rows(new Random(3), labels);
        LrModel one = LrTrainer.train(rows, labels, new LrParams(LrPenalty.L2, 1, 30, 1e-9, 1));
        LrModel three = LrTrainer.train(rows, labels, new LrParams(LrPenalty.L2, 1, 30, 1e-9, 3));
        assertThat(three.coefficients()).isEqualTo(one.coefficients());
        assertThat(three.intercept()).isEqualTo(one.intercept());
    }

    @Test
    void aColumnThatIsNeverActiveStaysAtZero() {
        SparseRows rows =
                SparseRows.builder(3).add(0).endRow().add(1).endRow().add(0).endRow().build();
        for (LrPenalty penalty : LrPenalty.values()) {
            LrParams few = new LrParams(penalty, 1, 20, 1e-6, 1);
            LrModel model = LrTrainer.train(rows, new float[] {1, 0, 0}, few);
            assertThat(model.coefficients()[2]).isZero();
        }
    }

    @Test
    void theEndIsReachedWhenAnIterationGainsLessThanEpsilonOrIterationsRunOut() {
        float[] labels = new float[400];
        SparseRows rows = rows(new Random(4), labels);
        LrModel early = LrTrainer.train(rows, labels, new LrParams(LrPenalty.L2, 1, 2, 1e-9, 1));
        assertThat(early.iterations()).isEqualTo(2);
        assertThat(early.converged()).isFalse();
        LrModel full = LrTrainer.train(rows, labels, LrParams.DEFAULTS);
        assertThat(full.converged()).isTrue();
        assertThat(full.iterations()).isLessThan(100);
        assertThat(full.objective()).isLessThan(early.objective());
    }

    @Test
    void labelsOfOneKindAreRefused() {
        SparseRows rows = SparseRows.builder(1).add(0).endRow().add(0).endRow().build();
        assertThatThrownBy(() -> LrTrainer.train(rows, new float[] {1, 1}, LrParams.DEFAULTS))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("lr: all 2 labels are 1, there is nothing to tell apart");
    }

    @Test
    void paiNamesAreTakenAndUnknownNamesAnsweredWithTheKnownOnes() {
        LrParams params =
                LrParams.of(
                        Map.of(
                                "regularizedType", "l1",
                                "regularizedLevel", "0.5",
                                "maxIter", 50));
        assertThat(params).isEqualTo(new LrParams(LrPenalty.L1, 0.5, 50, 1e-6, 1));
        assertThat(LrParams.of(Map.of("regularizedType", "None")).penalty())
                .isEqualTo(LrPenalty.NONE);
        assertThatThrownBy(
                        () ->
                                LrParams.of(
                                        Map.of("goodValue", "1", "penalty", "l3", "maxIter", "x")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("penalty: \"l3\" is not one of none, l1, l2")
                .hasMessageContaining("iterations: \"x\" is not a number")
                .hasMessageContaining(
                        "goodValue is not a parameter; known are epsilon, iterations, penalty,"
                                + " penalty-level, threads and, as other names of these, maxIter,"
                                + " regularizedLevel, regularizedType");
    }

    @Test
    void columnsOutOfOrderOrRangeAreRefused() {
        assertThatThrownBy(() -> SparseRows.builder(3).add(2).add(1))
                .hasMessage("columns of a row ascend, but row 0 names 1 after 2");
        assertThatThrownBy(() -> SparseRows.builder(3).add(3))
                .hasMessage("row 0 names column 3, there are columns 0 to 2");
        assertThatThrownBy(() -> SparseRows.builder(3).add(0, Float.POSITIVE_INFINITY))
                .hasMessage("row 0 column 0 is Infinity, not finite");
    }

    @Test
    void rowsWithWeightsGiveWhatRepeatedRowsGiveAndTheLabelThatCountsIsNamed() {
        Random random = new Random(4);
        FactorRows.Builder weighted = FactorRows.builder();
        FactorRows.Builder repeated = FactorRows.builder();
        for (int row = 0; row < 300; row++) {
            int a = random.nextInt(4);
            float x = (float) random.nextGaussian();
            float label = random.nextDouble() < 0.2 + a * 0.15 ? 7 : 3;
            int times = 1 + random.nextInt(3);
            weighted.add(a).add(0, 4, x).endRow(label, times);
            for (int time = 0; time < times; time++) {
                repeated.add(a).add(0, 4, x).endRow(label);
            }
        }
        LrParams params = params(LrPenalty.L1, 3);
        FactorModel one = LrTrainer.train(weighted.build(), 7, params);
        FactorRows rows = repeated.build();
        FactorModel many = LrTrainer.train(rows, 7, params);
        FactorModel other = LrTrainer.train(rows, 3, params);
        assertThat(one.bias()).isCloseTo(many.bias(), within(2e-3f));
        for (int feature = 0; feature < 5; feature++) {
            float weight = many.weight(feature);
            assertThat(one.weight(feature)).isCloseTo(weight, within(2e-3f));
            assertThat(other.weight(feature)).isCloseTo(-weight, within(2e-3f));
        }
        assertThatThrownBy(() -> LrTrainer.train(rows, 1, params))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("positive label 1.0: all");
    }
}
