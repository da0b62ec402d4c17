package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pmml4s.model.Model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What we write, PMML4S reads, and answers as we do: the same leaves, and probabilities that differ in their last bits.
///
/// PMML4S compares doubles, so rows are given to it as floats widened to doubles.
class Pmml4sAgreementTest {
    private static final int ROWS = 300;
    private static final double CLOSE = 1e-9;

    @TempDir Path folder;

    @ParameterizedTest(name = "seed {0}: {1} inputs, {2} trees, depth {3}, bushiness {4}")
    @CsvSource({
        "7, 10, 20, 4, 1",
        "1, 1, 1, 1, 1",
        "2, 3, 1, 0, 1",
        "3, 6, 31, 7, 0.8",
        "4, 40, 50, 6, 0.9",
        "5, 2, 12, 9, 0.7"
    })
    void pmml4sReachesTheSameLeavesAndScores(
            long seed, int inputs, int trees, int depth, double bushiness) {
        RandomGbdt draw = new RandomGbdt(seed);
        GbdtDoc doc = draw.doc(inputs, trees, depth, bushiness);
        Path gbdt = folder.resolve("gbdt.pmml");
        Path lr = folder.resolve("lr.pmml");
        GbdtPmml.write(gbdt, doc);
        LrPmml.write(lr, draw.lrOver(doc, List.of(doc.inputs().get(0), "hour=20")));
        Model theirTrees = Model.fromFile(gbdt.toFile());
        Model theirRegression = Model.fromFile(lr.toFile());
        Scorer ourTrees = Scorer.load(gbdt);
        Scorer ours = Scorer.load(gbdt, lr);
        int missing = 0;
        int infinite = 0;
        for (int i = 0; i < ROWS; i++) {
            float[] row = draw.row(ours.inputs().size());
            Map<String, Object> named = new HashMap<>();
            for (int column = 0; column < row.length; column++) {
                if (Float.isNaN(row[column])) {
                    missing++;
                } else {
                    infinite += Float.isInfinite(row[column]) ? 1 : 0;
                    named.put(ours.inputs().get(column), (double) row[column]);
                }
            }
            float[] treesRow = Arrays.copyOf(row, inputs);
            Map<String, Object> told = theirTrees.predict(named);
            assertThat((Double) told.get("probability(1)"))
                    .as("trees, row %d", i)
                    .isCloseTo(ourTrees.score(treesRow), within(CLOSE));
            assertThat((Double) told.get("probability(0)"))
                    .as("trees, row %d", i)
                    .isCloseTo(1 - ourTrees.score(treesRow), within(CLOSE));
            int[] leaves = ourTrees.leaves(treesRow);
            for (int tree = 0; tree < trees; tree++) {
                String name = "tree_" + tree;
                assertThat(told.get(name))
                        .as("row %d, %s", i, name)
                        .isEqualTo(String.valueOf(leaves[tree]));
                named.put(name, told.get(name));
            }
            // Infinite inputs of opposite pull have no sum: then both say NaN, which is close to
            // itself here.
            assertThat((Double) theirRegression.predict(named).get("probability(1)"))
                    .as("trees and regression, row %d", i)
                    .isCloseTo(ours.score(row), within(CLOSE));
        }
        assertThat(missing).isPositive();
        assertThat(infinite).isPositive();
    }
}
