package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where there are more users than training asks, older snapshots are made for the drawn ones alone. That saves work and
/// changes nothing that training or serving reads.
class TrainDrawTest {
    private static final LocalDate D = LocalDate.of(2013, 6, 20);
    private static final String DS = "20130620";

    @TempDir private static Path temporary;

    @Test
    void snapshotsOfTheDrawnUsersGiveTheSampleThatSnapshotsOfAllUsersGive() throws IOException {
        Map<String, String> drawn = tables("drawn", "CASE WHEN d.share < 1 THEN coalesce(list");
        Map<String, String> all = tables("all", "CASE WHEN false THEN coalesce(list");

        assertThat(only(drawn, "train_sample")).hasSize(30).isEqualTo(only(all, "train_sample"));
        assertThat(only(drawn, "train_wide")).hasSize(30).isEqualTo(only(all, "train_wide"));
        for (String table :
                List.of(
                        "ads_user_similar",
                        "dws_user_feature",
                        "dws_item_feature",
                        "ads_user_cf")) {
            Map<String, String> some = only(drawn, table);
            Map<String, String> whole = only(all, table);
            assertThat(some.keySet()).as(table).isEqualTo(whole.keySet());
            assertThat(some.remove(table + "/" + DS))
                    .as("%s of the last day", table)
                    .isEqualTo(whole.remove(table + "/" + DS));
            assertThat(some.values()) // or the two projects had nothing to differ in
                    .as("%s of the days before", table)
                    .doesNotContainAnyElementsOf(whole.values());
        }
    }

    /// The tables of a night for which twenty users a day are asked.
    private static Map<String, String> tables(String name, String users) throws IOException {
        TestProject project =
                TestProject.make(temporary.resolve(name), 2).load(TestProject.until(D));
        Path sql = project.folder.resolve("sql/train_draw.sql");
        String text = Files.readString(sql);
        assertThat(text).contains("3000.0").contains("CASE WHEN d.share < 1 THEN coalesce(list");
        Files.writeString(
                sql,
                text.replace("3000.0", "20.0")
                        .replace("CASE WHEN d.share < 1 THEN coalesce(list", users));
        for (String pipeline : List.of("events", "recall", "features", "rank_gbdt_lr")) {
            project.run(pipeline, D);
        }
        return project.contents(_ -> true);
    }

    private static Map<String, String> only(Map<String, String> contents, String table) {
        Map<String, String> some = new TreeMap<>(contents);
        some.keySet().removeIf(key -> !key.startsWith(table + "/"));
        return some;
    }
}
