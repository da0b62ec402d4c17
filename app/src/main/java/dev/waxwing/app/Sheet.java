package dev.waxwing.app;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Rows for a person to read: columns as wide as what they hold, numbers to the right.
final class Sheet {
    private static final int WIDEST = 60;

    private final List<String> heads = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private boolean more;

    Sheet(String... heads) {
        this.heads.addAll(List.of(heads));
    }

    /// Reads at most `limit` rows of a result.
    static Sheet read(ResultSet result, int limit) throws SQLException {
        Sheet sheet = new Sheet();
        ResultSetMetaData meta = result.getMetaData();
        for (int column = 1; column <= meta.getColumnCount(); column++) {
            sheet.heads.add(meta.getColumnLabel(column));
        }
        while (result.next()) {
            if (sheet.rows.size() == limit) {
                sheet.more = true;
                break;
            }
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= meta.getColumnCount(); column++) {
                Object value = result.getObject(column);
                row.add(value == null ? "" : value.toString());
            }
            sheet.rows.add(row);
        }
        return sheet;
    }

    Sheet row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "" : cell.toString());
        }
        rows.add(row);
        return this;
    }

    void print(PrintStream out) {
        int[] widths = new int[heads.size()];
        boolean[] numbers = new boolean[heads.size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] =
                    Math.min(
                            WIDEST,
                            Math.max(
                                    heads.get(column).length(),
                                    rows.stream()
                                            .mapToInt(row -> row.get(at).length())
                                            .max()
                                            .orElse(0)));
            numbers[column] =
                    !rows.isEmpty()
                            && rows.stream()
                                    .allMatch(row -> row.get(at).matches("-?[\\d.,]+(E-?\\d+)?|"));
        }
        out.println(line(heads, widths, numbers));
        rows.forEach(row -> out.println(line(row, widths, numbers)));
        if (more) {
            out.println("… and more rows; --limit shows them");
        }
    }

    private static String line(List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            if (cell.length() > widths[column]) {
                cell = cell.substring(0, widths[column] - 1) + "…";
            }
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(numbers[column] ? padding + cell : cell + padding).append("  ");
        }
        return line.toString().stripTrailing();
    }
}
