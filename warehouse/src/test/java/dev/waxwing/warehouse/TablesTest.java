package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a table holds is what was written into it, in the types it was written in.
class TablesTest extends WarehouseTestBase {

    @Test
    void listsMapsAndStructsComeBackAsTheyWereWritten() {
        put(
                "t",
                "20130801",
                """
                SELECT 'a' AS k, ['x', NULL, 'y'] AS l, MAP {'q': 2.5::DOUBLE, 'p': 1.5} AS m, MAP {'k': 'v'} AS t,
                       {'a': 1::BIGINT, 'b': ['z']} AS s, 1.5::DECIMAL(18,4) AS d, true AS b, 7 AS i,
                       TIMESTAMP '2013-08-01 01:02:03.456789' AS at, '20130801' AS ds
                UNION ALL SELECT 'b', [], MAP {}, NULL, NULL, NULL, NULL, NULL, NULL, '20130801'
                """);
        assertThat(rows("SELECT k, l, m, t, s, d, b, i, \"at\", ds FROM t ORDER BY k").toString())
                .isEqualTo(
                        "[[a, [x, null, y], {p=1.5, q=2.5}, {k=v}, {a=1, b=[z]}, 1.5000, true, 7,"
                                + " 2013-08-01 01:02:03.456789, 20130801], [b, [], {}, null, null,"
                                + " null, null, null, null, 20130801]]");
        assertThat(rows("SELECT m['p'] + 1, s.a, s.b[1], l[3] FROM t WHERE k = 'a'"))
                .containsExactly(List.of("2.5", "1", "z", "y"));
        assertThat(warehouse.table("t").columns())
                .extracting(Column::type)
                .containsExactly(
                        "VARCHAR",
                        "VARCHAR[]",
                        "MAP(VARCHAR, DOUBLE)",
                        "MAP(VARCHAR, VARCHAR)",
                        "STRUCT(\"a\" BIGINT, \"b\" VARCHAR[])",
                        "DECIMAL(18,4)",
                        "BOOLEAN",
                        "INTEGER",
                        "TIMESTAMP",
                        "VARCHAR");
    }

    @Test
    void everyColumnOfTheParquetFileCarriesTheFieldIdOfTheTable() {
        put(
                "t",
                "20130801",
                "SELECT MAP {'a': 1.0::DOUBLE} AS m, ['x'] AS l, {'u': {'v': 1}} AS s, '20130801'"
                        + " AS ds");
        var pinned = warehouse.parts().snapshots().pin("t").orElseThrow();
        String file = pinned.files().getFirst().location();
        List<List<String>> ids;
        try (SqlEngine.Session session = warehouse.parts().engine().session(Map.of())) {
            ids =
                    session.query(
                            "SELECT name, field_id FROM parquet_schema('"
                                    + file
                                    + "') WHERE field_id IS NOT NULL",
                            WarehouseTestBase::texts);
        }
        List<List<String>> expected = new ArrayList<>();
        org.apache.iceberg.types.TypeUtil.indexById(pinned.schema().asStruct())
                .forEach((id, field) -> expected.add(List.of(field.name(), id.toString())));
        assertThat(ids).containsExactlyInAnyOrderElementsOf(expected).hasSize(9);
    }

    @Test
    void rowsMadeInJavaComeBack() {
        Map<String, Double> weights = new LinkedHashMap<>();
        weights.put("z", 1.0);
        weights.put("a", null);
        List<Column> columns =
                List.of(
                        new Column("user_id", "VARCHAR"),
                        new Column("n", "INTEGER"),
                        new Column("big", "BIGINT"),
                        new Column("x", "DOUBLE"),
                        new Column("tags", "VARCHAR[]"),
                        new Column("recent", "MAP(VARCHAR,DOUBLE)"),
                        new Column("request", "MAP(VARCHAR,VARCHAR)"),
                        new Column("at", "TIMESTAMP"),
                        new Column("ds", "VARCHAR"));
        Instant at = Instant.parse("2013-03-31T01:30:00.000001Z");
        try (PartitionWrite write = warehouse.write("t", days("20130331"), writer("r"))) {
            write.rows(
                            columns,
                            List.of(
                                    new Object[] {
                                        "007",
                                        1,
                                        2L,
                                        0.1,
                                        List.of("b", "a"),
                                        weights,
                                        Map.of("hour", "01"),
                                        at,
                                        "20130331"
                                    },
                                    new Object[] {
                                        "008",
                                        null,
                                        null,
                                        Double.NaN,
                                        new String[0],
                                        Map.of(),
                                        null,
                                        LocalDateTime.of(2013, 3, 31, 2, 30),
                                        "20130331"
                                    }))
                    .commit();
        }
        List<String> seen = new ArrayList<>();
        warehouse.batches(
                "SELECT * FROM t ORDER BY user_id",
                batch -> {
                    assertThat(batch.strings(0)).containsExactly("007", "008");
                    assertThat(batch.doubles(1)).containsExactly(1, Double.NaN);
                    assertThat(batch.longs(2)).containsExactly(2, 0);
                    assertThat(batch.isNull(2, 1)).isTrue();
                    assertThat(batch.doubles(3)).containsExactly(0.1, Double.NaN);
                    assertThat(batch.lists(4)).isDeepEqualTo(new String[][] {{"b", "a"}, {}});
                    assertThat(batch.weights(5)[0]).containsExactlyInAnyOrderEntriesOf(weights);
                    assertThat(batch.texts(6)).containsExactly(Map.of("hour", "01"), null);
                    assertThat(batch.longs(7)[0]).isEqualTo(1364693400000001L);
                    assertThat(batch.longs(7)[1]).isEqualTo(1364697000000000L);
                    seen.add("batch");
                });
        assertThat(seen).hasSize(1);
    }

    @Test
    void plainColumnsAreReadFromVectorsWithTheSameAnswers() {
        put(
                "t",
                "20130801",
                """
                SELECT i::VARCHAR AS k, i * 0.5::DOUBLE AS x, CASE WHEN i % 2 = 0 THEN i END AS n, i::DECIMAL(9,2) AS d,
                       i % 2 = 0 AS even, make_timestamp(i * 1000000) AS at, '20130801' AS ds FROM range(5000) r(i)
                """);
        long[] rows = {0};
        double[] sums = new double[3];
        warehouse.batches(
                "SELECT * FROM t ORDER BY x",
                batch -> {
                    assertThat(batch.strings(0)[batch.rows() - 1])
                            .isEqualTo(Long.toString(rows[0] + batch.rows() - 1));
                    double[] x = batch.doubles(1);
                    double[] n = batch.doubles(2);
                    long[] at = batch.longs(5);
                    long[] even = batch.longs(4);
                    double[] d = batch.doubles(3);
                    for (int i = 0; i < batch.rows(); i++) {
                        sums[0] += x[i];
                        sums[1] += Double.isNaN(n[i]) ? 0 : n[i];
                        sums[2] += d[i] + even[i] + at[i] / 1_000_000.0;
                    }
                    rows[0] += batch.rows();
                });
        assertThat(rows[0]).isEqualTo(5000);
        assertThat(sums).containsExactly(6248750.0, 6247500.0, 12497500.0 * 2 + 2500);
    }

    @Test
    void aTableWithoutAnyRowIsReadableWithItsColumns() {
        Committed empty =
                put(
                        "t",
                        "20130801",
                        "SELECT 'a' AS k, 1 AS n, MAP {'a': 1.0} AS m, '20130801' AS ds WHERE"
                                + " false");
        assertThat(empty.rows()).isZero();
        assertThat(rows("SELECT k, n + 1, m['a'] FROM t")).isEmpty();
        assertThat(rows("SELECT count(*), max(ds) FROM t")).containsExactly(List.of("0", "null"));
        assertThat(warehouse.state("t", "20130801")).isEqualTo(PartitionState.COMMITTED);
        assertThat(warehouse.state("t", "20130802")).isEqualTo(PartitionState.ABSENT);
        assertThat(warehouse.partition("t", "20130801").orElseThrow().rows()).isZero();
        assertThat(warehouse.partition("t", "20130802")).isEmpty();
    }

    @Test
    void aColumnCanBeAddedAndOlderDaysReadItAsNull() {
        put("t", "20130801", "SELECT 'a' AS k, '20130801' AS ds");
        put("t", "20130802", "SELECT 'b' AS k, 7 AS n, ['x'] AS l, '20130802' AS ds");
        put("t", "20130803", "SELECT 8 AS n, NULL::VARCHAR[] AS l, 'c' AS k, '20130803' AS ds");
        assertThat(rows("SELECT k, n, l, ds FROM t ORDER BY ds"))
                .containsExactly(
                        List.of("a", "null", "null", "20130801"),
                        List.of("b", "7", "[x]", "20130802"),
                        List.of("c", "8", "null", "20130803"));
        assertThat(rows("SELECT n FROM t WHERE ds = '20130801'")).containsExactly(List.of("null"));
        assertThat(warehouse.table("t").columns())
                .extracting(Column::name)
                .containsExactly("k", "ds", "n", "l");
    }

    @Test
    void columnsThatDoNotFitAreRefusedWithBothSchemas() {
        put("t", "20130801", "SELECT 'a' AS k, 1 AS n, '20130801' AS ds");
        assertThatThrownBy(() -> put("t", "20130802", "SELECT 1 AS k, '20130802' AS ds"))
                .isInstanceOf(WarehouseException.class)
                .hasMessageContaining("column k is VARCHAR in the table and INTEGER in the rows")
                .hasMessageContaining("column n is missing")
                .hasMessageContaining("The table has (k VARCHAR, n INTEGER, ds VARCHAR)")
                .hasMessageContaining("the rows have (k INTEGER, ds VARCHAR)");
        assertThat(warehouse.state("t", "20130802")).isEqualTo(PartitionState.ABSENT);
    }

    @Test
    void typesThatNoTableKeepsAreRefusedAndNarrowOnesAreWidened() {
        assertThatThrownBy(
                        () ->
                                put(
                                        "t",
                                        "20130801",
                                        "SELECT INTERVAL 1 DAY AS i, TIME '10:00' AS t, 20130801 AS"
                                                + " ds"))
                .hasMessageContaining("column i: type INTERVAL is not kept in tables")
                .hasMessageContaining("column t: type TIME is not kept in tables")
                .hasMessageContaining("a column ds of type VARCHAR (yyyymmdd) is needed");
        put(
                "t",
                "20130801",
                "SELECT 1::TINYINT AS a, sum(i) AS b, 1::FLOAT AS c, '20130801' AS ds FROM range(3)"
                        + " r(i)");
        assertThat(warehouse.table("t").columns())
                .extracting(Column::toString)
                .containsExactly("a INTEGER", "b BIGINT", "c DOUBLE", "ds VARCHAR");
        put(
                "t",
                "20130802",
                "SELECT 1 AS a, 2 AS b, 3.5::DOUBLE AS c, '20130802' AS ds"); // an INTEGER fits a
        // BIGINT
        assertThat(rows("SELECT sum(b) FROM t")).containsExactly(List.of("5"));
    }

    @Test
    void aDayIsATextAndNeverADateOrANumber() {
        put("t", "20130801", "SELECT 'a' AS k, '20130801' AS ds");
        assertThat(rows("SELECT typeof(ds), ds || '!' FROM t"))
                .containsExactly(List.of("VARCHAR", "20130801!"));
    }

    @Test
    void onlyNamedDaysAreReplaced() {
        try (PartitionWrite write =
                warehouse.write("t", days("20130801", "20130802", "20130803"), writer("r"))) {
            write.select("SELECT 'old' AS k, unnest(['20130801', '20130802', '20130803']) AS ds")
                    .commit();
        }
        try (PartitionWrite write =
                warehouse.write("t", days("20130801", "20130802"), writer("r2"))) {
            Committed committed = write.select("SELECT 'new' AS k, '20130802' AS ds").commit();
            assertThat(committed.changed()).containsExactlyInAnyOrder("20130801", "20130802");
            assertThat(committed.partitions()).extracting(Partition::rows).containsExactly(0L, 1L);
        }
        assertThat(rows("SELECT ds, k FROM t ORDER BY ds"))
                .containsExactly(List.of("20130802", "new"), List.of("20130803", "old"));
        assertThat(warehouse.state("t", "20130801")).isEqualTo(PartitionState.COMMITTED);
        assertThat(warehouse.partition("t", "20130801").orElseThrow().rows()).isZero();
    }

    @Test
    void rowsOfAnotherDayAreRefused() {
        assertThatThrownBy(
                        () ->
                                put(
                                        "t",
                                        "20130801",
                                        "SELECT 'a' AS k, unnest(['20130801', '20130805']) AS ds"))
                .hasMessageContaining(
                        "have ds=20130805 (1 rows), which this write did not claim; it claimed"
                                + " ds=20130801");
        assertThatThrownBy(() -> put("t", "20130801", "SELECT 'a' AS k, NULL::VARCHAR AS ds"))
                .hasMessageContaining("have ds=NULL (1 rows)");
        assertThatThrownBy(() -> warehouse.write("t", days("2013-08-01"), writer("r")))
                .hasMessageContaining("ds must be a day written yyyymmdd, found '2013-08-01'");
        assertThatThrownBy(() -> warehouse.write("T t", days("20130801"), writer("r")))
                .hasMessageContaining("found 'T t'");
    }

    @Test
    void rowsCanBeAddedAndAddUpToTheHashOfTheWhole() {
        put("whole", "20130801", "SELECT i AS n, '20130801' AS ds FROM range(10) r(i)");
        put("parts", "20130801", "SELECT i AS n, '20130801' AS ds FROM range(6) r(i)");
        try (PartitionWrite write = warehouse.write("parts", days("20130801"), writer("r2"))) {
            write.adding()
                    .select("SELECT i + 6 AS n, '20130801' AS ds FROM range(4) r(i)")
                    .mark("log", "3:17");
            assertThat(write.rowCount()).isEqualTo(4);
            assertThat(write.commit().rows()).isEqualTo(10);
        }
        assertThat(warehouse.partition("parts", "20130801").orElseThrow().hash())
                .isEqualTo(warehouse.partition("whole", "20130801").orElseThrow().hash());
        assertThat(rows("SELECT count(*), sum(n) FROM parts")).containsExactly(List.of("10", "45"));
        assertThat(warehouse.mark("parts", "log")).contains("3:17");
        try (PartitionWrite write = warehouse.write("parts", days("20130801"), writer("r3"))) {
            Committed nothing =
                    write.adding()
                            .select("SELECT 1::BIGINT AS n, '20130801' AS ds WHERE false")
                            .mark("log", "3:18")
                            .commit();
            assertThat(nothing.unchanged()).isTrue();
        }
        assertThat(warehouse.mark("parts", "log")).contains("3:18");
        assertThat(warehouse.mark("parts", "other")).isEmpty();
    }

    @Test
    void droppedTablesAreGone() {
        put("t", "20130801", "SELECT 'a' AS k, '20130801' AS ds");
        warehouse.drop("t");
        assertThat(warehouse.tables()).isEmpty();
        assertThat(warehouse.state("t", "20130801")).isEqualTo(PartitionState.ABSENT);
        assertThat(work.resolve("wh/main/t")).doesNotExist();
        put("t", "20130801", "SELECT 1 AS other, '20130801' AS ds");
        assertThat(rows("SELECT other FROM t")).containsExactly(List.of("1"));
    }
}
