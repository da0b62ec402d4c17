package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.PreparedNight.Outcome;
import dev.waxwing.model.BundleRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `kill -9` in the middle of a night, again and again: each time what was there is untouched, and in the end the same
/// night is there as if nothing had happened.
@ExtendWith(PreparedNight.Once.class)
class KilledNightFaultTest {
    /// A line of a step's log, at which the process is killed.
    private record Moment(String pipeline, String step, String line) {}

    private static final List<Moment> MOMENTS =
            List.of(
                    new Moment("events", "dwd_action", "attempt 1"),
                    new Moment("publish", "user_features", "entries"),
                    new Moment("publish", "activate", "attempt 1"),
                    new Moment("rank_gbdt_lr", "gbdt_lr", "attempt 1"),
                    new Moment("rank_gbdt_lr", "release", "golden rows agree"));

    @Test
    void aNightThatIsKilledAtManyMomentsEndsAsIfItHadNotBeen(PreparedNight prepared)
            throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        Outcome before = Outcome.of(project);
        Moment last = null;
        for (Moment moment : MOMENTS) {
            Set<Path> older = logs(project);
            try (WaxwingProcess night = WaxwingProcess.start(PreparedNight.night(project))) {
                night.until(
                        moment.toString(),
                        () -> logs(project).stream().anyMatch(log -> is(log, moment, older)));
                night.kill();
                if (last != null) {
                    assertThat(night.output())
                            .containsPattern(
                                    "takes over from r-20130621-"
                                            + last.pipeline()
                                            + "-\\d{4}, whose process is gone");
                }
            }
            assertNothingIsHalf(moment, Outcome.of(project), before, undisturbed);
            last = moment;
        }
        WaxwingProcess.Ended night = PreparedNight.second(project);
        assertThat(night.code()).as(night.output()).isZero();
        assertThat(Outcome.of(project)).isEqualTo(undisturbed);
    }

    /// Every day of a table is the old one or the new one, and the aliases of the feed moved together or not at all.
    private static void assertNothingIsHalf(
            Moment moment, Outcome now, Outcome before, Outcome after) {
        assertThat(now.contents().keySet())
                .as("days that were there, after %s", moment)
                .containsAll(before.contents().keySet());
        now.contents()
                .forEach(
                        (day, hash) ->
                                assertThat(hash)
                                        .as("%s after %s", day, moment)
                                        .isIn(
                                                before.contents().get(day),
                                                after.contents().get(day)));
        assertThat(live(now)).as("the feed, after %s", moment).isIn(live(before), live(after));
        assertThat(now.aliases().get("home_rank/champion"))
                .isIn(
                        before.aliases().get("home_rank/champion"),
                        after.aliases().get("home_rank/champion"));
    }

    private static Map<String, BundleRef> live(Outcome outcome) {
        return outcome.aliases().entrySet().stream()
                .filter(alias -> alias.getKey().endsWith("/live"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean is(Path log, Moment moment, Set<Path> older) {
        try {
            return !older.contains(log)
                    && log.getFileName().toString().equals(moment.step() + ".log")
                    && log.getParent()
                            .getFileName()
                            .toString()
                            .startsWith("r-20130621-" + moment.pipeline() + "-")
                    && Files.readString(log).contains(moment.line());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Path> logs(TestProject project) {
        try (Stream<Path> files = Files.walk(project.folder.resolve(".waxwing/logs"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
