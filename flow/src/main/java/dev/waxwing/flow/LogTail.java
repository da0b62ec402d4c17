package dev.waxwing.flow;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The last lines of a step's log, without reading what comes before. What a disk that was full cut within a character is shown as `�`.
public final class LogTail {
    static final int MOST_BYTES = 1 << 20;

    private LogTail() {}

    /// @return at most a mebibyte from the end, beginning with a whole line; empty if there is no log yet
    public static String of(Path log, int lines) {
        if (!Files.isRegularFile(log)) {
            return "";
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long size = file.length();
            long from = Math.max(0, size - MOST_BYTES);
            var bytes = new byte[(int) (size - from)];
            file.seek(from);
            file.readFully(bytes);
            int start = bytes.length;
            int seen = 0;
            while (start > 0 && seen < lines) {
                start--;
                if (bytes[start] == '\n' && start < bytes.length - 1) {
                    seen++;
                }
            }
            if (seen == lines || (start == 0 && from > 0)) {
                start = next(bytes, start);
            }
            return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    /// Behind the next end of a line.
    private static int next(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, bytes.length);
    }
}
