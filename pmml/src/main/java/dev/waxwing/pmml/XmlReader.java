package dev.waxwing.pmml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// Reads XML into [Element]s within bounds that a hostile file cannot move.
///
/// A document type declaration is refused, so there are no entities to expand or to fetch. Depth, number of elements,
/// length of one tag or text, and length of the file are limited, here and in [XmlScanner]; each limit is far above what
/// models need. What is no text but space between elements is left out, and so is `Extension`.
final class XmlReader {
    static final int MAX_DEPTH = 2_000;
    static final int MAX_ELEMENTS = 6_000_000;

    /// The largest part of the heap that a document's elements may take; compiling them takes as much again.
    private static final int HEAP_SHARE = 4;

    private static final int ELEMENT_BYTES = 120; // with its arrays, its list and its place in one

    private final String file;
    private final XmlScanner scanner;
    private final Words words = new Words();
    private final Element[] open = new Element[MAX_DEPTH];
    private int depth; // of those
    private final StringBuilder text = new StringBuilder(); // of the innermost open element
    private boolean blank = true; // all of it
    private Element root;
    private int elements;
    private int skipping; // depth inside an Extension
    private final long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    private long bytes; // that the elements take, about

    private XmlReader(String file, InputStream in) {
        this.file = file;
        this.scanner = new XmlScanner(file, in, words);
    }

    /// Reads a file; one that begins as gzip does is unpacked on the way.
    static Element read(Path file) {
        String name = String.valueOf(file.getFileName());
        try (InputStream in = open(file)) {
            return read(name, in);
        } catch (IOException e) {
            throw new PmmlException(name, 0, 0, "cannot be read: " + e, e);
        }
    }

    /// A file's bytes, unpacked if it begins as gzip does.
    static BufferedInputStream open(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean packed = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return packed ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// Reads a document.
    ///
    /// @param name of the file, for messages
    static Element read(String name, InputStream in) {
        try {
            return new XmlReader(name, XmlBytes.open(in)).run();
        } catch (XmlBytes.Malformed e) {
            throw new PmmlException(name, 1, 1, "is not well-formed XML: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PmmlException(name, 1, 1, "cannot be read: " + e, e);
        }
    }

    private Element run() {
        try {
            while (true) {
                switch (scanner.next()) {
                    case START -> start();
                    case END -> end();
                    case TEXT -> text();
                    case OTHER -> {}
                    case DONE -> {
                        return root;
                    }
                }
            }
        } catch (CharacterCodingException e) {
            throw scanner.malformed("bytes from here on are not in the encoding that they claim");
        } catch (IOException e) {
            throw scanner.problem("cannot be read on: " + e);
        }
    }

    private void start() {
        if (skipping > 0 || (depth > 0 && isExtension(scanner.name()))) {
            skipping++;
            limit(skipping + depth);
            return;
        }
        limit(depth + 1);
        if (blank) {
            text.setLength(0); // space between elements is none of the text
        }
        keepText();
        if (++elements > MAX_ELEMENTS) {
            throw scanner.problem("has more than " + MAX_ELEMENTS + " elements");
        }
        String[] attributes = scanner.attributes();
        take(ELEMENT_BYTES + 8L * attributes.length);
        Element element =
                new Element(file, scanner.name(), scanner.line(), scanner.column(), attributes);
        if (depth == 0) {
            root = element;
        } else {
            open[depth - 1].add(element);
        }
        open[depth++] = element;
    }

    private static boolean isExtension(String name) {
        return name.endsWith("Extension")
                && (name.length() == 9 || name.charAt(name.length() - 10) == ':');
    }

    private void limit(int depth) {
        if (depth > MAX_DEPTH) {
            throw scanner.problem("nests elements deeper than " + MAX_DEPTH);
        }
    }

    private void end() {
        if (skipping > 0) {
            skipping--;
        } else {
            keepText();
            depth--;
        }
    }

    private void text() {
        if (skipping > 0 || depth == 0) {
            return;
        }
        if (!scanner.isBlank() || open[depth - 1].children().isEmpty()) {
            scanner.appendTextTo(text);
            blank &= scanner.isBlank();
            if (text.length() > XmlScanner.MAX_TOKEN_BYTES) {
                throw scanner.problem(
                        XmlScanner.REFUSED
                                + "one text is longer than "
                                + (XmlScanner.MAX_TOKEN_BYTES >> 20)
                                + " MB");
            }
        }
    }

    /// Text may come in pieces, between comments and children.
    private void keepText() {
        if (text.length() > 0) {
            Element of = open[depth - 1];
            String whole = of.text().isEmpty() ? text.toString() : of.text() + text;
            take(Words.STRING_BYTES + whole.length());
            of.text(whole);
            text.setLength(0);
        }
        blank = true;
    }

    private void take(long more) {
        bytes += more;
        if (bytes + words.bytes() > room) {
            throw scanner.problem(
                    XmlScanner.REFUSED
                            + "the document takes more than "
                            + (room >> 20)
                            + " MB, a quarter of the heap; start java with a larger -Xmx");
        }
    }
}
