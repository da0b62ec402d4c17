package dev.waxwing.pmml;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

/// The fast walk against the plain one for forests of every shape, so that none is slower for it. It stands in the scorer's
/// package because both walks are its own affair.
///
/// Forests and rows are drawn: a threshold's quantile is a leaf's share, so the trees' cover is right. CPU time of the thread,
/// the least of the rounds.
public final class ShapesBench {
    private static final int COLUMNS = 40;
    private static final int CATEGORICAL = 4; // the last columns, codes 0 to 95
    private static final int ROWS = 4_096;
    private static final int BATCH = 500;
    private static final int ROUNDS = 9;
    private static final double BASE = 0.5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Random random = new Random(1);
    private final float[] rows = new float[COLUMNS * ROWS];
    private Forest.Builder trees = new Forest.Builder();
    private double sink;

    private ShapesBench() {
        for (int i = 0; i < rows.length; i++) {
            int column = i % COLUMNS;
            boolean category = column >= COLUMNS - CATEGORICAL;
            rows[i] = category ? random.nextInt(96) : (float) random.nextGaussian();
            if (column < 12 && random.nextInt(10) == 0) {
                rows[i] = Float.NaN;
            }
        }
    }

    /// Prints a table.
    public static void main(String[] args) {
        ShapesBench bench = new ShapesBench();
        System.out.println(
                "| forest | nodes | depth | mean path | plain µs | fast µs | plain × | batch µs | plain × |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        bench.measure("100 × depth 3", bench.forest(100, 8, 3, 0, 9));
        bench.measure("100 × depth 6", bench.forest(100, 64, 6, 0, 9));
        bench.measure("500 × depth 6", bench.forest(500, 64, 6, 0, 9));
        bench.measure("100 × depth 8", bench.forest(100, 256, 8, 0, 9));
        bench.measure("100 × 63 leaves", bench.forest(100, 63, 99, 0, 1));
        bench.measure("100 × 255 leaves", bench.forest(100, 255, 99, 0, 1));
        bench.measure("100 × 255 leaves, lopsided", bench.forest(100, 255, 99, 0, 0.3));
        bench.measure("100 × 2,000 leaves, depth 20", bench.forest(100, 2_000, 20, 0, 0.7));
        bench.measure("100 × 63 leaves, 2/5 sets", bench.forest(100, 63, 99, 0.4, 1));
        bench.measure("100 × chains of 60", bench.chains(100, 60));
    }

    private static final class Node {
        double mass;
        double wish; // to be split
        int depth;
        int column;
        double threshold;
        int[] set;
        Node left;
        Node right;
    }

    /// @param evenness how much rather a leaf with many rows is split than one with few
    private Forest forest(int count, int leaves, int depth, double setShare, double evenness) {
        trees = new Forest.Builder();
        for (int t = 0; t < count; t++) {
            trees.tree();
            add(grown(leaves, depth, setShare, evenness));
        }
        return trees.build(COLUMNS);
    }

    private Node grown(int leaves, int depth, double setShare, double evenness) {
        Node root = new Node();
        root.mass = 1;
        Queue<Node> open = new PriorityQueue<>(Comparator.comparingDouble(node -> -node.wish));
        open.add(root);
        int made = 1;
        while (made < leaves && !open.isEmpty()) {
            Node node = open.remove();
            if (node.depth == depth) {
                continue;
            }
            double below = 0.5;
            if (random.nextDouble() < setShare) {
                node.column = COLUMNS - 1 - random.nextInt(CATEGORICAL);
                node.set = new int[] {random.nextInt(), random.nextInt(), random.nextInt()};
            } else {
                node.column = random.nextInt(COLUMNS - CATEGORICAL);
                node.threshold = random.nextGaussian() * (evenness > 2 ? 0.3 : 1.2);
                below = Normal.cdf(node.threshold);
            }
            node.left = child(node, below, evenness);
            node.right = child(node, 1 - below, evenness);
            open.add(node.left);
            open.add(node.right);
            made++;
        }
        return root;
    }

    private Node child(Node of, double share, double evenness) {
        Node child = new Node();
        child.mass = of.mass * share;
        child.depth = of.depth + 1;
        child.wish = Math.pow(child.mass, evenness) * (0.01 + random.nextDouble());
        return child;
    }

    private void add(Node node) {
        if (node.left == null) {
            trees.leaf(random.nextGaussian(), node.mass);
            return;
        }
        boolean missingLeft = random.nextBoolean();
        int at =
                node.set == null
                        ? trees.inner(node.column, node.threshold, missingLeft, node.mass)
                        : trees.inner(node.column, node.set, missingLeft, node.mass);
        add(node.left);
        trees.right(at);
        add(node.right);
    }

    /// Trees that a walk nearly always leaves near the root.
    private Forest chains(int count, int length) {
        trees = new Forest.Builder();
        for (int t = 0; t < count; t++) {
            trees.tree();
            int[] open = new int[length];
            for (int i = 0; i < length; i++) {
                open[i] =
                        trees.inner(random.nextInt(COLUMNS - CATEGORICAL), -1.3, false, Double.NaN);
            }
            for (int i = length - 1; i >= 0; i--) {
                if (i == length - 1) {
                    trees.leaf(1, Double.NaN);
                }
                trees.right(open[i]);
                trees.leaf(random.nextGaussian(), Double.NaN);
            }
        }
        return trees.build(COLUMNS);
    }

    private void measure(String name, Forest forest) {
        Kernel kernel = new Kernel(forest);
        double[] out = new double[BATCH];
        kernel.sums(BASE, rows, COLUMNS, BATCH, out);
        for (int row = 0; row < BATCH; row++) {
            double plain = forest.sum(BASE, rows, row * COLUMNS);
            if (kernel.sum(BASE, rows, row * COLUMNS) != plain || out[row] != plain) {
                throw new IllegalStateException(name + ": the walks differ in row " + row);
            }
        }
        long steps = steps(forest);
        int n = Math.max(BATCH, (int) (40_000_000L * ROWS / Math.max(1, steps)) / BATCH * BATCH);
        double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (int round = 0; round < ROUNDS + 2; round++) { // the first two warm up
            double[] took = {
                time(() -> plain(forest, n)),
                time(() -> fast(kernel, n)),
                time(() -> batch(kernel, n, out))
            };
            for (int i = 0; i < took.length && round >= 2; i++) {
                least[i] = Math.min(least[i], took[i] / n);
            }
        }
        System.out.printf(
                "| %s | %d | %d | %.1f | %.2f | %.2f | %.1f | %.2f | %.1f |%n",
                name,
                forest.column.length,
                Arrays.stream(forest.depths()).max().orElse(0),
                (double) steps / ROWS / forest.trees(),
                least[0],
                least[1],
                least[0] / least[1],
                least[2],
                least[0] / least[2]);
        if (Double.isNaN(sink)) {
            throw new IllegalStateException(name + ": a sum is no number");
        }
    }

    private long steps(Forest forest) {
        long steps = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int t = 0; t < forest.trees(); t++) {
                int node = forest.roots[t];
                while (forest.column[node] >= 0) {
                    boolean left = forest.goesLeft(node, rows[row * COLUMNS + forest.column[node]]);
                    node = left ? node + 1 : forest.right[node];
                    steps++;
                }
            }
        }
        return steps;
    }

    private void plain(Forest forest, int n) {
        for (int i = 0; i < n; i++) {
            sink += forest.sum(BASE, rows, i % ROWS * COLUMNS);
        }
    }

    private void fast(Kernel kernel, int n) {
        for (int i = 0; i < n; i++) {
            sink += kernel.sum(BASE, rows, i % ROWS * COLUMNS);
        }
    }

    private void batch(Kernel kernel, int n, double[] out) {
        for (int i = 0; i < n; i += BATCH) {
            kernel.sums(BASE, rows, COLUMNS, BATCH, out);
            sink += out[7];
        }
    }

    /// Microseconds of this thread.
    private static double time(Runnable work) {
        long from = THREADS.getCurrentThreadCpuTime();
        work.run();
        return (THREADS.getCurrentThreadCpuTime() - from) / 1e3;
    }
}
