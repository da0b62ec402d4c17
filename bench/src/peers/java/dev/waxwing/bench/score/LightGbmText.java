package dev.waxwing.bench.score;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.StringJoiner;

/// Writes trees as LightGBM's text model. It asks `x <= t`, so `t` is the double just below our threshold; the base goes
/// into the leaves of the first tree.
final class LightGbmText {
    private static final int MISSING_IS_NAN = 2 << 2;
    private static final int DEFAULT_LEFT = 2;

    private LightGbmText() {}

    static void write(Path file, GbdtDoc doc) throws IOException {
        StringBuilder out = new StringBuilder();
        out.append("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n");
        out.append("max_feature_idx=").append(doc.inputs().size() - 1);
        out.append("\nobjective=binary sigmoid:1\nfeature_names=");
        out.append(String.join(" ", doc.inputs())).append("\nfeature_infos=");
        out.append(String.join(" ", Collections.nCopies(doc.inputs().size(), "[-100:100]")));
        out.append("\n\n");
        for (int t = 0; t < doc.trees().size(); t++) {
            tree(out, t, doc.trees().get(t), t == 0 ? doc.baseMargin() : 0);
        }
        out.append("end of trees\n\n");
        Files.writeString(file, out);
    }

    private static void tree(StringBuilder out, int number, Tree tree, double base) {
        int[] inner = new int[tree.nodes()]; // LightGBM numbers inner nodes and leaves apart
        int next = 0;
        for (int n = 0; n < tree.nodes(); n++) {
            inner[n] = tree.left()[n] < 0 ? ~tree.leafIndex()[n] : next++;
        }
        StringJoiner feature = new StringJoiner(" ");
        StringJoiner threshold = new StringJoiner(" ");
        StringJoiner decision = new StringJoiner(" ");
        StringJoiner left = new StringJoiner(" ");
        StringJoiner right = new StringJoiner(" ");
        double[] values = new double[tree.leaves()];
        for (int n = 0; n < tree.nodes(); n++) {
            if (tree.left()[n] < 0) {
                values[tree.leafIndex()[n]] = tree.value()[n] + base;
                continue;
            }
            feature.add(String.valueOf(tree.feature()[n]));
            threshold.add(String.valueOf(Math.nextDown((double) tree.threshold()[n])));
            decision.add(
                    String.valueOf(MISSING_IS_NAN | (tree.missingLeft()[n] ? DEFAULT_LEFT : 0)));
            left.add(String.valueOf(inner[tree.left()[n]]));
            right.add(String.valueOf(inner[tree.right()[n]]));
        }
        StringJoiner leaves = new StringJoiner(" ");
        for (double value : values) {
            leaves.add(String.valueOf(value));
        }
        String zerosInner = String.join(" ", Collections.nCopies(values.length - 1, "0"));
        String onesLeaf = String.join(" ", Collections.nCopies(values.length, "1"));
        out.append("Tree=").append(number);
        out.append("\nnum_leaves=").append(values.length).append("\nnum_cat=0\nsplit_feature=");
        out.append(feature).append("\nsplit_gain=").append(zerosInner);
        out.append("\nthreshold=").append(threshold).append("\ndecision_type=").append(decision);
        out.append("\nleft_child=").append(left).append("\nright_child=").append(right);
        out.append("\nleaf_value=").append(leaves).append("\nleaf_weight=").append(onesLeaf);
        out.append("\nleaf_count=").append(onesLeaf).append("\ninternal_value=");
        out.append(zerosInner).append("\ninternal_weight=").append(zerosInner);
        out.append("\ninternal_count=").append(zerosInner);
        out.append("\nis_linear=0\nshrinkage=1\n\n\n");
    }
}
