package dev.waxwing.learn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/// How many users any two items have in common, kept so that the next night need not count them again, together with
/// the lists of items of each user that were counted.
///
/// Whole numbers can be taken back: what a user's old list gave is subtracted, what the new list gives is added, and
/// the sum is what counting everything gives, whatever changed in between: days that came and went, late acts, caps.
///
/// The counts are a full matrix, because counting is cheap: unpacking the entries of a packed row took longer than
/// counting what they hold. So they are worth keeping only where many pairs meet in each entry
/// ([NeighbourSearch#countsPay]), and there nearly all entries are filled.
///
/// A file holds, little-endian: `"WXPAIRS1"`; as ints how many items have users, how many users there are, how many
/// (user, item) pairs, and how many bytes a count takes (2, or 4 if an item has more than 65,535 users); the numbers
/// of these items; the length of each user's list; the lists; the matrix, row by row in the order of the numbers.
public final class PairCounts implements AutoCloseable {
    private static final long MAGIC = 0x3153_5249_4150_5857L; // WXPAIRS1
    private static final int HEAD = 24;
    private static final int MOST_ITEMS = 1 << 30; // beyond that the size of a matrix is no long
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfChar CHAR =
            ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final MemorySegment matrix;
    private final int width;

    /// Which items have a row and a column, ascending.
    final int[] items;

    /// The lists that were counted.
    final Profiles.Side users;

    private PairCounts(
            Arena arena, MemorySegment matrix, int width, int[] items, Profiles.Side users) {
        this.arena = arena;
        this.matrix = matrix;
        this.width = width;
        this.items = items;
        this.users = users;
    }

    /// Opens what a [Keeper] wrote; the matrix stays in the file until it is asked for.
    /// @throws TrainingException if it is no such file, or not a whole one
    @SuppressWarnings("MustBeClosedChecker") // the counts own the arena and close it
    public static PairCounts open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (file.byteSize() < HEAD || file.get(LONG, 0) != MAGIC) {
                throw new TrainingException(path + " holds no counts of pairs of items");
            }
            int[] head = ints(file, 8, 4);
            checkSize(path, head, file.byteSize());
            long n = head[0];
            int[] items = ints(file, HEAD, head[0]);
            Profiles.Side users = new Profiles.Side(head[1], head[2], false, false);
            int[] lengths = ints(file, HEAD + 4 * n, head[1]);
            MemorySegment.copy(file, INT, HEAD + 4 * (n + head[1]), users.ids, 0, head[2]);
            checkLists(path, items, lengths, users);
            MemorySegment matrix = file.asSlice(HEAD + 4 * (n + head[1] + head[2]));
            return new PairCounts(arena, matrix, head[3], items, users);
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException("cannot read counts of pairs from " + path, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// @param head items, users, pairs, bytes a count
    private static void checkSize(Path path, int[] head, long bytes) {
        long n = head[0];
        long width = head[3];
        if (n < 0 || head[1] < 0 || head[2] < 0 || (width != 2 && width != 4)) {
            throw damaged(
                    path,
                    "speaks of "
                            + n
                            + " items, "
                            + head[1]
                            + " users, "
                            + head[2]
                            + " pairs and "
                            + width
                            + " bytes a count, of which there are 2 or 4");
        }
        long rows = HEAD + 4 * (n + head[1] + head[2]);
        if (n > MOST_ITEMS || bytes != rows + n * n * width) {
            throw damaged(
                    path,
                    "has "
                            + bytes
                            + " bytes, and counts of "
                            + n
                            + " items have "
                            + (n > MOST_ITEMS ? "more" : rows + n * n * width));
        }
    }

    /// Fills in where each user's list begins.
    private static void checkLists(Path path, int[] items, int[] lengths, Profiles.Side users) {
        for (int k = 0; k < items.length; k++) {
            if (items[k] <= (k == 0 ? -1 : items[k - 1])) {
                throw damaged(
                        path,
                        "numbers its items "
                                + (k == 0 ? "" : items[k - 1] + ", ")
                                + items[k]
                                + ", which do not ascend from 0 on");
            }
        }
        long pairs = 0;
        for (int user = 0; user < lengths.length; user++) {
            pairs += lengths[user];
            if (lengths[user] < 0 || pairs > users.ids.length) {
                throw damaged(
                        path,
                        "gives user "
                                + user
                                + " "
                                + lengths[user]
                                + " of "
                                + users.ids.length
                                + " pairs");
            }
            users.starts[user + 1] = (int) pairs;
        }
        if (pairs != users.ids.length) {
            throw damaged(
                    path, "has " + users.ids.length + " pairs, but lists of " + pairs + " in all");
        }
        BitSet counted = new BitSet();
        for (int item : items) {
            counted.set(item);
        }
        for (int user = 0; user < lengths.length; user++) {
            int last = -1;
            for (int k = users.starts[user]; k < users.starts[user + 1]; k++) {
                int item = users.ids[k];
                if (item <= last || !counted.get(item)) {
                    throw damaged(
                            path,
                            "lists item "
                                    + item
                                    + " under user "
                                    + user
                                    + (item <= last
                                            ? ", after " + last
                                            : ", but counts no such item"));
                }
                last = item;
            }
        }
    }

    private static TrainingException damaged(Path path, String found) {
        return new TrainingException(
                path + " " + found + "; the file is damaged, count without it");
    }

    /// @throws TrainingException if the acts have not as many users, or not all the items
    void requireBelongTo(int userCount, int itemCount) {
        int last = items.length == 0 ? -1 : items[items.length - 1];
        if (users.rows() != userCount || last >= itemCount) {
            throw new TrainingException(
                    "neighbours: the counts are of "
                            + users.rows()
                            + " users and of items up to number "
                            + last
                            + ", the acts of "
                            + userCount
                            + " users and "
                            + itemCount
                            + " items; renumber the counts, or count without them");
        }
    }

    private static int[] ints(MemorySegment file, long at, int n) {
        int[] ints = new int[n];
        MemorySegment.copy(file, INT, at, ints, 0, n);
        return ints;
    }

    /// The same counts where users and items have other numbers: `userNumbers[u]` is what user `u` is called now, `-1`
    /// if it had no list. Numbers must keep their order; there may be more users and items than there were. Closing
    /// either closes both.
    /// @throws TrainingException if a user with a list, or an item, has no number now
    public PairCounts renumbered(
            int[] userNumbers, int userCount, int[] itemNumbers, int itemCount) {
        requireAscending("users", userNumbers, userCount);
        requireAscending("items", itemNumbers, itemCount);
        for (int user = 0; user < users.rows(); user++) {
            requireNumber("user", user, users.length(user) == 0, userNumbers);
        }
        for (int item : items) {
            requireNumber("item", item, false, itemNumbers);
        }
        Profiles.Side renamed = new Profiles.Side(userCount, users.ids.length, false, false);
        for (int user = 0; user < users.rows(); user++) {
            if (users.length(user) > 0) {
                renamed.starts[userNumbers[user] + 1] = users.length(user);
            }
        }
        for (int user = 0; user < userCount; user++) {
            renamed.starts[user + 1] += renamed.starts[user];
        }
        Arrays.setAll(renamed.ids, k -> itemNumbers[users.ids[k]]);
        int[] itemsNow = Arrays.stream(items).map(item -> itemNumbers[item]).toArray();
        return new PairCounts(arena, matrix, width, itemsNow, renamed);
    }

    private static void requireNumber(String what, int of, boolean spared, int[] numbers) {
        if (!spared && (of >= numbers.length || numbers[of] < 0)) {
            throw new TrainingException(
                    "neighbours: the counts know "
                            + what
                            + " "
                            + of
                            + ", of whom the acts they were kept with say nothing; count without"
                            + " them");
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

    /// Puts a row where its counts belong now; nothing if there is none.
    /// @param nth which of [#items]; below 0 if none of them
    /// @param placeNow where the counts of each of [#items] go
    void read(int nth, int[] placeNow, int[] into) {
        int n = items.length;
        for (int k = 0; nth >= 0 && k < n; k++) {
            into[placeNow[k]] = entry((long) nth * n + k);
        }
    }

    /// The same, where 16 bits are enough; larger counts keep their low bits.
    void read(int nth, int[] placeNow, char[] into) {
        int n = items.length;
        for (int k = 0; nth >= 0 && k < n; k++) {
            into[placeNow[k]] = (char) entry((long) nth * n + k);
        }
    }

    private int entry(long at) {
        return width == 4 ? matrix.get(INT, 4 * at) : matrix.get(CHAR, 2 * at);
    }

    @Override
    public void close() {
        arena.close();
    }

    /// Writes the counts of a search as it goes. Closed before the last row is there, it takes its file away.
    public static final class Keeper implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private final int width;
        private final ByteBuffer bytes;
        private final int all;
        private int rows;

        /// @param all rows that are to come
        /// @param items those that have users
        Keeper(Path path, int all, int[] items, int mostUsers, Profiles.Side users) {
            this.path = path;
            this.all = all;
            width = mostUsers > Character.MAX_VALUE ? 4 : 2;
            bytes =
                    ByteBuffer.allocate(Math.max(1 << 16, 4 * items.length))
                            .order(ByteOrder.LITTLE_ENDIAN);
            try {
                channel =
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw failed(e);
            }
            try {
                bytes.putLong(MAGIC)
                        .putInt(items.length)
                        .putInt(users.rows())
                        .putInt(users.ids.length)
                        .putInt(width);
                write(items);
                int[] lengths = new int[users.rows()];
                Arrays.setAll(lengths, users::length);
                write(lengths);
                write(users.ids);
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

        /// @param counts the row's entries; empty if its item has no users
        void add(int[] counts) {
            rows++;
            try {
                if (width == 4) {
                    write(counts);
                    return;
                }
                for (int count : counts) {
                    if (bytes.remaining() < 2) {
                        flush();
                    }
                    bytes.putChar((char) count);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private void write(int[] numbers) throws IOException {
            for (int number : numbers) {
                if (bytes.remaining() < 4) {
                    flush();
                }
                bytes.putInt(number);
            }
        }

        private void flush() throws IOException {
            bytes.flip();
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
                }
            } catch (IOException e) {
                throw failed(e);
            }
            if (rows < all) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot remove half of the counts: " + path, e);
                }
            }
        }

        private UncheckedIOException failed(IOException e) {
            return new UncheckedIOException("cannot write counts of pairs to " + path, e);
        }
    }
}
