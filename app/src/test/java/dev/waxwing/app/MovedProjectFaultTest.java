package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.PreparedNight.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A project folder that is moved goes on as if it had always been there, and a copy is a project of its own.
@ExtendWith(PreparedNight.Once.class)
class MovedProjectFaultTest {
    private static final Pattern ADDRESS = Pattern.compile("http://[0-9.:]+");

    @Test
    void aMovedProjectRunsItsNextNightServesItAndRollsItBack(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        Path moved = project.folder.resolveSibling("moved to another place");
        Files.move(project.folder, moved);
        try {
            assertThat(command(moved, "sql", "SELECT max(ds) AS newest FROM train_sample"))
                    .contains("20130620");
            command(moved, "run", "night", "--bizdate", PreparedNight.SECOND_DS);
            assertThat(Outcome.of(TestProject.in(moved))).isEqualTo(undisturbed);
            assertThat(served(moved)).contains("\"items\":[{").contains("20130621-");
            assertThat(command(moved, "rollback")).contains("20130620-");
            assertThat(served(moved)).contains("\"items\":[{");
            assertThat(project.folder).as("nothing is made at the old place").doesNotExist();
        } finally {
            Files.move(moved, project.folder);
        }
    }

    @Test
    void aNightInACopyLeavesTheOriginalUntouchedAndViceVersa(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject original = prepared.fresh();
        Path copy = original.folder.resolveSibling("copy");
        PreparedNight.copy(original.folder, copy);
        Map<String, String> before = files(original.folder);
        try {
            command(copy, "run", "night", "--bizdate", PreparedNight.SECOND_DS);
            command(copy, "rollback");
            assertThat(files(original.folder)).isEqualTo(before);
            Map<String, String> copied = files(copy);
            command(original.folder, "run", "night", "--bizdate", PreparedNight.SECOND_DS);
            assertThat(Outcome.of(original)).isEqualTo(undisturbed);
            assertThat(files(copy)).isEqualTo(copied);
        } finally {
            PreparedNight.remove(copy);
        }
    }

    @Test
    void aNightThatIsKilledInAMovedProjectIsDoneAgainToTheSameEnd(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        Path moved = project.folder.resolveSibling("moved");
        Files.move(project.folder, moved);
        try {
            String[] night = {"run", "night", "--bizdate", PreparedNight.SECOND_DS};
            try (WaxwingProcess first = WaxwingProcess.start(in(moved, night))) {
                first.line("  sample ");
                first.kill();
            }
            command(moved, night);
            assertThat(Outcome.of(TestProject.in(moved))).isEqualTo(undisturbed);
        } finally {
            Files.move(moved, project.folder);
        }
    }

    private static String command(Path folder, String... arguments)
            throws IOException, InterruptedException {
        WaxwingProcess.Ended ended = WaxwingProcess.run(in(folder, arguments));
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    private static String[] in(Path folder, String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of("--project", folder.toString()))
                .toArray(String[]::new);
    }

    /// What `up` answers to a user whom nobody knows.
    private static String served(Path folder) throws Exception {
        try (WaxwingProcess up = WaxwingProcess.start(in(folder, "up", "--port", "0"))) {
            Matcher address = ADDRESS.matcher(up.line("Serving http://"));
            assertThat(address.find()).isTrue();
            try (HttpClient client = HttpClient.newHttpClient()) {
                URI uri = URI.create(address.group() + "/v1/scenes/home/recommend?user=nobody");
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                return answer.body();
            }
        }
    }

    /// Checksums of all files.
    private static Map<String, String> files(Path folder) throws Exception {
        Map<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                sums.put(folder.relativize(file).toString(), HexFormat.of().formatHex(sum));
            }
        }
        return sums;
    }
}
