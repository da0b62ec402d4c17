package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waxwing.app.WaxwingProcess.Ended;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/// Events that are no films, in a new project: no code, and of the settings only shorter windows, to save time.
class OtherDataInputTest {
    private static final Path RETAIL = Path.of("../../shared/data/online-retail-2009-2010");

    @TempDir private Path temporary;

    @Test
    void aYearOfPurchasesBecomesARankedFeed() throws Exception {
        boolean there = Files.isDirectory(RETAIL);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as(RETAIL + " must be there").isTrue();
        }
        assumeTrue(there, RETAIL + " is not there");
        System.setProperty("waxwing.home", Path.of("..").toRealPath().toString());
        Path folder = temporary.resolve("shop");
        Template.make(folder, "shop");
        PreparedNight.makeSmall(folder);
        String project = folder.toString();

        Ended load =
                WaxwingProcess.run(
                        "import",
                        RETAIL.resolve("events.csv.gz").toString(),
                        "--items",
                        RETAIL.resolve("items.csv.gz").toString(),
                        "-p",
                        project);
        assertThat(load.code()).as(load.output()).isZero();
        assertThat(load.output())
                .contains("407,695 events read, 407,695 added, 0 known already, 0 rejected")
                .contains("4,017 items read, 4,017 added")
                .contains("days 20091201 to 20101209");

        Ended night = WaxwingProcess.run("run", "night", "--bizdate", "20101209", "-p", project);
        assertThat(night.code()).as(night.output()).isZero();

        Ended feed = WaxwingProcess.run("recommend", "13085", "--size", "5", "-p", project);
        assertThat(feed.code()).as(feed.output()).isZero();
        assertThat(feed.output())
                .contains("What 13085 is offered, ordered by home_rank/20101209-")
                .contains("   5. ");
    }
}
