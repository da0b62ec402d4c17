package dev.waxwing.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folders of one warehouse, and files on their way into them.
/// @param root `catalog.db`, `main/<table>/{data,metadata}`, `staging/<token>`, `quarantine/<run>/<table>`
record Staging(Path root) {
    /// How names of a table's files end, whatever folder the tables were in when the name was given.
    private static final Pattern OURS =
            Pattern.compile("(?:.*/)?main/([a-z][a-z0-9_]*/(?:metadata|data/ds=[^/]+)/[^/]+)");

    Path tables() {
        return root.resolve(Catalog.NAMESPACE);
    }

    /// Where the file lies that Iceberg's metadata calls so. Metadata holds absolute names, and a folder that was moved or
    /// copied since still says where it was: only what follows `main/` counts, so no name leads out of this folder.
    Path named(String name) {
        Matcher ours = OURS.matcher(name);
        if (!ours.matches()) {
            throw new WarehouseException(
                    "a table's metadata names "
                            + name
                            + ", which is no file of the warehouse "
                            + root
                            + "; its files are called …/main/<table>/metadata/<file> and"
                            + " …/main/<table>/data/ds=<day>/<file>");
        }
        return tables().resolve(ours.group(1));
    }

    /// Makes a folder below the tables, but never the tables' folder itself: if that is gone, it was moved while in use.
    void makeInside(Path folder) throws IOException {
        if (!Files.isDirectory(tables())) {
            throw new IOException(
                    "the folder " + tables() + " is gone; was the project moved while in use?");
        }
        Files.createDirectories(folder);
    }

    Path table(String table) {
        return tables().resolve(table);
    }

    Path staging() {
        return root.resolve("staging");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path of(String token) {
        return staging().resolve(token);
    }

    void open() {
        for (Path part : root) {
            if (part.toString().contains("=")) {
                throw new WarehouseException(
                        "the warehouse cannot lie in "
                                + root
                                + ": the SQL engine takes a folder called '"
                                + part
                                + "' for a column of every table; choose a path without '='");
            }
        }
        attempt(
                "make the folders of " + root,
                () -> {
                    Files.createDirectories(tables());
                    Files.createDirectories(staging());
                    Files.createDirectories(quarantine());
                });
    }

    /// A token that tells which process made it, so that its leftovers can be told from work under way.
    static String newToken() {
        Holder me = Holder.me();
        return me.pid()
                + "-"
                + Long.toString(me.started(), 36)
                + "-"
                + java.util.UUID.randomUUID().toString().substring(0, 13);
    }

    Path make(String token) {
        Path folder = of(token);
        attempt("make " + folder, () -> Files.createDirectories(folder));
        return folder;
    }

    /// Moves a finished file to its place, durably.
    void place(Path from, Path to) throws IOException {
        SyncedFileIO.syncFile(from);
        boolean newFolder = !Files.isDirectory(to.getParent());
        makeInside(to.getParent());
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        SyncedFileIO.syncFolder(to.getParent());
        if (newFolder) {
            SyncedFileIO.syncFolder(to.getParent().getParent());
        }
    }

    /// Removes what dead processes left: their staging folders, and the files that their writes had placed without a
    /// commit. `lost` are claims that were never committed: a commit drops its claim in its own transaction.
    void sweep(Set<String> liveTokens, Iterable<Claims.Claim> lost) {
        attempt(
                "remove leftovers in " + staging(),
                () -> {
                    for (Claims.Claim claim : lost) {
                        Path day = table(claim.table()).resolve("data").resolve("ds=" + claim.ds());
                        if (Files.isDirectory(day)) {
                            try (Stream<Path> files = Files.list(day)) {
                                for (Path file : files.toList()) {
                                    if (file.getFileName().toString().startsWith(claim.token())) {
                                        Files.delete(file);
                                    }
                                }
                            }
                        }
                    }
                    try (Stream<Path> folders = Files.list(staging())) {
                        for (Path folder : folders.toList()) {
                            String token = folder.getFileName().toString();
                            if (!liveTokens.contains(token) && !madeByALiveProcess(token)) {
                                removeTree(folder);
                            }
                        }
                    }
                });
    }

    private static boolean madeByALiveProcess(String token) {
        String[] parts = token.split("-");
        try {
            return parts.length > 1
                    && new Holder(
                                    Holder.me().host(),
                                    Holder.me().boot(),
                                    Long.parseLong(parts[0]),
                                    Long.parseLong(parts[1], 36))
                            .mayLive();
        } catch (NumberFormatException _) {
            return false;
        }
    }

    static void removeTree(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        attempt(
                "remove " + path,
                () -> {
                    try (Stream<Path> walk = Files.walk(path)) {
                        for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                            Files.deleteIfExists(each);
                        }
                    }
                });
    }

    private interface FileWork {
        void run() throws IOException;
    }

    private static void attempt(String what, FileWork work) {
        try {
            work.run();
        } catch (IOException | UncheckedIOException e) {
            throw new WarehouseException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
