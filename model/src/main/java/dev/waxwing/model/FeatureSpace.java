package dev.waxwing.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// How raw features become the float columns that models are fitted on: fitted once by the night, carried by the bundle, used by both sides.
///
/// | feature | columns | GBDT | LR |
/// | --- | --- | --- | --- |
/// | number | `name`: the number, NaN if missing | yes | no |
/// | number with bins, also | `name[lo,hi)` for each bin, `name=(missing)`: 1 where it applies | no | yes |
/// | category, tags | `name=value` for each learnt value, `name=(missing)`, `name=(unseen)`: 1 where it applies | yes | yes |
///
/// `(unseen)` is on for a value that was not learnt and for an entity that no snapshot has. Immutable; serves all threads.
public final class FeatureSpace {
    private final FeatureSpec spec;
    private final Map<String, List<Double>> edges;
    private final Map<String, List<String>> vocabularies;
    private final List<EncodedColumn> columns;
    private final Plan[] plans;
    private final int[] gbdtColumns;
    private final int[] lrColumns;

    /// The last foreign spec whose rows were encoded, with the places of our features in it.
    private volatile Places places;

    /// @param edges by number with bins: where one bin ends and the next begins, finite and rising; may be empty (one bin)
    /// @param vocabularies by category and tags feature: the values that get a column, in this order
    /// @throws IllegalArgumentException if a feature lacks its fit, or a fit has no feature or is out of order
    public FeatureSpace(
            FeatureSpec spec,
            Map<String, List<Double>> edges,
            Map<String, List<String>> vocabularies) {
        this.spec = spec;
        this.edges = copy(edges);
        this.vocabularies = copy(vocabularies);
        FittedParts.check(spec, this.edges, this.vocabularies);
        this.columns = new ArrayList<>();
        this.plans = new Plan[spec.size()];
        for (int f = 0; f < plans.length; f++) {
            plans[f] = plan(f);
        }
        this.gbdtColumns = columnsWhere(true);
        this.lrColumns = columnsWhere(false);
        this.places = new Places(spec, identity(spec.size()));
    }

    private static <T> Map<String, List<T>> copy(Map<String, List<T>> lists) {
        var copy = new TreeMap<String, List<T>>();
        lists.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        return copy;
    }

    /// The raw features; an [Assembler] of this spec makes the rows.
    public FeatureSpec spec() {
        return spec;
    }

    /// The names of the encoded columns, in the order of [#encode].
    public List<String> columns() {
        return columns.stream().map(EncodedColumn::name).toList();
    }

    /// How many encoded columns there are.
    public int width() {
        return columns.size();
    }

    /// The encoded columns that the GBDT is fitted on, rising.
    public int[] gbdtColumns() {
        return gbdtColumns.clone();
    }

    /// The encoded columns that the linear model is fitted on, rising.
    public int[] lrColumns() {
        return lrColumns.clone();
    }

    /// The raw feature, by its place in the spec, that an encoded column comes from.
    public int featureOf(int column) {
        return columns.get(column).feature();
    }

    /// Where the bins of a number begin and end; empty if it has none.
    public List<Double> edges(String feature) {
        return edges.getOrDefault(feature, List.of());
    }

    /// The learnt values of a category or tags feature; empty for numbers.
    public List<String> vocabulary(String feature) {
        return vocabularies.getOrDefault(feature, List.of());
    }

    List<EncodedColumn> encodedColumns() {
        return List.copyOf(columns);
    }

    Map<String, List<Double>> edges() {
        return edges;
    }

    Map<String, List<String>> vocabularies() {
        return vocabularies;
    }

    /// Writes the [#width()] columns of a row.
    ///
    /// @param raw a row of this spec, or of a wider one that has the same features among others
    /// @throws FeatureException if the row lacks a feature
    public void encode(FeatureRow raw, float[] out, int offset) {
        Places at = places;
        if (!at.spec.equals(raw.spec())) {
            at = placesIn(raw.spec());
        }
        Arrays.fill(out, offset, offset + columns.size(), 0f);
        for (int f = 0; f < plans.length; f++) {
            plans[f].encode(raw, at.of[f], out, offset);
        }
    }

    private Places placesIn(FeatureSpec other) {
        Places found = new Places(other, other.placesOf(spec));
        places = found;
        return found;
    }

    private static final class Places {
        private final FeatureSpec spec;
        private final int[] of;

        Places(FeatureSpec spec, int[] of) {
            this.spec = spec;
            this.of = of;
        }
    }

    private static int[] identity(int n) {
        var all = new int[n];
        Arrays.setAll(all, i -> i);
        return all;
    }

    private int[] columnsWhere(boolean gbdt) {
        return IntStream.range(0, columns.size())
                .filter(c -> gbdt ? columns.get(c).gbdt() : columns.get(c).lr())
                .toArray();
    }

    private Plan plan(int f) {
        Feature feature = spec.features().get(f);
        int first = columns.size();
        if (feature.type() == FeatureType.NUMBER) {
            columns.add(new EncodedColumn(feature.name(), f, "", true, false));
            if (feature.bins() == 0) {
                return new PlainNumber(first);
            }
            double[] ends =
                    edges.get(feature.name()).stream().mapToDouble(Double::doubleValue).toArray();
            for (int bin = 0; bin <= ends.length; bin++) {
                String range =
                        "["
                                + (bin == 0 ? "-inf" : ends[bin - 1])
                                + ","
                                + (bin == ends.length ? "inf" : ends[bin])
                                + ")";
                columns.add(new EncodedColumn(feature.name() + range, f, range, false, true));
            }
            columns.add(EncodedColumn.ofValue(feature, f, FeatureRow.MISSING, false));
            return new BinnedNumber(first, ends);
        }
        var byValue = new HashMap<String, Integer>();
        for (String value : vocabularies.get(feature.name())) {
            byValue.put(value, columns.size());
            columns.add(EncodedColumn.ofValue(feature, f, value, true));
        }
        int missing = columns.size();
        byValue.put(FeatureRow.MISSING, missing);
        columns.add(EncodedColumn.ofValue(feature, f, FeatureRow.MISSING, true));
        columns.add(EncodedColumn.ofValue(feature, f, FeatureRow.UNSEEN, true));
        return feature.type() == FeatureType.CATEGORY
                ? new OneTerm(byValue, missing)
                : new ManyTerms(byValue, missing);
    }

    /// How one feature is written.
    private sealed interface Plan {
        void encode(FeatureRow raw, int feature, float[] out, int offset);
    }

    private record PlainNumber(int column) implements Plan {
        @Override
        public void encode(FeatureRow raw, int feature, float[] out, int offset) {
            out[offset + column] = (float) raw.number(feature);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record BinnedNumber(int column, double[] ends) implements Plan {
        @Override
        public void encode(FeatureRow raw, int feature, float[] out, int offset) {
            double value = raw.number(feature);
            out[offset + column] = (float) value;
            int bin = ends.length + 1; // missing lies behind the last bin
            if (!Double.isNaN(value)) {
                bin = 0;
                while (bin < ends.length && value >= ends[bin]) {
                    bin++;
                }
            }
            out[offset + column + 1 + bin] = 1f;
        }
    }

    private record OneTerm(Map<String, Integer> byValue, int missing) implements Plan {
        @Override
        public void encode(FeatureRow raw, int feature, float[] out, int offset) {
            Object value = raw.term(feature);
            int column =
                    value == null ? missing : byValue.getOrDefault((String) value, missing + 1);
            out[offset + column] = 1f;
        }
    }

    private record ManyTerms(Map<String, Integer> byValue, int missing) implements Plan {
        @Override
        public void encode(FeatureRow raw, int feature, float[] out, int offset) {
            if (raw.term(feature) == null) {
                out[offset + missing] = 1f;
                return;
            }
            for (String value : raw.tags(feature)) {
                out[offset + byValue.getOrDefault(value, missing + 1)] = 1f;
            }
        }
    }

    /// The fitted space as JSON; [#fromJson] gives a space that encodes every row to the same bits.
    public String toJson() {
        return FeatureSpaceJson.write(this);
    }

    /// Reads what [#toJson] wrote.
    /// @throws CorruptFileException if it is something else
    public static FeatureSpace fromJson(String json) {
        return FeatureSpaceJson.read("features.json", json);
    }

    /// The lines of `feature_map.csv`: `feature,value,index`, one line an encoded column; a plain number has an empty value, a bin its range.
    public String featureMapCsv() {
        var csv = new StringBuilder("feature,value,index\n");
        for (int c = 0; c < columns.size(); c++) {
            EncodedColumn column = columns.get(c);
            csv.append(
                    Csv.line(
                            spec.features().get(column.feature()).name(),
                            column.value(),
                            Integer.toString(c)));
        }
        return csv.toString();
    }

    /// Encoded column → its index.
    Map<String, Integer> columnIndex() {
        var index = new LinkedHashMap<String, Integer>();
        for (EncodedColumn column : columns) {
            index.put(column.name(), index.size());
        }
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSpace that
                && spec.equals(that.spec)
                && edges.equals(that.edges)
                && vocabularies.equals(that.vocabularies);
    }

    @Override
    public int hashCode() {
        return Objects.hash(spec, edges, vocabularies);
    }

    @Override
    public String toString() {
        return spec + " in " + width() + " columns";
    }
}
