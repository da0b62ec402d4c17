package dev.waxwing.bench.neighbours;

import dev.waxwing.learn.Interactions;

import java.util.Arrays;
import java.util.Random;

/// Made-up acts of users with tastes: there are 50 groups of users and of items, and 7 of 10 items that a user meets are
/// of their own group.
///
/// How many items a user has, and how popular an item is, are log-normal, the former with a mean of `meanDegree` and at
/// most 12 times that. With 100 000 users, 20 000 items and a mean of 50 an item has up to about 10 000 users, and
/// 4.7 · 10⁸ ordered pairs of items meet at a user. Each pair of user and item is there once, at some second of 90 days.
///
/// @param users how many; items likewise
/// @param seed the same seed gives the same acts
record TasteGroups(int users, int items, int meanDegree, long seed) {
    private static final int GROUPS = 50;
    private static final double OWN = 0.7;
    private static final double SPREAD_OF_USERS = 0.82;
    private static final double SPREAD_OF_ITEMS = 1.37;
    private static final int SECONDS = 90 * 86_400;

    /// The case of the given number of million acts.
    static TasteGroups named(String name) {
        return switch (name) {
            case "5M" -> new TasteGroups(100_000, 20_000, 50, 1);
            case "5M-few-items" -> new TasteGroups(100_000, 2_000, 50, 1);
            case "15M" -> new TasteGroups(300_000, 200_000, 50, 1);
            case "50M" -> new TasteGroups(1_000_000, 1_000_000, 50, 1);
            case "50M-few-items" -> new TasteGroups(1_000_000, 5_000, 50, 1);
            default ->
                    throw new IllegalArgumentException(
                            name + " is not one of 5M, 5M-few-items, 15M, 50M, 50M-few-items");
        };
    }

    Interactions make() {
        Random random = new Random(seed);
        double[] popular = new double[items];
        Arrays.setAll(popular, _ -> Math.exp(SPREAD_OF_ITEMS * random.nextGaussian()));
        double[] all = new double[items];
        double[][] own = new double[GROUPS][(items + GROUPS - 1) / GROUPS];
        double sum = 0;
        for (int item = 0; item < items; item++) {
            sum += popular[item];
            all[item] = sum;
            double[] group = own[item % GROUPS];
            int at = item / GROUPS;
            group[at] = (at == 0 ? 0 : group[at - 1]) + popular[item];
        }
        int[] user = new int[users * meanDegree * 5 / 4];
        int[] item = new int[user.length];
        int[] last = new int[items];
        Arrays.fill(last, -1);
        int n = 0;
        for (int u = 0; u < users; u++) {
            double drawn =
                    meanDegree
                            * Math.exp(
                                    SPREAD_OF_USERS * random.nextGaussian()
                                            - SPREAD_OF_USERS * SPREAD_OF_USERS / 2);
            int degree = Math.clamp(Math.round(drawn), 1, 12 * meanDegree);
            int group = random.nextInt(GROUPS);
            for (int tries = 0; degree > 0 && tries < 100_000; tries++) {
                int found =
                        random.nextDouble() < OWN
                                ? draw(own[group], random) * GROUPS + group
                                : draw(all, random);
                if (found < items && last[found] != u) {
                    last[found] = u;
                    user[n] = u;
                    item[n++] = found;
                    degree--;
                }
            }
        }
        long[] seconds = new long[n];
        Arrays.setAll(seconds, _ -> random.nextInt(SECONDS));
        float[] weights = new float[n];
        for (int k = 0; k < n; k++) {
            weights[k] = (1 + random.nextInt(4)) / 4f;
        }
        return new Interactions(
                users, items, Arrays.copyOf(user, n), Arrays.copyOf(item, n), seconds, weights);
    }

    private static int draw(double[] upTo, Random random) {
        int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(upTo.length - 1, found >= 0 ? found + 1 : -found - 1);
    }
}
