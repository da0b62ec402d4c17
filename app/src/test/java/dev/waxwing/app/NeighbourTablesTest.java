package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.warehouse.Warehouse;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;

/// The steps item_cf and user_cf find what the SQL of the example finds in the example's acts.
@Execution(ExecutionMode.CONCURRENT)
class NeighbourTablesTest {
    private static final LocalDate D = LocalDate.of(2013, 6, 20);

    @TempDir private static Path temporary;
    private static final Map<String, Map<String, Map<String, Double>>> TABLES = new TreeMap<>();

    @BeforeAll
    static void run() throws IOException {
        TestProject project =
                TestProject.make(temporary.resolve("both"), 2).load(TestProject.until(D));
        String similar = Files.readString(project.folder.resolve("sql/ads_user_similar.sql"));
        assertThat(similar).contains("BETWEEN 2 AND 200", "BETWEEN 2 AND 60");
        Files.writeString( // the two count a cap's victims at different moments, so no cap bites
                // here
                project.folder.resolve("sql/uncapped.sql"),
                similar.replace("BETWEEN 2 AND 200", "BETWEEN 2 AND 100000")
                        .replace("BETWEEN 2 AND 60", "BETWEEN 2 AND 100000"));
        Files.writeString(
                project.folder.resolve("pipelines/both.yaml"),
                """
                pipeline: both
                steps:
                  items:
                    item_cf: dwd_action
                    into: items_kernel
                    similarity: cosine
                    iuf: true
                    min-user-items: 1
                    top: 50
                  items_sql: { sql: sql/ads_item_cf.sql, into: items_sql }
                  users:
                    user_cf: dwd_action
                    into: users_kernel
                    window: 30d
                    similarity: cosine
                    iuf: true
                    max-user-items: 100000
                    top: 20
                  users_sql: { sql: sql/uncapped.sql, into: users_sql, upstream: { train_draw: any } }
                  swing: { item_cf: dwd_action, into: items_swing, similarity: swing, topk: 5 }
                """);
        project.run("events", D);
        project.run("both", D);
        try (Installation installation = project.install()) {
            read(installation.warehouse(), "items_kernel", "item_id", "neighbours");
            read(installation.warehouse(), "items_sql", "item_id", "neighbours");
            read(installation.warehouse(), "users_kernel", "user_id", "similar_users");
            read(installation.warehouse(), "users_sql", "user_id", "similar_users");
            read(installation.warehouse(), "items_swing", "item_id", "neighbours");
        }
    }

    private static void read(Warehouse warehouse, String table, String key, String map) {
        Map<String, Map<String, Double>> lists = new TreeMap<>();
        warehouse.batches(
                "SELECT " + key + ", " + map + " FROM " + table + " WHERE ds = '20130620'",
                batch -> {
                    for (int row = 0; row < batch.rows(); row++) {
                        lists.put(batch.strings(0)[row], batch.weights(1)[row]);
                    }
                });
        TABLES.put(table, lists);
    }

    @Test
    void itemNeighboursOfStepAndSqlAreTheSame() {
        assertThat(TABLES.get("items_kernel")).hasSizeGreaterThan(50);
        same(TABLES.get("items_kernel"), TABLES.get("items_sql"), 1e-9);
    }

    @Test
    void userNeighboursOfStepAndSqlAreTheSame() {
        assertThat(TABLES.get("users_kernel")).hasSizeGreaterThan(50);
        same(TABLES.get("users_kernel"), TABLES.get("users_sql"), 2e-6); // that SQL has six digits
    }

    @Test
    void swingGivesListsOfTheLengthThatWasAsked() {
        assertThat(TABLES.get("items_swing")).hasSizeGreaterThan(50);
        assertThat(TABLES.get("items_swing").values())
                .allSatisfy(list -> assertThat(list).hasSizeBetween(1, 5))
                .anySatisfy(list -> assertThat(list).hasSize(5));
    }

    /// Where rounding makes the last places of a list a tie, either of the tied may be in it.
    private static void same(
            Map<String, Map<String, Double>> found,
            Map<String, Map<String, Double>> wanted,
            double precision) {
        assertThat(found.keySet()).isEqualTo(wanted.keySet());
        found.forEach(
                (id, list) -> {
                    Map<String, Double> other = wanted.get(id);
                    assertThat(list).as(id).hasSameSizeAs(other);
                    double last = other.values().stream().mapToDouble(s -> s).min().orElseThrow();
                    list.forEach(
                            (neighbour, score) ->
                                    assertThat(score)
                                            .as("%s under %s", neighbour, id)
                                            .isCloseTo(
                                                    other.getOrDefault(neighbour, last),
                                                    within(precision)));
                });
    }
}
