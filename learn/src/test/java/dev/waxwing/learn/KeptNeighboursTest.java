package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Going on from yesterday gives what counting everything gives.
class KeptNeighboursTest {
    private static final long DAY = 86_400;

    @TempDir private Path folder;

    /// Some days of acts; users and items come and go.
    private record History(List<int[]> acts, int users, int items, int days) {
        static History drawn(Random random, int days, int users, int items, int aDay) {
            List<int[]> acts = new ArrayList<>();
            for (int day = 0; day < days; day++) {
                for (int k = 0; k < aDay; k++) {
                    int item = (int) (items * random.nextDouble() * random.nextDouble());
                    int shifted = Math.min(items - 1, item + day / 2); // items come into fashion
                    acts.add(new int[] {random.nextInt(users), shifted, day});
                }
            }
            return new History(acts, users, items, days);
        }

        /// The acts from one day to another, where user and item numbers are `step` times as large, plus `shift`.
        Interactions between(int from, int to, int step, int shift) {
            List<int[]> in = acts.stream().filter(a -> a[2] >= from && a[2] <= to).toList();
            float[] weights = new float[in.size()];
            Arrays.fill(weights, 1);
            return new Interactions(
                    users * step + shift,
                    items * step + shift,
                    in.stream().mapToInt(a -> a[0] * step + shift).toArray(),
                    in.stream().mapToInt(a -> a[1] * step + shift).toArray(),
                    in.stream().mapToLong(a -> a[2] * DAY + a[0] % 7).toArray(),
                    weights);
        }
    }

    private static NeighbourParams drawnParams(Random random) {
        Map<String, Object> named = new HashMap<>();
        named.put("similarity", List.of("cosine", "asymcosine", "jaccard").get(random.nextInt(3)));
        if ("asymcosine".equals(named.get("similarity"))) {
            named.put("alpha", 0.7);
            named.put("weight", 0.6);
        }
        named.put("top", 1 + random.nextInt(12));
        named.put("min-support", 1 + random.nextInt(2));
        named.put("min-user-items", 1 + random.nextInt(3));
        named.put("max-user-items", 4 + random.nextInt(random.nextBoolean() ? 8 : 100));
        named.put("long-users", random.nextBoolean() ? "ignore" : "keep-recent");
        named.put("max-item-users", random.nextInt(3) == 0 ? 15 + random.nextInt(100) : 0);
        named.put("hot-penalty", random.nextBoolean() ? 0 : 0.4);
        named.put("normalize-rows", random.nextBoolean());
        named.put("threads", 1 + random.nextInt(2));
        return NeighbourParams.of(named);
    }

    private static NeighbourLists keep(NeighbourSearch search, Path file) {
        try (KeptNeighbours.Keeper keeper = search.keeper(file)) {
            return search.find(0, search.rows(), keeper);
        }
    }

    private static int[] numbers(int count, int step, int shift) {
        return IntStream.range(0, count).map(i -> i * step + shift).toArray();
    }

    /// How many items of all nights were counted, and how many were not.
    private int counted;

    private int proven;

    /// Compares nights that go on from each other with nights that count everything.
    private void compareNights(
            String as, History history, NeighbourParams params, int window, Random random) {
        Path yesterday = null;
        int[] before = {1, 0};
        for (int day = window; day < history.days; day++) {
            int step = 1 + random.nextInt(2);
            int shift = random.nextInt(3);
            Interactions acts = history.between(day - window + 1, day, step, shift);
            NeighbourLists full = ItemCf.train(acts, params);
            Path today = folder.resolve(as + "-" + day);
            if (yesterday == null) {
                assertThat(keep(ItemCf.keeping(acts, params), today))
                        .as("%s, first night", as)
                        .isEqualTo(full);
            } else {
                try (KeptNeighbours kept = KeptNeighbours.open(yesterday)) {
                    int[] users = moved(history.users, before, step, shift);
                    int[] items = moved(history.items, before, step, shift);
                    NeighbourSearch search =
                            ItemCf.goingOn(
                                    kept.renumbered(
                                            users, acts.userCount(), items, acts.itemCount()),
                                    acts,
                                    params);
                    NeighbourLists found = keep(search, today);
                    assertThat(found).as("%s, day %d", as, day).isEqualTo(full);
                    assertThat(found.report()).isEqualTo(full.report());
                    counted += (int) search.counted();
                    proven += history.items - (int) search.counted();
                }
            }
            yesterday = today;
            before = new int[] {step, shift};
        }
    }

    @Test
    void eachNightOfSmallHistoriesGivesToTheBitWhatCountingEverythingGives() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int users = 20 + random.nextInt(60);
            int items = 10 + random.nextInt(40);
            History history = History.drawn(random, 24, users, items, 5 + random.nextInt(20));
            compareNights(
                    "seed " + seed, history, drawnParams(random), 6 + random.nextInt(14), random);
        }
        assertThat(proven).as("items not counted, beside %d that were", counted).isGreaterThan(500);
    }

    @Test
    void eachNightOfHistoriesWithManyUsersGivesToTheBitWhatCountingEverythingGives() {
        for (int seed = 0; seed < 24; seed++) {
            Random random = new Random(1000 + seed);
            History history = History.drawn(random, 30, 300, 100 + random.nextInt(100), 300);
            int window = seed % 3 == 0 ? 12 : 24;
            compareNights("seed " + (1000 + seed), history, drawnParams(random), window, random);
        }
        assertThat(proven)
                .as("items not counted, beside %d that were", counted)
                .isGreaterThan(4_000);
        assertThat(counted).as("items counted").isGreaterThan(4_000);
    }

    /// What yesterday's numbers are called today; numbers that nobody had are nobody's today.
    private static int[] moved(int count, int[] before, int step, int shift) {
        int[] moved = new int[count * before[0] + before[1]];
        Arrays.fill(moved, -1);
        int[] then = numbers(count, before[0], before[1]);
        int[] now = numbers(count, step, shift);
        for (int i = 0; i < count; i++) {
            moved[then[i]] = now[i];
        }
        return moved;
    }

    @Test
    void whatAnotherFormulaKeptIsRefusedAndOtherCapsWillDo() {
        History history = History.drawn(new Random(1), 12, 40, 20, 30);
        Interactions acts = history.between(0, 11, 1, 0);
        NeighbourParams once = NeighbourParams.of(Map.of("similarity", "cosine"));
        NeighbourParams now =
                NeighbourParams.of(Map.of("similarity", "cosine", "min-user-items", 3));
        keep(ItemCf.keeping(acts, once), folder.resolve("once"));
        try (KeptNeighbours kept = KeptNeighbours.open(folder.resolve("once"))) {
            assertThat(keep(ItemCf.goingOn(kept, acts, now), folder.resolve("now")))
                    .isEqualTo(ItemCf.train(acts, now));
            NeighbourParams other = NeighbourParams.of(Map.of("similarity", "jaccard", "top", 7));
            assertThatThrownBy(() -> ItemCf.goingOn(kept, acts, other))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage(
                            "neighbours: what was kept is of COSINE alpha 0.5 weight 1.0 hot-penalty"
                                    + " 0.0 min-support 2 top 100, wanted is JACCARD alpha 0.5 weight"
                                    + " 1.0 hot-penalty 0.0 min-support 2 top 7; count without it");
        }
    }

    @Test
    void anItemWithMoreUsersThanSixteenBitsHoldIsCountedOn() {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Interactions yesterday = everybodyLikesBoth(70_000, 0);
        Interactions today = everybodyLikesBoth(70_000, 5);
        keep(ItemCf.keeping(yesterday, params), folder.resolve("wide"));
        try (KeptNeighbours counts = KeptNeighbours.open(folder.resolve("wide"))) {
            NeighbourSearch search = ItemCf.goingOn(counts, today, params);
            assertThat(search.changedUsers()).hasValue(5);
            NeighbourLists found = keep(search, folder.resolve("wider"));
            assertThat(found).isEqualTo(ItemCf.train(today, params));
            assertThat(found.scores(0)).hasSize(2);
        }
    }

    /// Users like items 0 and 1, and the first few also item 2.
    private static Interactions everybodyLikesBoth(int users, int third) {
        int n = 2 * users + third;
        int[] user = new int[n];
        int[] item = new int[n];
        float[] weight = new float[n];
        Arrays.fill(weight, 1);
        for (int k = 0; k < n; k++) {
            user[k] = k < 2 * users ? k / 2 : k - 2 * users;
            item[k] = k < 2 * users ? k % 2 : 2;
        }
        return new Interactions(users, 3, user, item, new long[n], weight);
    }

    @Test
    void formulasThatAddUpWeightsAreRefusedByName() {
        Interactions acts = everybodyLikesBoth(3, 0);
        NeighbourParams weighed =
                NeighbourParams.of(Map.of("iuf", true, "half-life-days", 7, "co-action-decay", 1));
        assertThatThrownBy(() -> ItemCf.keeping(acts, weighed))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "neighbours: only counts can be gone on from, and similarity wbcosine, iuf,"
                                + " co-action-decay 1.0, half-life-days 7.0 add up weights: who acts"
                                + " again changes the share of all their pairs. Count everything, or"
                                + " leave these out");
    }

    @Test
    void aFileThatIsCutOrAnotherIsRefused() throws IOException {
        Path file = folder.resolve("cut");
        keep(
                ItemCf.keeping(
                        everybodyLikesBoth(300, 20),
                        NeighbourParams.of(Map.of("similarity", "cosine"))),
                file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 4));
        assertThatThrownBy(() -> KeptNeighbours.open(file))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has the checksum ")
                .hasMessageEndingWith("the file is damaged, count without it");
        Files.write(file, new byte[100]);
        assertThatThrownBy(() -> KeptNeighbours.open(file))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("holds no kept neighbours");
    }

    @Test
    void whateverByteIsDamagedTheFileIsRefused() throws IOException {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Path file = folder.resolve("damaged");
        keep(ItemCf.keeping(everybodyLikesBoth(40, 7), params), file);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] altered = whole.clone();
            altered[at] ^= (byte) (1 << at % 8);
            Files.write(file, altered);
            assertThatThrownBy(() -> KeptNeighbours.open(file))
                    .as("byte %d", at)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageEndingWith("count without it");
        }
        Files.write(file, whole);
        KeptNeighbours.open(file).close();
    }

    @Test
    void countsOfOtherUsersOrItemsAreRefused() {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Path file = folder.resolve("others");
        keep(ItemCf.keeping(everybodyLikesBoth(40, 7), params), file);
        try (KeptNeighbours counts = KeptNeighbours.open(file)) {
            assertThatThrownBy(() -> ItemCf.goingOn(counts, everybodyLikesBoth(41, 7), params))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("what was kept is of 40 users")
                    .hasMessageContaining("the acts of 41 users and 3 items; renumber");
            assertThatThrownBy(
                            () -> counts.renumbered(numbers(40, 1, 0), 40, new int[] {0, 1, -1}, 3))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("what was kept knows item 2, of whom the acts");
            assertThatThrownBy(() -> counts.renumbered(numbers(39, 1, 0), 40, numbers(3, 1, 0), 3))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("what was kept knows user 39, of whom the acts");
        }
    }

    @Test
    void keepingPaysWhereEachTwoItemsMeetOften() {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Random random = new Random(3);
        Interactions often = History.drawn(random, 10, 100, 50, 100).between(0, 9, 1, 0);
        Interactions seldom = History.drawn(random, 10, 100, 5_000, 100).between(0, 9, 1, 0);
        assertThat(ItemCf.keeping(often, params).keepingPays()).isTrue();
        assertThat(ItemCf.keeping(seldom, params).keepingPays()).isFalse();
        assertThat(ItemCf.search(often, params).keepingPays()).as("forgets").isFalse();
    }

    @Test
    void aSearchThatIsGivenUpLeavesNoHalfFile() {
        NeighbourSearch search =
                ItemCf.keeping(
                        everybodyLikesBoth(40, 7),
                        NeighbourParams.of(Map.of("similarity", "cosine")));
        Path file = folder.resolve("half");
        try (KeptNeighbours.Keeper keeper = search.keeper(file)) {
            search.find(0, 2, keeper);
        }
        assertThat(file).doesNotExist();
    }
}
