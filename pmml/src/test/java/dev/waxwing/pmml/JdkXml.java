package dev.waxwing.pmml;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads XML as [XmlReader] promises to, with the JDK's own reader.
final class JdkXml {
    private final XMLStreamReader reader;
    private final Deque<Element> open = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder(); // of the innermost open element
    private Element root;
    private int skipping; // depth inside an Extension

    private JdkXml(XMLStreamReader reader) {
        this.reader = reader;
    }

    /// @return empty if the JDK refuses the document, or finds an entity or a document type in it
    static Optional<Element> read(byte[] document) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty("jdk.xml.elementAttributeLimit", "1000");
        factory.setProperty("jdk.xml.maxXMLNameLimit", "1000");
        factory.setProperty("jdk.xml.maxElementDepth", "0");
        factory.setXMLReporter((message, type, info, place) -> {});
        try {
            return new JdkXml(factory.createXMLStreamReader(new ByteArrayInputStream(document)))
                    .run();
        } catch (XMLStreamException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty(); // some malformed encodings escape the JDK's reader so
        }
    }

    private Optional<Element> run() throws XMLStreamException {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start();
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text();
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> {
                    return Optional.empty();
                }
                default -> {}
            }
        }
        return Optional.ofNullable(root);
    }

    private void start() {
        if (skipping > 0 || (!open.isEmpty() && reader.getLocalName().equals("Extension"))) {
            skipping++;
            return;
        }
        if (isSpace(text)) {
            text.setLength(0);
        }
        keepText();
        String[] attributes = new String[2 * reader.getAttributeCount()];
        for (int i = 0; i < attributes.length / 2; i++) {
            attributes[2 * i] =
                    name(reader.getAttributePrefix(i), null, reader.getAttributeLocalName(i));
            attributes[2 * i + 1] = reader.getAttributeValue(i);
        }
        Location at = reader.getLocation();
        Element element =
                new Element(
                        "f.pmml",
                        name(reader.getPrefix(), reader.getNamespaceURI(), reader.getLocalName()),
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

    private void end() {
        if (skipping > 0) {
            skipping--;
        } else {
            keepText();
            open.pop();
        }
    }

    private void text() {
        if (skipping == 0
                && !open.isEmpty()
                && (open.peek().children().isEmpty() || !reader.isWhiteSpace())) {
            text.append(reader.getText());
        }
    }

    private void keepText() {
        if (text.length() > 0) {
            open.peek().text(open.peek().text() + text);
            text.setLength(0);
        }
    }

    private static boolean isSpace(CharSequence text) {
        return text.chars().allMatch(c -> c == ' ' || c == '\t' || c == '\n' || c == '\r');
    }

    private static String name(String prefix, String namespace, String local) {
        boolean plain =
                prefix == null
                        || prefix.isEmpty()
                        || (namespace != null && namespace.startsWith("http://www.dmg.org/PMML"));
        return plain ? local : prefix + ":" + local;
    }
}
