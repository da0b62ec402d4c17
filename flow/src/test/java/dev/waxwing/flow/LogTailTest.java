package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class LogTailTest {
    @TempDir Path folder;

    private String tail(String text, int lines) throws IOException {
        return LogTail.of(Files.writeString(folder.resolve("x.log"), text), lines);
    }

    @Test
    void theLastLinesAreWholeWhetherTheLastOneEndsOrNot() throws IOException {
        assertThat(tail("a\nb\nc\n", 2)).isEqualTo("b\nc\n");
        assertThat(tail("a\nb\nc", 2)).isEqualTo("b\nc");
        assertThat(tail("a\nb\nc\n", 3)).isEqualTo("a\nb\nc\n");
        assertThat(tail("a\nb\nc\n", 99)).isEqualTo("a\nb\nc\n");
        assertThat(tail("\n\nc\n", 2)).isEqualTo("\nc\n");
        assertThat(tail("基线\n破线\n", 1)).isEqualTo("破线\n");
        assertThat(tail("", 5)).isEmpty();
        assertThat(LogTail.of(folder.resolve("none.log"), 5)).isEmpty();
    }

    @Test
    void aLogThatEndsWithinACharacterIsShown() throws IOException {
        byte[] whole = "a\n基".getBytes(StandardCharsets.UTF_8);
        Path log = folder.resolve("cut.log");
        Files.write(log, Arrays.copyOf(whole, whole.length - 1));
        assertThat(LogTail.of(log, 2)).isEqualTo("a\n\uFFFD");
    }

    @Test
    void ofALongLogOnlyTheEndIsReadAndNoHalfLineShown() throws IOException {
        String line = "x".repeat(99) + "\n";
        String text = line.repeat(20_000);
        String end = tail(text, 10_000);
        assertThat(end.lines()).hasSize(10_000).containsOnly("x".repeat(99));
        String all = tail(text, 20_000);
        assertThat(all.length()).isLessThanOrEqualTo(LogTail.MOST_BYTES).isGreaterThan(1_000_000);
        assertThat(all.lines()).containsOnly("x".repeat(99));
    }
}
