package dev.waxwing.steps;

import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Another program, run to its end: in a process group of its own where the system has `setsid`, so that all it started ends with it.
final class Program {
    /// Lines that are passed on as they come; of what follows, the last ones are told at the end.
    static final int FIRST_LINES = 1000;

    static final int LAST_LINES = 50;
    static final int LONGEST_LINE = 2000; // characters

    /// What it may know of our own surroundings; secrets are not among it.
    private static final List<String> INHERITED =
            List.of(
                    "PATH",
                    "HOME",
                    "USER",
                    "LANG",
                    "LC_ALL",
                    "TZ",
                    "TMPDIR",
                    "JAVA_HOME",
                    "WAXWING_JDK");

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path ENV = Path.of("/usr/bin/env");

    private final Process process;
    private final boolean grouped;
    private final Consumer<String> log;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>(1024);
    private final Deque<String> last = new ArrayDeque<>();
    private long told;
    private long heldBack;

    private Program(Process process, boolean grouped, Consumer<String> log) {
        this.process = process;
        this.grouped = grouped;
        this.log = log;
    }

    /// How it ended.
    ///
    /// @param failure empty if it ended well
    /// @param lastLine what it printed last, at most [#LONGEST_LINE] characters of it; empty if nothing
    record Ended(String failure, boolean worthRetrying, String lastLine) {}

    /// @param environment beside what every program needs
    /// @param log is given what it prints, bounded
    /// @throws InterruptedException if the caller is interrupted; then it is ended first
    static Ended run(
            List<String> command,
            Path folder,
            Map<String, String> environment,
            Duration limit,
            Consumer<String> log)
            throws IOException, InterruptedException {
        boolean grouped = Files.isExecutable(SETSID);
        List<String> words = new ArrayList<>();
        if (grouped) {
            words.add(SETSID.toString());
        }
        words.add(ENV.toString()); // finds the command by the PATH that is given to it
        words.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        Map<String, String> inherited = new HashMap<>(builder.environment());
        inherited.keySet().retainAll(INHERITED);
        builder.environment().clear();
        builder.environment().putAll(inherited);
        builder.environment().putAll(environment);
        String home = System.getProperty("waxwing.home", "");
        if (!home.isEmpty()) { // so that a pipeline may say `waxwing`, wherever it is installed
            builder.environment()
                    .merge("PATH", home, (path, own) -> own + File.pathSeparator + path);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        return new Program(process, grouped, log).watch(limit);
    }

    private Ended watch(Duration limit) throws InterruptedException {
        Thread reader = Thread.ofVirtual().name("program output").start(this::read);
        long end = System.nanoTime() + limit.toNanos();
        try {
            boolean open = true;
            while (open) {
                Optional<String> line = lines.poll(200, TimeUnit.MILLISECONDS);
                if (line == null && process.isAlive() && System.nanoTime() < end) {
                    continue;
                }
                if (System.nanoTime() >= end && process.isAlive()) {
                    endAll();
                    drain();
                    return new Ended(
                            "was ended after its time limit of "
                                    + limit.toSeconds()
                                    + " s; a longer `time-limit` would do, or less to do"
                                    + lastWords(),
                            true,
                            lastLine());
                }
                if (line == null) { // it is gone, but something it started keeps the pipe open
                    break;
                }
                open = line.isPresent();
                line.ifPresent(this::told);
            }
            int code = process.waitFor();
            drain();
            return code == 0
                    ? new Ended("", false, lastLine())
                    : new Ended(
                            (code == 127
                                            ? "was not found, or ended with exit code 127"
                                            : "ended with exit code " + code)
                                    + lastWords(),
                            code != 127,
                            lastLine());
        } finally {
            endAll();
            reader.interrupt();
            tellHeldBack();
        }
    }

    private void drain() {
        for (Optional<String> line = lines.poll(); line != null; line = lines.poll()) {
            line.ifPresent(this::told);
        }
    }

    private String lastLine() {
        return last.isEmpty() ? "" : last.getLast();
    }

    private String lastWords() {
        return last.isEmpty()
                ? "; it printed nothing"
                : "; its last words: "
                        + String.join(
                                " | ",
                                new ArrayList<>(last)
                                        .reversed().stream().limit(3).toList().reversed());
    }

    private void told(String line) {
        last.addLast(line);
        if (last.size() > LAST_LINES) {
            last.removeFirst();
        }
        if (told < FIRST_LINES) {
            told++;
            log.accept(line);
        } else {
            heldBack++;
        }
    }

    private void tellHeldBack() {
        if (heldBack > 0) {
            List<String> lasting = new ArrayList<>(last);
            int shown = (int) Math.min(heldBack, lasting.size());
            log.accept("… " + (heldBack - shown) + " lines are left out …");
            lasting.subList(lasting.size() - shown, lasting.size()).forEach(log);
        }
    }

    /// Reads on its own thread, so that a silent program can be ended; waits where lines are not taken.
    private void read() {
        try (Reader reader =
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            var line = new StringBuilder();
            char[] some = new char[8192];
            for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                for (int i = 0; i < n; i++) {
                    if (some[i] == '\n') {
                        lines.put(Optional.of(line.toString()));
                        line.setLength(0);
                    } else if (line.length() < LONGEST_LINE && some[i] != '\r') {
                        line.append(Character.isISOControl(some[i]) ? ' ' : some[i]);
                    }
                }
            }
            if (!line.isEmpty()) {
                lines.put(Optional.of(line.toString()));
            }
            lines.put(Optional.empty());
        } catch (IOException | InterruptedException e) {
            // The pipe broke because the program was ended, or nobody listens any more.
            lines.offer(Optional.empty());
        }
    }

    /// Ends the program and all that it started: asks first, then does not ask.
    private void endAll() throws InterruptedException {
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        if (family.stream().noneMatch(ProcessHandle::isAlive) && !grouped) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // the end must come all the same
        try {
            if (process.isAlive()) {
                signal("TERM");
                family.forEach(ProcessHandle::destroy);
                process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
            signal("KILL");
            family.forEach(ProcessHandle::destroyForcibly);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Signals the whole group, also those whose parent is gone already.
    private void signal(String name) throws InterruptedException {
        if (!grouped) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            log.accept("cannot signal the program's process group: " + e);
        }
    }
}
