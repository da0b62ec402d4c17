package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Counting on from yesterday gives what counting everything gives.
class PairCountsTest {
    private static final long DAY = 86_400;

    @TempDir private Path folder;

    /// Some days of acts; users and items come and go.
    private record History(List<int[]> acts, int users, int items) {
        static History drawn(Random random, int days) {
            int users = 20 + random.nextInt(60);
            int items = 10 + random.nextInt(40);
            int aDay = 5 + random.nextInt(20);
            List<int[]> acts = new ArrayList<>();
            for (int day = 0; day < days; day++) {
                for (int k = 0; k < aDay; k++) {
                    int item = (int) (items * random.nextDouble() * random.nextDouble());
                    int shifted = Math.min(items - 1, item + day / 2); // items come into fashion
                    acts.add(new int[] {random.nextInt(users), shifted, day});
                }
            }
            return new History(acts, users, items);
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
        named.put("top", 1 + random.nextInt(20));
        named.put("min-support", 1 + random.nextInt(2));
        named.put("min-user-items", 1 + random.nextInt(3));
        named.put("max-user-items", 4 + random.nextInt(8));
        named.put("long-users", random.nextBoolean() ? "ignore" : "keep-recent");
        named.put("max-item-users", random.nextInt(3) == 0 ? 15 : 0);
        named.put("hot-penalty", random.nextBoolean() ? 0 : 0.4);
        named.put("normalize-rows", random.nextBoolean());
        named.put("threads", 1 + random.nextInt(2));
        return NeighbourParams.of(named);
    }

    private static NeighbourLists keep(NeighbourSearch search, Path file) {
        try (PairCounts.Keeper keeper = search.keeper(file)) {
            return search.find(0, search.rows(), keeper);
        }
    }

    private static int[] numbers(int count, int step, int shift) {
        return IntStream.range(0, count).map(i -> i * step + shift).toArray();
    }

    @Test
    void eachNightOfDrawnHistoriesGivesToTheBitWhatCountingEverythingGives() {
        int on = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            History history = History.drawn(random, 24);
            NeighbourParams params = drawnParams(random);
            int window = 6 + random.nextInt(14);
            Path yesterday = null;
            int[] before = {1, 0};
            for (int day = 14; day < 24; day++) {
                int step = 1 + random.nextInt(2);
                int shift = random.nextInt(3);
                Interactions acts = history.between(day - window + 1, day, step, shift);
                NeighbourLists full = ItemCf.train(acts, params);
                Path today = folder.resolve(seed + "-" + day);
                if (yesterday == null) {
                    assertThat(keep(ItemCf.counting(acts, params), today))
                            .as("seed %d, first night", seed)
                            .isEqualTo(full);
                } else {
                    try (PairCounts counts = PairCounts.open(yesterday)) {
                        int[] users = moved(history.users, before, step, shift);
                        int[] items = moved(history.items, before, step, shift);
                        NeighbourSearch search =
                                ItemCf.countingOn(
                                        counts.renumbered(
                                                users, acts.userCount(), items, acts.itemCount()),
                                        acts,
                                        params);
                        on += search.changedUsers().isPresent() ? 1 : 0;
                        NeighbourLists found = keep(search, today);
                        assertThat(found).as("seed %d, day %d", seed, day).isEqualTo(full);
                        assertThat(found.report()).isEqualTo(full.report());
                    }
                }
                yesterday = today;
                before = new int[] {step, shift};
            }
        }
        assertThat(on).as("nights that counted on, of 540").isBetween(100, 500);
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
    void countsOfOtherParametersWillDo() {
        History history = History.drawn(new Random(1), 12);
        Interactions acts = history.between(0, 11, 1, 0);
        NeighbourParams once = NeighbourParams.of(Map.of("similarity", "jaccard"));
        NeighbourParams now =
                NeighbourParams.of(Map.of("similarity", "cosine", "min-user-items", 3));
        keep(ItemCf.counting(acts, once), folder.resolve("once"));
        try (PairCounts counts = PairCounts.open(folder.resolve("once"))) {
            NeighbourSearch search = ItemCf.countingOn(counts, acts, now);
            assertThat(search.changedUsers()).isPresent();
            assertThat(search.find(0, search.rows())).isEqualTo(ItemCf.train(acts, now));
        }
    }

    @Test
    void anItemWithMoreUsersThanSixteenBitsHoldIsCountedOn() {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Interactions yesterday = everybodyLikesBoth(70_000, 0);
        Interactions today = everybodyLikesBoth(70_000, 5);
        keep(ItemCf.counting(yesterday, params), folder.resolve("wide"));
        try (PairCounts counts = PairCounts.open(folder.resolve("wide"))) {
            NeighbourSearch search = ItemCf.countingOn(counts, today, params);
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
        assertThatThrownBy(() -> ItemCf.counting(acts, weighed))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "neighbours: only counts can be gone on from, and similarity wbcosine, iuf,"
                                + " co-action-decay 1.0, half-life-days 7.0 add up weights: who acts"
                                + " again changes the share of all their pairs. Count everything, or"
                                + " leave these out");
    }

    @Test
    void countsThatDoNotBelongToTheActsAreFoundOut() throws IOException {
        Interactions acts = everybodyLikesBoth(300, 20);
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Path file = folder.resolve("altered");
        keep(ItemCf.counting(acts, params), file);
        try (RandomAccessFile altered = new RandomAccessFile(file.toFile(), "rw")) {
            altered.seek(altered.length() - 2);
            altered.write(7); // the last count of item 2 with itself
            altered.seek(altered.length() - 6);
            altered.write(7); // and that with item 0
        }
        try (PairCounts counts = PairCounts.open(file)) {
            NeighbourSearch search = ItemCf.countingOn(counts, acts, params);
            assertThatThrownBy(() -> keep(search, folder.resolve("next")))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("item 2 add up to 27 and should to 40");
            assertThat(folder.resolve("next")).as("half a file").doesNotExist();
        }
    }

    @Test
    void aFileThatIsCutOrAnotherIsRefused() throws IOException {
        Path file = folder.resolve("cut");
        keep(
                ItemCf.counting(
                        everybodyLikesBoth(300, 20),
                        NeighbourParams.of(Map.of("similarity", "cosine"))),
                file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 4));
        assertThatThrownBy(() -> PairCounts.open(file))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("counts of 3 items have " + whole.length);
        Files.write(file, new byte[100]);
        assertThatThrownBy(() -> PairCounts.open(file))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("holds no counts of pairs of items");
    }

    @Test
    void aFileWhoseNumbersContradictEachOtherIsRefusedAndSaysWhich() throws IOException {
        Path file = folder.resolve("damaged");
        keep(
                ItemCf.counting(
                        everybodyLikesBoth(300, 20),
                        NeighbourParams.of(Map.of("similarity", "cosine"))),
                file);
        byte[] whole =
                Files.readAllBytes(file); // 24 bytes, 3 items, 300 lengths, 620 items of users
        assertThat(refused(file, whole, 20, 3))
                .contains("3 bytes a count, of which there are 2 or 4");
        assertThat(refused(file, whole, 12, -1)).contains("-1 users");
        assertThat(refused(file, whole, 8, Integer.MAX_VALUE)).contains("items have more");
        assertThat(refused(file, whole, 28, 0)).contains("items 0, 0, which do not ascend");
        assertThat(refused(file, whole, 24, -7)).contains("items -7, which do not ascend");
        assertThat(refused(file, whole, 36, -3)).contains("gives user 0 -3 of 620 pairs");
        assertThat(refused(file, whole, 36, 2_000_000_000)).contains("of 620 pairs");
        assertThat(refused(file, whole, 36, 2)).contains("620 pairs, but lists of 619");
        assertThat(refused(file, whole, 1236, 5)).contains("item 5 under user 0, but counts no");
        assertThat(refused(file, whole, 1240, 0)).contains("item 0 under user 0, after 0");
        Files.write(file, whole);
        PairCounts.open(file).close();
    }

    private static String refused(Path file, byte[] whole, int at, int number) throws IOException {
        ByteBuffer altered = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, altered.putInt(at, number).array());
        TrainingException e =
                catchThrowableOfType(TrainingException.class, () -> PairCounts.open(file));
        assertThat(e).hasMessageStartingWith(file.toString()).hasMessageEndingWith("without it");
        return e.getMessage();
    }

    @Test
    void whateverByteIsDamagedNothingButATrainingExceptionComesOfIt() throws IOException {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Interactions acts = everybodyLikesBoth(40, 7);
        Path file = folder.resolve("damaged");
        keep(ItemCf.counting(acts, params), file);
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] altered = whole.clone();
            altered[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            Files.write(file, altered);
            try (PairCounts counts = PairCounts.open(file)) {
                NeighbourSearch search = ItemCf.countingOn(counts, acts, params);
                search.find(0, search.rows());
            } catch (TrainingException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).as("refused, of 2,000").isGreaterThan(1_000);
    }

    @Test
    void countsOfOtherUsersOrItemsAreRefused() {
        NeighbourParams params = NeighbourParams.of(Map.of("similarity", "cosine"));
        Path file = folder.resolve("others");
        keep(ItemCf.counting(everybodyLikesBoth(40, 7), params), file);
        try (PairCounts counts = PairCounts.open(file)) {
            assertThatThrownBy(() -> ItemCf.countingOn(counts, everybodyLikesBoth(41, 7), params))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("counts are of 40 users")
                    .hasMessageContaining("the acts of 41 users and 3 items; renumber");
            assertThatThrownBy(
                            () -> counts.renumbered(numbers(40, 1, 0), 40, new int[] {0, 1, -1}, 3))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("the counts know item 2, of whom the acts");
            assertThatThrownBy(() -> counts.renumbered(numbers(39, 1, 0), 40, numbers(3, 1, 0), 3))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("the counts know user 39, of whom the acts");
        }
    }

    @Test
    void aSearchThatIsGivenUpLeavesNoHalfFile() {
        NeighbourSearch search =
                ItemCf.counting(
                        everybodyLikesBoth(40, 7),
                        NeighbourParams.of(Map.of("similarity", "cosine")));
        Path file = folder.resolve("half");
        try (PairCounts.Keeper keeper = search.keeper(file)) {
            search.find(0, 2, keeper);
        }
        assertThat(file).doesNotExist();
    }
}
