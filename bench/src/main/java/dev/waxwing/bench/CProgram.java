package dev.waxwing.bench;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A small program in C, compiled for this machine with gcc: what the machine can do at all, beside which ours is measured. It works in a folder of its own,
/// which goes when the program is closed.
public final class CProgram implements AutoCloseable {
    private final Path folder;

    /// @param source a resource beside `user`
    /// @throws IOException if there is no gcc, or it refuses the source
    public CProgram(Class<?> user, String source) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("waxwing-c");
        Path code = folder.resolve(source);
        try (InputStream in = user.getResourceAsStream(source)) {
            if (in == null) {
                throw new FileNotFoundException(source + " is not among the resources");
            }
            Files.copy(in, code);
        }
        // Errors go where ours go, a complaint of gcc's too.
        run("gcc", "-O3", "-march=native", "-ffast-math", "-o", program(), code.toString(), "-lm");
    }

    private String program() {
        return folder.resolve("program").toString();
    }

    /// Writes what was put into a buffer; answers where.
    public Path write(String name, ByteBuffer bytes) throws IOException {
        Path file = folder.resolve(name);
        bytes.flip();
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        return file;
    }

    /// A buffer for [#write], which keeps numbers as the machine does.
    public static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /// The lines that the program prints.
    /// @throws IOException if it ends with anything but 0
    public List<String> lines(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + " ended with " + process.exitValue());
        }
        return out.lines().toList();
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
