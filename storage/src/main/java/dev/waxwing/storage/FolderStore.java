package dev.waxwing.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A [FileStore] in a folder.
///
/// Every write goes to a fresh name below `.tmp`, is synced, and only then renamed to its place; then the folder that
/// got the new name is synced too, because a rename is durable only with its folder. "If absent" is a hard link,
/// which the file system refuses when the name is taken. Folders are renamed as a whole.
final class FolderStore implements FileStore {
    private static final Duration LEFTOVERS_KEPT = Duration.ofDays(1);

    private final Path root;
    private final Path temporary;

    FolderStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.temporary = this.root.resolve(".tmp");
        attempt(
                "open the store",
                "",
                () -> {
                    makeFolders(temporary);
                    removeLeftovers();
                    return true;
                });
    }

    @Override
    public void put(String name, Path file) {
        Path target = path(name);
        attempt(
                "store " + file + " as",
                name,
                () -> {
                    Path draft = draft();
                    try {
                        copySynced(file, draft);
                        return replace(draft, target);
                    } finally {
                        Files.deleteIfExists(draft);
                    }
                });
    }

    @Override
    public void put(String name, byte[] bytes) {
        Path target = path(name);
        attempt(
                "store",
                name,
                () -> {
                    Path draft = draft();
                    try {
                        writeSynced(draft, bytes);
                        return replace(draft, target);
                    } finally {
                        Files.deleteIfExists(draft);
                    }
                });
    }

    @Override
    public boolean putIfAbsent(String name, byte[] bytes) {
        return putIfAbsent(name, draft -> writeSynced(draft, bytes));
    }

    @Override
    public boolean putIfAbsent(String name, Path file) {
        return putIfAbsent(name, draft -> copySynced(file, draft));
    }

    private boolean putIfAbsent(String name, Drafting drafting) {
        Path target = path(name);
        return attempt(
                "store",
                name,
                () -> {
                    if (Files.exists(target)) {
                        return false;
                    }
                    Path draft = draft();
                    try {
                        drafting.write(draft);
                        makeFolders(target.getParent());
                        Files.createLink(target, draft);
                        sync(target.getParent());
                        return true;
                    } catch (FileAlreadyExistsException _) {
                        return false;
                    } finally {
                        Files.deleteIfExists(draft);
                    }
                });
    }

    @Override
    public void get(String name, Path target) {
        Path file = path(name);
        attempt(
                "get",
                name,
                () -> {
                    Path draft =
                            target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
                    try {
                        Files.copy(file, draft);
                        return Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
                    } finally {
                        Files.deleteIfExists(draft);
                    }
                });
    }

    @Override
    public byte[] read(String name) {
        Path file = path(name);
        return attempt("read", name, () -> Files.readAllBytes(file));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public List<String> list(String prefix) {
        int slash = prefix.lastIndexOf('/');
        Path from = slash < 0 ? root : path(prefix.substring(0, slash));
        if (!Files.isDirectory(from)) {
            return List.of();
        }
        return attempt(
                "list",
                prefix,
                () -> {
                    try (Stream<Path> files = Files.walk(from)) {
                        return files.filter(file -> !file.startsWith(temporary))
                                .filter(Files::isRegularFile)
                                .map(file -> root.relativize(file).toString().replace('\\', '/'))
                                .filter(name -> name.startsWith(prefix))
                                .sorted()
                                .toList();
                    }
                });
    }

    @Override
    public void delete(String name) {
        Path target = path(name);
        attempt(
                "delete",
                name,
                () -> {
                    Path grave = draft();
                    try {
                        Files.move(target, grave, StandardCopyOption.ATOMIC_MOVE);
                    } catch (NoSuchFileException _) {
                        return false;
                    }
                    sync(target.getParent());
                    removeTree(grave);
                    return true;
                });
    }

    @Override
    public Path local(String name) {
        Path found = path(name);
        if (!Files.exists(found)) {
            throw new StorageException("there is no " + name + " in " + root);
        }
        return found;
    }

    @Override
    public boolean publishFolder(String name, Path folder) {
        Path target = path(name);
        return attempt(
                "publish " + folder + " as",
                name,
                () -> {
                    if (Files.exists(target)) {
                        return false;
                    }
                    Path draft = draft();
                    try {
                        if (copyTree(folder, draft) == 0) {
                            // an empty folder could be renamed over: then two calls would both win
                            throw new StorageException(
                                    "cannot publish "
                                            + folder
                                            + " as "
                                            + name
                                            + ": it holds no file");
                        }
                        makeFolders(target.getParent());
                        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
                        sync(target.getParent());
                        return true;
                    } catch (IOException e) {
                        if (Files.exists(target)
                                && !(e instanceof AtomicMoveNotSupportedException)) {
                            return false; // another publisher was first: a folder with files in it
                            // is never renamed over
                        }
                        throw e;
                    } finally {
                        removeTree(draft);
                    }
                });
    }

    @Override
    public String toString() {
        return "FileStore in " + root;
    }

    private Path path(String name) {
        return root.resolve(ObjectName.checked(name));
    }

    private Path draft() {
        return temporary.resolve(UUID.randomUUID().toString());
    }

    private static boolean replace(Path draft, Path target) throws IOException {
        makeFolders(target.getParent());
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        sync(target.getParent());
        return true;
    }

    private static void writeSynced(Path file, byte[] bytes) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var left = java.nio.ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    private static void copySynced(Path from, Path to) throws IOException {
        Files.copy(from, to);
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            out.force(true);
        }
    }

    /// @return how many files were copied
    private static int copyTree(Path from, Path to) throws IOException {
        int files = 0;
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path path : all) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                copySynced(path, target);
                files++;
            }
        }
        for (Path path : all) {
            if (Files.isDirectory(path)) {
                sync(to.resolve(from.relativize(path).toString()));
            }
        }
        return files;
    }

    /// Makes the missing folders on the way, each of them durable in its own parent.
    private static void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent == null) {
            return;
        }
        makeFolders(parent);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e; // a file has the name of a folder that is needed
            }
        }
        sync(parent);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// What a killed process left behind. Younger leftovers may belong to a process that is still writing.
    private void removeLeftovers() throws IOException {
        Instant before = Instant.now().minus(LEFTOVERS_KEPT);
        try (Stream<Path> leftovers = Files.list(temporary)) {
            for (Path leftover : leftovers.toList()) {
                if (Files.getLastModifiedTime(leftover).toInstant().isBefore(before)) {
                    removeTree(leftover);
                }
            }
        }
    }

    private static void removeTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private interface Drafting {
        void write(Path draft) throws IOException;
    }

    private interface FileWork<T> {
        T run() throws IOException;
    }

    private <T> T attempt(String what, String name, FileWork<T> work) {
        try {
            return work.run();
        } catch (NoSuchFileException e) {
            throw new StorageException(
                    "cannot " + what + " " + name + " in " + root + ": there is no " + e.getFile(),
                    e);
        } catch (IOException e) {
            throw new StorageException("cannot " + what + " " + name + " in " + root + ": " + e, e);
        } catch (UnsupportedOperationException e) {
            throw new StorageException(
                    "cannot "
                            + what
                            + " "
                            + name
                            + " in "
                            + root
                            + ": its file system has no hard links; keep the store on one that has"
                            + " (ext4, xfs, btrfs, apfs)",
                    e);
        }
    }
}
