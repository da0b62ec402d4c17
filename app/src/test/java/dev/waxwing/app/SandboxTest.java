package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.PreparedNight.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A backfill in a sandbox does what the night would have done, and production never knows.
@ExtendWith(PreparedNight.Once.class)
class SandboxTest {
    @Test
    void aBackfillMakesWhatTheNightWouldHaveMadeAndLeavesProductionUntouched(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        Outcome before = Outcome.of(project);
        Map<String, Long> files = files(project);

        String planned =
                command(
                        project,
                        "backfill",
                        "night",
                        "--from",
                        "20130621",
                        "--to",
                        "20130621",
                        "--plan");
        assertThat(planned).contains("2013-06-22T00:00  events  6 steps");
        assertThat(command(project, "sandbox")).doesNotContain("try");

        String said =
                command(
                        project,
                        "backfill",
                        "night",
                        "--from",
                        "20130621",
                        "--to",
                        "20130621",
                        "--sandbox",
                        "try");
        assertThat(said)
                .contains("Working in the new sandbox try")
                .contains("runs are done")
                .containsPattern(
                        "2013-06-21 +home_rank/champion home_rank/20130621-[0-9a-f]{8} +r-2013")
                .contains("`waxwing sandbox drop try` removes it");
        assertThat(Outcome.of(project)).as("production").isEqualTo(before);
        assertThat(files(project)).as("production's files").isEqualTo(files);
        assertThat(Outcome.of(project.in("try"))).as("the sandbox").isEqualTo(undisturbed);

        assertThat(command(project, "runs")).doesNotContain("20130621");
        assertThat(command(project, "runs", "--sandbox", "try")).contains("r-20130621-events-0001");
        assertThat(command(project, "sandbox")).contains("backfill of night, 2013-06-21");
        assertThat(command(project, "sandbox", "drop", "try")).contains("try is gone");
        assertThat(files(project)).isEqualTo(files);
        assertThat(refusal(project, "runs", "--sandbox", "try"))
                .contains("there is no sandbox try; `waxwing sandbox new try` makes it");
    }

    @Test
    void aTrialHasOtherSettingsThanProductionAndABadOneIsRefusedBeforeAnythingIsMade(
            PreparedNight prepared) throws Exception {
        TestProject project = prepared.fresh();
        assertThat(
                        refusal(
                                project,
                                "backfill",
                                "events",
                                "--from",
                                "20130621",
                                "--to",
                                "20130621",
                                "--set",
                                "evnts.collect.grace=1m"))
                .contains("cannot set evnts.collect.grace: it must be PIPELINE.STEP.KEY");
        assertThat(
                        refusal(
                                project,
                                "backfill",
                                "events",
                                "--from",
                                "20130621",
                                "--to",
                                "20130621",
                                "--set",
                                "events.collect.grace=soon"))
                .contains("events.yaml")
                .contains("steps.collect.grace");
        assertThat(
                        refusal(
                                project,
                                "backfill",
                                "events",
                                "--from",
                                "20130621",
                                "--to",
                                "20130621",
                                "--set",
                                "events.collect.grace=1m",
                                "--sandbox",
                                "try",
                                "--production"))
                .contains("--production does not go with --sandbox");
        assertThat(project.folder.resolve(".waxwing/sandboxes")).doesNotExist();

        assertThat(command(project, "sandbox", "new", "trial", "--set", "events.collect.grace=1m"))
                .contains("trial is made");
        assertThat(command(project, "sandbox")).contains("{events.collect.grace=1m}");
        assertThat(refusal(project, "sandbox", "new", "trial"))
                .contains("there is a sandbox trial already");
        assertThat(command(project, "run", "events", "--bizdate", "20130621", "--sandbox", "trial"))
                .contains("done");
        assertThat(command(project, "sql", "SELECT max(ds) AS d FROM dwd_action"))
                .contains("20130620");
        assertThat(
                        command(
                                project,
                                "sql",
                                "SELECT max(ds) AS d FROM dwd_action",
                                "--sandbox",
                                "trial"))
                .contains("20130621");
    }

    private static String command(TestProject project, String... arguments) throws Exception {
        WaxwingProcess.Ended ended = WaxwingProcess.run(in(project, arguments));
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    private static String refusal(TestProject project, String... arguments) throws Exception {
        WaxwingProcess.Ended ended = WaxwingProcess.run(in(project, arguments));
        assertThat(ended.code()).as(ended.output()).isNotZero();
        return ended.output();
    }

    private static String[] in(TestProject project, String... arguments) {
        return Stream.concat(
                        Stream.of(arguments), Stream.of("--project", project.folder.toString()))
                .toArray(String[]::new);
    }

    /// All files of production's tables and bundles with their sizes.
    private static Map<String, Long> files(TestProject project) throws IOException {
        Path storage = project.folder.resolve(".waxwing");
        var files = new TreeMap<String, Long>();
        for (String part : new String[] {"warehouse/main", "bundles", "activations"}) {
            try (Stream<Path> walk = Files.walk(storage.resolve(part))) {
                for (Path each : walk.filter(Files::isRegularFile).toList()) {
                    files.put(storage.relativize(each).toString(), Files.size(each));
                }
            }
        }
        return files;
    }
}
