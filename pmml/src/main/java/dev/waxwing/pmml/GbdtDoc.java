package dev.waxwing.pmml;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A boosted ensemble for two classes: the log-odds of class `1` are `baseMargin` plus one leaf value a tree.
///
/// @param inputs names of the columns, in the order of [Tree#feature()]
/// @param trees added up in this order
/// @param baseMargin log-odds before any tree
public record GbdtDoc(List<String> inputs, List<Tree> trees, double baseMargin) {
    /// Checks that the names differ and that the trees stay within the inputs.
    public GbdtDoc {
        inputs = List.copyOf(inputs);
        trees = List.copyOf(trees);
        checkInputs(inputs);
        if (!Double.isFinite(baseMargin)) {
            throw new IllegalArgumentException("baseMargin must be finite, got " + baseMargin);
        }
        for (int t = 0; t < trees.size(); t++) {
            Tree tree = trees.get(t);
            for (int n = 0; n < tree.nodes(); n++) {
                if (tree.left()[n] >= 0 && tree.feature()[n] >= inputs.size()) {
                    throw new IllegalArgumentException(
                            "tree "
                                    + t
                                    + " node "
                                    + n
                                    + " compares feature "
                                    + tree.feature()[n]
                                    + " of "
                                    + inputs.size());
                }
            }
        }
        greatestCategories(inputs, trees);
    }

    /// By input, the greatest category that a node asks for; -1 for an input that is compared with thresholds, or with nothing.
    int[] greatestCategories() {
        return greatestCategories(inputs, trees);
    }

    private static int[] greatestCategories(List<String> inputs, List<Tree> trees) {
        int[] greatest = new int[inputs.size()];
        boolean[] number = new boolean[inputs.size()];
        Arrays.fill(greatest, -1);
        for (Tree tree : trees) {
            for (int n = 0; n < tree.nodes(); n++) {
                int input = tree.feature()[n];
                int[] categories = tree.categories()[n];
                if (categories != null) {
                    int last = categories[categories.length - 1];
                    greatest[input] = Math.max(greatest[input], last);
                } else if (tree.left()[n] >= 0) {
                    number[input] = true;
                }
            }
        }
        for (int input = 0; input < greatest.length; input++) {
            if (greatest[input] >= 0 && number[input]) {
                throw new IllegalArgumentException(
                        "input '"
                                + inputs.get(input)
                                + "' is compared with thresholds and with categories; it can be"
                                + " only one of both");
            }
        }
        return greatest;
    }

    static void checkInputs(List<String> inputs) {
        Set<String> seen = new HashSet<>();
        for (String input : inputs) {
            requireNonNull(input, "an input's name is null");
            if (input.isBlank()) {
                throw new IllegalArgumentException("an input's name is blank");
            }
            if (!seen.add(input)) {
                throw new IllegalArgumentException("input '" + input + "' is named twice");
            }
        }
    }
}
