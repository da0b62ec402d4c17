package dev.waxwing.warehouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/// Files from outside that become rows, and rows that become files outside.
final class TableFiles {
    private TableFiles() {}

    /// Makes a file readable to the engine, which sees nothing outside its own folders.
    static Path bring(Path file, Path into) {
        if (!Files.isRegularFile(file)) {
            throw new WarehouseException("there is no file " + file);
        }
        Path inside = into.resolve("in-" + System.nanoTime() + "-" + file.getFileName());
        try {
            Path real = file.toRealPath();
            try {
                return Files.createLink(inside, real);
            } catch (IOException | UnsupportedOperationException _) {
                return Files.copy(real, inside); // on another file system
            }
        } catch (IOException e) {
            throw new WarehouseException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// A SELECT over the file in the table's types; lists and maps in CSV are JSON.
    static String reading(
            SqlEngine.Session session,
            Path file,
            FileFormat format,
            Optional<List<Column>> table,
            SortedSet<String> days) {
        String from =
                switch (format) {
                    case PARQUET ->
                            "read_parquet("
                                    + DuckDb.literal(file.toString())
                                    + ", hive_partitioning = false)";
                    case CSV ->
                            "read_csv("
                                    + DuckDb.literal(file.toString())
                                    + ", header = true, all_varchar = true, delim = ',', quote ="
                                    + " '\"', escape = '\"', nullstr = '', allow_quoted_nulls ="
                                    + " false, hive_partitioning = false)";
                };
        List<Column> found = session.describe("SELECT * FROM " + from);
        boolean dated = found.stream().anyMatch(c -> c.name().equals("ds"));
        if (!dated && days.size() != 1) {
            throw new WarehouseException(
                    "the file has no column ds, and "
                            + days.size()
                            + " days are written; add the column or write one day");
        }
        String columns =
                found.stream()
                        .map(column -> column(column, format, table))
                        .collect(Collectors.joining(", "));
        return "SELECT "
                + columns
                + (dated ? "" : ", " + DuckDb.literal(days.first()) + " AS ds")
                + " FROM "
                + from;
    }

    private static String column(Column column, FileFormat format, Optional<List<Column>> table) {
        String name = Shape.quoted(column.name());
        Optional<String> type =
                table.stream()
                        .flatMap(List::stream)
                        .filter(c -> c.name().equals(column.name()))
                        .map(Column::type)
                        .findFirst();
        if (type.isEmpty() || format == FileFormat.PARQUET) {
            return name;
        }
        String json = nested(type.get()) ? name + "::JSON" : name;
        return "CAST(" + json + " AS " + type.get() + ") AS " + name;
    }

    /// A SELECT for the engine's COPY that gives the rows as the file shows them.
    static String writing(String rows, List<Column> columns, FileFormat format) {
        return columns.stream()
                        .map(
                                c ->
                                        format == FileFormat.CSV && nested(c.type())
                                                ? "to_json("
                                                        + Shape.quoted(c.name())
                                                        + ") AS "
                                                        + Shape.quoted(c.name())
                                                : Shape.quoted(c.name()))
                        .collect(Collectors.joining(", ", "SELECT ", " FROM "))
                + Shape.quoted(rows);
    }

    static String options(FileFormat format, Path file) {
        return switch (format) {
            case PARQUET -> StagedRows.PARQUET;
            case CSV ->
                    "FORMAT csv, HEADER"
                            + (file.toString().endsWith(".gz") ? ", COMPRESSION gzip" : "");
        };
    }

    private static boolean nested(String type) {
        return type.endsWith("]") || type.startsWith("MAP(") || type.startsWith("STRUCT(");
    }

    /// Puts a finished file to its place outside, whole or not at all.
    static void handOver(Path from, Path to) {
        Path target = to.toAbsolutePath();
        Path draft = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            Files.copy(from, draft, StandardCopyOption.REPLACE_EXISTING);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new WarehouseException("cannot write " + to + ": " + e, e);
        }
    }
}
