package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.learn.Interactions;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ActsTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);

    @TempDir private Path folder;

    /// Rows as the step asks the engine for them.
    private static final class Rows implements Batch {
        private final String[] users;
        private final String[] items;
        private final long[] micros;
        private final double[] weights;
        private final String[] ds;

        Rows(String[] users, String[] items, long[] micros, double[] weights, String[] ds) {
            this.users = users;
            this.items = items;
            this.micros = micros;
            this.weights = weights;
            this.ds = ds;
        }

        @Override
        public int rows() {
            return users.length;
        }

        @Override
        public String[] strings(int column) {
            return column == 0 ? users : column == 1 ? items : ds;
        }

        @Override
        public long[] longs(int column) {
            return micros;
        }

        @Override
        public void doubles(int column, int row, int n, double[] out, int at) {
            System.arraycopy(weights, row, out, at, n);
        }

        @Override
        public List<Column> columns() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String[][] lists(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Double>[] weights(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, String>[] texts(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isNull(int column, int row) {
            return false;
        }
    }

    /// @param acts by day
    private static Acts drawn(int... acts) {
        Random random = new Random(4);
        int rows = Arrays.stream(acts).sum();
        Rows drawn =
                new Rows(
                        new String[rows],
                        new String[rows],
                        new long[rows],
                        new double[rows],
                        new String[rows]);
        int row = 0;
        for (int day = 0; day < acts.length; day++) {
            for (int act = 0; act < acts[day]; act++, row++) {
                drawn.users[row] = "ü" + random.nextInt(1000);
                drawn.items[row] = "i" + random.nextInt(300);
                drawn.micros[row] = random.nextLong() >> 8;
                drawn.weights[row] = 1 - random.nextFloat();
                drawn.ds[row] = Days.ds(FIRST.plusDays(day));
            }
        }
        Acts made = new Acts();
        made.add(drawn);
        for (int day = 0; day < acts.length; day++) {
            made.hash(Days.ds(FIRST.plusDays(day)), "hash " + day);
        }
        made.sort();
        return made;
    }

    @Test
    void whatIsReadIsWhatWasWrittenHoweverManyActsADayHas() throws IOException {
        int[] acts = {0, 1, 8191, 8192, 8193, 16_384, 16_385, 40_000, 0};
        Acts written = drawn(acts);
        Path file = folder.resolve("acts.bin");
        LocalDate last = FIRST.plusDays(acts.length - 1);
        written.write(file, FIRST, last);
        Acts read = Acts.read(file);
        read.sort();
        assertThat(read.users.sorted()).isEqualTo(written.users.sorted());
        assertThat(read.items.sorted()).isEqualTo(written.items.sorted());
        Interactions is = read.between(FIRST, last);
        Interactions was = written.between(FIRST, last);
        assertThat(is.size()).isEqualTo(was.size()).isEqualTo(Arrays.stream(acts).sum());
        for (int k = 0; k < was.size(); k++) {
            assertThat(is.user(k)).isEqualTo(was.user(k));
            assertThat(is.item(k)).isEqualTo(was.item(k));
            assertThat(is.seconds(k)).isEqualTo(was.seconds(k));
            assertThat(is.weight(k)).isEqualTo(was.weight(k));
        }
        assertThat(read.keepOnly(Map.of("20260102", "hash 1", "20260103", "another")))
                .containsExactly("20260102");
    }

    @Test
    void aFileHoldsADaysActsColumnByColumn() throws IOException {
        Acts acts = new Acts();
        acts.add(
                new Rows(
                        new String[] {"u", "v"},
                        new String[] {"i", "i"},
                        new long[] {258_000_000, 1_999_999},
                        new double[] {1, 0.5},
                        new String[] {"20260101", "20260101"}));
        acts.hash("20260101", "h");
        acts.sort();
        Path file = folder.resolve("acts.bin");
        acts.write(file, FIRST, FIRST);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo(
                        "00000002" // version
                                + "00000002"
                                + "000175"
                                + "000176" // users
                                + "00000001"
                                + "000169" // items
                                + "00000001"
                                + "00083230323630313031"
                                + "000168"
                                + "00000002" // day
                                + "00000000"
                                + "01000000" // by
                                + "00000000"
                                + "00000000" // on
                                + "0201000000000000"
                                + "0100000000000000" // seconds
                                + "0000803f"
                                + "0000003f"); // weights
    }

    @Test
    void aFileThatEndsTooSoonOrIsOfAnotherVersionIsRefused() throws IOException {
        Path file = folder.resolve("acts.bin");
        drawn(10_000).write(file, FIRST, FIRST);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Acts.read(file)).isInstanceOf(EOFException.class);
        bytes[3] = 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Acts.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has version 1, known is 2");
    }
}
