package dev.waxwing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Watches how much of a process is in memory and how much CPU time it takes, from `/proc` (Linux). Every look takes the highest level since the one
/// before and has the kernel forget it, so that no peak falls between two looks; where the kernel does not forget, the
/// current level is taken.
final class ProcessWatch implements Runnable {
    private static final long MILLIS = 50;

    private final Process process;
    private final List<Look> looks = new ArrayList<>();

    /// @param from epoch milliseconds of the look before
    /// @param to epoch milliseconds of this one
    /// @param ticks CPU time since the process began, in hundredths of a second
    private record Look(long from, long to, long kilobytes, long ticks) {}

    ProcessWatch(Process process) {
        this.process = process;
    }

    @Override
    public void run() {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        boolean forgets = true;
        long before = System.currentTimeMillis();
        while (process.isAlive()) {
            try {
                long now = System.currentTimeMillis();
                long level = level(folder, forgets ? "VmHWM:" : "VmRSS:");
                if (level > 0) {
                    looks.add(new Look(before, now, level, ticks(folder)));
                }
                before = now;
                forgets = forgets && forget(folder);
                Thread.sleep(MILLIS);
            } catch (IOException e) {
                return; // the process has ended
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean forget(Path folder) {
        try {
            Files.writeString(folder.resolve("clear_refs"), "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static long ticks(Path folder) throws IOException {
        String stat = Files.readString(folder.resolve("stat"));
        String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(values[11]) + Long.parseLong(values[12]);
    }

    private static long level(Path folder, String name) throws IOException {
        for (String line : Files.readAllLines(folder.resolve("status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    /// The highest level of a stretch of time, in megabytes. Call it after the watch has ended.
    /// @param from epoch milliseconds
    long peak(long from, long to) {
        return looks.stream()
                        .filter(look -> look.to >= from && look.from <= to)
                        .mapToLong(Look::kilobytes)
                        .max()
                        .orElse(0)
                / 1024;
    }

    /// CPU seconds of a stretch of time, all threads.
    /// @param from epoch milliseconds
    double cpu(long from, long to) {
        long before = 0;
        long last = 0;
        for (Look look : looks) {
            before = look.to <= from ? look.ticks : before;
            last = look.from <= to ? look.ticks : last;
        }
        return (last - before) / 100.0;
    }

    double cpu() {
        return cpu(0, Long.MAX_VALUE);
    }

    long peak() {
        return peak(0, Long.MAX_VALUE);
    }
}
