package dev.waxwing.pmml;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a CSV as [Csv] reads it; a missing value is an empty cell.
final class CsvWriter implements Closeable {
    private final Writer out;
    private final char separator;

    CsvWriter(OutputStream bytes, char separator) {
        this.out =
                new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), 1 << 16);
        this.separator = separator;
    }

    /// @param more cells that follow; null is missing
    void row(List<String> cells, List<?> more) throws IOException {
        boolean first = true;
        for (String cell : cells) {
            cell(first, cell);
            first = false;
        }
        for (Object cell : more) {
            cell(first, cell == null ? "" : String.valueOf(cell));
            first = false;
        }
        out.write('\n');
    }

    private void cell(boolean first, String text) throws IOException {
        if (!first) {
            out.write(separator);
        }
        boolean plain =
                text.indexOf(separator) < 0
                        && text.indexOf('"') < 0
                        && text.indexOf('\n') < 0
                        && text.indexOf('\r') < 0;
        out.write(plain ? text : "\"" + text.replace("\"", "\"\"") + "\"");
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
