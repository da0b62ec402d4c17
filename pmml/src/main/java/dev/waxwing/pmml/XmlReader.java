package dev.waxwing.pmml;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads XML into [Element]s within bounds that a hostile file cannot move.
///
/// A document type declaration is refused, so there are no entities to expand or to fetch. Depth, number of elements,
/// length of one tag or text, and length of the file are limited; each limit is far above what models need.
final class XmlReader {
    static final int MAX_DEPTH = 2_000;
    static final int MAX_ATTRIBUTES = 1_000; // of one element
    static final int MAX_NAME = 1_000; // characters of an element's or attribute's name
    static final int MAX_ELEMENTS = 6_000_000;
    static final long MAX_TOKEN_BYTES = 16L << 20;
    static final long MAX_FILE_BYTES = 1L << 30;

    private static final List<String> JDK_LIMITS =
            List.of(
                    "jdk.xml.maxGeneralEntitySizeLimit",
                    "jdk.xml.totalEntitySizeLimit",
                    "jdk.xml.maxElementDepth");

    /// The largest part of the heap that a document's elements may take; compiling them takes as much again.
    private static final int HEAP_SHARE = 4;

    private static final String REFUSED = "refused: ";

    private XmlReader() {}

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

    static Element read(String name, InputStream in) {
        Bounded bounded = new Bounded(in);
        XMLStreamReader reader = null;
        try {
            reader = factory().createXMLStreamReader(bounded);
            return new Build(name, reader, bounded).run();
        } catch (XMLStreamException e) {
            Location at =
                    e.getLocation() != null
                            ? e.getLocation()
                            : reader != null ? reader.getLocation() : null;
            throw new PmmlException(
                    name,
                    at == null ? 0 : at.getLineNumber(),
                    at == null ? 0 : at.getColumnNumber(),
                    told(e),
                    e);
        } catch (RuntimeException e) {
            if (e instanceof PmmlException) {
                throw e;
            }
            // The JDK's reader lets some malformed encodings escape as unchecked exceptions.
            Location at = reader == null ? null : reader.getLocation();
            throw new PmmlException(
                    name,
                    at == null ? 0 : at.getLineNumber(),
                    at == null ? 0 : at.getColumnNumber(),
                    "is not well-formed XML: " + e,
                    e);
        }
    }

    private static String told(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int told = message.indexOf("Message:");
        String reason = told >= 0 ? message.substring(told + 8).trim() : message;
        if (reason.startsWith("JAXP00010002")) {
            return REFUSED + "an element has more than " + MAX_ATTRIBUTES + " attributes";
        }
        if (reason.startsWith("JAXP00010005")) {
            return REFUSED + "a name is longer than " + MAX_NAME + " characters";
        }
        return reason.startsWith(REFUSED) ? reason : "is not well-formed XML: " + reason;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        for (String limit : JDK_LIMITS) {
            // They count what a model has many of, and differ between versions of the JDK; the
            // bounds above hold instead.
            factory.setProperty(limit, "0");
        }
        factory.setProperty("jdk.xml.elementAttributeLimit", String.valueOf(MAX_ATTRIBUTES));
        factory.setProperty("jdk.xml.maxXMLNameLimit", String.valueOf(MAX_NAME));
        return factory;
    }

    /// One pass over the events; a stack of open elements instead of recursion.
    private static final class Build {
        private static final int ELEMENT_BYTES =
                120; // with its arrays, its list and its place in one
        private static final int STRING_BYTES = 56;

        private final String file;
        private final XMLStreamReader reader;
        private final Bounded bounded;
        private final Deque<Element> open = new ArrayDeque<>();
        private final Map<String, String> shared = new HashMap<>();
        private Element root;
        private int elements;
        private int skipping; // depth inside an Extension
        private final StringBuilder text = new StringBuilder(); // of the innermost open element
        private final long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        private long bytes; // that the elements take, about

        Build(String file, XMLStreamReader reader, Bounded bounded) {
            this.file = file;
            this.reader = reader;
            this.bounded = bounded;
        }

        Element run() throws XMLStreamException {
            while (reader.hasNext()) {
                int event = reader.next();
                bounded.nextToken();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT -> start();
                    case XMLStreamConstants.END_ELEMENT -> end();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text();
                    case XMLStreamConstants.DTD ->
                            throw problem(
                                    "has a document type declaration; models need none, remove it");
                    case XMLStreamConstants.ENTITY_REFERENCE ->
                            throw problem(
                                    "uses the entity &"
                                            + reader.getLocalName()
                                            + ";, which is not declared");
                    default -> {
                        // comments, processing instructions, end of document
                    }
                }
            }
            return root;
        }

        private void start() {
            if (skipping > 0 || reader.getLocalName().equals("Extension")) {
                skipping++;
                limit(skipping + open.size());
                return;
            }
            limit(open.size() + 1);
            if (text.toString().isBlank()) {
                text.setLength(0); // blanks between elements are none of the text
            }
            keepText();
            if (++elements > MAX_ELEMENTS) {
                throw problem("has more than " + MAX_ELEMENTS + " elements");
            }
            int count = reader.getAttributeCount();
            String[] attributes = new String[2 * count];
            for (int i = 0; i < count; i++) {
                attributes[2 * i] =
                        share(
                                name(
                                        reader.getAttributePrefix(i),
                                        null,
                                        reader.getAttributeLocalName(i)));
                String value = reader.getAttributeValue(i);
                attributes[2 * i + 1] = value.length() <= 24 ? share(value) : kept(value);
            }
            take(ELEMENT_BYTES + 16L * count);
            Location at = reader.getLocation();
            Element element =
                    new Element(
                            file,
                            share(
                                    name(
                                            reader.getPrefix(),
                                            reader.getNamespaceURI(),
                                            reader.getLocalName())),
                            at.getLineNumber(),
                            at.getColumnNumber(),
                            attributes);
            if (open.isEmpty()) {
                root = element;
            } else {
                open.peek().add(element);
            }
            open.push(element);
        }

        private void limit(int depth) {
            if (depth > MAX_DEPTH) {
                throw problem("nests elements deeper than " + MAX_DEPTH);
            }
        }

        private void end() {
            if (skipping > 0) {
                skipping--;
            } else {
                keepText();
                open.pop();
            }
        }

        private void text() {
            if (skipping > 0 || open.isEmpty()) {
                return;
            }
            if (open.peek().children().isEmpty() || !reader.isWhiteSpace()) {
                text.append(reader.getText());
                if (text.length() > MAX_TOKEN_BYTES) {
                    throw problem(
                            REFUSED + "one text is longer than " + (MAX_TOKEN_BYTES >> 20) + " MB");
                }
            }
        }

        /// Text may come in pieces, between comments and children.
        private void keepText() {
            if (text.length() > 0) {
                Element of = open.peek();
                of.text(kept(of.text().isEmpty() ? text.toString() : of.text() + text));
                text.setLength(0);
            }
        }

        private String kept(String string) {
            take(STRING_BYTES + string.length());
            return string;
        }

        private void take(long more) {
            bytes += more;
            if (bytes > room) {
                throw problem(
                        REFUSED
                                + "the document takes more than "
                                + (room >> 20)
                                + " MB, a quarter of the heap; start java with a larger -Xmx");
            }
        }

        /// Elements of PMML go by their plain name whatever the prefix; those of others keep theirs.
        private static String name(String prefix, String namespace, String local) {
            boolean plain =
                    prefix == null
                            || prefix.isEmpty()
                            || (namespace != null
                                    && namespace.startsWith("http://www.dmg.org/PMML"));
            return plain ? local : prefix + ":" + local;
        }

        private String share(String text) {
            if (shared.size() > 100_000) {
                shared.clear();
            }
            String known = shared.putIfAbsent(text, text);
            return known == null ? kept(text) : known;
        }

        private PmmlException problem(String what) {
            Location at = reader.getLocation();
            return new PmmlException(file, at.getLineNumber(), at.getColumnNumber(), what);
        }
    }

    /// Stops a file that is too long, or one tag or text that is.
    private static final class Bounded extends FilterInputStream {
        private long total;
        private long token;

        Bounded(InputStream in) {
            super(in);
        }

        void nextToken() {
            token = 0;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws IOException {
            total += bytes;
            token += bytes;
            if (total > MAX_FILE_BYTES) {
                throw new IOException(
                        REFUSED + "the file is longer than " + (MAX_FILE_BYTES >> 20) + " MB");
            }
            if (token > MAX_TOKEN_BYTES) {
                throw new IOException(
                        REFUSED
                                + "one tag or text is longer than "
                                + (MAX_TOKEN_BYTES >> 20)
                                + " MB");
            }
        }
    }
}
