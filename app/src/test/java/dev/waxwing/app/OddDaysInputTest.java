package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.WaxwingProcess.Ended;
import dev.waxwing.model.BundleRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Map;

/// Nights of days that hold nothing: nobody acted, or the data had not begun.
@ExtendWith(PreparedNight.Once.class)
class OddDaysInputTest {
    @Test
    void aDayWithoutEventsPublishesFreshListsAndKeepsTheModelThatItCannotJudge(
            PreparedNight prepared) throws Exception {
        TestProject project = prepared.fresh();
        Map<String, BundleRef> before = project.aliases();
        Ended night =
                WaxwingProcess.run(
                        "run", "night", "--bizdate", "20130622", "-p", project.folder.toString());
        assertThat(night.code()).as(night.output()).isEqualTo(1);
        assertThat(night.output())
                .contains(
                        "test failed: train_wide has no rows from 20130622 to 20130622"
                                + " (split.test)");
        Map<String, BundleRef> after = project.aliases();
        assertThat(after.get("hot/live").toString()).startsWith("hot/20130622-");
        assertThat(after.get("home_rank/champion")).isEqualTo(before.get("home_rank/champion"));
    }

    @Test
    void aDayBeforeTheFirstEventFailsAndSaysWhatIsMissing(PreparedNight prepared) throws Exception {
        TestProject project = prepared.fresh();
        PreparedNight.Outcome before = PreparedNight.Outcome.of(project);
        Ended night =
                WaxwingProcess.run(
                        "run", "night", "--bizdate", "20130401", "-p", project.folder.toString());
        assertThat(night.code()).as(night.output()).isEqualTo(1);
        assertThat(night.output())
                .contains("dwd_item failed: there are 0 rows for dwd_item ds=20130401")
                .contains("count(*) > 0");
        assertThat(PreparedNight.Outcome.of(project).contents())
                .containsAllEntriesOf(before.contents());
        assertThat(project.aliases()).isEqualTo(before.aliases());
    }
}
