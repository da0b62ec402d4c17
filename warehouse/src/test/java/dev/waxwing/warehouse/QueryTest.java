package dev.waxwing.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What a SELECT reads, and what it cannot reach.
class QueryTest extends WarehouseTestBase {

    @Test
    void namesOfWithPartsAreNotTakenForTables() {
        assertThat(
                        warehouse.tablesIn(
                                """
                                WITH a AS (SELECT * FROM ods_event), b AS (SELECT * FROM a JOIN Item USING (k))
                                SELECT *, (SELECT max(n) FROM c) FROM b WHERE EXISTS (SELECT 1 FROM "d" WHERE x IN (SELECT y FROM e))
                                UNION ALL SELECT * FROM a, LATERAL (SELECT * FROM f) UNION SELECT unnest([1])
                                """))
                .containsExactly("c", "d", "e", "f", "item", "ods_event");
        assertThat(warehouse.tablesIn("WITH t AS (SELECT * FROM t) SELECT * FROM t"))
                .containsExactly("t");
        assertThat(
                        warehouse.tablesIn(
                                "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t"
                                        + " WHERE n < 3) SELECT * FROM t"))
                .isEmpty();
        assertThat(warehouse.tablesIn("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x), x"))
                .containsExactly("x");
    }

    @Test
    void aWithPartMayHaveTheNameOfATable() {
        put("t", "20130801", "SELECT 1 AS n, '20130801' AS ds");
        assertThat(rows("WITH t AS (SELECT n + 1 AS n FROM t) SELECT n FROM t"))
                .containsExactly(List.of("2"));
        assertThat(rows("SELECT n FROM T;")).containsExactly(List.of("1"));
        assertThat(rows("DESCRIBE t")).hasSize(2);
    }

    @Test
    void daysComeInOneOrderWhetherTheyLieInItOrMustBeSorted() {
        String made =
                "SELECT (hash(i) %% 1000)::BIGINT AS k, 'v' || hash(i, 1) %% 100000 AS v, CASE WHEN i %% 3 > 0 THEN i END AS n,"
                        + " '%s' AS ds FROM range(%d, %d) r(i)";
        put("once", "20130801", made.formatted("20130801", 0, 1000));
        put("once", "20130803", made.formatted("20130803", 1000, 300_000));
        put("once", "20130804", made.formatted("20130804", 300_000, 302_000));
        put("twice", "20130804", made.formatted("20130804", 300_000, 302_000));
        put("twice", "20130803", made.formatted("20130803", 100_000, 300_000));
        try (PartitionWrite write = warehouse.write("twice", days("20130803"), writer("second"))) {
            write.select(made.formatted("20130803", 1000, 100_000)).adding().commit();
        }
        List<String> expected =
                rows("SELECT v FROM once WHERE ds > '20130801' ORDER BY ds, k, v, n").stream()
                        .map(List::getFirst)
                        .toList();
        assertThat(inOrder("once", "20130802", "20130804")).isEqualTo(expected);
        assertThat(inOrder("twice", "20130802", "20130804")).isEqualTo(expected);
        put("twice", "20130805", "SELECT 1 AS k, 'x' AS v, 2 AS n, 3 AS later, '20130805' AS ds");
        assertThat(inOrder("twice", "20130802", "20130804")).isEqualTo(expected);
        assertThat(inOrder("twice", "20130805", "20130805")).containsExactly("x");
        assertThat(inOrder("twice", "20130806", "20130809")).isEmpty();
        assertThatThrownBy(() -> inOrder("twise", "20130805", "20130805"))
                .hasMessage("there is no table twise; did you mean twice?");
    }

    private List<String> inOrder(String table, String from, String to) {
        List<String> found = new ArrayList<>();
        warehouse.batchesInOrder(
                table,
                from,
                to,
                List.of("v"),
                batch -> found.addAll(Arrays.asList(batch.strings(0))));
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE x AS SELECT 1",
                "COPY (SELECT 1) TO '/tmp/x.csv'",
                "ATTACH '/tmp/x.db'",
                "INSTALL httpfs",
                "SET threads = 1",
                "PRAGMA database_list",
                "DROP VIEW t",
                "INSERT INTO t VALUES (1)",
                "SELECT 1; SELECT 2",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM glob('/*')",
                "SELECT * FROM duckdb_settings()",
                "SELECT * FROM '/etc/passwd'",
                "SELECT * FROM query('SELECT 1')",
                "SELECT * FROM query_table('t')",
                "SELECT * FROM main.t",
                "SELECT (SELECT max(content) FROM read_text('/etc/passwd'))",
                "WITH x AS (SELECT * FROM read_blob('/etc/passwd')) SELECT * FROM x",
                "SELECT * FROM __source",
                "SHOW TABLES",
                "SELECT fro m x",
                ""
            })
    void nothingButASelectOverTablesIsRun(String sql) {
        put("t", "20130801", "SELECT 1 AS n, '20130801' AS ds");
        assertThatThrownBy(() -> rows(sql)).isInstanceOf(WarehouseException.class);
        assertThat(rows("SELECT n FROM t")).containsExactly(List.of("1"));
    }

    @Test
    void theEngineItselfIsLockedToItsFolders() throws Exception {
        put("t", "20130801", "SELECT 1 AS n, '20130801' AS ds");
        Path outside = Files.writeString(work.resolve("secret.csv"), "a\n1\n");
        try (SqlEngine.Session session = warehouse.parts().engine().session(Map.of())) {
            for (String sql :
                    List.of(
                            "SELECT * FROM read_csv('" + outside + "')",
                            "SELECT * FROM read_csv('" + work + "/wh/staging/../../secret.csv')",
                            "SELECT * FROM read_text('" + work + "/wh/catalog.db')")) {
                assertThatThrownBy(() -> session.query(sql, WarehouseTestBase::texts))
                        .as(sql)
                        .hasMessageContaining("Permission Error");
            }
            assertThatThrownBy(() -> session.query("SET enable_external_access = true", r -> r))
                    .hasMessageContaining("locked");
        }
    }

    @Test
    void mistakesAreAnsweredWithWhatWasProbablyMeant() {
        put("ods_event", "20130801", "SELECT 1 AS weight, '20130801' AS ds");
        assertThatThrownBy(() -> rows("SELECT * FROM ods_evnt"))
                .hasMessage("there is no table ods_evnt; did you mean ods_event?");
        assertThatThrownBy(() -> rows("SELECT * FROM something_else"))
                .hasMessage("there is no table something_else; there are ods_event");
        assertThatThrownBy(() -> rows("SELECT wieght FROM ods_event"))
                .hasMessageContaining("\"wieght\" not found")
                .hasMessageContaining("weight");
        assertThatThrownBy(() -> rows("SELECT a\nFRO m x"))
                .hasMessageContaining("syntax error")
                .hasMessageContaining("(line 2, column");
        assertThatThrownBy(() -> warehouse.table("nothing"))
                .hasMessageContaining("there is no table nothing");
    }

    @Test
    void wordsOfTheGrammarThatAreUsedAsNamesAreToldWithTheirQuotes() {
        put("t", "20130801", "SELECT 1 AS \"at\", 2 AS \"similar\", '20130801' AS ds");
        for (String sql :
                List.of(
                        "SELECT at FROM t",
                        "SELECT max(at) FROM t",
                        "SELECT ds FROM t ORDER BY at",
                        "WITH at AS (SELECT 1) SELECT * FROM at")) {
            assertThatThrownBy(() -> rows(sql))
                    .as(sql)
                    .hasMessageContaining("syntax error")
                    .hasMessageEndingWith(
                            ". at is a word of the engine's grammar; where it is a name, write it"
                                    + " in quotes: \"at\"");
        }
        assertThatThrownBy(() -> rows("SELECT ds,\n  similar\nFROM t"))
                .hasMessageContaining("(line 3, column 1)")
                .hasMessageEndingWith("write it in quotes: \"similar\"");
        assertThatThrownBy(() -> rows("SELECT ds frm t WHERE ds"))
                .hasMessageContaining("syntax error")
                .message()
                .doesNotContain("grammar");
        assertThat(rows("SELECT \"at\", t.similar FROM t")).containsExactly(List.of("1", "2"));
    }

    @Test
    void aVariableThatNobodyFilledInIsRefusedAlsoInsideAText() {
        put("t", "20130801", "SELECT 1 AS n, '20130801' AS ds");
        assertThatThrownBy(() -> rows("SELECT n\nFROM t WHERE ds = '${bizdate}'"))
                .hasMessage(
                        "SQL: ${…} is left at line 2; it is filled in in pipelines only. Write the"
                                + " day itself, such as ds = '20130801'");
    }

    @Test
    void aDayFilterLeavesOtherFilesUnread() {
        for (String ds : List.of("20130801", "20130802", "20130803")) {
            put("t", ds, "SELECT 1 AS n, '" + ds + "' AS ds");
        }
        try (SqlEngine.Session session =
                warehouse.parts().session(warehouse.parts().snapshots().pin(List.of("t")))) {
            assertThat(
                            session.query(
                                            "EXPLAIN (FORMAT json) SELECT n FROM t WHERE ds >="
                                                    + " '20130803'",
                                            WarehouseTestBase::texts)
                                    .toString())
                    .containsPattern("\"Scanning Files\": \"1/3\"");
        }
    }

    @Test
    void thePastCanBeAsked() {
        Committed first = put("t", "20130801", "SELECT 'old' AS k, '20130801' AS ds");
        put("other", "20130801", "SELECT 1 AS n, '20130801' AS ds");
        Instant between =
                Instant.ofEpochMilli(
                        warehouse
                                .parts()
                                .snapshots()
                                .pin("t")
                                .orElseThrow()
                                .metadata()
                                .currentSnapshot()
                                .timestampMillis());
        put("t", "20130801", "SELECT 'new' AS k, 7 AS extra, '20130801' AS ds");
        put("t", "20130802", "SELECT 'new' AS k, 8 AS extra, '20130802' AS ds");
        assertThat(
                        warehouse.queryAsOf(
                                new AsOf.Snapshot("t", first.snapshot()),
                                "SELECT * FROM t, other",
                                WarehouseTestBase::texts))
                .containsExactly(List.of("old", "20130801", "1", "20130801"));
        assertThat(
                        warehouse.queryAsOf(
                                new AsOf.Time(between),
                                "SELECT k FROM t",
                                WarehouseTestBase::texts))
                .containsExactly(List.of("old"));
        assertThat(
                        warehouse.queryAsOf(
                                new AsOf.Time(Instant.EPOCH),
                                "SELECT k FROM t",
                                WarehouseTestBase::texts))
                .isEmpty();
        assertThatThrownBy(
                        () ->
                                warehouse.queryAsOf(
                                        new AsOf.Snapshot("t", 1),
                                        "SELECT k FROM t",
                                        WarehouseTestBase::texts))
                .hasMessageContaining("table t has no snapshot 1");
        assertThat(rows("SELECT k, extra FROM t ORDER BY ds"))
                .containsExactly(List.of("new", "7"), List.of("new", "8"));
    }

    @Test
    void daysAndSnapshotsThatAreNoLongerKeptGo() {
        for (int day = 1; day <= 5; day++) {
            put("t", "2013080" + day, "SELECT " + day + " AS n, '2013080" + day + "' AS ds");
        }
        assertThat(warehouse.expire("t", LocalDate.of(2013, 8, 5), Duration.ofDays(7)).days())
                .isEmpty();
        warehouse.lifecycle("t", 2);
        Expired expired = warehouse.expire("t", LocalDate.of(2013, 8, 5), Duration.ZERO);
        assertThat(expired.days()).containsExactly("20130801", "20130802", "20130803");
        assertThat(expired.snapshots()).isPositive();
        assertThat(rows("SELECT n FROM t ORDER BY n")).containsExactly(List.of("4"), List.of("5"));
        assertThat(warehouse.state("t", "20130801")).isEqualTo(PartitionState.ABSENT);
        assertThat(warehouse.table("t").lifecycleDays()).hasValue(2);
        assertThat(warehouse.expire("t", LocalDate.of(2013, 8, 5), Duration.ZERO).days()).isEmpty();
        put("t", "20130801", "SELECT 9 AS n, '20130801' AS ds");
        assertThat(rows("SELECT sum(n) FROM t")).containsExactly(List.of("18"));
    }

    @Test
    void filesGoOutAndComeBackTheSame() {
        Committed made =
                put(
                        "t",
                        "20130801",
                        """
                        SELECT 'a,"b"' AS k, ['x', 'y,z'] AS l, MAP {'p': 0.1::DOUBLE} AS m, 007::VARCHAR AS id, '' AS nothing,
                               0.1::DOUBLE AS x, TIMESTAMP '2013-08-01 01:02:03.5' AS "at", true AS b, '20130801' AS ds
                        UNION ALL SELECT NULL, NULL, NULL, '010', NULL, NULL, NULL, NULL, '20130801'
                        """);
        for (String name : List.of("t.csv", "t.csv.gz", "t.parquet")) {
            Path file = work.resolve(name);
            assertThat(warehouse.download("t", "20130801", file, FileFormat.of(file))).isEqualTo(2);
            try (PartitionWrite write = warehouse.write("t", days("20130801"), writer(name))) {
                assertThat(
                                write.file(file, FileFormat.of(file))
                                        .commit()
                                        .partitions()
                                        .getFirst()
                                        .hash())
                        .as(name)
                        .isEqualTo(made.partitions().getFirst().hash());
            }
        }
        assertThatThrownBy(
                        () ->
                                warehouse.download(
                                        "t", "20130809", work.resolve("x.csv"), FileFormat.CSV))
                .hasMessageContaining("table t has no partition ds=20130809; it has 20130801");
        assertThatThrownBy(() -> FileFormat.of(Path.of("x.xls")))
                .hasMessageContaining("neither .csv");
    }

    @Test
    void aFileWithoutADayBelongsToTheDayThatIsWritten() throws Exception {
        Path file = Files.writeString(work.resolve("f.csv"), "id,n\n007,1\n");
        try (PartitionWrite write = warehouse.write("t", days("20130801"), writer("r"))) {
            write.file(file, FileFormat.CSV).commit();
        }
        assertThat(rows("SELECT * FROM t")).containsExactly(List.of("007", "1", "20130801"));
        try (PartitionWrite write =
                warehouse.write("t", days("20130801", "20130802"), writer("r"))) {
            assertThatThrownBy(() -> write.file(file, FileFormat.CSV))
                    .hasMessageContaining("the file has no column ds");
        }
    }

    @Test
    void icebergsOwnCatalogOpensTheSameTables() throws Exception {
        put("t", "20130801", "SELECT 1 AS n, ['x'] AS l, '20130801' AS ds");
        put("t", "20130802", "SELECT 2 AS n, ['x'] AS l, '20130802' AS ds");
        try (JdbcCatalog stock = new JdbcCatalog()) {
            stock.initialize(
                    "wh",
                    Map.of(
                            "uri",
                            "jdbc:sqlite:" + work.resolve("wh/catalog.db"),
                            "warehouse",
                            work.resolve("wh").toString(),
                            "io-impl",
                            PlainFileIO.class.getName(),
                            "jdbc.schema-version",
                            "V1"));
            assertThat(stock.listTables(Namespace.of("main")))
                    .containsExactly(TableIdentifier.of("main", "t"));
            var table = stock.loadTable(TableIdentifier.of("main", "t"));
            assertThat(table.currentSnapshot().summary())
                    .containsEntry("total-records", "2")
                    .containsEntry("waxwing.run", "r");
            table.newDelete()
                    .deleteFromRowFilter(
                            org.apache.iceberg.expressions.Expressions.equal("ds", "20130801"))
                    .commit();
        }
        assertThat(rows("SELECT n FROM t"))
                .as("and what it changes is seen")
                .containsExactly(List.of("2"));
    }

    /// What another engine brings along to read files.
    public static final class PlainFileIO implements org.apache.iceberg.io.FileIO {
        private static final long serialVersionUID = 1;

        @Override
        public org.apache.iceberg.io.InputFile newInputFile(String path) {
            return org.apache.iceberg.Files.localInput(path);
        }

        @Override
        public org.apache.iceberg.io.OutputFile newOutputFile(String path) {
            return org.apache.iceberg.Files.localOutput(path);
        }

        @Override
        public void deleteFile(String path) {
            assertThat(new java.io.File(path).delete()).isTrue();
        }
    }
}
