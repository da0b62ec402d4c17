package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

@Execution(ExecutionMode.CONCURRENT)
class UnpackedLibrariesTest {
    @TempDir private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aServerThatIsKilledLeavesNoneBehind() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        Files.createDirectories(folder.resolve("pipelines"));
        Files.writeString(
                folder.resolve(Project.FILE),
                "project: small\nengine: { threads: 1, memory: 200MB }\n");
        Files.writeString(
                folder.resolve("pipelines/p.yaml"),
                "pipeline: p\nsteps: { waits: { program: [sh, waits.sh] } }\n");
        Files.writeString(
                folder.resolve("waits.sh"), "touch began; until [ -e go ]; do sleep 0.1; done\n");
        try (WaxwingProcess run =
                WaxwingProcess.start(
                        temporary,
                        Main.class,
                        "run",
                        "p",
                        "--bizdate",
                        "20130801",
                        "--project",
                        folder.toString())) {
            run.until("its step", () -> Files.exists(folder.resolve("began")));
            assertThat(Files.readString(Path.of("/proc", Long.toString(run.pid()), "maps")))
                    .as("both are loaded")
                    .contains("libduckdb_java", "libsqlitejdbc.so");
            assertThat(libraries(temporary)).isEmpty();
            run.kill();
            Files.createFile(folder.resolve("go")); // its program lives on
        }
        assertThat(libraries(temporary)).isEmpty();
    }

    private static Stream<Path> libraries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(so|lck)")).toList().stream();
        }
    }
}
