package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Trees are walked the way that should take less time, and both ways say the same.
class WalkTest {
    private static final int COLUMNS = 40;

    @Test
    void bushyTreesAreWalkedFast() {
        assertThat(Walk.of(trees(100, 6, 1))).isInstanceOf(Kernel.class);
    }

    @Test
    void aLoneTreeIsWalkedPlainly() {
        assertThat(Walk.of(trees(1, 6, 1))).isInstanceOf(Forest.class);
    }

    @Test
    void chainsThatRowsLeaveAfterManyStepsAreWalkedPlainly() {
        assertThat(Walk.of(chains(100, 60, 0.9))).isInstanceOf(Forest.class);
    }

    @Test
    void shortChainsThatRowsLeaveAtOnceAreWalkedPlainly() {
        assertThat(Walk.of(chains(100, 6, 0.01))).isInstanceOf(Forest.class);
    }

    @Test
    void chainsThatPartRowsEvenlyAreWalkedFast() {
        assertThat(Walk.of(chains(100, 60, 0.5))).isInstanceOf(Kernel.class);
    }

    @Test
    void chainsThatTellNoCoverAreWalkedPlainly() {
        assertThat(Walk.of(chains(100, 60, Double.NaN))).isInstanceOf(Forest.class);
    }

    @Test
    void aFewTreesOverManyColumnsAreWalkedPlainly() {
        assertThat(Walk.of(trees(3, 6, 200))).isInstanceOf(Forest.class);
    }

    @Test
    void thePlainWalkSumsABatchRowByRow() {
        Forest forest = trees(3, 6, 1);
        float[] rows = new float[7 * COLUMNS];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i % 11 == 0 ? Float.NaN : i % 5 - 2;
        }
        double[] out = new double[9];
        out[7] = 7;
        forest.sums(0.25, rows, COLUMNS, 7, out);
        for (int row = 0; row < 7; row++) {
            assertThat(out[row]).isEqualTo(forest.sum(0.25, rows, row * COLUMNS));
        }
        assertThat(out).endsWith(7, 0); // nothing beyond the rows is touched
    }

    /// Perfect trees whose nodes part rows evenly and compare `wide` times 40 columns in turn.
    private static Forest trees(int count, int depth, int wide) {
        Forest.Builder trees = new Forest.Builder();
        for (int t = 0; t < count; t++) {
            trees.tree();
            grow(trees, depth, wide * COLUMNS, 1);
        }
        return trees.build(wide * COLUMNS);
    }

    private static void grow(Forest.Builder trees, int depth, int columns, double cover) {
        if (depth == 0) {
            trees.leaf(trees.count(), cover);
            return;
        }
        int at = trees.inner(trees.count() % columns, 0.5, false, cover);
        grow(trees, depth - 1, columns, cover / 2);
        trees.right(at);
        grow(trees, depth - 1, columns, cover / 2);
    }

    /// Nodes that send the share `kept` to the next one and all else to a leaf.
    private static Forest chains(int count, int length, double kept) {
        Forest.Builder trees = new Forest.Builder();
        for (int t = 0; t < count; t++) {
            trees.tree();
            int[] nodes = new int[length];
            for (int i = 0; i < length; i++) {
                nodes[i] = trees.inner((t + i) % COLUMNS, 0, false, Math.pow(kept, i));
            }
            trees.leaf(1, Math.pow(kept, length));
            for (int i = length - 1; i >= 0; i--) {
                trees.right(nodes[i]);
                trees.leaf(2, Math.pow(kept, i) * (1 - kept));
            }
        }
        return trees.build(COLUMNS);
    }
}
