package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.pmml.Scorer;
import dev.waxwing.storage.FileStore;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Partition;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Scripts of PAI calls over a small table whose label, but for some noise, is whether two numbers are both above -0.4.
class PaiStepTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 30);

    /// The original's own call, over its line breaks.
    private static final String TRANSFER =
            """
            pai -name modeltransfer2oss
            -DmodelName=xlab_m_GBDT_LR_1_1806763_v0
            -DossPath="oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/"
            -Darn="acs:ram::123456789:role/aliyunodpspaidefaultrole"
            -Doverwrite=true
            -Dformat=pmml;
            """;

    private static final String TRAIN =
            """
            PAI -name split -project algo_public -DinputTableName=sample -Dfraction=0.7 -DrandomSeed=7
                -Doutput1TableName=train_part -Doutput2TableName=test_part;
            PAI -name GBDT_LR -project algo_public   -- boosted trees alone
                -DinputTableName="train_part" -DlabelColName="label" -DfeatureColNames="x,y"
                -DmodelName="xlab_m_GBDT_LR_1_1806763_v0"
                -DtreeCount=20 -DmaxDepth=3 -DfeatureRatio=1.0 -DmaxLeafCount=8 -DminLeafSampleCount=5 -Dshrinkage=0.3
                -DoutputImportanceTableName=importance -DcoreNum=2;
            """;

    private static final String NIGHT =
            TRAIN
                    + """
                    PAI -name fe_encode_runner -DinputTable=train_part -DencodeModel=xlab_m_GBDT_LR_1_1806763_v0
                        -DselectedCols=x,y -DlabelCol=label -DoutputTable=train_codes -Dlifecycle=28;
                    PAI -name fe_encode_runner -DinputTable=test_part -DencodeModel=xlab_m_GBDT_LR_1_1806763_v0
                        -DselectedCols=x,y -DlabelCol=label -DoutputTable=test_codes;
                    PAI -name logisticregression_binary -DinputTableName=train_codes -DlabelColName=label
                        -DfeatureColNames=kv -DenableSparse=true -DgoodValue=1 -DmodelName=xlab_m_logistic_regression_6096;
                    PAI -name prediction -DinputTableName=test_codes -DmodelName=xlab_m_logistic_regression_6096
                        -DfeatureColNames=kv -DenableSparse=true -DappendColNames=label -DoutputTableName=scored;
                    PAI -name evaluate -DinputTableName=scored -DlabelColName=label -DscoreColName=prediction_detail
                        -DpositiveLabel=1 -DbinCount=10 -DoutputMetricTableName=metrics -DoutputDetailTableName=bins;
                    """
                    + TRANSFER;

    @TempDir private Path work;

    @Test
    void aNightOfPaiCallsRunsEndToEndAndTwiceTheSame() throws Exception {
        try (S3Server server = new S3Server("key", "hidden");
                Project first = new Project("first", server);
                Project second = new Project("second", server)) {
            Files.writeString(first.folder.resolve("night.pai"), NIGHT);
            first.run("pai: night.pai");
            Map<String, String> hashes = first.hashes();
            List<BundleRef> models = first.bundles.list();
            Map<String, String> stored = server.files();
            assertThat(stored).containsOnlyKeys("model/xlab_m_GBDT_LR_1_1806763_v0.xml");

            first.run("pai: night.pai");
            assertThat(first.hashes()).as("the same night again").isEqualTo(hashes);
            assertThat(first.bundles.list()).isEqualTo(models);

            Files.writeString(second.folder.resolve("night.pai"), NIGHT);
            second.run("pai: night.pai");
            assertThat(second.hashes()).as("another project").isEqualTo(hashes);
            assertThat(second.bundles.list()).isEqualTo(models);
            assertThat(server.files()).isEqualTo(stored);

            assertThat(first.number("SELECT value FROM metrics WHERE metric = 'auc'"))
                    .as("AUC of the two layers")
                    .isGreaterThan(0.9);
            assertThat(first.number("SELECT count(*) FROM scored")).isBetween(450.0, 750.0);
            assertThat(first.number("SELECT sum(row_count) FROM bins"))
                    .isEqualTo(first.number("SELECT count(*) FROM scored"));
            assertThat(
                            first.number(
                                    "SELECT count(*) FROM scored WHERE prediction_score < 0.5 OR"
                                            + " prediction_result NOT IN ('0', '1')"))
                    .as("the score is that of the more probable label")
                    .isZero();
            assertThat(
                            first.number(
                                    "SELECT max(len(string_split(kv, ','))) - min(len(string_split(kv,"
                                            + " ','))) FROM train_codes"))
                    .as("one code a tree in each row")
                    .isZero();
            assertThat(first.log)
                    .anyMatch(
                            line -> line.startsWith("gbdt_lr: coreNum=2 changes nothing: the work"))
                    .anyMatch(line -> line.contains("is not taken on here; keys come from file:"));
        }
    }

    @Test
    void theOriginalsOwnCallPutsThatModelsPmmlThere() throws Exception {
        try (S3Server server = new S3Server("key", "hidden");
                Project project = new Project("p", server)) {
            project.run(pai(TRAIN));
            project.run(pai(TRANSFER));
            SortedMap<String, String> files = server.files();
            assertThat(files).containsOnlyKeys("model/xlab_m_GBDT_LR_1_1806763_v0.xml");
            Path pmml = work.resolve("fetched.xml");
            Files.writeString(pmml, files.get(files.firstKey()));
            Scorer scorer = Scorer.load(pmml);
            assertThat(scorer.score(Map.of("x", 0.9, "y", 0.9))).isGreaterThan(0.7);
            assertThat(scorer.score(Map.of("x", -0.9, "y", 0.9))).isLessThan(0.3);
        }
    }

    @Test
    void aModelInTheStoreIsReplacedOnlyIfTheCallSaysSo() throws Exception {
        try (S3Server server = new S3Server("key", "hidden");
                Project project = new Project("p", server)) {
            project.run(pai(TRAIN + TRANSFER.replace("true", "false")));
            assertThatThrownBy(() -> project.run(pai(TRANSFER.replace("true", "false"))))
                    .hasMessageContaining("xlab_m_GBDT_LR_1_1806763_v0.xml is there already and")
                    .hasMessageContaining("rename");
            project.run(
                    pai(
                            TRANSFER.replace("overwrite=true", "rename=other")
                                    .replace("modeltransfer2oss", "generalmodeltransfer2oss")));
            project.run(
                    """
                    transfer: xlab_m_GBDT_LR_1_1806763_v0
                    to: oss://test.oss-cn-shanghai-internal.aliyuncs.com/whole/
                    format: original
                    """);
            assertThat(server.files().keySet())
                    .contains("model/xlab_m_GBDT_LR_1_1806763_v0.xml", "model/other.xml")
                    .anyMatch(name -> name.matches("whole/.*/20260130-[0-9a-f]{8}/bundle.json"))
                    .anyMatch(name -> name.matches("whole/.*/20260130-[0-9a-f]{8}/gbdt.pmml"));
        }
    }

    @Test
    void aSandboxPutsItsModelsBesideThoseOfProduction() throws Exception {
        try (S3Server server = new S3Server("key", "hidden");
                Project project = new Project("p", server)) {
            project.run(pai(TRAIN + TRANSFER.replace("true", "false")));
            project.sandbox = "trial";
            project.run(pai(TRANSFER.replace("true", "false")));
            assertThat(server.files())
                    .containsOnlyKeys(
                            "model/xlab_m_GBDT_LR_1_1806763_v0.xml",
                            "model/sandbox/trial/xlab_m_GBDT_LR_1_1806763_v0.xml");
        }
    }

    @Test
    void aFolderWillDoForAStore() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            project.run(pai(TRAIN));
            project.run(
                    "transfer: xlab_m_GBDT_LR_1_1806763_v0\nto: "
                            + work.resolve("out").toUri()
                            + "\nrename: ctr\n");
            assertThat(work.resolve("out/ctr.xml")).exists();
            assertThatThrownBy(
                            () ->
                                    project.run(
                                            "transfer: xlab_m_GBDT_LR_1_1806763_v1\nto: "
                                                    + work.resolve("out").toUri()
                                                    + "\n"))
                    .hasMessageContaining(
                            "there is no model xlab_m_GBDT_LR_1_1806763_v1 of 2026-01-30 or before;"
                                    + " did you mean xlab_m_GBDT_LR_1_1806763_v0?");
        }
    }

    @Test
    void predictionsOfTreesAndTheirEvaluationAgreeWhicheverColumnIsJudged() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            String judge =
                    "PAI -name evaluate -DinputTableName=scored -DlabelColName=label"
                            + " -DoutputMetricTableName=%s -DscoreColName=%s;\n";
            project.run(
                    pai(
                            TRAIN
                                    + "PAI -name prediction -DinputTableName=test_part"
                                    + " -DmodelName=xlab_m_GBDT_LR_1_1806763_v0"
                                    + " -DappendColNames=label,g -DoutputTableName=scored;\n"
                                    + judge.formatted("by_detail", "prediction_detail")
                                    + judge.formatted("by_score", "prediction_score")));
            double auc = project.number("SELECT value FROM by_detail WHERE metric = 'auc'");
            assertThat(auc).isGreaterThan(0.9);
            assertThat(project.number("SELECT value FROM by_score WHERE metric = 'auc'"))
                    .isCloseTo(auc, within(1e-12));
            assertThat(project.number("SELECT count(*) FROM importance WHERE importance > 0"))
                    .isEqualTo(2);
        }
    }

    @Test
    void splitKeepsEveryRowOnceAndRowsOfAnIdTogether() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            project.run(
                    pai(
                            "PAI -name split -DinputTableName=sample -Dfraction=0.5 -DidColName=g"
                                    + " -Doutput1TableName=a -Doutput2TableName=b;\n"
                                    + "PAI -name split -DinputTableName=sample -DthresholdColName=x"
                                    + " -Dthreshold=0 -Doutput1TableName=low -Doutput2TableName=high;"));
            assertThat(project.number("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)"))
                    .isEqualTo(2000);
            assertThat(project.number("SELECT count(*) FROM a JOIN b ON a.g = b.g")).isZero();
            assertThat(project.number("SELECT max(x) FROM low")).isNegative();
            assertThat(project.number("SELECT min(x) FROM high")).isNotNegative();
        }
    }

    @Test
    void oneHotCodesAreLearntAndUsedAgain() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            project.table(
                    "pets",
                    List.of(new Column("kind", "VARCHAR"), new Column("age", "DOUBLE")),
                    List.of(row("dog", 3.0), row("cat", 4.0), row(null, 5.0)));
            project.table(
                    "others",
                    List.of(new Column("kind", "VARCHAR"), new Column("age", "DOUBLE")),
                    List.of(row("cat", 1.0), row("cow", 2.0)));
            project.run(
                    pai(
                            "PAI -name one_hot -DinputTable=pets -DbinCols=kind -DreserveCols=age"
                                    + " -DappendCols=age -DoutputTable=coded -DoutputModelTable=codes;\n"
                                    + "PAI -name one_hot -DinputTable=others -DinputModelTable=codes"
                                    + " -DbinCols=kind -DreserveCols=age -DappendCols=age"
                                    + " -DoutputTable=coded_others;"));
            assertThat(project.texts("SELECT kv FROM coded ORDER BY age"))
                    .containsExactly("0:3.0,2:1", "0:4.0,1:1", "0:5.0,3:1");
            assertThat(project.texts("SELECT kv FROM coded_others ORDER BY age"))
                    .containsExactly("0:1.0,1:1", "0:2.0");
        }
    }

    @Test
    void etrecWritesNeighboursBestFirst() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            List<Object[]> acts = new ArrayList<>();
            for (String act : "u1 a,u1 b,u2 a,u2 b,u3 a,u3 c,u4 d".split(",")) {
                acts.add(row(act.substring(0, 2), act.substring(3)));
            }
            project.table(
                    "acts", List.of(new Column("u", "VARCHAR"), new Column("i", "VARCHAR")), acts);
            project.run(
                    pai(
                            "PAI -name pai_etrec -project algo_public -DinputTableName=acts"
                                    + " -DuserColName=u -DitemColName=i -DoutputTableName=alike"
                                    + " -Doperator=add;"));
            // a: users 1 2 3; b: 1 2; c: 3. cos(a, b) = 2/√6, cos(a, c) = 1/√3
            List<String> similar =
                    project.texts("SELECT itemid || '=' || similarity FROM alike ORDER BY itemid");
            assertThat(similar).hasSize(3);
            assertThat(similar.getFirst()).matches("a=b:0\\.8164965.*,c:0\\.5773502.*");
        }
    }

    @Test
    void aScriptTellsAllThatIsWrongWithItBeforeAnythingRuns() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            assertThatThrownBy(
                            () ->
                                    project.run(
                                            pai(
                                                    """
                                                    PAI -name gbdt_rl -DinputTableName=a;
                                                    PAI -name gbdt_lr -DinputTableName=a -DlabelColName=l -DtreeCont=3;
                                                    """)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(
                            "line 1: there is no component gbdt_rl; did you mean gbdt_lr? known:"
                                    + " gbdt_lr, fe_encode_runner")
                    .hasMessageContaining(
                            "line 2: gbdt_lr has no parameter treecont; did you mean treeCount?"
                                    + " known: inputTableName")
                    .hasMessageContaining("line 2: gbdt_lr needs -DmodelName");
        }
    }

    @Test
    void aCallWaitsForThePartitionThatItNames() throws Exception {
        try (Project project = new Project("p", "http://127.0.0.1:1")) {
            String split =
                    "PAI -name split -DinputTableName=sample -DinputTablePartitions=ds=${bizdate%s}"
                            + " -Dfraction=0.5 -Doutput1TableName=a -Doutput2TableName=b;";
            assertThat(project.outcome(pai(split.formatted("+1"))))
                    .isInstanceOfSatisfying(
                            StepOutcome.Waiting.class,
                            waiting ->
                                    assertThat(waiting.missing()).isEqualTo("sample/ds=20260131"));
            assertThat(project.outcome(pai(split.formatted(""))))
                    .isInstanceOf(StepOutcome.Done.class);
        }
    }

    private static Object[] row(Object... cells) {
        Object[] row = java.util.Arrays.copyOf(cells, cells.length + 1);
        row[cells.length] = Days.ds(D);
        return row;
    }

    private static String pai(String script) {
        return "pai: |\n" + script.strip().indent(2);
    }

    /// A project with the table `sample`, whose object stores are at one URL.
    private final class Project implements AutoCloseable {
        final Path folder;
        final Warehouse warehouse;
        final BundleStore bundles;
        final List<String> log = new ArrayList<>();
        String sandbox = "";
        private final StoreSettings stores;

        Project(String name, S3Server server) throws IOException {
            this(name, server.url());
        }

        Project(String name, String url) throws IOException {
            folder = Files.createDirectories(work.resolve(name));
            warehouse = Warehouse.open(folder.resolve("wh"), new WarehouseSettings("500MB", 2));
            bundles = BundleStore.open(FileStore.folder(folder));
            Path keys =
                    Files.writeString(
                            folder.resolve("keys.ini"),
                            "[default]\naws_access_key_id = key\naws_secret_access_key = hidden\n");
            stores =
                    new StoreSettings(
                            Map.of("oss-cn-shanghai-internal.aliyuncs.com", url), "file:" + keys);
            Random random = new Random(20260130);
            List<Object[]> rows = new ArrayList<>();
            for (int row = 0; row < 2000; row++) {
                double x = random.nextDouble() * 2 - 1;
                double y = random.nextDouble() * 2 - 1;
                boolean clicked = (x > -0.4 && y > -0.4) == (random.nextDouble() > 0.03);
                rows.add(row(x, y, "g" + random.nextInt(50), clicked ? 1L : 0L));
            }
            table(
                    "sample",
                    List.of(
                            new Column("x", "DOUBLE"),
                            new Column("y", "DOUBLE"),
                            new Column("g", "VARCHAR"),
                            new Column("label", "BIGINT")),
                    rows);
        }

        void table(String table, List<Column> columns, List<Object[]> rows) {
            List<Column> all = new ArrayList<>(columns);
            all.add(new Column("ds", "VARCHAR"));
            try (PartitionWrite write =
                    warehouse.write(
                            table,
                            new TreeSet<>(List.of(Days.ds(D))),
                            new Writer("import", "import", 1))) {
                write.rows(all, rows).commit();
            }
        }

        void run(String config) throws Exception {
            assertThat(outcome(config)).isInstanceOf(StepOutcome.Done.class);
        }

        StepOutcome outcome(String config) throws Exception {
            Workplace workplace =
                    new Workplace(
                            folder,
                            warehouse,
                            bundles,
                            folder.resolve("events"),
                            2,
                            stores,
                            (_, _, _, _) -> {
                                throw new UnsupportedOperationException();
                            },
                            Instant::now,
                            sandbox);
            MapNode node = Config.parse("p.yaml", config);
            Step step =
                    (node.has("pai") ? PaiStep.kind(workplace) : TransferStep.kind(workplace))
                            .parse("step", node);
            node.done();
            return step.run(new Asked(log));
        }

        Map<String, String> hashes() {
            Map<String, String> hashes = new TreeMap<>();
            for (String table : warehouse.tables()) {
                for (Partition partition : warehouse.partitions(table)) {
                    hashes.put(table + "/" + partition.ds(), partition.hash());
                }
            }
            return hashes;
        }

        double number(String sql) {
            return warehouse.query(
                    sql,
                    rows -> {
                        rows.next();
                        return rows.getDouble(1);
                    });
        }

        List<String> texts(String sql) {
            return warehouse.query(
                    sql,
                    rows -> {
                        List<String> texts = new ArrayList<>();
                        while (rows.next()) {
                            texts.add(rows.getString(1));
                        }
                        return texts;
                    });
        }

        @Override
        public void close() {
            warehouse.close();
        }
    }

    /// A run of one step.
    private record Asked(List<String> lines) implements StepContext {
        @Override
        public String pipeline() {
            return "night";
        }

        @Override
        public String step() {
            return "step";
        }

        @Override
        public LocalDate bizdate() {
            return D;
        }

        @Override
        public String runId() {
            return "night-20260130";
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public Path work() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, String> outputsOf(String step) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void output(String key, String value) {}

        @Override
        public void log(String line) {
            lines.add(line);
        }
    }
}
