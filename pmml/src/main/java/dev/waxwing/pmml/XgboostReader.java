package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Compiles an XGBoost model as `save_model("….json")` of XGBoost 1.x to 3.x writes it.
///
/// The score is what `predict` of all the trees in the file gives (a `best_iteration` in its attributes is not heeded, as
/// `Booster.predict` does not heed it). Inputs are floats, and so are the sums. A categorical input holds XGBoost's code.
///
/// Source: XGBoost's documentation, "Introduction to Model IO" and its JSON schema; objectives: "XGBoost Parameters".
final class XgboostReader {
    private static final int MOST_FEATURES = 1_000_000;

    /// Codes of sets take a bit each up to the greatest; more words than this in all are no model that anybody trained.
    private static final int MOST_WORDS = 4_000_000;

    private final Json learner;
    private final Forest.Builder builder = new Forest.Builder();
    private final Set<Integer> categorical = new HashSet<>();
    private int width;
    private long words;

    private XgboostReader(Json learner) {
        this.learner = learner;
    }

    static Ensemble read(SourceText source) {
        Json document = Json.read(source);
        if (!document.has("learner")) {
            throw document.problem(
                    "is JSON, but no XGBoost model: it has no \"learner\". PMML, XGBoost's JSON"
                            + " and LightGBM's text are read");
        }
        int[] version = document.has("version") ? document.get("version").wholes() : new int[0];
        boolean early = version.length == 0 || version[0] < 3;
        Json objective = document.get("learner").get("objective").get("name");
        if (early && objective.text().equals("binary:logitraw")) {
            throw objective.problem(
                    "objective \"binary:logitraw\" is read from XGBoost 3 on: before, what its"
                            + " base_score means differed between versions. Save the model with a"
                            + " newer XGBoost");
        }
        return new XgboostReader(document.get("learner")).ensemble();
    }

    private Ensemble ensemble() {
        Json param = learner.get("learner_model_param");
        one(param, "num_class");
        one(param, "num_target");
        width = param.get("num_feature").whole();
        if (width < 0 || width > MOST_FEATURES) {
            throw param.get("num_feature")
                    .problem(width + " features; 0 to " + MOST_FEATURES + " are read");
        }
        Json objective = learner.get("objective").get("name");
        Normalization link = link(objective);
        float base = marginOf(objective, baseScore(param));
        Json booster = learner.get("gradient_booster");
        String name = booster.get("name").text();
        switch (name) {
            case "gbtree" -> trees(booster.get("model"), new float[0]);
            case "dart" ->
                    trees(booster.get("gbtree").get("model"), booster.get("weight_drop").floats());
            default ->
                    throw booster.problem(
                            "booster \"" + name + "\" is not read; gbtree and dart are");
        }
        return Ensemble.ofTrees(columns(), builder.buildWithFloatSums(width), base, link);
    }

    private static void one(Json param, String member) {
        if (param.has(member) && param.get(member).whole() > 1) {
            throw param.get(member)
                    .problem(
                            member
                                    + " is "
                                    + param.get(member).whole()
                                    + ": the model tells several numbers a row, and a score is"
                                    + " one");
        }
    }

    private static Normalization link(Json objective) {
        String name = objective.text();
        return switch (name) {
            case "reg:squarederror",
                    "reg:linear",
                    "reg:squaredlogerror",
                    "reg:pseudohubererror",
                    "reg:absoluteerror",
                    "reg:quantileerror",
                    "binary:logitraw",
                    "rank:pairwise",
                    "rank:ndcg",
                    "rank:map" ->
                    Normalization.NONE;
            case "binary:logistic", "reg:logistic" -> Normalization.LOGIT;
            case "count:poisson", "reg:gamma", "reg:tweedie" -> Normalization.EXP;
            default ->
                    throw objective.problem(
                            "objective \""
                                    + name
                                    + "\" is not read; those of regression, two classes, counts"
                                    + " and ranking are");
        };
    }

    /// "5E-1", or "[5E-1]" since 3.1.
    private static float baseScore(Json param) {
        Json written = param.get("base_score");
        String text = written.text().trim();
        if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw written.problem("base_score is '" + written.text() + "'; one number is needed");
        }
    }

    /// The base score is kept as a prediction; trees add to what stands before the link.
    private static float marginOf(Json objective, float base) {
        float margin =
                switch (objective.text()) {
                    case "binary:logistic", "reg:logistic" -> (float) -Math.log(1.0f / base - 1.0f);
                    case "count:poisson", "reg:gamma", "reg:tweedie" -> (float) Math.log(base);
                    default -> base;
                };
        if (!Float.isFinite(margin)) {
            throw objective.problem(
                    "base_score "
                            + base
                            + " is no prediction that objective \""
                            + objective.text()
                            + "\" can make");
        }
        return margin;
    }

    private List<Column> columns() {
        List<String> names = new ArrayList<>();
        if (learner.has("feature_names")) {
            learner.get("feature_names").items().forEach(item -> names.add(item.text()));
        }
        if (!names.isEmpty() && names.size() != width) {
            throw learner.get("feature_names")
                    .problem(names.size() + " feature_names for " + width + " features");
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw learner.get("feature_names").problem("a feature's name is there twice");
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            String name = names.isEmpty() ? "f" + i : names.get(i);
            columns.add(
                    categorical.contains(i)
                            ? Column.categoryNumber(name, DataType.FLOAT, false)
                            : Column.number(name, DataType.FLOAT));
        }
        return columns;
    }

    private void trees(Json model, float[] weights) {
        List<Json> trees = model.get("trees").items();
        if (weights.length > 0 && weights.length != trees.size()) {
            throw model.problem(trees.size() + " trees have " + weights.length + " weights");
        }
        for (int t = 0; t < trees.size(); t++) {
            new OneTree(trees.get(t)).add(weights.length == 0 ? 1 : weights[t]);
        }
    }

    private final class OneTree {
        private final Json tree;
        private final int[] left;
        private final int[] right;
        private final int[] feature;
        private final float[] condition;
        private final boolean[] defaultLeft;
        private final float[] cover;
        private final int[][] sets; // by node; null where it compares with a threshold

        OneTree(Json tree) {
            this.tree = tree;
            this.left = tree.get("left_children").wholes();
            this.right = same("right_children", tree.get("right_children").wholes());
            this.feature = same("split_indices", tree.get("split_indices").wholes());
            this.condition = tree.get("split_conditions").floats();
            this.defaultLeft = tree.get("default_left").flags();
            this.cover = tree.get("sum_hessian").floats();
            if (left.length == 0
                    || condition.length != left.length
                    || defaultLeft.length != left.length
                    || cover.length != left.length) {
                throw tree.problem("the arrays of a tree differ in length, or are empty");
            }
            Json param = tree.get("tree_param");
            if (param.has("size_leaf_vector") && param.get("size_leaf_vector").whole() > 1) {
                throw param.problem("leaves hold several numbers, and a score is one");
            }
            this.sets = new int[left.length][];
            readSets();
        }

        private int[] same(String name, int[] array) {
            if (array.length != left.length) {
                throw tree.problem(
                        name + " has " + array.length + " entries, for " + left.length + " nodes");
            }
            return array;
        }

        private void readSets() {
            if (!tree.has("split_type")) {
                return; // before 1.5 all splits are numeric
            }
            int[] type = same("split_type", tree.get("split_type").wholes());
            int[] nodes = tree.get("categories_nodes").wholes();
            int[] begins = tree.get("categories_segments").wholes();
            int[] sizes = tree.get("categories_sizes").wholes();
            int[] categories = tree.get("categories").wholes();
            if (begins.length != nodes.length || sizes.length != nodes.length) {
                throw tree.problem("the arrays of categories differ in length");
            }
            for (int i = 0; i < nodes.length; i++) {
                if (nodes[i] < 0
                        || nodes[i] >= left.length
                        || begins[i] < 0
                        || sizes[i] < 0
                        || sizes[i] > categories.length - begins[i]) {
                    throw tree.problem("a split's categories lie outside of their array");
                }
                int greatest = 0;
                for (int k = begins[i]; k < begins[i] + sizes[i]; k++) {
                    if (categories[k] < 0 || categories[k] >= 1 << 24) {
                        throw tree.problem("category " + categories[k] + " is no code");
                    }
                    greatest = Math.max(greatest, categories[k]);
                }
                words += greatest / 32 + 1;
                if (words > MOST_WORDS) {
                    throw tree.problem(
                            "sets of categories take more than " + MOST_WORDS + " words");
                }
                int[] set = new int[greatest / 32 + 1];
                for (int k = begins[i]; k < begins[i] + sizes[i]; k++) {
                    set[categories[k] >> 5] |= 1 << categories[k];
                }
                sets[nodes[i]] = set;
            }
            for (int n = 0; n < left.length; n++) {
                if (left[n] >= 0 && (type[n] == 1) != (sets[n] != null)) {
                    throw tree.problem("node " + n + " has categories and no such split, or none");
                }
            }
        }

        /// Adds the nodes left-first; their numbers in the file are in another order.
        void add(float weight) {
            builder.tree();
            int[] waiting =
                    new int[left.length + 1]; // right children, and the places of their parents
            int[] parent = new int[left.length + 1];
            int count = 1;
            parent[0] = -1;
            boolean[] seen = new boolean[left.length];
            while (count > 0) {
                int node = waiting[--count];
                if (parent[count] >= 0) {
                    builder.right(parent[count]);
                }
                while (true) {
                    if (node < 0 || node >= left.length || seen[node]) {
                        throw tree.problem("node " + node + " is reached twice, or not there");
                    }
                    seen[node] = true;
                    if (left[node] == -1) {
                        leaf(node, weight);
                        break;
                    }
                    int at = inner(node);
                    boolean set = sets[node] != null;
                    waiting[count] = set ? left[node] : right[node];
                    parent[count++] = at;
                    node = set ? right[node] : left[node];
                }
            }
        }

        private void leaf(int node, float weight) {
            if (!Float.isFinite(weight * condition[node])) {
                throw tree.problem("leaf " + node + " has the value " + weight * condition[node]);
            }
            builder.leaf(weight * condition[node], cover[node]);
        }

        /// Categories of a set go to the right in XGBoost, and to the left in a [Forest].
        private int inner(int node) {
            if (feature[node] < 0 || feature[node] >= width) {
                throw tree.problem(
                        "node " + node + " compares feature " + feature[node] + " of " + width);
            }
            if (sets[node] != null) {
                categorical.add(feature[node]);
                return builder.inner(feature[node], sets[node], !defaultLeft[node], cover[node]);
            }
            if (Float.isNaN(condition[node])) {
                throw tree.problem("node " + node + " compares with NaN");
            }
            return builder.inner(feature[node], condition[node], defaultLeft[node], cover[node]);
        }
    }
}
