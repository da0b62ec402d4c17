package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.warehouse.CommitPoints.Point;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Writers that die in the middle, in processes of their own.
class CrashTest extends WarehouseTestBase {
    private static final String DAY = "20130801";

    /// A writer in another process. Arguments: folder, run, where to die (or `NEVER`), first day, number of days.
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            CommitPoints die =
                    point -> {
                        if (point.name().equals(args[2])) {
                            Runtime.getRuntime().halt(7);
                        }
                    };
            try (Warehouse warehouse = Warehouse.open(Path.of(args[0]), TWO_THREADS, die)) {
                int first = Integer.parseInt(args[3]);
                for (int ds = first; ds < first + Integer.parseInt(args[4]); ds++) {
                    try (PartitionWrite write =
                            warehouse.write(
                                    "t",
                                    new TreeSet<>(List.of("" + ds)),
                                    new Writer(args[1], "s", 1))) {
                        write.select("SELECT '" + args[1] + "' AS k, '" + ds + "' AS ds");
                        System.out.println("ready " + ds);
                        write.commit();
                    }
                    System.out.println("committed " + ds);
                }
            }
        }
    }

    private Process start(String run, String dieAt, String firstDay, int number) {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            work.resolve("wh").toString(),
                            run,
                            dieAt,
                            firstDay,
                            Integer.toString(number))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void aKilledWriterLeavesTheOldOrTheNewAndTheNextStartClearsUp(Point point) throws Exception {
        put("t", DAY, "SELECT 'old' AS k, '20130801' AS ds");
        int snapshots = snapshots();
        Process child = start("killed", point.name(), DAY, 1);
        assertThat(child.waitFor()).isEqualTo(7);
        boolean committed = point == Point.COMMITTED;

        warehouse.close();
        open();
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of(committed ? "killed" : "old"));
        assertThat(warehouse.state("t", DAY)).isEqualTo(PartitionState.COMMITTED);
        assertThat(warehouse.partition("t", DAY).orElseThrow().writer().runId())
                .isEqualTo(committed ? "killed" : "r");
        assertThat(snapshots()).isEqualTo(snapshots + (committed ? 1 : 0));
        try (Stream<Path> staging = Files.list(work.resolve("wh/staging"))) {
            assertThat(staging).as("only that of the engine").hasSize(1);
        }
        try (Stream<Path> files = Files.list(work.resolve("wh/main/t/data/ds=20130801"))) {
            assertThat(files)
                    .as("files that no snapshot names are gone")
                    .hasSize(committed ? 2 : 1);
        }
        Committed again = put("t", DAY, "SELECT 'killed' AS k, '20130801' AS ds");
        assertThat(again.unchanged()).as("run again: the same table").isEqualTo(committed);
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("killed"));
    }

    private int snapshots() {
        return warehouse.parts().snapshots().pin("t").orElseThrow().metadata().snapshots().size();
    }

    @Test
    void aLiveProcessKeepsItsClaimAndADeadOneLosesIt() throws Exception {
        Process child = start("child", "NEVER", DAY, 100_000);
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready 20130801");
            int told = 0;
            while (told < 3) {
                told += out.readLine().startsWith("committed") ? 1 : 0;
            }
            child.destroyForcibly().waitFor(); // kill -9
            int visible = Integer.parseInt(rows("SELECT count(*) FROM t").getFirst().getFirst());
            assertThat(visible)
                    .as("what was reported committed is there")
                    .isGreaterThanOrEqualTo(told);
            List<String> held =
                    warehouse
                            .parts()
                            .catalog()
                            .read(
                                    "claims",
                                    c ->
                                            Catalog.query(
                                                    c,
                                                    "SELECT ds FROM claim",
                                                    List.of(),
                                                    r -> r.getString(1)));
            for (String ds : held) {
                assertThat(warehouse.state("t", ds))
                        .as("a dead writer writes nothing")
                        .isEqualTo(PartitionState.ABSENT);
                put("t", ds, "SELECT 'parent' AS k, '" + ds + "' AS ds");
            }
            assertThat(rows("SELECT count(*) FROM t").getFirst())
                    .containsExactly(Integer.toString(visible + held.size()));
        }
    }

    @Test
    void twoProcessesShareOneCatalog() throws Exception {
        Process child = start("child", "NEVER", "20130801", 8);
        for (int ds = 20130811; ds < 20130819; ds++) {
            put("t", "" + ds, "SELECT 'parent' AS k, '" + ds + "' AS ds");
        }
        assertThat(child.waitFor()).isZero();
        assertThat(rows("SELECT k, count(*), count(DISTINCT ds) FROM t GROUP BY k ORDER BY k"))
                .containsExactly(List.of("child", "8", "8"), List.of("parent", "8", "8"));
    }

    @Test
    void aWriterInAnotherLiveProcessIsRefusedByItsProcessId() throws Exception {
        try (PartitionWrite mine = warehouse.write("t", days(DAY), writer("mine"))) {
            Process child = start("child", "NEVER", DAY, 1);
            assertThat(child.waitFor()).as("the child is refused").isEqualTo(1);
            mine.select("SELECT 'mine' AS k, '20130801' AS ds").commit();
        }
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("mine"));
    }

    @Test
    void claimsOfALostMachineAreKeptUntilSomebodySaysItIsGone() {
        warehouse
                .parts()
                .catalog()
                .inTransaction(
                        "pretend",
                        c ->
                                Catalog.update(
                                        c,
                                        """
                                        INSERT INTO claim VALUES ('t', '20130801', '1-1-x', 'far', 's', 1, 'lost-host', 'other-boot', 1, 1, 'WRITING', 'then')
                                        """));
        assertThatThrownBy(() -> warehouse.write("t", days(DAY), writer("r")))
                .isInstanceOf(PartitionClaimed.class)
                .hasMessageContaining("process 1 on lost-host")
                .hasMessageContaining("releaseClaimsOf(lost-host)");
        assertThat(warehouse.releaseClaimsOf("another-host")).isZero();
        assertThat(warehouse.releaseClaimsOf("lost-host")).isEqualTo(1);
        put("t", DAY, "SELECT 1 AS n, '20130801' AS ds");
    }
}
