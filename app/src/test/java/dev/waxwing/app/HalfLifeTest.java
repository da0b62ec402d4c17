package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.flow.TimeVariables;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The choice of hot's half-life, on acts whose best half-life is known.
class HalfLifeTest {
    private static final LocalDate BEGIN = LocalDate.of(2013, 6, 1);
    private static final LocalDate FIRST_JUDGED = BEGIN.plusDays(25);
    private static final LocalDate END = BEGIN.plusDays(30);

    @TempDir Path folder;
    private Warehouse warehouse;

    @BeforeEach
    void open() throws IOException {
        warehouse = Warehouse.open(folder.resolve("warehouse"), new WarehouseSettings("300MB", 2));
        Path shipped = Path.of("../examples/movietweetings/sql/ads_hot.sql");
        Files.createDirectories(folder.resolve("sql"));
        Files.copy(shipped, folder.resolve("sql/ads_hot.sql"));
        days(
                "ods_item",
                END,
                """
                SELECT 'i' || i AS item_id, '20130601' AS ds FROM range(60) t(i)
                """);
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    /// Twenty films are taken every day by 3 new users each, twenty more by 5 on one day only. Yesterday's one-day films lead
    /// as long as `3 · Σ 2^(-t/h) < 5`, which holds for half-lives `h` up to 0.5: from 1.0 on, all are equally good.
    private static final String LASTING =
            """
            SELECT 'u' || d || '_' || i || '_' || k AS user_id, 'i' || i AS item_id, d FROM range(30) days(d), range(20) items(i), range(3) users(k)
            UNION ALL
            SELECT 'v' || d || '_' || i || '_' || k, 'today' || d || '_' || i, d FROM range(30) days(d), range(20) items(i), range(5) users(k)
            """;

    /// Twenty films are taken by 9 users each the day before their day, and by 3 on it. They lead on their morning as long as the
    /// films of the day before do not, `3 + 9 · 2^(-1/h) < 9`: for half-lives up to 1.5.
    private static final String PASSING =
            """
            SELECT 'u' || d || '_' || i || '_' || k AS user_id, 'i' || d || '_' || i AS item_id, d FROM range(30) days(d), range(20) items(i), range(3) users(k)
            UNION ALL
            SELECT 'v' || d || '_' || i || '_' || k, 'i' || (d + 1) || '_' || i, d FROM range(30) days(d), range(20) items(i), range(9) users(k)
            """;

    @Test
    void theBestHitRateIsChosenAndOfEqualsTheShorter() {
        acts(LASTING);
        HalfLife lasting = choose();
        assertThat(lasting.tried().get(0.5).hit()).isZero();
        assertThat(lasting.tried().get(10.0).hit()).isEqualTo(60 / 160.0);
        assertThat(lasting.best()).isEqualTo(1.0);
        acts(PASSING);
        HalfLife passing = choose();
        assertThat(passing.tried().keySet()).containsExactlyElementsOf(HalfLife.GRID);
        assertThat(passing.tried().get(1.5).hit()).isEqualTo(60 / 240.0);
        assertThat(passing.tried().get(2.0).hit()).isZero();
        assertThat(passing.best()).isEqualTo(0.5);
    }

    @Test
    void whatHappensOnJudgedDaysChangesNothing() {
        acts(PASSING);
        HalfLife before = choose();
        String judged = Integer.toString(25);
        acts(
                "SELECT * FROM ("
                        + PASSING
                        + ") WHERE d < "
                        + judged
                        + " UNION ALL SELECT user_id, item_id, d FROM ("
                        + LASTING
                        + ") WHERE d >= "
                        + judged);
        HalfLife after = choose();
        assertThat(after.text()).isEqualTo(before.text());
        acts("SELECT * FROM (" + PASSING + ") WHERE d <> 24");
        assertThat(choose().text()).as("the day before does matter").isNotEqualTo(before.text());
    }

    @Test
    void thePageSaysWhetherTheExampleIsSetToTheChoice() throws IOException {
        acts(PASSING);
        assertThat(choose().text())
                .contains("2013-06-16 to 2013-06-25")
                .contains("| 0.5 | ")
                .contains("**The example is not set to it**: its sql/ads_hot.sql says 1.5 days");
        Path sql = folder.resolve("sql/ads_hot.sql");
        Files.writeString(sql, Files.readString(sql).replace("age / 1.5", "age / 0.5"));
        assertThat(choose().text()).contains("The example is set to it: 0.5 days.");
        Files.writeString(sql, Files.readString(sql).replace("age / 0.5", "age / 2 / 3"));
        assertThatThrownBy(this::choose).hasMessageContaining("ads_hot.sql must say its half-life");
    }

    @Test
    void withoutDaysBeforeTheJudgedOnesNothingIsChosen() {
        acts(PASSING);
        assertThatThrownBy(() -> HalfLife.before(BEGIN.plusDays(15), 10, warehouse, folder))
                .hasMessageContaining("there are no days before 2013-06-16");
    }

    private HalfLife choose() {
        return HalfLife.before(FIRST_JUDGED, 10, warehouse, folder);
    }

    private void acts(String sql) {
        String events =
                """
                SELECT user_id, item_id, 'rate' AS type, strftime(DATE '2013-06-01' + CAST(d AS INTEGER), '%Y%m%d') AS ds
                FROM (
                """
                        + sql
                        + ")";
        days("ods_event", END, events);
        days("dwd_action", END, events);
    }

    private void days(String table, LocalDate until, String sql) {
        TreeSet<String> days =
                BEGIN.datesUntil(until)
                        .map(TimeVariables::ds)
                        .collect(Collectors.toCollection(TreeSet::new));
        try (PartitionWrite write = warehouse.write(table, days, new Writer("test", "acts", 1))) {
            write.select(sql).commit();
        }
    }
}
