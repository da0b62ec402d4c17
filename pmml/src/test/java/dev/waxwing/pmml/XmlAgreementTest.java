package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// [XmlReader] takes what the JDK's reader takes, refuses what it refuses, and makes the same elements of it, at the
/// same places; where it knowingly does not, a test says so.
class XmlAgreementTest {
    private static final String[] MARKS = {
        "<",
        ">",
        "/",
        "/>",
        "</",
        "<a>",
        "</a>",
        "<a/>",
        "=",
        "\"",
        "'",
        "&",
        ";",
        "&lt;",
        "&amp;",
        "&#65;",
        "&#x41;",
        "&#0;",
        "&#xd800;",
        "&#x1F600;",
        "&none;",
        "<!--",
        "-->",
        "--",
        "<!",
        "<![CDATA[",
        "]]>",
        "]]",
        "]",
        "<?",
        "?>",
        "<?a b?>",
        "<?xml version=\"1.0\"?>",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\t",
        ":",
        "xmlns=\"\"",
        " xmlns:p=\"u\"",
        "p:",
        " p:a=\"\"",
        " a=\"\"",
        "\u00e9",
        "\u4e2d",
        "\ud83d\ude00",
        "\u0000",
        "\u0001",
        "\u007f",
        "\u0085",
        "\uffff",
        "<Extension>",
        "</Extension>",
        "<!DOCTYPE a>"
    };

    private static final String SMILE =
            "\ud83d\ude00"; // the JDK sometimes counts it, or a line end, otherwise

    /// What we refuse and the JDK takes: names that the namespaces forbid.
    private static final List<String> STRICTER =
            List.of(
                    "found ':'", // where a name begins
                    "a name is needed for a processing instruction"); // which holds no colon

    /// @return whether both take it
    private static boolean agree(byte[] document, String which) {
        Optional<Element> theirs = JdkXml.read(document);
        try {
            Element ours = XmlReader.read("f.pmml", new ByteArrayInputStream(document));
            String text = text(document);
            String usual = text.replace(SMILE, "\u00e9").replace("'UTF8'", "'UTF-8'");
            if (theirs.isEmpty() && !usual.equals(text)) {
                // Names of the fifth edition may hold it, those of the JDK's fourth may not; and
                // other names of an
                // encoding are known here.
                return agree(usual.getBytes(StandardCharsets.UTF_8), which + ", made usual");
            }
            if (theirs.isEmpty()) {
                throw new AssertionError(which + ": the JDK alone refuses\n" + text(document));
            }
            assertSame(
                    ours,
                    theirs.orElseThrow(),
                    which,
                    !text.contains(SMILE) && !text.contains("\r"));
            return true;
        } catch (PmmlException refused) {
            assertThat(refused.line()).as(refused.getMessage()).isPositive();
            assertThat(refused.column()).as(refused.getMessage()).isPositive();
            if (theirs.isPresent() && STRICTER.stream().noneMatch(refused.problem()::contains)) {
                throw new AssertionError(
                        which
                                + ": we alone refuse, "
                                + refused.getMessage()
                                + "\n"
                                + text(document));
            }
            return false;
        }
    }

    private static String text(byte[] document) {
        return new String(document, StandardCharsets.UTF_8);
    }

    private static void assertSame(Element ours, Element theirs, String which, boolean columns) {
        String place = which + ", line " + theirs.line + ", <" + theirs.name + ">";
        assertThat(ours.name).as(place).isEqualTo(theirs.name);
        assertThat(ours.attributeNames()).as(place).isEqualTo(theirs.attributeNames());
        for (String attribute : theirs.attributeNames()) {
            assertThat(ours.attribute(attribute)).as(place).isEqualTo(theirs.attribute(attribute));
        }
        assertThat(ours.text()).as(place).isEqualTo(theirs.text());
        assertThat(ours.line).as(place).isEqualTo(theirs.line);
        if (columns) {
            assertThat(ours.column).as(place).isEqualTo(theirs.column);
        }
        assertThat(ours.children()).as(place).hasSameSizeAs(theirs.children());
        for (int i = 0; i < theirs.children().size(); i++) {
            assertSame(ours.children().get(i), theirs.children().get(i), which, columns);
        }
    }

    private static List<Path> documents(long most) throws IOException {
        List<Path> all = new ArrayList<>(SpoiledDocumentTest.seeds());
        Corpus.cases().stream().map(Corpus.Case::model).distinct().forEach(all::add);
        List<Path> some = new ArrayList<>();
        for (Path file : all) {
            if (Files.size(file) <= most) {
                some.add(file);
            }
        }
        return some;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = XmlReader.open(file)) {
            return in.readAllBytes();
        }
    }

    @Test
    void everyDocumentOfTheCorpusIsReadAlike() throws IOException {
        List<Path> documents = documents(Long.MAX_VALUE);
        assertThat(documents).hasSizeGreaterThan(200);
        for (Path file : documents) {
            assertThat(agree(bytes(file), file.toString())).as("%s", file).isTrue();
        }
    }

    @Test
    void changedDocumentsAreReadOrRefusedAlike() throws IOException {
        int taken = 0;
        int all = 0;
        for (Path file : documents(20_000)) {
            byte[] whole = bytes(file);
            for (int seed = 0; seed < 150; seed++) {
                byte[] changed = changed(whole, new Random(seed));
                taken += agree(changed, file.getFileName() + " with seed " + seed) ? 1 : 0;
                all++;
            }
        }
        // Changes that always or never break a document would test nothing.
        assertThat(taken).isBetween(all / 20, all * 9 / 10);
    }

    private static byte[] changed(byte[] whole, Random random) {
        int at = random.nextInt(whole.length);
        switch (random.nextInt(8)) {
            case 0 -> {
                return Arrays.copyOf(whole, at);
            }
            case 1 -> {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return changed;
            }
            case 2 -> {
                byte[] changed = whole.clone();
                changed[at] = (byte) random.nextInt(128);
                return changed;
            }
            case 3 -> {
                return spliced(whole, at, Math.min(whole.length, at + 1 + random.nextInt(3)), "");
            }
            default -> {
                String mark = MARKS[random.nextInt(MARKS.length)];
                return spliced(whole, at, at, mark);
            }
        }
    }

    private static byte[] spliced(byte[] whole, int from, int to, String between) {
        byte[] middle = between.getBytes(StandardCharsets.UTF_8);
        byte[] made = new byte[whole.length - (to - from) + middle.length];
        System.arraycopy(whole, 0, made, 0, from);
        System.arraycopy(middle, 0, made, from, middle.length);
        System.arraycopy(whole, to, made, from + middle.length, whole.length - to);
        return made;
    }

    @Test
    void everyMarkAtEveryPlaceIsReadOrRefusedAlike() {
        String small =
                "\ufeff<?xml version=\"1.0\" encoding='UTF-8' standalone='yes' ?>\n<!-- c --><?p q?>\r\n"
                        + "<x:PMML xmlns:x = \"http://www.dmg.org/PMML-4_4\" xmlns='u'\r\n b='&lt;\t\u00e9\"'>"
                        + "t &#x41; <![CDATA[ <]] > ]]>u<!---->v<c d=\"'\"/> \n</x:PMML >\n<!-- e -->\n";
        byte[] whole = small.getBytes(StandardCharsets.UTF_8);
        assertThat(agree(whole, "as it is")).isTrue();
        int taken = 0;
        for (int at = 0; at <= whole.length; at++) {
            for (String mark : MARKS) {
                taken += agree(spliced(whole, at, at, mark), mark + " at " + at) ? 1 : 0;
            }
            for (int to = at + 1; to <= Math.min(whole.length, at + 4); to++) {
                agree(spliced(whole, at, to, ""), "without " + at + " to " + to);
            }
            agree(Arrays.copyOf(whole, at), "cut at " + at);
        }
        assertThat(taken).isGreaterThan(1_000);
    }

    @Test
    void everyEncodingIsReadAlike() throws IOException {
        String body = "<PMML a=\"\u00e9\u00fc\">\u00df\n<b/>\u00e4</PMML>";
        for (String encoding :
                List.of(
                        "UTF-8",
                        "utf-8",
                        "UTF-16",
                        "UTF-16LE",
                        "UTF-16BE",
                        "ISO-8859-1",
                        "ISO-8859-15",
                        "windows-1252",
                        "US-ASCII",
                        "Shift_JIS",
                        "GB2312",
                        "KOI8-R")) {
            for (String declared : List.of("", encoding, "UTF-16", "ISO-8859-1", "UTF-8")) {
                String declaration =
                        declared.isEmpty()
                                ? ""
                                : "<?xml version=\"1.0\" encoding=\"" + declared + "\"?>";
                for (String mark : List.of("", "\ufeff")) {
                    String which = encoding + " declared as '" + declared + "' " + mark.length();
                    byte[] bytes = (mark + declaration + body).getBytes(Charset.forName(encoding));
                    agree(bytes, which);
                }
            }
        }
    }

    @Test
    void windowsEndAnywhereInADocument() throws IOException {
        String piece =
                "<b c=\"\u00e9&amp;x\" dd='1.5'>t&#65;\ud83d\ude00\r\n<!-- x --><![CDATA[]]]></b>";
        StringBuilder text = new StringBuilder("<a>");
        while (text.length() < 400_000) {
            text.append(piece).append(" ".repeat(text.length() % 7));
        }
        byte[] whole = text.append("</a>").toString().getBytes(StandardCharsets.UTF_8);
        assertThat(agree(whole, "long")).isTrue();
    }

    @Test
    void refusesWhatTheJdkGuesses() {
        refused("<?xml version=\"1.1\"?><PMML/>", "refused: XML 1.1");
        refused("<:PMML/>", "a name is needed for an element, found ':'");
        byte[] undefined =
                "<?xml version=\"1.0\" encoding=\"windows-1252\"?><PMML a=\"?\"/>"
                        .getBytes(StandardCharsets.US_ASCII);
        undefined[undefined.length - 4] = (byte) 0x81;
        assertThatThrownBy(() -> XmlReader.read("f.pmml", new ByteArrayInputStream(undefined)))
                .hasMessageContaining("not in the encoding that they claim");
        assertThat(JdkXml.read(undefined).orElseThrow().attribute("a")).isEqualTo("\ufffd");
    }

    private static void refused(String text, String reason) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> XmlReader.read("f.pmml", new ByteArrayInputStream(bytes)))
                .as(text)
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining(reason);
        assertThat(JdkXml.read(bytes)).as(text).isPresent();
    }
}
