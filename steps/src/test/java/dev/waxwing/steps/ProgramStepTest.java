package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.StepOutcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/// Real processes: small shell scripts that do well, fail, hang, talk without end, and leave children behind.
@Timeout(60)
class ProgramStepTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 20);

    @TempDir private Path work;
    private Workplace workplace;
    private OneNight night;

    @BeforeEach
    void open() {
        assumeThat(Files.isExecutable(Path.of("/bin/sh"))).isTrue();
        workplace = TestWorkplace.of(work, null, null);
        night = new OneNight(work.resolve("runs"), D);
    }

    private Map<String, String> runs(String script, String... more) throws Exception {
        return night.run(ProgramStep.kind(workplace), "p", yaml(script, more));
    }

    private StepOutcome.Failed fails(String script, String... more) throws Exception {
        StepOutcome outcome = night.attempt(ProgramStep.kind(workplace), "p", yaml(script, more));
        assertThat(outcome).isInstanceOf(StepOutcome.Failed.class);
        return (StepOutcome.Failed) outcome;
    }

    private String yaml(String script, String... more) throws IOException {
        Files.writeString(work.resolve("script.sh"), script);
        return "program: [sh, script.sh, \"${out}\", \"${bizdate}\"]\n"
                + String.join("\n", more)
                + "\n";
    }

    @Test
    void itIsGivenItsFoldersTheDateAndATokenAndHandsItsFilesOn() throws Exception {
        Map<String, String> outputs =
                runs(
                        """
                        echo "of $2 in $(pwd)"
                        [ "$WAXWING_OUT" = "$1" ] && [ "$WAXWING_BIZDATE" = "$2" ] || exit 9
                        printf %s "$WAXWING_RUN_TOKEN" > "$1/run_token"
                        echo made > "$1/model.txt"
                        """,
                        "gives: [model.txt]");
        assertThat(night.log).containsExactly("of 20260120 in " + work.toRealPath());
        Path out = Path.of(outputs.get("files"));
        assertThat(out.resolve("model.txt")).hasContent("made");
        assertThat(Files.readString(out.resolve("run_token"))).matches("[0-9a-f]{32}");
        Map<String, String> second = runs("printf %s \"$WAXWING_RUN_TOKEN\" > \"$1/run_token\"");
        assertThat(Files.readString(Path.of(second.get("files")).resolve("run_token")))
                .isNotEqualTo(Files.readString(out.resolve("run_token")));
    }

    @Test
    void itsFailureIsTheStepsWithItsLastWords() throws Exception {
        StepOutcome.Failed failed = fails("echo fine; echo 'out of luck' >&2; exit 3");
        assertThat(failed.cause())
                .hasMessage("sh ended with exit code 3; its last words: fine | out of luck");
        assertThat(failed.worthRetrying()).isTrue();
        StepOutcome outcome =
                night.attempt(ProgramStep.kind(workplace), "p", "program: [no-such-command]\n");
        assertThat(((StepOutcome.Failed) outcome).cause())
                .hasMessageContaining("no-such-command was not found, or ended with exit code 127");
        assertThat(((StepOutcome.Failed) outcome).worthRetrying()).isFalse();
    }

    @Test
    void whatItShouldHaveMadeMustBeThereAndOfThisRun() throws Exception {
        assertThat(fails("true", "gives: [model.txt]").cause())
                .hasMessage(
                        "sh ended well but left no model.txt in ${out}; it should write there what"
                                + " `gives` names");
        assertThat(fails("echo of-yesterday > \"$1/run_token\"").cause())
                .hasMessageStartingWith("${out}/run_token is not this run's token");
    }

    @Test
    void pastItsTimeLimitItIsEndedWithAllThatItStarted() throws Exception {
        StepOutcome.Failed failed =
                fails(
                        """
                        sleep 300 & echo $! > child
                        (sleep 300 & echo $! > orphan)
                        trap '' TERM
                        wait
                        sleep 300
                        """,
                        "time-limit: 1s");
        assertThat(failed.cause())
                .hasMessageStartingWith("sh was ended after its time limit of 1 s");
        assertThat(failed.worthRetrying()).isTrue();
        gone("child");
        gone("orphan");
    }

    /// Of a cancelled run the step's thread is interrupted.
    @Test
    void whenTheRunIsCancelledItIsEndedToo() throws Exception {
        String yaml = yaml("sleep 300 & echo $! > child; mv child started;" + " wait");
        var step = new FutureTask<>(() -> night.attempt(ProgramStep.kind(workplace), "p", yaml));
        Thread thread = Thread.ofPlatform().start(step);
        while (!Files.exists(work.resolve("started"))) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertThatThrownBy(step::get).hasCauseInstanceOf(InterruptedException.class);
        gone("started");
    }

    @Test
    void whoHasEndedWellLeavesNobodyBehindWhoKeepsItsOutputOpen() throws Exception {
        runs("sleep 300 & echo $! > child; echo done");
        assertThat(night.log).containsExactly("done");
        gone("child");
    }

    @Test
    void anEndlessTalkerFillsNoDisk() throws Exception {
        runs(
                """
                i=0
                while [ $i -lt 5000 ]; do echo "line $i"; i=$((i+1)); done
                head -c 100000 /dev/zero | tr '\\0' x
                echo
                echo last
                """);
        assertThat(night.log).hasSize(Program.FIRST_LINES + 1 + Program.LAST_LINES);
        assertThat(night.log.get(Program.FIRST_LINES)).isEqualTo("… 3952 lines are left out …");
        assertThat(night.log.getLast()).isEqualTo("last");
        assertThat(night.log.get(night.log.size() - 2)).hasSize(2000);
    }

    @Test
    void itSeesNoSecretsOfOurs() throws Exception {
        runs("env");
        assertThat(night.log)
                .allMatch(
                        line ->
                                line.matches(
                                        "(WAXWING_(IN|OUT|BIZDATE|RUN_TOKEN|JDK)|PATH|HOME|USER|LANG|LC_ALL|TZ|TMPDIR|JAVA_HOME|PWD|OLDPWD|SHLVL|_)=.*"));
    }

    @Test
    void whatIsWrongInTheFileIsToldBeforeAnythingRuns() {
        assertThatThrownBy(
                        () ->
                                night.attempt(
                                        ProgramStep.kind(workplace),
                                        "p",
                                        """
                                        program: [train, "${in}/x", "${bizdat}"]
                                        gives: [../model]
                                        time-limit: 0s
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("names ${in}, but no step's files; add `files: <step>`")
                .hasMessageContaining("${bizdat}")
                .hasMessageContaining("a file's name without a folder would do")
                .hasMessageContaining("time-limit");
    }

    /// The process whose id lies in the file has ended; who was killed may be a zombie for a moment, so its end is waited for.
    private void gone(String name) throws Exception {
        long pid = Long.parseLong(Files.readString(work.resolve(name)).strip());
        Optional<ProcessHandle> left = ProcessHandle.of(pid);
        if (left.isPresent()) {
            left.get().onExit().get();
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).as(name).isEmpty();
    }
}
