package dev.waxwing.model;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        /// @param columns one a feature, in order, each at least `rows` long: `double[]` (NaN = missing), and for texts, tags and weights `String[]`,
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

        private void take(int f, Object column, int from, int at, int n) {
            Feature feature = spec.features().get(f);
            if (filling[f] instanceof double[] page) {
                double[] numbers = (double[]) column;
                for (int i = 0; i < n; i++) {
                    page[at + i] = FeatureRow.checked(feature, numbers[from + i]);
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
