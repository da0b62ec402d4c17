package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.storage.FileStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Two real processes that release at once.
class TwoProcessesActivateTest {
    private static final int MOVES = 60;

    @TempDir private Path root;

    @Test
    void everyMoveOfBothIsInTheLogOnceAndEachKnewTheOneBeforeIt() throws Exception {
        List<Process> children = List.of(child("east"), child("west"));
        List<BufferedReader> said = new ArrayList<>();
        for (Process child : children) {
            BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
            assertThat(reader.readLine()).isEqualTo("ready");
            said.add(reader);
        }
        for (Process child : children) {
            child.getOutputStream().write('\n');
            child.getOutputStream().flush();
        }
        SortedMap<Long, String> told = new TreeMap<>();
        for (int c = 0; c < children.size(); c++) {
            String name = c == 0 ? "east" : "west";
            said.get(c)
                    .lines()
                    .forEach(
                            line ->
                                    told.put(
                                            Long.valueOf(line.split(" ")[0]),
                                            name + " move " + line.split(" ")[1]));
            assertThat(children.get(c).waitFor()).isZero();
        }

        BundleStore store = BundleStore.open(FileStore.folder(root));
        SortedMap<Long, String> logged = new TreeMap<>();
        SortedMap<String, BundleRef> aliases = new TreeMap<>();
        int turns = 0;
        String last = "";
        for (Activation entry : store.history()) {
            logged.put(entry.number(), entry.by() + " " + entry.why());
            for (String alias : entry.moved().keySet()) {
                assertThat(entry.replaced().get(alias))
                        .as("what entry %d says it replaced", entry.number())
                        .isEqualTo(aliases.get(alias));
            }
            aliases.putAll(entry.moved());
            turns += entry.by().equals(last) ? 0 : 1;
            last = entry.by();
        }
        assertThat(logged).hasSize(2 * MOVES).isEqualTo(told);
        assertThat(turns).as("how often the two took turns").isGreaterThan(2);
        assertThat(store.aliases()).isEqualTo(aliases);
    }

    private Process child(String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ActivatingChild.class.getName(),
                        root.toString(),
                        name,
                        Integer.toString(MOVES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
