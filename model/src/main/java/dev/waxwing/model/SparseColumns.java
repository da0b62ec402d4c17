package dev.waxwing.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The columns that linear, FM and FFM models are fitted on. A row has a few of them, so there may be millions.
///
/// | feature | columns |
/// | --- | --- |
/// | number | `name`: the number, by its transform; `name=(missing)` |
/// | number with bins | `name[lo,hi)` for each bin, `name=(missing)`: 1 where it applies |
/// | category, id, tags, weights, cross | `name=value` for each learnt value or `name#b` for each bucket, `name=(missing)`, `name=(unseen)`: 1, or the weight |
/// | rate | `name`: the number |
///
/// Values of one row that share a column (by hash, or as unseen) add up; of tags they count once.
final class SparseColumns {
    private final FeatureSpec spec;
    private final Part[] parts; // by field
    private final int width;

    /// @param codes by raw feature; null where it is a number
    /// @param ends by raw feature, the edges of its bins; null where it has none
    SparseColumns(
            FeatureSpec spec,
            TextCodes[] codes,
            double[][] ends,
            TextCodes[] crosses,
            ClickRates[] rates) {
        this.spec = spec;
        int raw = spec.size();
        this.parts = new Part[raw + spec.derived().size()];
        int at = 0;
        for (int field = 0; field < parts.length; field++) {
            Part part;
            if (field < raw) {
                Feature feature = spec.features().get(field);
                part =
                        switch (feature.type()) {
                            case NUMBER ->
                                    ends[field] == null
                                            ? new Plain(field, at, feature)
                                            : new Binned(field, at, feature.name(), ends[field]);
                            case CATEGORY, TAGS, WEIGHTS ->
                                    new Texts(
                                            field,
                                            at,
                                            feature.name(),
                                            codes[field],
                                            feature instanceof Feature.Column c
                                                    && c.transform() == Transform.UNIT);
                        };
            } else {
                part =
                        switch (spec.derived().get(field - raw)) {
                            case Derived.Cross c ->
                                    new Crossed(
                                            field,
                                            at,
                                            c.name(),
                                            crosses[field - raw],
                                            operand(c.left(), ends),
                                            operand(c.right(), ends));
                            case Derived.Rate r ->
                                    new Rated(
                                            field,
                                            at,
                                            r,
                                            spec.indexOf(r.category()),
                                            rates[field - raw]);
                        };
            }
            parts[field] = part;
            at = Math.addExact(at, part.size());
        }
        this.width = at;
    }

    private Operand operand(String name, double[][] ends) {
        int place = spec.indexOf(name);
        Feature feature = spec.features().get(place);
        boolean unit = feature instanceof Feature.Column c && c.transform() == Transform.UNIT;
        return new Operand(place, feature.type(), ends[place], unit);
    }

    int width() {
        return width;
    }

    int fields() {
        return parts.length;
    }

    /// @param places where our raw features lie in the row
    /// @param fields which of them are wanted, rising
    void encode(FeatureRow row, int[] places, int[] fields, SparseSink sink) {
        for (int field : fields) {
            parts[field].encode(row, places, sink);
        }
    }

    int fieldOf(int column) {
        int low = 0;
        int high = parts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (parts[middle].first <= column) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    String name(int column) {
        Part part = parts[fieldOf(column)];
        return part.column(column - part.first);
    }

    String featureMapCsv() {
        var csv = new StringBuilder("feature,value,index\n");
        for (Part part : parts) {
            int at = part.first;
            for (String label : part.labels()) {
                csv.append(Csv.line(part.name, label, Integer.toString(at)));
                at += label.startsWith("#0…") ? part.size() - 2 : 1;
            }
        }
        return csv.toString();
    }

    /// One feature's columns.
    private abstract static class Part {
        final int field;
        final int first;
        final String name;

        Part(int field, int first, String name) {
            this.field = field;
            this.first = first;
            this.name = name;
        }

        abstract int size();

        /// For people: what each column stands for.
        abstract List<String> labels();

        abstract String column(int code);

        abstract void encode(FeatureRow row, int[] places, SparseSink sink);
    }

    private static final class Plain extends Part {
        private final Transform transform;

        Plain(int field, int first, Feature feature) {
            super(field, first, feature.name());
            this.transform = feature instanceof Feature.Column c ? c.transform() : Transform.NONE;
        }

        @Override
        int size() {
            return 2;
        }

        @Override
        List<String> labels() {
            return List.of("", FeatureRow.MISSING);
        }

        @Override
        String column(int code) {
            return code == 0 ? name : name + "=" + FeatureRow.MISSING;
        }

        @Override
        void encode(FeatureRow row, int[] places, SparseSink sink) {
            double value = row.number(places[field]);
            if (Double.isNaN(value)) {
                sink.add(field, first + 1, 1f);
            } else {
                float x = (float) transform.number(value);
                if (x != 0) {
                    sink.add(field, first, x);
                }
            }
        }
    }

    private static final class Binned extends Part {
        private final double[] ends;

        Binned(int field, int first, String name, double[] ends) {
            super(field, first, name);
            this.ends = ends;
        }

        @Override
        int size() {
            return ends.length + 2;
        }

        @Override
        List<String> labels() {
            var labels = new ArrayList<String>();
            for (int bin = 0; bin <= ends.length; bin++) {
                labels.add(Bins.range(ends, bin));
            }
            labels.add(FeatureRow.MISSING);
            return labels;
        }

        @Override
        String column(int code) {
            return code > ends.length
                    ? name + "=" + FeatureRow.MISSING
                    : name + Bins.range(ends, code);
        }

        @Override
        void encode(FeatureRow row, int[] places, SparseSink sink) {
            double value = row.number(places[field]);
            int code = Double.isNaN(value) ? ends.length + 1 : Bins.of(ends, value);
            sink.add(field, first + code, 1f);
        }
    }

    private static final class Rated extends Part {
        private final Derived.Rate rate;
        private final int category;
        private final ClickRates rates;

        Rated(int field, int first, Derived.Rate rate, int category, ClickRates rates) {
            super(field, first, rate.name());
            this.rate = rate;
            this.category = category;
            this.rates = rates;
        }

        @Override
        int size() {
            return 1;
        }

        @Override
        List<String> labels() {
            return List.of("");
        }

        @Override
        String column(int code) {
            return name;
        }

        @Override
        void encode(FeatureRow row, int[] places, SparseSink sink) {
            float x = (float) rates.rate(row.textOf(places[category]), rate.smoothing());
            if (x != 0) {
                sink.add(field, first, x);
            }
        }
    }

    /// Columns for texts: what a row's texts are, and how strong each.
    private abstract static class Coded extends Part {
        final TextCodes codes;

        Coded(int field, int first, String name, TextCodes codes) {
            super(field, first, name);
            this.codes = codes;
        }

        @Override
        final int size() {
            return codes.size();
        }

        @Override
        final List<String> labels() {
            return codes.labels();
        }

        @Override
        final String column(int code) {
            String label = codes.label(code);
            return label.startsWith("#") && code < codes.missing()
                    ? name + label
                    : EncodedColumn.nameOf(name, label);
        }

        /// Passes codes on in their order, each once.
        ///
        /// @param once whether a code that comes twice counts as if it came once
        final void emit(int[] found, double[] values, int n, boolean once, SparseSink sink) {
            var order = new long[n];
            for (int i = 0; i < n; i++) {
                order[i] = ((long) found[i] << 32) | i;
            }
            Arrays.sort(order);
            for (int i = 0; i < n; ) {
                int code = (int) (order[i] >>> 32);
                double sum = 0;
                for (; i < n && (int) (order[i] >>> 32) == code; i++) {
                    sum = once ? 1 : sum + values[(int) order[i]];
                }
                if ((float) sum != 0) {
                    sink.add(field, first + code, (float) sum);
                }
            }
        }
    }

    private static final class Texts extends Coded {
        private final boolean unit;

        Texts(int field, int first, String name, TextCodes codes, boolean unit) {
            super(field, first, name, codes);
            this.unit = unit;
        }

        @Override
        void encode(FeatureRow row, int[] places, SparseSink sink) {
            Object term = row.term(places[field]);
            switch (term) {
                case null -> sink.add(field, first + codes.missing(), 1f);
                case String one -> sink.add(field, first + codes.of(one), 1f);
                case Weights weights -> {
                    int n = weights.size();
                    var found = new int[n];
                    for (int i = 0; i < n; i++) {
                        found[i] = codes.of(weights.token(i));
                    }
                    emit(found, strengths(weights, unit), n, false, sink);
                }
                default -> {
                    List<String> tags = row.tags(places[field]);
                    var found = new int[tags.size()];
                    for (int i = 0; i < found.length; i++) {
                        found[i] = codes.of(tags.get(i));
                    }
                    emit(found, null, found.length, true, sink);
                }
            }
        }
    }

    static double[] strengths(Weights weights, boolean unit) {
        var strengths = new double[weights.size()];
        double squares = 0;
        for (int i = 0; i < strengths.length; i++) {
            strengths[i] = weights.weight(i);
            squares += strengths[i] * strengths[i];
        }
        if (unit && squares > 0) {
            double length = Math.sqrt(squares);
            for (int i = 0; i < strengths.length; i++) {
                strengths[i] /= length;
            }
        }
        return strengths;
    }

    private static final class Crossed extends Coded {
        private final Operand left;
        private final Operand right;

        Crossed(int field, int first, String name, TextCodes codes, Operand left, Operand right) {
            super(field, first, name, codes);
            this.left = left;
            this.right = right;
        }

        @Override
        void encode(FeatureRow row, int[] places, SparseSink sink) {
            Said a = left.said(row, places);
            Said b = right.said(row, places);
            int n = a.texts.size() * b.texts.size();
            if (n == 1) {
                float x = (float) (a.strength(0) * b.strength(0));
                if (x != 0) {
                    int code = codes.of(a.texts.getFirst(), b.texts.getFirst());
                    sink.add(field, first + code, x);
                }
                return;
            }
            var found = new int[n];
            var values = new double[n];
            int at = 0;
            for (int i = 0; i < a.texts.size(); i++) {
                for (int j = 0; j < b.texts.size(); j++) {
                    found[at] = codes.of(a.texts.get(i), b.texts.get(j));
                    values[at++] = a.strength(i) * b.strength(j);
                }
            }
            boolean once = a.strengths == null && b.strengths == null;
            emit(found, values, n, once, sink);
        }
    }

    /// What one side of a cross says: texts, and how strong each if not 1.
    static final class Said {
        private static final Said MISSING = new Said(List.of(FeatureRow.MISSING), null);

        final List<String> texts;
        private final double[] strengths;

        private Said(List<String> texts, double[] strengths) {
            this.texts = texts;
            this.strengths = strengths;
        }

        double strength(int i) {
            return strengths == null ? 1 : strengths[i];
        }
    }

    /// One side of a cross.
    static final class Operand {
        private final int feature;
        private final FeatureType type;
        private final double[] ends;
        private final boolean unit;

        Operand(int feature, FeatureType type, double[] ends, boolean unit) {
            this.feature = feature;
            this.type = type;
            this.ends = ends;
            this.unit = unit;
        }

        Said said(FeatureRow row, int[] places) {
            int place = places[feature];
            if (row.isMissing(place)) {
                return Said.MISSING;
            }
            return switch (type) {
                case NUMBER ->
                        new Said(List.of(Bins.range(ends, Bins.of(ends, row.number(place)))), null);
                case CATEGORY -> new Said(List.of(row.textOf(place)), null);
                case TAGS -> new Said(row.tags(place), null);
                case WEIGHTS -> {
                    Weights weights = row.weights(place).orElseThrow();
                    yield new Said(List.copyOf(weights.asMap().keySet()), strengths(weights, unit));
                }
            };
        }
    }
}
