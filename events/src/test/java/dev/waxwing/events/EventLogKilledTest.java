package dev.waxwing.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Real processes, really killed.
class EventLogKilledTest {
    @TempDir Path folder;

    @Test
    void everyAcknowledgedEventSurvivesKill9() throws Exception {
        int acknowledged = -1;
        for (int round = 0; round < 3; round++) {
            Process child = child("1000000", List.of());
            try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
                int last = -1;
                while (last < 40 + 30 * round) {
                    last = number(said.readLine());
                }
                child.toHandle().destroyForcibly(); // SIGKILL
                child.waitFor();
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                    last =
                            line.matches("acknowledged \\d+")
                                    ? number(line)
                                    : last; // told before it died
                }
                acknowledged = last;
            }
            List<String> ids = Events.ids(folder);
            List<String> ofThisRound = ids.subList(ids.lastIndexOf("e0"), ids.size());
            var expected = new ArrayList<String>();
            for (int n = 0; n <= acknowledged; n++) {
                expected.add("e" + n);
                expected.add("f" + n);
            }
            assertThat(ofThisRound)
                    .as("round %d", round)
                    .startsWith(expected.toArray(String[]::new));
            assertThat(ofThisRound.size() - expected.size())
                    .as("written, not yet told")
                    .isBetween(0, 2);
        }
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(Events.click("after")), Events.NOON);
        }
        assertThat(Events.ids(folder)).endsWith("after").hasSizeGreaterThan(2 * (41 + 71 + 101));
    }

    @Test
    void whenTheSystemRefusesToLetTheFileGrowTheLogSaysSoAndStaysGood() throws Exception {
        Process child =
                child("1000000", List.of("bash", "-c", "ulimit -f 64; exec \"$@\"", "child"));
        var lines = new ArrayList<String>();
        try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
            said.lines().forEach(lines::add);
        }
        assertThat(child.waitFor()).isZero();
        assertThat(lines.getLast())
                .startsWith("refused ")
                .contains("could not take 2 events")
                .contains("None of them was stored");
        assertThat(Events.ids(folder)).hasSize(2 * (lines.size() - 1));
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(Events.click("after")), Events.NOON);
        }
        assertThat(Events.ids(folder)).endsWith("after").hasSize(2 * (lines.size() - 1) + 1);
    }

    private static int number(String line) {
        return Integer.parseInt(line.substring("acknowledged ".length()));
    }

    private Process child(String events, List<String> before) throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingChild.class.getName(),
                        folder.toString(),
                        events));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
    }
}
