package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A scorer tells what the general evaluator tells, by name and by floats, whether the document compiles or not.
class CompiledAgreementTest {
    @Test
    void everyDocumentOfTheCorpusScoresAsTheEvaluatorDoes() throws Exception {
        List<String> compiled = new ArrayList<>();
        List<String> evaluated = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        for (Corpus.Case one : Corpus.cases()) {
            Element document = XmlReader.read(one.model());
            Evaluator evaluator;
            try {
                evaluator = Evaluator.of(document);
            } catch (PmmlException e) {
                continue; // refused by both, see the conformance test
            }
            Element model = Outermost.modelOf(document);
            boolean classifies = model.attribute("functionName").equals("classification");
            List<String> classes = classifies ? classes(document, model) : List.of("");
            Scorer scorer;
            try {
                scorer = Scorer.of(document, classes.get(0), classifies);
            } catch (PmmlException e) {
                refused.add(one.id() + ": " + e.getMessage());
                continue;
            }
            if (!scorer.compiled()) {
                evaluated.add(one.id() + ": " + scorer.whyNotCompiled().orElseThrow());
            } else {
                compiled.add(one.id());
            }
            for (String wanted : classes) {
                compare(one, document, evaluator, classifies, wanted, differences);
            }
        }
        System.out.printf(
                "Scorer: %d documents of the corpus compile, %d are evaluated, %d have no single"
                        + " number%n",
                compiled.size(), evaluated.size(), refused.size());
        if (System.getProperty("tell") != null) {
            evaluated.forEach(line -> System.out.println("  E " + line));
            refused.forEach(line -> System.out.println("  R " + line));
        }
        assertThat(differences).isEmpty();
        assertThat(compiled).hasSizeGreaterThanOrEqualTo(73);
    }

    private static List<String> classes(Element document, Element model) {
        try {
            ScoredClass.find(document, model, "no such class");
        } catch (PmmlException e) {
            String told = e.problem();
            String list = told.substring(told.indexOf(" are ") + 5, told.indexOf(". Say "));
            return Arrays.stream(list.split(", "))
                    .map(c -> c.substring(1, c.length() - 1))
                    .toList();
        }
        throw new IllegalStateException("a class that is none was found");
    }

    private static void compare(
            Corpus.Case one,
            Element document,
            Evaluator evaluator,
            boolean classifies,
            String wanted,
            List<String> differences)
            throws Exception {
        Scorer scorer = Scorer.of(document, wanted, classifies);
        Element model = Outermost.modelOf(document);
        Optional<ScoredClass> scored =
                classifies
                        ? Optional.of(ScoredClass.find(document, model, wanted))
                        : Optional.empty();
        Map<String, DataType> types = new HashMap<>();
        for (Element field : document.child("DataDictionary").children("DataField")) {
            types.put(field.attribute("name"), DataType.of(field, "dataType"));
        }
        int told = 0;
        for (Map<String, String> texts : Corpus.rows(one.input())) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (String input : scorer.inputs()) {
                String text = texts.get(input);
                if (text != null) {
                    row.put(input, typed(types.get(input), text));
                }
            }
            double byEvaluator;
            double byName;
            double byFloats;
            try {
                byEvaluator = score(evaluator.result(row), scored);
            } catch (InvalidValueException e) {
                byEvaluator = Double.POSITIVE_INFINITY; // refused
            }
            try {
                byName = scorer.score(row);
            } catch (InvalidValueException e) {
                byName = Double.POSITIVE_INFINITY;
            }
            try {
                byFloats = scorer.score(scorer.encode(row));
            } catch (InvalidValueException e) {
                byFloats = Double.POSITIVE_INFINITY;
            }
            double near = one.single() ? 1e-6 : 1e-9;
            boolean same = near(byName, byEvaluator, near);
            boolean floats =
                    !scorer.compiled() || !exactInFloats(row) || near(byFloats, byName, near);
            if ((!same || !floats) && told++ < 2) {
                differences.add(
                        one.id()
                                + " "
                                + row
                                + ": evaluator "
                                + byEvaluator
                                + ", by name "
                                + byName
                                + ", by floats "
                                + byFloats);
            }
        }
    }

    private static boolean near(double found, double expected, double within) {
        return Double.compare(found, expected) == 0
                || Math.abs(found - expected) <= within * Math.max(1, Math.abs(expected));
    }

    private static boolean exactInFloats(Map<String, Object> row) {
        return row.values().stream()
                .allMatch(
                        value ->
                                !(value instanceof Number number)
                                        || (float) number.doubleValue() == number.doubleValue());
    }

    private static Object typed(DataType type, String text) {
        return type.castIfAny(text).orElse(text);
    }

    private static double score(Result result, Optional<ScoredClass> scored) {
        if (result.predicted == null) {
            return Double.NaN;
        }
        if (scored.isEmpty()) {
            return ((Number) result.predicted).doubleValue();
        }
        double probability = 0;
        for (Map.Entry<Object, Double> entry : result.probabilities.entrySet()) {
            if (scored.get().is(entry.getKey())) {
                probability = entry.getValue();
            }
        }
        return probability;
    }
}
