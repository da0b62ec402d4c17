package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/// Known answers of public sets; each test names its set, metric and floor.
class PublicDataTest {
    @Test
    void logisticRegressionReaches90PercentAucAnd85PercentAccuracyOnA9a() throws IOException {
        var train =
                new SharedData.OneHot(
                        SharedData.lines("binary-tabular/a9a.train.libsvm.gz"), 1, 123);
        var test =
                new SharedData.OneHot(SharedData.lines("binary-tabular/a9a.test.dummy.gz"), 0, 123);
        for (LrPenalty penalty : new LrPenalty[] {LrPenalty.L1, LrPenalty.L2}) {
            LrParams params = new LrParams(penalty, 1, 100, 1e-6, 1);
            LrModel model = LrTrainer.train(train.rows, train.labels, params);
            double[] scores = model.predict(test.rows);
            int right = 0;
            for (int row = 0; row < scores.length; row++) {
                right += scores[row] > 0.5 == (test.labels[row] == 1) ? 1 : 0;
            }
            assertThat(model.converged()).isTrue();
            assertThat(Metrics.auc(scores, test.labels)).as("AUC %s", penalty).isGreaterThan(0.900);
            assertThat((double) right / scores.length).as("accuracy").isGreaterThan(0.849);
        }
    }

    @Test
    void logisticRegressionTellsMushroomsApartAlmostPerfectly() throws IOException {
        var train =
                new SharedData.OneHot(
                        SharedData.lines("binary-tabular/agaricus.train.libsvm.gz"), 0, 127);
        var test =
                new SharedData.OneHot(
                        SharedData.lines("binary-tabular/agaricus.test.libsvm.gz"), 0, 127);
        LrModel model = LrTrainer.train(train.rows, train.labels, LrParams.DEFAULTS);
        assertThat(Metrics.auc(model.predict(test.rows), test.labels)).isGreaterThan(0.9999);
    }

    @Test
    void boostedTreesReachThePublicExamplesAucOnHiggs() throws IOException {
        var train =
                new SharedData.Numbers(
                        SharedData.lines("binary-tabular/higgs_binary.train.tsv.gz"));
        var test =
                new SharedData.Numbers(SharedData.lines("binary-tabular/higgs_binary.test.tsv.gz"));
        GbdtModel model = GbdtTrainer.train(train.rows, train.labels, GbdtParams.DEFAULTS);
        assertThat(Metrics.auc(model.predict(test.rows), test.labels)).isGreaterThan(0.82);
    }
}
