package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Drawn documents give the values that JPMML-Evaluator gives; `docs/pmml-coverage.md` argues what is left.
///
/// Rows that one side refuses are counted both ways: none that JPMML answers may be refused here, and why JPMML refuses what
/// we answer (it stops at missing arguments, where we answer "missing") is a list as well.
class DifferentialTest {
    private static final int DOCUMENTS = 150;
    private static final int ROWS = 20;

    /// Seeds of the documents that differ; `docs/pmml-coverage.md` tells which are understood.
    private static final Map<RandomPmml.Kind, List<Long>> KNOWN =
            Map.of(
                    RandomPmml.Kind.TEXT, List.of(5L, 6L, 106L, 136L),
                    RandomPmml.Kind.GENERAL, List.of(11L, 42L),
                    RandomPmml.Kind.CHAIN, List.of(35L));

    /// Why JPMML refuses rows that we answer.
    private static final Set<String> REFUSALS =
            Set.of(
                    "ApplyException: Function \"*\" failed",
                    "ApplyException: Function \"atan2\" is not defined",
                    "ApplyException: Function \"median\" is not defined",
                    "EvaluationException",
                    "IllegalArgumentException",
                    "InvalidArgumentException",
                    "InvalidAttributeException: Attribute with value MiningModel@functionName=regression is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@functionName=regression is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@normalizationMethod=cauchit is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@normalizationMethod=cloglog is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@normalizationMethod=exp is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@normalizationMethod=loglog is not valid",
                    "InvalidAttributeException: Attribute with value RegressionModel@normalizationMethod=probit is not valid",
                    "InvalidAttributeException: Attribute with value Segmentation@missingPredictionTreatment=skipSegment is not valid",
                    "InvalidAttributeException: Attribute with value TreeModel@functionName=regression is not valid",
                    "InvalidElementException",
                    "MissingArgumentException",
                    "MissingFieldException",
                    "MissingFieldValueException",
                    "NotImplementedException",
                    "NumberFormatException",
                    "TypeCheckException",
                    "UndefinedResultException",
                    "UnsupportedOperationException",
                    "ValueCheckException");

    @ParameterizedTest
    @EnumSource
    void answersAsJpmmlDoes(RandomPmml.Kind kind) {
        List<String> different = new ArrayList<>();
        List<Long> seeds = new ArrayList<>();
        int refused = 0;
        int values = 0;
        int answeredHere = 0;
        Set<String> refusals = new TreeSet<>();
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            RandomPmml drawn = new RandomPmml(kind, seed);
            Peer.Outcome outcome = Peer.compare(drawn.document(), drawn.rows(ROWS));
            values += outcome.values();
            refused += outcome.refusal().isEmpty() ? 0 : 1;
            if (!outcome.refusal().isEmpty() && outcome.unread().isEmpty()) {
                seeds.add(seed);
                different.add("seed " + seed + " REFUSED: " + outcome.refusal());
            }
            if (outcome.unread().isEmpty()) {
                answeredHere += outcome.onlyOurs().size();
                outcome.onlyOurs().forEach(why -> refusals.add(kindOf(why)));
            }
            if (!outcome.differences().isEmpty() && outcome.unread().isEmpty()) {
                seeds.add(seed);
                different.add("seed " + seed + ": " + outcome.differences().get(0));
            }
        }
        System.out.printf(
                "%s: %d documents, %d values compared, %d documents differ, %d refused,"
                        + " %d rows answered that JPMML refuses%n",
                kind, DOCUMENTS, values, different.size(), refused, answeredHere);
        assertThat(REFUSALS).containsAll(refusals);
        assertThat(values).isGreaterThan(1000);
        assertThat(seeds)
                .as(String.join("\n", different))
                .isEqualTo(KNOWN.getOrDefault(kind, List.of()));
    }

    /// The class of an exception, and what a function or setting is called that JPMML does not have.
    private static String kindOf(String exception) {
        String[] parts = exception.split(": ", 2);
        String name = parts[0].substring(parts[0].lastIndexOf('.') + 1);
        boolean tells = name.equals("ApplyException") || name.equals("InvalidAttributeException");
        return tells
                ? name + ": " + parts[1].replaceAll("\\(at or around line.*", "").strip()
                : name;
    }
}
