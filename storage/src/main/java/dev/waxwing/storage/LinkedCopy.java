package dev.waxwing.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Copies of folders whose files are written once and never again: the copy's files are hard links to the same bytes, so
/// that it takes no room and no time to speak of, and either side may remove a file without the other's noticing.
public final class LinkedCopy {
    private LinkedCopy() {}

    /// Makes `to` hold all that `from` holds. What `to` holds already stays; what begins with a dot is on its way and left
    /// out, and so are files that go while they are copied. A file system without hard links gets copies.
    ///
    /// @throws StorageException if a file can be neither linked nor copied; `to` is incomplete then
    public static void of(Path from, Path to) {
        try {
            Files.createDirectories(to);
            if (Files.isDirectory(from)) {
                Files.walkFileTree(from, new Linker(from, to));
            }
        } catch (IOException e) {
            throw new StorageException("cannot copy " + from + " to " + to + ": " + e, e);
        }
    }

    private static final class Linker extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Linker(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            if (!folder.equals(from) && isUnderWay(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(copyOf(folder));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (!isUnderWay(file)) {
                link(file, copyOf(file));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        private Path copyOf(Path each) {
            return to.resolve(from.relativize(each));
        }

        private static boolean isUnderWay(Path each) {
            return each.getFileName().toString().startsWith(".");
        }

        private static void link(Path file, Path copy) throws IOException {
            try {
                Files.createLink(copy, file);
            } catch (FileAlreadyExistsException | NoSuchFileException _) {
                // It was linked before, or it went meanwhile.
            } catch (UnsupportedOperationException _) {
                Files.copy(file, copy);
            }
        }
    }
}
