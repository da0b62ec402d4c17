package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FeatureTableTest {
    private static final List<EntityColumn> COLUMNS =
            List.of(
                    new EntityColumn("age", EntityColumn.Kind.NUMBER),
                    new EntityColumn("genre", EntityColumn.Kind.CATEGORY),
                    new EntityColumn("seen", EntityColumn.Kind.TAGS),
                    new EntityColumn("recent", EntityColumn.Kind.WEIGHTS));

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("t.table");
    }

    @Test
    void givesBackEveryRowFromMemoryAndFromTheFile() {
        var random = new Random(1);
        var rows = new LinkedHashMap<String, Object[]>();
        for (int i = 0; i < 3000; i++) {
            rows.put("键" + i, drawn(random));
        }
        FeatureTable.Builder builder = FeatureTable.builder(COLUMNS);
        rows.forEach(builder::add);
        builder.write(file());

        for (FeatureTable table : List.of(builder.build(), FeatureTable.open(file()))) {
            assertThat(table.size()).isEqualTo(3000);
            assertThat(table.columns()).isEqualTo(COLUMNS);
            rows.forEach(
                    (key, values) -> {
                        EntityRow row = table.row(key).orElseThrow();
                        assertThat(row.seen()).isTrue();
                        assertThat(row.number("age").stream().boxed().findAny().orElse(null))
                                .isEqualTo(values[0]);
                        assertThat(row.category("genre").orElse(null)).isEqualTo(values[1]);
                        assertThat(row.tags("seen").orElse(null)).isEqualTo(values[2]);
                        assertThat(row.weights("recent").map(Weights::asMap).orElse(null))
                                .isEqualTo(values[3]);
                    });
            assertThat(table.row("键3000")).isEmpty();
            assertThat(table.row("")).isEmpty();
        }
    }

    private static Object[] drawn(Random random) {
        var seen = new ArrayList<String>();
        var recent = new HashMap<String, Double>();
        for (int n = random.nextInt(9); n > 0; n--) {
            seen.add("m" + random.nextInt(100));
            recent.put("m" + random.nextInt(100), random.nextGaussian());
        }
        Object[] row = {random.nextGaussian(), "g" + random.nextInt(5), seen, recent};
        row[random.nextInt(4)] = null;
        return row;
    }

    @Test
    void theSameRowsInAnyOrderGiveTheSameBytes() throws IOException {
        var random = new Random(2);
        var keys = new ArrayList<String>();
        var rows = new HashMap<String, Object[]>();
        for (int i = 0; i < 200; i++) {
            keys.add("u" + i);
            rows.put("u" + i, drawn(random));
        }
        var files = new ArrayList<byte[]>();
        for (int turn = 0; turn < 3; turn++) {
            FeatureTable.Builder builder = FeatureTable.builder(COLUMNS);
            keys.forEach(key -> builder.add(key, rows.get(key)));
            builder.write(file());
            files.add(Files.readAllBytes(file()));
            Collections.shuffle(keys, random);
        }
        assertThat(files.get(1)).isEqualTo(files.get(0));
        assertThat(files.get(2)).isEqualTo(files.get(0));
    }

    @Test
    void goesThroughAllKeysInOrder() {
        FeatureTable table =
                FeatureTable.builder(COLUMNS.subList(0, 1))
                        .add("b", 2)
                        .add("", 0)
                        .add("a", 1)
                        .build();
        var seen = new LinkedHashMap<String, Double>();
        table.forEach((key, row) -> seen.put(key, row.number("age").orElseThrow()));
        assertThat(seen)
                .containsExactly(Map.entry("", 0.0), Map.entry("a", 1.0), Map.entry("b", 2.0));
    }

    @Test
    void weightsAreRankedByWeightThenToken() {
        FeatureTable table =
                FeatureTable.builder(COLUMNS.subList(3, 4))
                        .add("u", Map.of("b", 1, "a", 1, "c", 2))
                        .build();
        assertThat(table.row("u").orElseThrow().weights("recent").orElseThrow().ranked())
                .containsExactly(new ScoredId("c", 2), new ScoredId("a", 1), new ScoredId("b", 1));
    }

    @Test
    void anEmptyTableIsATable() {
        FeatureTable.builder(COLUMNS).write(file());
        FeatureTable table = FeatureTable.open(file());
        assertThat(table.size()).isZero();
        assertThat(table.row("a")).isEmpty();
        table.forEach((key, _) -> assertThat(key).isNull());
    }

    @Test
    void anyAlteredByteIsNoticed() throws IOException {
        FeatureTable.builder(COLUMNS)
                .add("ann", 1.5, "Drama", List.of("m1"), Map.of("m2", 0.5))
                .write(file());
        byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(file(), bad);
            assertThatThrownBy(() -> FeatureTable.open(file()))
                    .as("byte %d", at)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining(file().toString());
        }
    }

    @Test
    void aCutOrLengthenedFileIsNoticed() throws IOException {
        FeatureTable.builder(COLUMNS)
                .add("ann", 1.5, "Drama", List.of("m1"), Map.of("m2", 0.5))
                .write(file());
        byte[] good = Files.readAllBytes(file());
        for (int length : new int[] {0, 7, 127, 128, good.length - 1}) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> FeatureTable.open(file()))
                    .isInstanceOf(CorruptFileException.class);
        }
        Files.write(file(), Arrays.copyOf(good, good.length - 8));
        assertThatThrownBy(() -> FeatureTable.open(file()))
                .hasMessage(
                        file()
                                + " should be "
                                + good.length
                                + " bytes, found "
                                + (good.length - 8)
                                + "; it was cut off or appended to");
        Files.write(file(), Arrays.copyOf(good, good.length + 1));
        assertThatThrownBy(() -> FeatureTable.open(file()))
                .hasMessageContaining("found " + (good.length + 1));
        Files.writeString(file(), "key,age\n".repeat(40));
        assertThatThrownBy(() -> FeatureTable.open(file()))
                .hasMessageContaining("does not begin with WXKEYED1");
    }

    @Test
    void neighboursAreNotFeatures() {
        Neighbours.builder().add("a", List.of()).write(file());
        assertThatThrownBy(() -> FeatureTable.open(file()))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("holds \"neighbours\", not features");
    }

    @Test
    void refusesWhatCannotBeKept() {
        FeatureTable.Builder builder =
                FeatureTable.builder(COLUMNS).add("ann", 1, "a", List.of(), Map.of());
        assertThatThrownBy(() -> builder.add("ann", 1, "a", List.of(), Map.of()))
                .hasMessage("\"ann\" is there twice; a snapshot has one row an entity");
        assertThatThrownBy(() -> builder.add("bob", 1, "a"))
                .hasMessage("\"bob\" has 2 values for 4 columns");
        assertThatThrownBy(() -> builder.add("bob", Double.NEGATIVE_INFINITY, null, null, null))
                .hasMessage(
                        "column age (number) of \"bob\" should be a finite number that a float"
                                + " holds, or NaN or null for missing, found Double -Infinity");
        assertThatThrownBy(() -> builder.add("bob", "1", null, null, null))
                .hasMessageContaining("should be a number, found String 1");
        assertThatThrownBy(() -> builder.add("bob", 1, 2, null, null))
                .hasMessageContaining(
                        "column genre (category) of \"bob\" should be a text, found Integer 2");
        assertThatThrownBy(() -> builder.add("bob", 1, null, "m1", null))
                .hasMessageContaining("should be a collection of texts");
        assertThatThrownBy(() -> builder.add("bob", 1, null, null, Map.of("m1", Double.NaN)))
                .hasMessageContaining("should be a map of text to finite number");
        assertThatThrownBy(() -> builder.add("bob\uD800", 1, null, null, null))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("unpaired surrogate at 3");
        assertThatThrownBy(() -> FeatureTable.builder(List.of(COLUMNS.get(0), COLUMNS.get(0))))
                .hasMessage("column age is there twice");
    }

    @Test
    void askingForAColumnThatIsNotThereSaysWhichAre() {
        EntityRow row =
                FeatureTable.builder(COLUMNS)
                        .add("ann", 1, "a", List.of(), Map.of())
                        .build()
                        .row("ann")
                        .orElseThrow();
        assertThatThrownBy(() -> row.number("size"))
                .isInstanceOf(FeatureException.class)
                .hasMessage("no column size; the row has [age, genre, seen, recent]");
        assertThatThrownBy(() -> row.number("genre"))
                .hasMessage("column genre holds category, not number");
    }
}
