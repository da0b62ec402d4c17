package dev.waxwing.steps;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.waxwing.learn.Interactions;
import dev.waxwing.warehouse.Batch;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Acts of some days as numbers: 20 bytes each, ids once each. They can be kept in a file, so that the next night reads
/// only the days that are new or have changed.
///
/// A file holds, as [DataOutputStream] writes: a version; the ids of users and of items, each after how many; how many days there are; of each day its name, the hash of its content, how many acts it has, and
/// then, little-endian, the users of all of them, their items, seconds and weights.
final class Acts {
    private static final int VERSION = 2;

    final Ids users = new Ids();
    final Ids items = new Ids();
    private final SortedMap<String, Day> days = new TreeMap<>();

    /// The acts of one day.
    private static final class Day {
        /// Of the content of the partition; empty if that is not known to be what was read.
        private String hash = "";

        private int size;
        private int[] user = new int[256];
        private int[] item = new int[256];
        private long[] seconds = new long[256];
        private float[] weight = new float[256];

        void add(int byUser, int onItem, long at, float weighs) {
            if (size == user.length) {
                room(size + size / 2);
            }
            user[size] = byUser;
            item[size] = onItem;
            seconds[size] = at;
            weight[size++] = weighs;
        }

        void write(DataOutputStream out) throws IOException {
            for (Numbers some : all()) {
                some.write(out);
            }
        }

        void read(DataInputStream in, int acts) throws IOException {
            room(acts);
            size = acts;
            for (Numbers some : all()) {
                some.read(in);
            }
        }

        private List<Numbers> all() {
            return List.of(
                    new Numbers(MemorySegment.ofArray(user), JAVA_INT, size),
                    new Numbers(MemorySegment.ofArray(item), JAVA_INT, size),
                    new Numbers(MemorySegment.ofArray(seconds), JAVA_LONG, size),
                    new Numbers(MemorySegment.ofArray(weight), JAVA_FLOAT, size));
        }

        void room(int acts) {
            user = Arrays.copyOf(user, acts);
            item = Arrays.copyOf(item, acts);
            seconds = Arrays.copyOf(seconds, acts);
            weight = Arrays.copyOf(weight, acts);
        }
    }

    /// The first `size` numbers of an array; they come and go in blocks, as one by one they take longer than finding neighbours among them.
    private record Numbers(MemorySegment numbers, ValueLayout number, int size) {
        private static final int BLOCK = 1 << 16; // bytes

        void write(DataOutputStream out) throws IOException {
            byte[] block = new byte[BLOCK];
            int most = BLOCK / (int) number.byteSize();
            for (int at = 0; at < size; at += most) {
                int some = Math.min(most, size - at);
                MemorySegment.copy(
                        numbers,
                        number,
                        at * number.byteSize(),
                        MemorySegment.ofArray(block),
                        stored(),
                        0,
                        some);
                out.write(block, 0, some * (int) number.byteSize());
            }
        }

        void read(DataInputStream in) throws IOException {
            byte[] block = new byte[BLOCK];
            int most = BLOCK / (int) number.byteSize();
            for (int at = 0; at < size; at += most) {
                int some = Math.min(most, size - at);
                in.readFully(block, 0, some * (int) number.byteSize());
                MemorySegment.copy(
                        MemorySegment.ofArray(block),
                        stored(),
                        0,
                        numbers,
                        number,
                        at * number.byteSize(),
                        some);
            }
        }

        private ValueLayout stored() {
            return number.withOrder(ByteOrder.LITTLE_ENDIAN).withByteAlignment(1);
        }
    }

    /// Adds rows of user, item, microseconds, weight and day.
    void add(Batch batch) {
        String[] userIds = batch.strings(0);
        String[] itemIds = batch.strings(1);
        long[] micros = batch.longs(2);
        double[] weights = batch.doubles(3);
        String[] ds = batch.strings(4);
        Day day = new Day();
        for (int row = 0; row < batch.rows(); row++) {
            if (row == 0 || !ds[row].equals(ds[row - 1])) {
                day = days.computeIfAbsent(ds[row], _ -> new Day());
            }
            day.add(
                    users.number(userIds[row]),
                    items.number(itemIds[row]),
                    Math.floorDiv(micros[row], 1_000_000L),
                    (float) weights[row]);
        }
    }

    /// The days whose content is that of these partitions; the others are forgotten.
    SortedSet<String> keepOnly(Map<String, String> hashes) {
        days.entrySet().removeIf(e -> !e.getValue().hash.equals(hashes.get(e.getKey())));
        return new TreeSet<>(days.keySet());
    }

    /// Notes what the content of a day is.
    void hash(String ds, String hash) {
        days.computeIfAbsent(ds, _ -> new Day()).hash = hash;
    }

    /// Numbers users and items in the order of their ids.
    void sort() {
        int[] userPlaces = users.sort();
        int[] itemPlaces = items.sort();
        for (Day day : days.values()) {
            for (int k = 0; k < day.size; k++) {
                day.user[k] = userPlaces[day.user[k]];
                day.item[k] = itemPlaces[day.item[k]];
            }
        }
    }

    /// The acts of the days from `from` to `to`.
    Interactions between(LocalDate from, LocalDate to) {
        List<Day> wanted =
                List.copyOf(days.subMap(Days.ds(from), Days.ds(to.plusDays(1))).values());
        int size = wanted.stream().mapToInt(day -> day.size).sum();
        int[] user = new int[size];
        int[] item = new int[size];
        long[] seconds = new long[size];
        float[] weight = new float[size];
        int at = 0;
        for (Day day : wanted) {
            System.arraycopy(day.user, 0, user, at, day.size);
            System.arraycopy(day.item, 0, item, at, day.size);
            System.arraycopy(day.seconds, 0, seconds, at, day.size);
            System.arraycopy(day.weight, 0, weight, at, day.size);
            at += day.size;
        }
        return new Interactions(users.size(), items.size(), user, item, seconds, weight);
    }

    /// Writes the days from `from` to `to`, with all ids, in the order of their numbers.
    void write(Path file, LocalDate from, LocalDate to) throws IOException {
        SortedMap<String, Day> kept = days.subMap(Days.ds(from), Days.ds(to.plusDays(1)));
        try (DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            out.writeInt(VERSION);
            users.write(out);
            items.write(out);
            out.writeInt(kept.size());
            for (Map.Entry<String, Day> entry : kept.entrySet()) {
                Day day = entry.getValue();
                out.writeUTF(entry.getKey());
                out.writeUTF(day.hash);
                out.writeInt(day.size);
                day.write(out);
            }
        }
    }

    /// Reads what [#write] wrote. Ids that no act names any more keep their number and are not among the texts.
    /// @throws IOException if it is no such file
    static Acts read(Path file) throws IOException {
        Acts acts = new Acts();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException(file + " has version " + version + ", known is " + VERSION);
            }
            String[] userIds = Ids.read(in);
            String[] itemIds = Ids.read(in);
            boolean[] userSeen = new boolean[userIds.length];
            boolean[] itemSeen = new boolean[itemIds.length];
            int count = in.readInt();
            for (int d = 0; d < count; d++) {
                Day day = new Day();
                acts.days.put(in.readUTF(), day);
                day.hash = in.readUTF();
                day.read(in, in.readInt());
                for (int k = 0; k < day.size; k++) {
                    userSeen[day.user[k]] = true;
                    itemSeen[day.item[k]] = true;
                }
            }
            acts.users.know(userIds, userSeen);
            acts.items.know(itemIds, itemSeen);
        }
        for (Day day : acts.days.values()) {
            for (int k = 0; k < day.size; k++) {
                day.user[k] = acts.users.kept[day.user[k]];
                day.item[k] = acts.items.kept[day.item[k]];
            }
        }
        return acts;
    }

    /// Ids as numbers: in the order they came first, and after [#sort] in the order of their texts, so that the same acts
    /// have the same numbers and ties break by id.
    static final class Ids {
        private final Map<String, Integer> numbers = new HashMap<>();
        private List<String> sorted = List.of();

        /// By the number that an id had in the file it was read from: what it is called now, -1 if no act named it.
        private int[] kept = {};

        private int number(String id) {
            Integer known = numbers.putIfAbsent(id, numbers.size());
            return known == null ? numbers.size() - 1 : known;
        }

        private void know(String[] ids, boolean[] seen) {
            kept = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                kept[i] = seen[i] ? number(ids[i]) : -1;
            }
        }

        private int[] sort() {
            sorted = new ArrayList<>(numbers.keySet());
            Collections.sort(sorted);
            int[] places = new int[sorted.size()];
            for (int place = 0; place < places.length; place++) {
                places[numbers.get(sorted.get(place))] = place;
            }
            for (int i = 0; i < kept.length; i++) {
                kept[i] = kept[i] < 0 ? -1 : places[kept[i]];
            }
            numbers.clear();
            return places;
        }

        /// The ids by their numbers.
        List<String> sorted() {
            return sorted;
        }

        int size() {
            return sorted.size();
        }

        /// By the number of an id in the file it was read from: its number now, -1 if no act of that file named it.
        int[] kept() {
            return kept.clone();
        }

        private void write(DataOutputStream out) throws IOException {
            out.writeInt(sorted.size());
            for (String id : sorted) {
                out.writeUTF(id);
            }
        }

        private static String[] read(DataInputStream in) throws IOException {
            String[] ids = new String[in.readInt()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = in.readUTF();
            }
            return ids;
        }
    }
}
