package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;

/// A regression as read from its own document: terms over numbers, over categories, and a link.
record Equation(
        double intercept,
        List<NumberTerm> numbers,
        List<CategoryTerm> categories,
        Normalization link) {
    Equation {
        numbers = List.copyOf(numbers);
        categories = List.copyOf(categories);
    }

    /// What a number adds: coefficient times value.
    record NumberTerm(String field, double coefficient, Element at) {}

    /// What a category adds.
    record CategoryTerm(String field, String category, double coefficient, Element at) {}

    /// This equation with the terms of another one added.
    Equation and(Equation other) {
        List<NumberTerm> moreNumbers = new ArrayList<>(numbers);
        moreNumbers.addAll(other.numbers);
        List<CategoryTerm> moreCategories = new ArrayList<>(categories);
        moreCategories.addAll(other.categories);
        return new Equation(intercept + other.intercept, moreNumbers, moreCategories, link);
    }
}
