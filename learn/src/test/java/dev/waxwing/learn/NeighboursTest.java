package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

class NeighboursTest {
    private static final long DAY = 86_400;

    /// One (user, item) pair as the formulas see it.
    private record Act(long seconds, double weight) {}

    private static Interactions random(long seed, int users, int items, int n) {
        Random random = new Random(seed);
        int[] u = new int[n];
        int[] i = new int[n];
        long[] t = new long[n];
        float[] w = new float[n];
        for (int k = 0; k < n; k++) {
            u[k] = random.nextInt(users);
            i[k] = (int) (items * random.nextDouble() * random.nextDouble());
            t[k] = random.nextInt(30) * DAY + random.nextInt(1000);
            w[k] = (1 + random.nextInt(4)) / 4f;
        }
        return new Interactions(users, items, u, i, t, w);
    }

    private static NeighbourParams params(Object... namesAndValues) {
        Map<String, Object> named = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return NeighbourParams.of(named);
    }

    /// Item → user → act, with repeated pairs merged; no caps.
    private static Map<Integer, Map<Integer, Act>> byItem(Interactions acts) {
        Map<Integer, Map<Integer, Act>> byItem = new TreeMap<>();
        for (int k = 0; k < acts.size(); k++) {
            Act act = new Act(acts.seconds(k), acts.weight(k));
            byItem.computeIfAbsent(acts.item(k), _ -> new TreeMap<>())
                    .merge(
                            acts.user(k),
                            act,
                            (a, b) ->
                                    new Act(
                                            Math.max(a.seconds, b.seconds),
                                            Math.max(a.weight, b.weight)));
        }
        return byItem;
    }

    /// The formulas of [NeighbourParams], word for word.
    private static double[][] bruteForce(
            Map<Integer, Map<Integer, Act>> byItem, int items, NeighbourParams p) {
        Map<Integer, Integer> profile = new HashMap<>();
        long[] latest = {Long.MIN_VALUE};
        byItem.values()
                .forEach(
                        users ->
                                users.forEach(
                                        (u, act) -> {
                                            profile.merge(u, 1, Integer::sum);
                                            latest[0] = Math.max(latest[0], act.seconds);
                                        }));
        double[][] s = new double[items][items];
        for (int i = 0; i < items; i++) {
            for (int j = 0; j < items; j++) {
                Map<Integer, Act> a = byItem.getOrDefault(i, Map.of());
                Map<Integer, Act> b = byItem.getOrDefault(j, Map.of());
                TreeSet<Integer> common = new TreeSet<>(a.keySet());
                common.retainAll(b.keySet());
                if (i == j || common.size() < p.minSupport()) {
                    continue;
                }
                double sum = 0;
                for (int u : common) {
                    double g = p.iuf() ? 1 / Math.log(1 + profile.get(u)) : 1;
                    double days = Math.abs(a.get(u).seconds - b.get(u).seconds) / (double) DAY;
                    sum +=
                            g
                                    * w(a.get(u), latest[0], p)
                                    * w(b.get(u), latest[0], p)
                                    / (1 + p.coActionDecay() * days);
                }
                double ni =
                        a.values().stream().mapToDouble(x -> Math.pow(w(x, latest[0], p), 2)).sum();
                double nj =
                        b.values().stream().mapToDouble(x -> Math.pow(w(x, latest[0], p), 2)).sum();
                s[i][j] =
                        switch (p.similarity()) {
                            case COSINE, WBCOSINE -> sum / Math.sqrt(ni * nj);
                            case ASYMCOSINE ->
                                    Math.pow(
                                            sum
                                                    / (Math.pow(ni, 1 - p.alpha())
                                                            * Math.pow(nj, p.alpha())),
                                            p.weight());
                            case JACCARD ->
                                    (double) common.size() / (a.size() + b.size() - common.size());
                        };
                s[i][j] *= Math.pow(b.size(), -p.hotPenalty());
            }
            double max = java.util.Arrays.stream(s[i]).max().orElse(0);
            for (int j = 0; p.normalizeRows() && max > 0 && j < items; j++) {
                s[i][j] /= max;
            }
        }
        return s;
    }

    private static double w(Act act, long latest, NeighbourParams p) {
        double fade =
                p.halfLifeDays() > 0
                        ? Math.pow(2, -(latest - act.seconds) / (double) DAY / p.halfLifeDays())
                        : 1;
        return (p.similarity() == Similarity.WBCOSINE ? act.weight : 1) * fade;
    }

    private static void assertSame(NeighbourLists found, double[][] expected, int top) {
        for (int i = 0; i < expected.length; i++) {
            double[] row = expected[i];
            int[] wanted =
                    IntStream.range(0, row.length)
                            .filter(j -> row[j] > 0)
                            .boxed()
                            .sorted(
                                    Comparator.<Integer>comparingDouble(j -> -row[j])
                                            .thenComparingInt(j -> j))
                            .limit(top)
                            .mapToInt(j -> j)
                            .toArray();
            int[] ids = found.ids(i);
            double[] scores = found.scores(i);
            assertThat(ids).as("neighbours of %d", i).hasSize(wanted.length);
            for (int k = 0; k < ids.length; k++) {
                assertThat(scores[k]).isCloseTo(row[wanted[k]], within(1e-12));
                assertThat(scores[k])
                        .as("score of %d under %d", ids[k], i)
                        .isCloseTo(row[ids[k]], within(1e-12));
                if (k > 0 && scores[k] == scores[k - 1]) {
                    assertThat(ids[k])
                            .as("equal scores ascend in number")
                            .isGreaterThan(ids[k - 1]);
                }
                assertThat(scores[k])
                        .isLessThanOrEqualTo(k == 0 ? Double.MAX_VALUE : scores[k - 1]);
            }
        }
    }

    private static List<NeighbourParams> everyFormula() {
        List<NeighbourParams> all = new ArrayList<>();
        for (String similarity : List.of("cosine", "wbcosine", "jaccard")) {
            all.add(params("similarity", similarity, "min-user-items", 1, "top", 7));
            all.add(
                    params(
                            "similarity",
                            similarity,
                            "min-user-items",
                            1,
                            "min-support",
                            1,
                            "hot-penalty",
                            0.3,
                            "normalize-rows",
                            true));
        }
        all.add(
                params(
                        "similarity",
                        "asymcosine",
                        "alpha",
                        0.8,
                        "weight",
                        0.7,
                        "min-user-items",
                        1));
        all.add(params("similarity", "cosine", "iuf", true, "min-user-items", 1));
        all.add(params("similarity", "cosine", "co-action-decay", 0.2, "min-user-items", 1));
        all.add(params("similarity", "cosine", "half-life-days", 5, "min-user-items", 1));
        all.add(
                params(
                        "similarity",
                        "wbcosine",
                        "iuf",
                        true,
                        "co-action-decay",
                        0.1,
                        "half-life-days",
                        9,
                        "hot-penalty",
                        0.5,
                        "min-user-items",
                        1));
        all.add(
                params(
                        "similarity",
                        "asymcosine",
                        "alpha",
                        0.9,
                        "half-life-days",
                        9,
                        "iuf",
                        true,
                        "min-user-items",
                        1,
                        "min-support",
                        3));
        all.add(params("similarity", "cosine", "iuf", true, "min-support", 1, "min-user-items", 1));
        return all;
    }

    @Test
    void everyFormulaAgreesWithItsDefinitionOnRandomActs() {
        for (NeighbourParams params : everyFormula()) {
            for (int seed = 0; seed < 6; seed++) {
                // few acts: most items meet few others; many acts: most items meet most others
                Interactions acts = random(seed, 25, 20 + 30 * (seed % 2), seed < 3 ? 60 : 400);
                double[][] expected = bruteForce(byItem(acts), acts.itemCount(), params);
                assertSame(ItemCf.train(acts, params), expected, params.top());
            }
        }
    }

    @Test
    void noNeighbourIsMissedAmongItemsThatAreLookedAtManyAtATime() {
        for (NeighbourParams formula : everyFormula()) {
            long seed = formula.hashCode();
            Interactions acts =
                    random(seed, 120, 400, 4000); // seven chunks, lists of 1 to 60 users
            NeighbourLists found = ItemCf.train(acts, formula);
            assertThat(found.report().used()).as("seed %d", seed).isGreaterThan(3000);
            assertSame(found, bruteForce(byItem(acts), 400, formula), formula.top());
        }
    }

    /// Few are wanted of many, so the score that a sample foretells is now and then reached by too few.
    @Test
    void noNeighbourIsMissedAmongSoManyItemsThatASampleIsLookedAtFirst() {
        int items = 5_000;
        Interactions acts = random(11, 300, items, 60_000);
        Map<Integer, Map<Integer, Act>> byItem = byItem(acts);
        List<Map<Integer, Act>> byUser = new ArrayList<>();
        IntStream.range(0, 300).forEach(_ -> byUser.add(new TreeMap<>()));
        byItem.forEach((item, users) -> users.forEach((u, act) -> byUser.get(u).put(item, act)));
        for (String formula : List.of("cosine", "iuf", "wbcosine")) {
            boolean weighs = formula.equals("wbcosine");
            NeighbourParams params =
                    params(
                            "similarity",
                            weighs ? "wbcosine" : "cosine",
                            "iuf",
                            formula.equals("iuf"),
                            "min-user-items",
                            1,
                            "min-support",
                            1,
                            "top",
                            8);
            double[] norms = new double[items];
            byItem.forEach(
                    (item, users) ->
                            norms[item] =
                                    users.values().stream()
                                            .mapToDouble(
                                                    act -> weighs ? act.weight * act.weight : 1)
                                            .sum());
            NeighbourSearch search = ItemCf.search(acts, params);
            for (int from = 0; from < items; from += 500) {
                double[][] expected = new double[500][items];
                for (int item = from; item < from + 500; item++) {
                    double[] row = expected[item - from];
                    byItem.getOrDefault(item, Map.of())
                            .forEach(
                                    (u, mine) -> {
                                        double g =
                                                params.iuf()
                                                        ? 1 / Math.log(1 + byUser.get(u).size())
                                                        : 1;
                                        byUser.get(u)
                                                .forEach(
                                                        (other, theirs) ->
                                                                row[other] +=
                                                                        weighs
                                                                                ? mine.weight
                                                                                        * theirs.weight
                                                                                : g);
                                    });
                    row[item] = 0;
                    for (int other = 0; other < items; other++) {
                        row[other] =
                                row[other] == 0
                                        ? 0
                                        : row[other] / Math.sqrt(norms[item] * norms[other]);
                    }
                }
                assertSame(search.find(from, from + 500), expected, params.top());
            }
        }
    }

    @Test
    void stretchesOfRowsAddUpToTheWhole() {
        Interactions acts = random(8, 60, 200, 2000);
        NeighbourLists whole = ItemCf.train(acts, params("iuf", true));
        NeighbourSearch search = ItemCf.search(acts, params("iuf", true));
        for (int row = 0; row < search.rows(); row++) {
            NeighbourLists one = search.find(row, row + 1);
            assertThat(one.ids(0)).isEqualTo(whole.ids(row));
            assertThat(one.scores(0)).isEqualTo(whole.scores(row));
        }
    }

    @Test
    void userNeighboursAreItemNeighboursWithTheRolesSwapped() {
        Interactions acts = random(9, 30, 25, 300);
        int[] users = IntStream.range(0, acts.size()).map(acts::user).toArray();
        int[] items = IntStream.range(0, acts.size()).map(acts::item).toArray();
        long[] seconds = IntStream.range(0, acts.size()).mapToLong(acts::seconds).toArray();
        float[] weights = new float[acts.size()];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = acts.weight(k);
        }
        Interactions swapped = new Interactions(25, 30, items, users, seconds, weights);
        NeighbourParams params = params("iuf", true, "min-user-items", 1);
        assertThat(UserCf.train(acts, params)).isEqualTo(ItemCf.train(swapped, params));
    }

    /// Beyond 65,535 rows places take more than 16 bits.
    @Test
    void numbersThatLieFarApartChangeNothing() {
        int apart = 700;
        Interactions acts = random(10, 100, 100, 2000);
        int[] users = IntStream.range(0, acts.size()).map(k -> acts.user(k) * apart).toArray();
        int[] items = IntStream.range(0, acts.size()).map(k -> acts.item(k) * apart).toArray();
        long[] seconds = new long[acts.size()];
        float[] weights = new float[acts.size()];
        for (int k = 0; k < acts.size(); k++) {
            seconds[k] = acts.seconds(k);
            weights[k] = acts.weight(k);
        }
        Interactions spread =
                new Interactions(100 * apart, 100 * apart, users, items, seconds, weights);
        for (NeighbourParams params : everyFormula()) {
            NeighbourLists near = ItemCf.train(acts, params);
            NeighbourLists far = ItemCf.train(spread, params);
            NeighbourLists nearUsers = UserCf.train(acts, params);
            NeighbourLists farUsers = UserCf.train(spread, params);
            for (int row = 0; row < 100; row++) {
                assertThat(far.scores(row * apart)).isEqualTo(near.scores(row));
                assertThat(Arrays.stream(far.ids(row * apart)).map(id -> id / apart).toArray())
                        .isEqualTo(near.ids(row));
                assertThat(farUsers.scores(row * apart)).isEqualTo(nearUsers.scores(row));
                assertThat(Arrays.stream(farUsers.ids(row * apart)).map(id -> id / apart).toArray())
                        .isEqualTo(nearUsers.ids(row));
            }
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        Interactions acts = random(4, 300, 200, 5000);
        NeighbourLists one = ItemCf.train(acts, params("iuf", true, "half-life-days", 7));
        NeighbourLists three =
                ItemCf.train(acts, params("iuf", true, "half-life-days", 7, "threads", 3));
        assertThat(three).isEqualTo(one);
        assertThat(three.report()).isEqualTo(one.report());
    }

    @Test
    void equalScoresAreOrderedByNumberAndNobodyIsItsOwnNeighbour() {
        // two users, both like items 0 to 4: all similarities are 1
        int[] users = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
        int[] items = {4, 2, 0, 1, 3, 0, 1, 2, 3, 4};
        float[] weights = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        Interactions acts = new Interactions(2, 5, users, items, new long[10], weights);
        NeighbourLists lists = ItemCf.train(acts, params("top", 3));
        assertThat(lists.ids(2)).containsExactly(0, 1, 3);
        assertThat(lists.ids(0)).containsExactly(1, 2, 3);
        assertThat(lists.scores(0)[0]).isCloseTo(1, within(1e-15));
    }

    @Test
    void repeatedActsCountOnceWithTheirLatestTimeAndLargestWeight() {
        int[] users = {0, 0, 0, 1, 1};
        int[] items = {0, 0, 1, 0, 1};
        long[] seconds = {5 * DAY, 1 * DAY, 5 * DAY, 0, 0};
        float[] weights = {0.25f, 0.5f, 1, 1, 1};
        Interactions acts = new Interactions(2, 2, users, items, seconds, weights);
        NeighbourLists lists = ItemCf.train(acts, params("co-action-decay", 1, "min-support", 2));
        double expected = (0.5 * 1 / 1 + 1) / Math.sqrt((0.25 + 1) * 2);
        assertThat(lists.scores(0)).hasSize(1);
        assertThat(lists.scores(0)[0]).isCloseTo(expected, within(1e-12));
        assertThat(lists.report().repeated()).isEqualTo(1);
    }

    /// User 0 has 1 item, users 1 and 2 have 2, user 3 has 4 of different times.
    private static Interactions oddUsers() {
        int[] users = {0, 1, 1, 2, 2, 3, 3, 3, 3};
        int[] items = {0, 0, 1, 0, 1, 0, 1, 2, 3};
        long[] seconds = {0, 0, 0, 0, 0, 1, 9, 5, 5};
        float[] weights = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        return new Interactions(4, 4, users, items, seconds, weights);
    }

    @Test
    void usersOutsideTheLimitsTakeNoPart() {
        NeighbourLists lists =
                ItemCf.train(oddUsers(), params("maxUserBehavior", 3, "min-support", 1));
        assertThat(lists.ids(0)).containsExactly(1);
        assertThat(lists.scores(0)[0]).isCloseTo(1, within(1e-15)); // only users 1 and 2 are left
        assertThat(lists.ids(2)).isEmpty();
        assertThat(lists.report()).isEqualTo(new NeighbourReport(9, 0, 0, 0, 1, 1, 5, 4, 4));
    }

    @Test
    void longUsersCanBeCutToTheirMostRecentItemsInstead() {
        NeighbourLists lists =
                ItemCf.train(
                        oddUsers(),
                        params("max-user-items", 2, "long-users", "keep-recent", "min-support", 1));
        // user 3 keeps item 1 (latest) and item 2 (as recent as item 3, smaller number)
        assertThat(lists.ids(2)).containsExactly(1);
        assertThat(lists.ids(3)).isEmpty();
        assertThat(lists.report().longUsers()).isEqualTo(1);
        assertThat(lists.report().userActs()).isEqualTo(3);
    }

    @Test
    void hotItemsAreLeftOutAndCounted() {
        NeighbourLists lists =
                ItemCf.train(oddUsers(), params("max-item-users", 3, "min-support", 1));
        assertThat(lists.ids(0)).isEmpty();
        assertThat(lists.report().hotItems()).isEqualTo(1);
        assertThat(lists.report().hotActs()).isEqualTo(4);
    }

    @Test
    void nothingInGivesNothingOut() {
        Interactions none =
                new Interactions(0, 3, new int[0], new int[0], new long[0], new float[0]);
        NeighbourLists lists = ItemCf.train(none, NeighbourParams.DEFAULTS);
        assertThat(lists.size()).isEqualTo(3);
        assertThat(lists.ids(1)).isEmpty();
    }

    @Test
    void wrongParametersAndActsAreAnsweredAllAtOnce() {
        assertThatThrownBy(() -> params("topN", 0, "minUserBehavior", 600, "alpha", 0.7))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("top is 0, allowed is a whole number from 1 to 10000")
                .hasMessageContaining("max-user-items is 500, allowed is a whole number from 600")
                .hasMessageContaining("alpha is 0.7, but only asymcosine takes an alpha");
        assertThatThrownBy(() -> params("similarity", "jaccard", "iuf", true))
                .hasMessageContaining("jaccard counts users and takes neither iuf");
        assertThatThrownBy(() -> params("similarityType", "pearson", "operator", "add"))
                .hasMessageContaining(
                        "similarity: \"pearson\" is not one of cosine, wbcosine, asymcosine,"
                                + " jaccard")
                .hasMessageContaining("operator is not a parameter; known are");
        assertThatThrownBy(() -> params("topN", 5, "top", 6))
                .hasMessageContaining("top and topN are the same parameter, give one of them");
        assertThatThrownBy(
                        () ->
                                new Interactions(
                                        1, 1, new int[1], new int[1], new long[1], new float[1]))
                .hasMessage("weight must be in (0, 1], got 0.0 (user 0, item 0)");
        assertThatThrownBy(
                        () ->
                                new Interactions(
                                        1,
                                        1,
                                        new int[1],
                                        new int[] {1},
                                        new long[1],
                                        new float[] {1}))
                .hasMessage("act 0 is by user 0 of 1 on item 1 of 1; numbers start at 0");
    }
}
