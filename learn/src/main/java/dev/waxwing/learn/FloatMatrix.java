package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Encoded rows as a trainer takes them: `rows` × `columns` floats, row after row in one array. NaN = missing.
///
/// The array is not copied: the caller hands it over and does not write to it any more.
public final class FloatMatrix {
    private final List<String> columns;
    private final int rows;
    private final float[] values;

    /// @param columns the name of each column, in order; unique
    /// @param values row-major, exactly `rows · columns.size()` of them
    public FloatMatrix(List<String> columns, int rows, float[] values) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.values = values;
        if (rows < 0 || this.columns.isEmpty()) {
            throw new IllegalArgumentException(
                    "a matrix has at least 1 column and no negative number of rows, got "
                            + rows
                            + " rows and "
                            + this.columns.size()
                            + " columns");
        }
        if ((long) rows * this.columns.size() != values.length) {
            throw new IllegalArgumentException(
                    rows
                            + " rows of "
                            + this.columns.size()
                            + " columns are "
                            + (long) rows * this.columns.size()
                            + " values, got "
                            + values.length);
        }
        if (new HashSet<>(this.columns).size() != this.columns.size()) {
            throw new IllegalArgumentException("column names repeat: " + this.columns);
        }
    }

    /// A matrix whose columns are called `f0`, `f1`, …
    public static FloatMatrix unnamed(int rows, int columns, float[] values) {
        List<String> names = new ArrayList<>(columns);
        for (int c = 0; c < columns; c++) {
            names.add("f" + c);
        }
        return new FloatMatrix(names, rows, values);
    }

    public int rows() {
        return rows;
    }

    public int columnCount() {
        return columns.size();
    }

    public List<String> columns() {
        return columns;
    }

    public float get(int row, int column) {
        return values[row * columns.size() + column];
    }

    /// A copy of one row.
    public float[] row(int row) {
        int width = columns.size();
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }

    /// A copy of the rows `from` (inclusive) to `to` (exclusive).
    public FloatMatrix rows(int from, int to) {
        int width = columns.size();
        return new FloatMatrix(
                columns, to - from, Arrays.copyOfRange(values, from * width, to * width));
    }

    /// A copy that keeps the named columns only, in the order given.
    public FloatMatrix select(List<String> names) {
        int[] from = new int[names.size()];
        for (int c = 0; c < from.length; c++) {
            from[c] = columns.indexOf(names.get(c));
            if (from[c] < 0) {
                throw new IllegalArgumentException(
                        "there is no column " + names.get(c) + " among " + columns);
            }
        }
        int width = columns.size();
        float[] kept = new float[rows * from.length];
        int at = 0;
        for (int row = 0; row < rows; row++) {
            for (int column : from) {
                kept[at++] = values[row * width + column];
            }
        }
        return new FloatMatrix(names, rows, kept);
    }

    /// The array itself, for kernels of this module that only read it.
    float[] values() {
        return values;
    }
}
