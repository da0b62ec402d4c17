package dev.waxwing.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A `waxwing` command in a process of its own, as a user starts it. What it prints, on either stream, is kept.
final class WaxwingProcess implements AutoCloseable {
    /// Nothing here takes so long; a test that waits longer has failed.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private WaxwingProcess(Process process) {
        this.process = process;
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    static WaxwingProcess start(String... arguments) throws IOException {
        return start(Main.class, arguments);
    }

    /// @param main what is started in place of the command line
    static WaxwingProcess start(Class<?> main, String... arguments) throws IOException {
        return start(Path.of(System.getProperty("java.io.tmpdir")), main, arguments);
    }

    /// @param temporary the folder for its temporary files
    static WaxwingProcess start(Path temporary, Class<?> main, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx700m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dwaxwing.home=" + Path.of("..").toRealPath(),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        return new WaxwingProcess(builder.start());
    }

    /// What a command that ended has left.
    record Ended(int code, String output) {}

    /// Runs a command to its end.
    static Ended run(String... arguments) throws IOException, InterruptedException {
        try (WaxwingProcess process = start(arguments)) {
            return process.end();
        }
    }

    private void read() {
        try (BufferedReader in = process.inputReader()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// What was printed so far.
    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /// The same, and what each of its threads is at.
    String outputAndThreads() {
        if (!isAlive()) {
            return output() + "\nended with exit code " + process.exitValue();
        }
        try {
            signal("QUIT");
            line("JNI global refs");
        } catch (IOException e) {
            return output() + "\n" + e;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while it prints its threads", e);
        }
        return output();
    }

    /// Waits until a line with this text is printed.
    /// @return that line
    String line(String text) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lines) {
            while (true) {
                for (String line : lines) {
                    if (line.contains(text)) {
                        return line;
                    }
                }
                if (!reader.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("'" + text + "' was not printed, but\n" + output());
                }
                lines.wait(100);
            }
        }
    }

    /// Waits, closely enough to strike within a few milliseconds, until something is so.
    void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come; printed was\n" + output());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// `STOP` holds the process, `CONT` lets it go on.
    void signal(String name) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " ended with " + code);
        }
    }

    /// kill -9, and waits until the process is gone.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Waits for the end.
    Ended end() throws InterruptedException {
        return end(PATIENCE);
    }

    /// @param atMost how long it may take on a machine that is busy with other things
    Ended end(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; printed was\n" + output());
        }
        reader.join();
        return new Ended(process.exitValue(), output());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
