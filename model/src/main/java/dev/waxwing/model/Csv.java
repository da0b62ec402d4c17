package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;

/// The small csv files of a bundle: RFC 4180 quoting, lines end with `\n`.
final class Csv {
    private Csv() {}

    static String line(String... fields) {
        var line = new StringBuilder();
        for (int i = 0; i < fields.length; i++) {
            line.append(i == 0 ? "" : ",").append(quoted(fields[i]));
        }
        return line.append('\n').toString();
    }

    private static String quoted(String field) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == ',' || c == '"' || c == '\n' || c == '\r') {
                return '"' + field.replace("\"", "\"\"") + '"';
            }
        }
        return field;
    }

    /// All records of a file, the header among them.
    ///
    /// @throws CorruptFileException if a quote is not closed or a record has not `width` fields; names the line
    static List<List<String>> read(String where, String text, int width) {
        var records = new ArrayList<List<String>>();
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        int line = 1;
        int begins = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
            }
            if (quoted) {
                if (c != '"') {
                    field.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',') {
                fields.add(field.toString());
                field.setLength(0);
            } else if (c == '\n') {
                fields.add(field.toString());
                field.setLength(0);
                if (fields.size() != width) {
                    throw new CorruptFileException(
                            where
                                    + ":"
                                    + begins
                                    + " should have "
                                    + width
                                    + " fields, found "
                                    + fields.size());
                }
                records.add(List.copyOf(fields));
                fields.clear();
                begins = line;
            } else {
                field.append(c);
            }
        }
        if (quoted || !field.isEmpty() || !fields.isEmpty()) {
            throw new CorruptFileException(
                    where + ":" + begins + " is cut off: the last line has no end");
        }
        return records;
    }
}
