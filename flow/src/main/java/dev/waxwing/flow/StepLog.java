package dev.waxwing.flow;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/// What one attempt adds to its step's log, bounded however much it says: its first [#FIRST] characters are written as they come;
/// of what follows, the last [#LAST] are kept in memory and written at the end, after a line that tells how many are left out.
/// One thread at a time.
final class StepLog implements AutoCloseable {
    static final int FIRST = 4_000_000;
    static final int LAST = 256_000;

    private final BufferedWriter out;
    private final Path file;
    private final Deque<String> last = new ArrayDeque<>();
    private long written;
    private long held;
    private long leftOut;

    StepLog(Path file) throws IOException {
        this.file = file;
        out =
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
    }

    /// @return whether it can be read in the file now
    boolean write(String line) throws IOException {
        if (written + line.length() <= FIRST && last.isEmpty()) {
            written += line.length() + 1;
            writeNow(line);
            return true;
        }
        if (last.isEmpty()) {
            writeNow("… of what follows only the end is kept, and written when the attempt ends …");
        }
        String kept = line.length() <= LAST ? line : line.substring(line.length() - LAST);
        last.addLast(kept);
        held += kept.length() + 1;
        while (held > LAST && last.size() > 1) {
            held -= last.removeFirst().length() + 1;
            leftOut++;
        }
        return false;
    }

    private void writeNow(String line) throws IOException {
        try {
            out.write(line);
            out.newLine();
            out.flush(); // so that a log can be followed
        } catch (IOException e) {
            throw new IOException("cannot write the log " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (leftOut > 0) {
                writeNow("… " + leftOut + " lines are left out …");
            }
            while (!last.isEmpty()) {
                writeNow(last.removeFirst());
            }
        } finally {
            out.close();
        }
    }
}
