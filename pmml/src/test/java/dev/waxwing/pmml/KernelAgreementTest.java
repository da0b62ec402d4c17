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
        RandomGbdt draw = new RandomGbdt(seed);
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

    @Test
    void keepsEveryTreeThroughWritingAndReading() throws Exception {
        RandomGbdt draw = new RandomGbdt(5);
        GbdtDoc doc = draw.doc(6, 20, 7, 0.8);
        Path file = folder.resolve("gbdt.pmml");
        GbdtPmml.write(file, doc);
        Forest forest = EnsembleReader.read(XmlReader.read(file), "1").forest;
        for (int t = 0; t < doc.trees().size(); t++) {
            Tree tree = doc.trees().get(t);
            int root = forest.roots[t];
            assertThat(forest.roots[t + 1] - root).isEqualTo(tree.nodes());
            for (int n = 0; n < tree.nodes(); n++) { // drawn left-first, so places are equal
                boolean leaf = tree.left()[n] < 0;
                assertThat(forest.column[root + n]).isEqualTo(leaf ? -1 : tree.feature()[n]);
                assertThat(forest.cover[root + n]).isEqualTo(tree.cover()[n]);
                if (leaf) {
                    assertThat(forest.value[root + n]).isEqualTo(tree.value()[n]);
                    assertThat(forest.right[root + n]).isEqualTo(tree.leafIndex()[n]);
                } else {
                    assertThat((float) forest.threshold[root + n]).isEqualTo(tree.threshold()[n]);
                    assertThat(forest.missingLeft[root + n]).isEqualTo(tree.missingLeft()[n]);
                    assertThat(forest.right[root + n]).isEqualTo(root + tree.right()[n]);
                }
            }
        }
    }

    @Test
    void fusesTreesAndRegressionToTheSumOfTheirProducts() {
        for (int seed = 0; seed < 20; seed++) {
            RandomGbdt draw = new RandomGbdt(seed);
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

    @Test
    void scoresWithoutAllocating() {
        RandomGbdt draw = new RandomGbdt(3);
        GbdtDoc doc = draw.doc(40, 100, 6, 1);
        Path file = folder.resolve("gbdt.pmml");
        GbdtPmml.write(file, doc);
        Scorer scorer = Scorer.load(file);
        float[] row = draw.row(40);
        float[] rows = new float[40 * 500];
        double[] out = new double[500];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double sum = scorer.score(row);
        scorer.score(rows, out);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            sum += scorer.score(row);
        }
        scorer.score(rows, out);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isNotNaN();
        assertThat(allocated).as("bytes for 1500 rows").isLessThan(1500);
    }
}
