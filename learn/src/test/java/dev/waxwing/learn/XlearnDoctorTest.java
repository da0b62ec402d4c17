package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.learn.XlearnDoctor.Finding;
import dev.waxwing.model.FactorModel.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class XlearnDoctorTest {
    @TempDir Path folder;

    private XlearnData rows(String name, String text) throws IOException {
        return XlearnData.read(Files.writeString(folder.resolve(name), text), Kind.FFM);
    }

    private List<String> found(boolean serious, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.serious() == serious)
                .map(Finding::text)
                .map(text -> text.replace(folder + "/", ""))
                .toList();
    }

    private List<String> serious(String text) throws IOException {
        return found(true, XlearnDoctor.examine(rows("F", text)));
    }

    private List<String> facts(String text) throws IOException {
        return found(false, XlearnDoctor.examine(rows("F", text)));
    }

    private static final String HEALTHY = "1 0:1 1:0.5\n0 2:1 0:1\n1 1:1\n0 3:1\n";

    @Test
    void healthyRowsGiveFactsAlone() throws IOException {
        assertThat(serious(HEALTHY)).isEmpty();
        assertThat(facts(HEALTHY))
                .containsExactly(
                        "labels: 0 × 2, 1 × 2; 50 % of the labels are above 0",
                        "4 different ids below 4; 0 % of them are never used",
                        "values: mean size 0.9167, largest 1.0 (F:1)");
        assertThat(facts("0:1 1:1\n2:1\n"))
                .contains(
                        "the rows have no labels: they can be predicted, not learnt from",
                        "all values are 1");
    }

    @Test
    void labelsAreLookedAt() throws IOException {
        assertThat(serious("1 0:1 1:1\n1 2:1\n"))
                .singleElement()
                .asString()
                .startsWith("every label is 1.0");
        assertThat(serious("1 0:1 1:1\n0 2:1\n-1 2:1\n"))
                .singleElement()
                .asString()
                .startsWith("F:1 three different labels");
        assertThat(serious("1 0:1 1:1\n2 2:1\n"))
                .singleElement()
                .asString()
                .contains("all on one side of 0");
        assertThat(serious("-1 0:1 1:1\n1 2:1\n")).isEmpty();
        assertThat(facts("1.5 0:1\n2.5 1:1\n3.5 2:1\n-4 0:1\n").getFirst())
                .contains("as of values: -s 3, 4 or 5");
        assertThat(serious("1 0:1 1:1\n" + "0 2:1\n".repeat(5000)))
                .singleElement()
                .asString()
                .startsWith("1 positive rows of 5001");
    }

    @Test
    void emptyRowsDoubledIdsConstantColumnsAndLargeValuesAreFoundWithTheirLine()
            throws IOException {
        assertThat(serious("1 0:1 1:1\n0\n0\n1 2:0 3:0\n0 2:1\n"))
                .anyMatch(text -> text.startsWith("F:2 2 rows have no features"))
                .anyMatch(text -> text.startsWith("F:4 1 rows have values of 0 alone"));
        assertThat(serious("1 0:1 1:1\n0 2:1 3:1 2:1\n"))
                .singleElement()
                .asString()
                .startsWith("F:2 feature 2 comes twice in this row, and 1 times in all");
        assertThat(serious("1,7,2\n0,7,3\n1,7,2\n"))
                .singleElement()
                .asString()
                .startsWith("F:1 feature 0 is 7.0 in every row, and 1 features are so");
        assertThat(serious("1 0:1 1:1\n0 2:5000\n"))
                .singleElement()
                .asString()
                .startsWith("F:2 feature 2 is 5000.0 here, the largest value");
        assertThat(serious("1,7,2\n0,8\n1,6,2\n"))
                .singleElement()
                .asString()
                .startsWith("F:2 1 rows have another number of columns than line 1 (3)");
    }

    @Test
    void holesInIdsAndFieldsAreFoundWithTheLineOfTheLargest() throws IOException {
        assertThat(serious("1 0:1 1:1\n0 5000:1\n"))
                .singleElement()
                .asString()
                .startsWith(
                        "F:2 3 different ids below 5,001; 99.94 % of them are never used and take memory");
        // Far more ids than any array of them could hold.
        assertThat(serious("1 0:1 1:1\n0 2000000000:1\n"))
                .singleElement()
                .asString()
                .startsWith("F:2 3 different ids below 2,000,000,001");
        assertThat(serious("1 0:0:1 1:1:1\n0 900:2:1\n"))
                .singleElement()
                .asString()
                .startsWith("F:2 is in field 900, and only 3 fields are used");
    }

    @Test
    void testRowsAreComparedWithTrainingRows() throws IOException {
        XlearnData train = rows("train", HEALTHY);
        List<Finding> same = XlearnDoctor.examine(rows("test", "0 1:0.5 0:1\n1 2:1\n"), train);
        assertThat(found(true, same))
                .singleElement()
                .asString()
                .startsWith(
                        "test:1 1 rows (50 %) have the same features as a row of train, this the first; a measure over them flatters");
        assertThat(found(false, same)).contains("every id occurs in train");
        List<Finding> other = XlearnDoctor.examine(rows("test", "0 1:0.5 7:1\n1 9:1\n"), train);
        assertThat(found(true, other))
                .singleElement()
                .asString()
                .startsWith(
                        "test:1 feature 7 does not occur in train, nor do 66.67 % of the entries, in 2 rows")
                .endsWith("Were both files numbered alike?");
        assertThat(found(false, other)).contains("no row has the same features as a row of train");
        assertThat(found(true, XlearnDoctor.examine(rows("test", "0,2,1\n1,1,3\n"), train)))
                .anyMatch(
                        text ->
                                text.startsWith(
                                        "test:1 is csv, and train is libsvm; ids need not mean the same"));
    }
}
