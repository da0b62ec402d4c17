package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.Random;

/// What one node decides, and how leaf values add up.
class ForestTest {
    private static final float NAN = Float.NaN;

    private static Forest stump(int[] set, boolean missingLeft) {
        Forest.Builder trees = new Forest.Builder();
        trees.tree();
        int root = trees.inner(0, set, missingLeft, 2);
        trees.leaf(1, 1);
        trees.right(root);
        trees.leaf(2, 1);
        return trees.build(1);
    }

    @Test
    void sendsTheCategoriesOfASetToTheLeft() {
        Forest forest = stump(new int[] {1 | 1 << 31, 0, 1 << 3}, false); // 0, 31, 67
        for (float x : new float[] {0, -0.0f, 31, 67}) {
            assertThat(forest.sum(0, new float[] {x}, 0)).as("%s", x).isEqualTo(1);
            assertThat(forest.sum(0, new double[] {x})).as("%s", x).isEqualTo(1);
        }
        float[] others = {
            1, 30, 32, 63, 64, 66, 68, 95, 96, 1e9f, 0x1p31f, 1e30f, -1, -31, 0.5f, 31.5f
        };
        for (float x : others) {
            assertThat(forest.sum(0, new float[] {x}, 0)).as("%s", x).isEqualTo(2);
        }
        for (float x : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThat(forest.sum(0, new float[] {x}, 0)).as("%s", x).isEqualTo(2);
        }
    }

    @Test
    void sendsAMissingCategoryWhereTheNodeSays() {
        assertThat(stump(new int[] {1}, true).sum(0, new float[] {NAN}, 0)).isEqualTo(1);
        assertThat(stump(new int[] {1}, false).sum(0, new float[] {NAN}, 0)).isEqualTo(2);
    }

    @Test
    void takesAnEmptySetForAlwaysRight() {
        assertThat(stump(new int[0], false).sum(0, new float[] {0}, 0)).isEqualTo(2);
    }

    @Test
    void findsEveryCodeOfALongSet() {
        Random random = new Random(4);
        BitSet codes = new BitSet();
        int[] set = new int[40];
        for (int i = 0; i < 300; i++) {
            int code = random.nextInt(1280);
            codes.set(code);
            set[code / 32] |= 1 << (code % 32);
        }
        Forest forest = stump(set, false);
        for (int code = 0; code < 1400; code++) {
            assertThat(forest.sum(0, new float[] {code}, 0))
                    .as("%d", code)
                    .isEqualTo(codes.get(code) ? 1 : 2);
        }
    }

    @Test
    void roundsEachAdditionOfFloatSums() {
        double[] values = {0.1f, 1e8f, -1e8f, 0.3f, 1e-9f};
        Forest.Builder trees = new Forest.Builder();
        float expected = 0.7f;
        double exact = 0.7;
        for (double value : values) {
            trees.tree();
            trees.leaf(value, 1);
            expected += (float) value;
            exact += value;
        }
        assertThat(trees.buildWithFloatSums(0).sum(0.7, new float[0], 0)).isEqualTo(expected);
        assertThat(trees.buildWithFloatSums(0).sum(0.7, new double[0])).isEqualTo(expected);
        assertThat(new Kernel(trees.buildWithFloatSums(0)).sum(0.7, new float[0], 0))
                .isEqualTo(expected);
        assertThat(trees.build(0).sum(0.7, new float[0], 0)).isEqualTo(exact);
        assertThat(exact).isNotEqualTo(expected);
    }

    @Test
    void keepsSetsWhenValuesOrColumnsAreReplaced() {
        Forest forest = stump(new int[] {1 << 5}, true);
        Forest renamed = forest.withColumns(3, new int[] {2});
        assertThat(renamed.sum(0, new float[] {7, 7, 5}, 0)).isEqualTo(1);
        assertThat(renamed.sum(0, new float[] {5, 5, 7}, 0)).isEqualTo(2);
        Forest revalued = forest.withLeafValues(new double[][] {{10, 20}});
        assertThat(revalued.sum(0, new float[] {5}, 0)).isEqualTo(10);
        assertThat(revalued.sum(0, new float[] {6}, 0)).isEqualTo(20);
    }

    @Test
    void tellsTheDepthOfEachTree() {
        Forest.Builder trees = new Forest.Builder();
        trees.tree();
        trees.leaf(0, 1);
        trees.tree();
        int top = trees.inner(0, 1.0, false, 2);
        trees.leaf(1, 1);
        trees.right(top);
        int below = trees.inner(0, 2.0, false, 2);
        trees.leaf(2, 1);
        trees.right(below);
        trees.leaf(3, 1);
        assertThat(trees.build(1).depths()).containsExactly(0, 2);
    }
}
