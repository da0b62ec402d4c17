package dev.waxwing.pmml;

import static java.util.Objects.requireNonNull;

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
