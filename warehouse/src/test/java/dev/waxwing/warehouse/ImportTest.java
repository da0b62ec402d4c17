package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// Every row of an outside file becomes an event or a rejected row with its line and reason.
class ImportTest extends WarehouseTestBase {
    private static final EventRule RATINGS = new EventRule(Map.of("rate", "rating"), 0, 10);
    private static final Instant NOW = Instant.parse("2014-01-01T12:00:00Z");

    private Path csv(String name, String text) throws IOException {
        return Files.writeString(work.resolve(name), text);
    }

    private ImportReport load(Path file) {
        return new EventImport(file, RATINGS).asOf(NOW).into(warehouse, writer("import"));
    }

    @Test
    void timesAreReadAsSecondsMillisAndIsoAndIdsKeepTheirZeros() throws IOException {
        ImportReport report =
                load(
                        csv(
                                "e.csv",
                                """
                                user,item,ts,event,weight
                                007,0042,1375315200,rate,7
                                008,1,1375315200123,rate,10
                                009,1,2013-08-01T02:00:00+02:00,rate,
                                010,1,2013-08-01 00:00:00,rate,-5
                                """));
        assertThat(report.read()).isEqualTo(4);
        assertThat(report.added()).isEqualTo(4);
        assertThat(report.rejected()).isZero();
        assertThat(report.days()).containsExactly("20130801");
        assertThat(
                        rows("SELECT user_id, item_id, \"at\", type, weight, fields, ds FROM"
                                        + " ods_event ORDER BY user_id")
                                .toString())
                .isEqualTo(
                        "[[007, 0042, 2013-08-01 00:00:00.0, rating, 0.7, {}, 20130801],"
                                + " [008, 1, 2013-08-01 00:00:00.123, rating, 1.0, {}, 20130801],"
                                + " [009, 1, 2013-08-01 00:00:00.0, rating, 1.0, {}, 20130801],"
                                + " [010, 1, 2013-08-01 00:00:00.0, rating, 0.001, {}, 20130801]]");
        assertThat(rows("SELECT count(*) FROM ods_event_rejected")).containsExactly(List.of("0"));
    }

    @Test
    void badRowsAreRejectedWithLineAndReason() throws IOException {
        ImportReport report =
                load(
                        csv(
                                "bad.csv",
                                """
                                user,item,ts,event,weight
                                u1,i1,1375315200,rate,7
                                ,i1,1375315200,rate,7
                                u1,,1375315200,rate,7
                                u1,i1,,rate,7
                                u1,i1,1375315200
                                u1,i1,yesterday,rate,7
                                u1,i1,1375315200,,7
                                u1,i1,1375315200,buy,7
                                u1,i1,1375315200,rate,much
                                u1,i1,1375315200,rate,7,8
                                u1,i1,1475315200,rate,7
                                u1,i1,-5,rate,7
                                u1,i1,1375315200,rate,NaN
                                u2,i2,1375315200,rate,7
                                """));
        assertThat(report.read()).isEqualTo(14);
        assertThat(report.added()).isEqualTo(2);
        assertThat(
                        rows("SELECT line, reason, raw FROM ods_event_rejected WHERE source ="
                                        + " 'bad.csv' ORDER BY line")
                                .toString())
                .isEqualTo(
                        "[[3, no user, ,i1,1375315200,rate,7], [4, no item, u1,,1375315200,rate,7],"
                                + " [5, no time, u1,i1,,rate,7], [6, malformed line: missing columns,"
                                + " u1,i1,1375315200], [7, unreadable time, u1,i1,yesterday,rate,7],"
                                + " [8, no event, u1,i1,1375315200,,7], [9, event not in the rule: buy,"
                                + " u1,i1,1375315200,buy,7], [10, unreadable weight,"
                                + " u1,i1,1375315200,rate,much], [11, malformed line: too many columns,"
                                + " u1,i1,1375315200,rate,7,8], [12, in the future,"
                                + " u1,i1,1475315200,rate,7], [13, before 1970, u1,i1,-5,rate,7], [14,"
                                + " unreadable weight, u1,i1,1375315200,rate,NaN]]");
        assertThat(report.reasons())
                .containsEntry("unreadable weight", 2L)
                .containsEntry("no user", 1L);
        assertThat(rows("SELECT ds, count(*) FROM ods_event_rejected GROUP BY ds"))
                .containsExactly(List.of("20140101", "12"));
    }

    @Test
    void theSameFileAgainChangesNothingAndAnotherFileAdds() throws IOException {
        Path file =
                csv(
                        "e.csv",
                        """
                        user,item,ts,event,weight
                        u1,i1,1375315200,rate,7
                        u1,i1,1375315200,rate,7
                        u1,i1,1375401600,rate,7
                        u1,i1,never,rate,7
                        """);
        assertThat(load(file).added()).isEqualTo(3);
        assertThat(rows("SELECT count(*), count(DISTINCT event_id) FROM ods_event"))
                .containsExactly(List.of("3", "3"));
        TableInfo before = warehouse.table("ods_event");
        ImportReport again = load(file);
        assertThat(again.added()).isZero();
        assertThat(again.known()).isEqualTo(3);
        assertThat(warehouse.table("ods_event").snapshot()).isEqualTo(before.snapshot());
        assertThat(rows("SELECT count(*) FROM ods_event_rejected")).containsExactly(List.of("1"));
        ImportReport other =
                load(
                        csv(
                                "f.csv",
                                """
                                user,item,ts,event,weight
                                u1,i1,1375315200,rate,7
                                u9,i9,1375315201,rate,7
                                """));
        assertThat(other.added()).isEqualTo(1);
        assertThat(rows("SELECT ds, count(*) FROM ods_event GROUP BY ds ORDER BY ds"))
                .containsExactly(List.of("20130801", "3"), List.of("20130802", "1"));
    }

    @Test
    void allDaysOfAFileAreOneCommit() throws IOException {
        StringBuilder text = new StringBuilder("user,item,ts,event\n");
        for (int day = 0; day < 40; day++) {
            text.append("u,i")
                    .append(day)
                    .append(',')
                    .append(1375315200 + day * 86400)
                    .append(",rate\n");
        }
        load(csv("e.csv", text.toString()));
        List<Partition> partitions = warehouse.partitions("ods_event");
        assertThat(partitions).hasSize(40).extracting(Partition::rows).containsOnly(1L);
        assertThat(partitions)
                .extracting(Partition::snapshot)
                .containsOnly(warehouse.table("ods_event").snapshot());
    }

    @Test
    void aFileInWhichEveryRowIsBadFailsAndChangesNothing() throws IOException {
        Path bad = csv("bad.csv", "user,item,ts,event,weight\nu,i,never,rate,1\nu,i,1,buy,1\n");
        assertThatThrownBy(() -> load(bad))
                .hasMessageContaining("bad.csv has no good row; 2 rows were rejected")
                .hasMessageContaining("unreadable time=1");
        assertThatThrownBy(() -> load(csv("none.csv", "user,item,ts,event\n")))
                .hasMessageContaining("it has no rows at all");
        assertThatThrownBy(() -> load(csv("empty.csv", "")))
                .hasMessageContaining("empty.csv is empty");
        assertThatThrownBy(() -> load(csv("h.csv", "who,item,ts,event\nu,i,1,rate\n")))
                .hasMessageContaining("has no column user; it has who, item, ts, event");
        assertThatThrownBy(() -> load(work.resolve("absent.csv")))
                .hasMessageContaining("there is no file");
        assertThat(warehouse.tables()).isEmpty();
    }

    @Test
    void timesMoveByWholeDays() throws IOException {
        Path file = csv("e.csv", "user,item,ts,event\nu,i,1375315261,rate\nu,i,1375401661,rate\n");
        assertThat(
                        new EventImport(file, RATINGS)
                                .asOf(NOW)
                                .endingOn(LocalDate.of(2013, 12, 31))
                                .into(warehouse, writer("r"))
                                .shiftedBy())
                .isEqualTo(151);
        assertThat(rows("SELECT \"at\" FROM ods_event ORDER BY 1").toString())
                .isEqualTo("[[2013-12-30 00:01:01.0], [2013-12-31 00:01:01.0]]");
        new EventImport(file, RATINGS).asOf(NOW).shiftedBy(-1).into(warehouse, writer("r"));
        assertThat(rows("SELECT min(ds) FROM ods_event")).containsExactly(List.of("20130731"));
    }

    @Test
    void quotesCrlfAndGzipAreRead() throws IOException {
        Path gz = work.resolve("e.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
            out.write(
                    "ts,\"user\",item,event\r\n1375315200,\"a,\"\"b\"\"\",i,rate\r\n1375315200,c,i,rate\r\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
        load(gz);
        assertThat(rows("SELECT user_id FROM ods_event ORDER BY 1"))
                .containsExactly(List.of("a,\"b\""), List.of("c"));
    }

    @Test
    void parquetFilesAreReadToo() throws IOException {
        put(
                "src",
                "20130801",
                "SELECT 'u' AS \"user\", 'i' AS item, TIMESTAMP '2013-08-01 10:00:00' AS ts, 'rate'"
                        + " AS event, 5 AS weight, '20130801' AS ds");
        warehouse.download("src", "20130801", work.resolve("e.parquet"), FileFormat.PARQUET);
        assertThat(load(work.resolve("e.parquet")).added()).isEqualTo(1);
        assertThat(rows("SELECT user_id, weight, ds FROM ods_event"))
                .containsExactly(List.of("u", "0.5", "20130801"));
    }

    @Test
    void anItemAppearsOnTheDayOfItsFirstEvent() throws IOException {
        load(
                csv(
                        "e.csv",
                        """
                        user,item,ts,event
                        u,i1,1375401600,rate
                        u,i1,1375315200,rate
                        u,i2,1375401600,rate
                        """));
        Path items =
                csv(
                        "items.csv",
                        """
                        item,title,tags
                        i1,"Alien, the film",Horror|Sci-Fi
                        i2,Brazil,
                        i3,Nobody saw it,Drama
                        i1,Alien again,
                        ,No id,
                        """);
        ImportReport report = new ItemImport(items).into(warehouse, writer("r"));
        assertThat(report.added()).isEqualTo(2);
        assertThat(report.withoutEvent()).isEqualTo(1);
        assertThat(report.reasons())
                .containsOnly(Map.entry("no item", 1L), Map.entry("item came before", 1L));
        assertThat(
                        rows("SELECT item_id, title, tags, author, first_at, ds FROM ods_item ORDER"
                                        + " BY 1")
                                .toString())
                .isEqualTo(
                        "[[i1, Alien, the film, [Horror, Sci-Fi], null, 2013-08-01 00:00:00.0,"
                                + " 20130801], [i2, Brazil, [], null, 2013-08-02 00:00:00.0,"
                                + " 20130802]]");
        long snapshot = warehouse.table("ods_item").snapshot();
        ImportReport again = new ItemImport(items).into(warehouse, writer("r2"));
        assertThat(again.added()).isZero();
        assertThat(again.known()).isEqualTo(2);
        assertThat(warehouse.table("ods_item").snapshot()).isEqualTo(snapshot);
        new ItemImport(csv("more.csv", "item,title\ni2,Brazil (1985)\n"))
                .into(warehouse, writer("r3"));
        assertThat(rows("SELECT item_id, title FROM ods_item ORDER BY 1"))
                .containsExactly(List.of("i1", "Alien, the film"), List.of("i2", "Brazil (1985)"));
    }

    @Test
    void itemsBeforeAnyEventAreRefused() throws IOException {
        Path items = csv("items.csv", "item,title\ni1,One\n");
        assertThatThrownBy(() -> new ItemImport(items).into(warehouse, writer("r")))
                .hasMessageContaining("there are no events yet");
    }

    @Test
    void realFilesComeInWhole() {
        Path folder = Path.of("../../shared/data/movietweetings-100k");
        if (!Files.exists(folder) && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("the example's data is missing: " + folder.toAbsolutePath());
        }
        Assumptions.assumeTrue(Files.exists(folder), "no " + folder);
        ImportReport events = load(folder.resolve("events.csv.gz"));
        assertThat(events.read()).isEqualTo(100_000);
        assertThat(events.rejected()).isZero();
        assertThat(rows("SELECT count(*), count(DISTINCT event_id) FROM ods_event"))
                .containsExactly(List.of("100000", "100000"));
        ImportReport items =
                new ItemImport(folder.resolve("items.csv.gz")).into(warehouse, writer("r"));
        assertThat(items.rejected()).isZero();
        assertThat(items.added() + items.withoutEvent()).isEqualTo(items.read());
        assertThat(rows("SELECT count(DISTINCT item_id) FROM ods_event").getFirst().getFirst())
                .as("every item with an event has its row")
                .isEqualTo(rows("SELECT count(*) FROM ods_item").getFirst().getFirst());
    }
}
