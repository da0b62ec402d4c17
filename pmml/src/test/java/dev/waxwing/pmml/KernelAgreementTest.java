package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/// The fast walk, the plain walk and the definition agree to the last bit, for every shape and every odd value.
class KernelAgreementTest {
    @TempDir Path folder;

    @ParameterizedTest(name = "{0} inputs, {1} trees, depth {2}, bushiness {3}")
    @CsvSource({
        "1, 1, 0, 1",
        "1, 1, 1, 1",
        "3, 7, 3, 0.9",
        "5, 8, 6, 1",
        "7, 9, 6, 0.8",
        "40, 100, 6, 1",
        "13, 17, 9, 1",
        "11, 33, 14, 0.75",
        "4, 16, 60, 0.62",
        "6, 31, 11, 1",
        "2, 64, 2, 0.5",
        "300, 25, 8, 0.9",
        "0, 3, 4, 1"
    })
    void agreesWithThePlainWalkToTheLastBit(int inputs, int trees, int depth, double bushiness) {
        long seed = 31L * inputs + 7L * trees + depth;
        agrees(seed, new RandomGbdt(seed), inputs, trees, depth, bushiness);
        agrees(seed, new RandomGbdt(seed).withCategories(), inputs, trees, depth, bushiness);
    }

    private void agrees(
            long seed, RandomGbdt draw, int inputs, int trees, int depth, double bushiness) {
        GbdtDoc doc = draw.doc(inputs, trees, depth, bushiness);
        Path file = folder.resolve("gbdt.pmml");
        GbdtPmml.write(file, doc);
        Scorer scorer = Scorer.load(file);
        int rows = 1 + new Random(seed).nextInt(257);
        float[] all = new float[rows * inputs];
        double[] expected = new double[rows];
        for (int r = 0; r < rows; r++) {
            float[] row = draw.row(inputs);
            System.arraycopy(row, 0, all, r * inputs, inputs);
            double margin = RandomGbdt.marginByDefinition(doc, row);
            assertThat(Double.doubleToRawLongBits(scorer.margin(row)))
                    .as("seed %d row %d %s", seed, r, Arrays.toString(row))
                    .isEqualTo(Double.doubleToRawLongBits(margin));
            expected[r] = 1 / (1 + Math.exp(-margin));
        }
        double[] out = new double[rows];
        scorer.score(all, out);
        assertThat(out).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} columns, depth {1}, bushiness {2}, {3} of the splits are sets")
    @CsvSource({
        "1, 0, 1, 0",
        "1, 1, 1, 0",
        "5, 1, 1, 1",
        "7, 3, 0.9, 0.3",
        "40, 6, 1, 0",
        "40, 6, 0.9, 0",
        "40, 6, 1, 0.02",
        "9, 9, 0.9, 0.5",
        "6, 11, 0.8, 0",
        "6, 40, 0.6, 0.4",
        "3, 200, 0.55, 0",
        "40000, 5, 1, 0",
        "40000, 12, 0.7, 0.2"
    })
    void agreesWithThePlainWalkForOneToSeventeenTrees(
            int columns, int depth, double bushiness, double setShare) {
        for (int trees = 1; trees <= 17; trees++) {
            long seed = 1000L * trees + columns + depth;
            RandomForest draw = new RandomForest(seed, columns, trees, depth, bushiness, setShare);
            int rows = columns > 1000 ? 18 : new int[] {0, 1, 7, 16, 17, 33, 100}[trees % 7];
            float[] all = draw.rows(rows);
            for (Forest forest : List.of(draw.doubleSums(), draw.floatSums())) {
                Kernel kernel = new Kernel(forest);
                double[] batch = new double[rows + 1];
                batch[rows] = 42;
                kernel.sums(0.1, all, columns, rows, batch);
                assertThat(batch[rows]).as("the place after the last row").isEqualTo(42);
                for (int r = 0; r < rows; r++) {
                    double expected = forest.sum(0.1, all, r * columns);
                    assertThat(kernel.sum(0.1, all, r * columns))
                            .as("seed %d trees %d row %d", seed, trees, r)
                            .isEqualTo(expected);
                    assertThat(batch[r])
                            .as("seed %d trees %d row %d in the batch", seed, trees, r)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void addsNothingWhereThereAreNoTreesOrNoColumns() {
        Forest none = new Forest.Builder().build(3);
        assertThat(new Kernel(none).sum(7.5, new float[3], 0)).isEqualTo(7.5);
        Forest.Builder leaves = new Forest.Builder();
        for (int t = 0; t < 9; t++) {
            leaves.tree();
            leaves.leaf(t, 1);
        }
        double[] out = new double[20];
        new Kernel(leaves.build(0)).sums(0.5, new float[0], 0, 20, out);
        assertThat(out).containsOnly(36.5);
    }

    @Test
    void keepsEveryTreeThroughWritingAndReading() throws Exception {
        RandomGbdt draw = new RandomGbdt(5).withCategories();
        GbdtDoc doc = draw.doc(6, 20, 7, 0.8);
        Path file = folder.resolve("gbdt.pmml");
        GbdtPmml.write(file, doc);
        Forest forest = EnsembleReader.read(XmlReader.read(file), "1").forest;
        int kept = 0;
        for (int t = 0; t < doc.trees().size(); t++) {
            kept += compareFrom(forest, forest.roots[t], doc.trees().get(t), 0);
            assertThat(forest.roots[t + 1]).as("end of tree %d", t).isEqualTo(kept);
        }
    }

    /// @return how many nodes there are; one that sends nothing to its left, not even a missing value, is not kept
    private static int compareFrom(Forest forest, int at, Tree tree, int n) {
        if (tree.left()[n] < 0) {
            assertThat(forest.cover[at]).isEqualTo(tree.cover()[n]);
            assertThat(forest.column[at]).isEqualTo(-1);
            assertThat(forest.value[at]).isEqualTo(tree.value()[n]);
            assertThat(forest.right[at]).isEqualTo(tree.leafIndex()[n]);
            return 1;
        }
        boolean set = tree.categories()[n] != null;
        if (!set && tree.threshold()[n] == Float.NEGATIVE_INFINITY && !tree.missingLeft()[n]) {
            return compareFrom(forest, at, tree, tree.right()[n]);
        }
        assertThat(forest.cover[at]).isEqualTo(tree.cover()[n]);
        assertThat(forest.column[at]).isEqualTo(tree.feature()[n]);
        assertThat((Float) (float) forest.threshold[at])
                .isEqualTo((Float) (set ? Float.NaN : tree.threshold()[n]));
        assertThat(forest.missingLeft[at]).isEqualTo(tree.missingLeft()[n]);
        int left = compareFrom(forest, at + 1, tree, tree.left()[n]);
        assertThat(forest.right[at]).isEqualTo(at + 1 + left);
        return 1 + left + compareFrom(forest, at + 1 + left, tree, tree.right()[n]);
    }

    @Test
    void fusesTreesAndRegressionToTheSumOfTheirProducts() {
        for (int seed = 0; seed < 20; seed++) {
            RandomGbdt draw = new RandomGbdt(seed);
            if (seed % 2 == 1) {
                draw.withCategories();
            }
            GbdtDoc doc = draw.doc(9, 23, 6, 0.9);
            List<String> linear = List.of(doc.inputs().get(4), "one", "two");
            LrDoc lr = draw.lrOver(doc, linear);
            Path gbdtFile = folder.resolve("gbdt.pmml");
            Path lrFile = folder.resolve("lr.pmml");
            GbdtPmml.write(gbdtFile, doc);
            LrPmml.write(lrFile, lr);
            Scorer scorer = Scorer.load(gbdtFile, lrFile);
            assertThat(scorer.inputs()).hasSize(11).endsWith("one", "two");
            for (int r = 0; r < 50; r++) {
                float[] row = draw.row(11);
                for (int i : new int[] {4, 9, 10}) {
                    row[i] = Float.isInfinite(row[i]) || Math.abs(row[i]) > 1e6 ? 1 : row[i];
                }
                double margin = lr.intercept();
                for (int t = 0; t < doc.trees().size(); t++) {
                    Tree tree = doc.trees().get(t);
                    margin +=
                            lr.leafCoefficients()[t][
                                    tree.leafIndex()[RandomGbdt.leafNode(tree, row)]];
                }
                int[] columns = {4, 9, 10};
                for (int i = 0; i < 3; i++) {
                    float x = row[columns[i]];
                    margin += Float.isNaN(x) ? 0 : lr.inputCoefficients()[i] * x;
                }
                assertThat(scorer.margin(row)).as("seed %d", seed).isEqualTo(margin);
                Explanation why = scorer.explain(row);
                double told = why.base();
                for (double part : why.contributions().values()) {
                    told += part;
                }
                assertThat(told).isCloseTo(margin, within(1e-10));
            }
        }
    }

    @ParameterizedTest(name = "depth {0}, bushiness {1}, {2} of the splits are sets")
    @CsvSource({"6, 1, 0", "14, 0.75, 0", "9, 0.9, 0.4"})
    void scoresWithoutAllocating(int depth, double bushiness, double setShare) {
        RandomForest draw = new RandomForest(3, 40, 100, depth, bushiness, setShare);
        Kernel kernel = new Kernel(draw.doubleSums());
        float[] rows = draw.rows(500);
        double[] out = new double[500];
        assertThat(
                        allocatedBy(
                                () -> kernel.sum(0, rows, 0),
                                () -> kernel.sums(0, rows, 40, 500, out)))
                .as("bytes for 1500 rows")
                .isLessThan(1500);
    }

    @Test
    void scoresDocumentsWithoutAllocating() {
        RandomGbdt draw = new RandomGbdt(3);
        Path file = folder.resolve("gbdt.pmml");
        GbdtPmml.write(file, draw.doc(40, 100, 6, 1));
        Scorer scorer = Scorer.load(file);
        float[] row = draw.row(40);
        float[] rows = new float[40 * 500];
        double[] out = new double[500];
        assertThat(allocatedBy(() -> scorer.score(row), () -> scorer.score(rows, out)))
                .as("bytes for 1500 rows")
                .isLessThan(1500);
    }

    /// Bytes that a thousand single rows and a batch allocate, after a first one of each has made what a thread keeps.
    private static long allocatedBy(DoubleSupplier single, Runnable batch) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double sum = single.getAsDouble();
        batch.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            sum += single.getAsDouble();
        }
        batch.run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isNotNaN();
        return allocated;
    }
}
