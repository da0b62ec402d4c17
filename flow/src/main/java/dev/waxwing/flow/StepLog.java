package dev.waxwing.flow;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
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

    private final PrintWriter out;
    private final Path file;
    private final Deque<String> last = new ArrayDeque<>();
    private long written;
    private long held;
    private long leftOut;

    StepLog(Path file) throws IOException {
        this.file = file;
        BufferedWriter writer =
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
        out = new PrintWriter(writer);
    }

    /// @return whether it can be read in the file now
    boolean write(String line) throws IOException {
        if (written + line.length() <= FIRST && last.isEmpty()) {
            written += line.length() + 1;
            out.println(line);
            flush();
            return true;
        }
        if (last.isEmpty()) {
            out.println(
                    "… of what follows only the end is kept, and written when the attempt ends …");
            flush();
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

    /// So that a log can be followed.
    private void flush() throws IOException {
        if (out.checkError()) {
            throw new IOException("cannot write the log " + file);
        }
    }

    @Override
    public void close() throws IOException {
        if (leftOut > 0) {
            out.println("… " + leftOut + " lines are left out …");
        }
        last.forEach(out::println);
        last.clear();
        try {
            flush();
        } finally {
            out.close();
        }
    }
}
