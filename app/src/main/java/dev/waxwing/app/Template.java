package dev.waxwing.app;

import dev.waxwing.config.ConfigException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Makes project folders. The pipelines, SQL, features and scenes of a new project are those of the MovieTweetings example:
/// there is one copy of them.
final class Template {
    private static final List<String> SHARED =
            List.of("pipelines", "sql", "features", "scenes", "events");

    private Template() {}

    /// The example that everything is copied from.
    static Path example() {
        String home = System.getProperty("waxwing.home", ".");
        Path example = Path.of(home, "examples", "movietweetings");
        if (!Files.isDirectory(example)) {
            throw new ConfigException(
                    List.of(
                            example
                                    + " is not there; run ./waxwing from its own checkout, or set"
                                    + " the system property waxwing.home to it"));
        }
        return example;
    }

    /// A project for somebody's own data.
    static void make(Path folder, String name) {
        copy(folder, SHARED);
        write(
                folder.resolve(Project.FILE),
                """
                # Where things live, and how much of the machine they may take. Everything but the name has a default.
                project: %s

                # What `waxwing import` makes of a file's events: each name in the file becomes a type of events/, "*" stands for
                # every other name. A weight at `low` says nothing, one at `high` the most; weights become (0, 1].
                imports:
                  events: { "*": action }
                  weight: { low: 0, high: 1 }

                engine:
                  threads: 2
                  memory: 600MB

                server:
                  port: 8080
                """
                        .formatted(name));
        write(folder.resolve(".gitignore"), ".waxwing/\n");
        write(
                folder.resolve("README.md"),
                """
                # %s

                    waxwing import events.csv --items items.csv     # user,item,ts,event,weight and item,title,tags
                    waxwing run night --bizdate yyyymmdd            # the last day of the events
                    waxwing recommend USER
                    waxwing up

                `waxwing` is the launcher in the checkout that made this folder: call it by its path, or link it into a folder on your PATH.
                Weights count from `low` to `high` of `imports.weight` in waxwing.yaml: set them before you import, for stars from 0.5 to 5 say.
                The pipelines and their SQL come from the MovieTweetings example and still call items films; they are yours now.
                """
                        .formatted(name));
    }

    /// The example itself, data included.
    static void demo(Path folder) {
        copy(folder, Stream.concat(SHARED.stream(), Stream.of("data")).toList());
        try {
            Files.copy(example().resolve(Project.FILE), folder.resolve(Project.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + Project.FILE + " to " + folder, e);
        }
        write(folder.resolve(".gitignore"), ".waxwing/\n");
    }

    private static void copy(Path folder, List<String> parts) {
        Path example = example();
        for (String part : parts) {
            try (Stream<Path> files = Files.walk(example.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve(example.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot copy " + part + " to " + folder, e);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
