package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.WaxwingProcess.Ended;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Pipelines that cannot run: wrong files, and days that are not there.
class PipelineInputTest {
    @TempDir private Path temporary;

    private Path project;

    @BeforeEach
    void aNewProject() {
        System.setProperty("waxwing.home", Path.of("..").toAbsolutePath().normalize().toString());
        project = temporary.resolve("shop");
        Template.make(project, "shop");
    }

    private Ended run(String pipeline) throws IOException, InterruptedException {
        return WaxwingProcess.run(
                "run", pipeline, "--bizdate", "20240201", "-p", project.toString());
    }

    @Test
    void allProblemsOfAFileAreToldAtOnceWithTheirLines() throws Exception {
        Files.writeString(
                project.resolve("pipelines/odd.yaml"),
                """
                pipeline: odd
                steps:
                  hot:
                    sql: sql/ads_hot.sql
                    into: ads_hot
                    lifecicle: 3d
                  fresh:
                    sql: sql/none.sql
                    into: ads_fresh
                    fill: often
                """);
        Ended ended = run("odd");
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output())
                .contains("odd.yaml:6")
                .contains("lifecicle")
                .contains("lifecycle")
                .contains("there is no file sql/none.sql in the project")
                .contains("odd.yaml:10")
                .contains("often");
    }

    @Test
    void aCycleIsToldWithItsSteps() throws Exception {
        Files.writeString(project.resolve("sql/a.sql"), "SELECT 1 AS n, ds FROM tb");
        Files.writeString(project.resolve("sql/b.sql"), "SELECT 1 AS n, ds FROM ta");
        Files.writeString(
                project.resolve("pipelines/ring.yaml"),
                """
                pipeline: ring
                steps:
                  first: { sql: sql/a.sql, into: ta }
                  second: { sql: sql/b.sql, into: tb }
                """);
        Ended ended = run("ring");
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output()).contains("ring.yaml").contains("first").contains("second");
    }

    @Test
    void aSegmentThatIsNoColumnOfTheJudgedTableIsToldWithItsLine() throws Exception {
        Path file = project.resolve("pipelines/rank_gbdt_lr.yaml");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("by: [source]", "by: [sauce, genres]"));
        long line = text.lines().takeWhile(one -> !one.contains("by: [source]")).count() + 1;
        Ended ended = run("rank_gbdt_lr");
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output())
                .contains(
                        "rank_gbdt_lr.yaml:"
                                + line
                                + " steps.test.by: \"sauce\" is not a column of train_wide; did you"
                                + " mean source?; \"genres\" holds lists in train_wide; a segment"
                                + " is one value a row");
    }

    @Test
    void aPipelineThatIsNotThereIsNamed() throws Exception {
        Ended ended = run("nigth");
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output()).contains("nigth").contains("night");
    }

    @Test
    void missingDaysOfTablesAreNamed() throws Exception {
        Ended ended = run("rank_gbdt_lr");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains(
                        "sample waits for ads_fresh/ds=20240131, ads_hot/ds=20240131,"
                                + " ads_item_cf/ds=20240131, ads_user_cf/ds=20240131,"
                                + " dwd_action/ds=20240201, dws_user_feature/ds=20240131");
    }

    @Test
    void aNightWithoutAnyEventsSaysThatNoneAreThere() throws Exception {
        Ended ended = run("night");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .containsPattern("there is no table ods_item|waits for ods_item \\(no day at all")
                .doesNotContain("recall");
    }
}
