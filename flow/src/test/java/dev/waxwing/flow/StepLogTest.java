package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class StepLogTest {
    @TempDir private Path folder;

    @Test
    void whatIsShortIsWrittenAsItComesAndAttemptsFollowEachOther() throws Exception {
        Path file = folder.resolve("a.log");
        try (StepLog first = new StepLog(file)) {
            assertThat(first.write("one")).isTrue();
            assertThat(Files.readAllLines(file)).containsExactly("one");
        }
        try (StepLog second = new StepLog(file)) {
            second.write("two");
        }
        assertThat(Files.readAllLines(file)).containsExactly("one", "two");
    }

    @Test
    void ofOneThatIsTooLongBothEndsAreKeptAndItSaysHowMuchIsNot() throws Exception {
        Path file = folder.resolve("a.log");
        int lines = 100_000;
        String rest = "x".repeat(90);
        try (StepLog log = new StepLog(file)) {
            for (int i = 0; i < lines; i++) {
                log.write("%06d %s".formatted(i, rest));
            }
        }
        assertThat(Files.size(file)).isBetween(4_000_000L, 4_400_000L);
        List<String> read = Files.readAllLines(file);
        assertThat(read.getFirst()).startsWith("000000 ");
        assertThat(read.getLast()).startsWith("099999 ");
        List<String> said = read.stream().filter(line -> line.startsWith("…")).toList();
        assertThat(said).hasSize(2);
        long leftOut = Long.parseLong(said.getLast().split(" ")[1]);
        assertThat(read.size() - said.size() + leftOut).isEqualTo(lines);
    }

    @Test
    void aLineLongerThanAllThatIsKeptLeavesItsEnd() throws Exception {
        Path file = folder.resolve("a.log");
        try (StepLog log = new StepLog(file)) {
            log.write("y".repeat(StepLog.FIRST) + "the end");
        }
        assertThat(Files.size(file)).isLessThan(StepLog.LAST + 1000);
        assertThat(Files.readString(file)).contains("the end\n");
    }
}
