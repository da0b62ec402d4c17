package dev.waxwing.learn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// What a night knew of the neighbours of items, kept so that the next one need not count all pairs again: the list of
/// items of each user, and of each item its nearest ones with their counts and a bound for all others ([KeptRow]).
///
/// A file holds, little-endian: `"WXNIGHT1"`; the formula, as an int, how many bytes, and text; as ints how many items
/// and users there are, how many (user, item) pairs, and how many bytes a number of what follows takes (2 if there are
/// not more items, and no item has more users, than 65,535; else 4); as ints the length of each user's list; the lists;
/// for each item its bound, a double, as an int how many others are kept (-1: the item is always counted), their numbers
/// and their counts; last, as a long, the CRC-32C of everything before it.
public final class KeptNeighbours implements AutoCloseable {
    private static final long MAGIC = 0x3154_4847_494e_5857L; // WXNIGHT1
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfChar CHAR =
            ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final MemorySegment file;
    private final int width;

    /// The formula that bounds are of.
    private final String formula;

    /// Where the list of each user begins in the file, and the end of all; likewise the row of each item.
    private final long[] lists;

    private final long[] rows;

    /// What users that there are now, and items, were called then: -1 if there was no such one.
    private final int[] usersThen;

    private final int[] itemsThen;

    /// What the items of then are called now.
    private final int[] itemsNow;

    private KeptNeighbours(
            Arena arena,
            MemorySegment file,
            int width,
            String formula,
            long[] lists,
            long[] rows,
            int[] usersThen,
            int[] itemsThen,
            int[] itemsNow) {
        this.arena = arena;
        this.file = file;
        this.width = width;
        this.formula = formula;
        this.lists = lists;
        this.rows = rows;
        this.usersThen = usersThen;
        this.itemsThen = itemsThen;
        this.itemsNow = itemsNow;
    }

    /// What of the parameters must be the same so that one night can go on from another.
    static String formula(NeighbourParams p) {
        return "%s alpha %s weight %s hot-penalty %s min-support %d top %d"
                .formatted(
                        p.similarity(),
                        p.alpha(),
                        p.weight(),
                        p.hotPenalty(),
                        p.minSupport(),
                        p.top());
    }

    /// Opens what a [Keeper] wrote; items' rows stay in the file until they are asked for.
    /// @throws TrainingException if it is no such file, or not a whole one
    @SuppressWarnings("MustBeClosedChecker") // what is kept owns the arena and closes it
    public static KeptNeighbours open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            check(path, file);
            int formulaBytes = file.get(INT, 8);
            byte[] formula = file.asSlice(12, formulaBytes).toArray(ValueLayout.JAVA_BYTE);
            long at = 12L + formulaBytes;
            int[] head = new int[4];
            MemorySegment.copy(file, INT, at, head, 0, 4);
            int width = head[3];
            long[] lists = new long[head[1] + 1];
            lists[0] = at + 16 + 4L * head[1];
            for (int user = 0; user < head[1]; user++) {
                lists[user + 1] = lists[user] + (long) width * file.get(INT, at + 16 + 4L * user);
            }
            at = lists[head[1]];
            long[] rows = new long[head[0]];
            for (int item = 0; item < rows.length; item++) {
                rows[item] = at;
                at += 12 + 2L * width * Math.max(0, file.get(INT, at + 8));
            }
            String text = new String(formula, StandardCharsets.UTF_8);
            return new KeptNeighbours(
                    arena,
                    file,
                    width,
                    text,
                    lists,
                    rows,
                    same(head[1]),
                    same(head[0]),
                    same(head[0]));
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException("cannot read kept neighbours from " + path, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static int[] same(int n) {
        int[] same = new int[n];
        Arrays.setAll(same, i -> i);
        return same;
    }

    private static void check(Path path, MemorySegment file) {
        long whole = file.byteSize() - 8;
        if (whole < 24 || file.get(LONG, 0) != MAGIC) {
            throw new TrainingException(path + " holds no kept neighbours; count without it");
        }
        CRC32C crc = new CRC32C();
        for (long at = 0; at < whole; at += 1 << 30) {
            crc.update(file.asSlice(at, Math.min(1 << 30, whole - at)).asByteBuffer());
        }
        if (crc.getValue() != file.get(LONG, whole)) {
            throw new TrainingException(
                    "%s has the checksum %08x and says it has %08x; the file is damaged, count without it"
                            .formatted(path, crc.getValue(), file.get(LONG, whole)));
        }
    }

    /// @throws TrainingException if the acts have not as many users and items
    void requireBelongTo(int userCount, int itemCount) {
        if (usersThen.length != userCount || itemsThen.length != itemCount) {
            throw new TrainingException(
                    "neighbours: what was kept is of "
                            + usersThen.length
                            + " users and "
                            + itemsThen.length
                            + " items, the acts of "
                            + userCount
                            + " users and "
                            + itemCount
                            + " items; renumber what was kept, or count without it");
        }
    }

    /// @throws TrainingException if bounds are of another formula
    void requireFormula(NeighbourParams params) {
        if (!formula.equals(formula(params))) {
            throw new TrainingException(
                    "neighbours: what was kept is of "
                            + formula
                            + ", wanted is "
                            + formula(params)
                            + "; count without it");
        }
    }

    /// The same where users and items have other numbers: `userNumbers[u]` is what user `u` is called now, `-1`
    /// if it had no list; items likewise. Numbers must keep their order; there may be more users and items than there
    /// were. Closing either closes both.
    /// @throws TrainingException if a user with a list, or an item of one, has no number now
    public KeptNeighbours renumbered(
            int[] userNumbers, int userCount, int[] itemNumbers, int itemCount) {
        requireAscending("users", userNumbers, userCount);
        requireAscending("items", itemNumbers, itemCount);
        for (int user = 0; user < lists.length - 1; user++) {
            if (length(user) > 0) {
                requireNumber("user", user, userNumbers);
            }
        }
        int[] users = itemLengths();
        for (int item = 0; item < rows.length; item++) {
            if (users[item] > 0) {
                requireNumber("item", item, itemNumbers);
            }
        }
        return new KeptNeighbours(
                arena,
                file,
                width,
                formula,
                lists,
                rows,
                then(userNumbers, userCount),
                then(itemNumbers, itemCount),
                itemNumbers);
    }

    private static int[] then(int[] numbers, int count) {
        int[] then = new int[count];
        Arrays.fill(then, -1);
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] >= 0) {
                then[numbers[i]] = i;
            }
        }
        return then;
    }

    private static void requireNumber(String what, int of, int[] numbers) {
        if (of >= numbers.length || numbers[of] < 0) {
            throw new TrainingException(
                    "neighbours: what was kept knows "
                            + what
                            + " "
                            + of
                            + ", of whom the acts it was kept with say nothing; count without it");
        }
    }

    private static void requireAscending(String what, int[] numbers, int count) {
        int last = -1;
        for (int number : numbers) {
            if (number < 0) {
                continue;
            }
            if (number <= last || number >= count) {
                throw new IllegalArgumentException(
                        what
                                + " must keep their order below "
                                + count
                                + ", got "
                                + number
                                + " after "
                                + last);
            }
            last = number;
        }
    }

    private int length(int userThen) {
        return (int) (lists[userThen + 1] - lists[userThen]) / width;
    }

    /// Reads the list that a user had; answers how long it is.
    /// @param into with room for all items
    int list(int user, int[] into) {
        int then = usersThen[user];
        int length = then < 0 ? 0 : length(then);
        if (length > 0) {
            read(lists[then], length, into);
            toNow(into, length);
        }
        return length;
    }

    /// How many users each item had.
    int[] itemLengths() {
        int[] lengths = new int[itemsThen.length];
        int[] list = new int[rows.length];
        for (int user = 0; user < lists.length - 1; user++) {
            int length = length(user);
            read(lists[user], length, list);
            for (int k = 0; k < length; k++) {
                lengths[itemsNow[list[k]]]++;
            }
        }
        return lengths;
    }

    /// What is known of an item.
    KeptRow row(int item) {
        int then = itemsThen[item];
        int size = then < 0 ? -1 : file.get(INT, rows[then] + 8);
        if (size < 0) {
            return KeptRow.NONE;
        }
        int[] others = new int[size];
        read(rows[then] + 12, size, others);
        toNow(others, size);
        int[] counts = new int[size];
        read(rows[then] + 12 + (long) width * size, size, counts);
        return new KeptRow(file.get(DOUBLE, rows[then]), others, counts);
    }

    private void toNow(int[] items, int n) {
        for (int k = 0; k < n; k++) {
            items[k] = itemsNow[items[k]];
        }
    }

    private void read(long at, int n, int[] into) {
        if (width == 4) {
            MemorySegment.copy(file, INT, at, into, 0, n);
            return;
        }
        for (int k = 0; k < n; k++) {
            into[k] = file.get(CHAR, at + 2L * k);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    /// Writes what a search knows as it goes. Closed before the last row is there, it takes its file away.
    public static final class Keeper implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer bytes =
                ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        private final int all;
        private final int width;
        private int rows;

        /// @param all items that are to come
        /// @param mostUsers that an item has
        Keeper(Path path, String formula, int all, int mostUsers, Profiles.Side users) {
            this.path = path;
            this.all = all;
            width = Math.max(all, mostUsers) > Character.MAX_VALUE ? 4 : 2;
            try {
                channel =
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw failed(e);
            }
            try {
                byte[] text = formula.getBytes(StandardCharsets.UTF_8);
                bytes.putLong(MAGIC).putInt(text.length).put(text);
                bytes.putInt(all).putInt(users.rows()).putInt(users.ids.length).putInt(width);
                int[] lengths = new int[users.rows()];
                Arrays.setAll(lengths, users::length);
                write(4, lengths);
                write(width, users.ids);
            } catch (IOException e) {
                UncheckedIOException told = failed(e);
                try {
                    close();
                } catch (UncheckedIOException also) {
                    told.addSuppressed(also);
                }
                throw told;
            }
        }

        /// The row that is next, of those that the search was asked for.
        int next() {
            return rows;
        }

        /// @param row of the item that is next
        void add(KeptRow row) {
            rows++;
            try {
                room(12);
                bytes.putDouble(row.bound);
                bytes.putInt(row == KeptRow.NONE ? -1 : row.items.length);
                write(width, row.items);
                write(width, row.counts);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private void write(int width, int[] numbers) throws IOException {
            for (int at = 0; at < numbers.length; ) {
                room(width);
                int some = Math.min(numbers.length - at, bytes.remaining() / width);
                if (width == 4) {
                    bytes.asIntBuffer().put(numbers, at, some);
                    bytes.position(bytes.position() + 4 * some);
                } else {
                    for (int k = at; k < at + some; k++) {
                        bytes.putChar((char) numbers[k]);
                    }
                }
                at += some;
            }
        }

        private void room(int n) throws IOException {
            if (bytes.remaining() < n) {
                flush();
            }
        }

        private void flush() throws IOException {
            crc.update(bytes.flip());
            bytes.rewind();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            bytes.clear();
        }

        @Override
        public void close() {
            try (channel) {
                if (rows == all) {
                    flush();
                    bytes.putLong(crc.getValue());
                    flush();
                }
            } catch (IOException e) {
                throw failed(e);
            }
            if (rows < all) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot remove half of " + path, e);
                }
            }
        }

        private UncheckedIOException failed(IOException e) {
            return new UncheckedIOException("cannot write kept neighbours to " + path, e);
        }
    }
}
