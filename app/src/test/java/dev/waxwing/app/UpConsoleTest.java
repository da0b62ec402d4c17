package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// `up` with its console, and beside it, as processes of their own, the commands that look at runs.
class UpConsoleTest {
    @Test
    void aRunThatIsAskedForOverHttpIsToldAsItHappensAndShownWithItsGraph(@TempDir Path work)
            throws Exception {
        Path folder = work.resolve("tiny");
        assertThat(WaxwingProcess.run("new", folder.toString()).code()).isZero();
        Files.writeString(
                folder.resolve("pipelines/tiny.yaml"),
                """
                pipeline: tiny
                steps:
                  films: { program: [sh, -c, "echo asked; echo alien,heat"] }
                  each:
                    for-each:
                      over: films
                      steps:
                        say: { program: [echo, "got ${dag.films[${dag.offset}]}"] }
                  made: { sql: sql/made.sql, into: made, after: each }
                """);
        Files.writeString(folder.resolve("sql/made.sql"), "SELECT '${bizdate}' AS ds, 1 AS n\n");
        Files.createDirectories(folder.resolve("baselines"));
        Files.writeString(
                folder.resolve("baselines/tiny_there.yaml"),
                "baseline: tiny_there\npipeline: tiny\nby: \"47:59\"\n");
        String project = folder.toString();
        String ds =
                LocalDate.now(ZoneOffset.UTC).minusDays(1).format(DateTimeFormatter.BASIC_ISO_DATE);
        String run = "r-" + ds + "-tiny-0001";

        try (WaxwingProcess up = WaxwingProcess.start("up", "--port", "0", "-p", project);
                HttpClient http = HttpClient.newHttpClient()) {
            String line = up.line("The console: http://");
            URI console = URI.create(line.substring(line.indexOf("http://"), line.indexOf("  (")));
            try (WaxwingProcess follow = WaxwingProcess.start("runs", "--follow", "-p", project)) {
                HttpRequest asking =
                        HttpRequest.newBuilder(console.resolve("/v1/runs"))
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                """
                                                {"pipeline": "tiny", "bizdate": "%s", "by": "ann", "why": "a try"}
                                                """
                                                        .formatted(ds)))
                                .build();
                HttpResponse<String> asked =
                        http.send(asking, HttpResponse.BodyHandlers.ofString());
                assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
                JsonNode runs = new ObjectMapper().readTree(asked.body()).path("runs");
                assertThat(runs.get(0).asText()).isEqualTo(run);

                // Whether it began to look before or after the run was made, it shows its end.
                up.until("the end", () -> state(http, console, run).equals("DONE"));
                WaxwingProcess.Ended shown = WaxwingProcess.run("runs", "show", run, "-p", project);
                assertThat(shown.output())
                        .containsSubsequence(
                                "✓ films",
                                "✓ each ← films",
                                "↻ r-" + ds + "-tiny.each-0001  DONE",
                                "↻ r-" + ds + "-tiny.each-0002  DONE",
                                "✓ made ← each",
                                "ann: run (a try)");
                assertThat(WaxwingProcess.run("runs", "-p", project).output())
                        .contains(run)
                        .contains("3/3")
                        .as("iterations are with the run that holds them")
                        .doesNotContain("tiny.each");
                assertThat(follow.line(run)).isNotEmpty();
            }
            assertThat(
                            WaxwingProcess.run("logs", "r-" + ds + "-tiny.each-0002", "-p", project)
                                    .output())
                    .contains("got heat");
            assertThat(WaxwingProcess.run("baselines", "--path", "-p", project).output())
                    .containsPattern("tiny_there +1 .* SAFE .* finished")
                    .contains("tiny.made  done");
            assertThat(WaxwingProcess.run("lineage", "made", "-p", project).output())
                    .contains("written by  tiny.made (sql, pipelines/tiny.yaml:9)")
                    .contains("ds=" + ds + "  1 rows")
                    .contains("by run " + run + ", step made, attempt 1");
            WaxwingProcess.Ended mistyped = WaxwingProcess.run("lineage", "nade", "-p", project);
            assertThat(mistyped.code()).isNotZero();
            assertThat(mistyped.output()).contains("there is no table nade").contains("mean made?");
        }
    }

    private static String state(HttpClient http, URI console, String run) {
        try {
            HttpRequest get = HttpRequest.newBuilder(console.resolve("/v1/runs/" + run)).build();
            String body = http.send(get, HttpResponse.BodyHandlers.ofString()).body();
            return new ObjectMapper().readTree(body).path("run").path("state").asText();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
