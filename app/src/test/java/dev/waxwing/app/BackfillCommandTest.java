package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A backfill of production as a user asks for it.
@Execution(ExecutionMode.CONCURRENT)
class BackfillCommandTest {
    private static final List<String> BACKFILL =
            List.of("backfill", "p", "--from", "20130801", "--to", "20130802", "--production");

    @TempDir private Path folder;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectories(folder.resolve("pipelines"));
        Files.writeString(
                folder.resolve(Project.FILE),
                "project: small\nengine: { threads: 1, memory: 200MB }\n");
        Files.writeString(
                folder.resolve("pipelines/p.yaml"),
                "pipeline: p\nsteps: { says: { program: [sh, says.sh, plainly] } }\n");
        Files.writeString(folder.resolve("says.sh"), "echo it says $1\n");
    }

    @Test
    void whatItSetsIsShownByThePlanDoneByItsRunsToldWithWhoAskedAndKeptByARerun() throws Exception {
        String set = "p.says.program=[sh, says.sh, otherwise]";
        WaxwingProcess.Ended plan = run(BACKFILL, "--set", set, "--plan");
        assertThat(plan.code()).as(plan.output()).isZero();
        assertThat(plan.output()).contains("2013-08-03T00:00  p  1 steps, set: {" + set + "}");
        assertThat(run(List.of("runs")).output()).as("nothing was made").doesNotContain("r-2013");

        WaxwingProcess.Ended made = run(BACKFILL, "--set", set);
        assertThat(made.code()).as(made.output()).isZero();
        assertThat(made.output()).contains("2 of 2 runs are done");
        assertThat(log("r-20130802-p-0001")).contains("it says otherwise");
        assertThat(run(List.of("runs", "show", "r-20130802-p-0001")).output())
                .contains("  set " + set)
                .contains(Asking.user() + ": backfill b-20130801-p-0001 with " + set);

        WaxwingProcess.Ended again = run(List.of("rerun", "r-20130802-p-0001", "--from", "says"));
        assertThat(again.code()).as(again.output()).isZero();
        assertThat(log("r-20130802-p-0001").split("it says otherwise", -1)).hasSize(2 + 1);
        assertThat(log("r-20130802-p-0001")).doesNotContain("plainly");

        WaxwingProcess.Ended typo = run(BACKFILL, "--set", "p.say.program=true");
        assertThat(typo.code()).isNotZero();
        assertThat(typo.output())
                .contains("cannot set p.say.program: there is no steps.say in pipelines/p.yaml");
    }

    @Test
    void itIsCancelledByItsId() throws Exception {
        Files.writeString(folder.resolve("says.sh"), "touch began; sleep 600\n");
        try (WaxwingProcess backfill = WaxwingProcess.start(words(BACKFILL))) {
            Matcher id = Pattern.compile("b-[0-9a-z-]+").matcher(backfill.line("waxwing cancel"));
            assertThat(id.find()).isTrue();
            backfill.until("its first step", () -> Files.exists(folder.resolve("began")));
            WaxwingProcess.Ended cancel = run(List.of("cancel", id.group(), "--why", "a typo"));
            assertThat(cancel.code()).as(cancel.output()).isZero();
            assertThat(cancel.output()).contains("2 runs are cancelled");
            WaxwingProcess.Ended ended = backfill.end();
            assertThat(ended.code()).as(ended.output()).isEqualTo(1);
            assertThat(ended.output()).contains("0 of 2 runs are done");
            WaxwingProcess.Ended twice = run(List.of("cancel", id.group()));
            assertThat(twice.code()).isNotZero();
            assertThat(twice.output()).contains(id.group() + ": all of its 2 runs have ended");
        }
        assertThat(run(List.of("runs", "show", "r-20130801-p-0001")).output())
                .contains("CANCELLED")
                .contains(Asking.user() + ": cancel (a typo)");
    }

    private String log(String run) throws IOException {
        return Files.readString(folder.resolve(".waxwing/logs").resolve(run).resolve("says.log"));
    }

    private WaxwingProcess.Ended run(List<String> command, String... more)
            throws IOException, InterruptedException {
        return WaxwingProcess.run(words(command, more));
    }

    private String[] words(List<String> command, String... more) {
        var words = new ArrayList<>(command);
        words.addAll(List.of(more));
        words.addAll(List.of("--project", folder.toString()));
        return words.toArray(String[]::new);
    }
}
