package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Every model of the corpus is scored as expected or refused when loading, and which is kept in a list.
class ConformanceTest {
    @Test
    void scoresOrRefusesEveryModelAsListed() throws Exception {
        Map<String, String> found = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        int passed = 0;
        int refused = 0;
        int mainPassed = 0;
        int main = 0;
        for (Corpus.Case one : Corpus.cases()) {
            List<String> own = new ArrayList<>();
            String outcome;
            try {
                Corpus.compare(one, own::add);
                outcome = own.isEmpty() ? "passes" : "differs";
            } catch (PmmlException e) {
                outcome = "refused";
                own.add(e.getMessage());
            } catch (RuntimeException e) {
                outcome = "fails";
                own.add(e.toString());
            }
            found.put(one.id(), outcome);
            passed += outcome.equals("passes") ? 1 : 0;
            refused += outcome.equals("refused") ? 1 : 0;
            main += one.main() ? 1 : 0;
            mainPassed += one.main() && outcome.equals("passes") ? 1 : 0;
            for (String difference : own) {
                differences.add(one.id() + " " + outcome + ": " + difference);
            }
        }
        System.out.printf(
                "PMML conformance: %d of %d pass (%d of %d in scope), %d refused, %d differ%n",
                passed, found.size(), mainPassed, main, refused, found.size() - passed - refused);
        assertThat(found).as(String.join("\n", differences)).isEqualTo(listed());
    }

    private static Map<String, String> listed() throws Exception {
        Map<String, String> listed = new TreeMap<>();
        try (InputStream in = ConformanceTest.class.getResourceAsStream("/conformance.tsv")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] cells = line.split("\t");
                listed.put(cells[0], cells[1]);
            }
        }
        return listed;
    }
}
