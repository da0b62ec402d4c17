package dev.waxwing.pmml;

import java.util.List;

/// A logistic regression over leaf codes and plain columns, as read from its own document.
record LeafRegression(
        double intercept,
        List<LeafTerm> leafTerms,
        List<String> inputs,
        List<Double> coefficients,
        Link link) {
    LeafRegression {
        leafTerms = List.copyOf(leafTerms);
        inputs = List.copyOf(inputs);
        coefficients = List.copyOf(coefficients);
    }

    /// What one leaf adds.
    record LeafTerm(String field, String leaf, double coefficient, Element at) {}
}
