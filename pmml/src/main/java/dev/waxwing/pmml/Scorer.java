package dev.waxwing.pmml;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Scores rows with a compiled document; one scorer serves all threads.
public final class Scorer {
    private Scorer() {}

    /// Reads and compiles one document.
    public static Scorer load(Path file) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return new Scorer();
    }

    /// Reads a GBDT and the LR over its leaves, and compiles both into one walk of the trees.
    public static Scorer load(Path gbdt, Path lr) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return new Scorer();
    }

    /// Names of a row's columns, in order.
    public List<String> inputs() {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return List.of();
    }

    /// Scores one row, floats in the order of [#inputs()], NaN = missing.
    public double score(float[] row) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return 0;
    }

    /// Scores `n` rows that lie one after the other.
    public void score(float[] rows, int n, double[] out) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
    }

    /// Scores as many rows as `out` has places.
    public void score(float[] rows, double[] out) {
        score(rows, out.length, out);
    }

    /// The score before its link function: log-odds of a logistic model.
    public double margin(float[] row) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return 0;
    }

    /// Says what each input contributed.
    public Explanation explain(float[] row) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return new Explanation(0, Map.of(), 0, 0);
    }

    /// Scores a row given by name.
    public double score(Map<String, ?> row) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
        return 0;
    }
}
