package dev.waxwing.learn;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.waxwing.pmml.Tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One tree of an XGBoost model, renumbered so that nodes and leaves stand left-first, depth-first.
///
/// A split by categories sends those of its set to the right in XGBoost and to the left in a [Tree], so its children are swapped; all others,
/// known or not, go the other way in both.
///
/// Read from the model's JSON and not from its text dump, because the JSON prints floats with all the digits that
/// make them come back the same.
///
/// @param tree as the scorer takes it; values are exact copies of XGBoost's floats
/// @param leafOfNode XGBoost's node number → our leaf number, -1 for inner nodes
/// @param gain loss saved by the split of each of *our* nodes, 0 at leaves
@SuppressWarnings("ArrayRecordComponent") // only passed on inside the module, never compared
record XgbTree(Tree tree, int[] leafOfNode, double[] gain) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    // a decimal goes to float in one step; by way of double it could be rounded
                    // twice
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    /// A model's trees and where they start from.
    /// @param baseProbability what XGBoost calls base_score, a probability
    record Ensemble(List<XgbTree> trees, float baseProbability) {}

    /// @param json what XGBoost writes as "json"
    /// @param trees how many trees to read, from the first
    static Ensemble read(byte[] json, int trees) {
        JsonNode learner;
        try {
            learner = JSON.readTree(json).required("learner");
        } catch (IOException e) {
            throw new TrainingException("XGBoost's model is not readable as JSON", e);
        }
        // "[4.69E-1]" since 3.1 (one number a target), "4.69E-1" before
        String base = learner.required("learner_model_param").required("base_score").asText();
        JsonNode all = learner.required("gradient_booster").required("model").required("trees");
        List<XgbTree> read = new ArrayList<>();
        for (int t = 0; t < trees; t++) {
            read.add(new Reader(all.required(t)).read());
        }
        return new Ensemble(read, Float.parseFloat(base.replace("[", "").replace("]", "")));
    }

    private static final class Reader {
        private final int[] theirLeft;
        private final int[] theirRight;
        private final JsonNode conditions;
        private final JsonNode features;
        private final JsonNode defaultLeft;
        private final JsonNode hessians;
        private final JsonNode lossChanges;
        private final int[][] theirCategories;

        private final int[] feature;
        private final float[] threshold;
        private final int[] left;
        private final int[] right;
        private final boolean[] missingLeft;
        private final double[] value;
        private final double[] cover;
        private final int[] leafIndex;
        private final int[][] categories;
        private final double[] gain;
        private final int[] leafOfNode;
        private int nodes;
        private int leaves;

        Reader(JsonNode tree) {
            theirLeft = ints(tree.required("left_children"));
            theirRight = ints(tree.required("right_children"));
            conditions = tree.required("split_conditions");
            features = tree.required("split_indices");
            defaultLeft = tree.required("default_left");
            hessians = tree.required("sum_hessian");
            lossChanges = tree.required("loss_changes");
            theirCategories = sets(tree, theirLeft.length);
            int reachable = countFrom(0);
            feature = new int[reachable];
            threshold = new float[reachable];
            left = new int[reachable];
            right = new int[reachable];
            missingLeft = new boolean[reachable];
            value = new double[reachable];
            cover = new double[reachable];
            leafIndex = new int[reachable];
            categories = new int[reachable][];
            gain = new double[reachable];
            leafOfNode = new int[theirLeft.length];
            Arrays.fill(leafOfNode, -1);
        }

        XgbTree read() {
            add(0);
            return new XgbTree(
                    new Tree(
                            feature,
                            threshold,
                            left,
                            right,
                            missingLeft,
                            value,
                            cover,
                            leafIndex,
                            categories),
                    leafOfNode,
                    gain);
        }

        /// Adds a node and what hangs below it; trees are at most 16 deep, or as deep as they have leaves.
        private int add(int theirs) {
            int ours = nodes++;
            cover[ours] = hessians.get(theirs).floatValue();
            if (theirLeft[theirs] < 0) {
                left[ours] = -1;
                right[ours] = -1;
                value[ours] = condition(theirs);
                leafIndex[ours] = leaves;
                leafOfNode[theirs] = leaves++;
                return ours;
            }
            feature[ours] = features.get(theirs).intValue();
            boolean set = theirCategories[theirs] != null;
            categories[ours] = theirCategories[theirs];
            threshold[ours] = set ? 0 : condition(theirs);
            missingLeft[ours] = (defaultLeft.get(theirs).intValue() != 0) != set;
            leafIndex[ours] = -1;
            gain[ours] = lossChanges.get(theirs).floatValue();
            left[ours] = add(set ? theirRight[theirs] : theirLeft[theirs]);
            right[ours] = add(set ? theirLeft[theirs] : theirRight[theirs]);
            return ours;
        }

        private float condition(int theirs) {
            return conditions.get(theirs).decimalValue().floatValue();
        }

        /// By their node, the categories of its set, rising; null where it has none.
        private static int[][] sets(JsonNode tree, int nodes) {
            int[][] sets = new int[nodes][];
            int[] all = ints(tree.required("categories"));
            int[] of = ints(tree.required("categories_nodes"));
            int[] begins = ints(tree.required("categories_segments"));
            int[] sizes = ints(tree.required("categories_sizes"));
            for (int i = 0; i < of.length; i++) {
                sets[of[i]] = Arrays.copyOfRange(all, begins[i], begins[i] + sizes[i]);
                Arrays.sort(sets[of[i]]);
            }
            return sets;
        }

        /// Pruned nodes stay in XGBoost's arrays, so what counts is what the root still reaches.
        private int countFrom(int theirs) {
            return theirLeft[theirs] < 0
                    ? 1
                    : 1 + countFrom(theirLeft[theirs]) + countFrom(theirRight[theirs]);
        }

        private static int[] ints(JsonNode array) {
            int[] numbers = new int[array.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = array.get(i).intValue();
            }
            return numbers;
        }
    }
}
