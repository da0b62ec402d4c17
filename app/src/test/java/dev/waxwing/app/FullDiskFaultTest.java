package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxwing.app.PreparedNight.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The disk fills up while a night commits. The project's storage lies on a small file system in memory, which only root
/// may mount.
@ExtendWith(PreparedNight.Once.class)
class FullDiskFaultTest {
    private static final int SPARE_KB = 600;

    @Test
    void theNightFailsOldDataStaysAndWithSpaceTheSameNightSucceeds(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        Outcome before = Outcome.of(project);
        Path storage = project.folder.resolve(".waxwing");
        long kilobytes = kilobytes(storage) + SPARE_KB;
        PreparedNight.remove(storage);
        Files.createDirectory(storage);
        assumeTrue(
                mount("-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", storage.toString()),
                "only root may mount a small file system");
        try {
            PreparedNight.copy(prepared.kept().resolve(".waxwing"), storage);
            WaxwingProcess.Ended full = PreparedNight.second(project);
            assertThat(full.code()).as(full.output()).isEqualTo(1);
            assertThat(full.output())
                    .as("the system's words, or SQLite's")
                    .containsPattern("(?i)no space left on device|disk is full");

            assertThat(mount("-o", "remount,size=500m", storage.toString())).isTrue();
            Outcome now = Outcome.of(project);
            assertThat(now.contents()).containsAllEntriesOf(before.contents());
            assertThat(undisturbed.contents()).containsAllEntriesOf(now.contents());
            WaxwingProcess.Ended again = PreparedNight.second(project);
            assertThat(again.code()).as(again.output()).isZero();
            assertThat(Outcome.of(project)).isEqualTo(undisturbed);
        } finally {
            run("umount", "--lazy", storage.toString());
        }
    }

    /// What the folder takes on a file system with pages of 4 kB.
    private static long kilobytes(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += (Files.size(file) + 4095) / 4096 * 4;
            }
        }
        return sum;
    }

    private static boolean mount(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "mount";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(command);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program here
        }
    }
}
