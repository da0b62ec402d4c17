package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

class SwingTest {
    /// Users and items with a time of its own for each pair, so that the most recent are known.
    private static Interactions random(long seed, int users, int items, int n) {
        Random random = new Random(seed);
        TreeSet<Integer> pairs = new TreeSet<>();
        while (pairs.size() < n) {
            pairs.add(
                    random.nextInt(users) * items
                            + (int) (items * Math.pow(random.nextDouble(), 2)));
        }
        int[] all = pairs.stream().mapToInt(pair -> pair).toArray();
        float[] weights = new float[n];
        java.util.Arrays.fill(weights, 1);
        return new Interactions(
                users,
                items,
                IntStream.of(all).map(pair -> pair / items).toArray(),
                IntStream.of(all).map(pair -> pair % items).toArray(),
                IntStream.of(all).mapToLong(pair -> (pair * 7919L + seed) % 1_000_003).toArray(),
                weights);
    }

    /// The keys of the largest values.
    private static Set<Integer> recent(Map<Integer, Long> at, int most) {
        Set<Integer> kept = new TreeSet<>();
        at.entrySet().stream()
                .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
                .limit(most)
                .forEach(entry -> kept.add(entry.getKey()));
        return kept;
    }

    private static Map<Integer, Map<Integer, Long>> by(Interactions acts, boolean user) {
        Map<Integer, Map<Integer, Long>> by = new TreeMap<>();
        for (int k = 0; k < acts.size(); k++) {
            by.computeIfAbsent(user ? acts.user(k) : acts.item(k), _ -> new TreeMap<>())
                    .put(user ? acts.item(k) : acts.user(k), acts.seconds(k));
        }
        return by;
    }

    @Test
    void agreesWithItsDefinitionOnRandomActs() {
        for (long seed = 0; seed < 8; seed++) {
            Interactions acts = random(seed, 40, 30, seed < 4 ? 120 : 500);
            SwingParams p = new SwingParams(9, 3, 0.5, 0.4, seed % 2 == 0 ? 500 : 8, 12, 2);
            NeighbourLists found = Swing.train(acts, p);
            Map<Integer, Set<Integer>> items = new TreeMap<>();
            by(acts, true).forEach((u, at) -> items.put(u, recent(at, p.maxUserItems())));
            Map<Integer, Map<Integer, Long>> fans = by(acts, false);
            for (int i = 0; i < acts.itemCount(); i++) {
                int item = i;
                Map<Integer, Long> at = new TreeMap<>(fans.getOrDefault(i, Map.of()));
                at.keySet().removeIf(u -> !items.get(u).contains(item));
                List<Integer> members = List.copyOf(recent(at, p.usersPerItem()));
                double[] s = new double[acts.itemCount()];
                for (int u : members) {
                    for (int v : members) {
                        TreeSet<Integer> both = new TreeSet<>(items.get(u));
                        both.retainAll(items.get(v));
                        double term =
                                Math.pow(3.0 + items.get(u).size(), -0.4)
                                        * Math.pow(3.0 + items.get(v).size(), -0.4)
                                        / (0.5 + both.size());
                        both.forEach(j -> s[j] += u < v && j != item ? term : 0);
                    }
                }
                int[] best =
                        IntStream.range(0, s.length)
                                .filter(j -> s[j] > 0)
                                .boxed()
                                .sorted(Comparator.<Integer>comparingDouble(j -> -s[j]))
                                .limit(9)
                                .mapToInt(j -> j)
                                .toArray();
                assertThat(found.ids(i)).as("seed %d, item %d", seed, i).hasSize(best.length);
                for (int k = 0; k < best.length; k++) {
                    double score = found.scores(i)[k];
                    assertThat(score)
                            .as("seed %d, item %d", seed, i)
                            .isCloseTo(s[best[k]], within(1e-12 * score));
                    assertThat(score).isCloseTo(s[found.ids(i)[k]], within(1e-12 * score));
                }
            }
        }
    }

    @Test
    void aPairThatSharesLittleElseSaysMore() {
        // users 0 and 1 share items 0 and 1 alone; users 2 and 3 share items 0, 2, 3 and 4
        int[] users = {0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
        int[] items = {0, 1, 0, 1, 0, 2, 3, 4, 0, 2, 3, 4};
        float[] weights = new float[12];
        java.util.Arrays.fill(weights, 1);
        Interactions acts = new Interactions(4, 5, users, items, new long[12], weights);
        NeighbourLists lists = Swing.train(acts, SwingParams.DEFAULTS);
        assertThat(lists.ids(0)).containsExactly(1, 2, 3, 4);
        assertThat(lists.scores(0)[0]).isCloseTo(Math.pow(7, -0.6) / 3, within(1e-15));
        assertThat(lists.scores(0)[1]).isCloseTo(Math.pow(9, -0.6) / 5, within(1e-15));
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        Interactions acts = random(5, 200, 150, 3000);
        assertThat(Swing.train(acts, SwingParams.of(Map.of("threads", 3))))
                .isEqualTo(Swing.train(acts, SwingParams.DEFAULTS));
    }

    @Test
    void weightsThatGrowWithActivityAreRefused() {
        assertThatThrownBy(() -> SwingParams.of(Map.of("beta", -0.35, "maxUserPerItem", 1)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("beta is -0.35")
                .hasMessageContaining("users-per-item is 1");
    }
}
