package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Trees plus linear terms plus a link: `link(base + Σ leaf values + Σ coefficient · x)`, added in this order.
///
/// A missing `x` of a linear term counts as 0; [EnsembleReader] admits only documents that say so.
final class Ensemble {
    final List<String> inputs;
    final Forest forest;
    final double base;
    final int[] linearColumn;
    final double[] linearCoefficient;
    final Link link;
    final Map<String, Integer> leafOutputs; // name of an output that tells a leaf → tree
    final List<Map<String, Integer>> leafNumbers; // by tree: a leaf's id → its number

    Ensemble(
            List<String> inputs,
            Forest forest,
            double base,
            int[] linearColumn,
            double[] linearCoefficient,
            Link link,
            Map<String, Integer> leafOutputs,
            List<Map<String, Integer>> leafNumbers) {
        this.inputs = List.copyOf(inputs);
        this.forest = forest;
        this.base = base;
        this.linearColumn = linearColumn;
        this.linearCoefficient = linearCoefficient;
        this.link = link;
        this.leafOutputs = leafOutputs;
        this.leafNumbers = leafNumbers;
    }

    /// These trees with the coefficients of a regression over their leaves in place of their values.
    ///
    /// Exactly one leaf of each tree is active, so the regression's sum over leaf codes is a sum over trees.
    Ensemble fusedWith(LeafRegression lr) {
        double[][] leafValues = new double[forest.trees()][];
        for (int t = 0; t < leafValues.length; t++) {
            leafValues[t] = new double[forest.leaves(t)];
        }
        for (LeafRegression.LeafTerm term : lr.leafTerms()) {
            Integer tree = leafOutputs.get(term.field());
            if (tree == null) {
                throw term.at()
                        .problem(
                                "'"
                                        + term.field()
                                        + "' is no leaf output of the trees; "
                                        + (leafOutputs.isEmpty()
                                                ? "they have none"
                                                : "they have " + some(leafOutputs)));
            }
            Integer leaf = leafNumbers.get(tree).get(term.leaf());
            if (leaf == null) {
                throw term.at()
                        .problem(
                                "'"
                                        + term.field()
                                        + "' has no leaf '"
                                        + term.leaf()
                                        + "'; its tree has "
                                        + leafValues[tree].length
                                        + " leaves: "
                                        + some(leafNumbers.get(tree)));
            }
            leafValues[tree][leaf] = term.coefficient();
        }
        Map<String, Integer> place = new LinkedHashMap<>();
        for (String input : inputs) {
            place.put(input, place.size());
        }
        List<String> union = new ArrayList<>(inputs);
        int[] columns = new int[lr.inputs().size()];
        double[] coefficients = new double[columns.length];
        for (int i = 0; i < columns.length; i++) {
            String input = lr.inputs().get(i);
            if (!place.containsKey(input)) {
                place.put(input, place.size());
                union.add(input);
            }
            columns[i] = place.get(input);
            coefficients[i] = lr.coefficients().get(i);
        }
        int[] same = new int[inputs.size()];
        for (int i = 0; i < same.length; i++) {
            same[i] = i;
        }
        Forest fused = forest.withLeafValues(leafValues).withColumns(union.size(), same);
        return new Ensemble(
                union,
                fused,
                lr.intercept(),
                columns,
                coefficients,
                lr.link(),
                Map.of(),
                leafNumbers);
    }

    private static String some(Map<String, Integer> names) {
        List<String> first = names.keySet().stream().limit(5).toList();
        return String.join(", ", first) + (names.size() > 5 ? ", …" : "");
    }

    double linear(double before, float[] rows, int offset) {
        double sum = before;
        for (int i = 0; i < linearColumn.length; i++) {
            float x = rows[offset + linearColumn[i]];
            double coefficient = linearCoefficient[i];
            sum += Float.isNaN(x) || coefficient == 0 ? 0 : coefficient * x;
        }
        return sum;
    }
}
