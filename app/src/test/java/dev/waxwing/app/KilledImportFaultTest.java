package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// `kill -9` in the middle of an import: each table is there whole or not at all, and importing again gives the tables of an import that nobody disturbed.
@Execution(ExecutionMode.CONCURRENT)
class KilledImportFaultTest {
    @TempDir private Path temporary;

    @Test
    void anImportThatIsKilledAtManyMomentsEndsAsIfItHadNotBeen() throws Exception {
        TestProject calm = TestProject.make(temporary.resolve("calm"), 2);
        WaxwingProcess.Ended undisturbed = WaxwingProcess.run(load(calm));
        assertThat(undisturbed.code()).as(undisturbed.output()).isZero();
        Map<String, String> whole = calm.contents(_ -> true);
        assertThat(whole.keySet())
                .anyMatch(day -> day.startsWith("ods_event/"))
                .anyMatch(day -> day.startsWith("ods_item/"));

        TestProject project = TestProject.make(temporary.resolve("killed"), 2);
        Path warehouse = project.folder.resolve(".waxwing/warehouse");
        Map<String, Predicate<String>> moments = new LinkedHashMap<>();
        moments.put(
                "rows are staged",
                file -> file.startsWith("staging/") && file.endsWith(".parquet"));
        moments.put(
                "files are moved to their days", file -> file.startsWith("main/ods_event/data/"));
        moments.put(
                "Iceberg has written its metadata",
                file -> file.startsWith("main/ods_event/metadata/"));
        moments.put("the items' files are moved", file -> file.startsWith("main/ods_item/data/"));
        for (Map.Entry<String, Predicate<String>> moment : moments.entrySet()) {
            try (WaxwingProcess killed = WaxwingProcess.start(load(project))) {
                killed.until(moment.getKey(), () -> anyFile(warehouse, moment.getValue()));
                killed.kill();
            }
            Map<String, String> now = project.contents(_ -> true);
            for (String table : new String[] {"ods_event/", "ods_item/"}) {
                assertThat(of(table, now))
                        .as(table + " after a kill when " + moment.getKey())
                        .isIn(Map.of(), of(table, whole));
            }
        }
        WaxwingProcess.Ended again = WaxwingProcess.run(load(project));
        assertThat(again.code()).as(again.output()).isZero();
        assertThat(project.contents(_ -> true)).isEqualTo(whole);
        assertThat(
                        anyFile(
                                warehouse,
                                file -> file.startsWith("staging/") && file.endsWith(".parquet")))
                .as("leftovers of the killed ones")
                .isFalse();
    }

    private static String[] load(TestProject project) {
        return new String[] {
            "import",
            project.folder.resolve("data/events.csv.gz").toString(),
            "--items",
            project.folder.resolve("data/items.csv.gz").toString(),
            "-p",
            project.folder.toString()
        };
    }

    private static Map<String, String> of(String table, Map<String, String> contents) {
        Map<String, String> some = new LinkedHashMap<>(contents);
        some.keySet().removeIf(day -> !day.startsWith(table));
        return some;
    }

    private static boolean anyFile(Path folder, Predicate<String> wanted) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString()).anyMatch(wanted);
        } catch (IOException | UncheckedIOException e) {
            return false; // it went while it was looked at
        }
    }
}
