package dev.waxwing.model;

import java.util.Locale;

/// What is done to a value before a model sees it. The raw row keeps the value as it was.
public enum Transform {
    NONE,
    /// Of numbers: `ln(1 + x)`; a negative number counts as 0.
    LOG,
    /// Of weights: divided by their Euclidean length, so that a long history says no more than a short one.
    UNIT;

    /// The word that files use: `log`, `unit`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    double number(double value) {
        return this == LOG ? Math.log1p(Math.max(0, value)) : value; // NaN stays NaN
    }
}
