package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.TestPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// PostgreSQL is away for a minute under a server and a worker.
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(TestPostgres.SERVER)
class DatabaseAwayFaultTest {
    private static final Duration AWAY =
            Duration.ofSeconds(Integer.getInteger("waxwing.database-away", 60));

    @TempDir private Path work;

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void stepsAtWorkFinishAndCountNothingIsLostAndNothingIsDoneTwice() throws Exception {
        MissedDays missed =
                MissedDays.in(
                        work.resolve("disturbed"),
                        TestPostgres.freshDatabase(),
                        5,
                        "[sh, outside.sh, \"${bizdate}\"]");
        Files.writeString(
                missed.folder.resolve("outside.sh"),
                """
                echo $1 >> began
                until [ -e go ]; do sleep 0.1; done
                echo $1 >> finished
                """);
        try (WaxwingProcess server = WaxwingProcess.start(missed.command("up", "--port", "0"));
                WaxwingProcess worker = WaxwingProcess.start(missed.command("worker"))) {
            server.until("a step at work", () -> !lines(missed, "began").isEmpty());
            TestPostgres.crashAndComeBack(
                    () -> {
                        long end = System.nanoTime() + AWAY.toNanos();
                        for (WaxwingProcess each : List.of(server, worker)) {
                            each.until(
                                    "the complaint",
                                    () -> each.output().contains("tries again in 1 s"));
                        }
                        touch(missed.folder.resolve("go"));
                        server.until(
                                "the end of what is at work",
                                () -> lines(missed, "finished").equals(lines(missed, "began")));
                        LockSupport.parkNanos(end - System.nanoTime());
                    });
            missed.awaitSteps(missed.steps(), List.of(server, worker));
            missed.awaitEnd();
        }
        assertThat(missed.count("SELECT COUNT(*) FROM run_attempt WHERE state <> 'DONE'"))
                .as("attempts that did not count")
                .isZero();
        assertThat(lines(missed, "finished")).hasSize(5).doesNotHaveDuplicates();
        missed.check(work.resolve("calm"));
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void aServerAndAWorkerThatAreStartedMeanwhileBeginWhenItIsBack() throws Exception {
        MissedDays missed =
                MissedDays.in(
                        work.resolve("disturbed"), TestPostgres.freshDatabase(), 1, "[\"true\"]");
        var started = new ArrayList<WaxwingProcess>();
        try {
            TestPostgres.crashAndComeBack(
                    () -> {
                        for (String[] command :
                                List.of(
                                        missed.command("up", "--port", "0"),
                                        missed.command("worker"))) {
                            try {
                                started.add(WaxwingProcess.start(command));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                        for (WaxwingProcess each : started) {
                            each.until(
                                    "the complaint",
                                    () ->
                                            each.output()
                                                    .contains(
                                                            "the database of runs is away, tried again in 1 s"));
                        }
                    });
            started.getLast().line("At work");
            missed.awaitSteps(missed.steps(), started);
            missed.awaitEnd();
        } finally {
            started.forEach(WaxwingProcess::close);
        }
        missed.check(work.resolve("calm"));
    }

    private static List<String> lines(MissedDays missed, String file) {
        try {
            Path path = missed.folder.resolve(file);
            return Files.exists(path)
                    ? Files.readAllLines(path).stream().sorted().toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
