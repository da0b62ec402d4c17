package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// Whatever is wrong with a file is told with its line and column, within bounds.
class MalformedDocumentTest {
    private static final String HEAD =
            "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n";
    private static final String TREE =
            HEAD
                    + """
                    <DataDictionary>
                    <DataField name="x" optype="continuous" dataType="float"/>
                    </DataDictionary>
                    <TreeModel functionName="regression" missingValueStrategy="defaultChild">
                    <MiningSchema><MiningField name="x"/></MiningSchema>
                    <Node defaultChild="1"><True/>
                    <Node id="1" score="1"><SimplePredicate field="x" operator="lessThan" value="5"/></Node>
                    <Node id="2" score="2"><SimplePredicate field="x" operator="greaterOrEqual" value="5"/></Node>
                    </Node>
                    </TreeModel>
                    </PMML>
                    """;

    @TempDir Path folder;

    private Scorer load(String text) throws IOException {
        return Scorer.load(Files.writeString(folder.resolve("m.pmml"), text));
    }

    @Test
    void readsTheDocumentThatTheOthersSpoil() throws IOException {
        assertThat(load(TREE).score(new float[] {4})).isEqualTo(1);
        assertThat(load(TREE).score(new float[] {5})).isEqualTo(2);
    }

    @Test
    void namesTheLineOfATruncatedFile() {
        assertThatThrownBy(() -> load(TREE.substring(0, 300)))
                .isInstanceOf(PmmlException.class)
                .hasMessageStartingWith("m.pmml:7:")
                .hasMessageContaining("is not well-formed XML");
        assertThatThrownBy(() -> load("")).hasMessageStartingWith("m.pmml:1:");
    }

    @Test
    void namesTheLineOfANumberThatIsNone() {
        assertThatThrownBy(() -> load(TREE.replace("score=\"2\"", "score=\"two\"")))
                .hasMessageStartingWith("m.pmml:9:")
                .hasMessageEndingWith("<Node> score: 'two' is no number");
        assertThatThrownBy(
                        () ->
                                load(
                                        TREE.replace(
                                                "lessThan\" value=\"5\"",
                                                "lessThan\" value=\"NaN\"")))
                .hasMessageStartingWith("m.pmml:8:")
                .hasMessageEndingWith("<SimplePredicate> value is NaN; a number is needed");
        assertThatThrownBy(
                        () ->
                                load(
                                        TREE.replace(
                                                "lessThan\" value=\"5\"",
                                                "lessThan\" value=\"5d\"")))
                .hasMessageEndingWith("<SimplePredicate> value: '5d' is no number");
    }

    @Test
    void namesAFieldThatIsNotThere() {
        assertThatThrownBy(
                        () ->
                                load(
                                        TREE.replace(
                                                "MiningField name=\"x\"",
                                                "MiningField name=\"z\"")))
                .hasMessageContaining("m.pmml:6:")
                .hasMessageContaining("'z' is not in the <DataDictionary>");
    }

    @Test
    void refusesADefaultChildThatIsNoChild() {
        assertThatThrownBy(() -> load(TREE.replace("defaultChild=\"1\"", "defaultChild=\"7\"")))
                .hasMessageStartingWith("m.pmml:7:")
                .hasMessageContaining("defaultChild '7' is none of its children");
    }

    @Test
    void refusesDoctypesSoThatNothingExpandsOrIsFetched() throws IOException {
        String bomb = "<!DOCTYPE PMML [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n";
        assertThatThrownBy(() -> load(bomb + TREE))
                .hasMessageContaining("document type declaration");
        Path secret = Files.writeString(folder.resolve("secret.txt"), "hidden");
        String external = "<!DOCTYPE PMML [<!ENTITY s SYSTEM \"" + secret.toUri() + "\">]>\n";
        assertThatThrownBy(() -> load(external + TREE.replace("score=\"2\"", "score=\"&s;\"")))
                .hasMessageContaining("document type declaration")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesDepthBeyondTheLimit() {
        String deep = HEAD + "<Node>".repeat(100_000);
        assertThatThrownBy(() -> load(deep))
                .hasMessageContaining("nests elements deeper than 2000");
    }

    @Test
    void refusesAnEndlessAttributeWithinBoundedMemory() {
        byte[] head = (HEAD + "<TreeModel x=\"").getBytes(StandardCharsets.UTF_8);
        InputStream endless =
                new InputStream() {
                    private long at;

                    @Override
                    public int read() {
                        return at < head.length ? head[(int) at++] : 'a';
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) {
                        for (int i = 0; i < length; i++) {
                            into[offset + i] = (byte) read();
                        }
                        return length;
                    }
                };
        assertThatThrownBy(() -> XmlReader.read("endless.pmml", endless))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("one tag or text is longer than 16 MB");
    }

    @Test
    void refusesBytesThatAreNotInTheEncodingTheyClaim() {
        byte[] latin =
                TREE.replace("name=\"x\"", "name=\"é\"").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> XmlReader.read("latin.pmml", new ByteArrayInputStream(latin)))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("is not well-formed XML");
    }

    @Test
    void refusesEveryBeginningOfADocument() {
        byte[] whole = TREE.getBytes(StandardCharsets.UTF_8);
        int end = TREE.lastIndexOf('>') + 1;
        for (int length = 0; length < end; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Evaluator.of(read(cut)))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            PmmlException.class,
                            refusal -> {
                                assertThat(refusal.line()).isPositive();
                                assertThat(refusal.column()).isPositive();
                            });
        }
    }

    @Test
    void refusesEveryDocumentWithOneByteLessOrReadsItAsXmlAllowsWithoutOtherExceptions() {
        byte[] whole = TREE.getBytes(StandardCharsets.UTF_8);
        for (int gap = 0; gap < whole.length; gap++) {
            byte[] less = new byte[whole.length - 1];
            System.arraycopy(whole, 0, less, 0, gap);
            System.arraycopy(whole, gap + 1, less, gap, less.length - gap);
            try {
                Evaluator.of(read(less)).evaluate(Map.of());
            } catch (PmmlException | IllegalArgumentException documented) {
                assertThat(documented.getMessage()).isNotBlank();
            }
        }
    }

    private static Element read(byte[] bytes) {
        return XmlReader.read("m.pmml", new ByteArrayInputStream(bytes));
    }

    @Test
    void readsEveryEncodingThatADocumentDeclaresRightly() {
        String named =
                TREE.replace("name=\"x\"", "name=\"größe\"")
                        .replace("field=\"x\"", "field=\"größe\"");
        for (String encoding :
                List.of("UTF-8", "UTF-16", "UTF-16LE", "ISO-8859-1", "windows-1252")) {
            String marked =
                    (encoding.equals("UTF-16LE") ? "\uFEFF" : "")
                            + "<?xml version=\"1.0\" encoding=\""
                            + encoding.replace("LE", "")
                            + "\"?>\n"
                            + named;
            Element document = read(marked.getBytes(Charset.forName(encoding)));
            assertThat(Evaluator.of(document).inputs()).as(encoding).containsExactly("größe");
        }
        byte[] withMark = ("\uFEFF" + named).getBytes(StandardCharsets.UTF_8);
        assertThat(Evaluator.of(read(withMark)).inputs()).containsExactly("größe");
    }

    @Test
    void refusesEncodingsThatAreNotWhatTheBytesAre() {
        String declared = "<?xml version=\"1.0\" encoding=\"%s\"?>\n" + TREE;
        Map<String, byte[]> wrong =
                Map.of(
                        "UTF-16 in 8 bits",
                                declared.formatted("UTF-16").getBytes(StandardCharsets.UTF_8),
                        "UTF-8 in 16 bits",
                                declared.formatted("UTF-8")
                                        .substring(0, 40)
                                        .getBytes(StandardCharsets.UTF_16LE),
                        "no such encoding",
                                declared.formatted("x-nobody").getBytes(StandardCharsets.UTF_8),
                        "invalid bytes",
                                TREE.replace("<Node", "\u00ff<Node")
                                        .getBytes(StandardCharsets.ISO_8859_1),
                        "zero bytes", new byte[1000],
                        "half a mark", new byte[] {(byte) 0xef, (byte) 0xbb});
        wrong.forEach(
                (how, bytes) ->
                        assertThatThrownBy(() -> read(bytes))
                                .as(how)
                                .isInstanceOf(PmmlException.class)
                                .hasMessageContaining("is not well-formed XML"));
    }

    @Test
    void namesWhatIsNoDocument() throws IOException {
        assertThatThrownBy(() -> load("")).isInstanceOf(PmmlException.class);
        assertThatThrownBy(() -> load("age,income\n31,2500\n"))
                .hasMessageContaining("m.pmml:1:1 is not well-formed XML");
        assertThatThrownBy(() -> load("<html/>"))
                .hasMessageContaining("the outermost element must be <PMML>, found <html>");
        assertThatThrownBy(() -> Evaluator.load(folder))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("directory");
    }

    @Test
    void readsAPackedFileAndNamesADamagedOne() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(TREE.getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("m.pmml.gz"), packed.toByteArray());
        assertThat(Scorer.load(file).inputs()).containsExactly("x");
        for (int length = 2; length < packed.size(); length++) {
            Files.write(file, Arrays.copyOf(packed.toByteArray(), length));
            try {
                Scorer.load(file); // the last bytes only hold a checksum
                assertThat(length).isGreaterThan(packed.size() - 12);
            } catch (PmmlException refusal) {
                assertThat(refusal).hasMessageContaining("m.pmml.gz");
            }
        }
        byte[] damaged = packed.toByteArray();
        damaged[packed.size() / 2] ^= 0x55;
        Files.write(file, damaged);
        assertThatThrownBy(() -> Scorer.load(file)).isInstanceOf(PmmlException.class);
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> Scorer.load(folder.resolve("nothing.pmml")))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("nothing.pmml cannot be read");
    }
}
