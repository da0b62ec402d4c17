package dev.waxwing.warehouse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/// The rows of an outside file as texts, with their line, in two tables of a session: `__raw(line, …)` and
/// `__malformed(line, reason, raw)` for lines that are no rows at all.
///
/// Lines are counted as in the file, the header being line 1. (Where a quoted value spans lines, later rows count less.)
final class RawRows {
    private RawRows() {}

    /// @param needed columns that the file must have
    /// @param optional columns that are NULL in every row if the file lacks them
    static void read(
            SqlEngine.Session session,
            Path inside,
            Path original,
            List<String> needed,
            List<String> optional) {
        boolean csv = FileFormat.of(original) == FileFormat.CSV;
        String from =
                csv
                        ? csv(inside, header(inside, original))
                        : "read_parquet("
                                + DuckDb.literal(inside.toString())
                                + ", hive_partitioning = false)";
        List<String> there =
                csv
                        ? header(inside, original)
                        : session.describe("SELECT * FROM " + from).stream()
                                .map(Column::name)
                                .toList();
        for (String column : needed) {
            if (!there.contains(column)) {
                throw new WarehouseException(
                        original
                                + " has no column "
                                + column
                                + "; it has "
                                + String.join(", ", there)
                                + ". Needed are "
                                + String.join(", ", needed)
                                + (optional.isEmpty()
                                        ? ""
                                        : ", and read if there: " + String.join(", ", optional)));
            }
        }
        List<String> columns = new ArrayList<>(needed);
        columns.addAll(optional);
        String texts =
                columns.stream()
                        .map(
                                c ->
                                        (there.contains(c)
                                                        ? "CAST(" + Shape.quoted(c) + " AS VARCHAR)"
                                                        : "NULL::VARCHAR")
                                                + " AS "
                                                + Shape.quoted(c))
                        .collect(Collectors.joining(", "));
        session.keep("__numbered", "SELECT row_number() OVER () AS n, " + texts + " FROM " + from);
        session.keep(
                "__malformed",
                csv
                        ? """
                        SELECT line::BIGINT AS line, 'malformed line: ' || lower(replace(min(error_type)::VARCHAR, '_', ' ')) AS reason,
                               min(csv_line) AS raw
                        FROM   reject_errors GROUP BY line
                        """
                        : "SELECT 1::BIGINT AS line, '' AS reason, '' AS raw WHERE false");
        // The i-th malformed line r has r - 1 - i good rows before it (the header is a line too).
        session.keep(
                "__raw",
                "SELECT n + "
                        + (csv ? 1 : 0)
                        + """
                         + (SELECT count(*) FROM (SELECT line - 1 - row_number() OVER (ORDER BY line) AS before FROM __malformed)
                            WHERE before < n) AS line, * EXCLUDE (n)
                        FROM __numbered
                        """);
    }

    private static String csv(Path file, List<String> header) {
        String columns =
                header.stream()
                        .map(name -> DuckDb.literal(name) + ": 'VARCHAR'")
                        .collect(Collectors.joining(", ", "{", "}"));
        return "read_csv("
                + DuckDb.literal(file.toString())
                + ", columns = "
                + columns
                + ", auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
                + " nullstr = '', store_rejects = true, rejects_limit = 0, parallel = false,"
                + " strict_mode = true, hive_partitioning = false"
                + (file.toString().endsWith(".gz") ? ", compression = 'gzip')" : ")");
    }

    private static List<String> header(Path inside, Path original) {
        try (InputStream in = Files.newInputStream(inside);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        inside.toString().endsWith(".gz")
                                                ? new GZIPInputStream(in)
                                                : in,
                                        StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            if (line == null) {
                throw new WarehouseException(
                        original + " is empty; its first line must name the columns");
            }
            List<String> names = new ArrayList<>();
            for (String name : line.replace("\uFEFF", "").split(",", -1)) {
                names.add(name.strip().replaceAll("^\"|\"$", "").toLowerCase(Locale.ROOT));
            }
            return names;
        } catch (IOException e) {
            throw new WarehouseException("cannot read " + original + ": " + e.getMessage(), e);
        }
    }
}
