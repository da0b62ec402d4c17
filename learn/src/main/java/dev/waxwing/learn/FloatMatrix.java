package dev.waxwing.learn;

import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Encoded rows as a trainer takes them: `rows` × `columns` floats, NaN = missing.
///
/// Either an array, row after row, which is not copied: the caller hands it over and does not write to it any more. Or raw rows that are
/// encoded whenever some of them are asked for ([#of]), so that the whole is in memory once, as it was read. Some of the rows
/// ([#rows(int, int)]) or columns ([#select]) are a view.
public final class FloatMatrix {
    private static final int BLOCK = 256; // rows

    private final List<String> columns;
    private final int rows;
    private final Source source;
    private final int width; // of the source
    private final int first; // row of the source
    private final int[] places; // of our columns in the source; null = all, in order
    private List<ColumnFacts> facts; // once they were asked for

    /// Where rows come from.
    @FunctionalInterface
    private interface Source {
        /// Copies the rows `from` (inclusive) to `to` (exclusive), all columns, to the beginning of an array.
        void copy(int from, int to, float[] out);
    }

    /// @param columns the name of each column, in order; unique
    /// @param values row-major, exactly `rows · columns.size()` of them
    public FloatMatrix(List<String> columns, int rows, float[] values) {
        this(columns, rows, inArray(values, columns.size()), columns.size(), 0, null);
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

    private FloatMatrix(
            List<String> columns, int rows, Source source, int width, int first, int[] places) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.source = source;
        this.width = width;
        this.first = first;
        this.places = places;
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("a matrix has at least 1 column");
        }
        if (new HashSet<>(columns).size() != columns.size()) {
            throw new IllegalArgumentException("column names repeat: " + columns);
        }
    }

    private static Source inArray(float[] values, int width) {
        return (from, to, out) ->
                System.arraycopy(values, from * width, out, 0, (to - from) * width);
    }

    /// The dense form of raw rows, made anew whenever it is read.
    public static FloatMatrix of(FeatureSpace space, FeatureRows rows) {
        return new FloatMatrix(
                space.columns(),
                rows.size(),
                (from, to, out) -> space.encode(rows, from, to, out),
                space.width(),
                0,
                null);
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

    /// One value; whoever wants many asks for rows.
    public float get(int row, int column) {
        return row(row)[column];
    }

    /// A copy of one row.
    public float[] row(int row) {
        float[] copy = new float[columns.size()];
        copy(row, row + 1, copy);
        return copy;
    }

    /// Copies the rows `from` (inclusive) to `to` (exclusive), row after row, to the beginning of an array.
    void copy(int from, int to, float[] out) {
        Objects.checkFromToIndex(from, to, rows);
        if (places == null) {
            source.copy(first + from, first + to, out);
            return;
        }
        float[] whole = new float[Math.min(BLOCK, to - from) * width];
        int at = 0;
        for (int row = from; row < to; row += BLOCK) {
            int n = Math.min(BLOCK, to - row);
            source.copy(first + row, first + row + n, whole);
            for (int i = 0; i < n; i++) {
                for (int place : places) {
                    out[at++] = whole[i * width + place];
                }
            }
        }
    }

    /// Is given some rows, one after the other in an array that is used again.
    @FunctionalInterface
    interface Reader {
        /// @param row the first of them
        /// @param n how many rows
        void read(int row, int n, float[] values);
    }

    /// Hands on all rows in order, some at a time.
    void read(Reader reader) {
        float[] block = new float[Math.min(BLOCK, rows) * columns.size()];
        for (int row = 0; row < rows; row += BLOCK) {
            int n = Math.min(BLOCK, rows - row);
            copy(row, row + n, block);
            reader.read(row, n, block);
        }
    }

    /// What is to be known of each column.
    List<ColumnFacts> facts() {
        if (facts == null) {
            facts = ColumnFacts.of(this);
        }
        return facts;
    }

    /// The rows `from` (inclusive) to `to` (exclusive).
    public FloatMatrix rows(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        return new FloatMatrix(columns, to - from, source, width, first + from, places);
    }

    /// The named columns only, in the order given.
    public FloatMatrix select(List<String> names) {
        if (names.equals(columns)) {
            return this;
        }
        Map<String, Integer> index = new HashMap<>();
        for (int c = 0; c < columns.size(); c++) {
            index.put(columns.get(c), c);
        }
        int[] chosen = new int[names.size()];
        for (int c = 0; c < chosen.length; c++) {
            Integer place = index.get(names.get(c));
            if (place == null) {
                throw new IllegalArgumentException(
                        "there is no column " + names.get(c) + " among " + columns);
            }
            chosen[c] = place;
        }
        int[] from = IntStream.of(chosen).map(c -> places == null ? c : places[c]).toArray();
        FloatMatrix view = new FloatMatrix(names, rows, source, width, first, from);
        if (facts != null) {
            view.facts = IntStream.of(chosen).mapToObj(facts::get).toList();
        }
        return view;
    }
}
