package dev.waxwing.bench.neighbours;

import dev.waxwing.bench.CProgram;
import dev.waxwing.learn.Interactions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// How fast this machine counts pairs at all: `counts.c`, which chooses no neighbours. Lists are made before its rounds begin.
final class CCounts {
    private CCounts() {}

    /// One round of the program.
    record Round(double cpu, double wall, long counts, long megabytes) {
        static Round of(String line) {
            String[] words = line.split(" ");
            return new Round(
                    Double.parseDouble(words[0]),
                    Double.parseDouble(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]));
        }
    }

    /// @param byUser whether users are counted for users, else items for items
    /// @param half whether a pair is counted once, not for each of its two
    /// @throws IOException if the program counted more or fewer than there are
    static List<Round> measure(Interactions acts, boolean byUser, boolean half, int rounds)
            throws IOException, InterruptedException {
        int rows = byUser ? acts.userCount() : acts.itemCount();
        int profiles = byUser ? acts.itemCount() : acts.userCount();
        ByteBuffer bytes = CProgram.buffer(12 + 8 * acts.size());
        bytes.putInt(rows).putInt(profiles).putInt(acts.size());
        IntStream users = IntStream.range(0, acts.size()).map(acts::user);
        IntStream items = IntStream.range(0, acts.size()).map(acts::item);
        (byUser ? users : items).forEach(bytes::putInt);
        (byUser ? items : users).forEach(bytes::putInt);
        try (CProgram program = new CProgram(CCounts.class, "counts.c")) {
            Path file = program.write("acts", bytes);
            List<Round> found =
                    program
                            .lines(
                                    file.toString(),
                                    half ? "half" : "full",
                                    Integer.toString(rounds))
                            .stream()
                            .map(Round::of)
                            .toList();
            long expected = meetings(acts, byUser, profiles, half);
            for (Round round : found) {
                if (round.counts() != expected) {
                    throw new IOException(round.counts() + " counted, there are " + expected);
                }
            }
            return found;
        }
    }

    /// As many as `counts.c` is to count: a full matrix counts each row with itself, too.
    private static long meetings(Interactions acts, boolean byUser, int profiles, boolean half) {
        long[] lengths = new long[profiles];
        for (int k = 0; k < acts.size(); k++) {
            lengths[byUser ? acts.item(k) : acts.user(k)]++;
        }
        long all = 0;
        for (long length : lengths) {
            all += half ? length * (length - 1) / 2 : length * length;
        }
        return all;
    }
}
