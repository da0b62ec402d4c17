package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.ItemList;
import dev.waxwing.model.ScoredId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What reaches an `up` that is running: releases, rollbacks, and what is damaged on the way.
@ExtendWith(PreparedNight.Once.class)
class RunningUpFaultTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private TestProject project;
    private BundleRef ranker;
    private WaxwingProcess up;
    private URI server;
    private long first;

    @BeforeEach
    void start(PreparedNight prepared) throws Exception {
        project = prepared.fresh();
        ranker = project.aliases().get("home_rank/champion");
        first = project.activations();
        up = WaxwingProcess.start("up", "--port", "0", "-p", project.folder.toString());
        String line = up.line("Serving http://");
        server = URI.create(line.substring(line.indexOf("http://"), line.indexOf("  (")));
    }

    @AfterEach
    void stop() {
        up.close();
        http.close();
    }

    @Test
    void aRollbackAndAReleaseReachItWhileRequestsGoOn() throws Exception {
        assertThat(page().path("ranker").asText()).isEqualTo(ranker.toString());
        try (ScheduledExecutorService visitors = Executors.newSingleThreadScheduledExecutor()) {
            Future<?> asking =
                    visitors.scheduleWithFixedDelay(this::page, 0, 20, TimeUnit.MILLISECONDS);

            assertThat(command("rollback", "home_rank/champion"))
                    .contains("activation " + (first + 1))
                    .contains("home_rank/champion is nothing");
            untilLive(first + 1);
            assertThat(page().path("ranker").asText()).isEqualTo("none");

            assertThat(command("release", ranker.toString(), "home_rank/champion"))
                    .contains("golden rows agree")
                    .contains("activation " + (first + 2));
            untilLive(first + 2);
            assertThat(page().path("ranker").asText()).isEqualTo(ranker.toString());
            if (asking.isDone()) {
                asking.get(); // says which request failed, and how
            }
        }
    }

    @Test
    void aBundleDamagedOnTheWayIsRefusedYesterdaysStaysAndTheNextGoodOneIsTaken() throws Exception {
        BundleStore store = project.install().bundles();
        BundleRef bad = hot(store, "damaged");
        up.signal("STOP");
        store.activate(Map.of("hot/live", bad), "test", "a new list", Map.of());
        Path list =
                project.folder.resolve(".waxwing/bundles").resolve(bad.toString() + "/list.csv");
        Files.writeString(list, "group,item_id,score,rank\n");
        up.signal("CONT");

        up.until("the refusal", () -> health().has("refused"));
        assertThat(health().path("refused").path("activation").asLong()).isEqualTo(first + 1);
        assertThat(health().path("refused").path("why").asText())
                .contains(bad.toString())
                .contains("list.csv");
        assertThat(health().path("activation").asLong()).isEqualTo(first);
        assertThat(page().path("ranker").asText()).isEqualTo(ranker.toString());
        assertThat(up.output()).doesNotContain("Exception");

        BundleRef good = hot(store, "whole");
        store.activate(Map.of("hot/live", good), "test", "a better list", Map.of());
        untilLive(first + 2);
        assertThat(health().has("refused")).isFalse();
        assertThat(health().path("bundles").path("hot/live").asText()).isEqualTo(good.toString());
    }

    @Test
    void anActivationThatIsNoJsonIsSaidAndLeavesEverythingAsItIs() throws Exception {
        Path file = project.folder.resolve(".waxwing/activations/%08d.json".formatted(first + 1));
        Path draft = project.folder.resolve(".waxwing/half");
        Files.writeString(draft, "{ \"number\" : ");
        Files.move(draft, file);
        up.until("the complaint", () -> health().has("unreachable"));
        assertThat(health().path("unreachable").asText()).contains(file.getFileName().toString());
        assertThat(health().path("activation").asLong()).isEqualTo(first);
        assertThat(page().path("ranker").asText()).isEqualTo(ranker.toString());

        Files.delete(file);
        up.until("the all-clear", () -> !health().has("unreachable"));
        BundleStore store = project.install().bundles();
        store.activate(Map.of("hot/live", hot(store, "whole")), "test", "a list", Map.of());
        untilLive(first + 1);
    }

    private static BundleRef hot(BundleStore store, String item) {
        try (BundleWriter writer = store.draft(BundleKind.LIST, "hot", PreparedNight.SECOND)) {
            return writer.list(new ItemList(Map.of("all", List.of(new ScoredId(item, 1)))))
                    .publish();
        }
    }

    private void untilLive(long activation) {
        up.until(
                "activation " + activation,
                () -> health().path("activation").asLong() == activation);
    }

    private String command(String... words) throws Exception {
        String[] all = new String[words.length + 2];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "-p";
        all[words.length + 1] = project.folder.toString();
        WaxwingProcess.Ended ended = WaxwingProcess.run(all);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    private JsonNode page() {
        return get("/v1/scenes/home/recommend?user=100&size=3");
    }

    private JsonNode health() {
        return get("/health");
    }

    private JsonNode get(String path) {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(server.resolve(path)).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
            return new ObjectMapper().readTree(response.body());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + path, e);
        }
    }
}
