package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.WaxwingProcess.Ended;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of events as they come: what is good is taken, what is not is counted, named and kept.
class ImportInputTest {
    @TempDir private Path temporary;

    private String project;

    @BeforeEach
    void aNewProject() {
        System.setProperty("waxwing.home", Path.of("..").toAbsolutePath().normalize().toString());
        Path folder = temporary.resolve("shop");
        Template.make(folder, "shop");
        project = folder.toString();
    }

    private Ended load(String text) throws IOException, InterruptedException {
        Path file = temporary.resolve("events.csv");
        Files.writeString(file, text);
        return WaxwingProcess.run("import", file.toString(), "-p", project);
    }

    private String sql(String select) throws IOException, InterruptedException {
        return WaxwingProcess.run("sql", select, "-p", project).output();
    }

    @Test
    void badRowsAreCountedByReasonAndKeptWithTheirLines() throws Exception {
        Ended ended =
                load(
                        """
                        user,item,ts,event,weight
                        u2,i1,1700000200,buy,1
                        u1,i1,1700000000,buy,1
                        u1,i1,1700000000,buy,1
                        u1,i2,yesterday,buy,1
                        u1,i3,1700000000,buy,much
                        ,i3,1700000000,buy,1
                        u1,,1700000000,buy,1
                        u1,i4,9700000000,buy,1
                        u1,i5,1700000000,buy,NaN
                        u1,i6,1700000000,buy,1,and,more
                        u1,i7,1500000000,buy,1
                        """);
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output())
                .contains("events.csv: 11 events read, 4 added, 0 known already, 7 rejected")
                .contains("1 in the future")
                .contains("1 unreadable time")
                .contains("2 unreadable weight")
                .contains("1 no user")
                .contains("1 no item")
                .contains("SELECT * FROM ods_event_rejected")
                .contains("days 20170714 to 20231114");
        assertThat(
                        sql(
                                "SELECT line || ': ' || reason AS bad FROM ods_event_rejected ORDER"
                                        + " BY line"))
                .containsSubsequence(
                        "5: unreadable time",
                        "6: unreadable weight",
                        "7: no user",
                        "8: no item",
                        "9: in the future",
                        "10: unreadable weight",
                        "11: ");
        assertThat(load(Files.readString(temporary.resolve("events.csv"))).output())
                .as("the same file again changes nothing")
                .contains("11 events read, 0 added, 4 known already, 7 rejected");
    }

    @Test
    void aFileWithoutAGoodRowFailsAndImportsNothing() throws Exception {
        Ended ended = load("user,item,ts,event,weight\nu,i,never,buy,1\nu,i,later,buy,1\n");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("events.csv has no good row; 2 rows were rejected: {unreadable time=2}")
                .contains("Nothing was imported");
    }

    @Test
    void aFileThatLacksAColumnSaysWhich() throws Exception {
        Ended ended = load("user,item,when\nu,i,1700000000\n");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("events.csv").contains("ts").contains("event");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Ended ended =
                WaxwingProcess.run(
                        "import", temporary.resolve("none.csv").toString(), "-p", project);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("none.csv");
    }
}
