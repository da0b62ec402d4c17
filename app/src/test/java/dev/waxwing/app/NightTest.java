package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.RunReport;
import dev.waxwing.model.BundleRef;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// What a night promises, shown on real events: it can be run again, it does not depend on threads, and it knows nothing of
/// what comes later.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NightTest {
    private static final LocalDate D = LocalDate.of(2013, 6, 20);
    private static final String DS = "20130620";

    @TempDir private static Path temporary;

    private TestProject project;
    private Map<String, String> contents;
    private Map<String, BundleRef> aliases;

    @BeforeAll
    void aNightOverEverythingThatWasKnownThen() throws IOException {
        project = TestProject.make(temporary.resolve("first"), 2).load(TestProject.until(D));
        List<RunReport> reports = project.run("night", D);
        assertThat(reports).allSatisfy(report -> assertThat(report.message()).isEmpty());
        contents = project.contents(ds -> ds.compareTo(DS) <= 0);
        aliases = project.aliases();
    }

    @Test
    @Order(1)
    void leavesEverythingThatServingNeeds() {
        assertThat(aliases)
                .containsKeys(
                        "fresh/live",
                        "home_rank/champion",
                        "hot/live",
                        "item_cf/live",
                        "item_features/live",
                        "item_info/live",
                        "serving/live",
                        "user_cf/live",
                        "user_features/live",
                        "user_history/live");
        assertThat(contents.keySet().stream().filter(key -> key.endsWith(DS)))
                .contains(
                        "dwd_action/" + DS,
                        "ads_item_cf/" + DS,
                        "dws_user_feature/" + DS,
                        "train_sample/" + DS,
                        "train_wide/" + DS,
                        "metrics_test/" + DS,
                        "feature_importance/" + DS);
    }

    @Test
    @Order(2)
    void runTwiceItLeavesTheSameTablesAndBundles() {
        int activations = project.activations();
        project.run("night", D);
        assertThat(changed(project.contents(ds -> ds.compareTo(DS) <= 0))).isEmpty();
        assertThat(project.aliases()).isEqualTo(aliases);
        assertThat(project.activations()).isEqualTo(activations);
    }

    @Test
    @Order(3)
    void aDayOfAFilledRangeEqualsThatDayAlone() {
        String earlier = "20130614";
        Map<String, String> before = project.contents(earlier::equals);
        for (String pipeline : List.of("events", "recall", "features")) {
            project.run(pipeline, D.minusDays(6));
        }
        Map<String, String> after = project.contents(earlier::equals);
        assertThat(before.keySet())
                .contains(
                        "dwd_action/" + earlier,
                        "ads_hot/" + earlier,
                        "ads_item_cf/" + earlier,
                        "dws_user_feature/" + earlier,
                        "dws_item_feature/" + earlier);
        assertThat(after).containsAllEntriesOf(before);
    }

    @Test
    @Order(4)
    void withOneThreadAndWithAllLaterEventsInTheWarehouseItLeavesTheSame() throws IOException {
        TestProject other = TestProject.make(temporary.resolve("other"), 1).load(_ -> true);
        other.run("night", D);
        Map<String, String> theirs = other.contents(ds -> ds.compareTo(DS) <= 0);
        assertThat(theirs.keySet()).isEqualTo(contents.keySet());
        assertThat(changed(theirs)).isEmpty();
        assertThat(other.aliases()).isEqualTo(aliases);
    }

    /// The partitions whose content is not that of the first night.
    private List<String> changed(Map<String, String> others) {
        return others.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(contents.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }
}
