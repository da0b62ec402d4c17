package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Compiles a LightGBM model in its text form (`save_model`, versions v2 to v4).
///
/// The score is what `predict` of all the trees in the file gives. Inputs are doubles, compared with `<=`; a categorical input
/// holds LightGBM's code.
///
/// Source: LightGBM's documentation, "Parameters" and "Advanced Topics" (missing values, categorical features), and its
/// model files; decision types are bits: 1 categorical, 2 missing goes left, 4 and 8 what is missing (none, zero, NaN).
final class LightGbmReader {
    /// Below this, LightGBM takes a number for zero.
    private static final double ZERO = 1e-35f;

    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;

    private enum Missing {
        NONE,
        ZERO,
        NAN
    }

    /// A `name=value` line.
    private record Line(int at, String value) {}

    private final SourceText source;
    private final Forest.Builder builder = new Forest.Builder();
    private int next; // where the next line begins
    private List<String> names = List.of();
    private Missing[] missing = {}; // by feature; null where no number is compared
    private boolean[] categorical = {};

    private LightGbmReader(SourceText source) {
        this.source = source;
    }

    static Ensemble read(SourceText source) {
        return new LightGbmReader(source).ensemble();
    }

    private Ensemble ensemble() {
        Map<String, Line> head = block("Tree=", "end of trees");
        whole(head, "num_class", 1, "classes");
        whole(head, "num_tree_per_iteration", 1, "trees an iteration");
        names = List.of(line(head, "feature_names").value().trim().split("\\s+"));
        int features = (int) number(line(head, "max_feature_idx")) + 1;
        if (names.size() != features || new HashSet<>(names).size() < features) {
            throw problem(
                    line(head, "feature_names"),
                    names.size() + " feature_names, or fewer different ones, for " + features);
        }
        missing = new Missing[features];
        categorical = new boolean[features];
        Line objective = head.getOrDefault("objective", new Line(0, ""));
        Normalization link = link(objective);
        double scale = sigmoid(objective);
        int expected = head.containsKey("tree_sizes") ? words(line(head, "tree_sizes")).length : -1;
        if (head.containsKey("average_output") && expected < 0) {
            throw problem(line(head, "average_output"), "needs tree_sizes");
        }
        double share = head.containsKey("average_output") ? 1.0 / Math.max(1, expected) : 1;
        int trees = 0;
        while (!peek().startsWith("end of trees")) {
            if (!peek().startsWith("Tree=")) {
                throw source.problem(next, "\"Tree=\" or \"end of trees\" is needed here");
            }
            new OneTree(block("Tree=", "end of trees")).add(scale * share);
            trees++;
        }
        if (expected >= 0 && trees != expected) {
            throw source.problem(next, trees + " trees, but tree_sizes tells " + expected);
        }
        return Ensemble.ofTrees(columns(), builder.build(features), 0, link);
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (categorical[i]) {
                if (missing[i] != null) {
                    throw source.problem(
                            0, "'" + names.get(i) + "' is compared as a number and as a category");
                }
                columns.add(Column.categoryNumber(names.get(i), DataType.DOUBLE, true));
            } else if (missing[i] == Missing.ZERO) {
                columns.add(Column.zeroMissing(names.get(i), ZERO));
            } else {
                columns.add(Column.number(names.get(i), DataType.DOUBLE));
            }
        }
        return columns;
    }

    private Normalization link(Line objective) {
        String name = objective.value().trim().split("\\s+")[0];
        if (objective.value().contains(" sqrt")) {
            throw problem(
                    objective, "objective \"" + objective.value() + "\" is not read: its roots");
        }
        return switch (name) {
            case "",
                    "regression",
                    "regression_l2",
                    "regression_l1",
                    "huber",
                    "fair",
                    "quantile",
                    "mape",
                    "lambdarank",
                    "rank_xendcg",
                    "custom" ->
                    Normalization.NONE;
            case "poisson", "gamma", "tweedie" -> Normalization.EXP;
            case "binary", "cross_entropy", "xentropy" -> Normalization.LOGIT;
            default ->
                    throw problem(
                            objective,
                            "objective \""
                                    + name
                                    + "\" is not read; those of regression, two classes,"
                                    + " cross_entropy, counts and ranking are");
        };
    }

    /// How much a sum counts in the exponent; 1 unless the objective says otherwise.
    private double sigmoid(Line objective) {
        for (String word : objective.value().trim().split("\\s+")) {
            if (word.startsWith("sigmoid:")) {
                return number(new Line(objective.at(), word.substring("sigmoid:".length())));
            }
        }
        return 1;
    }

    // Lines

    private String peek() {
        while (next < source.text().length() && source.text().charAt(next) == '\n') {
            next++;
        }
        if (next >= source.text().length()) {
            throw source.problem(next, "the file ends before \"end of trees\"");
        }
        int end = source.text().indexOf('\n', next);
        return source.text()
                .substring(next, end < 0 ? source.text().length() : end)
                .stripTrailing();
    }

    /// Reads lines up to one that begins with either text, other than the first.
    private Map<String, Line> block(String stop, String end) {
        Map<String, Line> lines = new HashMap<>();
        boolean first = true;
        while (true) {
            String line = peek();
            if (!first && (line.startsWith(stop) || line.startsWith(end))) {
                return lines;
            }
            first = false;
            int equals = line.indexOf('=');
            String name = equals < 0 ? line : line.substring(0, equals);
            Line value = new Line(next + equals + 1, equals < 0 ? "" : line.substring(equals + 1));
            if (lines.put(name, value) != null) {
                throw source.problem(next, name + " is there twice");
            }
            int newline = source.text().indexOf('\n', next);
            next = newline < 0 ? source.text().length() : newline + 1;
        }
    }

    private Line line(Map<String, Line> lines, String name) {
        Line found = lines.get(name);
        if (found == null) {
            throw source.problem(next, "the lines before have no \"" + name + "=\"");
        }
        return found;
    }

    private PmmlException problem(Line line, String what) {
        return source.problem(line.at(), what);
    }

    private void whole(Map<String, Line> lines, String name, int wanted, String what) {
        Line line = line(lines, name);
        if (number(line) != wanted) {
            throw problem(
                    line,
                    name
                            + " is "
                            + line.value()
                            + ": several "
                            + what
                            + " tell several numbers a row, and a score is one");
        }
    }

    private static String[] words(Line line) {
        String value = line.value().trim();
        return value.isEmpty() ? new String[0] : value.split("\\s+");
    }

    private double number(Line line) {
        return number(line, line.value().trim());
    }

    private double number(Line line, String word) {
        if (word.equals("inf") || word.equals("-inf")) {
            return word.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        double number;
        try {
            number = DataType.parseDouble(word);
        } catch (IllegalArgumentException e) {
            throw problem(line, e.getMessage());
        }
        if (Double.isNaN(number)) {
            throw problem(line, "NaN is no number that a model may have");
        }
        return number;
    }

    private final class OneTree {
        private final Map<String, Line> lines;
        private final int leaves;
        private int[] left = {};
        private int[] right = {};
        private int[] feature = {};
        private int[] type = {};
        private double[] threshold = {};
        private double[] value = {};
        private double[] leafCount = {};
        private double[] innerCount = {};
        private int[] bounds = {};
        private long[] words = {};

        OneTree(Map<String, Line> lines) {
            this.lines = lines;
            this.leaves = (int) number(line(lines, "num_leaves"));
            if (leaves < 1) {
                throw problem(line(lines, "num_leaves"), "a tree needs a leaf");
            }
            if (lines.containsKey("is_linear") && number(line(lines, "is_linear")) != 0) {
                throw problem(line(lines, "is_linear"), "trees with linear leaves are not read");
            }
            value = numbers("leaf_value", leaves);
            if (leaves > 1) {
                int inner = leaves - 1;
                left = wholes("left_child", inner);
                right = wholes("right_child", inner);
                feature = wholes("split_feature", inner);
                type = wholes("decision_type", inner);
                threshold = numbers("threshold", inner);
                leafCount = counts("leaf_count", leaves);
                innerCount = counts("internal_count", inner);
                int sets = (int) number(line(lines, "num_cat"));
                if (sets > 0) {
                    bounds = wholes("cat_boundaries", sets + 1);
                    double[] written = numbers("cat_threshold", bounds[sets]);
                    words = new long[written.length];
                    for (int i = 0; i < words.length; i++) {
                        words[i] = (long) written[i];
                    }
                }
            } else {
                leafCount = new double[] {Double.NaN};
            }
        }

        private double[] numbers(String name, int count) {
            Line line = line(lines, name);
            String[] written = LightGbmReader.words(line);
            if (written.length != count) {
                throw problem(
                        line,
                        name + " has " + written.length + " numbers, " + count + " are needed");
            }
            double[] numbers = new double[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = number(line, written[i]);
            }
            return numbers;
        }

        private int[] wholes(String name, int count) {
            double[] numbers = numbers(name, count);
            int[] wholes = new int[count];
            for (int i = 0; i < count; i++) {
                wholes[i] = (int) numbers[i];
                if (wholes[i] != numbers[i]) {
                    throw problem(line(lines, name), numbers[i] + " is no whole number");
                }
            }
            return wholes;
        }

        private double[] counts(String name, int count) {
            if (lines.containsKey(name)) {
                return numbers(name, count);
            }
            double[] unknown = new double[count];
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }

        /// Adds the nodes left-first.
        void add(double scale) {
            builder.tree();
            int[] waiting = new int[leaves + 1];
            int[] parent = new int[leaves + 1];
            waiting[0] = leaves > 1 ? 0 : ~0;
            parent[0] = -1;
            int count = 1;
            boolean[] reached = new boolean[left.length];
            while (count > 0) {
                int node = waiting[--count];
                if (parent[count] >= 0) {
                    builder.right(parent[count]);
                }
                while (node >= 0) {
                    if (node >= left.length || reached[node]) {
                        throw problem(line(lines, "left_child"), "its nodes are no tree");
                    }
                    reached[node] = true;
                    int at = inner(node);
                    boolean turned = isTurned(node);
                    waiting[count] = turned ? left[node] : right[node];
                    parent[count++] = at;
                    node = turned ? right[node] : left[node];
                }
                if (~node >= leaves) {
                    throw problem(line(lines, "left_child"), "there is no leaf " + ~node);
                }
                if (!Double.isFinite(scale * value[~node])) {
                    throw problem(line(lines, "leaf_value"), "leaf " + ~node + " is infinite");
                }
                builder.leaf(scale * value[~node], leafCount[~node]);
            }
        }

        private int inner(int node) {
            int of = feature[node];
            if (of < 0 || of >= names.size()) {
                throw problem(line(lines, "split_feature"), "there is no feature " + of);
            }
            if ((type[node] & CATEGORICAL) != 0) {
                categorical[of] = true;
                return builder.inner(of, set(node), false, innerCount[node]);
            }
            Missing own =
                    switch (type[node] >> 2 & 3) {
                        case 0 -> Missing.NONE;
                        case 1 -> Missing.ZERO;
                        case 2 -> Missing.NAN;
                        default ->
                                throw problem(
                                        line(lines, "decision_type"),
                                        type[node] + " is no decision type");
                    };
            if (missing[of] != null && missing[of] != own) {
                throw problem(
                        line(lines, "decision_type"),
                        "'" + names.get(of) + "' is missing in two different ways");
            }
            missing[of] = own;
            boolean left =
                    own == Missing.NONE
                            ? 0 <= threshold[node] // a missing value counts as zero
                            : (type[node] & DEFAULT_LEFT) != 0;
            return isTurned(node)
                    ? builder.inner(of, Double.NEGATIVE_INFINITY, !left, innerCount[node])
                    : builder.inner(of, Math.nextUp(threshold[node]), left, innerCount[node]);
        }

        /// Whether every number goes to the left: then none is below minus infinity and goes to the other side.
        private boolean isTurned(int node) {
            return threshold[node] == Double.POSITIVE_INFINITY && (type[node] & CATEGORICAL) == 0;
        }

        private int[] set(int node) {
            int index = (int) threshold[node];
            if (index < 0 || index >= bounds.length - 1 || bounds[index] < 0) {
                throw problem(line(lines, "threshold"), "there is no set of categories " + index);
            }
            int from = bounds[index];
            int to = bounds[index + 1];
            if (to < from || to > words.length) {
                throw problem(line(lines, "cat_boundaries"), "do not rise, or end too late");
            }
            int[] set = new int[to - from];
            for (int i = 0; i < set.length; i++) {
                set[i] = (int) words[from + i];
            }
            return set;
        }
    }
}
