package dev.waxwing.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Rows that failed their checks, as files `<run>/<table>/<token>.parquet` that no table refers to.
final class Quarantine {
    private Quarantine() {}

    /// Removes one table's files, or all. Folders stay: another process may be putting rows there.
    static Dropped drop(Path folder, Optional<String> table) {
        int count = 0;
        long bytes = 0;
        try (Stream<Path> walk = Files.walk(folder, 3)) {
            List<Path> files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> table.map(t -> isOf(t, file)).orElse(true))
                            .toList();
            for (Path file : files) {
                bytes += Files.size(file);
                Files.delete(file);
                count++;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new WarehouseException(
                    "cannot drop what is in " + folder + ": " + e.getMessage(), e);
        }
        return new Dropped(count, bytes);
    }

    private static boolean isOf(String table, Path file) {
        return file.getParent().getFileName().toString().equals(table);
    }
}
