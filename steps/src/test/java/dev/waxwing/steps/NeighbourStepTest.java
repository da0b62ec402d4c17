package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.StepKind;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.storage.FileStore;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Nights that go on from the night before write what nights write that read and count everything.
class NeighbourStepTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
    private static final int WINDOW = 10;

    @TempDir private Path work;
    private Warehouse warehouse;
    private BundleStore bundles;
    private Workplace workplace;

    @BeforeEach
    void open() {
        warehouse = Warehouse.open(work.resolve("wh"), new WarehouseSettings("500MB", 1));
        bundles = BundleStore.open(FileStore.folder(work.resolve("store")));
        workplace = TestWorkplace.of(work, warehouse, bundles);
        for (int day = 0; day < 14; day++) {
            acts(day, day, 70);
        }
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    /// Writes a day: 60 users act on 12 items, of which new ones come into fashion and old ones go out of it.
    private void acts(int day, long seed, int count) {
        Random random = new Random(seed);
        LocalDate date = FIRST.plusDays(day);
        List<Object[]> rows = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            rows.add(
                    new Object[] {
                        "u" + (random.nextInt(60) + day),
                        "i" + (random.nextInt(12) + day / 3),
                        LocalDateTime.of(date, java.time.LocalTime.of(random.nextInt(24), 0)),
                        0.25 * (1 + random.nextInt(4)),
                        Days.ds(date)
                    });
        }
        try (PartitionWrite write =
                warehouse.write(
                        "dwd_action",
                        new TreeSet<>(List.of(Days.ds(date))),
                        new Writer("r", "acts", 1))) {
            write.rows(
                    List.of(
                            new Column("user_id", "VARCHAR"),
                            new Column("item_id", "VARCHAR"),
                            new Column("at", "TIMESTAMP"),
                            new Column("weight", "DOUBLE"),
                            new Column("ds", "VARCHAR")),
                    rows);
            write.commit();
        }
    }

    /// Runs a step for a day; answers its log.
    private List<String> run(StepKind kind, int day, String table, String more) throws Exception {
        OneNight night = new OneNight(work.resolve("runs"), FIRST.plusDays(day));
        String yaml =
                kind.key()
                        + ": dwd_action\ninto: "
                        + table
                        + "\nwindow: "
                        + WINDOW
                        + "d\nmin-support: 1\n"
                        + more;
        night.run(kind, table, yaml);
        return night.log;
    }

    private String hash(String table, int day) {
        return warehouse.partition(table, Days.ds(FIRST.plusDays(day))).orElseThrow().hash();
    }

    private static String cosine(boolean incremental) {
        return "similarity: cosine\nincremental: " + incremental + "\n";
    }

    @Test
    void aNightReadsTheNewDayAndCountsOnAndWritesTheSameRows() throws Exception {
        StepKind items = NeighbourStep.itemCf(workplace);
        assertThat(run(items, 10, "kept", cosine(true)))
                .contains("no night was kept yet, everything is read")
                .contains("20260111: all pairs counted");
        for (int day = 11; day < 14; day++) {
            List<String> log = run(items, day, "kept", cosine(true));
            run(items, day, "plain", cosine(false));
            String ds = Days.ds(FIRST.plusDays(day));
            assertThat(hash("kept", day)).as(ds).isEqualTo(hash("plain", day));
            assertThat(warehouse.partition("kept", ds).orElseThrow().rows()).isGreaterThan(10);
            assertThat(log)
                    .contains("9 days as kept on " + Days.ds(FIRST.plusDays(day - 1)) + ", 1 read")
                    .anyMatch(
                            line -> line.startsWith(ds + ": gone on from the night before, with "));
        }
        assertThat(bundles.list("kept_kept"))
                .extracting(BundleRef::bizdate)
                .containsExactly(FIRST.plusDays(12), FIRST.plusDays(13));
    }

    @Test
    void daysThatChangedSinceAreReadAgain() throws Exception {
        StepKind items = NeighbourStep.itemCf(workplace);
        run(items, 12, "kept", cosine(true));
        acts(11, 500, 80); // late acts
        List<String> log = run(items, 13, "kept", cosine(true));
        run(items, 13, "plain", cosine(false));
        assertThat(log).contains("8 days as kept on 20260113, 2 read");
        assertThat(hash("kept", 13)).isEqualTo(hash("plain", 13));
    }

    @Test
    void everyFormulaGoesOnFromWhatWasRead() throws Exception {
        String weighed = "similarity: wbcosine\niuf: true\nhalf-life-days: 5\n";
        StepKind items = NeighbourStep.itemCf(workplace);
        StepKind users = NeighbourStep.userCf(workplace);
        for (int day = 12; day < 14; day++) {
            run(items, day, "weighed", weighed + "incremental: true\n");
            run(users, day, "users", weighed + "incremental: true\n");
        }
        List<String> log = run(items, 13, "weighed", weighed + "incremental: true\n");
        assertThat(log)
                .contains(
                        "10 days as kept on 20260114, 0 read",
                        "pairs are counted anew: similarity wbcosine, iuf, half-life-days 5.0 add up"
                                + " weights, and only counts can be gone on from");
        run(items, 13, "weighed_plain", weighed);
        run(users, 13, "users_plain", weighed);
        assertThat(hash("weighed", 13)).isEqualTo(hash("weighed_plain", 13));
        assertThat(hash("users", 13)).isEqualTo(hash("users_plain", 13));
    }

    @Test
    void severalDaysAtOnceCountOnFromDayToDay() throws Exception {
        StepKind items = NeighbourStep.itemCf(workplace);
        List<String> log = run(items, 13, "kept", cosine(true) + "fill: 4d\n");
        assertThat(log).filteredOn(line -> line.contains("gone on from the night")).hasSize(3);
        for (int day = 10; day < 14; day++) {
            run(items, day, "plain", cosine(false));
            assertThat(hash("kept", day)).isEqualTo(hash("plain", day));
        }
    }

    @Test
    void aDamagedNightIsToldAndEverythingIsRead() throws Exception {
        StepKind items = NeighbourStep.itemCf(workplace);
        run(items, 12, "kept", cosine(true));
        BundleRef ref = bundles.list("kept_kept").getFirst();
        Path folder = work.resolve("store/bundles/" + ref);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .contains("acts.bin", "neighbours.bin");
        }
        Path acts = folder.resolve("acts.bin");
        byte[] bytes = Files.readAllBytes(acts);
        bytes[bytes.length / 2]++;
        Files.write(acts, bytes);
        List<String> log = run(items, 13, "kept", cosine(true));
        run(items, 13, "plain", cosine(false));
        assertThat(log)
                .anyMatch(
                        line ->
                                line.startsWith("what was kept cannot be used, everything is read:")
                                        && line.contains("has an altered acts.bin"));
        assertThat(hash("kept", 13)).isEqualTo(hash("plain", 13));
    }

    @Test
    void keptNeighboursOfAnotherFormAreToldAndEverythingIsCounted() throws Exception {
        StepKind items = NeighbourStep.itemCf(workplace);
        run(items, 12, "kept", cosine(true));
        Bundle good = bundles.open(bundles.list("kept_kept").getFirst());
        try (BundleWriter other =
                bundles.draft(BundleKind.KEPT, "kept_kept", good.ref().bizdate().plusDays(1))) {
            good.parameters().forEach(other::parameter);
            Files.copy(good.file("acts.bin"), other.file("acts.bin"));
            Files.write(other.file("neighbours.bin"), new byte[4096]);
            other.publish();
        }
        List<String> log = run(items, 13, "kept", cosine(true));
        run(items, 13, "plain", cosine(false));
        assertThat(log)
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "kept neighbours cannot be used, everything is counted:"))
                .anyMatch(line -> line.endsWith("all pairs counted"));
        assertThat(hash("kept", 13)).isEqualTo(hash("plain", 13));
    }
}
