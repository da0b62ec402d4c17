package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

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
                .hasMessageEndingWith("<Node> score is 'two'; a number is needed");
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
                .hasMessageEndingWith("<SimplePredicate> value is '5d'; a number is needed");
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
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> Scorer.load(folder.resolve("nothing.pmml")))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("nothing.pmml cannot be read");
    }
}
