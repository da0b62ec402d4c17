package dev.waxwing.app;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// Runs the everyday commands on a made-up project of a few events, for the launcher: the JVM then writes down the classes that
/// were loaded, and later commands map them instead of reading them from their jars one by one.
@Command(
        name = "rehearse",
        hidden = true,
        description = "Runs the everyday commands on a small made-up project that is thrown away.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        Path scratch = Files.createTempDirectory("waxwing-rehearsal");
        PrintStream out = System.out;
        try {
            System.setOut(
                    new PrintStream(
                            OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            return rehearse(scratch);
        } finally {
            System.setOut(out);
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// @return 0, or the code of the first command that fails; it has said why
    private static int rehearse(Path scratch) throws IOException {
        Path events = scratch.resolve("events.csv");
        Path items = scratch.resolve("items.csv");
        writeInput(events, items);
        String project = scratch.resolve("project").toString();
        List<List<String>> commands =
                List.of(
                        List.of("new", project),
                        List.of(
                                "import",
                                events.toString(),
                                "--items",
                                items.toString(),
                                "-p",
                                project),
                        List.of("run", "events", "--bizdate", "20130110", "-p", project),
                        List.of("run", "recall", "--bizdate", "20130110", "-p", project),
                        List.of("run", "features", "--bizdate", "20130110", "-p", project),
                        List.of("run", "publish", "--bizdate", "20130110", "-p", project),
                        List.of("recommend", "u1", "-p", project),
                        List.of(
                                "sql",
                                "SELECT ds, count(*) FROM ods_event GROUP BY ds",
                                "-p",
                                project),
                        List.of("tables", "-p", project),
                        List.of("tables", "show", "ods_event", "-p", project),
                        List.of("bundles", "--log", "-p", project),
                        List.of("rollback", "-p", project));
        for (List<String> command : commands) {
            int code = Main.commandLine().execute(command.toArray(String[]::new));
            if (code != 0) {
                System.err.println(
                        "waxwing: the rehearsal stopped at `waxwing "
                                + String.join(" ", command)
                                + "`");
                return code;
            }
        }
        return 0;
    }

    /// Ten days on which twelve users act on four of twenty items each.
    private static void writeInput(Path events, Path items) throws IOException {
        StringBuilder acts = new StringBuilder("user,item,ts,event,weight\n");
        for (int act = 0; act < 480; act++) {
            acts.append(
                    "u%d,i%d,%d,rate,1\n"
                            .formatted(
                                    act % 12, act * 7 % 20, 1356998400 + act / 48 * 86400 + act));
        }
        Files.writeString(events, acts);
        StringBuilder titles = new StringBuilder("item,title,tags\n");
        for (int item = 0; item < 20; item++) {
            titles.append("i%d,Title %d,tag%d\n".formatted(item, item, item % 3));
        }
        Files.writeString(items, titles);
    }
}
