package dev.waxwing.pmml;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Writes XML, one element a line.
final class XmlText implements Closeable {
    private final Writer out;
    private final Deque<String> open = new ArrayDeque<>();

    XmlText(Path file) throws IOException {
        this.out = new BufferedWriter(Files.newBufferedWriter(file), 1 << 16);
        out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// @param attributes name, value, name, value, …
    XmlText open(String name, String... attributes) throws IOException {
        tag(name, attributes);
        out.write(">\n");
        open.push(name);
        return this;
    }

    XmlText empty(String name, String... attributes) throws IOException {
        tag(name, attributes);
        out.write("/>\n");
        return this;
    }

    /// What stands inside an element, on a line of its own.
    XmlText text(String text) throws IOException {
        escape(text);
        out.write('\n');
        return this;
    }

    XmlText end() throws IOException {
        out.write("</" + open.pop() + ">\n");
        return this;
    }

    private void tag(String name, String... attributes) throws IOException {
        out.write('<');
        out.write(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.write(' ');
            out.write(attributes[i]);
            out.write("=\"");
            escape(attributes[i + 1]);
            out.write('"');
        }
    }

    private void escape(String text) throws IOException {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '&' -> out.write("&amp;");
                case '<' -> out.write("&lt;");
                case '>' -> out.write("&gt;");
                case '"' -> out.write("&quot;");
                case '\t', '\n', '\r' -> out.write("&#" + c + ";");
                default -> {
                    boolean allowed =
                            c >= 0x20
                                    && !(c >= 0xD800 && c <= 0xDFFF)
                                    && c != 0xFFFE
                                    && c != 0xFFFF;
                    if (!allowed) {
                        throw new IllegalArgumentException(
                                "XML cannot hold the character U+"
                                        + Integer.toHexString(c)
                                        + " of '"
                                        + text
                                        + "'");
                    }
                    out.write(Character.toChars(c));
                }
            }
        }
    }

    /// A number as XML Schema writes it, exact when read back.
    static String number(double x) {
        if (Double.isInfinite(x)) {
            return x > 0 ? "INF" : "-INF";
        }
        return Double.toString(x);
    }

    /// A finite threshold with which every float is compared alike, in float or in double.
    ///
    /// The shortest digits of a float may be a larger double, to which the float itself is below. Then these are digits
    /// of a double between the float and the one before it.
    static String threshold(float x) {
        String shortest = Float.toString(x);
        if (Double.parseDouble(shortest) <= x) {
            return shortest;
        }
        MathContext nineDigits =
                new MathContext(9, RoundingMode.FLOOR); // as many as tell floats apart
        return Double.toString(new BigDecimal(x).round(nineDigits).doubleValue());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
