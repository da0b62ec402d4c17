package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/// A copy of a warehouse that goes on being used.
class CopyToTest extends WarehouseTestBase {
    private static final String FIRST = "20130801";
    private static final String SECOND = "20130802";

    @Test
    void copyAndOriginalGoTheirOwnWays() {
        put("t", FIRST, "SELECT 'both' AS k, '20130801' AS ds");
        warehouse.copyTo(work.resolve("copy"));
        put("t", FIRST, "SELECT 'original' AS k, '20130801' AS ds");
        try (Warehouse copy = Warehouse.open(work.resolve("copy"), TWO_THREADS)) {
            assertThat(rows(copy, "SELECT k FROM t")).containsExactly(List.of("both"));
            write(copy, SECOND, "SELECT 'copy' AS k, '20130802' AS ds");
            assertThat(rows("SELECT k FROM t")).containsExactly(List.of("original"));
            copy.drop("t");
        }
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("original"));
    }

    @Test
    void whatExpiresInTheOriginalStaysInTheCopyAndViceVersa() {
        put("t", FIRST, "SELECT 'old' AS k, '20130801' AS ds");
        put("t", SECOND, "SELECT 'new' AS k, '20130802' AS ds");
        warehouse.copyTo(work.resolve("copy"));
        for (int i = 0; i < 3; i++) { // the two newest snapshots are always kept
            put("t", SECOND, "SELECT 'new' AS k, '20130802' AS ds");
        }
        warehouse.lifecycle("t", 1);
        warehouse.expire("t", LocalDate.of(2013, 8, 2), Duration.ZERO);
        try (Warehouse copy = Warehouse.open(work.resolve("copy"), TWO_THREADS)) {
            assertThat(rows(copy, "SELECT k FROM t ORDER BY k"))
                    .containsExactly(List.of("new"), List.of("old"));
            copy.lifecycle("t", 1);
            copy.expire("t", LocalDate.of(2013, 8, 3), Duration.ZERO);
            assertThat(rows(copy, "SELECT k FROM t")).isEmpty();
        }
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("new"));
    }

    @Test
    void aWriterAtWorkKeepsItsClaimThereAndNotHere() {
        put("t", FIRST, "SELECT 'a' AS k, '20130801' AS ds");
        try (PartitionWrite atWork = warehouse.write("t", days(FIRST), writer("night"))) {
            warehouse.copyTo(work.resolve("copy"));
            try (Warehouse copy = Warehouse.open(work.resolve("copy"), TWO_THREADS)) {
                write(copy, FIRST, "SELECT 'copy' AS k, '20130801' AS ds");
                assertThat(rows(copy, "SELECT k FROM t")).containsExactly(List.of("copy"));
            }
            atWork.select("SELECT 'night' AS k, '20130801' AS ds").commit();
        }
        assertThat(rows("SELECT k FROM t")).containsExactly(List.of("night"));
    }

    @Test
    void everyCopyThatIsMadeWhileOthersCommitAndExpireIsWhole() throws Exception {
        put("t", FIRST, "SELECT 0 AS k, '20130801' AS ds");
        var end = new AtomicBoolean();
        var writing =
                new FutureTask<>(
                        () -> {
                            int last = 0;
                            while (!end.get()) {
                                last++;
                                put("t", FIRST, "SELECT " + last + " AS k, '20130801' AS ds");
                                warehouse.expire("t", LocalDate.of(2013, 8, 1), Duration.ZERO);
                            }
                            return last;
                        });
        Thread.ofPlatform().start(writing);
        int before = -1;
        for (int i = 0; i < 10; i++) {
            warehouse.copyTo(work.resolve("copy" + i));
            try (Warehouse copy = Warehouse.open(work.resolve("copy" + i), TWO_THREADS)) {
                int k = Integer.parseInt(rows(copy, "SELECT k FROM t").getFirst().getFirst());
                assertThat(k).isGreaterThanOrEqualTo(before);
                before = k;
            }
        }
        end.set(true);
        assertThat(writing.get()).isGreaterThanOrEqualTo(before);
    }

    private static void write(Warehouse warehouse, String ds, String sql) {
        try (PartitionWrite write = warehouse.write("t", days(ds), writer("r"))) {
            write.select(sql).commit();
        }
    }
}
