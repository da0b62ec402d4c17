package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A step whose program, and what that has started, do not listen when they are told to end.
@Execution(ExecutionMode.CONCURRENT)
class StubbornProgramFaultTest {
    @TempDir private Path folder;

    @Test
    void cancellingItsRunEndsAllOfItAndTheRunIsCancelled() throws Exception {
        Files.createDirectories(folder.resolve("pipelines"));
        Files.writeString(
                folder.resolve(Project.FILE),
                "project: stubborn\nengine: { threads: 1, memory: 200MB }\n");
        Files.writeString(
                folder.resolve("pipelines/stubborn.yaml"),
                """
                pipeline: stubborn
                steps:
                  deaf: { program: [sh, deaf.sh] }
                  next: { program: ["true"], after: deaf }
                """);
        Files.writeString(
                folder.resolve("deaf.sh"),
                """
                trap '' TERM
                sh -c 'trap "" TERM; echo $$ >> pids; while true; do sleep 1; done' &
                echo $$ >> pids
                while true; do sleep 1; done
                """);
        String id = "r-20130801-stubborn-0001";
        try (WaxwingProcess run =
                WaxwingProcess.start(
                        "run",
                        "stubborn",
                        "--bizdate",
                        "20130801",
                        "--project",
                        folder.toString())) {
            run.until("both programs", () -> pids().size() == 2);
            List<ProcessHandle> programs =
                    pids().stream().map(pid -> ProcessHandle.of(pid).orElseThrow()).toList();
            WaxwingProcess.Ended cancel =
                    WaxwingProcess.run("cancel", id, "--project", folder.toString());
            assertThat(cancel.code()).as(cancel.output()).isZero();
            assertThat(run.end().code()).as(run.output()).isEqualTo(1);
            for (ProcessHandle program : programs) {
                program.onExit().get(60, TimeUnit.SECONDS); // killed; it may not be gone at once
            }
        }
        try (Installation installation = TestProject.in(folder).install()) {
            RunReport report =
                    installation.runs().latest("stubborn", LocalDate.of(2013, 8, 1)).orElseThrow();
            assertThat(report.run()).isEqualTo(id);
            assertThat(report.state()).isEqualTo(RunState.CANCELLED);
            assertThat(report.step("deaf").orElseThrow().state().name()).isEqualTo("CANCELLED");
            assertThat(report.step("next").orElseThrow().attempts()).isZero();
        }
    }

    private List<Long> pids() {
        try {
            Path file = folder.resolve("pids");
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
