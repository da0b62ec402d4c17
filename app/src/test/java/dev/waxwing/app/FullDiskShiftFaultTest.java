package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The disk that holds the record of runs, the tables and the logs is full for a while under a server and a worker. It is a small
/// file system in memory, which only root may mount.
class FullDiskShiftFaultTest {
    @TempDir private Path work;

    @Test
    void bothStayWhatFailedSaysWhyAndWithSpaceAllIsDoneAsIfNothingHadBeen() throws Exception {
        Path storage = work.resolve("disturbed/.waxwing");
        Files.createDirectories(storage);
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", storage.toString()),
                "only root may mount a small file system");
        try {
            MissedDays missed = MissedDays.in(work.resolve("disturbed"), "", 5, "[sleep, \"0.3\"]");
            try (WaxwingProcess server = WaxwingProcess.start(missed.command("up", "--port", "0"));
                    WaxwingProcess worker = WaxwingProcess.start(missed.command("worker"))) {
                missed.awaitSteps(3, List.of(server, worker));
                Path filler = storage.resolve("filler");
                fill(filler);
                server.until(
                        "trouble",
                        () ->
                                server.output().contains("tries again in 1 s")
                                        || worker.output().contains("tries again in 1 s"));
                Files.delete(filler);
                server.until("all to be done", () -> isDone(missed));
                missed.awaitSteps(missed.steps(), List.of(server, worker));
                missed.awaitEnd();
            }
            missed.check(work.resolve("calm"));
        } finally {
            run("umount", "--lazy", storage.toString());
        }
    }

    /// Runs again what failed for want of space.
    private static boolean isDone(MissedDays missed) {
        for (RunReport failed : failed(missed)) {
            assertThat(failed.message())
                    .containsPattern("(?i)no space left on device|disk is full");
            try {
                WaxwingProcess.Ended rerun =
                        WaxwingProcess.run(missed.command("rerun", failed.run()));
                assertThat(rerun.code()).as(rerun.output()).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while it runs again", e);
            }
        }
        return missed.stepsDone() == missed.steps();
    }

    private static List<RunReport> failed(MissedDays missed) {
        try (Installation installation = missed.project.install()) {
            return installation.runs().recent(missed.runs()).stream()
                    .filter(run -> run.state() == RunState.FAILED)
                    .toList();
        }
    }

    private static void fill(Path filler) {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program here
        }
    }
}
