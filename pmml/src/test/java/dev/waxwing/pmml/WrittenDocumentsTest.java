package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;

/// What we write follows the PMML 4.4 schema.
///
/// The schema is the one in JPMML-Model's jar (BSD licence): the standard's own, which also allows JPMML's `x-…`. None of
/// those is written.
class WrittenDocumentsTest {
    @TempDir Path folder;

    private Path gbdt;
    private Path lr;

    @BeforeEach
    void writeBothDocuments() {
        RandomGbdt draw = new RandomGbdt(7).withCategories();
        gbdt = folder.resolve("gbdt.pmml");
        lr = folder.resolve("lr.pmml");
        GbdtDoc trees = draw.doc(10, 20, 4, 1);
        GbdtPmml.write(gbdt, trees);
        LrPmml.write(lr, draw.lrOver(trees, List.of(trees.inputs().get(0), "hour=20")));
    }

    @Test
    void bothDocumentsFollowTheSchema() throws Exception {
        assertThatCode(() -> validate(gbdt)).doesNotThrowAnyException();
        assertThatCode(() -> validate(lr)).doesNotThrowAnyException();
        assertThat(Files.readString(gbdt)).doesNotContain("x-");
        assertThat(Files.readString(lr)).doesNotContain("x-");
        Path broken = folder.resolve("broken.pmml");
        Files.writeString(broken, Files.readString(gbdt).replace("recordCount", "records"));
        assertThatThrownBy(() -> validate(broken))
                .isInstanceOf(SAXException.class)
                .hasMessageContaining("'records' is not allowed to appear in element 'Node'");
    }

    @Test
    void aTreeThatIsALeafFollowsItToo() throws Exception {
        Path stump = folder.resolve("stump.pmml");
        GbdtPmml.write(stump, new RandomGbdt(1).doc(1, 1, 0, 1));
        validate(stump);
        assertThat(Scorer.load(stump).inputs()).hasSize(1);
    }

    private static void validate(Path document) throws IOException, SAXException {
        URL schema = WrittenDocumentsTest.class.getResource("/pmml.xsd");
        assertThat(schema).as("the schema in pmml-model.jar").isNotNull();
        Schema pmml =
                SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(schema);
        pmml.newValidator().validate(new StreamSource(document.toFile()));
    }
}
