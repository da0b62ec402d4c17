package dev.waxwing.bench.score;

import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtModel;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.GbdtTrainer;
import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.GbdtPmml;
import dev.waxwing.pmml.LrDoc;
import dev.waxwing.pmml.LrPmml;
import dev.waxwing.pmml.Tree;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Trains a subject and writes it in every form that somebody reads, with the answers of the definition beside them.
final class Forms {
    static final int TRAINED = 200_000;
    private static final int CHECKED = 1_000;

    private Forms() {}

    static Rows checkedRows() {
        return new Rows(2, CHECKED);
    }

    static void write(Path folder, Subject subject) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Rows rows = new Rows(1, TRAINED);
        GbdtParams params =
                GbdtParams.of(
                        Map.of(
                                "trees", subject.trees(),
                                "depth", subject.depth(),
                                "max-leaves", subject.leaves(),
                                "threads", 1));
        FloatMatrix matrix = FloatMatrix.unnamed(TRAINED, Rows.WIDTH, rows.values);
        GbdtModel model = GbdtTrainer.train(matrix, rows.clicked, params);
        GbdtDoc doc = model.toDoc();
        LrDoc lr = regression(doc);
        GbdtPmml.write(folder.resolve("gbdt.pmml"), doc);
        LrPmml.write(folder.resolve("lr.pmml"), lr);
        PlainPmml.writeTrees(folder.resolve("plain.pmml"), doc);
        PlainPmml.writeTreesAndRegression(folder.resolve("leaves.pmml"), doc, lr);
        Files.write(folder.resolve("xgboost.json"), model.xgboostJson());
        OnnxFile.write(folder.resolve("model.onnx"), doc);
        LightGbmText.write(folder.resolve("lightgbm.txt"), doc);
        IfElseC.write(folder.resolve("model.so"), doc);
        Naive.write(folder.resolve("trees.bin"), doc);
        Rows checked = checkedRows();
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(folder.resolve("answers.bin")))) {
            for (int row = 0; row < CHECKED; row++) {
                double trees = doc.baseMargin();
                double leaves = lr.intercept();
                for (int t = 0; t < doc.trees().size(); t++) {
                    Tree tree = doc.trees().get(t);
                    int leaf = leaf(tree, checked.values, row * Rows.WIDTH);
                    trees += tree.value()[leaf];
                    leaves += lr.leafCoefficients()[t][tree.leafIndex()[leaf]];
                }
                out.writeDouble(1 / (1 + Math.exp(-trees)));
                out.writeDouble(1 / (1 + Math.exp(-leaves)));
            }
        }
        int nodes = doc.trees().stream().mapToInt(Tree::nodes).sum();
        int leaves = doc.trees().stream().mapToInt(Tree::leaves).sum();
        int deepest = doc.trees().stream().mapToInt(Tree::depth).max().orElse(0);
        System.out.printf(
                "%s: %d trees, %d nodes, %d leaves, depth %d, %.2f MB of PMML%n",
                subject.name(),
                doc.trees().size(),
                nodes,
                leaves,
                deepest,
                Files.size(folder.resolve("plain.pmml")) / 1e6);
    }

    /// What a trainer would make of the leaves plays no part for the time it takes.
    private static LrDoc regression(GbdtDoc doc) {
        Random random = new Random(3);
        double[][] leaves = new double[doc.trees().size()][];
        for (int t = 0; t < leaves.length; t++) {
            leaves[t] = new double[doc.trees().get(t).leaves()];
            Arrays.setAll(leaves[t], leaf -> 0.1 * random.nextGaussian());
        }
        return new LrDoc(-1.5, leaves.length, leaves, List.of(), new double[0]);
    }

    private static int leaf(Tree tree, float[] rows, int offset) {
        int node = 0;
        while (tree.left()[node] >= 0) {
            float x = rows[offset + tree.feature()[node]];
            boolean left = Float.isNaN(x) ? tree.missingLeft()[node] : x < tree.threshold()[node];
            node = left ? tree.left()[node] : tree.right()[node];
        }
        return node;
    }
}
