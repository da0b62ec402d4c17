package dev.waxwing.flow;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Where a run keeps its files below the project's `.waxwing`: logs for good, work folders until it ends.
final class RunFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

    private final Path home;
    private final String run;

    RunFolder(Path home, String run) {
        this.home = home;
        this.run = run;
    }

    /// A step's log, seen from the home folder.
    static Path log(String run, String step) {
        return Path.of("logs", run, step + ".log");
    }

    Path log(String step) {
        return made(home.resolve(log(run, step)).getParent()).resolve(step + ".log");
    }

    /// An empty folder for one attempt.
    Path work(String step, int attempt) {
        return made(works().resolve(step + "-" + attempt));
    }

    private Path works() {
        return home.resolve("work").resolve(run);
    }

    private static Path made(Path folder) {
        try {
            return Files.isDirectory(folder) ? folder : Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    /// Deletes the work folders. What cannot be deleted is told and left, for it harms no later run.
    void deleteWork() {
        delete(works());
    }

    /// Deletes the logs as well.
    void deleteAll() {
        delete(works());
        delete(home.resolve("logs").resolve(run));
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new Deletion());
        } catch (IOException e) {
            LOG.warn(
                    "{} could not be deleted ({}); it may be removed by hand",
                    folder,
                    e.toString());
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
