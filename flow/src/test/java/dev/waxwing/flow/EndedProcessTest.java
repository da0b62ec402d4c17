package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Real processes, really ended in the middle of a run.
class EndedProcessTest {
    private static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    @TempDir Path home;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void leaveNoneBehind() {
        children.forEach(Process::destroyForcibly);
    }

    @Test
    void aRunOfAKilledProcessIsTakenOverAndMarkedLost() throws Exception {
        Process child = childInItsSecondStep();
        Runs runs = Runs.open(home.resolve("waxwing.db"));
        var fake = new FakeSteps();
        Pipeline pipeline = fake.pipeline(ChildRun.PIPELINE);
        var runner = new Runner(runs, home, 2, new FakeClock());

        assertThatExceptionOfType(AlreadyRunning.class)
                .as("while it lives")
                .isThrownBy(() -> runner.run(pipeline, DAY, RunListener.none()))
                .withMessageStartingWith(
                        "p runs for 20130801 already: r-20130801-p-0001, pid "
                                + child.pid()
                                + " on ");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> runs.markLost("r-20130801-p-0001", Instant.EPOCH))
                .withMessage(
                        "r-20130801-p-0001 is not lost: its process " + child.pid() + " lives");
        assertThat(fake.ran).isEmpty();

        child.destroyForcibly().waitFor(); // kill -9
        assertThat(home.resolve("work/r-20130801-p-0001/b-1")).exists();

        var events = new ArrayList<RunEvent>();
        RunReport report = runner.run(pipeline, DAY, events::add);
        assertThat(report.run()).isEqualTo("r-20130801-p-0002");
        assertThat(report.done()).isTrue();
        assertThat(fake.ran).containsExactly("a", "b", "c");
        assertThat(events)
                .contains(
                        new RunEvent.RunStarted(
                                "r-20130801-p-0002", "p", DAY, 3, "r-20130801-p-0001"));
        assertThat(home.resolve("work/r-20130801-p-0001")).doesNotExist();

        RunReport lost = runs.find("r-20130801-p-0001").orElseThrow();
        assertThat(lost.state()).isEqualTo(RunState.LOST);
        assertThat(lost.message()).isEqualTo("its process " + child.pid() + " is gone");
        assertThat(lost.steps())
                .extracting(StepReport::state)
                .containsExactly(StepState.DONE, StepState.LOST, StepState.SKIPPED);
    }

    @Test
    void aProcessThatIsAskedToEndRecordsItsRunAsCancelled() throws Exception {
        Process child = childInItsSecondStep();
        child.destroy(); // SIGTERM; Ctrl-C takes the same way
        child.waitFor();
        RunReport report =
                Runs.open(home.resolve("waxwing.db")).find("r-20130801-p-0001").orElseThrow();
        assertThat(report.state()).isEqualTo(RunState.CANCELLED);
        assertThat(report.message()).isEqualTo("the run was cancelled");
        assertThat(report.steps())
                .extracting(StepReport::state)
                .containsExactly(StepState.DONE, StepState.CANCELLED, StepState.SKIPPED);
        assertThat(home.resolve("work/r-20130801-p-0001")).doesNotExist();
    }

    private Process childInItsSecondStep() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process child =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        ChildRun.class.getName(),
                                        home.toString(),
                                        DAY.toString()))
                        .redirectErrorStream(true)
                        .start();
        children.add(child);
        BufferedReader output = child.inputReader(StandardCharsets.UTF_8);
        var printed = new ArrayList<String>();
        String line = output.readLine();
        while (line != null && !line.equals(ChildRun.READY)) {
            printed.add(line);
            line = output.readLine();
        }
        assertThat(line).as("the child printed %s", printed).isEqualTo(ChildRun.READY);
        return child;
    }
}
