package dev.waxwing.warehouse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// The process that holds a claim, told so that another process can find out whether it still lives.
/// @param boot of the machine, as its kernel numbers it; empty where the kernel does not
/// @param started when the process started, in the kernel's own ticks, so that a reused pid is not taken for it
record Holder(String host, String boot, long pid, long started) {
    private static final Holder ME =
            new Holder(
                    hostName(),
                    bootId(),
                    ProcessHandle.current().pid(),
                    startOf(ProcessHandle.current().pid()));

    static Holder me() {
        return ME;
    }

    /// Whether the process may still be running. One on another machine is taken to be.
    boolean mayLive() {
        if (!boot.equals(ME.boot)) {
            return !host.equals(
                    ME.host); // this machine was restarted since, or it is another machine
        }
        return startOf(pid) == started;
    }

    boolean elsewhere() {
        return !boot.equals(ME.boot) && !host.equals(ME.host);
    }

    @Override
    public String toString() {
        return "process " + pid + " on " + host;
    }

    /// @return 0 if there is no such process
    private static long startOf(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            if (Files.exists(Path.of("/proc/self/stat"))) {
                String line = Files.readString(stat);
                String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ");
                return afterName[0].equals("Z")
                        ? 0
                        : Long.parseLong(afterName[19]); // field 22; a zombie is dead
            }
        } catch (IOException _) {
            return 0;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(p -> p.info().startInstant())
                .map(Instant::toEpochMilli)
                .orElse(0L);
    }

    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException _) {
            return "";
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
