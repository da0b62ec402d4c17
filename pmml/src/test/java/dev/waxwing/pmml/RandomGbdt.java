package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Draws ensembles and rows whose values often lie exactly on thresholds, or are missing, infinite or −0.
final class RandomGbdt {
    private static final float[] CORNERS = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        -0.0f,
        0.0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1e-40f
    };

    private final Random random;
    private final List<Float> thresholds = new ArrayList<>();

    private boolean categories;

    RandomGbdt(long seed) {
        this.random = new Random(seed);
    }

    /// From now on every third input holds categories.
    RandomGbdt withCategories() {
        categories = true;
        return this;
    }

    private boolean categorical(int input) {
        return categories && input % 3 == 2;
    }

    GbdtDoc doc(int inputs, int trees, int depth, double bushiness) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            names.add("x<" + i + ">&\"é");
        }
        List<Tree> drawn = new ArrayList<>();
        for (int t = 0; t < trees; t++) {
            drawn.add(tree(inputs, depth, bushiness));
        }
        return new GbdtDoc(names, drawn, random.nextGaussian());
    }

    private Tree tree(int inputs, int depth, double bushiness) {
        Grow grow = new Grow(inputs, bushiness);
        grow.node(depth);
        int n = grow.nodes.size();
        int[] feature = new int[n];
        float[] threshold = new float[n];
        int[] left = new int[n];
        int[] right = new int[n];
        boolean[] missingLeft = new boolean[n];
        double[] value = new double[n];
        double[] cover = new double[n];
        int[] leafIndex = new int[n];
        int[][] sets = new int[n][];
        for (int i = 0; i < n; i++) {
            double[] node = grow.nodes.get(i);
            feature[i] = (int) node[0];
            threshold[i] = (float) node[1];
            left[i] = (int) node[2];
            right[i] = (int) node[3];
            missingLeft[i] = node[4] > 0;
            value[i] = node[5];
            cover[i] = node[6];
            leafIndex[i] = (int) node[7];
            sets[i] = left[i] >= 0 && categorical(feature[i]) ? set() : null;
        }
        return new Tree(
                feature, threshold, left, right, missingLeft, value, cover, leafIndex, sets);
    }

    private int[] set() {
        int most = 1 + random.nextInt(70);
        return IntStream.concat(
                        IntStream.range(0, most).filter(c -> random.nextInt(3) == 0),
                        IntStream.of(most))
                .toArray();
    }

    private final class Grow {
        final List<double[]> nodes = new ArrayList<>();
        private final int inputs;
        private final double bushiness;
        private int leaves;

        Grow(int inputs, double bushiness) {
            this.inputs = inputs;
            this.bushiness = bushiness;
        }

        int node(int depth) {
            int at = nodes.size();
            if (inputs == 0
                    || depth == 0
                    || at > 4000
                    || (at > 0 && random.nextDouble() > bushiness)) {
                nodes.add(
                        new double[] {
                            0, 0, -1, -1, 0, random.nextGaussian(), 1 + random.nextInt(9), leaves++
                        });
                return at;
            }
            float threshold =
                    random.nextInt(8) == 0
                            ? CORNERS[1 + random.nextInt(CORNERS.length - 1)]
                            : (float) random.nextGaussian();
            thresholds.add(threshold);
            double[] inner = {random.nextInt(inputs), threshold, 0, 0, random.nextInt(2), 0, 0, -1};
            nodes.add(inner);
            inner[2] = node(depth - 1);
            inner[3] = node(depth - 1);
            inner[6] = nodes.get((int) inner[2])[6] + nodes.get((int) inner[3])[6];
            return at;
        }
    }

    float[] row(int inputs) {
        float[] row = new float[inputs];
        for (int i = 0; i < inputs; i++) {
            if (categorical(i) && random.nextInt(5) > 0) {
                row[i] = random.nextInt(75) - 1;
                continue;
            }
            row[i] =
                    switch (random.nextInt(4)) {
                        case 0 -> CORNERS[random.nextInt(CORNERS.length)];
                        case 1 ->
                                thresholds.isEmpty()
                                        ? 0
                                        : thresholds.get(random.nextInt(thresholds.size()));
                        default -> (float) random.nextGaussian();
                    };
        }
        return row;
    }

    LrDoc lrOver(GbdtDoc doc, List<String> inputs) {
        double[][] leaves = new double[doc.trees().size()][];
        for (int t = 0; t < leaves.length; t++) {
            leaves[t] = new double[doc.trees().get(t).leaves()];
            for (int leaf = 0; leaf < leaves[t].length; leaf++) {
                leaves[t][leaf] = random.nextInt(3) == 0 ? 0 : random.nextGaussian();
            }
        }
        double[] coefficients =
                inputs.stream().mapToDouble(name -> random.nextGaussian()).toArray();
        return new LrDoc(random.nextGaussian(), leaves.length, leaves, inputs, coefficients);
    }

    /// The margin by the definition, straight from the arrays of [Tree].
    static double marginByDefinition(GbdtDoc doc, float[] row) {
        double margin = doc.baseMargin();
        for (Tree tree : doc.trees()) {
            margin += tree.value()[leafNode(tree, row)];
        }
        return margin;
    }

    static int leafNode(Tree tree, float[] row) {
        int node = 0;
        while (tree.left()[node] >= 0) {
            float x = row[tree.feature()[node]];
            int[] set = tree.categories()[node];
            boolean left =
                    Float.isNaN(x)
                            ? tree.missingLeft()[node]
                            : set == null
                                    ? x < tree.threshold()[node]
                                    : IntStream.of(set).anyMatch(category -> category == x);
            node = left ? tree.left()[node] : tree.right()[node];
        }
        return node;
    }
}
