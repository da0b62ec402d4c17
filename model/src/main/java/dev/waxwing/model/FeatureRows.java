package dev.waxwing.model;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;

/// Raw rows in memory, kept by feature as a table's batches bring them: no object a row, no box a number.
///
/// A number takes 4 bytes where a page of its feature is all floats, else 8; a text, a list of texts and a bag of weights are kept once each, 4
/// bytes for every row that has them. [#get] makes a row when it is asked for, so what reads these rows cannot tell them from those that serving
/// assembled. Immutable; serves all threads.
public final class FeatureRows extends AbstractList<FeatureRow> implements RandomAccess {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS; // rows

    private final FeatureSpec spec;
    private final Object[][] pages; // by feature and page: float[], double[], or Object[] of terms
    private final int size;

    private FeatureRows(FeatureSpec spec, Object[][] pages, int size) {
        this.spec = spec;
        this.pages = pages;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public FeatureRow get(int row) {
        Objects.checkIndex(row, size);
        int page = row >> PAGE_BITS;
        int at = row & (PAGE - 1);
        double[] numbers = new double[pages.length];
        Object[] terms = new Object[pages.length];
        for (int f = 0; f < pages.length; f++) {
            switch (pages[f][page]) {
                case float[] floats -> numbers[f] = floats[at];
                case double[] doubles -> numbers[f] = doubles[at];
                case Object[] texts -> {
                    numbers[f] = Double.NaN;
                    terms[f] = texts[at];
                }
                default -> throw new IllegalStateException("a page is one of these arrays");
            }
        }
        return new FeatureRow(spec, numbers, terms);
    }

    /// Which features the rows have.
    public FeatureSpec spec() {
        return spec;
    }

    /// Copies the numbers of a feature, NaN = missing, to the beginning of an array.
    ///
    /// @param from the first row
    /// @param n how many rows
    public void numbers(int feature, int from, int n, double[] out) {
        for (int row = from; row < from + n; ) {
            int at = row & (PAGE - 1);
            int here = Math.min(from + n - row, PAGE - at);
            switch (pages[feature][row >> PAGE_BITS]) {
                case float[] floats -> {
                    for (int i = 0; i < here; i++) {
                        out[row - from + i] = floats[at + i];
                    }
                }
                case double[] doubles -> System.arraycopy(doubles, at, out, row - from, here);
                default -> throw new IllegalArgumentException(feature + " is no number");
            }
            row += here;
        }
    }

    /// As [FeatureRow#terms] of a row.
    public Optional<List<String>> terms(int row, int feature) {
        return FeatureRow.termsOf(term(row, feature));
    }

    /// As [FeatureRow#term] of a row.
    Object term(int row, int feature) {
        return ((Object[]) pages[feature][row >> PAGE_BITS])[row & (PAGE - 1)];
    }

    /// The same rows with the features of another spec, all of which this one must have with the same type; nothing is copied.
    ///
    /// @throws FeatureException if it lacks one
    public FeatureRows as(FeatureSpec other) {
        if (spec.equals(other)) {
            return this;
        }
        int[] places = spec.placesOf(other);
        Object[][] theirs = new Object[places.length][];
        Arrays.setAll(theirs, f -> pages[places[f]]);
        return new FeatureRows(other, theirs, size);
    }

    /// Rows that lie otherwise, kept by feature; those that are so already are given back.
    ///
    /// @param rows all of this spec
    public static FeatureRows of(FeatureSpec spec, List<FeatureRow> rows) {
        if (rows instanceof FeatureRows kept && kept.spec.equals(spec)) {
            return kept;
        }
        Builder builder = builder(spec);
        rows.forEach(builder::add);
        return builder.build();
    }

    /// A column of numbers that lies elsewhere.
    @FunctionalInterface
    public interface Numbers {
        /// Writes the numbers of `n` rows from `row` on, NaN = missing, into an array from `at` on.
        void copy(int row, int n, double[] out, int at);
    }

    public static Builder builder(FeatureSpec spec) {
        return new Builder(spec);
    }

    /// Collects rows, some at a time; used up by [#build].
    public static final class Builder {
        private final FeatureSpec spec;
        private final List<List<Object>> full = new ArrayList<>(); // pages by feature
        private final Object[] filling; // by feature: double[] or Object[], a page each
        private final Map<Object, Object> kept = new HashMap<>(); // terms by what they came from
        private int size;

        private Builder(FeatureSpec spec) {
            this.spec = spec;
            this.filling = new Object[spec.size()];
            for (int f = 0; f < filling.length; f++) {
                full.add(new ArrayList<>());
                filling[f] = newPage(f);
            }
        }

        private Object newPage(int feature) {
            return spec.features().get(feature).type() == FeatureType.NUMBER
                    ? new double[PAGE]
                    : new Object[PAGE];
        }

        public int size() {
            return size;
        }

        /// Adds rows by their columns.
        ///
        /// @param columns one a feature, in order, each at least `rows` long: [Numbers] or `double[]` (NaN = missing), and for texts, tags and weights `String[]`,
        ///     `String[][]`, `Map<String, Double>[]` (null = missing)
        /// @throws FeatureException if a number is infinite, or a list or map holds a null
        public Builder add(int rows, Object... columns) {
            if (columns.length != filling.length) {
                throw new IllegalArgumentException(
                        spec + " takes " + filling.length + " columns, got " + columns.length);
            }
            for (int from = 0; from < rows; ) {
                int at = size & (PAGE - 1);
                int n = Math.min(rows - from, PAGE - at);
                for (int f = 0; f < columns.length; f++) {
                    take(f, columns[f], from, at, n);
                }
                from += n;
                size += n;
                if (at + n == PAGE) {
                    turn();
                }
            }
            return this;
        }

        private void add(FeatureRow row) {
            if (!row.spec().equals(spec)) {
                throw new IllegalArgumentException("a row of " + row.spec() + " among " + spec);
            }
            int at = size++ & (PAGE - 1);
            for (int f = 0; f < filling.length; f++) {
                if (filling[f] instanceof double[] page) {
                    page[at] = row.number(f);
                } else {
                    ((Object[]) filling[f])[at] = row.term(f);
                }
            }
            if (at == PAGE - 1) {
                turn();
            }
        }

        private void take(int f, Object column, int from, int at, int n) {
            Feature feature = spec.features().get(f);
            if (filling[f] instanceof double[] page) {
                if (column instanceof Numbers numbers) {
                    numbers.copy(from, n, page, at);
                } else {
                    System.arraycopy((double[]) column, from, page, at, n);
                }
                for (int i = at; i < at + n; i++) {
                    FeatureRow.checked(feature, page[i]);
                }
                return;
            }
            Object[] page = (Object[]) filling[f];
            Object[] values = (Object[]) column;
            for (int i = 0; i < n; i++) {
                Object value = values[from + i];
                page[at + i] =
                        switch (value) {
                            case null -> null;
                            case String text -> keptOnce(text);
                            case String[] tags ->
                                    keptOnce(FeatureRow.texts(feature, Arrays.asList(tags)));
                            case Map<?, ?> weights ->
                                    kept.computeIfAbsent(
                                            weights, _ -> FeatureRow.weights(feature, weights));
                            default ->
                                    throw new IllegalArgumentException(
                                            feature.name()
                                                    + " came as "
                                                    + value.getClass().getSimpleName());
                        };
            }
        }

        private Object keptOnce(Object term) {
            Object before = kept.putIfAbsent(term, term);
            return before == null ? term : before;
        }

        private void turn() {
            for (int f = 0; f < filling.length; f++) {
                if (filling[f] instanceof double[] page) {
                    float[] floats = floats(page);
                    full.get(f).add(floats == null ? page : floats);
                } else {
                    full.get(f).add(filling[f]);
                }
                filling[f] = newPage(f);
            }
        }

        /// The same numbers as floats; null if one of them is no float.
        private static float[] floats(double[] page) {
            float[] floats = new float[page.length];
            for (int i = 0; i < page.length; i++) {
                floats[i] = (float) page[i];
                if (floats[i] != page[i] && !Double.isNaN(page[i])) {
                    return null;
                }
            }
            return floats;
        }

        public FeatureRows build() {
            if ((size & (PAGE - 1)) > 0) {
                turn();
            }
            Object[][] pages = new Object[filling.length][];
            Arrays.setAll(pages, f -> full.get(f).toArray());
            return new FeatureRows(spec, pages, size);
        }
    }
}
