package dev.waxwing.pmml;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

/// The walk that is chosen against the plain one for forests of every shape, so that none is slower for it. It stands in the scorer's
/// package because both walks are its own affair.
///
/// Forests and rows are drawn: a threshold's quantile is a leaf's share, so the trees' cover is right. CPU time of the thread,
/// the least of the rounds.
public final class ShapesBench {
    private static final int CATEGORICAL = 4; // the last columns, codes 0 to 95
    private static final int ROWS = 4_096;
    private static final int BATCH = 500;
    private static final int ROUNDS = 9;
    private static final double BASE = 0.5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Random random = new Random(1);
    private final int columns;
    private final float[] rows;
    private final int[] order =
            new int[1 << 20]; // longer than a processor's memory of what it guessed
    private Forest.Builder trees = new Forest.Builder();
    private double sink;
    private boolean coverTold = true;

    private ShapesBench(int columns) {
        this.columns = columns;
        Arrays.setAll(order, i -> random.nextInt(ROWS) * columns);
        this.rows = new float[columns * ROWS];
        for (int i = 0; i < rows.length; i++) {
            int column = i % columns;
            boolean category = column >= columns - CATEGORICAL;
            rows[i] = category ? random.nextInt(96) : (float) random.nextGaussian();
            if (column < 12 && random.nextInt(10) == 0) {
                rows[i] = Float.NaN;
            }
        }
    }

    /// Prints a table.
    public static void main(String[] args) {
        ShapesBench bench = new ShapesBench(40);
        bench.measure("100 × depth 3", bench.forest(100, 8, 3, 0, 9));
        bench.measure("100 × depth 6", bench.forest(100, 64, 6, 0, 9));
        bench.measure("500 × depth 6", bench.forest(500, 64, 6, 0, 9));
        bench.measure("100 × depth 8", bench.forest(100, 256, 8, 0, 9));
        bench.measure("100 × 63 leaves", bench.forest(100, 63, 99, 0, 1));
        bench.measure("100 × 255 leaves", bench.forest(100, 255, 99, 0, 1));
        bench.measure("100 × 255 leaves, lopsided", bench.forest(100, 255, 99, 0, 0.3));
        bench.measure("100 × 2,000 leaves, depth 20", bench.forest(100, 2_000, 20, 0, 0.7));
        bench.measure("100 × 63 leaves, 2/5 sets", bench.forest(100, 63, 99, 0.4, 1));
        bench.measure("1 × depth 6", bench.forest(1, 64, 6, 0, 9));
        for (boolean told : new boolean[] {true, false}) {
            bench.coverTold = told;
            String cover = told ? "" : ", no cover told";
            bench.measure("100 × chains of 60, soon left" + cover, bench.chains(100, 60, -1.3));
            bench.measure("100 × chains of 60, even" + cover, bench.chains(100, 60, 0));
            bench.measure("100 × chains of 60, kept long" + cover, bench.chains(100, 60, 1.3));
            bench.measure("100 × chains of 6, soon left" + cover, bench.chains(100, 6, -1.3));
        }
        bench.measure("100 × 63 leaves, no cover told", bench.forest(100, 63, 99, 0, 1));
        ShapesBench wide = new ShapesBench(400);
        wide.measure("1 × depth 10, 400 columns", wide.forest(1, 1024, 10, 0, 9));
        wide.measure("10 × depth 6, 400 columns", wide.forest(10, 64, 6, 0, 9));
        wide.measure("30 × depth 6, 400 columns", wide.forest(30, 64, 6, 0, 9));
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
        return trees.build(columns);
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
                node.column = columns - 1 - random.nextInt(CATEGORICAL);
                node.set = new int[] {random.nextInt(), random.nextInt(), random.nextInt()};
            } else {
                node.column = random.nextInt(columns - CATEGORICAL);
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
            trees.leaf(random.nextGaussian(), coverTold ? node.mass : Double.NaN);
            return;
        }
        boolean missingLeft = random.nextBoolean();
        int at =
                node.set == null
                        ? trees.inner(
                                node.column,
                                node.threshold,
                                missingLeft,
                                coverTold ? node.mass : Double.NaN)
                        : trees.inner(
                                node.column,
                                node.set,
                                missingLeft,
                                coverTold ? node.mass : Double.NaN);
        add(node.left);
        trees.right(at);
        add(node.right);
    }

    /// Trees whose every node has a leaf, to which the values above the threshold go.
    private Forest chains(int count, int length, double threshold) {
        double kept = Normal.cdf(threshold);
        trees = new Forest.Builder();
        for (int t = 0; t < count; t++) {
            trees.tree();
            Node root = new Node();
            root.mass = 1;
            Node last = root;
            for (int i = 0; i < length; i++) {
                last.column = random.nextInt(columns - CATEGORICAL);
                last.threshold = threshold;
                last.left = child(last, kept, 1);
                last.right = child(last, 1 - kept, 1);
                last = last.left;
            }
            add(root);
        }
        return trees.build(columns);
    }

    private void measure(String name, Forest forest) {
        Walk walk = Walk.of(forest);
        double[] out = new double[BATCH];
        walk.sums(BASE, rows, columns, BATCH, out);
        for (int row = 0; row < BATCH; row++) {
            double plain = forest.sum(BASE, rows, row * columns);
            if (walk.sum(BASE, rows, row * columns) != plain || out[row] != plain) {
                throw new IllegalStateException(name + ": the walks differ in row " + row);
            }
        }
        long steps = steps(forest);
        int n =
                (int)
                        Math.min(
                                200_000,
                                Math.max(
                                        BATCH,
                                        40_000_000L * ROWS / Math.max(1, steps) / BATCH * BATCH));
        double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (int round = 0; round < ROUNDS + 2; round++) { // the first two warm up
            double[] took = {
                time(() -> single(forest, n)),
                time(() -> single(walk, n)),
                time(() -> batch(walk, n, out))
            };
            for (int i = 0; i < took.length && round >= 2; i++) {
                least[i] = Math.min(least[i], took[i] / n);
            }
        }
        System.out.printf(
                "| %s | %d | %d | %.1f | %.2f | %s | %.2f | %.1f | %.2f | %.1f |%n",
                name,
                forest.column.length,
                Arrays.stream(forest.depths()).max().orElse(0),
                (double) steps / ROWS / forest.trees(),
                least[0],
                walk == forest ? "plain" : "fast",
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
                    boolean left = forest.goesLeft(node, rows[row * columns + forest.column[node]]);
                    node = left ? node + 1 : forest.right[node];
                    steps++;
                }
            }
        }
        return steps;
    }

    private void single(Walk walk, int n) {
        for (int i = 0; i < n; i++) {
            sink += walk.sum(BASE, rows, order[i & (order.length - 1)]);
        }
    }

    private void batch(Walk walk, int n, double[] out) {
        for (int i = 0; i < n; i += BATCH) {
            walk.sums(BASE, rows, columns, BATCH, out);
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
