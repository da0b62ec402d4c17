package dev.waxwing.bench.score;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.Tree;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What one writes in Java without thinking about the processor: nodes as objects, or in flat arrays.
final class Naive {
    private Naive() {}

    static void write(Path file, GbdtDoc doc) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeDouble(doc.baseMargin());
            out.writeInt(doc.trees().size());
            for (Tree tree : doc.trees()) {
                node(out, tree, 0);
            }
        }
    }

    private static void node(DataOutputStream out, Tree tree, int node) throws IOException {
        boolean leaf = tree.left()[node] < 0;
        out.writeInt(leaf ? -1 : tree.feature()[node]);
        if (leaf) {
            out.writeDouble(tree.value()[node]);
            return;
        }
        out.writeFloat(tree.threshold()[node]);
        out.writeBoolean(tree.missingLeft()[node]);
        node(out, tree, tree.left()[node]);
        node(out, tree, tree.right()[node]);
    }

    static final class Objects extends FloatPeer {
        private static final class Node {
            int feature;
            float threshold;
            boolean missingLeft;
            double value;
            Node left;
            Node right;
        }

        private final double base;
        private final Node[] roots;

        Objects(Path folder) throws IOException {
            try (DataInputStream in = open(folder)) {
                base = in.readDouble();
                roots = new Node[in.readInt()];
                for (int t = 0; t < roots.length; t++) {
                    roots[t] = read(in);
                }
            }
        }

        private static Node read(DataInputStream in) throws IOException {
            Node node = new Node();
            node.feature = in.readInt();
            if (node.feature < 0) {
                node.value = in.readDouble();
                return node;
            }
            node.threshold = in.readFloat();
            node.missingLeft = in.readBoolean();
            node.left = read(in);
            node.right = read(in);
            return node;
        }

        @Override
        double score(float[] rows, int offset) {
            double sum = base;
            for (Node root : roots) {
                Node node = root;
                while (node.feature >= 0) {
                    float x = rows[offset + node.feature];
                    boolean left = Float.isNaN(x) ? node.missingLeft : x < node.threshold;
                    node = left ? node.left : node.right;
                }
                sum += node.value;
            }
            return 1 / (1 + Math.exp(-sum));
        }
    }

    static final class Flat extends FloatPeer {
        private final double base;
        private final int[] roots;
        private int[] feature = new int[1024];
        private float[] threshold = new float[1024];
        private boolean[] missingLeft = new boolean[1024];
        private int[] right = new int[1024];
        private double[] value = new double[1024];
        private int nodes;

        Flat(Path folder) throws IOException {
            try (DataInputStream in = open(folder)) {
                base = in.readDouble();
                roots = new int[in.readInt()];
                for (int t = 0; t < roots.length; t++) {
                    roots[t] = nodes;
                    read(in);
                }
            }
        }

        private void read(DataInputStream in) throws IOException {
            if (nodes == feature.length) {
                feature = java.util.Arrays.copyOf(feature, 2 * nodes);
                threshold = java.util.Arrays.copyOf(threshold, 2 * nodes);
                missingLeft = java.util.Arrays.copyOf(missingLeft, 2 * nodes);
                right = java.util.Arrays.copyOf(right, 2 * nodes);
                value = java.util.Arrays.copyOf(value, 2 * nodes);
            }
            int at = nodes++;
            feature[at] = in.readInt();
            if (feature[at] < 0) {
                value[at] = in.readDouble();
                return;
            }
            threshold[at] = in.readFloat();
            missingLeft[at] = in.readBoolean();
            read(in);
            right[at] = nodes;
            read(in);
        }

        @Override
        double score(float[] rows, int offset) {
            double sum = base;
            for (int root : roots) {
                int node = root;
                while (feature[node] >= 0) {
                    float x = rows[offset + feature[node]];
                    boolean left = Float.isNaN(x) ? missingLeft[node] : x < threshold[node];
                    node = left ? node + 1 : right[node];
                }
                sum += value[node];
            }
            return 1 / (1 + Math.exp(-sum));
        }
    }

    private static DataInputStream open(Path folder) throws IOException {
        return new DataInputStream(
                new BufferedInputStream(Files.newInputStream(folder.resolve("trees.bin"))));
    }
}
