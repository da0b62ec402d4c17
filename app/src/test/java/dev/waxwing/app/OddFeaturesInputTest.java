package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.WaxwingProcess.Ended;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Training rows that no model can be made of, or only with care.
@ExtendWith(PreparedNight.Once.class)
class OddFeaturesInputTest {
    private static Ended train(TestProject project, String columns)
            throws IOException, InterruptedException {
        Files.writeString(
                project.folder.resolve("sql/odd.sql"),
                "SELECT * REPLACE ("
                        + columns
                        + ", w.ds AS ds) FROM train_wide w WHERE w.ds BETWEEN '${from}' AND"
                        + " '${to}'");
        Files.writeString(
                project.folder.resolve("pipelines/odd.yaml"),
                """
                pipeline: odd
                steps:
                  rows: { sql: sql/odd.sql, into: odd_wide, fill: 8d }
                  split:
                    split: { from: odd_wide, train: 5d, validate: 2d, test: 1d }
                  model:
                    train: gbdt_lr
                    features: features/rank.yaml
                    from: split
                    trees: 5
                    depth: 3
                  test: { evaluate: model, on: split.test, into: odd_metrics }
                """);
        return WaxwingProcess.run(
                "run", "odd", "--bizdate", "20130620", "-p", project.folder.toString());
    }

    private static String log(TestProject project) throws IOException {
        try (Stream<Path> files = Files.walk(project.folder.resolve(".waxwing/logs"))) {
            return Files.readString(
                    files.filter(file -> file.endsWith("r-20130620-odd-0001/model.log"))
                            .findFirst()
                            .orElseThrow());
        }
    }

    @Test
    void labelsOfOneClassAreRefused(PreparedNight prepared) throws Exception {
        Ended ended = train(prepared.fresh(), "CAST(0 AS INTEGER) AS label");
        assertThat(ended.code()).as(ended.output()).isEqualTo(1);
        assertThat(ended.output()).contains("model failed").contains("label");
    }

    @Test
    void anInfiniteFeatureIsRefusedByName(PreparedNight prepared) throws Exception {
        Ended ended = train(prepared.fresh(), "CAST('Infinity' AS DOUBLE) AS item_days");
        assertThat(ended.code()).as(ended.output()).isEqualTo(1);
        assertThat(ended.output())
                .contains("model failed: feature item_days is Infinity; a number must be finite");
    }

    @Test
    void constantAndMissingFeaturesAreNamedAndTheRestTrains(PreparedNight prepared)
            throws Exception {
        TestProject project = prepared.fresh();
        Ended ended =
                train(
                        project,
                        "CAST(1 AS DOUBLE) AS user_acts_1d, CAST('NaN' AS DOUBLE) AS user_acts_7d");
        assertThat(ended.code()).as(ended.output() + log(project)).isZero();
        assertThat(log(project)).contains("user_acts_1d").contains("user_acts_7d");
    }
}
