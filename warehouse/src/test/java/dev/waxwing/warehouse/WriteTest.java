package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.warehouse.CommitPoints.Point;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Who may write, when it becomes visible, and what is recorded of it.
class WriteTest extends WarehouseTestBase {
    private static final String DAY = "20130801";

    @Test
    void aSecondLiveWriterOfAPartitionIsRefusedByName() {
        try (PartitionWrite first =
                warehouse.write("t", days(DAY, "20130802"), new Writer("night-1", "clean", 1))) {
            assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.WRITING);
            assertThatThrownBy(
                            () ->
                                    warehouse.write(
                                            "t",
                                            days("20130731", DAY),
                                            new Writer("night-2", "clean", 1)))
                    .isInstanceOf(PartitionClaimed.class)
                    .hasMessageContaining(
                            "t ds=20130801 is being written by run night-1, step clean, attempt 1"
                                    + " (process "
                                    + ProcessHandle.current().pid());
            warehouse.write("t", days("20130731"), writer("other day")).close();
            warehouse.write("u", days(DAY), writer("other table")).close();
            first.select("SELECT 1 AS n, '20130801' AS ds").commit();
        }
        warehouse.write("t", days(DAY), writer("later")).close();
        assertThat(warehouse.state("t", "20130731"))
                .as("all or none were claimed")
                .isEqualTo(PartitionState.ABSENT);
    }

    @Test
    void aLaterAttemptTakesTheClaimAndTheEarlierOneCanNoLongerCommit() {
        try (PartitionWrite zombie =
                warehouse.write("t", days(DAY), new Writer("night", "clean", 1))) {
            zombie.select("SELECT 'zombie' AS k, '20130801' AS ds");
            try (PartitionWrite retry =
                    warehouse.write("t", days(DAY), new Writer("night", "clean", 2))) {
                retry.select("SELECT 'retry' AS k, '20130801' AS ds");
                assertThatThrownBy(zombie::commit)
                        .isInstanceOf(PartitionClaimed.class)
                        .hasMessageContaining(
                                "lost its claim on t ds=20130801 to run night, step clean, attempt"
                                        + " 2");
                retry.commit();
            }
            assertThatThrownBy(zombie::commit).isInstanceOf(PartitionClaimed.class);
        }
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("retry"));
    }

    @Test
    void aNightWrittenTwiceGivesTheSameHashesWithOneAndTwoThreads() {
        String night =
                """
                SELECT (i % 97)::VARCHAR AS user_id, count(*) AS n, sum(i::DECIMAL(18,2)) AS s, list(i ORDER BY i) AS l,
                       map_from_entries(list(DISTINCT {'k': (i % 13)::VARCHAR, 'v': (i % 13) / 3.0::DOUBLE})) AS m,
                       '20130801' AS ds
                FROM range(200000) r(i) GROUP BY i % 97
                """;
        Committed first = put("t", DAY, night);
        Committed again = put("t", DAY, night);
        assertThat(first.changed()).containsExactly(DAY);
        assertThat(again.unchanged()).isTrue();
        assertThat(again.snapshot()).as("no new snapshot").isEqualTo(first.snapshot());
        try (Warehouse oneThread =
                        Warehouse.open(work.resolve("one"), new WarehouseSettings("500MB", 1));
                PartitionWrite write = oneThread.write("t", days(DAY), writer("r"))) {
            Partition one = write.select(night).commit().partitions().getFirst();
            assertThat(one.hash()).isEqualTo(first.partitions().getFirst().hash());
            assertThat(rows(oneThread, "SELECT * FROM t"))
                    .as("and the same order")
                    .isEqualTo(rows("SELECT * FROM t"));
        }
        assertThat(put("t", DAY, night.replace("% 13) / 3", "% 13) / 4")).changed())
                .containsExactly(DAY);
    }

    @Test
    void aHashDependsOnContentAndNotOnTheOrderOfRowsOrMapEntries() {
        Committed a =
                put(
                        "a",
                        DAY,
                        "SELECT * FROM (VALUES (1, MAP {'x': 1, 'y': 2}), (2, MAP {})) v(n, m),"
                                + " (SELECT '20130801' AS ds)");
        Committed b =
                put(
                        "b",
                        DAY,
                        "SELECT * FROM (VALUES (2, MAP {}), (1, MAP {'y': 2, 'x': 1})) v(n, m),"
                                + " (SELECT '20130801' AS ds)");
        Committed c =
                put(
                        "c",
                        DAY,
                        "SELECT * FROM (VALUES (2, MAP {}), (1, MAP {'y': 2, 'x': 3})) v(n, m),"
                                + " (SELECT '20130801' AS ds)");
        assertThat(a.partitions().getFirst().hash())
                .isEqualTo(b.partitions().getFirst().hash())
                .isNotEqualTo(c.partitions().getFirst().hash());
    }

    @Test
    void aDayWithoutRowsThatFailsItsChecksIsToldAsSuch() {
        try (PartitionWrite write = warehouse.write("t", days(DAY), writer("night-7"))) {
            write.select("SELECT 1 AS n, '20130801' AS ds WHERE false")
                    .check("count(*) > 0")
                    .check("min(n) > 0")
                    .check("count(*) = 0 OR min(n) > 0");
            assertThatThrownBy(write::commit)
                    .isInstanceOf(ChecksFailed.class)
                    .hasMessage(
                            "there are 0 rows for t ds=20130801, and that fails 2 of 3 checks:"
                                    + " count(*) > 0 is false: found 0; min(n) > 0 is NULL: found"
                                    + " null. Nothing has changed. Look whether what they are made"
                                    + " from has rows for ds=20130801; if a day may be empty, let"
                                    + " the check allow it: count(*) = 0 OR …");
        }
    }

    @Test
    void whatIsInQuarantineIsDroppedWhenToldSo() throws IOException {
        for (String table : List.of("t", "u")) {
            try (PartitionWrite write = warehouse.write(table, days(DAY), writer("night-7"))) {
                write.select("SELECT 1 AS n, '20130801' AS ds").check("min(n) > 1");
                assertThatThrownBy(write::commit).isInstanceOf(ChecksFailed.class);
            }
        }
        assertThat(warehouse.dropQuarantined(Optional.of("t")).files()).isEqualTo(1);
        assertThat(warehouse.dropQuarantined(Optional.of("t")).files()).isZero();
        assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.QUARANTINED);
        put("t", DAY, "SELECT 2 AS n, '20130801' AS ds");
        assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.COMMITTED);
        Dropped rest = warehouse.dropQuarantined(Optional.empty());
        assertThat(rest.files()).isEqualTo(1);
        assertThat(rest.bytes()).isPositive();
        assertThat(rows("SELECT n FROM t")).containsExactly(List.of("2"));
    }

    @Test
    void rowsThatFailACheckAreKeptInQuarantineAndNotVisible() throws IOException {
        put("t", DAY, "SELECT 0 AS n, '20130801' AS ds");
        try (PartitionWrite write =
                warehouse.write("t", days(DAY), new Writer("night-7", "s", 1))) {
            write.select("SELECT i::INTEGER AS n, '20130801' AS ds FROM range(10) r(i)")
                    .check("count(*) > 1000")
                    .check("avg(n) between 0.001 and 0.9")
                    .check("count(*) = 10 and min(n) = 0")
                    .check("max(n) > NULL");
            assertThatThrownBy(write::commit)
                    .isInstanceOfSatisfying(
                            ChecksFailed.class,
                            e ->
                                    assertThat(e.failures())
                                            .containsExactly(
                                                    "count(*) > 1000 is false: found 10",
                                                    "avg(n) between 0.001 and 0.9 is false: found"
                                                            + " 4.5",
                                                    "max(n) > NULL is NULL: found 9"))
                    .hasMessageContaining("the rows for t ds=20130801 failed 3 of 4 checks");
        }
        assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.QUARANTINED);
        assertThat(rows("SELECT n FROM t"))
                .as("what was visible before stays")
                .containsExactly(List.of("0"));
        try (Stream<Path> kept = Files.list(work.resolve("wh/quarantine/night-7/t"))) {
            assertThat(kept).hasSize(1);
        }
        put("t", DAY, "SELECT 1 AS n, '20130801' AS ds");
        assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.COMMITTED);
        try (PartitionWrite write = warehouse.write("t", days(DAY), writer("r"))) {
            write.select("SELECT 1 AS n, '20130801' AS ds").check("1) FROM rows; SELECT (2");
            assertThatThrownBy(write::commit).isInstanceOf(WarehouseException.class);
        }
    }

    @Test
    void aPartitionKnowsItsParentsAndIsStaleWhenOneOfThemChanges() {
        for (String ds : List.of("20130729", "20130730", "20130801", "20130802")) {
            put("dwd", ds, "SELECT 1 AS n, '" + ds + "' AS ds");
        }
        put("dim", "20130101", "SELECT 'x' AS k, '20130101' AS ds");
        Committed made =
                put(
                        "dws",
                        DAY,
                        """
                        SELECT sum(n) AS n, '20130801' AS ds FROM dwd, dim WHERE dwd.ds BETWEEN '20130730' AND '20130801'
                        """);
        assertThat(made.partitions().getFirst().parents())
                .extracting(Parent::table)
                .containsExactly("dim", "dwd");
        Parent dwd = made.partitions().getFirst().parents().get(1);
        assertThat(dwd.snapshot()).isEqualTo(warehouse.table("dwd").snapshot());
        assertThat(dwd.partitions()).containsOnlyKeys("20130730", "20130731", "20130801");
        assertThat(dwd.partitions()).containsEntry("20130731", Parent.ABSENT);
        assertThat(warehouse.state("dws", DAY)).isEqualTo(PartitionState.COMMITTED);

        put("dwd", "20130729", "SELECT 5 AS n, '20130729' AS ds");
        put("dwd", "20130803", "SELECT 5 AS n, '20130803' AS ds");
        put("dwd", "20130730", "SELECT 1 AS n, '20130730' AS ds");
        assertThat(warehouse.state("dws", DAY))
                .as("other days, or the same content")
                .isEqualTo(PartitionState.COMMITTED);
        put("dwd", "20130731", "SELECT 5 AS n, '20130731' AS ds");
        assertThat(warehouse.state("dws", DAY))
                .as("a day in between came")
                .isEqualTo(PartitionState.STALE);
        put(
                "dws",
                DAY,
                "SELECT sum(n) AS n, '20130801' AS ds FROM dwd WHERE dwd.ds BETWEEN '20130730' AND"
                        + " '20130801'");
        assertThat(warehouse.state("dws", DAY)).isEqualTo(PartitionState.COMMITTED);
        put("dwd", DAY, "SELECT 2 AS n, '20130801' AS ds");
        assertThat(warehouse.state("dws", DAY)).isEqualTo(PartitionState.STALE);
        assertThat(warehouse.history("dws", DAY)).hasSize(2);
        assertThat(warehouse.history("dws", DAY).getFirst().parents())
                .extracting(Parent::table)
                .containsExactly("dwd");
    }

    @Test
    void parentsCanBeNamedForRowsMadeInJava() {
        put("dwd", DAY, "SELECT 1 AS n, '20130801' AS ds");
        try (PartitionWrite write = warehouse.write("ads", days(DAY), writer("r"))) {
            write.rows(
                            List.of(new Column("n", "INTEGER"), new Column("ds", "VARCHAR")),
                            List.of(new Object[] {1, DAY}, new Object[] {2, DAY}))
                    .madeFrom("dwd", "20130731", DAY)
                    .commit();
        }
        assertThat(warehouse.state("ads", DAY)).isEqualTo(PartitionState.COMMITTED);
        put("dwd", DAY, "SELECT 2 AS n, '20130801' AS ds");
        assertThat(warehouse.state("ads", DAY)).isEqualTo(PartitionState.STALE);
    }

    @Test
    void aReaderSeesTheOldOrTheNewAndNeverAMix() throws Exception {
        String version =
                "SELECT %d AS v, i AS n, unnest(['20130801', '20130802']) AS ds FROM range(%d)"
                        + " r(i)";
        Set<String> both = days(DAY, "20130802");
        try (PartitionWrite write =
                warehouse.write("t", new java.util.TreeSet<>(both), writer("r"))) {
            write.select(version.formatted(0, 100)).commit();
        }
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing =
                    threads.submit(
                            () -> {
                                started.await();
                                for (int i = 1; i <= 8; i++) {
                                    try (PartitionWrite write =
                                            warehouse.write(
                                                    "t",
                                                    new java.util.TreeSet<>(both),
                                                    writer("r" + i))) {
                                        write.select(version.formatted(i, 100 + i)).commit();
                                    }
                                }
                                done.set(true);
                                return true;
                            });
            started.countDown();
            while (!done.get() && !writing.isDone()) {
                List<String> seen = rows("SELECT min(v), max(v), count(*) FROM t").getFirst();
                assertThat(seen.get(1)).isEqualTo(seen.get(0));
                assertThat(seen.get(2))
                        .isEqualTo(Integer.toString(2 * (100 + Integer.parseInt(seen.get(0)))));
                List<String> joined =
                        rows("SELECT count(*) FROM t a JOIN t b USING (v, n, ds)").getFirst();
                assertThat(Integer.parseInt(joined.getFirst())).isBetween(200, 216);
            }
            assertThat(writing.get()).isTrue();
        }
    }

    @Test
    void writersOfDifferentDaysCommitSideBySideAlsoWhenBothCreateTheTable() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    Stream.of("20130801", "20130802", "20130803", "20130804")
                            .map(
                                    ds ->
                                            threads.submit(
                                                    () ->
                                                            put(
                                                                    "t",
                                                                    ds,
                                                                    "SELECT 1 AS n, '"
                                                                            + ds
                                                                            + "' AS ds"
                                                                            + (ds.endsWith("4")
                                                                                    ? ", 'x' AS"
                                                                                            + " extra"
                                                                                    : ""))))
                            .toList();
            int refused = 0;
            for (var each : all) {
                try {
                    each.get();
                } catch (
                        java.util.concurrent.ExecutionException
                                e) { // its columns were fewer than the table had by then
                    assertThat(e.getCause()).hasMessageContaining("column extra is missing");
                    refused++;
                }
            }
            assertThat(rows("SELECT count(*), sum(n) FROM t").getFirst())
                    .containsExactly(Integer.toString(4 - refused), Integer.toString(4 - refused));
        }
    }

    @Test
    void whenTheDiskIsFullNothingChangesAndTheTextSaysSo() throws IOException {
        put("t", DAY, "SELECT 'old' AS k, '20130801' AS ds");
        AtomicReference<Point> failAt = new AtomicReference<>();
        try (Warehouse full =
                Warehouse.open(
                        work.resolve("wh"),
                        TWO_THREADS,
                        point -> {
                            if (point == failAt.get()) {
                                throw new UncheckedIOException(
                                        new IOException("No space left on device"));
                            }
                        })) {
            for (Point point :
                    List.of(Point.METADATA_WRITE, Point.METADATA_WRITTEN, Point.POINTER_MOVED)) {
                try (PartitionWrite write = full.write("t", days(DAY), writer("r"))) {
                    write.select("SELECT 'new' AS k, '20130801' AS ds");
                    failAt.set(point);
                    assertThatThrownBy(write::commit)
                            .as(point.name())
                            .isInstanceOf(WarehouseException.class)
                            .hasMessageContaining("cannot commit t ds=20130801")
                            .hasMessageContaining("No space left on device")
                            .hasMessageContaining("nothing was changed");
                    failAt.set(null);
                }
                assertThat(rows(full, "SELECT k FROM t")).containsExactly(List.of("old"));
                assertThat(full.state("t", DAY)).isEqualTo(PartitionState.COMMITTED);
                try (Stream<Path> files = Files.list(work.resolve("wh/main/t/data/ds=20130801"))) {
                    assertThat(files).hasSize(1);
                }
            }
            try (PartitionWrite write = full.write("t", days(DAY), writer("r"))) {
                write.select("SELECT 'new' AS k, '20130801' AS ds").commit();
            }
            assertThat(rows(full, "SELECT k FROM t")).containsExactly(List.of("new"));
        }
    }

    @Test
    void aReallyFullDiskLeavesTheTableAsItWas() throws Exception {
        Path small = Files.createDirectory(work.resolve("small"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small.toString());
        Assumptions.assumeTrue(mounted, "only root can mount a small disk");
        try {
            try (Warehouse full = Warehouse.open(small.resolve("wh"), TWO_THREADS)) {
                try (PartitionWrite write = full.write("t", days(DAY), writer("r"))) {
                    write.select("SELECT 'old' AS k, '20130801' AS ds").commit();
                }
                try (PartitionWrite write = full.write("t", days(DAY), writer("r"))) {
                    assertThatThrownBy(
                                    () ->
                                            write.select(
                                                            "SELECT md5(i::VARCHAR) AS k,"
                                                                    + " '20130801' AS ds FROM"
                                                                    + " range(300000) r(i)")
                                                    .commit())
                            .isInstanceOf(WarehouseException.class)
                            .hasMessageContaining("No space left");
                }
                assertThat(rows(full, "SELECT k FROM t")).containsExactly(List.of("old"));
                try (PartitionWrite write = full.write("t", days(DAY), writer("r"))) {
                    write.select("SELECT 'small' AS k, '20130801' AS ds").commit();
                }
                assertThat(rows(full, "SELECT k FROM t")).containsExactly(List.of("small"));
            }
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void aWriteTakesItsRowsOnceAndRefusesWhatMakesNoSense() {
        try (PartitionWrite write = warehouse.write("t", days(DAY), writer("r"))) {
            assertThatThrownBy(write::commit).hasMessageContaining("was given no rows");
            write.select("SELECT 1 AS n, '20130801' AS ds");
            assertThatThrownBy(() -> write.select("SELECT 1 AS n, '20130801' AS ds"))
                    .hasMessageContaining("has its rows already");
            write.commit();
            assertThatThrownBy(write::commit).hasMessageContaining("closed");
        }
        assertThatThrownBy(() -> warehouse.write("t", new java.util.TreeSet<>(), writer("r")))
                .hasMessageContaining("must name the days");
    }
}
