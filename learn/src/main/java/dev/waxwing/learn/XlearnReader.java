package dev.waxwing.learn;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Reads a file twice, in chunks of whole lines that several threads take: first its rows and entries are counted, so that the arrays have their size at
/// once, then they are filled in place. Nothing is copied afterwards, and beside the rows only a chunk a thread is held.
final class XlearnReader implements AutoCloseable {
    /// As xLearn: 10 MB, line break included.
    static final int LONGEST_LINE = 10 * 1024 * 1024;

    private static final int CHUNK = 512 * 1024;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final int threads;
    private final FileChannel channel;
    private final long size;
    private final XlearnFormat format;
    private final boolean fields;

    XlearnReader(Path file, boolean fields, int threads) throws IOException {
        this.file = file;
        this.threads = threads;
        if (!Files.exists(file)) {
            throw new XlearnFileException(
                    file + ": there is no such file (looked for " + file.toAbsolutePath() + ")");
        }
        if (Files.isDirectory(file)) {
            throw new XlearnFileException(file + " is a folder; give a file of rows");
        }
        channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            size = channel.size();
            if (size == 0) {
                throw new XlearnFileException(file + " is empty; give a file with a row a line");
            }
            String first = firstLine();
            format =
                    XlearnFormat.of(first)
                            .orElseThrow(
                                    () ->
                                            new XlearnFileException(
                                                    file + ":1 " + XlearnFormat.unclear(first)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        this.fields = fields && format.kind() == XlearnFormat.Kind.LIBFFM;
    }

    XlearnFormat format() {
        return format;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    FactorRows rows() throws IOException {
        List<Chunk> chunks = chunks();
        each(chunks, this::count);
        long rows = 0;
        long entries = 0;
        for (Chunk chunk : chunks) {
            chunk.firstRow = (int) Math.min(rows, Integer.MAX_VALUE);
            chunk.firstEntry = (int) Math.min(entries, Integer.MAX_VALUE);
            rows += chunk.rows;
            entries += chunk.entries;
        }
        if (rows >= Integer.MAX_VALUE - 8 || entries > Integer.MAX_VALUE - 8) {
            throw new XlearnFileException(
                    file
                            + " has "
                            + rows
                            + " rows and "
                            + entries
                            + " entries; 2147483639 of each is the most that fits, so split it");
        }
        XlearnColumns columns = new XlearnColumns((int) rows, (int) entries, fields);
        each(
                chunks,
                (chunk, buffer) -> {
                    byte[] bytes = read(chunk, buffer);
                    chunk.lines =
                            new XlearnLines(format, columns, chunk.firstRow, chunk.firstEntry);
                    chunk.lines.parse(bytes, chunk.length(bytes));
                    return bytes;
                });
        List<String> problems = new ArrayList<>();
        for (Chunk chunk : chunks) {
            for (XlearnLines.Problem problem : chunk.lines.problems()) {
                if (problems.size() == XlearnData.PROBLEMS) {
                    problems.add("… and more; these are the first " + XlearnData.PROBLEMS);
                    throw new XlearnFileException(problems);
                }
                problems.add(
                        file
                                + ":"
                                + problem.line()
                                + ":"
                                + problem.column()
                                + " "
                                + problem.text());
            }
        }
        if (!problems.isEmpty()) {
            throw new XlearnFileException(problems);
        }
        int filled = 0;
        for (Chunk chunk :
                chunks) { // where separators stand in a row, fewer entries than counted came
            columns.pull(
                    chunk.firstRow, chunk.rows, chunk.firstEntry, filled, chunk.lines.entries());
            filled += chunk.lines.entries();
        }
        return columns.rows(
                filled,
                chunks.stream().mapToInt(chunk -> chunk.lines.largestFeature()).max().orElse(-1),
                chunks.stream().mapToInt(chunk -> chunk.lines.largestField()).max().orElse(0));
    }

    /// Bytes `from` to `to`, whole lines.
    private static final class Chunk {
        private final long from;
        private final int bytes;
        private int rows;
        private long entries;
        private int firstRow;
        private int firstEntry;
        private XlearnLines lines;

        private Chunk(long from, long to) {
            this.from = from;
            this.bytes = (int) (to - from);
        }

        /// With the line break that the last line of a file may lack.
        private int length(byte[] read) {
            return read[bytes - 1] == '\n' ? bytes : bytes + 1;
        }
    }

    private List<Chunk> chunks() throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        long from = 0;
        while (from < size) {
            long to = from + CHUNK >= size ? size : lineAfter(from + CHUNK - 1);
            chunks.add(new Chunk(from, to));
            from = to;
        }
        return chunks;
    }

    /// Where the line after the one that holds this byte begins.
    private long lineAfter(long position) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(16 * 1024);
        for (long at = position; at < size; at += piece.capacity()) {
            if (at - position > LONGEST_LINE) {
                throw new XlearnFileException(
                        file
                                + ": the line that holds byte "
                                + position
                                + " is longer than 10 MB; is it a text file with a row a line?");
            }
            piece.clear();
            fill(piece, at);
            for (int i = 0; i < piece.position(); i++) {
                if (piece.get(i) == '\n') {
                    return at + i + 1;
                }
            }
        }
        return size;
    }

    private String firstLine() throws IOException {
        long end = Math.min(size, lineAfter(0));
        if (end > LONGEST_LINE) {
            throw new XlearnFileException(
                    file + ":1 is longer than 10 MB; is it a text file with a row a line?");
        }
        ByteBuffer line = ByteBuffer.allocate((int) end);
        fill(line, 0);
        return new String(line.array(), StandardCharsets.ISO_8859_1);
    }

    private void fill(ByteBuffer into, long from) throws IOException {
        long position = from;
        while (into.hasRemaining() && position < size) {
            int read = channel.read(into, position);
            if (read < 0) {
                throw new EOFException("it became shorter while it was read");
            }
            position += read;
        }
    }

    /// The bytes of a chunk, with at least 9 more behind them: a line break and what a read of 8 bytes may touch.
    private byte[] read(Chunk chunk, byte[] buffer) throws IOException {
        byte[] bytes = buffer.length < chunk.bytes + 9 ? new byte[chunk.bytes + 9] : buffer;
        fill(ByteBuffer.wrap(bytes, 0, chunk.bytes), chunk.from);
        bytes[chunk.bytes] = '\n';
        Arrays.fill(bytes, chunk.bytes + 1, chunk.bytes + 9, (byte) 0);
        return bytes;
    }

    private byte[] count(Chunk chunk, byte[] buffer) throws IOException {
        byte[] bytes = read(chunk, buffer);
        int length = chunk.length(bytes);
        char marker = format.kind() == XlearnFormat.Kind.CSV ? format.separator() : ':';
        chunk.rows = count(bytes, length, '\n');
        chunk.entries =
                count(bytes, length, marker) / (format.kind() == XlearnFormat.Kind.LIBFFM ? 2 : 1);
        return bytes;
    }

    /// How often an ASCII character occurs, 8 bytes at a time: a byte that equals it becomes 0, and only 0 leaves its highest bit clear.
    private static int count(byte[] bytes, int length, char wanted) {
        long pattern = wanted * 0x0101010101010101L;
        int count = 0;
        int at = 0;
        for (; at + 8 <= length; at += 8) {
            long zero = (long) LONGS.get(bytes, at) ^ pattern;
            long nonzero = ((zero & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL) | zero;
            count += Long.bitCount(~nonzero & 0x8080808080808080L);
        }
        for (; at < length; at++) {
            count += bytes[at] == wanted ? 1 : 0;
        }
        return count;
    }

    @FunctionalInterface
    private interface Work {
        /// @return the buffer, or a larger one
        byte[] on(Chunk chunk, byte[] buffer) throws IOException;
    }

    private void each(List<Chunk> chunks, Work work) throws IOException {
        AtomicInteger next = new AtomicInteger();
        Callable<Void> worker =
                () -> {
                    byte[] buffer = new byte[Math.toIntExact(Math.min(size, CHUNK + 4096L)) + 9];
                    for (int i = next.getAndIncrement();
                            i < chunks.size();
                            i = next.getAndIncrement()) {
                        buffer = work.on(chunks.get(i), buffer);
                    }
                    return null;
                };
        int workers = Math.min(threads, chunks.size());
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                all.add(pool.submit(worker));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException ours -> throw ours;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
