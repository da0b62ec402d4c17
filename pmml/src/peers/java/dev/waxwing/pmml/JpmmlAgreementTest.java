package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What we write, JPMML-Evaluator reads, and answers as we do.
///
/// Both sides compare floats exactly, so they reach the same leaves; both add up in double, but in another order (JPMML adds
/// the base and the linear terms elsewhere), so sums differ in their last bits.
class JpmmlAgreementTest {
    private static final int INPUTS = 10;
    private static final int TREES = 20;
    private static final int ROWS = 500;
    private static final double LAST_BITS = 1e-12;

    @TempDir Path folder;

    private final RandomGbdt draw = new RandomGbdt(7);
    private Path gbdt;
    private Path lr;

    @BeforeEach
    void writeBothDocuments() {
        gbdt = folder.resolve("gbdt.pmml");
        lr = folder.resolve("lr.pmml");
        GbdtDoc trees = draw.doc(INPUTS, TREES, 4, 1);
        GbdtPmml.write(gbdt, trees);
        List<String> linear = List.of(trees.inputs().get(0), "hour=20", trees.inputs().get(3));
        LrPmml.write(lr, draw.lrOver(trees, linear));
    }

    @Test
    void jpmmlReachesTheSameLeavesAndScores() throws Exception {
        Evaluator theirTrees = load(gbdt);
        Evaluator theirRegression = load(lr);
        Scorer ourTrees = Scorer.load(gbdt);
        Scorer ours = Scorer.load(gbdt, lr);
        int missing = 0;
        for (int i = 0; i < ROWS; i++) {
            float[] row = draw.row(ours.inputs().size());
            Map<String, Object> named = new HashMap<>();
            for (int column = 0; column < row.length; column++) {
                if (Float.isNaN(row[column])) {
                    missing++;
                } else {
                    named.put(ours.inputs().get(column), row[column]);
                }
            }
            float[] treesRow = Arrays.copyOf(row, INPUTS);
            Map<String, ?> told = EvaluatorUtil.decodeAll(theirTrees.evaluate(named));
            assertThat((Double) told.get("probability(1)"))
                    .as("trees, row %d", i)
                    .isCloseTo(ourTrees.score(treesRow), within(LAST_BITS));

            List<String> leaves = new ArrayList<>();
            for (int tree = 0; tree < TREES; tree++) {
                String name = "tree_" + tree;
                leaves.add((String) told.get(name));
                named.put(name, told.get(name));
            }
            assertThat(leaves)
                    .as("leaves, row %d", i)
                    .isEqualTo(
                            Arrays.stream(ourTrees.leaves(treesRow))
                                    .mapToObj(String::valueOf)
                                    .toList());

            Map<String, ?> end = EvaluatorUtil.decodeAll(theirRegression.evaluate(named));
            // Infinite inputs of opposite pull have no sum: then both say NaN, which is close to
            // itself here.
            assertThat((Double) end.get("probability(1)"))
                    .as("trees and regression, row %d", i)
                    .isCloseTo(ours.score(row), within(LAST_BITS));
        }
        assertThat(missing).isGreaterThan(100);
    }

    private static Evaluator load(Path document) throws Exception {
        return new LoadingModelEvaluatorBuilder().load(document.toFile()).build().verify();
    }
}
