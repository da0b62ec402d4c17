package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// A process that works at runs, known well enough to tell whether it still lives.
///
/// A process id alone is used again sooner or later, after a restart of the machine almost at once. Together with the
/// moment the process started and the machine's boot it is unique.
/// @param started when the process started, in a form that only this class compares
/// @param boot which start of the machine it belongs to; empty where that is not known
record Owner(long pid, String started, String host, String boot) {
    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /// Whether the process lives. `ELSEWHERE`: only its own machine can tell.
    enum Life {
        ALIVE,
        GONE,
        ELSEWHERE
    }

    Owner {
        requireNonNull(started, "started is null");
        requireNonNull(host, "host is null");
        requireNonNull(boot, "boot is null");
    }

    static Owner self() {
        long pid = ProcessHandle.current().pid();
        return new Owner(pid, started(pid), hostName(), line(BOOT));
    }

    /// Asked from this process.
    Life life() {
        if (!host.equals(hostName())) {
            return Life.ELSEWHERE;
        }
        if (!boot.equals(line(BOOT))) {
            return Life.GONE;
        }
        String now = started(pid);
        return !now.isEmpty() && now.equals(started) ? Life.ALIVE : Life.GONE;
    }

    /// When the process started: in clock ticks since boot where `/proc` says so, because the time of day that Java
    /// derives from them moves with the clock. Empty if there is no such process.
    private static String started(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (Files.exists(Path.of("/proc/self/stat"))) {
            String text = line(stat);
            // The second field is the command in brackets and may hold anything; what counts comes
            // after it.
            String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
            boolean dead = fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X");
            return dead ? "" : "ticks " + fields[19];
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().startInstant())
                .map(Instant::toString)
                .orElse("");
    }

    private static String hostName() {
        String name = line(HOST);
        if (name.isEmpty()) {
            name =
                    System.getenv()
                            .getOrDefault(
                                    "HOSTNAME", System.getenv().getOrDefault("COMPUTERNAME", ""));
        }
        return name.isEmpty() ? "localhost" : name;
    }

    /// The file's text, or nothing where there is no such file.
    private static String line(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) { // the process vanished between the two calls
            return "";
        }
    }
}
