package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.util.Locale;

/// Forms of files that go into and come out of tables.
public enum FileFormat {
    /// With a header line, comma, double quotes; lists and maps as JSON. Compressed if the name ends in `.gz`.
    CSV,
    PARQUET;

    /// By the end of the file's name.
    public static FileFormat of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return PARQUET;
        }
        if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
            return CSV;
        }
        throw new WarehouseException(file + " is neither .csv, .csv.gz nor .parquet");
    }
}
