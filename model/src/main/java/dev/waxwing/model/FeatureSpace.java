package dev.waxwing.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// How raw features become the float columns that models are fitted on: fitted once by the night, carried by the bundle, used by both sides.
///
/// | feature | columns | GBDT | LR |
/// | --- | --- | --- | --- |
/// | number | `name`: the number, NaN if missing | yes | no |
/// | number with bins, also | `name[lo,hi)` for each bin, `name=(missing)`: 1 where it applies | no | yes |
/// | category that trees take by its code ([#withCodes]), also | `name`: the place of the value in the vocabulary, behind all of them for what was not learnt, NaN if missing | yes | no |
/// | category, tags | `name=value` for each learnt value, `name=(missing)`, `name=(unseen)`: 1 where it applies | yes, unless by code | yes |
///
/// `(unseen)` is on for a value that was not learnt and for an entity that no snapshot has. Weights and rates are columns, too; what is hashed
/// or crossed, and ids, are not: they exist in the sparse form alone ([#encodeSparse]), which linear, FM and FFM models take. Immutable; serves
/// all threads.
public final class FeatureSpace {
    /// Rows that are encoded at a time: few enough for their columns to stay near the processor.
    private static final int BLOCK = 256;

    private final FeatureSpec spec;
    private final Map<String, List<Double>> edges;
    private final Map<String, List<String>> vocabularies;
    private final Map<String, ClickRates> rates;
    private final Set<String> coded; // categories that trees take by their code
    private final TextCodes[] codes; // by raw feature; null for numbers
    private final TextCodes[] crosses; // by derived feature; null for rates
    private final double[][] ends; // by raw feature; null where it has no bins
    private final List<EncodedColumn> columns;
    private final SparseColumns sparse;
    private final int[] allFields;
    private final Plan[] plans;
    private final int[] gbdtColumns;
    private final int[] lrColumns;

    /// The last foreign spec whose rows were encoded, with the places of our features in it.
    private volatile Places places;

    /// A space without derived features.
    ///
    /// @throws IllegalArgumentException if a feature lacks its fit, or a fit has no feature or is out of order
    public FeatureSpace(
            FeatureSpec spec,
            Map<String, List<Double>> edges,
            Map<String, List<String>> vocabularies) {
        this(spec, edges, vocabularies, Map.of());
    }

    /// @param edges by number with bins: where one bin ends and the next begins, finite and rising; may be empty (one bin)
    /// @param vocabularies by feature of texts and cross, unless it is hashed: the values (pairs) that get a column, in this order
    /// @param rates by rate
    /// @throws IllegalArgumentException if a feature lacks its fit, or a fit has no feature or is out of order
    public FeatureSpace(
            FeatureSpec spec,
            Map<String, List<Double>> edges,
            Map<String, List<String>> vocabularies,
            Map<String, ClickRates> rates) {
        this(spec, edges, vocabularies, rates, Set.of());
    }

    /// @param coded categories that trees take by their code; see [#withCodes]
    FeatureSpace(
            FeatureSpec spec,
            Map<String, List<Double>> edges,
            Map<String, List<String>> vocabularies,
            Map<String, ClickRates> rates,
            Set<String> coded) {
        this.spec = spec;
        this.edges = copy(edges);
        this.vocabularies = copy(vocabularies);
        this.rates = Collections.unmodifiableMap(new TreeMap<>(rates));
        this.coded = Collections.unmodifiableSet(new TreeSet<>(coded));
        FittedParts.check(spec, this.edges, this.vocabularies, this.rates);
        requireCategories(spec, this.coded);
        this.codes = new TextCodes[spec.size()];
        this.ends = new double[spec.size()][];
        for (int f = 0; f < codes.length; f++) {
            Feature feature = spec.features().get(f);
            if (feature.type() != FeatureType.NUMBER) {
                codes[f] =
                        feature.codes() instanceof Codes.Hash hash
                                ? TextCodes.hashed(hash)
                                : TextCodes.learnt(this.vocabularies.get(feature.name()));
            } else if (feature.bins() > 0) {
                ends[f] =
                        this.edges.get(feature.name()).stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray();
            }
        }
        this.crosses = new TextCodes[spec.derived().size()];
        for (int d = 0; d < crosses.length; d++) {
            if (spec.derived().get(d) instanceof Derived.Cross cross) {
                crosses[d] =
                        cross.codes() instanceof Codes.Hash hash
                                ? TextCodes.hashed(hash)
                                : TextCodes.learntPairs(this.vocabularies.get(cross.name()));
            }
        }
        this.columns = new ArrayList<>();
        this.plans = plans();
        this.gbdtColumns = columnsWhere(true);
        this.lrColumns = columnsWhere(false);
        this.sparse = new SparseColumns(spec, codes, ends, crosses, byDerived(this.rates));
        this.allFields = identity(sparse.fields());
        this.places = new Places(spec, identity(spec.size()));
    }

    /// The same space with other rates.
    private FeatureSpace(FeatureSpace fitted, Map<String, ClickRates> rates) {
        this.spec = fitted.spec;
        this.edges = fitted.edges;
        this.vocabularies = fitted.vocabularies;
        this.rates = Collections.unmodifiableMap(new TreeMap<>(rates));
        this.coded = fitted.coded;
        FittedParts.check(spec, edges, vocabularies, this.rates);
        this.codes = fitted.codes;
        this.ends = fitted.ends;
        this.crosses = fitted.crosses;
        this.columns = new ArrayList<>();
        this.plans = plans();
        this.gbdtColumns = fitted.gbdtColumns;
        this.lrColumns = fitted.lrColumns;
        this.sparse = new SparseColumns(spec, codes, ends, crosses, byDerived(this.rates));
        this.allFields = fitted.allFields;
        this.places = new Places(spec, identity(spec.size()));
    }

    /// The same space with rates of other rows, for training rows that must not see their own labels.
    public FeatureSpace withRates(Map<String, ClickRates> others) {
        return new FeatureSpace(this, others);
    }

    /// The same space, in which trees take these categories by their code, as one column that is named like the feature, and no longer by a column
    /// a value. Codes are names and no amounts: only splits by sets of them mean something.
    ///
    /// @throws IllegalArgumentException if one of them is no category with a vocabulary
    public FeatureSpace withCodes(Collection<String> categories) {
        return new FeatureSpace(spec, edges, vocabularies, rates, new TreeSet<>(categories));
    }

    private static void requireCategories(FeatureSpec spec, Set<String> coded) {
        for (String name : coded) {
            int place = spec.indexOf(name);
            if (place < 0
                    || spec.features().get(place).type() != FeatureType.CATEGORY
                    || !FeatureSpec.isDense(spec.features().get(place))) {
                throw new IllegalArgumentException(
                        "features "
                                + spec.name()
                                + ": trees cannot take "
                                + name
                                + " by its code; it is "
                                + (place < 0
                                        ? "none of the raw features"
                                        : "no category with a vocabulary"));
            }
        }
    }

    private ClickRates[] byDerived(Map<String, ClickRates> named) {
        return spec.derived().stream().map(d -> named.get(d.name())).toArray(ClickRates[]::new);
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

    /// The feature, by its place in [FeatureSpec#fields()], that an encoded column comes from.
    public int featureOf(int column) {
        return columns.get(column).feature();
    }

    /// Where the bins of a number begin and end; empty if it has none.
    public List<Double> edges(String feature) {
        return edges.getOrDefault(feature, List.of());
    }

    /// The learnt values of a feature of texts, the learnt pairs of a cross; empty for numbers and where texts are hashed.
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

    Map<String, ClickRates> rates() {
        return rates;
    }

    Set<String> coded() {
        return coded;
    }

    /// How many columns the sparse form has.
    public int sparseWidth() {
        return sparse.width();
    }

    /// What a column of the sparse form is called: `feature=value`, `feature#bucket`, or as in the dense form.
    public String sparseColumn(int column) {
        return sparse.name(column);
    }

    /// What [#sparseColumn] calls the code of a value, a bin's range, or one of the two words; whether the space has it or not.
    public String sparseCodeName(String feature, String code) {
        int place = spec.indexOf(feature);
        boolean bin = place >= 0 && spec.features().get(place).bins() > 0;
        return bin && !code.equals(FeatureRow.MISSING)
                ? feature + code
                : EncodedColumn.nameOf(feature, code);
    }

    /// The feature, by its place in [FeatureSpec#fields()], that a column of the sparse form comes from.
    public int sparseFieldOf(int column) {
        return sparse.fieldOf(column);
    }

    /// The lines of `feature_map.csv` for the sparse form: as [#featureMapCsv], but one line for all buckets of a hash.
    public String sparseMapCsv() {
        return sparse.featureMapCsv();
    }

    /// Passes on what a row has in the sparse form, by rising column.
    ///
    /// @param raw a row of this spec, or of a wider one that has the same features among others
    /// @throws FeatureException if the row lacks a feature
    public void encodeSparse(FeatureRow raw, SparseSink sink) {
        encodeSparse(raw, allFields, sink);
    }

    /// The same for some of the fields, rising.
    void encodeSparse(FeatureRow raw, int[] fields, SparseSink sink) {
        sparse.encode(raw, placesIn(raw.spec()).of, fields, sink);
    }

    /// What a cross takes of a feature: its texts, or the bin of a number; empty strings never.
    ///
    /// @param feature a raw feature that [Derived.Cross] accepts, by its place in this spec
    public List<String> textsForCross(FeatureRow raw, int feature) {
        var operand =
                new SparseColumns.Operand(
                        feature, spec.features().get(feature).type(), ends[feature], false);
        return operand.said(raw, placesIn(raw.spec()).of).texts;
    }

    /// Writes the [#width()] columns of a row.
    ///
    /// @param raw a row of this spec, or of a wider one that has the same features among others
    /// @throws FeatureException if the row lacks a feature
    public void encode(FeatureRow raw, float[] out, int offset) {
        int[] places = placesIn(raw.spec()).of;
        Arrays.fill(out, offset, offset + columns.size(), 0f);
        for (Plan plan : plans) {
            int place = places[plan.feature()];
            switch (plan) {
                case NumberPlan number -> number.encode(raw.number(place), out, offset);
                case TermPlan term -> term.encode(raw.term(place), out, offset);
            }
        }
    }

    /// The same for some rows at once, row after row; feature by feature, so that nothing is made a row.
    ///
    /// @param from the first row
    /// @param to the row after the last
    public void encode(FeatureRows raw, int from, int to, float[] out) {
        int[] places = placesIn(raw.spec()).of;
        int width = columns.size();
        Arrays.fill(out, 0, (to - from) * width, 0f);
        double[] numbers = new double[BLOCK];
        for (int first = from; first < to; first += BLOCK) {
            int n = Math.min(BLOCK, to - first);
            int offset = (first - from) * width;
            for (Plan plan : plans) {
                int place = places[plan.feature()];
                switch (plan) {
                    case NumberPlan number -> {
                        raw.numbers(place, first, n, numbers);
                        for (int i = 0; i < n; i++) {
                            number.encode(numbers[i], out, offset + i * width);
                        }
                    }
                    case TermPlan term -> {
                        for (int i = 0; i < n; i++) {
                            term.encode(raw.term(first + i, place), out, offset + i * width);
                        }
                    }
                }
            }
        }
    }

    private Places placesIn(FeatureSpec raw) {
        Places at = places;
        if (!at.spec.equals(raw)) {
            at = new Places(raw, raw.placesOf(spec));
            places = at;
        }
        return at;
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

    /// Adds the columns of all features that are dense.
    private Plan[] plans() {
        var all = new ArrayList<Plan>();
        for (int f = 0; f < spec.size(); f++) {
            if (FeatureSpec.isDense(spec.features().get(f))) {
                all.add(plan(f));
            }
        }
        for (int d = 0; d < spec.derived().size(); d++) {
            if (spec.derived().get(d) instanceof Derived.Rate rate) {
                int column = columns.size();
                columns.add(new EncodedColumn(rate.name(), spec.size() + d, "", true, false));
                all.add(
                        new Rated(
                                spec.indexOf(rate.category()),
                                column,
                                rates.get(rate.name()),
                                rate.smoothing()));
            }
        }
        return all.toArray(Plan[]::new);
    }

    private Plan plan(int f) {
        Feature feature = spec.features().get(f);
        int first = columns.size();
        if (feature.type() == FeatureType.NUMBER) {
            columns.add(new EncodedColumn(feature.name(), f, "", true, false));
            if (feature.bins() == 0) {
                Transform transform =
                        feature instanceof Feature.Column c ? c.transform() : Transform.NONE;
                return new PlainNumber(f, first, transform);
            }
            for (int bin = 0; bin <= ends[f].length; bin++) {
                String range = Bins.range(ends[f], bin);
                columns.add(new EncodedColumn(feature.name() + range, f, range, false, true));
            }
            columns.add(EncodedColumn.ofValue(feature, f, FeatureRow.MISSING, false));
            return new BinnedNumber(f, first, ends[f]);
        }
        boolean byCode = coded.contains(feature.name());
        if (byCode) {
            columns.add(new EncodedColumn(feature.name(), f, "", true, false));
        }
        for (int code = 0; code < codes[f].size(); code++) {
            columns.add(EncodedColumn.ofValue(feature, f, codes[f].label(code), !byCode));
        }
        return switch (feature.type()) {
            case CATEGORY ->
                    byCode ? new CodedTerm(f, first, codes[f]) : new OneTerm(f, first, codes[f]);
            case TAGS -> new ManyTerms(f, first, codes[f]);
            case WEIGHTS ->
                    new WeightedTerms(
                            f,
                            first,
                            codes[f],
                            feature instanceof Feature.Column c && c.transform() == Transform.UNIT);
            case NUMBER -> throw new IllegalStateException("numbers were planned above");
        };
    }

    /// How one feature is written into the columns of a row, which begin at `offset` and are 0.
    private sealed interface Plan {
        int feature();
    }

    private sealed interface NumberPlan extends Plan {
        /// @param value NaN = missing
        void encode(double value, float[] out, int offset);
    }

    private sealed interface TermPlan extends Plan {
        /// @param term what a row holds; null = missing
        void encode(Object term, float[] out, int offset);
    }

    private record PlainNumber(int feature, int column, Transform transform) implements NumberPlan {
        @Override
        public void encode(double value, float[] out, int offset) {
            out[offset + column] = (float) transform.number(value);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record BinnedNumber(int feature, int column, double[] ends) implements NumberPlan {
        @Override
        public void encode(double value, float[] out, int offset) {
            out[offset + column] = (float) value;
            int bin = ends.length + 1; // missing lies behind the last bin
            if (!Double.isNaN(value)) {
                bin = Bins.of(ends, value);
            }
            out[offset + column + 1 + bin] = 1f;
        }
    }

    private record Rated(int feature, int column, ClickRates rates, double smoothing)
            implements TermPlan {
        @Override
        public void encode(Object term, float[] out, int offset) {
            String value = term == null ? FeatureRow.MISSING : (String) term;
            out[offset + column] = (float) rates.rate(value, smoothing);
        }
    }

    private record OneTerm(int feature, int first, TextCodes codes) implements TermPlan {
        @Override
        public void encode(Object term, float[] out, int offset) {
            out[offset + first + (term == null ? codes.missing() : codes.of((String) term))] = 1f;
        }
    }

    private record CodedTerm(int feature, int first, TextCodes codes) implements TermPlan {
        @Override
        public void encode(Object term, float[] out, int offset) {
            int code = term == null ? codes.missing() : codes.of((String) term);
            out[offset + first] = code == codes.missing() ? Float.NaN : code;
            out[offset + first + 1 + code] = 1f;
        }
    }

    private record ManyTerms(int feature, int first, TextCodes codes) implements TermPlan {
        @Override
        public void encode(Object term, float[] out, int offset) {
            if (term == null) {
                out[offset + first + codes.missing()] = 1f;
                return;
            }
            for (Object value : (List<?>) term) {
                out[offset + first + codes.of((String) value)] = 1f;
            }
        }
    }

    private record WeightedTerms(int feature, int first, TextCodes codes, boolean unit)
            implements TermPlan {
        @Override
        public void encode(Object term, float[] out, int offset) {
            if (term == null) {
                out[offset + first + codes.missing()] = 1f;
                return;
            }
            Weights weights = (Weights) term;
            double[] strengths = SparseColumns.strengths(weights, unit);
            for (int i = 0; i < strengths.length; i++) {
                out[offset + first + codes.of(weights.token(i))] += (float) strengths[i];
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
        List<String> fields = spec.fields();
        for (int c = 0; c < columns.size(); c++) {
            EncodedColumn column = columns.get(c);
            csv.append(Csv.line(fields.get(column.feature()), column.value(), Integer.toString(c)));
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
                && vocabularies.equals(that.vocabularies)
                && rates.equals(that.rates)
                && coded.equals(that.coded);
    }

    @Override
    public int hashCode() {
        return Objects.hash(spec, edges, vocabularies, rates, coded);
    }

    @Override
    public String toString() {
        return spec + " in " + width() + " columns";
    }
}
