package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/// Documents of other tools, with settings changed, still give the values that JPMML-Evaluator gives.
class MutatedCorpusTest {
    private static final int CHANGES =
            3; // documents drawn of each model, beside the model as it is
    private static final int ROWS = 12;
    private static final int LARGEST =
            150_000; // bytes; larger models repeat what smaller ones have

    /// Documents that differ; `docs/pmml-coverage.md` tells which are understood.
    private static final Set<String> KNOWN =
            Set.of(
                    "evaluator-python/DecisionTreeIris seed 3",
                    "jpmml-transpiler/AdaBoostAuto seed 0",
                    "jpmml-transpiler/AdaBoostAuto seed 2",
                    "jpmml-transpiler/GradientBoostingAuto seed 0",
                    "jpmml-transpiler/GradientBoostingIris seed 0",
                    "oracle/drools__LogisticRegressionIrisData seed 2",
                    "oracle/drools__PlanActivityTree seed 2",
                    "oracle/drools__SimpleClassificationTree seed 3",
                    "oracle/drools__TreeSample_3 seed 1",
                    "oracle/pmml4s__dmg_general_cox_strata seed 0",
                    "oracle/spark-pmml-exporter-validator__logisticregression seed 1",
                    "sklearn-ext/BalancedDecisionTreeEnsembleAudit seed 0",
                    "sklearn-ext/PyCaretAuditNA seed 0",
                    "sklearn-ext/PyCaretAuditNA seed 1",
                    "sklearn-ext/PyCaretAuditNA seed 2",
                    "sklearn-ext/PyCaretAuditNA seed 3",
                    "sklearn/DecisionTreeEnsembleAuto seed 1",
                    "sklearn/GBDTLMHousing seed 0",
                    "sklearn/GBDTLMHousing seed 2",
                    "sklearn/LinearRegressionEnsembleAuto seed 0",
                    "sklearn/LinearRegressionEnsembleAuto seed 3",
                    "sklearn/LogisticRegressionEnsembleAudit seed 0",
                    "sklearn/MLPTransformerIris seed 0",
                    "sklearn/MLPTransformerIris seed 1",
                    "sklearn/MLPTransformerIris seed 2",
                    "sklearn/MLPTransformerIris seed 3",
                    "sklearn/VotingEnsembleIris seed 0",
                    "sklearn/VotingEnsembleIris seed 1",
                    "sklearn/VotingEnsembleIris seed 2",
                    "sklearn/VotingEnsembleIris seed 3");

    @Test
    void answersAsJpmmlDoesWhateverIsChanged() throws Exception {
        List<String> different = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        int documents = 0;
        int refused = 0;
        int values = 0;
        for (Corpus.Case one : Corpus.cases()) {
            byte[] bytes = Files.readAllBytes(one.model());
            if (one.model().toString().endsWith(".gz")) {
                bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
            }
            if (bytes.length > LARGEST || !one.main()) {
                continue;
            }
            for (long seed = 0; seed <= CHANGES; seed++) {
                MutatedPmml drawn =
                        new MutatedPmml(
                                bytes, seed == 0 ? 0 : seed * 1000003L + one.id().hashCode());
                if (!drawn.scored()) {
                    continue;
                }
                documents++;
                Peer.Outcome outcome =
                        Peer.compare(drawn.text(), drawn.rows(Corpus.rows(one.input()), ROWS));
                values += outcome.values();
                String name = one.id() + " seed " + seed;
                String told = name + " " + drawn.changes();
                if (!outcome.refusal().isEmpty()) {
                    refused++;
                    if (outcome.unread().isEmpty()) {
                        names.add(name);
                        different.add(told + " REFUSED: " + outcome.refusal());
                    }
                } else if (outcome.unread().isEmpty() && !outcome.differences().isEmpty()) {
                    names.add(name);
                    different.add(told + ": " + outcome.differences().get(0));
                }
            }
        }
        System.out.printf(
                "%d documents, %d values compared, %d documents differ, %d refused%n",
                documents, values, different.size(), refused);
        assertThat(values).isGreaterThan(1000);
        assertThat(names).as(String.join("\n", different)).isEqualTo(KNOWN);
    }
}
