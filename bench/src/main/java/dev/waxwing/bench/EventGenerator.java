package dev.waxwing.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.SplittableRandom;

/// Writes the events of a made-up world, `user,item,ts,event,weight` in the order of time, and its items,
/// `item,title,tags`. The same size and seed give the same bytes.
///
/// 90 days; one user to 20 events and one item to 200, so that all three grow together. Each hour has its share of the
/// day, evenings the largest, weekends more. No item has an event before it appears. What is in memory grows with users and
/// items, not with events.
final class EventGenerator {
    static final int DAYS = 90;
    static final LocalDate LAST_DAY = LocalDate.of(2025, 3, 31);

    private static final int EVENTS_A_USER = 20;
    private static final int EVENTS_AN_ITEM = 200;
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;
    private static final int[] RHYTHM = {
        20, 12, 8, 6, 6, 8, 14, 24, 34, 38, 40, 42, 46, 46, 44, 44, 48, 56, 68, 84, 96, 92, 70, 40
    };
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_LINE = 80;

    private final long events;
    private final long seed;

    /// @param events at least 1000
    EventGenerator(long events, long seed) {
        if (events < 1000) {
            throw new IllegalArgumentException("events must be at least 1000, got " + events);
        }
        this.events = events;
        this.seed = seed;
    }

    int users() {
        return Math.toIntExact(events / EVENTS_A_USER);
    }

    int items() {
        return Math.toIntExact(events / EVENTS_AN_ITEM);
    }

    void write(Path eventFile, Path itemFile) throws IOException {
        var random = new SplittableRandom(seed);
        var items = new Catalogue(items(), DAYS, random.split());
        var users = new Crowd(users(), DAYS, random.split());
        try (OutputStream out = Files.newOutputStream(itemFile)) {
            var lines = new Lines(out).text("item,title,tags\n");
            for (int item = 0; item < items.size(); item++) {
                describe(items, item, lines);
            }
            lines.flush();
        }
        try (OutputStream out = Files.newOutputStream(eventFile)) {
            var lines = new Lines(out).text("user,item,ts,event,weight\n");
            act(users, items, random, lines);
            lines.flush();
        }
    }

    private static void describe(Catalogue items, int item, Lines lines) throws IOException {
        int year = LAST_DAY.getYear() - item % 5 * (item % 7);
        lines.text("i").number(item).text(",Item ").number(item).text(" (").number(year);
        lines.text("),topic ").number(items.topic(item));
        if (items.second(item) != items.topic(item)) {
            lines.text("|topic ").number(items.second(item));
        }
        lines.text("\n");
    }

    private void act(Crowd users, Catalogue items, SplittableRandom random, Lines lines)
            throws IOException {
        LocalDate first = LAST_DAY.minusDays(DAYS - 1L);
        long start = first.toEpochDay() * DAY;
        long total = 0;
        for (int day = 0; day < DAYS; day++) {
            total += share(first.plusDays(day), day, 24);
        }
        long before = 0;
        long done = 0;
        for (int day = 0; day < DAYS; day++) {
            users.begin(day);
            items.begin(day);
            for (int hour = 0; hour < 24; hour++) {
                long sofar = before + share(first.plusDays(day), day, hour + 1);
                long upTo = Math.multiplyExact(events, sofar) / total;
                for (long nth = done; nth < upTo; nth++) {
                    long second = day * DAY + hour * HOUR + HOUR * (nth - done) / (upTo - done);
                    act(users, items, start, second, random, lines);
                }
                done = upTo;
            }
            before += share(first.plusDays(day), day, 24);
        }
    }

    /// How much of the world's acts fall on the first hours of a day: weekends have more, and all grows a little.
    private static long share(LocalDate date, int day, int hours) {
        long sum = 0;
        for (int hour = 0; hour < hours; hour++) {
            sum += RHYTHM[hour];
        }
        int weekend = date.atStartOfDay(ZoneOffset.UTC).getDayOfWeek().getValue() > 5 ? 13 : 10;
        return sum * weekend * (2 * DAYS + day);
    }

    private static void act(
            Crowd users,
            Catalogue items,
            long start,
            long second,
            SplittableRandom random,
            Lines lines)
            throws IOException {
        int user = users.someone(random);
        int item = users.choice(user, items, random);
        while (items.born(item) > second) { // appears later today
            item = items.any(random);
        }
        int liking = (users.likes(user, items.topic(item)) ? 5 : 2) + random.nextInt(5);
        lines.text("u").number(user).text(",i").number(item).text(",").number(start + second);
        lines.text(",action,0.").number(liking).text("\n");
    }

    /// ASCII, gathered before it goes out.
    private static final class Lines {
        private final OutputStream out;
        private final byte[] buffer = new byte[BUFFER];
        private final byte[] digits = new byte[20];
        private int size;

        Lines(OutputStream out) {
            this.out = out;
        }

        Lines text(String text) throws IOException {
            if (size > BUFFER - LONGEST_LINE) {
                flush();
            }
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, buffer, size, bytes.length);
            size += bytes.length;
            return this;
        }

        Lines number(long number) {
            int at = digits.length;
            long rest = number;
            do {
                digits[--at] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest > 0);
            System.arraycopy(digits, at, buffer, size, digits.length - at);
            size += digits.length - at;
            return this;
        }

        void flush() throws IOException {
            out.write(buffer, 0, size);
            size = 0;
        }
    }
}
