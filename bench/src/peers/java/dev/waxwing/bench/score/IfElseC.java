package dev.waxwing.bench.score;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes trees as nested ifs in C, as Treelite and its kin do, and compiles them for this machine.
final class IfElseC {
    private IfElseC() {}

    static void write(Path library, GbdtDoc doc) throws IOException, InterruptedException {
        StringBuilder out = new StringBuilder("#include <math.h>\n");
        for (int t = 0; t < doc.trees().size(); t++) {
            out.append("static double t").append(t).append("(const float *x) {\n");
            node(out, doc.trees().get(t), 0);
            out.append("}\n");
        }
        out.append("double score(const float *x) {\ndouble s = ").append(doc.baseMargin());
        out.append(";\n");
        for (int t = 0; t < doc.trees().size(); t++) {
            out.append("s += t").append(t).append("(x);\n");
        }
        out.append("return 1 / (1 + exp(-s));\n}\n");
        out.append("void scores(const float *x, long n, long w, double *out) {\n");
        out.append("for (long i = 0; i < n; i++) out[i] = score(x + i * w);\n}\n");
        Path source = library.resolveSibling("model.c");
        Files.writeString(source, out);
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-O3",
                                "-march=native",
                                "-shared",
                                "-fPIC",
                                "-o",
                                library.toString(),
                                source.toString(),
                                "-lm")
                        .inheritIO()
                        .start();
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc could not compile " + source);
        }
    }

    private static void node(StringBuilder out, Tree tree, int node) {
        int left = tree.left()[node];
        if (left < 0) {
            out.append("return ").append(tree.value()[node]).append(";\n");
            return;
        }
        String x = "x[" + tree.feature()[node] + "]";
        String threshold = (double) tree.threshold()[node] + "f";
        // A comparison with NaN is false, which sends it right unless it is asked the other way
        // round.
        out.append("if (").append(tree.missingLeft()[node] ? "!(" + x + " >= " : "(" + x + " < ");
        out.append(threshold).append(")) {\n");
        node(out, tree, left);
        out.append("} else {\n");
        node(out, tree, tree.right()[node]);
        out.append("}\n");
    }
}
