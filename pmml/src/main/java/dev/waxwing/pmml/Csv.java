package dev.waxwing.pmml;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads a CSV row by row, so that a file of any length takes the memory of one row.
///
/// UTF-8; a header line that names the columns; separated by the first of tab, semicolon and comma that the header
/// holds. A cell in double quotes may hold separators, line breaks and, doubled, quotes. Blank lines are skipped, unless
/// there is one column only. Source: RFC 4180.
final class Csv {
    private static final int LONGEST_ROW = 1 << 24; // characters
    private static final int NOTHING = -2;

    /// A text that is no such CSV; the message tells the line.
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private final String name;
    private final Reader in;
    private final char separator;
    private final List<String> columns;
    private int ahead = NOTHING; // a character that was read too far
    private long line = 1; // that the next character is in
    private long rowLine = 1; // that the last row began in

    Csv(String name, InputStream bytes) throws IOException, Malformed {
        this.name = name;
        this.in = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16);
        String header = header();
        this.separator = header.indexOf('\t') >= 0 ? '\t' : header.indexOf(';') >= 0 ? ';' : ',';
        this.columns = new Csv(name, header, separator).row().orElse(List.of());
        if (columns.isEmpty()) {
            throw new Malformed(
                    name + ":1 holds nothing; a header line that names the columns is needed");
        }
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (column.isBlank()) {
                throw new Malformed(name + ":1 a column has no name");
            }
            if (!seen.add(column)) {
                throw new Malformed(name + ":1 column '" + column + "' is there twice");
            }
        }
    }

    /// Reads the cells of a header.
    private Csv(String name, String header, char separator) {
        this.name = name;
        this.in = new StringReader(header);
        this.separator = separator;
        this.columns = List.of();
    }

    /// The first line, with line breaks that stand in quotes.
    private String header() throws IOException, Malformed {
        StringBuilder header = new StringBuilder();
        boolean quoted = false;
        int c = next();
        if (c == '\uFEFF') { // the mark that some tools begin UTF-8 with
            c = next();
        }
        while (c >= 0 && (quoted || c != '\n')) {
            quoted ^= c == '"';
            header.append((char) c);
            checkLength(header.length());
            c = next();
        }
        return header.toString();
    }

    List<String> columns() {
        return columns;
    }

    char separator() {
        return separator;
    }

    /// Where the last row began, as messages tell it.
    String place() {
        return name + ":" + rowLine;
    }

    /// The next row's cells, or empty at the end.
    Optional<List<String>> row() throws IOException, Malformed {
        int c = next();
        while (c == '\n' && columns.size() != 1) {
            c = next();
        }
        if (c < 0) {
            return Optional.empty();
        }
        rowLine = c == '\n' ? line - 1 : line;
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        int length = 0;
        while (true) {
            if (c == '"') {
                c = quoted(cell);
                length += cell.length();
            }
            while (c >= 0 && c != separator && c != '\n') {
                cell.append((char) c);
                checkLength(++length);
                c = next();
            }
            cells.add(cell.toString());
            cell.setLength(0);
            checkLength(++length);
            if (c != separator) {
                return Optional.of(cells);
            }
            c = next();
        }
    }

    /// Reads a cell in quotes; returns what follows it.
    private int quoted(StringBuilder cell) throws IOException, Malformed {
        while (true) {
            int c = next();
            if (c < 0) {
                throw new Malformed(place() + " a cell that begins with a quote does not end");
            }
            if (c == '"') {
                c = next();
                if (c != '"') {
                    if (c >= 0 && c != separator && c != '\n') {
                        throw new Malformed(
                                place()
                                        + " a cell goes on after its closing quote; quotes within"
                                        + " a cell are doubled");
                    }
                    return c;
                }
            }
            cell.append((char) c);
            checkLength(cell.length());
        }
    }

    private void checkLength(int length) throws Malformed {
        if (length > LONGEST_ROW) {
            throw new Malformed(
                    place()
                            + " a row is longer than "
                            + LONGEST_ROW
                            + " characters; is a closing quote missing?");
        }
    }

    /// The next character; the two of a line break of Windows are one.
    private int next() throws IOException, Malformed {
        int c = read();
        if (c == '\r') {
            ahead = read();
            if (ahead == '\n') {
                c = read();
            }
        }
        line += c == '\n' ? 1 : 0;
        return c;
    }

    private int read() throws IOException, Malformed {
        int c = ahead;
        ahead = NOTHING;
        if (c != NOTHING) {
            return c;
        }
        c = in.read();
        if (c == '\uFFFD') { // what the decoder puts in place of bytes that it cannot read
            throw new Malformed(name + ":" + line + " holds bytes that are not UTF-8, or U+FFFD");
        }
        return c;
    }
}
