package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// One XML element with its place in the file. `Extension` elements have been left out by [XmlReader].
final class Element {
    final String file;
    final String name;
    final int line;
    final int column;
    private final String[] attributes; // name, value, name, value, …
    private List<Element> children = Collections.emptyList();
    private String text = "";

    Element(String file, String name, int line, int column, String[] attributes) {
        this.file = file;
        this.name = name;
        this.line = line;
        this.column = column;
        this.attributes = attributes;
    }

    void add(Element child) {
        if (children.isEmpty()) {
            children = new ArrayList<>(4);
        }
        children.add(child);
    }

    void text(String found) {
        text = found;
    }

    String text() {
        return text;
    }

    List<Element> children() {
        return children;
    }

    List<Element> children(String childName) {
        List<Element> found = new ArrayList<>();
        for (Element child : children) {
            if (child.name.equals(childName)) {
                found.add(child);
            }
        }
        return found;
    }

    boolean hasChild(String childName) {
        for (int i = 0; i < children.size(); i++) { // an iterator is memory, here and below
            if (children.get(i).name.equals(childName)) {
                return true;
            }
        }
        return false;
    }

    /// The only child of that name.
    Element child(String childName) {
        Element found = null;
        for (int i = 0; i < children.size(); i++) {
            Element child = children.get(i);
            if (child.name.equals(childName)) {
                if (found != null) {
                    throw child.problem(
                            "<"
                                    + name
                                    + "> may hold one <"
                                    + childName
                                    + ">, and line "
                                    + found.line
                                    + " has one already");
                }
                found = child;
            }
        }
        if (found == null) {
            throw problem("<" + name + "> needs a <" + childName + ">");
        }
        return found;
    }

    boolean has(String attribute) {
        return find(attribute) != null;
    }

    /// Its value, or null.
    @SuppressWarnings("ReferenceEquality") // is quick in a cold JVM, and mostly true
    private String find(String attribute) {
        String[] pairs = attributes;
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == attribute) {
                return pairs[i + 1];
            }
        }
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(attribute)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    String attribute(String attribute) {
        String found = find(attribute);
        if (found == null) {
            throw problem("<" + name + "> needs the attribute " + attribute);
        }
        return found;
    }

    String attribute(String attribute, String absent) {
        String found = find(attribute);
        return found == null ? absent : found;
    }

    double number(String attribute) {
        return number(attribute, attribute(attribute));
    }

    double number(String attribute, double absent) {
        String found = find(attribute);
        return found == null ? absent : number(attribute, found);
    }

    double finite(String attribute) {
        return finite(attribute, attribute(attribute));
    }

    private double finite(String attribute, String written) {
        double number = number(attribute, written);
        if (Double.isInfinite(number)) {
            throw problem(
                    "<" + name + "> " + attribute + " is infinite; a finite number is needed");
        }
        return number;
    }

    double finite(String attribute, double absent) {
        String found = find(attribute);
        return found == null ? absent : finite(attribute, found);
    }

    private double number(String attribute, String written) {
        double parsed;
        try {
            parsed = DataType.parseDouble(written);
        } catch (IllegalArgumentException e) {
            throw problem("<" + name + "> " + attribute + ": " + e.getMessage(), e);
        }
        if (Double.isNaN(parsed)) {
            throw problem("<" + name + "> " + attribute + " is NaN; a number is needed");
        }
        return parsed;
    }

    /// Reads a number as XML Schema writes it.
    double parseNumber(String written, String what) {
        try {
            return DataType.parseDouble(written);
        } catch (IllegalArgumentException e) {
            throw problem(what + ": " + e.getMessage(), e);
        }
    }

    int whole(String attribute, int absent) {
        if (!has(attribute)) {
            return absent;
        }
        double number = number(attribute);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw problem(
                    "<"
                            + name
                            + "> "
                            + attribute
                            + " is '"
                            + attribute(attribute)
                            + "'; a whole number is needed");
        }
        return (int) number;
    }

    boolean flag(String attribute, boolean absent) {
        if (!has(attribute)) {
            return absent;
        }
        return switch (attribute(attribute).trim()) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                    throw problem(
                            "<"
                                    + name
                                    + "> "
                                    + attribute
                                    + " is '"
                                    + attribute(attribute)
                                    + "'; true or false is needed");
        };
    }

    /// One of the words of an enumeration.
    String word(String attribute, String absent, List<String> known) {
        String found = attribute(attribute, absent);
        if (!known.contains(found)) {
            throw problem(
                    "<"
                            + name
                            + "> "
                            + attribute
                            + "=\""
                            + found
                            + "\" is not read; "
                            + known
                            + " are");
        }
        return found;
    }

    List<String> attributeNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < attributes.length; i += 2) {
            names.add(attributes[i]);
        }
        return names;
    }

    PmmlException problem(String text) {
        return new PmmlException(file, line, column, text);
    }

    PmmlException problem(String text, Throwable cause) {
        return new PmmlException(file, line, column, text, cause);
    }
}
