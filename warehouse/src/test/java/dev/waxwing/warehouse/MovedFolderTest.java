package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A warehouse that lies elsewhere than where it was made: moved, copied, or reached through a link.
class MovedFolderTest extends WarehouseTestBase {
    private static final String FIRST = "20130801";
    private static final String SECOND = "20130802";

    @Test
    void aMovedFolderIsReadWrittenExpiredAndReadAsOfBefore() throws IOException {
        put("t", FIRST, "SELECT 'first' AS k, '20130801' AS ds");
        long before = warehouse.table("t").snapshot();
        put("t", FIRST, "SELECT 'again' AS k, '20130801' AS ds");
        openMoved("elsewhere/main/t/metadata/wh"); // names that look like ours mislead nobody

        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("again"));
        assertThat(
                        warehouse.queryAsOf(
                                new AsOf.Snapshot("t", before),
                                "SELECT k FROM t",
                                WarehouseTestBase::texts))
                .containsExactly(List.of("first"));
        put("t", SECOND, "SELECT 'second' AS k, 7 AS n, '20130802' AS ds");
        put("u", SECOND, "SELECT k, ds FROM t WHERE ds = '20130802'");
        try (PartitionWrite write = warehouse.write("t", days(SECOND), writer("more"))) {
            write.adding().select("SELECT 'more' AS k, 8 AS n, '20130802' AS ds").commit();
        }
        assertThat(rows("SELECT k, n FROM t ORDER BY k"))
                .containsExactly(
                        List.of("again", "null"), List.of("more", "8"), List.of("second", "7"));
        assertThat(work.resolve("wh")).as("nothing is made at the old place").doesNotExist();

        Path there = work.resolve("elsewhere/main/t/metadata/wh");
        warehouse.lifecycle("t", 1);
        warehouse.expire("t", LocalDate.of(2013, 8, 2), Duration.ZERO);
        assertThat(rows("SELECT DISTINCT ds FROM t")).containsExactly(List.of(SECOND));
        assertThat(parquetFiles(there.resolve("main/t/data/ds=" + FIRST)))
                .as("the last but one snapshot still has the day's file, older ones are gone")
                .hasSize(1);

        warehouse.close();
        Files.move(there, work.resolve("wh")); // back again
        open();
        assertThat(rows("SELECT k FROM t ORDER BY k"))
                .containsExactly(List.of("more"), List.of("second"));
        assertThat(rows("SELECT k FROM u")).containsExactly(List.of("second"));
    }

    @Test
    void aCopyAndItsOriginalGoTheirOwnWays() throws IOException {
        put("t", FIRST, "SELECT 'both' AS k, '20130801' AS ds");
        warehouse.close();
        copy(work.resolve("wh"), work.resolve("copy"));
        Map<String, String> original = contents(work.resolve("wh"));

        try (Warehouse copy = Warehouse.open(work.resolve("copy"), TWO_THREADS)) {
            write(copy, "t", FIRST, "SELECT 'of the copy' AS k, '20130801' AS ds");
            write(copy, "v", FIRST, "SELECT k, ds FROM t WHERE ds = '20130801'");
            assertThat(rows(copy, "SELECT k FROM v")).containsExactly(List.of("of the copy"));
            copy.expire("t", LocalDate.of(2013, 8, 1), Duration.ZERO);
            copy.drop("v");
            copy.drop("t");
        }
        assertThat(contents(work.resolve("wh"))).isEqualTo(original);

        copy(work.resolve("wh"), work.resolve("second"));
        open();
        put("t", FIRST, "SELECT 'of the original' AS k, '20130801' AS ds");
        try (Warehouse copy = Warehouse.open(work.resolve("second"), TWO_THREADS)) {
            assertThat(rows(copy, "SELECT k FROM t")).containsExactly(List.of("both"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "it's", "[a]", "q?", "st*r", "{a,b}", "100%", "é", "a;b", "~", "$x"})
    void aFolderMayHaveAnyName(String name) throws IOException {
        put("t", FIRST, "SELECT 'a' AS k, '20130801' AS ds");
        openMoved(name);
        put("t", SECOND, "SELECT k || 'b' AS k, '20130802' AS ds FROM t");
        assertThat(rows("SELECT k FROM t ORDER BY k")).containsExactly(List.of("a"), List.of("ab"));
    }

    @Test
    void aFolderWhoseNameTheEngineWouldTakeForAColumnIsRefused() throws IOException {
        warehouse.close();
        Path folder = Files.createDirectories(work.resolve("ds=1"));
        assertThatThrownBy(() -> Warehouse.open(folder.resolve("wh"), TWO_THREADS))
                .isInstanceOf(WarehouseException.class)
                .hasMessageContaining("'ds=1'")
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aFolderReachedThroughALinkIsTheSameFolder() throws IOException {
        put("t", FIRST, "SELECT 'a' AS k, '20130801' AS ds");
        Files.createSymbolicLink(work.resolve("link"), work.resolve("wh"));
        try (Warehouse linked = Warehouse.open(work.resolve("link"), TWO_THREADS)) {
            write(linked, "t", SECOND, "SELECT k || 'b' AS k, '20130802' AS ds FROM t");
        }
        assertThat(rows("SELECT k FROM t ORDER BY k")).containsExactly(List.of("a"), List.of("ab"));
    }

    @Test
    void aFolderThatIsMovedAwayUnderAWriterGetsNoCommit() throws IOException {
        put("t", FIRST, "SELECT 'a' AS k, '20130801' AS ds");
        try (PartitionWrite write = warehouse.write("t", days(SECOND), writer("late"))) {
            write.select("SELECT 'late' AS k, '20130802' AS ds");
            Files.move(work.resolve("wh"), work.resolve("moved"));
            assertThatThrownBy(write::commit)
                    .isInstanceOf(WarehouseException.class)
                    .hasMessageContaining(work.resolve("wh").toString());
        }
        warehouse.close();
        assertThat(work.resolve("wh")).as("nothing is made at the old place").doesNotExist();
        try (Warehouse moved = Warehouse.open(work.resolve("moved"), TWO_THREADS)) {
            assertThat(rows(moved, "SELECT k FROM t")).containsExactly(List.of("a"));
        }
    }

    @Test
    void aFileThatNoTableOfTheFolderCanHoldIsRefusedByName() {
        Staging folders = new Staging(work.resolve("wh"));
        for (String stray :
                List.of(
                        "/etc/passwd",
                        "/x/main/t/metadata/../../../catalog.db",
                        "/x/main/../metadata/m.json",
                        "/x/main/t/data/ds=../m.parquet/",
                        "s3://bucket/t/metadata/m.json")) {
            assertThatThrownBy(() -> folders.named(stray))
                    .isInstanceOf(WarehouseException.class)
                    .hasMessageContaining(stray)
                    .hasMessageContaining(work.resolve("wh").toString());
        }
        assertThat(folders.named("/gone/main/t/metadata/m.json"))
                .isEqualTo(work.resolve("wh/main/t/metadata/m.json"));
        assertThat(folders.named("file:/gone/main/t/data/ds=20130801/a.parquet"))
                .isEqualTo(work.resolve("wh/main/t/data/ds=20130801/a.parquet"));
    }

    @Test
    void metadataOfAFolderThatStaysNamesTheFilesThatAreThere() {
        put("t", FIRST, "SELECT 'a' AS k, '20130801' AS ds");
        Snapshots.Pinned pinned = warehouse.parts().snapshots().pin("t").orElseThrow();
        assertThat(Path.of(pinned.metadata().metadataFileLocation())).isRegularFile();
        assertThat(pinned.files()).map(DataFile::location).map(Path::of).allMatch(Files::exists);
    }

    private void openMoved(String to) throws IOException {
        warehouse.close();
        Path target = work.resolve(to);
        Files.createDirectories(target.getParent());
        Files.move(work.resolve("wh"), target);
        warehouse = Warehouse.open(target, TWO_THREADS);
    }

    private static void write(Warehouse warehouse, String table, String ds, String sql) {
        try (PartitionWrite write = warehouse.write(table, days(ds), writer("r"))) {
            write.select(sql).commit();
        }
    }

    private static List<Path> parquetFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.relativize(file).toString(),
                        HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
