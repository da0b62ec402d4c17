package dev.waxwing.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A main class in a JVM of its own, so that no subject of a bench runs in what another left behind.
public final class FreshJvm {
    private FreshJvm() {}

    /// The lines that it prints; its errors go where ours go.
    /// @param options of the JVM; the class path is ours
    /// @throws IllegalStateException if it ends with anything but 0
    public static List<String> lines(List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    main.getSimpleName()
                            + " "
                            + String.join(" ", arguments)
                            + " ended with "
                            + process.exitValue());
        }
        return lines;
    }
}
