package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Encoded rows as a trainer takes them: `rows` × `columns` floats, row after row in one array. NaN = missing.
///
/// The array is not copied: the caller hands it over and does not write to it any more. Some of the rows ([#rows(int, int)]) or columns
/// ([#select]) are a view of it.
public final class FloatMatrix {
    private final List<String> columns;
    private final int rows;
    private final float[] values;
    private final int width; // of the array
    private final int first; // row of the array
    private final int[] places; // of our columns in the array; null = all, in order

    /// @param columns the name of each column, in order; unique
    /// @param values row-major, exactly `rows · columns.size()` of them
    public FloatMatrix(List<String> columns, int rows, float[] values) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.values = values;
        this.width = this.columns.size();
        this.first = 0;
        this.places = null;
        requireColumns();
        if (rows < 0 || (long) rows * width != values.length) {
            throw new IllegalArgumentException(
                    rows
                            + " rows of "
                            + width
                            + " columns are "
                            + (long) rows * width
                            + " values, got "
                            + values.length);
        }
    }

    /// A view.
    private FloatMatrix(
            FloatMatrix whole, List<String> columns, int first, int rows, int[] places) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.values = whole.values;
        this.width = whole.width;
        this.first = first;
        this.places = places;
        requireColumns();
    }

    private void requireColumns() {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("a matrix has at least 1 column");
        }
        if (new HashSet<>(columns).size() != columns.size()) {
            throw new IllegalArgumentException("column names repeat: " + columns);
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
        return values[(first + row) * width + (places == null ? column : places[column])];
    }

    /// A copy of one row.
    public float[] row(int row) {
        float[] copy = new float[columns.size()];
        copy(row, row + 1, copy);
        return copy;
    }

    /// Copies the rows `from` (inclusive) to `to` (exclusive), row after row, to the beginning of an array.
    void copy(int from, int to, float[] out) {
        if (places == null) {
            System.arraycopy(values, (first + from) * width, out, 0, (to - from) * width);
            return;
        }
        int at = 0;
        for (int row = first + from; row < first + to; row++) {
            for (int place : places) {
                out[at++] = values[row * width + place];
            }
        }
    }

    /// The rows `from` (inclusive) to `to` (exclusive).
    public FloatMatrix rows(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        return new FloatMatrix(this, columns, first + from, to - from, places);
    }

    /// The named columns only, in the order given.
    public FloatMatrix select(List<String> names) {
        if (names.equals(columns)) {
            return this;
        }
        Map<String, Integer> index = new HashMap<>();
        for (int c = 0; c < columns.size(); c++) {
            index.put(columns.get(c), places == null ? c : places[c]);
        }
        int[] from = new int[names.size()];
        for (int c = 0; c < from.length; c++) {
            Integer place = index.get(names.get(c));
            if (place == null) {
                throw new IllegalArgumentException(
                        "there is no column " + names.get(c) + " among " + columns);
            }
            from[c] = place;
        }
        return new FloatMatrix(this, names, first, rows, from);
    }
}
