package dev.waxwing.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The native libraries of DuckDB and SQLite, which their drivers unpack into the folder for temporary files. The drivers delete
/// them when a process ends, but not when it is killed: 60 MB would stay each time.
final class UnpackedLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibraries.class);

    /// What is in this process's memory, a line a piece, its file at the end.
    private static final Path MAPPED = Path.of("/proc/self/maps");

    private static final Pattern LIBRARY =
            Pattern.compile("/.*/(libduckdb_java\\d+|sqlite-[^/]+-libsqlitejdbc)\\.so$");

    private UnpackedLibraries() {}

    /// Deletes the files of those that are loaded: Linux needs them no more. Elsewhere they stay until the process ends.
    static void delete() {
        if (!Files.exists(MAPPED)) {
            return;
        }
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
            for (String line : Files.readAllLines(MAPPED)) {
                Matcher library = LIBRARY.matcher(line);
                if (library.find()) {
                    Path file = Path.of(library.group());
                    if (temporary.equals(file.getParent())) {
                        Files.deleteIfExists(file);
                        Files.deleteIfExists(temporary.resolve(file.getFileName() + ".lck"));
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("unpacked libraries stay until this process ends: {}", e.toString());
        }
    }
}
