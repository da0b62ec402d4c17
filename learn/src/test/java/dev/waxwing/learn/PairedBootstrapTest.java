package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

class PairedBootstrapTest {
    private static final int USERS = 80;
    private final PairedBootstrap bootstrap = new PairedBootstrap(400, 0.95, 11);
    private final int[] users = new int[1600];
    private final float[] labels = new float[1600];
    private final double[] good = new double[1600];
    private final double[] noisy = new double[1600];

    PairedBootstrapTest() {
        Random random = new Random(5);
        for (int i = 0; i < users.length; i++) {
            users[i] = random.nextInt(USERS);
            double p = random.nextInt(50) / 50.0;
            labels[i] = random.nextDouble() < p ? 1 : 0;
            good[i] = p;
            noisy[i] = Math.min(1, Math.max(0, p * 0.3 + 0.7 * random.nextDouble()));
        }
    }

    @Test
    void aModelComparedWithItselfDiffersByNothing() {
        Interval same = bootstrap.auc(users, labels, good, good);
        assertThat(same).isEqualTo(new Interval(0, 0, 0, 0.95, 400, 0));
    }

    @Test
    void theBetterModelIsSeenInEveryMetric() {
        Interval auc = bootstrap.auc(users, labels, good, noisy);
        assertThat(auc.difference())
                .isCloseTo(Metrics.auc(good, labels) - Metrics.auc(noisy, labels), within(1e-12));
        assertThat(auc.aboveZero()).isTrue();
        assertThat(auc.low()).isLessThan(auc.difference());
        assertThat(auc.high()).isGreaterThan(auc.difference());

        Interval gauc = bootstrap.gauc(users, labels, good, noisy);
        assertThat(gauc.difference())
                .isCloseTo(
                        Metrics.gauc(good, labels, users).value()
                                - Metrics.gauc(noisy, labels, users).value(),
                        within(1e-12));
        assertThat(gauc.aboveZero()).isTrue();

        Interval logloss = bootstrap.logloss(users, labels, good, noisy);
        assertThat(logloss.difference())
                .isCloseTo(
                        Metrics.logloss(good, labels) - Metrics.logloss(noisy, labels),
                        within(1e-12));
        assertThat(logloss.belowZero()).isTrue();
    }

    @Test
    void theSameSeedGivesTheSameBitsAndAnotherSeedAnotherInterval() {
        Interval once = bootstrap.auc(users, labels, good, noisy);
        assertThat(new PairedBootstrap(400, 0.95, 11).auc(users, labels, good, noisy))
                .isEqualTo(once);
        assertThat(new PairedBootstrap(400, 0.95, 12).auc(users, labels, good, noisy).low())
                .isNotEqualTo(once.low());
    }

    @Test
    void resamplesAreWhatCopyingTheRowsOfDrawnUsersGives() {
        SplittableRandom random = new SplittableRandom(11);
        double[] differences = new double[400];
        for (int r = 0; r < differences.length; r++) {
            int[] times = new int[USERS];
            for (int n = 0; n < USERS; n++) {
                times[random.nextInt(USERS)]++;
            }
            int total = 0;
            for (int user : users) {
                total += times[user];
            }
            double[] a = new double[total];
            double[] b = new double[total];
            float[] l = new float[total];
            int at = 0;
            for (int i = 0; i < users.length; i++) {
                for (int copy = 0; copy < times[users[i]]; copy++) {
                    a[at] = good[i];
                    b[at] = noisy[i];
                    l[at++] = labels[i];
                }
            }
            differences[r] = Metrics.auc(a, l) - Metrics.auc(b, l);
        }
        Arrays.sort(differences);
        Interval interval = bootstrap.auc(users, labels, good, noisy);
        double position = 0.025 * 399;
        int below = (int) position;
        double low =
                differences[below]
                        + (position - below) * (differences[below + 1] - differences[below]);
        assertThat(interval.low()).isCloseTo(low, within(1e-12));
    }

    @Test
    void meansOfPerUserSumsAreComparedAsRatiosOfSums() {
        double[] hits = {3, 0, 2, 1, 1, 2, 0, 4};
        double[] fewer = {2, 0, 1, 0, 0, 1, 0, 3};
        double[] pairs = {5, 4, 6, 3, 2, 7, 1, 8};
        Interval interval = bootstrap.means(hits, fewer, pairs);
        assertThat(interval.difference()).isCloseTo((13.0 - 7.0) / 36, within(1e-15));
        assertThat(interval.aboveZero()).isTrue();
    }

    @Test
    void aTrueDifferenceOfNothingIsCoveredAboutAsOftenAsTheLevelSays() {
        int covered = 0;
        Random random = new Random(17);
        for (int trial = 0; trial < 200; trial++) {
            double[] a = new double[60];
            double[] b = new double[60];
            double[] one = new double[60];
            for (int user = 0; user < 60; user++) {
                a[user] = random.nextGaussian();
                b[user] = random.nextGaussian();
                one[user] = 1;
            }
            Interval interval = new PairedBootstrap(200, 0.9, trial).means(a, b, one);
            covered += interval.low() <= 0 && interval.high() >= 0 ? 1 : 0;
        }
        assertThat(covered).isBetween(165, 195); // 180 expected, standard deviation 4.2
    }

    @Test
    void resamplesWithoutBothLabelsAreCountedAndLeftOut() {
        int[] two = {0, 0, 1, 1};
        float[] oneUserClicks = {1, 0, 0, 0};
        double[] scores = {0.9, 0.1, 0.2, 0.3};
        Interval interval = bootstrap.auc(two, oneUserClicks, scores, scores);
        assertThat(interval.undefined()).isBetween(60, 140); // user 1 twice: a quarter of the draws
        assertThat(interval.resamples() + interval.undefined()).isEqualTo(400);
    }

    @Test
    void unequalRowsAndTooFewResamplesAreRefused() {
        assertThatThrownBy(() -> bootstrap.auc(users, labels, good, new double[3]))
                .hasMessage(
                        "a paired comparison needs the same rows on both sides, got 1600 and 3");
        assertThatThrownBy(() -> new PairedBootstrap(10, 0.95, 0))
                .hasMessage("an interval takes at least 100 resamples, got 10");
    }
}
