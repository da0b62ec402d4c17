package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Requests around midnight: an exposure belongs to the day of its own request, however late its event was written, and an act shortly after
/// midnight to the exposure before it.
class SampleAtMidnightTest {
    private static final LocalDate FIRST = LocalDate.of(2013, 6, 20);
    private static final LocalDate SECOND = FIRST.plusDays(1);
    private static final LocalDate THIRD = FIRST.plusDays(2);

    @TempDir private Path work;
    private Warehouse warehouse;
    private final List<String> served = new ArrayList<>();
    private final List<String> acts = new ArrayList<>();

    @BeforeEach
    void open() {
        warehouse = Warehouse.open(work, new WarehouseSettings("500MB", 2));
        for (LocalDate day : List.of(FIRST.minusDays(1), FIRST, SECOND, THIRD)) {
            put(
                    "dws_user_feature",
                    day,
                    "SELECT 'u' AS user_id, map(['f'], [1.0::DOUBLE]) AS recent");
            put(
                    "ads_item_cf",
                    day,
                    "SELECT 'f' AS item_id, map(['g'], [1.0::DOUBLE]) AS neighbours");
            put("ads_user_cf", day, "SELECT 'u' AS user_id, map(['g'], [1.0::DOUBLE]) AS items");
            put("ads_hot", day, hot());
            put("ads_fresh", day, hot());
            put(
                    "train_draw",
                    day,
                    "SELECT 1.0::DOUBLE AS share, NULL::VARCHAR AS below, NULL::VARCHAR[] AS users");
        }
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void anEventWrittenAfterMidnightBelongsToTheDayOfItsRequest() {
        served("20130621", "late", "ann", "f", "2013-06-20 23:59:59.9");
        served("20130621", "early", "ann", "f", "2013-06-21 00:00:00.1");
        given();
        assertThat(sample(FIRST, SECOND))
                .containsExactly("20130620 ann f 0 served late", "20130621 ann f 0 served early");
    }

    @Test
    void theNightAfterFindsWhatTheNightBeforeCouldNotKnow() {
        served("20130620", "noon", "bob", "f", "2013-06-20 12:00:00");
        served("20130621", "late", "ann", "f", "2013-06-20 23:59:59.9");
        given();
        assertThat(sample(FIRST, FIRST)).containsExactly("20130620 bob f 0 served noon");
        assertThat(sample(FIRST, SECOND))
                .containsExactly("20130620 ann f 0 served late", "20130620 bob f 0 served noon");
    }

    @Test
    void anActWithinTheHourCountsForTheExposureBeforeMidnight() {
        served("20130620", "r", "ann", "f", "2013-06-20 23:50:00");
        acted("20130621", "ann", "f", "2013-06-21 00:10:00");
        given();
        assertThat(sample(FIRST, SECOND)).containsExactly("20130620 ann f 1 served r");
    }

    @Test
    void anActAfterTheHourIsOneOfTheNewDay() {
        served("20130620", "r", "ann", "f", "2013-06-20 12:00:00");
        acted("20130621", "ann", "f", "2013-06-21 00:10:00");
        given();
        assertThat(sample(FIRST, SECOND))
                .contains("20130620 ann f 0 served r", "20130621 ann f 1 drawn null");
    }

    @Test
    void anActBelongsToTheLatestExposureBeforeItOnWhicheverSideOfMidnight() {
        served("20130620", "before", "ann", "f", "2013-06-20 23:50:00");
        served("20130621", "after", "ann", "f", "2013-06-21 00:05:00");
        acted("20130621", "ann", "f", "2013-06-21 00:10:00");
        given();
        assertThat(sample(FIRST, SECOND))
                .containsExactly("20130620 ann f 0 served before", "20130621 ann f 1 served after");
    }

    @Test
    void anEventWrittenMoreThanADayLateIsLeftOutSoThatADayBecomesFinal() {
        served("20130620", "noon", "bob", "f", "2013-06-20 12:00:00");
        served("20130622", "lost", "ann", "f", "2013-06-20 23:59:59.9");
        given();
        assertThat(sample(FIRST, THIRD)).containsExactly("20130620 bob f 0 served noon");
    }

    @Test
    void aDayIsTheSameInEveryRangeThatReachesTheDayAfterIt() {
        served("20130620", "r1", "ann", "f", "2013-06-20 23:50:00");
        served("20130621", "r2", "ann", "g", "2013-06-20 23:59:59");
        served("20130621", "r3", "bob", "g", "2013-06-21 00:00:01");
        acted("20130621", "ann", "g", "2013-06-21 00:10:00");
        acted("20130622", "bob", "g", "2013-06-22 08:00:00");
        given();
        List<String> all = sample(FIRST, THIRD);
        assertThat(of(SECOND, all)).isNotEmpty().isEqualTo(of(SECOND, sample(SECOND, THIRD)));
        assertThat(of(FIRST, all)).isNotEmpty().isEqualTo(of(FIRST, sample(FIRST, SECOND)));
    }

    private static List<String> of(LocalDate day, List<String> rows) {
        return rows.stream().filter(row -> row.startsWith(ds(day))).toList();
    }

    private void served(String arrival, String request, String user, String item, String at) {
        served.add("('" + String.join("', '", request, user, item, at, arrival) + "')");
    }

    private void acted(String ds, String user, String item, String at) {
        acts.add("('" + String.join("', '", user, item, at, ds) + "')");
    }

    private void given() {
        for (LocalDate day : List.of(FIRST, SECOND, THIRD)) {
            put(
                    "ods_event",
                    day,
                    """
                    SELECT r || ':1' AS event_id, 'served' AS type, u AS user_id, i AS item_id, CAST(t AS TIMESTAMP) AS "at",
                           r AS request_id, '{"bundles":{},"request":{"hour":"1"}}' AS fields
                    FROM   (VALUES ('none', '', '', '2013-01-01', ''), %s) AS v(r, u, i, t, d) WHERE d = '%s'
                    """
                            .formatted(String.join(", ", served), ds(day)));
            put(
                    "dwd_action",
                    day,
                    """
                    SELECT u AS user_id, i AS item_id, 'click' AS type, CAST(t AS TIMESTAMP) AS "at", 1.0::DOUBLE AS weight
                    FROM   (VALUES %s) AS v(u, i, t, d) WHERE d = '%s'
                    """
                            .formatted(String.join(", ", acts.isEmpty() ? NOBODY : acts), ds(day)));
        }
    }

    private static final List<String> NOBODY = List.of("('', '', '2013-01-01', '')");

    private static String hot() {
        return "SELECT 'all' AS grp, i AS item_id, 1 AS rank FROM (VALUES ('f'), ('g')) AS v(i)";
    }

    private void put(String table, LocalDate day, String select) {
        try (PartitionWrite write =
                warehouse.write(
                        table, new TreeSet<>(List.of(ds(day))), new Writer("r", "step", 1))) {
            write.select("SELECT *, '" + ds(day) + "' AS ds FROM (" + select + ")").commit();
        }
    }

    /// The example's statement over a range of days.
    private List<String> sample(LocalDate from, LocalDate to) {
        String sql;
        try {
            sql = Files.readString(Path.of("../examples/movietweetings/sql/train_sample.sql"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return warehouse.query(
                TimeVariables.range(from, to).fill("train_sample.sql", sql),
                rows -> {
                    List<String> all = new ArrayList<>();
                    while (rows.next()) {
                        all.add(
                                String.join(
                                        " ",
                                        rows.getString("ds"),
                                        rows.getString("user_id"),
                                        rows.getString("item_id"),
                                        rows.getString("label"),
                                        rows.getString("source"),
                                        String.valueOf(rows.getString("request_id"))));
                    }
                    return all;
                });
    }

    private static String ds(LocalDate day) {
        return day.format(java.time.format.DateTimeFormatter.BASIC_ISO_DATE);
    }
}
