package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The script `waxwing`, in a checkout with blanks in its path, with a JDK and a Maven that only say how they were called.
class LauncherTest {
    @TempDir Path temporary;
    private Path home;
    private Path jdk;

    @BeforeEach
    void makeCheckout() throws IOException {
        home = Files.createDirectories(temporary.resolve("my checkout"));
        Files.copy(Path.of("../waxwing"), home.resolve("waxwing"));
        Files.createDirectories(home.resolve("app/src/main"));
        Files.writeString(home.resolve("pom.xml"), "");
        jdk = jdk("jdk 25", "25.0.3");
        script(
                temporary.resolve("bin/mvn"),
                """
                echo mvn "$@" >> builds
                [ -e broken ] && exit 1
                mkdir -p app/target/waxwing/lib
                """);
    }

    @Test
    void theFirstStartBuildsAndMakesTheClassArchiveAndTheNextUsesBoth() throws Exception {
        Ended first = start("bundles");
        assertThat(first.code()).as(first.toString()).isZero();
        assertThat(first.err()).contains("building").contains("jdk 25").contains("rehearse");
        Ended next = start("bundles", "--log");
        assertThat(next.err()).isEmpty();
        assertThat(next.out())
                .contains("-XX:SharedArchiveFile=" + home.resolve("app/target/waxwing/classes.jsa"))
                .contains("-Dwaxwing.home=" + home)
                .containsSubsequence("dev.waxwing.app.Main", "bundles", "--log");
        assertThat(Files.readAllLines(home.resolve("builds"))).hasSize(1);
    }

    @Test
    void startsAtTheSameTimeBuildOnce() throws Exception {
        List<Process> starts = List.of(process("tables"), process("tables"), process("tables"));
        for (Process each : starts) {
            assertThat(ended(each).code()).isZero();
        }
        assertThat(Files.readAllLines(home.resolve("builds"))).hasSize(1);
    }

    @Test
    void aBrokenBuildIsToldAndNothingIsRun() throws Exception {
        Files.writeString(home.resolve("broken"), "");
        Ended ended = start("bundles");
        assertThat(ended.code()).isEqualTo(70);
        assertThat(ended.err()).contains("the build failed");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void withoutAClassArchiveCommandsRun() throws Exception {
        Files.writeString(jdk.resolve("no-archive"), "");
        Ended first = start("bundles");
        assertThat(first.code()).isZero();
        assertThat(first.err()).contains("the class archive could not be made");
        Ended next = start("bundles");
        assertThat(next.err()).isEmpty();
        assertThat(next.out())
                .contains("bundles")
                .noneMatch(word -> word.contains("SharedArchive"));
    }

    @Test
    void aJdkOfAnotherVersionIsPassedOver() throws Exception {
        Ended ended = start(Map.of("JAVA_HOME", jdk("jdk 17", "17.0.15").toString()), "bundles");
        assertThat(ended.out()).contains("called " + jdk.resolve("bin/java"));
    }

    @Test
    void aHeapOfOnesOwnIsTakenAsItIs() throws Exception {
        Ended ended = start(Map.of("WAXWING_HEAP", "100m"), "run", "night");
        assertThat(ended.out())
                .contains("-Xmx100m")
                .noneMatch(word -> word.startsWith("-Xms") || word.contains("NewSize"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "run", "worker", "backfill", "rerun"})
    void whatMayTrainHasVectorsAndTheWholeCompiler(String command) throws Exception {
        assertThat(start(command).out())
                .contains("--add-modules=jdk.incubator.vector")
                .noneMatch(word -> word.startsWith("-XX:TieredStopAtLevel"));
    }

    @Test
    void theArchiveIsMadeAnewWithEachBuild() throws Exception {
        start("bundles");
        Path archive = home.resolve("app/target/waxwing/classes.jsa");
        Files.writeString(archive, "of an older build");
        Files.delete(home.resolve("app/target/waxwing/lib/.built"));
        start("bundles");
        assertThat(archive).hasContent("archive");
    }

    @Test
    void anUnbuiltCheckoutThatMustNotBeBuiltIsSaid() throws Exception {
        Ended ended = start(Map.of("WAXWING_NO_BUILD", "1"), "bundles");
        assertThat(ended.code()).isEqualTo(69);
        assertThat(ended.err()).contains("is not built, and WAXWING_NO_BUILD forbids");
    }

    private Path jdk(String name, String version) throws IOException {
        Path folder = temporary.resolve(name);
        script(
                folder.resolve("bin/java"),
                """
                echo "called $0"
                for word in "$@"; do
                  echo "$word"
                  case "$word" in
                    -XX:ArchiveClassesAtExit=*) [ -e "$(dirname "$0")/../no-archive" ] || echo archive > "${word#*=}" ;;
                  esac
                done
                """);
        script(folder.resolve("bin/javac"), "");
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return folder;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private record Ended(int code, List<String> out, String err) {}

    private Ended start(String... arguments) throws Exception {
        return ended(process(arguments));
    }

    private Ended start(Map<String, String> environment, String... arguments) throws Exception {
        return ended(process(environment, arguments));
    }

    private Process process(String... arguments) throws IOException {
        return process(Map.of("WAXWING_JDK", jdk.toString()), arguments);
    }

    private Process process(Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command =
                new java.util.ArrayList<>(List.of(home.resolve("waxwing").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
        Map<String, String> all = builder.environment();
        List.of("JAVA_HOME", "WAXWING_HEAP", "WAXWING_NO_BUILD", "WAXWING_JAVA_OPTS")
                .forEach(all::remove);
        all.put(
                "PATH",
                temporary.resolve("bin") + ":" + jdk.resolve("bin") + ":" + all.get("PATH"));
        all.putAll(environment);
        return builder.start();
    }

    private static Ended ended(Process process) throws Exception {
        try (var out = process.inputReader();
                var err = process.errorReader()) {
            List<String> lines = out.lines().toList();
            String problems = String.join("\n", err.lines().toList());
            return new Ended(process.waitFor(), lines, problems);
        }
    }
}
