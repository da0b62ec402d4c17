package dev.waxwing.pmml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Splits UTF-8 bytes into the tags and texts of an XML document, by the rules of XML 1.0 (fifth edition) and its
/// namespaces, without a document type declaration.
///
/// A window over the bytes moves through the document. Its loops look at bytes, not at characters, since all marks are
/// ASCII; behind the last byte stands a zero, which is no character of XML and ends every loop.
final class XmlScanner {
    enum Token {
        START,
        END,
        TEXT,
        /// A comment or a processing instruction.
        OTHER,
        DONE
    }

    static final int MAX_ATTRIBUTES = 1_000; // of one element
    static final int MAX_NAME = 1_000; // bytes of an element's or attribute's name
    static final long MAX_TOKEN_BYTES = 16L << 20;
    static final long MAX_FILE_BYTES = 1L << 30;

    static final String REFUSED = "refused: ";

    private static final int READ = 1 << 16;
    private static final int AHEAD =
            1 << 12; // bytes that the window holds from where a token begins
    private static final int FEW = 16; // attributes that are compared one by one

    private static final String XML = "http://www.w3.org/XML/1998/namespace";
    private static final String XMLNS = "http://www.w3.org/2000/xmlns/";

    // What ASCII's bytes are part of without a second look.
    private static final boolean[] IN_NAME = new boolean[256];
    private static final boolean[] IN_VALUE = new boolean[256];
    private static final boolean[] IN_TEXT = new boolean[256];

    static {
        for (int b = ' '; b < 128; b++) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
            IN_NAME[b] = letter || (b >= '0' && b <= '9') || b == '-' || b == '.';
            IN_VALUE[b] = b != '"' && b != '\'' && b != '<' && b != '&';
            IN_TEXT[b] = b != ' ' && b != '<' && b != '&' && b != ']' && b != '>';
        }
    }

    private final String file;
    private final InputStream in;
    private final Words words;

    private byte[] bytes = new byte[READ + 1];
    private int at; // the next byte
    private int end; // behind the last byte that is there
    private int kept = -1; // from here on the window keeps what it has; -1 if from `at`
    private boolean ended;
    private long passed; // bytes before the window
    private long began; // where the token at hand did
    private int line = 1;
    private int lineStart; // in the window, less the bytes that are no characters of their own

    private String[] open = new String[64]; // names as written
    private byte[] spelled = new byte[256]; // the same names' bytes, one behind the other
    private int[] spelledTo = new int[65]; // by depth: where they end there
    private int depth;
    private boolean rooted; // the outermost element has begun
    private boolean empty; // the tag at hand is an end, too

    private boolean prefixed; // the name read last has a colon
    private int nameHash; // its hash
    private int nameBytes; // how many it has
    private boolean closed; // the token before was the end of an element that is kept
    private String name = ""; // of the element
    private String[] attributes = {}; // name, value, name, value, …
    private final String[] pairs = new String[2 * (MAX_ATTRIBUTES + 1)];
    private char[] text = new char[256];
    private int length;
    private boolean blank;

    private final Map<String, String> bound = new HashMap<>(); // prefixes
    private final Deque<Binding> before = new ArrayDeque<>(); // what bindings stand in place of

    private record Binding(int depth, String prefix, String uri) {}

    XmlScanner(String file, InputStream in, Words words) {
        this.file = file;
        this.in = in;
        this.words = words;
        bound.put("xml", XML);
    }

    /// The element's name: plain if it has no prefix or is PMML's own, else as written.
    String name() {
        return name;
    }

    /// The element's attributes but for `xmlns`: name, value, name, value, ….
    String[] attributes() {
        return attributes;
    }

    /// Whether the text is nothing but space.
    boolean isBlank() {
        return blank;
    }

    void appendTextTo(StringBuilder to) {
        to.append(text, 0, length);
    }

    /// The line at hand, from 1; after a tag, where it ends.
    int line() {
        return line;
    }

    int column() {
        return at - lineStart + 1;
    }

    Token next() throws IOException {
        if (empty) {
            empty = false;
            return close();
        }
        began = passed + at;
        if (end - at < AHEAD) {
            more(); // here, so that the loops hardly ever meet the window's end
        }
        if (passed == 0 && at == 0 && startsWith("<?xml") && isSpace(peek(5))) {
            declaration();
        }
        if (depth == 0) {
            spaces();
            if (peek(0) != '<') {
                return finish();
            }
        } else if (peek(0) != '<' && !(closed && passBlank())) {
            closed = false;
            return at == end ? finish() : text();
        }
        closed = false;
        switch (peek(1)) {
            case '/' -> {
                return endTag();
            }
            case '?' -> {
                return instruction();
            }
            case '!' -> {
                if (startsWith("<!--")) {
                    return comment();
                }
                if (startsWith("<![CDATA[") && depth > 0) {
                    return text();
                }
                if (startsWith("<!DOCTYPE")) {
                    throw problem("has a document type declaration; models need none, remove it");
                }
                throw malformed("'<!' begins neither a comment nor a CDATA section");
            }
            default -> {
                return startTag();
            }
        }
    }

    /// Goes past space behind an element's end, which is none of the text of the element around.
    ///
    /// @return whether it did so and a tag is at hand
    private boolean passBlank() {
        int p = at;
        int lines = 0;
        int start = lineStart;
        byte b = bytes[p];
        while (b == '\n' || b == ' ' || b == '\t') {
            if (b == '\n') {
                lines++;
                start = p + 1;
            }
            b = bytes[++p];
        }
        if (b != '<') {
            return false;
        }
        byte next = bytes[p + 1];
        boolean tag = next != '!' && next != '?' && p + 1 < end;
        if (tag) {
            at = p;
            line += lines;
            lineStart = start;
        }
        return tag;
    }

    private Token finish() throws IOException {
        if (at < end) {
            checkCharacter(bytes[at] < 0 ? wide() : bytes[at]);
            throw malformed("text outside of the outermost element");
        }
        if (depth > 0) {
            throw malformed("the document ends, and <" + open[depth - 1] + "> is still open");
        }
        if (!rooted) {
            throw malformed("the document ends before its first element");
        }
        return Token.DONE;
    }

    // The window

    /// The byte that many places on; 0 behind the last one.
    private byte peek(int on) throws IOException {
        while (at + on >= end) {
            if (!more()) {
                return 0;
            }
        }
        return bytes[at + on];
    }

    private boolean startsWith(String ascii) throws IOException {
        peek(ascii.length() - 1);
        if (end - at < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Reads on, and forgets what lies before.
    ///
    /// @return false if there is nothing more
    private boolean more() throws IOException {
        if (ended) {
            return false;
        }
        int from = kept >= 0 ? kept : at;
        if (end - from + READ + 1 > bytes.length) {
            byte[] larger = new byte[Math.max(2 * (end - from), READ) + READ + 1];
            System.arraycopy(bytes, from, larger, 0, end - from);
            bytes = larger;
        } else {
            System.arraycopy(bytes, from, bytes, 0, end - from);
        }
        passed += from;
        at -= from;
        end -= from;
        lineStart -= from;
        kept = kept >= 0 ? 0 : -1;
        int read = in.read(bytes, end, READ);
        ended = read < 0;
        end += Math.max(0, read);
        bytes[end] = 0;
        if (passed + end > MAX_FILE_BYTES) {
            throw problem(REFUSED + "the file is longer than " + (MAX_FILE_BYTES >> 20) + " MB");
        }
        if (passed + at - began > MAX_TOKEN_BYTES) {
            throw problem(
                    REFUSED + "one tag or text is longer than " + (MAX_TOKEN_BYTES >> 20) + " MB");
        }
        return !ended;
    }

    private void newLine(int next) {
        line++;
        lineStart = next;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\t' || b == '\r';
    }

    /// Goes past space.
    ///
    /// @return whether there was any
    private boolean spaces() throws IOException {
        boolean any = false;
        while (true) {
            switch (bytes[at]) {
                case ' ', '\t' -> at++;
                case '\n' -> newLine(++at);
                case '\r' -> {
                    at++;
                    if (peek(0) != '\n') {
                        newLine(at);
                    }
                }
                default -> {
                    if (at < end || !more()) {
                        return any;
                    }
                    continue;
                }
            }
            any = true;
        }
    }

    private void need(char mark, String where) throws IOException {
        need(mark, where, "");
    }

    /// @param name ends the words that say where
    private void need(char mark, String where, String name) throws IOException {
        if (peek(0) != mark) {
            throw malformed("'" + mark + "' is needed " + where + name + ", found " + found());
        }
        at++;
    }

    private String found() throws IOException {
        byte b = peek(0);
        if (at == end) {
            return "the end of the document";
        }
        return b > ' ' && b < 127 ? "'" + (char) b + "'" : "byte " + (b & 0xff);
    }

    /// The character at hand, one that is not ASCII; goes past it.
    private int wide() throws IOException {
        int b = bytes[at] & 0xff;
        int more = b < 0xc2 || b > 0xf4 ? 0 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
        peek(more);
        int point = b & (0x3f >> more);
        for (int i = 1; i <= more; i++) {
            int next = at + i < end ? bytes[at + i] : 0;
            if ((next & 0xc0) != 0x80) {
                throw malformed("byte " + b + " is not followed as UTF-8 has it");
            }
            point = (point << 6) | (next & 0x3f);
        }
        boolean overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
        if (more == 0 || overlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
            throw malformed("byte " + b + " is not UTF-8 here");
        }
        checkCharacter(point);
        at += more + 1;
        lineStart += more == 1 ? 1 : 2; // so many bytes more than Java's characters
        return point;
    }

    private void checkCharacter(int point) throws IOException {
        boolean good =
                (point >= ' ' && point < 0xd800)
                        || point == '\n'
                        || point == '\r'
                        || point == '\t'
                        || (point >= 0xe000 && point < 0xfffe)
                        || (point >= 0x10000 && point <= 0x10ffff);
        if (!good) {
            throw malformed(
                    "character " + Integer.toHexString(point) + " (hexadecimal) is none of XML's");
        }
    }

    // Names

    /// The name at hand.
    private String name(String of) throws IOException {
        kept = at;
        int hash = 0;
        int colons = 0;
        int p = at;
        boolean begins = true; // of a part, before or after the colon
        while (true) {
            byte b = bytes[p];
            if (IN_NAME[b & 0xff] && !(begins && (b < 'A' && b >= '-'))) {
                do {
                    hash = 31 * hash + b;
                    b = bytes[++p];
                } while (IN_NAME[b & 0xff]);
                begins = false;
            } else if (b < 0) {
                at = p;
                int point = wide();
                if (!isNameCharacter(point, begins)) {
                    throw malformed(
                            "character "
                                    + Integer.toHexString(point)
                                    + " (hexadecimal) in the name of "
                                    + of);
                }
                p = at;
                hash = 31 * hash + point;
                begins = false;
            } else if (b == ':' && colons == 0 && !begins) {
                hash = 31 * hash + b;
                colons++;
                p++;
                begins = true;
            } else if (p == end) {
                at = p;
                if (!more()) {
                    break;
                }
                p = at;
            } else {
                break;
            }
            if (p - kept > MAX_NAME) {
                at = p;
                throw problem(REFUSED + "a name is longer than " + MAX_NAME + " characters");
            }
        }
        at = p;
        if (begins) {
            throw malformed("a name is needed for " + of + ", found " + found());
        }
        String name = words.of(bytes, kept, at, hash);
        nameHash = hash;
        nameBytes = at - kept;
        kept = -1;
        prefixed = colons > 0;
        return name;
    }

    /// XML 1.0, productions 4 and 4a, beyond ASCII.
    private static boolean isNameCharacter(int point, boolean first) {
        if (!first
                && (point == 0xb7
                        || (point >= 0x300 && point <= 0x36f)
                        || point == 0x203f
                        || point == 0x2040)) {
            return true;
        }
        return (point >= 0xc0 && point <= 0x2ff && point != 0xd7 && point != 0xf7)
                || (point >= 0x370 && point <= 0x1fff && point != 0x37e)
                || point == 0x200c
                || point == 0x200d
                || (point >= 0x2070 && point <= 0x218f)
                || (point >= 0x2c00 && point <= 0x2fef)
                || (point >= 0x3001 && point <= 0xd7ff)
                || (point >= 0xf900 && point <= 0xfdcf)
                || (point >= 0xfdf0 && point <= 0xfffd)
                || (point >= 0x10000 && point <= 0xeffff);
    }

    // Tags

    private Token startTag() throws IOException {
        if (rooted && depth == 0) {
            throw malformed("a second outermost element");
        }
        at++;
        String written = name("an element");
        open(written);
        boolean plain = !prefixed;
        int count = 0;
        long seen = 0; // a bit for each attribute's hash
        boolean twice = false; // perhaps
        while (true) {
            boolean spaced = bytes[at] == ' ';
            at += spaced ? 1 : 0;
            if (bytes[at] <= ' ') {
                spaced |= spaces();
            }
            byte b = bytes[at];
            if (b == '>') {
                at++;
                break;
            }
            if (b == '/') {
                at++;
                need('>', "after '/'");
                empty = true;
                break;
            }
            if (!spaced) {
                throw malformed("<" + written + "> is not closed: '>' is needed, found " + found());
            }
            String attribute = name("an attribute");
            plain &= !prefixed && attribute.charAt(0) != 'x';
            twice |= (seen & (1L << nameHash)) != 0;
            seen |= 1L << nameHash;
            if (bytes[at] != '=') {
                spaces();
            }
            need('=', "after an attribute's name");
            if (bytes[at] <= ' ') {
                spaces();
            }
            pairs[2 * count] = attribute;
            pairs[2 * count + 1] = value(attribute);
            if (++count > MAX_ATTRIBUTES) {
                throw problem(
                        REFUSED + "an element has more than " + MAX_ATTRIBUTES + " attributes");
            }
        }
        if (twice) {
            checkUnique(count, written);
        }
        rooted = true;
        name = written;
        attributes = new String[2 * count]; // Arrays.copyOf is slow in a cold JVM
        System.arraycopy(pairs, 0, attributes, 0, 2 * count);
        if (!plain) {
            inNamespaces(written);
        }
        return Token.START;
    }

    /// Takes note of the element whose name was read last.
    private void open(String written) {
        if (depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
            spelledTo = Arrays.copyOf(spelledTo, 2 * depth + 1);
        }
        int from = spelledTo[depth];
        if (spelled.length - from < nameBytes) {
            spelled = Arrays.copyOf(spelled, 2 * spelled.length + nameBytes);
        }
        System.arraycopy(bytes, at - nameBytes, spelled, from, nameBytes);
        open[depth++] = written;
        spelledTo[depth] = from + nameBytes;
    }

    private void checkUnique(int count, String element) throws IOException {
        Set<String> names = count > FEW ? new HashSet<>(List.of(pairs[0])) : null;
        for (int i = 1; i < count; i++) {
            String attribute = pairs[2 * i];
            boolean twice = names != null ? !names.add(attribute) : isBefore(i, attribute);
            if (twice) {
                throw malformed("<" + element + "> has the attribute " + attribute + " twice");
            }
        }
    }

    private boolean isBefore(int place, String attribute) {
        for (int i = 0; i < place; i++) {
            if (pairs[2 * i].equals(attribute)) {
                return true;
            }
        }
        return false;
    }

    private Token endTag() throws IOException {
        at += 2;
        if (depth > 0 && closes()) {
            return close();
        }
        String written = name("an element");
        spaces();
        need('>', "at the end of </", written);
        if (depth == 0 || !written.equals(open[depth - 1])) {
            throw malformed(
                    "</"
                            + written
                            + "> where "
                            + (depth == 0 ? "nothing is open" : "<" + open[depth - 1] + "> is"));
        }
        return close();
    }

    /// Goes past the rest of the innermost element's end tag, if that is what the next bytes are.
    private boolean closes() {
        int from = spelledTo[depth - 1];
        int length = spelledTo[depth] - from;
        if (length >= end - at || bytes[at + length] != '>') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[at + i] != spelled[from + i]) {
                return false;
            }
        }
        at += length + 1;
        return true;
    }

    private Token close() {
        while (!before.isEmpty() && before.peek().depth == depth) {
            Binding outer = before.pop();
            if (outer.uri.isEmpty()) {
                bound.remove(outer.prefix);
            } else {
                bound.put(outer.prefix, outer.uri);
            }
        }
        depth--;
        closed = !open[depth].endsWith("Extension");
        return Token.END;
    }

    /// Takes `xmlns` out of the attributes, and PMML's prefix out of the element's name.
    private void inNamespaces(String written) throws IOException {
        int left = 0;
        for (int i = 0; i < attributes.length; i += 2) {
            String attribute = attributes[i];
            if (attribute.equals("xmlns") || attribute.startsWith("xmlns:")) {
                bind(attribute.length() > 5 ? attribute.substring(6) : "", attributes[i + 1]);
            } else {
                attributes[left++] = attribute;
                attributes[left++] = attributes[i + 1];
            }
        }
        attributes = Arrays.copyOf(attributes, left);
        Set<String> expanded = new HashSet<>();
        for (int i = 0; i < left; i += 2) {
            String attribute = attributes[i];
            int colon = attribute.indexOf(':');
            if (colon > 0
                    && !expanded.add(
                            namespace(attribute, colon) + " " + attribute.substring(colon))) {
                throw malformed("<" + written + "> has the attribute " + attribute + " twice");
            }
        }
        int colon = written.indexOf(':');
        if (colon > 0 && namespace(written, colon).startsWith("http://www.dmg.org/PMML")) {
            name = words.shared(written.substring(colon + 1));
        }
    }

    private void bind(String prefix, String uri) throws IOException {
        boolean good =
                prefix.equals("xml")
                        ? uri.equals(XML)
                        : !prefix.equals("xmlns")
                                && !uri.equals(XML)
                                && !uri.equals(XMLNS)
                                && !(uri.isEmpty() && !prefix.isEmpty());
        if (!good) {
            throw malformed(
                    "the prefix '" + prefix + "' cannot stand for the namespace '" + uri + "'");
        }
        if (!prefix.isEmpty()) { // names without a prefix are plain, whatever their namespace
            String outer = bound.put(prefix, words.shared(uri));
            before.push(new Binding(depth, prefix, outer == null ? "" : outer));
        }
    }

    private String namespace(String written, int colon) throws IOException {
        String uri = bound.get(written.substring(0, colon));
        if (uri == null) {
            throw malformed("the prefix of " + written + " is not declared");
        }
        return uri;
    }

    // Values and texts

    /// An attribute's value with its quotes.
    private String value(String of) throws IOException {
        byte quote = bytes[at];
        if (quote != '"' && quote != '\'') {
            throw malformed("the value of " + of + " needs quotes, found " + found());
        }
        kept = ++at;
        int hash = 0;
        int p = at;
        while (true) {
            byte b = bytes[p];
            while (IN_VALUE[b & 0xff]) {
                hash = 31 * hash + b;
                b = bytes[++p];
            }
            if (b == quote) {
                break;
            }
            if (b == '"' || b == '\'') {
                hash = 31 * hash + b;
                p++;
                continue;
            }
            at = p;
            if (p < end || !more()) {
                return unusual(quote);
            }
            p = at;
        }
        at = p + 1;
        String value =
                (p - kept > 3 && bytes[kept] <= '9') // numbers seldom come again
                        ? words.makeAscii(bytes, kept, p)
                        : words.of(bytes, kept, p, hash);
        kept = -1;
        return value;
    }

    /// The rest of a value that has references, line ends or other characters than ASCII in it.
    private String unusual(byte quote) throws IOException {
        length = 0;
        room(at - kept);
        for (int i = kept; i < at; i++) {
            text[length++] = (char) bytes[i];
        }
        kept = -1;
        while (true) {
            byte b = peek(0);
            room(2);
            if (b == quote) {
                at++;
                return words.shared(new String(text, 0, length));
            }
            switch (b) {
                case '<' ->
                        throw malformed("'<' in an attribute's value; it is written &lt; there");
                case '&' -> add(reference());
                case '\t', '\n', '\r' -> {
                    spaceInValue(b);
                }
                default -> character(b);
            }
        }
    }

    /// A line end or tab, which counts as a space.
    private void spaceInValue(byte b) throws IOException {
        at++;
        if (b == '\r' && peek(0) == '\n') {
            at++;
        }
        if (b != '\t') {
            newLine(at);
        }
        text[length++] = ' ';
    }

    /// Adds a character that is no mark.
    private void character(byte b) throws IOException {
        if (b < 0) {
            add(wide());
            return;
        }
        if (at == end) {
            throw malformed("the document ends within a value or a CDATA section");
        }
        checkCharacter(b);
        at++;
        text[length++] = (char) b;
    }

    private void add(int point) {
        if (point >= 0x10000) {
            text[length++] = Character.highSurrogate(point);
            text[length++] = Character.lowSurrogate(point);
        } else {
            text[length++] = (char) point;
        }
    }

    private void room(int more) {
        if (text.length - length < more) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
        }
    }

    /// The character that the reference at hand stands for; goes past it.
    private int reference() throws IOException {
        at++;
        if (peek(0) == '#') {
            at++;
            return number();
        }
        String entity = name("an entity");
        need(';', "after &", entity);
        return switch (entity) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "apos" -> '\'';
            case "quot" -> '"';
            default -> throw problem("uses the entity &" + entity + ";, which is not declared");
        };
    }

    private int number() throws IOException {
        int radix = 10;
        if (peek(0) == 'x') {
            at++;
            radix = 16;
        }
        int point = 0;
        int digits = 0;
        for (int digit; (digit = digit(peek(0), radix)) >= 0; digits++, at++) {
            point = Math.min(0x110000, point * radix + digit);
        }
        if (digits == 0) {
            throw malformed("a number is needed in a character reference, found " + found());
        }
        need(';', "after a character reference");
        checkCharacter(point);
        return point;
    }

    private static int digit(byte b, int radix) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = (b | 0x20) - 'a';
        return radix == 16 && b > 0 && letter >= 0 && letter < 6 ? letter + 10 : -1;
    }

    /// Text up to the next mark that is no CDATA section.
    private Token text() throws IOException {
        length = 0;
        blank = true;
        long bracket = -2; // where the last of a row of ] stands
        int row = 0;
        while (true) {
            room(end - at + 2);
            int p = at;
            int n = length;
            byte b = bytes[p];
            while (b == ' ') {
                text[n++] = ' ';
                b = bytes[++p];
            }
            if (IN_TEXT[b & 0xff]) {
                blank = false;
                do {
                    text[n++] = (char) b;
                    b = bytes[++p];
                } while (IN_TEXT[b & 0xff]);
            }
            length = n;
            at = p;
            switch (b) {
                case ' ' -> {}
                case '\t' -> {
                    at++;
                    text[length++] = '\t';
                }
                case '\n', '\r' -> lineEnd(b);
                case '<' -> {
                    if (peek(1) != '!' || !startsWith("<![CDATA[")) {
                        return Token.TEXT;
                    }
                    at += 9;
                    section();
                }
                case '&' -> {
                    int point = reference();
                    blank &= point == ' ' || point == '\t' || point == '\n' || point == '\r';
                    add(point);
                }
                case ']' -> {
                    row = passed + at == bracket + 1 ? row + 1 : 1;
                    bracket = passed + at;
                    blank = false;
                    at++;
                    text[length++] = ']';
                }
                case '>' -> {
                    if (row >= 2 && passed + at == bracket + 1) {
                        throw malformed("']]>' in a text; it is written ]]&gt; there");
                    }
                    blank = false;
                    at++;
                    text[length++] = '>';
                }
                default -> {
                    if (b == 0 && at == end) {
                        if (!more()) {
                            return Token.TEXT;
                        }
                    } else {
                        blank = false;
                        character(b);
                    }
                }
            }
        }
    }

    private void lineEnd(byte b) throws IOException {
        at++;
        if (b == '\r' && peek(0) == '\n') {
            at++;
        }
        newLine(at);
        text[length++] = '\n';
    }

    /// What a CDATA section holds.
    private void section() throws IOException {
        while (true) {
            byte b = peek(0);
            room(2);
            if (b == ']' && startsWith("]]>")) {
                at += 3;
                return;
            }
            if (b == '\n' || b == '\r') {
                lineEnd(b);
            } else {
                blank &= b == ' ' || b == '\t';
                character(b);
            }
        }
    }

    // What is no part of the document's content

    private Token comment() throws IOException {
        at += 4;
        while (!startsWith("--")) {
            skip("a comment");
        }
        at += 2;
        need('>', "after '--' in a comment");
        return Token.OTHER;
    }

    private Token instruction() throws IOException {
        at += 2;
        String target = name("a processing instruction");
        if (target.equalsIgnoreCase("xml")) {
            throw malformed("<?" + target + " stands at the very beginning of a document only");
        }
        if (!startsWith("?>") && !spaces()) {
            throw malformed("a space is needed after <?" + target + ", found " + found());
        }
        while (!startsWith("?>")) {
            skip("a processing instruction");
        }
        at += 2;
        return Token.OTHER;
    }

    private void skip(String within) throws IOException {
        byte b = peek(0);
        if (b < 0) {
            wide();
        } else if (b == '\n' || b == '\r') {
            length = 0;
            lineEnd(b);
        } else if (at == end) {
            throw malformed("the document ends within " + within);
        } else {
            checkCharacter(b);
            at++;
        }
    }

    /// The XML declaration; [XmlBytes] has heeded its encoding.
    private void declaration() throws IOException {
        at += 5;
        spaces();
        if (!startsWith("version")) {
            throw malformed("the XML declaration needs a version, found " + found());
        }
        String version = declared("version");
        if (version.equals("1.1")) {
            throw problem(
                    REFUSED
                            + "XML 1.1, which differs in what is a line and a character; write 1.0");
        }
        if (!version.equals("1.0")) {
            throw malformed("there is no XML '" + version + "'");
        }
        boolean spaced = spaces();
        if (spaced && startsWith("encoding")) {
            String encoding = declared("encoding");
            for (int i = 0; i < encoding.length(); i++) {
                char c = encoding.charAt(i);
                if (c >= 128 || !IN_NAME[c] || (i == 0 && (c <= '9' || c == '_'))) {
                    throw malformed("'" + encoding + "' is no encoding's name");
                }
            }
            if (encoding.isEmpty()) {
                throw malformed("the XML declaration names an encoding without a name");
            }
            spaced = spaces();
        }
        if (spaced && startsWith("standalone")) {
            String alone = declared("standalone");
            if (!alone.equals("yes") && !alone.equals("no")) {
                throw malformed("standalone is '" + alone + "'; yes or no is needed");
            }
            spaces();
        }
        need('?', "at the end of the XML declaration");
        need('>', "at the end of the XML declaration");
        began = passed + at;
    }

    private String declared(String what) throws IOException {
        at += what.length();
        spaces();
        need('=', "after ", what);
        spaces();
        byte quote = peek(0);
        if (quote != '"' && quote != '\'') {
            throw malformed("the value of " + what + " needs quotes, found " + found());
        }
        kept = ++at;
        while (peek(0) != quote) {
            if (peek(0) <= ' ' || peek(0) == '<' || peek(0) == '&' || at - kept > MAX_NAME) {
                throw malformed("the value of " + what + " is not closed, found " + found());
            }
            at++;
        }
        String value = new String(bytes, kept, at - kept, StandardCharsets.US_ASCII);
        at++;
        kept = -1;
        return value;
    }

    // Problems

    PmmlException malformed(String why) {
        return problem("is not well-formed XML: " + why);
    }

    PmmlException problem(String what) {
        return new PmmlException(file, line, column(), what);
    }
}
