package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.learn.XlearnFormat.Kind;
import dev.waxwing.model.FactorModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

class XlearnDataTest {
    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("rows.txt"), text);
    }

    private XlearnData read(String text) throws IOException {
        return XlearnData.read(file(text), FactorModel.Kind.FFM);
    }

    private List<String> problems(String text) throws IOException {
        Path file = file(text);
        XlearnFileException refused =
                catchThrowableOfType(
                        XlearnFileException.class,
                        () -> XlearnData.read(file, FactorModel.Kind.FFM));
        assertThat(refused).as(text).isNotNull();
        return refused.problems().stream()
                .map(problem -> problem.replace(file.toString(), "F"))
                .toList();
    }

    /// `label|field:index:value …`, one text a row.
    private static List<String> shown(FactorRows rows) {
        List<String> shown = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            StringBuilder text = new StringBuilder().append(rows.label[row]).append('|');
            for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
                text.append(rows.field == null ? 0 : rows.field[e]).append(':');
                text.append(rows.index[e]).append(':');
                text.append(rows.value == null ? 1f : rows.value[e]).append(' ');
            }
            shown.add(text.toString().strip());
        }
        return shown;
    }

    @Test
    void theFormatIsSeenFromTheFirstLineAsXlearnSeesIt() throws IOException {
        assertThat(read("1 0:1 3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBSVM, ' ', true));
        assertThat(read("1\t0:1\t3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBSVM, '\t', true));
        assertThat(read("1,0:1,3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBSVM, ',', true));
        assertThat(read("0:1 3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBSVM, ' ', false));
        assertThat(read("3:0.5\n").format()).isEqualTo(new XlearnFormat(Kind.LIBSVM, ' ', false));
        assertThat(read("1 2:0:1 3:3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBFFM, ' ', true));
        assertThat(read("2:0:1,3:3:0.5\n").format())
                .isEqualTo(new XlearnFormat(Kind.LIBFFM, ',', false));
        assertThat(read("1,0.5,7\n").format()).isEqualTo(new XlearnFormat(Kind.CSV, ',', true));
        assertThat(read("1 0.5 7\n").format()).isEqualTo(new XlearnFormat(Kind.CSV, ' ', true));
    }

    @Test
    void rowsComeAsTheyStand() throws IOException {
        assertThat(shown(read("1 0:1 3:0.5\n-1\n0 2:-7e-1 2:1\n").rows()))
                .containsExactly("1.0|0:0:1.0 0:3:0.5", "-1.0|", "0.0|0:2:-0.7 0:2:1.0");
        assertThat(shown(read("1 4:0:1 2:3:0.5").rows())).containsExactly("1.0|4:0:1.0 2:3:0.5");
        assertThat(shown(read("0:1 3:0.5\r\n7:2 \t\r\n").rows()))
                .containsExactly("NaN|0:0:1.0 0:3:0.5", "NaN|0:7:2.0");
        assertThat(shown(read("2.5,0,-1\n3,4,0.25\n").rows()))
                .containsExactly("2.5|0:0:0.0 0:1:-1.0", "3.0|0:0:4.0 0:1:0.25");
        assertThat(shown(read(" 1   0.5  1\n2 3 4 \n").rows()))
                .containsExactly("1.0|0:0:0.5 0:1:1.0", "2.0|0:0:3.0 0:1:4.0");
        assertThat(shown(read("1 0:1  3:0.5  \n").rows())).containsExactly("1.0|0:0:1.0 0:3:0.5");
    }

    @Test
    void rowsWithoutLabelsMayBeEmpty() throws IOException {
        FactorRows rows = read("0:1 3:1\n\n2:1\n").rows();
        assertThat(shown(rows)).containsExactly("NaN|0:0:1.0 0:3:1.0", "NaN|", "NaN|0:2:1.0");
        assertThat(rows.features()).isEqualTo(4);
    }

    @Test
    void oneHotRowsKeepNoValuesAndRowsForFmNoFields() throws IOException {
        assertThat(read("1 0:1 3:1\n0 4:1\n").rows().value).isNull();
        FactorRows rows = XlearnData.read(file("1 4:0:1 2:3:0.5\n"), FactorModel.Kind.FM).rows();
        assertThat(rows.field).isNull();
        assertThat(rows.fields()).isEqualTo(1);
        assertThat(read("1 4:0:1 2:3:0.5\n").rows().fields()).isEqualTo(5);
    }

    @Test
    void everyProblemIsToldWithItsPlace() throws IOException {
        assertThat(
                        problems(
                                """
                                1 0:1 3:0.5
                                x 0:1
                                1 0:1 -3:1

                                1 4
                                1 0:1 2:3:1
                                1 0:abc
                                1 0:nan
                                1 0:1\t3:1
                                1 99999999999:1
                                1 2147483647:1
                                1 0:1e99
                                1 qid:3
                                """))
                .containsExactly(
                        "F:2:1 found \"x\"; a label is a finite number",
                        "F:3:7 found \"-3:1\": the index is a whole number from 0 to 2147483638; an entry is index:value, as in line 1",
                        "F:4:1 the line is blank; a row begins with its label, so take the line out",
                        "F:5:3 found \"4\"; an entry is index:value, as in line 1",
                        "F:6:9 found \"2:3:1\"; an entry is index:value, as in line 1",
                        "F:7:5 found \"0:abc\": the value is a finite number; an entry is index:value, as in line 1",
                        "F:8:5 found \"0:nan\": the value is a finite number; an entry is index:value, as in line 1",
                        "F:9:6 found \"0:1\t3:1\" holds a tab; spaces separate here, as line 1 tells, so use them alone",
                        "F:10:3 found \"99999999999:1\": the index is a whole number from 0 to 2147483638; an entry is index:value, as in line 1",
                        "F:11:3 found \"2147483647:1\": the index is a whole number from 0 to 2147483638; an entry is index:value, as in line 1",
                        "F:12:5 found \"0:1e99\": the value is a finite number; an entry is index:value, as in line 1",
                        "F:13:3 found \"qid:3\": the index is a whole number from 0 to 2147483638; an entry is index:value, as in line 1");
    }

    @Test
    void csvIsNotGuessedAt() throws IOException {
        assertThat(problems("label,a,b\n1,2,3\n"))
                .containsExactly(
                        "F:1:1 found \"label\"; a label is a finite number (take a line of column names out)");
        assertThat(problems("1,2,3\n1,,3\n0,1,\n1,2;3,4\n1,2,0x1p3\n1,1:2,3\n"))
                .containsExactly(
                        "F:2:3 the cell is empty; xLearn would take the next cell in its place, so write 0",
                        "F:3:5 the cell is empty; xLearn would take the next cell in its place, so write 0",
                        "F:4:3 found \"2;3\"; a cell is a finite number, as in line 1",
                        "F:5:5 found \"0x1p3\"; a cell is a finite number, as in line 1",
                        "F:6:3 found \"1:2\"; a cell is a finite number, as in line 1");
        assertThat(problems("1\t2\t3\n1\t\t3\n1\t2\t\n")).hasSize(2);
    }

    @Test
    void anUnclearFirstLineIsExplained() throws IOException {
        assertThat(problems("\n1 0:1\n"))
                .containsExactly(
                        "F:1 is empty; the first line tells the format, so it must hold a row");
        assertThat(problems("1\n1 0:1\n").getFirst()).contains("a label and nothing else");
        assertThat(problems("1, 0.5, 3\n").getFirst())
                .contains("2 spaces, 0 tabs and 2 commas; the most frequent of them separates");
        assertThat(problems("1 a:b:c:d 3\n").getFirst()).contains("a row is `label index:value …`");
        assertThat(problems(",,,\n").getFirst()).contains("a row is");
        assertThat(problems("")).containsExactly("F is empty; give a file with a row a line");
        assertThatThrownBy(() -> XlearnData.read(folder.resolve("none"), FactorModel.Kind.FM))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> XlearnData.read(folder, FactorModel.Kind.FM))
                .hasMessageContaining("is a folder");
    }

    @Test
    void atMostTwentyProblemsAreTold() throws IOException {
        assertThat(problems("1 0:1\n" + "1 x\n".repeat(100_000)))
                .hasSize(21)
                .last()
                .isEqualTo("… and more; these are the first 20");
    }

    @Test
    void aLineAboveTenMegabytesIsRefused() throws IOException {
        Path file = folder.resolve("long.svm");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("1 0:1 1:1\n1");
            for (int i = 0; i < 1_600_000; i++) {
                out.write(" 10:0.5");
            }
            out.write("\n");
        }
        assertThatThrownBy(() -> XlearnData.read(file, FactorModel.Kind.FM))
                .isInstanceOf(XlearnFileException.class)
                .hasMessageContaining("longer than 10 MB");
    }

    @Test
    void whatIsWrittenIsReadWhateverTheFormatAndHoweverManyThreads() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Kind kind = any(random, Kind.values());
            char separator = " \t,".charAt(random.nextInt(3));
            boolean labelled = kind == Kind.CSV || random.nextBoolean();
            boolean hot = random.nextBoolean();
            // Enough for several chunks now and then.
            int rows = random.nextInt(10) == 0 ? 15_000 : 1 + random.nextInt(50);
            String lineBreak = random.nextInt(4) == 0 ? "\r\n" : "\n";
            FactorRows.Builder wanted = FactorRows.builder();
            StringBuilder text = new StringBuilder();
            int width = 2 + random.nextInt(6);
            for (int row = 0; row < rows; row++) {
                List<String> tokens = new ArrayList<>();
                float label = labelled ? random.nextInt(3) - 1 : Float.NaN;
                if (labelled) {
                    tokens.add(number(random, label));
                }
                int entries = row == 0 || kind == Kind.CSV ? width : random.nextInt(8);
                for (int i = 0; i < entries; i++) {
                    float x = hot ? 1 : value(random);
                    int field = kind == Kind.LIBFFM ? random.nextInt(12) : 0;
                    int index =
                            kind == Kind.CSV ? i : random.nextInt(1 << (1 + random.nextInt(30)));
                    wanted.add(field, index, x);
                    tokens.add(
                            (kind == Kind.LIBFFM ? field + ":" : "")
                                    + (kind == Kind.CSV ? "" : index + ":")
                                    + number(random, x));
                }
                wanted.endRow(label);
                text.append(String.join(String.valueOf(separator), tokens));
                text.append(row == rows - 1 && labelled && random.nextBoolean() ? "" : lineBreak);
            }
            Path file = file(text.toString());
            FactorRows expected = wanted.build();
            for (int threads : new int[] {1, 3}) {
                try (XlearnReader reader = new XlearnReader(file, true, threads)) {
                    assertThat(reader.format())
                            .as("seed %d", seed)
                            .isEqualTo(new XlearnFormat(kind, separator, labelled));
                    FactorRows read = reader.rows();
                    assertThat(read.starts).as("seed %d", seed).isEqualTo(expected.starts);
                    assertThat(read.index).as("seed %d", seed).isEqualTo(expected.index);
                    assertThat(read.label).as("seed %d", seed).isEqualTo(expected.label);
                    assertThat(read.value).as("seed %d", seed).isEqualTo(expected.value);
                    assertThat(read.features()).as("seed %d", seed).isEqualTo(expected.features());
                    assertThat(read.fields()).as("seed %d", seed).isEqualTo(expected.fields());
                    if (expected.field != null) {
                        assertThat(read.field).as("seed %d", seed).isEqualTo(expected.field);
                    }
                }
            }
        }
    }

    @Test
    void noBytesAtAllMakeTheReaderFailInAnotherWayThanItSays() throws IOException {
        String[] healthy = {
            "1 0:1 3:0.5\n0 2:1 7:1\n",
            "1 0:0:1 1:3:0.5\n0 2:2:1 1:7:1\n",
            "1,2,3\n0,4,5\n",
            "0:1\t3:0.5\n2:1\t7:1\n"
        };
        String usual = " \t,:\n\r0123456789.-+eEnaif\0\u00e4";
        int refused = 0;
        for (long seed = 0; seed < 4000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(any(random, healthy));
            for (int change = random.nextInt(6); change >= 0; change--) {
                int at = random.nextInt(text.length());
                char c = usual.charAt(random.nextInt(usual.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at).append(c);
                }
            }
            Path file =
                    Files.writeString(
                            folder.resolve("rows.txt"), text, StandardCharsets.ISO_8859_1);
            try (XlearnReader reader = new XlearnReader(file, true, 1)) {
                FactorRows rows = reader.rows();
                assertThat(rows.rows())
                        .as("seed %d", seed)
                        .isEqualTo((int) text.toString().lines().count());
                assertThat(rows.starts[rows.rows()])
                        .as("seed %d", seed)
                        .isEqualTo(rows.index.length);
            } catch (XlearnFileException told) {
                refused++;
                assertThat(told).as("seed %d", seed).hasMessageContaining("rows.txt");
            }
        }
        assertThat(refused).isBetween(1000, 3900);
    }

    private static <E> E any(Random random, E[] all) {
        return all[random.nextInt(all.length)];
    }

    private static float value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 1;
            case 1 -> 0;
            case 2 -> random.nextInt(2_000_000) / 1000f - 1000;
            case 3 -> (float) random.nextGaussian();
            default -> {
                float any = Float.intBitsToFloat(random.nextInt());
                yield Float.isFinite(any) ? any : 1;
            }
        };
    }

    /// One of the ways to write a float so that it reads back to the same.
    private static String number(Random random, float x) {
        return switch (random.nextInt(4)) {
            case 0 -> Float.toString(x);
            case 1 -> Double.toString(x);
            case 2 -> new java.math.BigDecimal(x).toPlainString();
            default ->
                    x == Math.rint(x) && Math.abs(x) < 1e6 && 1 / x > -1e9
                            ? Integer.toString((int) x)
                            : Float.toString(x);
        };
    }

    @Test
    void decimalsAreTheNearestFloats() throws IOException {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        List<Float> wanted = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            int digits = 1 + random.nextInt(17);
            StringBuilder number = new StringBuilder();
            for (int d = 0; d < digits; d++) {
                number.append(random.nextInt(10));
            }
            if (random.nextBoolean()) {
                number.insert(random.nextInt(digits + 1), '.');
            } else if (random.nextInt(3) == 0) {
                // In the middle between two floats, and next to it.
                int mantissa = (1 << 23) + random.nextInt(1 << 23);
                long middle = 2L * mantissa + 1;
                number =
                        new StringBuilder(
                                String.format(
                                        Locale.ROOT,
                                        "%d.%s",
                                        middle,
                                        random.nextBoolean() ? "0" : "0000001"));
            }
            wanted.add(Float.parseFloat(number.toString()));
            text.append("1 3:").append(number).append('\n');
        }
        FactorRows rows = read(text.toString()).rows();
        for (int row = 0; row < wanted.size(); row++) {
            assertThat(rows.value[row]).as("row %d", row).isEqualTo(wanted.get(row));
        }
    }
}
