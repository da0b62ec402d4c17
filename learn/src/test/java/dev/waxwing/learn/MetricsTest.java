package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Random;

class MetricsTest {
    @Test
    void aucCountsATieAsHalfARightPair() {
        // pairs: .8>.4 yes, .8>.1 yes, .4=.4 half, .4>.1 yes: 3.5 of 4
        double[] scores = {0.8, 0.4, 0.4, 0.1};
        float[] labels = {1, 1, 0, 0};
        assertThat(Metrics.auc(scores, labels)).isEqualTo(3.5 / 4);
    }

    @Test
    void aucIsTheShareOfRightPairsOnRandomScoresWithManyTies() {
        Random random = new Random(7);
        for (int trial = 0; trial < 50; trial++) {
            int n = 2 + random.nextInt(60);
            double[] scores = new double[n];
            float[] labels = new float[n];
            for (int i = 0; i < n; i++) {
                scores[i] = random.nextInt(8) / 8.0;
                labels[i] = random.nextInt(3) == 0 ? 1 : 0;
            }
            double right = 0;
            double pairs = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (labels[i] == 1 && labels[j] == 0) {
                        pairs++;
                        right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    }
                }
            }
            if (pairs == 0) {
                assertThat(Metrics.auc(scores, labels)).isNaN();
            } else {
                assertThat(Metrics.auc(scores, labels)).isCloseTo(right / pairs, within(1e-12));
            }
        }
    }

    @Test
    void aucTakesMinusZeroAndZeroForOneScore() {
        assertThat(Metrics.auc(new double[] {0.0, -0.0}, new float[] {1, 0})).isEqualTo(0.5);
        assertThat(Metrics.auc(new double[] {-0.0, 0.0}, new float[] {1, 0})).isEqualTo(0.5);
    }

    @Test
    void metricsThatTheRowsDoNotDefineAreNotANumber() {
        double[] scores = {0.1, 0.2};
        float[] clicked = {1, 1};
        assertThat(Metrics.auc(scores, clicked)).isNaN();
        assertThat(Metrics.ks(scores, clicked)).isNaN();
        assertThat(Metrics.normalizedEntropy(scores, clicked)).isNaN();
        assertThat(Metrics.gauc(scores, clicked, new int[] {0, 0}).value()).isNaN();
        assertThat(Metrics.auc(new double[0], new float[0])).isNaN();
    }

    @Test
    void gaucWeighsUsersByTheirRowsAndSaysWhomItLeftOut() {
        // user 0: AUC 1 over 2 rows; user 1: AUC 0 over 4 rows (2 right of ... none); users 2 and
        // 4: one class
        int[] users = {0, 0, 1, 1, 1, 1, 2, 2, 2, 4};
        double[] scores = {0.9, 0.1, 0.1, 0.2, 0.8, 0.9, 0.5, 0.6, 0.7, 0.3};
        float[] labels = {1, 0, 1, 1, 0, 0, 1, 1, 1, 0};
        Gauc gauc = Metrics.gauc(scores, labels, users);
        assertThat(gauc).isEqualTo(new Gauc((2 * 1.0 + 4 * 0.0) / 6, 2, 2, 6, 4));
    }

    @Test
    void gaucEqualsTheAveragedAucOfEachUser() {
        Random random = new Random(3);
        int n = 500;
        int[] users = new int[n];
        double[] scores = new double[n];
        float[] labels = new float[n];
        for (int i = 0; i < n; i++) {
            users[i] = random.nextInt(30);
            scores[i] = random.nextInt(20) / 20.0;
            labels[i] = random.nextInt(4) == 0 ? 1 : 0;
        }
        double sum = 0;
        int rows = 0;
        for (int user = 0; user < 30; user++) {
            int who = user;
            int[] mine =
                    java.util.stream.IntStream.range(0, n).filter(i -> users[i] == who).toArray();
            double[] s = new double[mine.length];
            float[] l = new float[mine.length];
            for (int i = 0; i < mine.length; i++) {
                s[i] = scores[mine[i]];
                l[i] = labels[mine[i]];
            }
            double auc = Metrics.auc(s, l);
            if (!Double.isNaN(auc)) {
                sum += auc * mine.length;
                rows += mine.length;
            }
        }
        assertThat(Metrics.gauc(scores, labels, users).value())
                .isCloseTo(sum / rows, within(1e-12));
    }

    @Test
    void loglossIsTheMeanSurpriseAndSurvivesCertainty() {
        double[] scores = {0.5, 0.25};
        float[] labels = {1, 0};
        double expected = -(Math.log(0.5) + Math.log(0.75)) / 2;
        assertThat(Metrics.logloss(scores, labels)).isCloseTo(expected, within(1e-15));
        assertThat(Metrics.logloss(new double[] {0}, new float[] {1}))
                .isCloseTo(-Math.log(1e-15), within(1e-9));
    }

    @Test
    void normalizedEntropyIsOneForTheShareOfClicks() {
        double[] scores = {0.25, 0.25, 0.25, 0.25};
        float[] labels = {1, 0, 0, 0};
        assertThat(Metrics.normalizedEntropy(scores, labels)).isCloseTo(1, within(1e-12));
    }

    @Test
    void ksIsTheWidestGapBetweenTheTwoCurves() {
        double[] scores = {0.9, 0.8, 0.7, 0.6, 0.5};
        float[] labels = {1, 1, 0, 1, 0};
        // below 0.75: 1/3 of the clicked and all of the others
        assertThat(Metrics.ks(scores, labels)).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(Metrics.ks(new double[] {0.5, 0.5}, new float[] {1, 0})).isZero();
    }

    @Test
    void calibrationCutsRowsIntoEqualBinsAndKeepsTiesTogether() {
        double[] scores = {0.1, 0.2, 0.2, 0.2, 0.4, 0.9};
        float[] labels = {0, 0, 1, 0, 1, 1};
        Calibration calibration = Metrics.calibration(scores, labels, 3);
        assertThat(calibration.actual()).isEqualTo(0.5);
        assertThat(calibration.predicted()).isCloseTo(2.0 / 6, within(1e-12));
        assertThat(calibration.ratio()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(calibration.bins()).hasSize(2);
        assertThat(calibration.bins().get(0).rows()).isEqualTo(4);
        assertThat(calibration.bins().get(0).low()).isEqualTo(0.1);
        assertThat(calibration.bins().get(0).high()).isEqualTo(0.2);
        assertThat(calibration.bins().get(0).actual()).isEqualTo(0.25);
        assertThat(calibration.bins().get(1).rows()).isEqualTo(2);
        assertThat(calibration.bins().get(1).predicted()).isCloseTo(0.65, within(1e-12));
    }

    @Test
    void badScoresAndLabelsAreNamedByRow() {
        assertThatThrownBy(() -> Metrics.auc(new double[] {0.1, Double.NaN}, new float[] {1, 0}))
                .hasMessage("the score of row 1 is NaN");
        assertThatThrownBy(() -> Metrics.auc(new double[] {0.1, 0.2}, new float[] {1, 2}))
                .hasMessage("a label is 0 or 1, got 2.0 in row 1");
        assertThatThrownBy(() -> Metrics.auc(new double[] {0.1, 0.2}, new float[] {1}))
                .hasMessage("there are 1 labels for 2 rows");
        assertThatThrownBy(() -> Metrics.logloss(new double[] {1.5}, new float[] {1}))
                .hasMessage("a probability is in [0, 1], got 1.5");
        assertThatThrownBy(
                        () ->
                                Metrics.gauc(
                                        new double[] {1, 2}, new float[] {1, 0}, new int[] {0, -1}))
                .hasMessage("a user is a number from 0 on, got -1 in row 1");
    }

    @Test
    void ndcgRewardsEarlyHitsAgainstTheBestPossibleList() {
        int[] ranked = {4, 7, 9};
        // wanted: 7 and one item that is not listed
        double gain = 1 / (Math.log(3) / Math.log(2));
        double ideal = 1 + 1 / (Math.log(3) / Math.log(2));
        assertThat(RankMetrics.ndcg(ranked, item -> item == 7, 2, 3))
                .isCloseTo(gain / ideal, within(1e-12));
        assertThat(RankMetrics.ndcg(ranked, item -> item == 4, 1, 3)).isEqualTo(1);
        assertThat(RankMetrics.hits(ranked, item -> item != 4, 2)).isEqualTo(1);
        assertThat(RankMetrics.hit(ranked, item -> item == 9, 2)).isZero();
        assertThat(RankMetrics.hit(ranked, item -> item == 9, 20)).isEqualTo(1);
        assertThatThrownBy(() -> RankMetrics.ndcg(ranked, _ -> false, 0, 3))
                .hasMessage("NDCG exists for users who wanted at least 1 item, got 0");
    }
}
