package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.BundleRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

/// A live bundle whose file was cut short on the disk.
@ExtendWith(PreparedNight.Once.class)
class DamagedBundleFaultTest {
    @Test
    void itIsRefusedTheOlderActivationServesAndBothAreSaid(PreparedNight prepared)
            throws Exception {
        TestProject project = prepared.fresh();
        String folder = project.folder.toString();
        BundleRef ranker = project.aliases().get("home_rank/champion");
        cutShort(project, ranker);

        WaxwingProcess.Ended feed = WaxwingProcess.run("recommend", "100", "-p", folder);
        assertThat(feed.code()).as(feed.output()).isZero();
        assertThat(feed.output())
                .contains("activation 2 is refused")
                .contains(ranker.toString())
                .contains("shown is activation 1")
                .doesNotContain("ordered by");

        WaxwingProcess.Ended release =
                WaxwingProcess.run(
                        "release", ranker.toString(), "home_rank/champion", "-p", folder);
        assertThat(release.code()).isEqualTo(1);
        assertThat(release.output()).contains(ranker.toString()).doesNotContain("activation 3");

        try (WaxwingProcess up = WaxwingProcess.start("up", "--port", "0", "-p", folder)) {
            String line = up.line("Serving http://");
            URI server = URI.create(line.substring(line.indexOf("http://"), line.indexOf("  (")));
            assertThat(get(server.resolve("/v1/scenes/home/recommend?user=100&size=3")))
                    .contains("\"items\"")
                    .doesNotContain(ranker.toString());
            assertThat(get(server.resolve("/health"))).contains(ranker.toString());
        }
    }

    @Test
    void withoutAnyGoodActivationRecommendFailsAndSaysWhy(PreparedNight prepared) throws Exception {
        TestProject project = prepared.fresh();
        Map<String, BundleRef> live = project.aliases();
        cutShort(project, live.get("hot/live"));
        WaxwingProcess.Ended feed =
                WaxwingProcess.run("recommend", "100", "-p", project.folder.toString());
        assertThat(feed.code()).isEqualTo(78);
        assertThat(feed.output()).contains(live.get("hot/live").toString());
    }

    /// Halves the bundle's largest file.
    private static void cutShort(TestProject project, BundleRef ref) throws IOException {
        Path largest = null;
        try (Stream<Path> files = Files.walk(project.folder.resolve(".waxwing/bundles"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().contains(ref.toString().substring(ref.name().length() + 1))
                        && file.toString().contains("/" + ref.name() + "/")
                        && (largest == null || Files.size(file) > Files.size(largest))) {
                    largest = file;
                }
            }
        }
        assertThat(largest).as("a file of " + ref).isNotNull();
        try (FileChannel channel = FileChannel.open(largest, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
