package dev.waxwing.pmml;

import java.util.Random;

/// Draws forests of every shape that [Forest] can hold, and rows that often meet their thresholds and codes.
final class RandomForest {
    private static final double[] CORNERS = {
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -0.0,
        0.0,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1e300,
        -1e300,
        Double.MIN_VALUE,
        0.1,
        Math.nextUp(0.1f),
        Math.nextUp((double) 0.1f),
        Math.nextDown((double) 0.1f),
        Math.nextDown(0.0)
    };

    private static final int MOST_NODES = 1_000;

    private final Random random;
    private final int columns;
    private final double[] thresholds = new double[64];
    private final Forest.Builder trees = new Forest.Builder();
    private int first; // node of the tree at hand

    /// @param bushiness how likely a node above the greatest depth is split
    /// @param setShare how many of the splits ask for a set of categories
    RandomForest(long seed, int columns, int count, int depth, double bushiness, double setShare) {
        this.random = new Random(seed);
        this.columns = columns;
        for (int i = 0; i < thresholds.length; i++) {
            thresholds[i] =
                    random.nextInt(3) == 0
                            ? CORNERS[random.nextInt(CORNERS.length)]
                            : random.nextGaussian();
        }
        for (int t = 0; t < count; t++) {
            trees.tree();
            first = trees.count();
            node(depth, bushiness, setShare);
        }
    }

    Forest doubleSums() {
        return trees.build(columns);
    }

    Forest floatSums() {
        return trees.buildWithFloatSums(columns);
    }

    private void node(int depth, double bushiness, double setShare) {
        if (depth == 0 || trees.count() - first > MOST_NODES || random.nextDouble() > bushiness) {
            trees.leaf(random.nextGaussian(), random.nextInt(9));
            return;
        }
        int column = random.nextInt(columns);
        boolean missingLeft = random.nextBoolean();
        double cover = random.nextInt(3) == 0 ? Double.NaN : random.nextInt(20);
        int at =
                random.nextDouble() < setShare
                        ? trees.inner(column, set(), missingLeft, cover)
                        : trees.inner(column, threshold(), missingLeft, cover);
        node(depth - 1, bushiness, setShare);
        trees.right(at);
        node(depth - 1, bushiness, setShare);
    }

    private int[] set() {
        int[] set = new int[random.nextInt(5)];
        for (int i = 0; i < set.length; i++) {
            set[i] = random.nextInt();
        }
        return set;
    }

    private double threshold() {
        return thresholds[random.nextInt(thresholds.length)];
    }

    float[] rows(int n) {
        float[] rows = new float[n * columns];
        for (int i = 0; i < rows.length; i++) {
            rows[i] =
                    switch (random.nextInt(8)) {
                        case 0 -> Float.NaN;
                        case 1 -> (float) threshold();
                        case 2 -> Math.nextDown((float) threshold());
                        case 3 -> Math.nextUp((float) threshold());
                        case 4 -> random.nextInt(200);
                        case 5 -> random.nextInt(200) - 20.5f;
                        case 6 -> random.nextInt(20) == 0 ? random.nextInt() : -0.0f;
                        default -> (float) random.nextGaussian();
                    };
        }
        return rows;
    }
}
