package dev.waxwing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

class EventGeneratorTest {
    private static final long LAST =
            EventGenerator.LAST_DAY.toEpochSecond(LocalTime.MAX, ZoneOffset.UTC);

    @TempDir private Path folder;

    private List<String> events(long size, long seed) throws IOException {
        Path file = folder.resolve("events-" + size + "-" + seed + ".csv");
        new EventGenerator(size, seed).write(file, folder.resolve("items-" + size + ".csv"));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).isEqualTo("user,item,ts,event,weight");
        return lines.subList(1, lines.size());
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        Path items = folder.resolve("items-20000.csv");
        List<String> once = events(20_000, 1);
        byte[] itemsOnce = Files.readAllBytes(items);
        assertThat(events(20_000, 1)).isEqualTo(once);
        assertThat(Files.readAllBytes(items)).isEqualTo(itemsOnce);
        assertThat(events(20_000, 2)).isNotEqualTo(once);
    }

    @Test
    void eventsAreAsManyAsAskedForAndInTheOrderOfTimeOverNinetyDays() throws IOException {
        List<String> events = events(20_000, 1);
        assertThat(events).hasSize(20_000);
        List<Long> times = events.stream().map(line -> Long.valueOf(line.split(",")[2])).toList();
        assertThat(times).isSorted();
        assertThat(times.getLast()).isBetween(LAST - 3600, LAST);
        assertThat(times.getFirst()).isBetween(LAST - 90 * 86_400L, LAST - 90 * 86_400L + 3600);
    }

    @Test
    void usersAndItemsGrowWithTheEvents() throws IOException {
        Map<Long, Integer> users = new HashMap<>();
        Map<Long, Integer> items = new HashMap<>();
        for (long size : List.of(20_000L, 100_000L)) {
            Set<String> theirs = new HashSet<>();
            Set<String> named = new HashSet<>();
            for (String line : events(size, 1)) {
                theirs.add(line.split(",")[0]);
                named.add(line.split(",")[1]);
            }
            users.put(size, theirs.size());
            items.put(size, named.size());
            assertThat(Files.readAllLines(folder.resolve("items-" + size + ".csv")))
                    .hasSize((int) (size / 200) + 1);
        }
        assertThat(users.get(100_000L) / (double) users.get(20_000L)).isBetween(4.5, 5.5);
        assertThat(items.get(100_000L) / (double) items.get(20_000L)).isBetween(4.5, 5.5);
    }

    @Test
    void noItemHasAnEventBeforeItAppears() throws IOException {
        var random = new SplittableRandom(1);
        var items = new Catalogue(500, EventGenerator.DAYS, random.split());
        long start = LAST + 1 - EventGenerator.DAYS * 86_400L;
        Set<Integer> late = new HashSet<>();
        for (String line : events(100_000, 1)) {
            String[] values = line.split(",");
            int item = Integer.parseInt(values[1].substring(1));
            assertThat(Long.parseLong(values[2]) - start).isGreaterThanOrEqualTo(items.born(item));
            if (items.born(item) > 0) {
                late.add(item);
            }
        }
        assertThat(late).hasSizeGreaterThan(200);
    }

    @Test
    void fewItemsTakeMuchOfTheEvents() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : events(100_000, 1)) {
            counts.merge(line.split(",")[1], 1, Integer::sum);
        }
        int top =
                counts.values().stream()
                        .sorted((a, b) -> b - a)
                        .limit(50)
                        .mapToInt(Integer::intValue)
                        .sum();
        assertThat(top).as("events of the 50 most popular of 500").isBetween(30_000, 80_000);
    }

    @Test
    void usersActOnWhatTheyLikeMoreThanChanceWould() throws IOException {
        var random = new SplittableRandom(1);
        var items = new Catalogue(500, EventGenerator.DAYS, random.split());
        var users = new Crowd(5000, EventGenerator.DAYS, random.split());
        long liked = 0;
        long byChance = 0;
        List<String> lines = events(100_000, 1);
        for (int i = 0; i < lines.size(); i++) {
            String[] values = lines.get(i).split(",");
            int user = Integer.parseInt(values[0].substring(1));
            liked += users.likes(user, items.topic(item(values))) ? 1 : 0;
            String[] others = lines.get((i + 7919) % lines.size()).split(",");
            byChance += users.likes(user, items.topic(item(others))) ? 1 : 0;
        }
        assertThat(liked).isGreaterThan(3 * byChance);
    }

    private static int item(String[] values) {
        return Integer.parseInt(values[1].substring(1));
    }

    @Test
    void tooFewEventsAreRefused() {
        assertThatThrownBy(() -> new EventGenerator(999, 1))
                .hasMessage("events must be at least 1000, got 999");
    }
}
