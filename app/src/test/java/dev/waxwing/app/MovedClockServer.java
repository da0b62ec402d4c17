package dev.waxwing.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// `waxwing up` on a machine whose clock somebody sets while it runs: it differs from the real one by what a file says, such as `PT-1H`.
/// Arguments: the project's folder and that file.
final class MovedClockServer {
    private MovedClockServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (var installation =
                new Installation(
                        Project.open(Path.of(arguments[0])), clock(Path.of(arguments[1])))) {
            UpCommand.serve(installation, 0);
        }
    }

    private static InstantSource clock(Path file) {
        return () -> {
            try {
                return Instant.now().plus(Duration.parse(Files.readString(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
