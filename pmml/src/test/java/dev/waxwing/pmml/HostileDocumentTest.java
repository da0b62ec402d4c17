package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What [HostileDocuments] hold neither fills a heap of 256 MB nor a stack of 1 MB nor takes minutes; each is refused
/// by name or scored.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileDocumentTest {
    /// By document: what the scorer's and the evaluator's answers have in them.
    private final Map<String, List<String>> told = new LinkedHashMap<>();

    @BeforeAll
    void readThemAllInAProcessOfItsOwn(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("told.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-Xss1m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.waxwing.pmml.HostileDocuments",
                                folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        for (String line : Files.readAllLines(out)) {
            String[] cells = line.split("\t", -1);
            told.put(cells[0], List.of(cells).subList(1, cells.length));
        }
        assertThat(ended)
                .as("ended; the last that was told is the one before the fault: %s", told)
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    }

    @Test
    void nothingUndocumentedIsThrown() {
        assertThat(told.keySet()).isEqualTo(HostileDocuments.ALL.keySet());
        assertThat(told)
                .allSatisfy(
                        (name, answers) ->
                                assertThat(answers)
                                        .as(name)
                                        .hasSize(2)
                                        .noneMatch(answer -> answer.contains("UNDOCUMENTED")));
    }

    @Test
    void marksAreRefusedByPlaceAndReason() {
        refused("entity bomb", "document type declaration");
        refused("100 MB attribute", "one tag or text is longer than 16 MB");
        refused("100 MB text", "one tag or text is longer than 16 MB");
        refused("text in 3,000,000 pieces", "one text is longer than 16 MB");
        refused("a million attributes", "an element has more than 1000 attributes");
        refused("a name of a megabyte", "a name is longer than 1000 characters");
        refused("depth 100,000", "nests elements deeper than 2000");
        refused("extensions at depth 100,000", "nests elements deeper than 2000");
        refused("a million fields", "a quarter of the heap; start java with a larger -Xmx");
        scores("20,000 fields", "1.0");
        refused("100,000 element names of one hash", "holds no model");
    }

    @Test
    void expressionsThatNeverEndOrGrowTooFastAreRefused() {
        refused("derived fields in a circle", "refer to each other over more than 800 levels");
        refused("a derived field that is itself", "derived field 'd' refers to itself");
        refused("a chain of 100,000 derived fields", "more than 800 levels");
        refused("the same chain, declared backwards", "more than 800 levels");
        scores("a chain of 350 derived fields", "2.0");
        scores("derived fields that double 200 times", "null");
        refused("functions that apply the one before twice", "more than 10000000 steps for a row");
        refused("a function that applies itself", "function 'f' applies itself");
        refused("a chain of 90,000 functions", "more than 800 levels");
        refused("300 derived fields that nest 300 functions each", "more than 800 levels");
        scores("functions nested 790 deep", "2.0");
        refused(
                "functions nested 60 deep that look twice for missing values",
                "more than 10000000 steps");
        scores("checks of validity nested 60 deep", "2.0");
        scores("a table of 50,000 pairs of one hash", "null");
    }

    @Test
    void deepAndWideModelsAreScoredOrRefused() {
        scores("conditions nested 1,900 deep", "1.0");
        refused("conditions nested 100,000 deep", "nests elements deeper than 2000");
        scores("nodes nested 1,900 deep", "2.0");
        scores("models nested 600 deep", "1.0");
        scores("3,000 segments that replace missing values over 3,000 derived fields", "3000.0");
        scores("10,000 parameters with a cell each", "10000.0");
        scores("30,000 segments", "30000.0");
        fails("2,000 outputs of 2,000 categories", "scores [c0, 0.0, 0.0,");
        refused("a number of a megabyte", "is too large for a double");
        refused(
                "a score beyond all doubles",
                "<Node> score: '1e999999999' is too large for a double");
        scores("an array of 10 MB", "null");
    }

    @Test
    void textsAndPatternsThatTakeTooLongFailTheirRow() {
        fails("a pattern that goes back for ever", "takes too long on a text of 53 characters");
        fails("a pattern that recurses", "needs too much stack on a text of 400000 characters");
        fails("a pattern of empty choices", "can match the empty text in too many ways");
        fails("a pattern that repeats nothing", "can match the empty text in too many ways");
        fails("a pattern of 100,000 brackets", "at most 10000 are read");
        assertThat(told.get("a pattern of 4,000 brackets").get(1))
                .matches("scores .*|.*(nests too deep|Stack overflow during pattern compilation)");
        fails("a number of a thousand million digits", "asks for more than 999 digits");
        fails("a text that doubles", "a text grows longer than 1048576 characters");
        fails("a normalization that doubles", "a text grows longer than 1048576 characters");
        scores("a text of marks", "2.0");
        fails("a text of words that almost match", "<TextIndex> takes too long");
        fails("a text of words that are counted for each", "<TextIndex> takes too long");
    }

    private void refused(String document, String reason) {
        assertThat(told.get(document)).as(document).hasSize(2);
        assertThat(told.get(document).get(1))
                .as(document)
                .matches("hostile.pmml:[1-9][0-9]*:[1-9][0-9]* .*")
                .contains(reason);
    }

    private void scores(String document, String value) {
        assertThat(told.get(document)).as(document).hasSize(2);
        assertThat(told.get(document).get(1)).as(document).isEqualTo("scores [" + value + "]");
    }

    private void fails(String document, String reason) {
        assertThat(told.get(document)).as(document).hasSize(2);
        assertThat(told.get(document).get(1)).as(document).contains(reason);
    }
}
