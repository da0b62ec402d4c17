package dev.waxwing.learn;

import java.util.List;

/// How far predicted probabilities can be taken at their word.
///
/// @param predicted mean predicted probability
/// @param actual share of rows with label 1
/// @param bins rows cut by score into bins of (nearly) equal row counts, lowest scores first; equal scores share a bin
public record Calibration(double predicted, double actual, List<Bin> bins) {
    /// Rows whose scores lie next to each other.
    /// @param low lowest score inside
    /// @param high highest score inside
    /// @param predicted mean score inside
    /// @param actual share of label 1 inside
    public record Bin(double low, double high, int rows, double predicted, double actual) {}

    public Calibration {
        bins = List.copyOf(bins);
    }

    /// Predicted clicks per actual click: 1 is perfect, 1.1 promises 10 % too many; infinite without any click.
    public double ratio() {
        return predicted / actual;
    }
}
