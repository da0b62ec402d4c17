package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;
import dev.waxwing.flow.StepReport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The clock is set back an hour under a running server, and goes on from there: a step at work, one that pauses before it is tried
/// again, and a schedule that has come further than the clock says.
@Execution(ExecutionMode.CONCURRENT)
class ClockSetBackFaultTest {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyyMMddHHmm");

    @TempDir private Path folder;
    private Path clock;

    @BeforeEach
    void project() throws IOException {
        clock = folder.resolve("clock");
        Files.createDirectories(folder.resolve("pipelines"));
        Files.writeString(
                folder.resolve(Project.FILE),
                "project: clock\nengine: { threads: 2, memory: 200MB }\nserver: { port: 0 }\n");
        Files.writeString(
                folder.resolve("pipelines/minute.yaml"),
                """
                pipeline: minute
                schedule: "* * * * *"
                steps:
                  works: { program: [sh, works.sh, "$[yyyymmddhh24mi]"] }
                  fails: { program: [sh, fails.sh], attempts: 2, pause: 30m }
                """);
        Files.writeString(
                folder.resolve("works.sh"),
                "echo $1 >> began; until [ -e go ]; do sleep 0.1; done; echo $1 >> finished");
        Files.writeString(folder.resolve("fails.sh"), "[ -e mended ]");
    }

    @Test
    void whatIsAtWorkFinishesPausesEndAndNoCycleIsRunTwiceOrLeftOut() throws Exception {
        set(Duration.ZERO);
        try (WaxwingProcess server =
                WaxwingProcess.start(MovedClockServer.class, folder.toString(), clock.toString())) {
            server.until("the first look at schedules", () -> looked(server, "first"));
            Duration ahead = Duration.ofMinutes(2); // at least one cycle
            set(ahead);
            server.until(
                    "a step at work, and one that pauses",
                    () -> !lines("began").isEmpty() && pauses(runs()));
            int before = runs().size();

            set(ahead.minusHours(1));
            Files.createFile(folder.resolve("mended"));
            Files.createFile(folder.resolve("go"));
            server.until("the end of all runs", () -> ended(runs()));
            set(ahead.minusHours(1).plusMinutes(2));
            server.until("a look at schedules", () -> looked(server, "second"));
            assertThat(runs()).as("cycles that were run before").hasSize(before);

            set(ahead.plusMinutes(3));
            server.until("the cycles after those", () -> runs().size() > before && ended(runs()));
        }
        List<RunReport> runs = runs();
        assertThat(runs).extracting(RunReport::state).containsOnly(RunState.DONE);
        assertThat(runs)
                .as("no attempt is lost")
                .allSatisfy(
                        run -> assertThat(run.step("works").map(StepReport::attempts)).contains(1));
        assertThat(runs).allSatisfy(run -> assertThat(run.took().isNegative()).isFalse());
        List<LocalDateTime> cycles =
                lines("finished").stream()
                        .map(line -> LocalDateTime.parse(line, MINUTE))
                        .sorted()
                        .toList();
        assertThat(cycles).hasSize(runs.size()).hasSizeGreaterThan(1);
        for (int i = 1; i < cycles.size(); i++) {
            assertThat(cycles.get(i)).isEqualTo(cycles.get(i - 1).plusMinutes(1));
        }
    }

    /// Whether the schedules were looked at since this was first asked: a file that is new to it is told of.
    private boolean looked(WaxwingProcess server, String name) {
        try {
            Path broken = folder.resolve("pipelines/" + name + ".yaml");
            if (!Files.exists(broken)) {
                Files.writeString(broken, "pipeline: " + name + "\nsteps: 1\n");
            }
            return server.output().contains(name + " is not scheduled as it stands");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<RunReport> runs() {
        try (Installation installation = TestProject.in(folder).install()) {
            return installation.runs().recent(100);
        }
    }

    private static boolean pauses(List<RunReport> runs) {
        return runs.stream()
                .flatMap(run -> run.steps().stream())
                .anyMatch(step -> step.state().name().equals("RETRYING"));
    }

    private static boolean ended(List<RunReport> runs) {
        return runs.stream().allMatch(RunReport::hasEnded);
    }

    /// Sets the clock in one move, so that nobody reads half of it.
    private void set(Duration differs) throws IOException {
        Path next = folder.resolve("clock.next");
        Files.writeString(next, differs.toString());
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
