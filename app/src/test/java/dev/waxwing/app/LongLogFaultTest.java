package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A program that prints a gigabyte, in a process that has less memory than that: its log stays small.
@Execution(ExecutionMode.CONCURRENT)
class LongLogFaultTest {
    private static final long MOST = 5_000_000;

    @TempDir private Path folder;

    @Test
    void ofAGigabyteOfLinesBothEndsAreKeptAndItSaysHowManyAreNot() throws Exception {
        String log =
                logOf(
                        """
                        echo the first words
                        yes 'what is printed again and again, about a hundred characters a line, until it is a gigabyte altogether' |
                        head -c 1000000000
                        echo
                        echo the last words
                        """);
        assertThat(log)
                .contains("the first words")
                .containsPattern("… [0-9]{7} lines are left out …")
                .contains("the last words")
                .endsWith("done, 0 rows\n");
    }

    @Test
    void aLineOfAGigabyteIsCut() throws Exception {
        String log =
                logOf(
                        """
                        head -c 1000000000 /dev/zero | tr '\\0' x
                        echo
                        echo the last words
                        """);
        assertThat(log).contains("xxx").contains("the last words");
    }

    private String logOf(String script) throws Exception {
        Files.createDirectories(folder.resolve("pipelines"));
        Files.writeString(
                folder.resolve(Project.FILE),
                "project: long\nengine: { threads: 1, memory: 200MB }\n");
        Files.writeString(
                folder.resolve("pipelines/long.yaml"),
                "pipeline: long\nsteps: { prints: { program: [sh, prints.sh] } }\n");
        Files.writeString(folder.resolve("prints.sh"), script);
        try (WaxwingProcess process =
                WaxwingProcess.start(
                        "run", "long", "--bizdate", "20130801", "--project", folder.toString())) {
            WaxwingProcess.Ended run = process.end(Duration.ofMinutes(10));
            assertThat(run.code()).as(run.output()).isZero();
            assertThat(run.output().length()).isLessThan((int) MOST);
        }
        Path log = folder.resolve(".waxwing/logs/r-20130801-long-0001/prints.log");
        assertThat(Files.size(log)).isLessThan(MOST);
        return Files.readString(log);
    }
}
